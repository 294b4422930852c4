import { useId, useState, type ReactNode } from 'react';
import { bytes, count, percent, text, whole } from '../numbers/format.ts';
import { hitRatio, split, type Traffic, type View } from '../numbers/traffic.ts';
import { IconButton } from './controls.tsx';
import { Code } from './icons.tsx';

/** One line of a breakdown. */
export interface Line {
  readonly key: string;
  readonly name: ReactNode;
  readonly note?: string;
  readonly traffic: Traffic;
}

const FEW = 6;

/**
 * Some traffic by one property, greatest first: a real table whose rows carry a bar, edge and origin apart. The bars are
 * as long as the share of the greatest row.
 */
export function BreakdownPanel({
  title,
  column,
  lines,
  view,
  pending,
  empty,
  testId,
  onQuery,
}: {
  readonly title: string;
  readonly column: string;
  /** Null until there is an answer. */
  readonly lines: readonly Line[] | null;
  readonly view: View;
  readonly pending: boolean;
  readonly empty: string;
  readonly testId: string;
  readonly onQuery: () => void;
}) {
  const id = useId();
  const [all, setAll] = useState(false);
  const measured = (lines ?? [])
    .map((line) => ({ line, part: split(line.traffic, view) }))
    .toSorted((a, b) => b.part.total - a.part.total);
  const most = Math.max(1, ...measured.map(({ part }) => Math.max(part.total, part.origin)));
  const sum = measured.reduce((before, { part }) => before + part.total, 0);
  const shown = all ? measured : measured.slice(0, FEW);
  const figure = (amount: number): string => text((view === 'requests' ? count : bytes)(amount));

  return (
    <section className="panel breakdown" aria-labelledby={id} data-pending={pending || undefined} data-testid={testId}>
      <header>
        <h2 id={id}>{title}</h2>
        <div className="tools">
          <IconButton label={`Show the query of ${title.toLowerCase()}`} onClick={onQuery}>
            <Code />
          </IconButton>
        </div>
      </header>
      {measured.length === 0 ? (
        <p className="none">{pending ? '' : lines === null ? 'No answer yet.' : empty}</p>
      ) : (
        <table>
          <thead className="unseen">
            <tr>
              <th scope="col">{column}</th>
              <th scope="col">{view === 'requests' ? 'Requests' : 'Bytes'}</th>
              <th scope="col">Share</th>
              <th scope="col">From the edge</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ line, part }) => (
              <tr key={line.key}>
                <th scope="row" title={line.note}>
                  {line.name}
                </th>
                <td className="amount" title={`${whole(part.total)} ${view}`}>
                  {figure(part.total)}
                </td>
                <td className="share">{percent(sum > 0 ? part.total / sum : null)}</td>
                <td className="bar">
                  <span className="unseen">{percent(hitRatio(part))}</span>
                  <SplitBar edge={part.edge / most} origin={Math.min(part.origin, most) / most} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {measured.length > FEW && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${measured.length - FEW} more`}
        </button>
      )}
    </section>
  );
}

/** A bar in two colours; lengths are shares of its box. */
export function SplitBar({ edge, origin }: { readonly edge: number; readonly origin: number }) {
  const width = (share: number): string => `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <span className="split-bar" aria-hidden="true">
      <i className="split-edge" style={{ width: width(edge) }} />
      <i className="split-origin" style={{ width: width(origin) }} />
    </span>
  );
}
