/** A purge while it is being written. */
import { parseValues, type Kind, type Listed, type Purge, type Selection } from '../api/purge.ts';

export interface Draft {
  readonly kind: Kind;
  /** What is typed for each kind, so that looking at another one loses nothing. */
  readonly texts: Readonly<Record<Listed, string>>;
  readonly soft: boolean;
  /** As it is typed; empty means none. */
  readonly rewarm: string;
}

export const EMPTY: Draft = { kind: 'urls', texts: { urls: '', prefixes: '', hosts: '', tags: '' }, soft: false, rewarm: '' };

/** A draft with another selection. */
export function about(draft: Draft, { kind, values }: Selection): Draft {
  return kind === 'everything' ? { ...draft, kind } : { ...draft, kind, texts: { ...draft.texts, [kind]: values.join('\n') } };
}

/** The purge that a draft means, and what is wrong with it; empty when nothing is. */
export function read(draft: Draft): { readonly purge: Purge; readonly problem: string } {
  const { values, problem } = draft.kind === 'everything' ? { values: [], problem: '' } : parseValues(draft.kind, draft.texts[draft.kind]);
  const rewarm = draft.rewarm.trim() === '' ? 0 : Number(draft.rewarm);
  const countless = !Number.isSafeInteger(rewarm) || rewarm < 0;
  return {
    purge: { kind: draft.kind, values, soft: draft.soft, rewarm: countless ? 0 : rewarm },
    problem: problem || (countless ? 'How many objects are fetched again is a whole number, from 0.' : ''),
  };
}

/** Whether two selections ask for the same. */
export function same(a: Selection, b: Selection): boolean {
  return a.kind === b.kind && a.values.length === b.values.length && a.values.every((value, i) => value === b.values[i]);
}
