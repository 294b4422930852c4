import { useCallback, useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { failureWords, type Failure } from '../api/client.ts';
import {
  EXAMPLE,
  getPreview,
  hostAndPath,
  parseValues,
  prefixSteps,
  previewCall,
  purge as sendPurge,
  purgeCall,
  wantsConfirmation,
  type Accepted,
  type Kind,
  type Preview,
  type Purge,
  type Selection,
} from '../api/purge.ts';
import { bytes, count, percent, rate, text, whole } from '../numbers/format.ts';
import { read, same, type Draft } from '../state/draft.ts';
import { once, useAnswer } from '../state/use-answer.ts';
import { Choice } from './controls.tsx';
import { DialFace } from './dial.tsx';
import type { ViewParts } from './purge-panel.tsx';
import { KIND_WORDS, Part, Refused, Unanswered } from './purge-parts.tsx';

const KINDS = (['urls', 'prefixes', 'hosts', 'tags', 'everything'] as const).map((id) => ({ id, label: KIND_WORDS[id] }));

const MEANINGS: Readonly<Record<Kind, string>> = {
  urls: 'Each URL with its query, in every variant. The scheme does not matter.',
  prefixes: 'A host and a path, in whole segments: example.com/blog covers /blog, everything under /blog/, and any query, but not /blogger. With a slash at its end it covers what is under it.',
  hosts: 'Everything that was asked for under a host name.',
  tags: 'Everything whose origin sent the tag in Cache-Tag, in upper or lower case.',
  everything: 'Every stored object of the zone.',
};

const LABELS: Readonly<Record<Exclude<Kind, 'everything'>, string>> = {
  urls: 'URLs, one a line',
  prefixes: 'Prefixes, one a line',
  hosts: 'Host names, one a line',
  tags: 'Tags, one a line',
};

const WAYS = [
  { id: 'drop', label: 'Drop' },
  { id: 'soft', label: 'Mark stale' },
] as const;

/** A new purge: what and how, then what that would do, then the purge itself. */
export function PurgeForm({
  client,
  zone,
  onUnauthorized,
  draft,
  onDraft,
  previewed,
  onPreview,
  onCompose,
  onAccepted,
}: ViewParts & {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  /** What the preview was last asked for. */
  readonly previewed: Selection | null;
  readonly onPreview: (selection: Selection) => void;
  /** Changes the draft to a selection and previews it. */
  readonly onCompose: (selection: Selection) => void;
  readonly onAccepted: (accepted: Accepted) => void;
}) {
  const id = useId();
  const [problem, setProblem] = useState('');
  const { purge, problem: unsound } = read(draft);
  const ask = useCallback(
    (signal: AbortSignal) => getPreview(client, zone, previewed!, signal),
    [client, zone, previewed],
  );
  const preview = useAnswer(previewed === null ? null : ask, once, onUnauthorized);
  const current = previewed !== null && unsound === '' && same(previewed, purge);

  // On a narrow screen the preview stands below what asked for it.
  const answer = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  useEffect(() => {
    if (wanted.current && preview.value !== null) {
      wanted.current = false;
      answer.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [preview.value]);

  const change = (next: Draft): void => {
    setProblem('');
    onDraft(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(unsound);
    if (unsound !== '') {
      return;
    }
    wanted.current = true;
    if (current) {
      preview.again();
    } else {
      onPreview({ kind: purge.kind, values: purge.values });
    }
  };
  const selection: Selection =
    unsound === '' || draft.kind === 'everything' ? purge : { kind: draft.kind, values: [EXAMPLE[draft.kind]] };

  return (
    <div className="new-purge">
      <Part
        title="What to purge"
        testId="purge-form"
        calls={[
          { words: 'Say what this purge would do, and drop nothing:', call: previewCall(zone, selection) },
          { words: 'Purge, and have the id of the receipt:', call: purgeCall(zone, { ...purge, ...selection }, false) },
        ]}
      >
        <form className="purge" onSubmit={submit} noValidate>
          <Choice legend="What to purge" options={KINDS} value={draft.kind} onChange={(kind) => change({ ...draft, kind })} />
          {draft.kind !== 'everything' && (
            <label className="typed" htmlFor={`${id}-typed`}>
              {LABELS[draft.kind]}
              <textarea
                id={`${id}-typed`}
                rows={4}
                spellCheck={false}
                autoCapitalize="off"
                placeholder={EXAMPLE[draft.kind]}
                value={draft.texts[draft.kind]}
                aria-invalid={problem !== ''}
                aria-describedby={`${id}-meaning ${id}-problem`}
                onChange={(event) => draft.kind !== 'everything' && change({ ...draft, texts: { ...draft.texts, [draft.kind]: event.target.value } })}
              />
            </label>
          )}
          <p className="meaning" id={`${id}-meaning`}>
            {MEANINGS[draft.kind]}
          </p>
          <Steps draft={draft} onPick={onCompose} />
          <div className="how">
            <Choice
              legend="How to purge"
              options={WAYS}
              value={draft.soft ? 'soft' : 'drop'}
              onChange={(way) => change({ ...draft, soft: way === 'soft' })}
            />
            <p className="meaning">
              {draft.soft
                ? 'Copies stay and count as expired: the origin can confirm them, and they still serve while it is away.'
                : 'Copies are gone: the next request for each goes to the origin.'}
            </p>
          </div>
          <label className="rewarm">
            Then let each PoP fetch its hottest
            <input
              type="text"
              inputMode="numeric"
              size={6}
              placeholder="0"
              aria-label="Objects that each PoP fetches again"
              value={draft.rewarm}
              onChange={(event) => change({ ...draft, rewarm: event.target.value })}
            />
            again
          </label>
          <p className="problem" role="alert" id={`${id}-problem`}>
            {problem}
          </p>
          <footer>
            <button type="submit" className={current && preview.value ? 'quiet' : 'primary'} disabled={preview.asking && current}>
              {preview.asking && current ? 'Asking …' : current && preview.value ? 'Preview again' : 'Preview'}
            </button>
          </footer>
        </form>
      </Part>

      <div ref={answer}>
        <Part
          title="Preview"
          testId="purge-preview"
          pending={current && preview.asking && !preview.loading}
          calls={[{ words: 'Say what this purge would do, and drop nothing:', call: previewCall(zone, selection) }]}
        >
          {previewed === null ? (
            <p className="none">See first how many objects a purge drops, and what that costs the origin. A preview drops nothing.</p>
          ) : !current ? (
            <p className="none" role="status">
              What is written beside was not previewed yet.
            </p>
          ) : preview.loading ? (
            <p className="none" role="status">
              Asking every PoP …
            </p>
          ) : (
            <>
              {preview.failure && <Refused failure={preview.failure} onAgain={preview.again} />}
              {preview.value && (
                <PreviewNumbers
                  preview={preview.value}
                  purge={purge}
                  onAdd={(other) => onCompose({ kind: 'prefixes', values: [...purge.values, other] })}
                />
              )}
              {(preview.value || (preview.failure && preview.failure.kind !== 'refused')) && (
                <Go
                  key={JSON.stringify(purge)}
                  client={client}
                  zone={zone}
                  onUnauthorized={onUnauthorized}
                  purge={purge}
                  preview={preview.value}
                  onAccepted={onAccepted}
                />
              )}
            </>
          )}
        </Part>
      </div>
    </div>
  );
}

/** The prefixes above the URL that was written first, each with one click. */
function Steps({ draft, onPick }: { readonly draft: Draft; readonly onPick: (selection: Selection) => void }) {
  const first = draft.kind === 'urls' || draft.kind === 'prefixes' ? hostAndPath(parseValues('urls', draft.texts.urls).values[0] ?? '') : null;
  if (first === null) {
    return null;
  }
  return (
    <div className="steps" role="group" aria-label={`Everything of ${first.host} under`}>
      <span>Everything under</span>
      {prefixSteps(first.path).map((step) => (
        <button
          key={step}
          type="button"
          className="chip foreign"
          aria-pressed={draft.kind === 'prefixes' && draft.texts.prefixes.trim() === first.host + step}
          title={first.host + step}
          onClick={() => onPick({ kind: 'prefixes', values: [first.host + step] })}
        >
          {step}
        </button>
      ))}
      {!first.path.endsWith('/') && (
        <button
          type="button"
          className="chip"
          aria-pressed={draft.kind === 'prefixes' && draft.texts.prefixes.trim() === first.host + first.path}
          title={first.host + first.path}
          onClick={() => onPick({ kind: 'prefixes', values: [first.host + first.path] })}
        >
          this path, any query
        </button>
      )}
    </div>
  );
}

function PreviewNumbers({
  preview,
  purge,
  onAdd,
}: {
  readonly preview: Preview;
  readonly purge: Purge;
  readonly onAdd: (prefix: string) => void;
}) {
  const silent = preview.pops.length === 0;
  const kept = preview.share === null ? null : 1 - preview.share;
  return (
    <>
      <p className="unseen" role="status">
        {silent ? 'No PoP answered.' : `${whole(preview.objects)} objects, ${percent(preview.share)} of the last hour’s hits.`}
      </p>
      <Unanswered pops={preview.unanswered} words="what they hold is not in these numbers." />
      {silent && preview.unanswered.length === 0 && (
        <p className="remark" data-tone="warn">
          No PoP is there to say what this purge drops.
        </p>
      )}
      {preview.remarks.map((words) => (
        <p className="remark" key={words}>
          {words}
        </p>
      ))}
      {!silent && (
        <div className="figures">
          <DialFace
            label={`${percent(preview.share)} of the hits of the last hour`}
            edge={kept}
            rest="origin"
            figure={percent(preview.share)}
            word="of the last hour’s hits"
          />
          <dl>
            <Figure name={purge.soft ? 'Objects that turn stale' : 'Objects to drop'} exactly={`${whole(preview.objects)} objects`} tone="edge">
              {text(count(preview.objects))}
            </Figure>
            <Figure name="They take" exactly={`${whole(preview.bytes)} bytes`} tone="edge">
              {text(bytes(preview.bytes))}
            </Figure>
            <Figure name="Hits in the last hour" exactly={`${whole(preview.hits)} hits, about`} tone="edge">
              {text(count(preview.hits))}
            </Figure>
            <Figure name="Origin requests to expect" exactly={`${preview.originRequestsPerSecond} per second, at first`} tone="origin">
              {text(rate(preview.originRequestsPerSecond, 1))}
              <small>{'\u202f'}per second</small>
            </Figure>
          </dl>
        </div>
      )}
      {!silent && preview.objects === 0 && <p className="remark">Nothing that is stored matches. A purge still reaches what is on its way from the origin.</p>}
      {preview.neighbours.length > 0 && (
        <div className="neighbours" role="group" aria-label="Not covered although they begin the same">
          <p>Stored, and not covered although it begins the same:</p>
          <ul>
            {preview.neighbours.map(({ prefix, other }) => (
              <li key={`${prefix} ${other}`}>
                <code className="foreign" title={`not covered by ${prefix}`}>
                  {other}
                </code>
                <button type="button" className="quiet" aria-label={`Add ${other}`} disabled={purge.values.includes(other)} onClick={() => onAdd(other)}>
                  Add
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {preview.pops.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Preview per PoP">
          <table className="pops">
            <thead>
              <tr>
                <th scope="col">PoP</th>
                <th scope="col">Objects</th>
                <th scope="col">Bytes</th>
                <th scope="col">Hits/h</th>
                <th scope="col">Origin/s</th>
              </tr>
            </thead>
            <tbody>
              {preview.pops.map((pop) => (
                <tr key={pop.pop}>
                  <th scope="row">{pop.pop}</th>
                  <td title={`${whole(pop.objects)} objects`}>{text(count(pop.objects))}</td>
                  <td title={`${whole(pop.bytes)} bytes`}>{text(bytes(pop.bytes))}</td>
                  <td title={`${whole(pop.hits)} hits, about`}>{text(count(pop.hits))}</td>
                  <td>{text(rate(pop.originRequestsPerSecond, 1))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Figure({
  name,
  exactly,
  tone,
  children,
}: {
  readonly name: string;
  readonly exactly: string;
  readonly tone: 'edge' | 'origin';
  readonly children: React.ReactNode;
}) {
  return (
    <div className={`dial-${tone}`}>
      <dt>{name}</dt>
      <dd title={exactly}>{children}</dd>
    </div>
  );
}

/** The purge itself, behind a word where the zone, or good sense, asks for one. */
function Go({
  client,
  zone,
  onUnauthorized,
  purge,
  preview,
  onAccepted,
}: Omit<ViewParts, 'to'> & {
  readonly purge: Purge;
  /** Null when nobody could say what it would do. */
  readonly preview: Preview | null;
  readonly onAccepted: (accepted: Accepted) => void;
}) {
  const [word, setWord] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const refusedFor = failure !== null && wantsConfirmation(failure);
  const above = preview?.confirmation.abovePercent ?? null;
  const why =
    preview === null
      ? 'Nobody knows what this purge would drop.'
      : preview.confirmation.required || refusedFor
        ? above === null
          ? 'This zone asks for a second word.'
          : `This zone asks for a second word above ${above}\u202f% of the last hour’s hits${preview.unanswered.length > 0 ? ', or where that is not known' : ''}.`
        : purge.kind === 'everything'
          ? 'This forgets every stored object of the zone.'
          : '';
  const guarded = why !== '';
  const confirmed = word.trim().toLowerCase() === zone.name;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    const answer = await sendPurge(client, zone, purge, guarded && confirmed);
    setBusy(false);
    if (answer.ok) {
      onAccepted(answer.value);
      return;
    }
    if (answer.failure.kind === 'unauthorized') {
      onUnauthorized();
    }
    setFailure(answer.failure);
  };

  return (
    <form className="go" onSubmit={(event) => void submit(event)}>
      {guarded && (
        <label className="guard">
          <span>
            {why} Type <b>{zone.name}</b> to go on:
          </span>
          <input type="text" spellCheck={false} autoComplete="off" autoCapitalize="off" value={word} onChange={(event) => setWord(event.target.value)} />
        </label>
      )}
      <p className="problem" role="alert">
        {failure && failureWords(failure)}
        {failure?.kind === 'unreachable' && ' Whether the purge was accepted is not known; “Recent” will say.'}
      </p>
      <footer>
        <button type="submit" className="primary danger" disabled={busy || (guarded && !confirmed)}>
          {busy ? 'Purging …' : buttonWords(purge, preview)}
        </button>
      </footer>
    </form>
  );
}

function buttonWords(purge: Purge, preview: Preview | null): string {
  if (preview === null) {
    return 'Purge without a preview';
  }
  if (purge.kind === 'everything') {
    return purge.soft ? 'Mark everything stale' : 'Purge everything';
  }
  const objects = preview.objects === 1 ? '1 object' : `${text(count(preview.objects))} objects`;
  return preview.objects === 0 ? 'Purge' : purge.soft ? `Mark ${objects} stale` : `Purge ${objects}`;
}
