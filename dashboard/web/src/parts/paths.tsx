import { useId } from 'react';
import type { PathGroup } from '../api/analytics.ts';
import { bytes, cacheStatusMeaning, count, missAdvice, missReason, text, whole } from '../numbers/format.ts';
import { split, type View } from '../numbers/traffic.ts';
import { IconButton } from './controls.tsx';
import { Broom, Code } from './icons.tsx';

/** The paths that hit most, or that miss most with the reason. */
export function PathsPanel({
  kind,
  paths: answered,
  view,
  pending,
  onQuery,
  onPurge,
}: {
  readonly kind: 'hits' | 'misses';
  /** Null until there is an answer. */
  readonly paths: readonly PathGroup[] | null;
  readonly view: View;
  readonly pending: boolean;
  readonly onQuery: () => void;
  readonly onPurge: (path: PathGroup) => void;
}) {
  const id = useId();
  const paths = answered ?? [];
  const title = kind === 'hits' ? 'Top paths that hit' : 'Top paths that miss';
  const oneHost = new Set(paths.map((path) => path.host)).size <= 1;
  const amounts = paths.map((path) => split(path, view).total);
  const most = Math.max(1, ...amounts);
  const figure = (amount: number): string => text((view === 'requests' ? count : bytes)(amount));

  return (
    <section className="panel paths" aria-labelledby={id} data-kind={kind} data-pending={pending || undefined} data-testid={kind}>
      <header>
        <h2 id={id}>{title}</h2>
        <div className="tools">
          <IconButton label={`Show the query of ${title.toLowerCase()}`} onClick={onQuery}>
            <Code />
          </IconButton>
        </div>
      </header>
      {paths.length === 0 ? (
        <p className="none">
          {pending
            ? ''
            : answered === null
              ? 'No answer yet.'
              : kind === 'hits'
              ? 'Nothing was served from the cache in this time.'
              : 'Nothing went to the origin in this time.'}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col">{kind === 'hits' ? 'Status' : 'Why'}</th>
              <th scope="col">{view === 'requests' ? 'Requests' : 'Bytes'}</th>
              <th scope="col">
                <span className="unseen">Purge</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {paths.map((path, i) => (
              <tr key={`${path.host} ${path.path} ${path.cacheStatus} ${path.reason}`}>
                <th scope="row" title={`${path.host}${path.path}`}>
                  <span className="path-bar" aria-hidden="true">
                    <i style={{ width: `${(amounts[i]! / most) * 100}%` }} />
                  </span>
                  <span className="path">
                    {!oneHost && <span className="host">{path.host}</span>}
                    {path.path}
                  </span>
                </th>
                <td className="why" title={missAdvice(path.reason) || cacheStatusMeaning(path.cacheStatus)}>
                  <span className="status-word">{path.cacheStatus}</span>
                  {missReason(path.reason)}
                </td>
                <td className="amount" title={`${whole(amounts[i]!)} ${view}`}>
                  {figure(amounts[i]!)}
                </td>
                <td className="act">
                  <IconButton label={`Purge ${path.host}${path.path}`} onClick={() => onPurge(path)}>
                    <Broom />
                  </IconButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
