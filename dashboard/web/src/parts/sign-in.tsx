import { useId, useState, type FormEvent } from 'react';
import { verifyToken } from '../api/account.ts';
import { clientFor, tidyToken } from '../api/client.ts';
import { Mark } from './icons.tsx';
import { ThemeButton } from './theme-button.tsx';

/** Asks for the token and tries it before anything else is asked with it. */
export function SignIn({ notice, onSignIn }: { readonly notice: string; readonly onSignIn: (token: string) => void }) {
  const id = useId();
  const [pasted, setPasted] = useState('');
  const [problem, setProblem] = useState(notice);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const token = tidyToken(pasted);
    if (token === null) {
      setProblem(
        pasted.trim() === ''
          ? 'Paste the token first.'
          : 'That is no token: it holds blanks or characters that a token never has.',
      );
      return;
    }
    setBusy(true);
    const answer = await verifyToken(clientFor(token));
    setBusy(false);
    if (answer.ok) {
      onSignIn(token);
    } else {
      setProblem(answer.failure.message);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <div className="brand">
          <Mark />
          <h1>Selvage</h1>
        </div>
        <p className="lead">The CDN you own.</p>
        <label htmlFor={id}>API token</label>
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          autoFocus
          value={pasted}
          aria-invalid={problem !== ''}
          aria-describedby={`${id}-help ${id}-problem`}
          onChange={(event) => setPasted(event.target.value)}
        />
        <p id={`${id}-problem`} className="problem" role="alert">
          {problem}
        </p>
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Asking …' : 'Sign in'}
        </button>
        <div id={`${id}-help`} className="help">
          <p>
            The first start made a token for you. On the machine that runs Selvage:
          </p>
          <pre>
            <code>cat selvage-data/admin-token</code>
          </pre>
          <p>It stays in this tab and goes nowhere but to this address.</p>
        </div>
      </form>
      <div className="corner">
        <ThemeButton />
      </div>
    </main>
  );
}
