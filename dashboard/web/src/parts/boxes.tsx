import { useState } from 'react';
import { MOST_URLS, parseUrls, purge, type Zone } from '../api/account.ts';
import type { Client } from '../api/client.ts';
import { Box, Choice, Copyable } from './controls.tsx';
import { zoneLabel } from './zone-picker.tsx';

/** The GraphQL behind a panel, and how to ask it without the dashboard. */
export function QueryBox({ title, text, onClose }: { readonly title: string; readonly text: string; readonly onClose: () => void }) {
  const curl = `curl -s ${location.origin}/client/v4/graphql \\
  -H "Authorization: Bearer $(cat selvage-data/admin-token)" \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify({ query: text.replace(/\s+/g, ' ') }).replaceAll("'", "'\\''")}'`;
  return (
    <Box title={`The query of ${title}`} onClose={onClose}>
      <p>This panel shows nothing that the public API does not say. The question it asks:</p>
      <Copyable label="the query" text={text} />
      <p>The same from a terminal:</p>
      <Copyable label="the command" text={curl} />
    </Box>
  );
}

const KINDS = [
  { id: 'urls', label: 'Some URLs' },
  { id: 'everything', label: 'Everything' },
] as const;

/** Purges some URLs or everything, after it has said what that does. */
export function PurgeBox({ client, zone, onClose }: { readonly client: Client; readonly zone: Zone; readonly onClose: () => void }) {
  const [kind, setKind] = useState<'urls' | 'everything'>('urls');
  const [typed, setTyped] = useState('');
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState('');
  const [done, setDone] = useState('');
  const [busy, setBusy] = useState(false);

  const run = async (): Promise<void> => {
    const parsed = parseUrls(typed);
    if (kind === 'urls' && parsed.problem !== '') {
      setProblem(parsed.problem);
      return;
    }
    if (kind === 'everything' && !sure) {
      setProblem('Tick the box first.');
      return;
    }
    setBusy(true);
    setProblem('');
    const answer = await purge(client, zone, kind === 'everything' ? { everything: true } : { urls: parsed.urls });
    setBusy(false);
    if (answer.ok) {
      setDone(
        kind === 'everything'
          ? 'Purged. The next request for each object goes to the origin.'
          : `Purged ${parsed.urls.length} ${parsed.urls.length === 1 ? 'URL' : 'URLs'}.`,
      );
      setTyped('');
      setSure(false);
    } else {
      setProblem(answer.failure.message);
    }
  };

  return (
    <Box title={`Purge ${zoneLabel(zone)}`} onClose={onClose}>
      <form
        className="purge"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Choice
          legend="What to purge"
          options={KINDS}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setProblem('');
            setDone('');
          }}
        />
        {kind === 'urls' ? (
          <label className="urls">
            URLs, one a line, at most {MOST_URLS}
            <textarea
              rows={5}
              spellCheck={false}
              placeholder="https://example.com/logo.png"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        ) : (
          <label className="sure">
            <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
            Forget every stored object of {zoneLabel(zone)}. The origin will be asked for each of them again.
          </label>
        )}
        <p className="problem" role="alert">
          {problem}
        </p>
        <p className="done" role="status">
          {done}
        </p>
        <footer>
          <button type="button" className="quiet" onClick={onClose}>
            {done === '' ? 'Cancel' : 'Close'}
          </button>
          <button type="submit" className="primary danger" disabled={busy}>
            {busy ? 'Purging …' : kind === 'everything' ? 'Purge everything' : 'Purge URLs'}
          </button>
        </footer>
      </form>
    </Box>
  );
}
