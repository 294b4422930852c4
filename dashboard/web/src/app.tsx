import { useCallback, useMemo, useState } from 'react';
import { verifyToken } from './api/account.ts';
import { clientFor } from './api/client.ts';
import { Cockpit } from './parts/cockpit.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { keepToken, loadToken } from './state/session.ts';

/** Signed in or not: the sign-in page, or the cockpit. */
export function App() {
  const [token, setToken] = useState<string | null>(loadToken);
  const [notice, setNotice] = useState('');
  const client = useMemo(() => (token === null ? null : clientFor(token)), [token]);

  const signIn = useCallback((good: string) => {
    keepToken(good);
    setNotice('');
    setToken(good);
  }, []);
  const signOut = useCallback((why: string) => {
    keepToken(null);
    setNotice(why);
    setToken(null);
  }, []);
  // One refused question may be about one zone only; the token itself decides whether to go on.
  const doubt = useCallback(async () => {
    if (client === null) {
      return;
    }
    const answer = await verifyToken(client);
    if (!answer.ok && answer.failure.kind === 'unauthorized') {
      signOut(`You were signed out: ${answer.failure.message}`);
    }
  }, [client, signOut]);

  return client === null ? (
    <SignIn notice={notice} onSignIn={signIn} />
  ) : (
    <Cockpit client={client} onSignOut={() => signOut('')} onUnauthorized={() => void doubt()} />
  );
}
