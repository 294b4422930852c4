import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import { bytes, count, text, whole, type Figure } from '../numbers/format.ts';
import { split, type Bucket, type View } from '../numbers/traffic.ts';
import { stepLabel, zoomed, type Span, type Window } from '../state/range.ts';

/** The colours of the page as it is now, for the canvas. */
function ink(): Record<'edge' | 'edgeFill' | 'origin' | 'originFill' | 'text' | 'grid' | 'veil', string> {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    edge: of('--edge'),
    edgeFill: of('--edge-fill'),
    origin: of('--origin'),
    originFill: of('--origin-fill'),
    text: of('--ink-3'),
    grid: of('--line'),
    veil: of('--panel'),
  };
}

/** Counts how often the look of the page changed, so that the canvas can be drawn anew. */
function useLook(): number {
  const [look, setLook] = useState(0);
  useEffect(() => {
    const changed = (): void => setLook((before) => before + 1);
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', changed);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', changed);
    };
  }, []);
  return look;
}

/** Columns for uPlot: the starts, edge upon origin, origin; and once more the last, so that its step has a width. */
function columns(buckets: readonly Bucket[], window: Window, view: View): uPlot.AlignedData {
  const parts = buckets.map((bucket) => split(bucket, view));
  const tops = parts.map((part) => part.origin + part.edge);
  const origins = parts.map((part) => part.origin);
  return [
    [...buckets.map((bucket) => bucket.start), window.until],
    [...tops, tops.at(-1) ?? 0],
    [...origins, origins.at(-1) ?? 0],
  ];
}

/** A bucket said in words, for screen readers. */
export function bucketWords(bucket: Bucket, window: Window, view: View): string {
  const part = split(bucket, view);
  return `${stepLabel(bucket.start, window)}: ${whole(part.edge)} ${view} from the edge, ${whole(part.origin)} from the origin`;
}

/** 1.00 k is 1 k at a line of the grid. */
function tickText({ value, unit }: Figure): string {
  return text({ value: value.includes('.') ? value.replace(/\.?0+$/, '') : value, unit });
}

const HEIGHT = 260;

/**
 * The trend: steps of time, what the edge served upon what the origin gave. Drag to zoom; with the keyboard the arrows
 * move, Shift with them marks, Enter zooms, Escape goes back.
 */
export function TrendChart({
  buckets,
  window: range,
  view,
  watermark,
  at,
  onAt,
  onZoom,
  onZoomOut,
}: {
  readonly buckets: readonly Bucket[];
  readonly window: Window;
  readonly view: View;
  /** Epoch seconds before which everything is counted; null when unknown. */
  readonly watermark: number | null;
  /** The bucket that is read out; null when none is. */
  readonly at: number | null;
  readonly onAt: (at: number | null) => void;
  readonly onZoom: (span: Span) => void;
  readonly onZoomOut: () => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const look = useLook();
  const data = useMemo(() => columns(buckets, range, view), [buckets, range, view]);
  // What the chart's own hooks read: they outlive a render.
  const live = useRef({ range, watermark, onAt, onZoom, size: buckets.length, data });
  live.current = { range, watermark, onAt, onZoom, size: buckets.length, data };
  const utc = range.step >= 86_400;

  useEffect(() => {
    const box = host.current;
    if (!box) {
      return;
    }
    const colours = ink();
    let pointed = false;
    const font = `11px ${getComputedStyle(box).fontFamily}`;
    const steps = uPlot.paths.stepped!({ align: 1 });
    const axis: uPlot.Axis = { stroke: colours.text, font, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } };
    const plot = new uPlot(
      {
        width: Math.max(200, box.clientWidth),
        height: HEIGHT,
        padding: [10, 18, 0, 0],
        legend: { show: false },
        tzDate: utc ? (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC') : (at) => new Date(at * 1000),
        cursor: {
          x: false,
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false, dist: 6 },
        },
        scales: {
          x: { time: true, range: () => [live.current.range.since, live.current.range.until] },
          y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 70,
            size: 40,
            // A 24-hour clock, and the date only where the day turns.
            values: [
              [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
              [3600, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
              [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
            ],
          },
          {
            ...axis,
            size: 62,
            space: 44,
            values: (_, ticks) =>
              ticks.map((value) =>
                view === 'requests' && value % 1 !== 0 ? '' : tickText((view === 'requests' ? count : bytes)(value)),
              ),
          },
        ],
        series: [
          {},
          { label: 'edge', stroke: colours.edge, width: 1.5, paths: steps, points: { show: false } },
          { label: 'origin', stroke: colours.origin, width: 1.5, paths: steps, fill: colours.originFill, points: { show: false } },
        ],
        bands: [{ series: [1, 2], fill: colours.edgeFill }],
        hooks: {
          draw: [(self) => drawVeil(self, live.current.watermark, live.current.range, colours.veil, colours.text)],
          setCursor: [
            (self) => {
              const { range: shown, size, onAt: tell } = live.current;
              const left = self.cursor.left ?? -1;
              if (left >= 0) {
                const bucket = Math.floor((self.posToVal(left, 'x') - shown.since) / shown.step);
                pointed = true;
                tell(bucket >= 0 && bucket < size ? bucket : null);
              } else if (pointed) {
                // The pointer left. New data comes here too, and must not end what the keyboard reads.
                pointed = false;
                tell(null);
              }
            },
          ],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width > 0) {
                const span = zoomed(live.current.range, self.posToVal(left, 'x'), self.posToVal(left + width, 'x'));
                self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
                if (span) {
                  live.current.onZoom(span);
                }
              }
            },
          ],
        },
      },
      live.current.data,
      box,
    );
    chart.current = plot;
    const resize = new ResizeObserver(() => {
      const width = Math.max(200, box.clientWidth);
      if (width !== plot.width) {
        plot.setSize({ width, height: HEIGHT });
      }
    });
    resize.observe(box);
    return () => {
      resize.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [view, look, utc]);

  useEffect(() => {
    chart.current?.setData(data);
  }, [data]);

  // The lit column, and the marked part while Shift selects.
  useEffect(() => {
    const plot = chart.current;
    if (!plot) {
      return;
    }
    const column = plot.over.querySelector<HTMLElement>('.column') ?? document.createElement('div');
    column.className = 'column';
    plot.over.append(column);
    const from = at === null ? null : Math.min(at, anchor ?? at);
    const to = at === null ? null : Math.max(at, anchor ?? at) + 1;
    column.hidden = from === null;
    column.dataset.marked = String(anchor !== null);
    if (from !== null && to !== null) {
      const left = plot.valToPos(range.since + from * range.step, 'x');
      column.style.left = `${left}px`;
      column.style.width = `${plot.valToPos(range.since + to * range.step, 'x') - left}px`;
    }
  }, [at, anchor, data, range, look]);

  const onKey = (event: KeyboardEvent): void => {
    const last = buckets.length - 1;
    const now = at ?? last;
    const moves: Record<string, number> = {
      ArrowLeft: at === null ? last : Math.max(0, now - 1),
      ArrowRight: at === null ? last : Math.min(last, now + 1),
      PageUp: Math.max(0, now - 10),
      PageDown: Math.min(last, now + 10),
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next !== undefined && last >= 0) {
      event.preventDefault();
      setAnchor(event.shiftKey ? (anchor ?? now) : null);
      onAt(next);
    } else if (event.key === 'Enter' && at !== null) {
      event.preventDefault();
      const span = zoomed(range, range.since + Math.min(at, anchor ?? at) * range.step, range.since + (Math.max(at, anchor ?? at) + 1) * range.step);
      setAnchor(null);
      if (span) {
        onAt(null);
        onZoom(span);
      }
    } else if (event.key === 'Escape') {
      if (anchor !== null || at !== null) {
        setAnchor(null);
        onAt(null);
      } else {
        onZoomOut();
      }
    }
  };

  const current = buckets[Math.min(at ?? buckets.length - 1, buckets.length - 1)];
  return (
    <div
      ref={host}
      className="trend-chart"
      data-testid="trend-chart"
      role="slider"
      tabIndex={0}
      aria-label="Traffic over time. Arrow keys read a step, Shift with arrow keys marks, Enter zooms in, Escape zooms out"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, buckets.length - 1)}
      aria-valuenow={Math.max(0, Math.min(at ?? buckets.length - 1, buckets.length - 1))}
      aria-valuetext={current ? bucketWords(current, range, view) : 'no data'}
      onKeyDown={onKey}
      onBlur={() => {
        setAnchor(null);
        onAt(null);
      }}
    />
  );
}

/** Hatches what is not counted in full yet, so that the last step does not look like a fall. */
function drawVeil(plot: uPlot, watermark: number | null, range: Window, veil: string, line: string): void {
  const from = Math.floor(Math.min(watermark ?? range.until, range.until) / range.step) * range.step;
  if (from >= range.until || from < range.since) {
    return;
  }
  const { ctx, bbox } = plot;
  const left = Math.round(plot.valToPos(from, 'x', true));
  const width = bbox.left + bbox.width - left;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.35;
  ctx.fillStyle = veil;
  ctx.fillRect(left, bbox.top, width, bbox.height);
  ctx.globalAlpha = 0.22;
  ctx.strokeStyle = line;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  for (let x = left - bbox.height; x < left + width; x += 7 * ratio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}
