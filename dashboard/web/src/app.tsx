import { Cockpit } from './parts/cockpit.tsx';
import { SignedIn } from './parts/signed-in.tsx';

/** Signed in or not: the sign-in page, or the cockpit. */
export function App() {
  return (
    <SignedIn>
      {({ client, signOut, doubt }) => <Cockpit client={client} onSignOut={signOut} onUnauthorized={doubt} />}
    </SignedIn>
  );
}
