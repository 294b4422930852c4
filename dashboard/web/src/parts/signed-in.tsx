import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { verifyToken } from '../api/account.ts';
import { clientFor, type Client } from '../api/client.ts';
import { keepToken, loadToken } from '../state/session.ts';
import { SignIn } from './sign-in.tsx';

/** What a page may do while somebody is signed in. */
export interface Session {
  readonly token: string;
  readonly client: Client;
  readonly signOut: () => void;
  /** To be told when a question was refused: it may be about one zone only, so the token itself decides. */
  readonly doubt: () => void;
}

/** The sign-in page, or what is drawn with a session. */
export function SignedIn({ children }: { readonly children: (session: Session) => ReactNode }) {
  const [token, setToken] = useState<string | null>(loadToken);
  const [notice, setNotice] = useState('');

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
  const session = useMemo((): Session | null => {
    if (token === null) {
      return null;
    }
    const client = clientFor(token);
    const doubt = async (): Promise<void> => {
      const answer = await verifyToken(client);
      if (!answer.ok && answer.failure.kind === 'unauthorized') {
        signOut(`You were signed out: ${answer.failure.message}`);
      }
    };
    return { token, client, signOut: () => signOut(''), doubt: () => void doubt() };
  }, [token, signOut]);

  return session === null ? <SignIn notice={notice} onSignIn={signIn} /> : children(session);
}
