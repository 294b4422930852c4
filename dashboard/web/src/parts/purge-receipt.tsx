import { useCallback, useEffect, useRef } from 'react';
import { getReceipt, receiptCall, type PopProgress, type Receipt } from '../api/purge.ts';
import { bytes, count, milliseconds, moment, percent, text, whole } from '../numbers/format.ts';
import { useAnswer } from '../state/use-answer.ts';
import { Copyable } from './controls.tsx';
import { DialFace } from './dial.tsx';
import type { ViewParts } from './purge-panel.tsx';
import { kindWords, Names, Part, Refused } from './purge-parts.tsx';

/** The wait before the next look at a receipt: short while PoPs follow one another, never more than 3 s. */
export function nextLook({ state }: Receipt, times: number): number | null {
  switch (state) {
    case 'waiting':
      return Math.min(250 * 1.3 ** times, 3_000);
    case 'effective':
      return Math.min(500 * 1.3 ** times, 3_000);
    case 'reclaimed':
      return null;
  }
}

/** What has become of one purge, PoP by PoP, while it happens and ever after. */
export function PurgeReceipt({
  client,
  zone,
  to,
  onUnauthorized,
  id,
  remarks,
}: ViewParts & {
  readonly id: string;
  /** What the API remarked when it accepted the purge. */
  readonly remarks: readonly string[];
}) {
  const ask = useCallback((signal: AbortSignal) => getReceipt(client, zone, id, signal), [client, zone, id]);
  const { value: receipt, failure, loading, again } = useAnswer(ask, nextLook, onUnauthorized);
  const top = useRef<HTMLDivElement>(null);
  // The button that purged is gone; who came from there goes on reading here.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) {
      top.current?.querySelector<HTMLElement>('h3')?.focus();
    }
  }, []);

  return (
    <div ref={top}>
      <Part title="Receipt" testId="purge-receipt" calls={[{ words: 'Read this receipt:', call: receiptCall(zone, id) }]}>
        {remarks.map((words) => (
          <p className="remark" key={words}>
            {words}
          </p>
        ))}
        {failure && <Refused failure={failure} onAgain={again} />}
        {loading && (
          <p className="none" role="status">
            Asking for the receipt …
          </p>
        )}
        {receipt && (
          <>
            <Facts receipt={receipt} to={to} />
            <Progress receipt={receipt} />
          </>
        )}
        <div className="keep">
          <p>The receipt’s id, and a link to keep:</p>
          <Copyable label="the id of the receipt" text={id} />
          <Copyable label="the link to the receipt" text={`${location.origin}/#${new URLSearchParams({ zone: zone.id, purge: id })}`} />
        </div>
      </Part>
    </div>
  );
}

/** Where a purge stands, in one sentence. */
export function standing({ state, effective, waitingFor, soft }: Receipt): string {
  switch (state) {
    case 'waiting':
      return waitingFor.length === 0 ? 'Accepted; no PoP is known yet.' : `Waiting for ${some(waitingFor)}.`;
    case 'effective':
      return `Effective ${everywhere(effective.of)}; ${soft ? 'copies are being marked' : 'space is being given back'}.`;
    case 'reclaimed':
      return `Effective ${everywhere(effective.of)}, and ${soft ? 'every copy is marked' : 'all space is given back'}.`;
  }
}

function everywhere(pops: number): string {
  return pops === 1 ? 'at the only PoP' : `at all ${pops} PoPs`;
}

function some(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
}

function Facts({ receipt, to }: { readonly receipt: Receipt; readonly to: ViewParts['to'] }) {
  const { effective, soft } = receipt;
  const all = effective.of > 0 && effective.pops === effective.of;
  return (
    <>
      <p className="standing" role="status" data-state={receipt.state}>
        {standing(receipt)}
      </p>
      <div className="figures">
        <DialFace
          label={`Effective at ${effective.pops} of ${effective.of} PoPs`}
          edge={effective.of > 0 ? effective.pops / effective.of : null}
          rest="off"
          figure={`${effective.pops}\u202f/\u202f${effective.of}`}
          word={effective.of === 1 ? 'PoP effective' : 'PoPs effective'}
        />
        <dl>
          <div className="dial-edge">
            <dt>{all ? 'Effective everywhere after' : 'Last effective after'}</dt>
            <dd>{time(effective.last)}</dd>
          </div>
          <div className="dial-edge">
            <dt>Half within · 99 % within</dt>
            <dd>
              {time(effective.p50)} <small>·</small> {time(effective.p99)}
            </dd>
          </div>
          <div className="dial-edge">
            <dt>{soft ? 'Objects marked stale' : 'Objects dropped'}</dt>
            <dd title={`${whole(receipt.objects)} objects`}>{text(count(receipt.objects))}</dd>
          </div>
          <div className="dial-edge">
            <dt>{soft ? 'They take' : 'Given back'}</dt>
            <dd title={`${whole(receipt.bytes)} bytes`}>{text(bytes(receipt.bytes))}</dd>
          </div>
        </dl>
        <div className="what">
          <p>
            <b>{kindWords(receipt.selection, receipt.entries)}</b>
            {soft && <span className="badge">marked stale</span>}
          </p>
          <Names
            selection={receipt.selection}
            entries={receipt.entries}
            {...(receipt.selection.kind === 'urls' ? { link: (url: string) => to('why', url) } : {})}
          />
          <p className="meaning">
            Accepted {moment(receipt.acceptedAt)}, purge {whole(receipt.sequence)} of the zone.
            {receipt.rewarm > 0 && ` Each PoP then fetches its hottest ${whole(receipt.rewarm)} again.`}
          </p>
        </div>
      </div>
    </>
  );
}

function time(amount: number | null): string {
  return amount === null ? '–' : milliseconds(amount);
}

/** A row per PoP. */
function Progress({ receipt }: { readonly receipt: Receipt }) {
  return receipt.pops.length === 0 ? null : (
    <div className="scroll" tabIndex={0} role="region" aria-label="Progress per PoP">
      <table className="pops progress">
        <thead>
          <tr>
            <th scope="col">PoP</th>
            <th scope="col">Received</th>
            <th scope="col">Effective after</th>
            <th scope="col">Scanned</th>
            <th scope="col">Objects</th>
            <th scope="col">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {receipt.pops.map((pop) => (
            <Pop key={pop.pop} pop={pop} acceptedAt={receipt.acceptedAt} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Pop({ pop, acceptedAt }: { readonly pop: PopProgress; readonly acceptedAt: number | null }) {
  const received =
    pop.receivedAt === null
      ? pop.reachable
        ? 'on its way'
        : 'out of reach'
      : acceptedAt === null
        ? moment(pop.receivedAt)
        : `+\u202f${milliseconds((pop.receivedAt - acceptedAt) / 1_000)}`;
  return (
    <tr data-state={pop.state} data-away={(!pop.reachable && pop.effectiveAt === null) || undefined}>
      <th scope="row">{pop.pop}</th>
      <td data-label="Received" title={pop.receivedAt === null ? undefined : moment(pop.receivedAt)}>
        {received}
      </td>
      <td data-label="Effective after" className="effective" title={pop.effectiveAt === null ? undefined : moment(pop.effectiveAt)}>
        {time(pop.effectiveMs)}
      </td>
      <td data-label="Scanned" className="scanned" title={pop.reclaimedAt === null ? undefined : `all of it at ${moment(pop.reclaimedAt)}`}>
        <span className="scan-bar" aria-hidden="true">
          <i style={{ width: `${pop.scanned * 100}%` }} />
        </span>
        <span className="scan-share">{percent(pop.scanned)}</span>
      </td>
      <td data-label="Objects" title={`${whole(pop.objects)} objects`}>
        {text(count(pop.objects))}
      </td>
      <td data-label="Bytes" title={`${whole(pop.bytes)} bytes`}>
        {text(bytes(pop.bytes))}
      </td>
    </tr>
  );
}
