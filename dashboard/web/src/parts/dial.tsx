import { hitRatio, NOTHING, split, type Traffic, type View } from '../numbers/traffic.ts';
import { bytes, count, percent, rate, text, whole, type Figure } from '../numbers/format.ts';
import { Hint } from './controls.tsx';

const TICKS = 72;
const SWEEP = 264;
const CENTRE = 110;
const INNER = 84;
const OUTER = 104;

/** The ends of tick `i`, from the lower left, clockwise over the top. */
function tick(i: number): { x1: number; y1: number; x2: number; y2: number } {
  const angle = ((-90 - SWEEP / 2 + (SWEEP * i) / (TICKS - 1)) * Math.PI) / 180;
  const at = (radius: number): [number, number] => [
    CENTRE + radius * Math.cos(angle),
    CENTRE + radius * Math.sin(angle),
  ];
  const [x1, y1] = at(INNER);
  const [x2, y2] = at(OUTER);
  return { x1, y1, x2, y2 };
}

/** How many ticks are lit for a share: only a full share lights all, only none lights none. */
export function lit(share: number | null, ticks = TICKS): number {
  if (share === null || share <= 0) {
    return 0;
  }
  return share >= 1 ? ticks : Math.min(ticks - 1, Math.max(1, Math.round(share * ticks)));
}

/** A dial whose ticks are lit for a share of one, and say what the rest is: the origin's, or nothing yet. */
export function DialFace({
  label,
  edge,
  rest,
  figure,
  word,
}: {
  readonly label: string;
  /** 0..1; null when there is nothing to share. */
  readonly edge: number | null;
  readonly rest: 'origin' | 'off';
  readonly figure: string;
  readonly word: string;
}) {
  const on = lit(edge);
  const unlit = edge === null || rest === 'off' ? 'tick' : 'tick tick-origin';
  return (
    <svg className="dial-face" viewBox="0 0 220 190" role="img" aria-label={label}>
      {Array.from({ length: TICKS }, (_, i) => (
        <line key={i} {...tick(i)} className={i < on ? 'tick tick-edge' : unlit} />
      ))}
      <text className="dial-ratio" x={CENTRE} y={CENTRE + 8}>
        {figure}
      </text>
      <text className="dial-word" x={CENTRE} y={CENTRE + 32}>
        {word}
      </text>
    </svg>
  );
}

/** One of the two big numbers: how much, and who gave it. */
export function Dial({
  view,
  traffic,
  seconds,
  pending,
}: {
  readonly view: View;
  /** Null until there is an answer: no number is not the number 0. */
  readonly traffic: Traffic | null;
  /** The length of time that `traffic` is of. */
  readonly seconds: number;
  readonly pending: boolean;
}) {
  const part = split(traffic ?? NOTHING, view);
  const ratio = hitRatio(part);
  const unknown = traffic === null;
  const figure = (amount: number): Figure =>
    unknown ? { value: '–', unit: '' } : (view === 'requests' ? count : bytes)(amount);
  const exactly = (amount: number): string | undefined =>
    unknown ? undefined : `${whole(amount)} ${view === 'requests' ? 'requests' : 'bytes'}`;
  const total = !unknown && view === 'requests' && part.total < 1_000_000 ? { value: whole(part.total), unit: '' } : figure(part.total);
  const perSecond = view === 'requests' ? rate(part.total, seconds) : bytes(seconds > 0 ? part.total / seconds : 0);
  const title = view === 'requests' ? 'Requests' : 'Bytes';

  return (
    <section className="panel dial" aria-labelledby={`dial-${view}`} data-pending={pending || undefined} data-testid={`dial-${view}`}>
      <header>
        <h2 id={`dial-${view}`}>{title}</h2>
        <Hint about={view === 'requests' ? 'served by the edge' : 'bytes served by the edge'}>
          {view === 'requests'
            ? 'Served by the edge = requests of visitors − requests to the origin, not below 0. A copy that the origin confirmed with 304 counts as an origin request.'
            : 'Served by the edge = bytes sent to visitors − bytes the origin sent, not below 0. A copy that the origin confirmed with 304 counts as edge bytes: only the confirmation left the origin.'}
        </Hint>
      </header>
      <div className="dial-body">
        <DialFace
          label={`Served by the edge: ${percent(ratio)} of ${title.toLowerCase()}`}
          edge={ratio}
          rest="origin"
          figure={percent(ratio)}
          word="from the edge"
        />
        <dl>
          <div className="dial-total">
            <dt>{view === 'requests' ? 'Requests in all' : 'Sent to visitors'}</dt>
            <dd title={exactly(part.total)}>
              <strong>{total.value}</strong>
              <span>{total.unit}</span>
              {!unknown && (
                <small>
                  {text(perSecond)}
                  {view === 'requests' ? '\u202fper second' : '/s'}
                </small>
              )}
            </dd>
          </div>
          <div className="dial-edge">
            <dt>Served by the edge</dt>
            <dd title={exactly(part.edge)}>{text(figure(part.edge))}</dd>
          </div>
          <div className="dial-origin">
            <dt>Fetched from the origin</dt>
            <dd title={exactly(part.origin)}>{text(figure(part.origin))}</dd>
          </div>
        </dl>
      </div>
    </section>
  );
}
