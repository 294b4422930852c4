import { useCallback, useEffect, useId, useState } from 'react';
import { EXAMPLE, explain, explainCall, parseValues, prefixSteps, type Explanation, type Selection, type StoredCopy, type Touching } from '../api/purge.ts';
import { ago, bytes, count, moment, text, whole } from '../numbers/format.ts';
import { once, useAnswer } from '../state/use-answer.ts';
import type { ViewParts } from './purge-panel.tsx';
import { kindWords, Part, Refused, Some, Unanswered } from './purge-parts.tsx';

/** Whether a URL is stored, where, and what each purge meant for it. */
export function PurgeWhy({
  client,
  zone,
  to,
  onUnauthorized,
  url,
  onUrl,
  onCompose,
}: ViewParts & {
  /** The URL that is explained; empty for none. */
  readonly url: string;
  readonly onUrl: (url: string) => void;
  readonly onCompose: (selection: Selection) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(url);
  const [problem, setProblem] = useState('');
  useEffect(() => setTyped(url), [url]);
  const ask = useCallback((signal: AbortSignal) => explain(client, zone, url, signal), [client, zone, url]);
  const { value: explanation, failure, loading, again } = useAnswer(url === '' ? null : ask, once, onUnauthorized);

  return (
    <Part
      title="Why was this URL (not) purged?"
      testId="purge-why"
      calls={[{ words: 'Explain a URL:', call: explainCall(zone, url || EXAMPLE.urls) }]}
    >
      <form
        className="ask"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const { values, problem: wrong } = parseValues('urls', typed);
          setProblem(values.length > 1 ? 'One URL at a time.' : wrong);
          if (wrong === '' && values.length === 1) {
            if (values[0] === url) {
              again();
            } else {
              onUrl(values[0]!);
            }
          }
        }}
      >
        <label className="unseen" htmlFor={`${id}-url`}>
          URL
        </label>
        <input
          id={`${id}-url`}
          type="url"
          spellCheck={false}
          autoCapitalize="off"
          placeholder={EXAMPLE.urls}
          value={typed}
          aria-invalid={problem !== ''}
          aria-describedby={`${id}-problem`}
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem('');
          }}
        />
        <button type="submit" className="primary">
          Explain
        </button>
        <p className="problem" role="alert" id={`${id}-problem`}>
          {problem}
        </p>
      </form>
      {url === '' && <p className="none">See where a URL is stored, under which key and tags, and what each of the last purges meant for it.</p>}
      {loading && (
        <p className="none" role="status">
          Asking every PoP …
        </p>
      )}
      {failure && <Refused failure={failure} onAgain={again} />}
      {explanation && <Explained explanation={explanation} to={to} onCompose={onCompose} />}
    </Part>
  );
}

function Explained({
  explanation,
  to,
  onCompose,
}: {
  readonly explanation: Explanation;
  readonly to: ViewParts['to'];
  readonly onCompose: (selection: Selection) => void;
}) {
  const { host, path, purges, pops } = explanation;
  const touching = new Map(purges.map((one) => [one.id, one]));
  const tags = [...new Set(pops.flatMap((pop) => pop.copies.flatMap((copy) => copy.tags)))].slice(0, MOST_TAGS);
  return (
    <div className="explained">
      <p className="standing" role="status">
        {explanation.summary}
      </p>
      <p className="meaning">
        Purges see it as <code className="foreign">{host + path}</code>
      </p>
      <div className="steps" role="group" aria-label="Purge">
        <span>Purge</span>
        <button type="button" className="chip" onClick={() => onCompose({ kind: 'urls', values: [explanation.url] })}>
          this URL
        </button>
        {prefixSteps(path).map((step) => (
          <button key={step} type="button" className="chip foreign" aria-label={`everything under ${host}${step}`} title={host + step} onClick={() => onCompose({ kind: 'prefixes', values: [host + step] })}>
            {step}
          </button>
        ))}
        {tags.map((tag) => (
          <button key={tag} type="button" className="chip chip-tag foreign" aria-label={`tag ${tag}`} onClick={() => onCompose({ kind: 'tags', values: [tag] })}>
            {tag}
          </button>
        ))}
      </div>
      <Unanswered pops={explanation.unanswered} words="what they hold is not known." />
      {pops.map((pop) => (
        <section key={pop.pop} className="pop-copies" aria-label={pop.pop}>
          <h4>
            {pop.pop}
            <small>
              {pop.copies.length === 0 ? 'holds no copy' : pop.copies.length === 1 ? 'holds 1 copy' : `holds ${pop.copies.length} copies`}, has applied purge {whole(pop.applied)}
            </small>
          </h4>
          <Some things={pop.copies} few={FEW}>
            {(copies) => copies.map((copy, i) => <Copy key={`${copy.key} ${i}`} copy={copy} touching={touching} to={to} />)}
          </Some>
        </section>
      ))}
      {purges.length === 0 && <p className="none">Nothing was purged in this zone that is still remembered.</p>}
    </div>
  );
}

/** Copies of a PoP, and purges of a copy, that are shown at first. */
const FEW = 5;

/** A copy may have as many as fit in 16 KB; more are no help to click on. */
const MOST_TAGS = 24;

function Copy({
  copy,
  touching,
  to,
}: {
  readonly copy: StoredCopy;
  readonly touching: ReadonlyMap<string, Touching>;
  readonly to: ViewParts['to'];
}) {
  return (
    <div className="copy">
      <p className="copy-key">
        <span className="badge" data-state={copy.state}>
          {copy.state}
        </span>
        <code className="foreign">{copy.key}</code>
      </p>
      <p className="meaning">
        Stored {moment(copy.storedAt)}
        {copy.storedAt !== null && ` (${ago(Date.now() - copy.storedAt / 1000)} ago)`}, after purge {whole(copy.sequence)} of the zone; {text(bytes(copy.bytes))},{' '}
        {text(count(copy.hits))} {copy.hits === 1 ? 'hit' : 'hits'} in the last hour.
        {copy.tags.length > 0 && (
          <>
            {' '}
            Tags: <span className="foreign">{copy.tags.join(', ')}</span>
          </>
        )}
      </p>
      {copy.purges.length > 0 && (
        <Some things={copy.purges} few={FEW}>
          {(purges) => (
            <ol className="verdicts">
              {purges.map(({ id, meaning, why }) => {
                const purge = touching.get(id);
                return (
                  <li key={id} data-meaning={meaning}>
                    <a href={to(id)} className="foreign" title={purge?.selection.values.join('\n')}>
                      {purge ? [kindWords(purge.selection), ...(purge.soft ? ['(stale)'] : []), purge.selection.values[0]].join(' ') : id}
                    </a>
                    <time>{moment(purge?.acceptedAt ?? null)}</time>
                    <span>{why || meaning.replaceAll('_', ' ')}</span>
                  </li>
                );
              })}
            </ol>
          )}
        </Some>
      )}
    </div>
  );
}
