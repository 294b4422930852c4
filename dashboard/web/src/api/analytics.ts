/**
 * The questions to the analytics API. Each panel has a selection of its own; a page asks all of them in one query, so
 * that every number on it is of the same moment. Literals stand in the text instead of variables, because the text is
 * shown to people who paste it into a terminal.
 */
import type { Bucket, Traffic, View } from '../numbers/traffic.ts';
import { rfc3339, utcDate, type Window } from '../state/range.ts';
import { failed, field, ok, type Client, type Result } from './client.ts';

export type Breakdown = 'cacheStatus' | 'status' | 'contentType' | 'country';
export type PanelId = 'trend' | Breakdown | 'hits' | 'misses';

/** Some traffic that has a name. */
export interface Group extends Traffic {
  readonly name: string;
}

/** Some traffic of one URL. */
export interface PathGroup extends Traffic {
  readonly host: string;
  readonly path: string;
  /** In the wire form: hit, miss, … */
  readonly cacheStatus: string;
  /** In the wire form; empty for a hit. */
  readonly reason: string;
}

/** Everything that one look at the page shows. */
export interface Snapshot {
  readonly trend: readonly Bucket[];
  readonly breakdowns: Readonly<Record<Breakdown, readonly Group[]>>;
  readonly hits: readonly PathGroup[];
  readonly misses: readonly PathGroup[];
  /** Everything before this moment is counted, in epoch milliseconds; null when the API does not say. */
  readonly watermark: number | null;
  /** Whether nothing was estimated; null when the API does not say. */
  readonly exact: boolean | null;
  /** One stored row stands for so many requests, on average; 1 when nothing was sampled. */
  readonly sampleInterval: number;
}

const SUMS = 'sum { edgeResponseBytes originRequests originResponseBytes }';
const HIT = ['hit', 'stale', 'updating'];
const MISSED = ['miss', 'expired', 'revalidated', 'bypass', 'dynamic'];
export const TOP = 10;
const LIST = 50;

const DIMENSION: Readonly<Record<Breakdown, string>> = {
  cacheStatus: 'cacheStatus',
  status: 'edgeResponseStatus',
  contentType: 'edgeResponseContentTypeName',
  country: 'clientCountryName',
};

/** The part of a query that fills one panel. */
export function selection(panel: PanelId, window: Window, view: View): string {
  switch (panel) {
    case 'trend':
      return trendSelection(window);
    case 'cacheStatus':
    case 'status':
    case 'contentType':
    case 'country':
      return `${panel}: httpRequestsAdaptiveGroups(
        filter: { ${between(window)} }
        limit: ${LIST}
        orderBy: [${order(view)}]
      ) {
        count
        ${SUMS}
        avg { sampleInterval }
        dimensions { ${DIMENSION[panel]} }
      }`;
    case 'hits':
      return paths('hits', HIT, '', window, view);
    case 'misses':
      return paths('misses', MISSED, ' missReason', window, view);
  }
}

function trendSelection(window: Window): string {
  const daily = window.dataset === 'httpRequests1dGroups';
  const filter = daily
    ? `date_geq: "${utcDate(window.since)}", date_leq: "${utcDate(window.until - 1)}"`
    : between(window);
  const time = daily ? 'date' : 'datetime';
  const rows = Math.ceil((window.until - window.since) / window.unit) + 1;
  return `trend: ${window.dataset}(
        filter: { ${filter} }
        limit: ${rows}
        orderBy: [${time}_ASC]
      ) {
        dimensions { ${time} }
        sum { requests bytes originRequests originResponseBytes }
      }`;
}

function paths(alias: string, statuses: readonly string[], more: string, window: Window, view: View): string {
  return `${alias}: httpRequestsAdaptiveGroups(
        filter: { ${between(window)}, cacheStatus_in: [${statuses.map((one) => `"${one}"`).join(', ')}] }
        limit: ${TOP}
        orderBy: [${order(view)}]
      ) {
        count
        ${SUMS}
        dimensions { clientRequestHTTPHost clientRequestPath cacheStatus${more} }
      }`;
}

function between(window: Window): string {
  return `datetime_geq: "${rfc3339(window.since)}", datetime_lt: "${rfc3339(window.until)}"`;
}

function order(view: View): string {
  return view === 'requests' ? 'count_DESC' : 'sum_edgeResponseBytes_DESC';
}

export const PANELS: readonly PanelId[] = [
  'trend',
  'cacheStatus',
  'status',
  'contentType',
  'country',
  'hits',
  'misses',
];

/** A whole query for some panels. */
export function query(panels: readonly PanelId[], zone: string, window: Window, view: View): string {
  if (!/^[0-9a-f]{32}$/.test(zone)) {
    throw new Error('a zone id is 32 hexadecimal digits');
  }
  const parts = panels.map((panel) => `      ${selection(panel, window, view)}`).join('\n');
  return `{
  viewer {
    zones(filter: { zoneTag: "${zone}" }) {
${parts}
    }
  }
}`;
}

/** Asks for all that the page shows. */
export async function ask(
  client: Client,
  zone: string,
  window: Window,
  view: View,
  signal: AbortSignal,
): Promise<Result<Snapshot>> {
  const answer = await client({
    method: 'POST',
    path: '/graphql',
    body: { query: query(PANELS, zone, window, view) },
    signal,
  });
  if (!answer.ok) {
    return answer;
  }
  const zones = field(field(field(answer.value, 'data'), 'viewer'), 'zones');
  const data: unknown = Array.isArray(zones) ? zones[0] : undefined;
  if (data === undefined) {
    return failed({ kind: 'refused', message: 'The analytics API knows no such zone, or this token may not read it.' });
  }
  return ok(readSnapshot(data, field(answer.value, 'extensions')));
}

/** Reads an answer; what is missing counts as nothing, so that an older API still shows what it has. */
export function readSnapshot(data: unknown, extensions: unknown): Snapshot {
  const watermark = Date.parse(text(field(extensions, 'watermark')));
  const exact = field(extensions, 'exact');
  const intervals = rows(data, 'cacheStatus').map((row) => [
    number(field(row, 'count')),
    number(field(field(row, 'avg'), 'sampleInterval')) || 1,
  ]);
  const counted = intervals.reduce((sum, [count]) => sum + count!, 0);
  // Rows, not requests, are averaged: a group's stored rows are its count by its interval.
  const stored = intervals.reduce((sum, [count, interval]) => sum + count! / interval!, 0);
  return {
    trend: rows(data, 'trend').map((row) => {
      const sum = field(row, 'sum');
      const dimensions = field(row, 'dimensions');
      return {
        start: Date.parse(text(field(dimensions, 'datetime')) || text(field(dimensions, 'date'))) / 1000,
        requests: number(field(sum, 'requests')),
        bytes: number(field(sum, 'bytes')),
        originRequests: number(field(sum, 'originRequests')),
        originBytes: number(field(sum, 'originResponseBytes')),
      };
    }),
    breakdowns: {
      cacheStatus: groups(data, 'cacheStatus'),
      status: groups(data, 'status'),
      contentType: groups(data, 'contentType'),
      country: groups(data, 'country'),
    },
    hits: pathGroups(data, 'hits'),
    misses: pathGroups(data, 'misses'),
    watermark: Number.isNaN(watermark) ? null : watermark,
    exact: typeof exact === 'boolean' ? exact : null,
    sampleInterval: stored > 0 ? counted / stored : 1,
  };
}

function groups(data: unknown, name: Breakdown): Group[] {
  return rows(data, name).map((row) => ({
    ...sums(row),
    name: text(field(field(row, 'dimensions'), DIMENSION[name])),
  }));
}

function pathGroups(data: unknown, name: 'hits' | 'misses'): PathGroup[] {
  return rows(data, name).map((row) => {
    const dimensions = field(row, 'dimensions');
    return {
      ...sums(row),
      host: text(field(dimensions, 'clientRequestHTTPHost')),
      path: text(field(dimensions, 'clientRequestPath')),
      cacheStatus: text(field(dimensions, 'cacheStatus')),
      reason: text(field(dimensions, 'missReason')),
    };
  });
}

function sums(row: unknown): Traffic {
  const sum = field(row, 'sum');
  return {
    requests: number(field(row, 'count')),
    bytes: number(field(sum, 'edgeResponseBytes')),
    originRequests: number(field(sum, 'originRequests')),
    originBytes: number(field(sum, 'originResponseBytes')),
  };
}

function rows(data: unknown, name: string): unknown[] {
  const list = field(data, name);
  return Array.isArray(list) ? list : [];
}

function number(value: unknown): number {
  const amount = typeof value === 'string' ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
