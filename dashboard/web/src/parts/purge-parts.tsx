import { useId, useState, type ReactNode } from 'react';
import { failureWords, type Failure } from '../api/client.ts';
import type { Kind, Selection } from '../api/purge.ts';
import { whole } from '../numbers/format.ts';
import { ApiBox, type NamedCall } from './api-box.tsx';
import { IconButton } from './controls.tsx';
import { Code } from './icons.tsx';

/** One part of the purge panel, with the calls of the API behind it. */
export function Part({
  title,
  calls,
  testId,
  pending,
  children,
}: {
  readonly title: string;
  readonly calls: readonly NamedCall[];
  readonly testId: string;
  /** What is seen is being asked for anew. */
  readonly pending?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <section className="panel part" aria-labelledby={id} data-testid={testId} data-pending={pending || undefined}>
      <header>
        <h3 id={id} tabIndex={-1}>
          {title}
        </h3>
        <div className="tools">
          <IconButton label={`Show the API behind “${title}”`} onClick={() => setShown(true)}>
            <Code />
          </IconButton>
        </div>
      </header>
      {children}
      {shown && <ApiBox title={title} calls={calls} onClose={() => setShown(false)} />}
    </section>
  );
}

/** What the API said instead of an answer, and how to ask again. */
export function Refused({ failure, onAgain }: { readonly failure: Failure; readonly onAgain: () => void }) {
  return (
    <div className="refused">
      <p className="problem" role="alert">
        {failureWords(failure)}
      </p>
      <button type="button" className="quiet" onClick={onAgain}>
        Ask again
      </button>
    </div>
  );
}

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  urls: 'URL',
  prefixes: 'Prefix',
  hosts: 'Host',
  tags: 'Tag',
  everything: 'Everything',
};

const PLURALS: Readonly<Record<Kind, string>> = {
  urls: 'URLs',
  prefixes: 'Prefixes',
  hosts: 'Hosts',
  tags: 'Tags',
  everything: 'Everything',
};

/** The kind of a selection, and how many it names when there are more than one. */
export function kindWords({ kind, values }: Selection, entries = values.length): string {
  return entries > 1 ? `${whole(entries)} ${PLURALS[kind]}` : KIND_WORDS[kind];
}

const FEW = 6;

/** The names of a selection, some at first. */
export function Names({
  selection: { values },
  entries,
  link,
}: {
  readonly selection: Selection;
  /** How many there are in all. */
  readonly entries: number;
  readonly link?: (value: string) => string;
}) {
  return values.length === 0 ? null : (
    <>
      <Some things={values} few={FEW}>
        {(shown) => (
          <ul className="names">
            {shown.map((value) => (
              <li key={value}>
                <code className="foreign">{value}</code>
                {link && <a href={link(value)}>Why?</a>}
              </li>
            ))}
          </ul>
        )}
      </Some>
      {entries > values.length && (
        <p className="meaning">
          The receipt keeps the first {values.length} of {whole(entries)}.
        </p>
      )}
    </>
  );
}

/** The first things of a list, and the rest when they are asked for. */
export function Some<T>({
  things,
  few,
  children,
}: {
  readonly things: readonly T[];
  readonly few: number;
  readonly children: (things: readonly T[]) => ReactNode;
}) {
  const [all, setAll] = useState(false);
  return (
    <>
      {children(all ? things : things.slice(0, few))}
      {things.length > few && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${things.length - few} more`}
        </button>
      )}
    </>
  );
}

/** PoPs that did not answer in time, in a sentence. */
export function Unanswered({ pops, words }: { readonly pops: readonly string[]; readonly words: string }) {
  return pops.length === 0 ? null : (
    <p className="remark" data-tone="warn">
      No answer in time from {pops.join(', ')}: {words}
    </p>
  );
}
