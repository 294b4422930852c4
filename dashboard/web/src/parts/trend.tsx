import { useId, useMemo, useState } from 'react';
import type { Snapshot } from '../api/analytics.ts';
import { bytes, count, percent, text, whole } from '../numbers/format.ts';
import { fold, hitRatio, split, total, type View } from '../numbers/traffic.ts';
import { spanLabel, stepLabel, type Span, type Window } from '../state/range.ts';
import { Choice, IconButton } from './controls.tsx';
import { Code, Table, ZoomOut } from './icons.tsx';
import { TrendChart } from './trend-chart.tsx';

const VIEWS = [
  { id: 'requests', label: 'Requests' },
  { id: 'bytes', label: 'Bytes' },
] as const;

/** The trend over time, as a chart or as a table. */
export function Trend({
  snapshot,
  window: range,
  view,
  shownView,
  zoom,
  pending,
  onView,
  onZoom,
  onZoomOut,
  onQuery,
}: {
  readonly snapshot: Snapshot | null;
  readonly window: Window;
  readonly view: View;
  readonly shownView: View;
  readonly zoom: boolean;
  readonly pending: boolean;
  readonly onView: (view: View) => void;
  readonly onZoom: (span: Span) => void;
  readonly onZoomOut: () => void;
  readonly onQuery: () => void;
}) {
  const id = useId();
  const [table, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const buckets = useMemo(
    () => (snapshot === null ? [] : fold(snapshot.trend, range.since, range.until, range.step)),
    [snapshot, range.since, range.until, range.step],
  );
  const figure = (amount: number): string => 
    snapshot === null ? '–' : text((shownView === 'requests' ? count : bytes)(amount));
  const read = at === null ? undefined : buckets[at];
  const part = split(read ?? total(buckets), shownView);

  return (
    <section className="panel trend" aria-labelledby={id} data-pending={pending || undefined} data-testid="trend">
      <header>
        <h2 id={id}>Traffic over time</h2>
        <p className="read-out" data-testid="read-out">
          <span className="read-when">{read ? stepLabel(read.start, range) : spanLabel(range)}</span>
          <span className="read-edge">{figure(part.edge)} edge</span>
          <span className="read-origin">{figure(part.origin)} origin</span>
          <span className="read-ratio">{percent(hitRatio(part))}</span>
        </p>
        <div className="tools">
          {zoom && (
            <button type="button" className="quiet" onClick={onZoomOut}>
              <ZoomOut />
              Zoom out
            </button>
          )}
          <Choice legend="Measure" options={VIEWS} value={view} onChange={onView} />
          <IconButton label={table ? 'Show the chart' : 'Show as a table'} pressed={table} onClick={() => setTable(!table)}>
            <Table />
          </IconButton>
          <IconButton label="Show the query of traffic over time" onClick={onQuery}>
            <Code />
          </IconButton>
        </div>
      </header>
      {table ? (
        <div className="trend-table" tabIndex={0} role="region" aria-label="Traffic over time as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Requests</th>
                <th scope="col">To the origin</th>
                <th scope="col">Bytes</th>
                <th scope="col">From the origin</th>
                <th scope="col">Edge, requests</th>
                <th scope="col">Edge, bytes</th>
              </tr>
            </thead>
            <tbody>
              {buckets.toReversed().map((bucket) => (
                <tr key={bucket.start}>
                  <th scope="row">{stepLabel(bucket.start, range)}</th>
                  <td>{whole(bucket.requests)}</td>
                  <td>{whole(bucket.originRequests)}</td>
                  <td>{whole(bucket.bytes)}</td>
                  <td>{whole(bucket.originBytes)}</td>
                  <td>{percent(hitRatio(split(bucket, 'requests')))}</td>
                  <td>{percent(hitRatio(split(bucket, 'bytes')))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <TrendChart
          buckets={buckets}
          window={range}
          view={shownView}
          watermark={snapshot?.watermark ? snapshot.watermark / 1000 : null}
          at={at}
          onAt={setAt}
          onZoom={onZoom}
          onZoomOut={onZoomOut}
        />
      )}
    </section>
  );
}
