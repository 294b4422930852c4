import { useCallback, useState } from 'react';
import { listCall, listReceipts, PER_PAGE, type Receipt } from '../api/purge.ts';
import { ago, count, milliseconds, moment, text, whole } from '../numbers/format.ts';
import { useAnswer } from '../state/use-answer.ts';
import type { ViewParts } from './purge-panel.tsx';
import { kindWords, Part, Refused } from './purge-parts.tsx';

const REFRESH_MS = 5_000;

function refresh(): number {
  return REFRESH_MS;
}

const STATES = { waiting: 'on its way', effective: 'effective', reclaimed: 'done' } as const;

/** The zone's purges, newest first, each a link to its receipt. */
export function PurgeList({ client, zone, to, onUnauthorized }: ViewParts) {
  const [page, setPage] = useState(1);
  const ask = useCallback((signal: AbortSignal) => listReceipts(client, zone, page, signal), [client, zone, page]);
  const { value: receipts, failure, loading, again } = useAnswer(ask, refresh, onUnauthorized);

  return (
    <Part title="Recent purges" testId="purge-list" calls={[{ words: 'List the purges of this zone, newest first:', call: listCall(zone, page) }]}>
      {failure && <Refused failure={failure} onAgain={again} />}
      {loading && (
        <p className="none" role="status">
          Asking for the purges …
        </p>
      )}
      {receipts && receipts.length === 0 && (
        <p className="none">{page === 1 ? 'Nothing was purged in this zone that is still remembered.' : 'There are no older ones.'}</p>
      )}
      {receipts && receipts.length > 0 && (
        <ul className="receipts">
          {receipts.map((receipt) => (
            <li key={receipt.id}>
              <a href={to(receipt.id)}>
                <span className="receipt-what">
                  <b>{kindWords(receipt.selection, receipt.entries)}</b>
                  {receipt.soft && <span className="badge">stale</span>}
                  <code className="foreign">{receipt.selection.values.join(' ')}</code>
                </span>
                <span className="receipt-when">
                  {moment(receipt.acceptedAt)}
                  {receipt.acceptedAt !== null && <small>{ago(Date.now() - receipt.acceptedAt / 1000)} ago</small>}
                </span>
                <span className="receipt-how" data-state={receipt.state}>
                  {STATES[receipt.state]}
                  <small>{reach(receipt)}</small>
                </span>
                <span className="receipt-objects" title={`${whole(receipt.objects)} objects`}>
                  {text(count(receipt.objects))}
                  <small>{receipt.objects === 1 ? 'object' : 'objects'}</small>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {(page > 1 || receipts?.length === PER_PAGE) && (
        <footer className="paging">
          <button type="button" className="quiet" disabled={page === 1} onClick={() => setPage(page - 1)}>
            Newer
          </button>
          <button type="button" className="quiet" disabled={(receipts?.length ?? 0) < PER_PAGE} onClick={() => setPage(page + 1)}>
            Older
          </button>
        </footer>
      )}
    </Part>
  );
}

function reach({ effective }: Receipt): string {
  return effective.of > 0 && effective.pops === effective.of && effective.last !== null
    ? `everywhere after ${milliseconds(effective.last)}`
    : `at ${effective.pops} of ${effective.of} PoPs`;
}
