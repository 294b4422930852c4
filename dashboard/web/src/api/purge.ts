/** Purging: what a person asks for, the calls that ask the API for it, and how its answers are read. */
import { field, ok, type Call, type Client, type Failure, type Result } from './client.ts';
import type { Zone } from './account.ts';

/** The kinds that are a list of names. */
export type Listed = 'urls' | 'prefixes' | 'hosts' | 'tags';
export type Kind = Listed | 'everything';

/** What a purge is about. */
export interface Selection {
  readonly kind: Kind;
  /** Empty when everything is meant. */
  readonly values: readonly string[];
}

/** A purge as it will be asked for. */
export interface Purge extends Selection {
  /** Copies turn stale and may be confirmed by the origin, instead of being dropped. */
  readonly soft: boolean;
  /** So many of the hottest objects are fetched again by each PoP. */
  readonly rewarm: number;
}

const FIELD: Readonly<Record<Listed, string>> = { urls: 'files', prefixes: 'prefixes', hosts: 'hosts', tags: 'tags' };

export const EXAMPLE: Readonly<Record<Listed, string>> = {
  urls: 'https://example.com/logo.png',
  prefixes: 'example.com/blog/',
  hosts: 'shop.example.com',
  tags: 'product-10482',
};

/** The names in a text, one a line, and what is wrong with them; empty when nothing is. The API has the last word. */
export function parseValues(kind: Listed, text: string): { readonly values: readonly string[]; readonly problem: string } {
  const values = [...new Set(text.split(kind === 'tags' ? /[\s,]+/ : /\s+/).filter((value) => value !== ''))];
  if (values.length === 0) {
    return { values, problem: `Write at least one, such as ${EXAMPLE[kind]}.` };
  }
  const problem = values.map((value) => problemOf(kind, value)).find((words) => words !== '') ?? '';
  return { values, problem };
}

function problemOf(kind: Listed, value: string): string {
  switch (kind) {
    case 'urls':
      return /^https?:\/\/[^/]/i.test(value) && URL.canParse(value)
        ? ''
        : `${value} is no absolute URL; it must begin with http:// or https:// and a host.`;
    case 'prefixes':
      return /^[^/]*:\/\//.test(value)
        ? `${value} has a scheme; a prefix is a host and a path, such as ${EXAMPLE.prefixes}`
        : /[?#]/.test(value)
          ? `${value} has a query or a fragment; a prefix covers every query.`
          : value.startsWith('/')
            ? `${value} has no host; a prefix is a host and a path, such as ${EXAMPLE.prefixes}`
            : '';
    case 'hosts':
      return value.includes('/') ? `${value} is more than a host; a host with a path is a prefix.` : '';
    case 'tags':
      return '';
  }
}

/** The prefixes above a path, the shortest first: of `/blog/2026/x` they are `/`, `/blog/` and `/blog/2026/`. */
export function prefixSteps(path: string): readonly string[] {
  const steps: string[] = [];
  for (let at = path.indexOf('/'); at >= 0 && steps.length < MOST_SEGMENTS; at = path.indexOf('/', at + 1)) {
    steps.push(path.slice(0, at + 1));
  }
  return steps;
}

/** The API takes no more slashes in a prefix. */
const MOST_SEGMENTS = 31;

/** A visitor's host and path as a URL that can be purged; the scheme does not matter. */
export function urlOf(host: string, path: string): string {
  return `https://${host}${path}`.replace(/\s/g, encodeURIComponent);
}

/** Host and path of a URL as prefixes have them, as they are written; null when it is no URL. */
export function hostAndPath(url: string): { readonly host: string; readonly path: string } | null {
  const parts = /^https?:\/\/([^/?#]+?)(?::\d*)?(\/[^?#]*)?(?:[?#].*)?$/i.exec(url.trim());
  return parts === null ? null : { host: parts[1]!.toLowerCase(), path: parts[2] ?? '/' };
}

/** The request body that means a selection. */
export function bodyOf({ kind, values }: Selection): Readonly<Record<string, unknown>> {
  return kind === 'everything' ? { purge_everything: true } : { [FIELD[kind]]: values };
}

export function purgeCall(zone: Zone, purge: Purge, confirmed: boolean): Call {
  const more = new URLSearchParams();
  if (confirmed) {
    more.set('confirm', 'true');
  }
  if (purge.rewarm > 0) {
    more.set('rewarm', String(purge.rewarm));
  }
  const path = `/zones/${zone.id}/${purge.soft ? 'invalidate_cache' : 'purge_cache'}`;
  return { method: 'POST', path: more.size > 0 ? `${path}?${more}` : path, body: bodyOf(purge) };
}

export function previewCall(zone: Zone, selection: Selection): Call {
  return { method: 'POST', path: `/zones/${zone.id}/purge_cache/preview`, body: bodyOf(selection) };
}

export function receiptCall(zone: Zone, id: string): Call {
  return { path: `/zones/${zone.id}/purge_cache/${id}` };
}

export function listCall(zone: Zone, page: number): Call {
  return { path: `/zones/${zone.id}/purge_cache?page=${page}&per_page=${PER_PAGE}` };
}

export function explainCall(zone: Zone, url: string): Call {
  return { path: `/zones/${zone.id}/purge_cache/explain?${new URLSearchParams({ url })}` };
}

/** Receipts on one page of the list. */
export const PER_PAGE = 20;

/** A purge that was accepted. */
export interface Accepted {
  readonly id: string;
  /** What the API remarks about it. */
  readonly remarks: readonly string[];
}

export async function purge(client: Client, zone: Zone, what: Purge, confirmed: boolean): Promise<Result<Accepted>> {
  const answer = await client(purgeCall(zone, what, confirmed));
  if (!answer.ok) {
    return answer;
  }
  return ok({ id: text(field(field(answer.value, 'result'), 'id')), remarks: remarks(answer.value) });
}

/** The API's code of a remark that a prefix does not cover a neighbour. */
const NEIGHBOUR = 1245;

/** What the API says beside its answer. */
function remarks(answer: unknown, without = 0): readonly string[] {
  return texts(
    list(field(answer, 'messages'))
      .filter((one) => without === 0 || field(one, 'code') !== without)
      .map((one) => text(one) || field(one, 'message')),
  );
}

export type State = 'waiting' | 'effective' | 'reclaimed';

/** The API's code where a purge would drop more than its zone lets go unconfirmed. */
const UNCONFIRMED = 1241;

/** Whether a purge was refused only because nobody confirmed it. */
export function wantsConfirmation(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.codes?.includes(UNCONFIRMED) === true;
}

/** How far one PoP is. */
export interface PopProgress {
  readonly pop: string;
  readonly reachable: boolean;
  readonly state: State | 'received';
  /** Epoch microseconds; null while it has not happened. */
  readonly receivedAt: number | null;
  readonly effectiveAt: number | null;
  /** Milliseconds from acceptance; null while it is not effective there. */
  readonly effectiveMs: number | null;
  readonly objects: number;
  readonly bytes: number;
  /** The share of the zone's objects that was looked at, 0..1. */
  readonly scanned: number;
  readonly reclaimedAt: number | null;
}

/** What has become of a purge. */
export interface Receipt {
  readonly id: string;
  readonly sequence: number;
  /** Epoch microseconds. */
  readonly acceptedAt: number | null;
  readonly soft: boolean;
  readonly rewarm: number;
  /** Of many entries the first ones. */
  readonly selection: Selection;
  /** How many it names in all. */
  readonly entries: number;
  readonly state: State;
  readonly effective: {
    readonly pops: number;
    readonly of: number;
    readonly p50: number | null;
    readonly p99: number | null;
    readonly last: number | null;
  };
  readonly objects: number;
  readonly bytes: number;
  readonly waitingFor: readonly string[];
  readonly pops: readonly PopProgress[];
}

export async function getReceipt(client: Client, zone: Zone, id: string, signal: AbortSignal): Promise<Result<Receipt>> {
  const answer = await client({ ...receiptCall(zone, id), signal });
  return answer.ok ? ok(readReceipt(field(answer.value, 'result'))) : answer;
}

export async function listReceipts(client: Client, zone: Zone, page: number, signal: AbortSignal): Promise<Result<readonly Receipt[]>> {
  const answer = await client({ ...listCall(zone, page), signal });
  return answer.ok ? ok(list(field(answer.value, 'result')).map(readReceipt)) : answer;
}

export function readReceipt(value: unknown): Receipt {
  const effective = field(value, 'effective');
  const selection = readSelection(field(value, 'purge'));
  return {
    id: text(field(value, 'id')),
    sequence: number(field(value, 'sequence')),
    acceptedAt: micros(field(value, 'accepted_at')),
    soft: field(value, 'soft') === true,
    rewarm: number(field(value, 'rewarm')),
    selection,
    entries: Math.max(number(field(value, 'entries')), selection.values.length),
    state: state(field(value, 'state')),
    effective: {
      pops: number(field(effective, 'pops')),
      of: number(field(effective, 'of')),
      p50: known(field(effective, 'p50_ms')),
      p99: known(field(effective, 'p99_ms')),
      last: known(field(effective, 'last_ms')),
    },
    objects: number(field(value, 'objects')),
    bytes: number(field(value, 'bytes')),
    waitingFor: texts(field(value, 'waiting_for')),
    pops: list(field(value, 'pops')).map((pop) => ({
      pop: text(field(pop, 'pop')),
      reachable: field(pop, 'reachable') !== false,
      state: field(pop, 'state') === 'received' ? 'received' : state(field(pop, 'state')),
      receivedAt: micros(field(pop, 'received_at')),
      effectiveAt: micros(field(pop, 'effective_at')),
      effectiveMs: known(field(pop, 'effective_ms')),
      objects: number(field(pop, 'objects_matched')),
      bytes: number(field(pop, 'bytes_matched')),
      scanned: share(field(pop, 'scanned')) ?? 0,
      reclaimedAt: micros(field(pop, 'reclaimed_at')),
    })),
  };
}

/** A selection in the form of a request's body. */
export function readSelection(value: unknown): Selection {
  for (const kind of ['urls', 'prefixes', 'hosts', 'tags'] as const) {
    const values = list(field(value, FIELD[kind]))
      .map((one) => text(one) || text(field(one, 'url')))
      .filter((one) => one !== '');
    if (values.length > 0) {
      return { kind, values };
    }
  }
  return { kind: 'everything', values: [] };
}

/** What a purge would do. */
export interface Preview {
  readonly objects: number;
  readonly bytes: number;
  readonly hits: number;
  /** Of the last hour's hits, 0..1; null when there were none. */
  readonly share: number | null;
  readonly originRequestsPerSecond: number;
  readonly neighbours: readonly { readonly prefix: string; readonly other: string }[];
  /** Above which share of the hits the zone asks for it; null for never. */
  readonly confirmation: { readonly required: boolean; readonly abovePercent: number | null };
  readonly pops: readonly {
    readonly pop: string;
    readonly objects: number;
    readonly bytes: number;
    readonly hits: number;
    readonly originRequestsPerSecond: number;
  }[];
  /** PoPs whose part is not in the numbers. */
  readonly unanswered: readonly string[];
  /** What the API remarks beside the neighbours. */
  readonly remarks: readonly string[];
}

export async function getPreview(client: Client, zone: Zone, selection: Selection, signal: AbortSignal): Promise<Result<Preview>> {
  const answer = await client({ ...previewCall(zone, selection), signal });
  return answer.ok ? ok(readPreview(answer.value)) : answer;
}

/** Reads a whole answer: remarks stand beside the result. */
export function readPreview(answer: unknown): Preview {
  const value = field(answer, 'result');
  const confirmation = field(value, 'confirmation');
  return {
    objects: number(field(value, 'objects')),
    bytes: number(field(value, 'bytes')),
    hits: number(field(value, 'hits_last_hour')),
    share: share(field(value, 'share_of_hits')),
    originRequestsPerSecond: number(field(value, 'origin_requests_per_second')),
    neighbours: list(field(value, 'neighbours'))
      .map((one) => ({ prefix: text(field(one, 'prefix')), other: text(field(one, 'other')) }))
      .filter(({ other }) => other !== ''),
    confirmation: {
      required: field(confirmation, 'required') === true,
      abovePercent: known(field(confirmation, 'above_percent')) || null,
    },
    pops: list(field(value, 'pops')).map((pop) => ({
      pop: text(field(pop, 'pop')),
      objects: number(field(pop, 'objects')),
      bytes: number(field(pop, 'bytes')),
      hits: number(field(pop, 'hits_last_hour')),
      originRequestsPerSecond: number(field(pop, 'origin_requests_per_second')),
    })),
    unanswered: texts(field(value, 'unanswered')),
    remarks: remarks(answer, NEIGHBOUR),
  };
}

/** One purge as an explanation names it. */
export interface Touching {
  readonly id: string;
  readonly sequence: number;
  readonly acceptedAt: number | null;
  readonly soft: boolean;
  readonly selection: Selection;
}

/** A stored copy and what each purge means for it. */
export interface StoredCopy {
  readonly key: string;
  readonly tags: readonly string[];
  /** In the wire form: fresh, stale, purged. */
  readonly state: string;
  readonly storedAt: number | null;
  readonly sequence: number;
  readonly bytes: number;
  readonly hits: number;
  readonly purges: readonly { readonly id: string; readonly meaning: string; readonly why: string }[];
}

/** Why a URL was, or was not, purged. */
export interface Explanation {
  readonly url: string;
  readonly host: string;
  readonly path: string;
  readonly summary: string;
  readonly purges: readonly Touching[];
  readonly pops: readonly { readonly pop: string; readonly applied: number; readonly copies: readonly StoredCopy[] }[];
  readonly unanswered: readonly string[];
}

export async function explain(client: Client, zone: Zone, url: string, signal: AbortSignal): Promise<Result<Explanation>> {
  const answer = await client({ ...explainCall(zone, url), signal });
  return answer.ok ? ok(readExplanation(field(answer.value, 'result'))) : answer;
}

export function readExplanation(value: unknown): Explanation {
  return {
    url: text(field(value, 'url')),
    host: text(field(value, 'host')),
    path: text(field(value, 'path')),
    summary: text(field(value, 'summary')),
    purges: list(field(value, 'purges')).map((one) => ({
      id: text(field(one, 'id')),
      sequence: number(field(one, 'sequence')),
      acceptedAt: micros(field(one, 'accepted_at')),
      soft: field(one, 'soft') === true,
      selection: readSelection(field(one, 'purge')),
    })),
    pops: list(field(value, 'pops')).map((pop) => ({
      pop: text(field(pop, 'pop')),
      applied: number(field(pop, 'applied_sequence')),
      copies: list(field(pop, 'copies')).map((copy) => ({
        key: text(field(copy, 'key')),
        tags: texts(field(copy, 'tags')),
        state: text(field(copy, 'state')),
        storedAt: micros(field(copy, 'stored_at')),
        sequence: number(field(copy, 'sequence')),
        bytes: number(field(copy, 'bytes')),
        hits: number(field(copy, 'hits_last_hour')),
        purges: list(field(copy, 'purges')).map((one) => ({
          id: text(field(one, 'id')),
          meaning: text(field(one, 'meaning')),
          why: text(field(one, 'why')),
        })),
      })),
    })),
    unanswered: texts(field(value, 'unanswered')),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return list(value).map(text).filter((one) => one !== '');
}

function known(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function number(value: unknown): number {
  return known(value) ?? 0;
}

function share(value: unknown): number | null {
  const amount = known(value);
  return amount === null ? null : Math.max(0, Math.min(1, amount));
}

function state(value: unknown): State {
  return value === 'effective' || value === 'reclaimed' ? value : 'waiting';
}

/** RFC 3339 as epoch microseconds, whose last three digits a Date would drop; null when there is no time. */
function micros(value: unknown): number | null {
  const milliseconds = Date.parse(text(value));
  if (Number.isNaN(milliseconds)) {
    return null;
  }
  const fraction = /\.(\d{1,6})/.exec(text(value))?.[1] ?? '';
  return Math.floor(milliseconds / 1000) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}
