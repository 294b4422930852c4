/**
 * A small stand-in for Selvage's API port: the parts of the API that the dashboard asks, over a made-up site whose
 * traffic is a pure function of time, and the dashboard's own files with the headers that the real server sends.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { DESCRIPTION } from './description.ts';
import { zoneId } from './ids.ts';
import { FakePurges } from './purges.ts';
import { introspect } from './schema.ts';

export { zoneId };

export const TOKEN = 'cfut_test0123456789';

/** Must be what Dashboard.java sends; a test compares them. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/help/api': 'index.html',
  '/graphiql': 'graphiql.html',
};

export interface FakeZone {
  readonly id: string;
  readonly name: string;
}

export type Mood = 'well' | 'catching-up' | 'limited' | 'broken' | 'estimated';

export class FakeApi {
  zones: FakeZone[] = [
    { id: zoneId(1), name: 'quickstart.internal' },
    { id: zoneId(2), name: 'shop.example.com' },
    { id: zoneId(3), name: 'silent.example.org' },
  ];
  mood: Mood = 'well';
  tokenRevoked = false;
  readonly purges = new FakePurges();
  /** Texts of the GraphQL queries, in order. */
  readonly queries: string[] = [];
  /** Pages of zones that were asked. */
  readonly pages: number[] = [];

  private constructor(
    private readonly server: Server,
    private readonly files: string,
    readonly url: string,
  ) {}

  static async start(files: string, port = 0): Promise<FakeApi> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    const api = new FakeApi(server, files, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.on('request', (request, response) => {
      api.answer(request, response).catch((failure: unknown) => {
        response.statusCode = 500;
        response.end(String(failure));
      });
    });
    return api;
  }


  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((closed) => this.server.close(() => closed()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (!url.pathname.startsWith('/client/v4/')) {
      await this.file(url.pathname, response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks).toString();
    const path = url.pathname.slice('/client/v4'.length);
    if (path === '/openapi.json') {
      this.describe(response);
    } else if (request.headers.authorization !== `Bearer ${TOKEN}` || this.tokenRevoked) {
      envelope(response, path.endsWith('/verify') ? 401 : 403, null, [{ code: 1000, message: 'Invalid API Token' }]);
    } else if (path === '/user/tokens/verify') {
      envelope(response, 200, { id: zoneId(9), status: 'active' });
    } else if (path === '/zones') {
      this.listZones(url, response);
    } else if (/^\/zones\/[0-9a-f]{32}$/.test(path)) {
      const zone = this.zones.find((one) => path.endsWith(one.id));
      envelope(response, zone ? 200 : 404, zone ?? null, zone ? [] : [{ code: 1001, message: 'Invalid zone identifier' }]);
    } else if (path === '/graphql' && request.method === 'POST') {
      const { query, operationName } = JSON.parse(body) as { query: string; operationName?: string };
      if (operationName === 'IntrospectionQuery') {
        json(response, 200, await introspect(query));
      } else {
        this.graphql(query, response);
      }
    } else {
      const told = this.purges.answer(request.method ?? 'GET', url, body);
      if (told === null) {
        envelope(response, 404, null, [{ code: 7000, message: 'No route for that URI' }]);
      } else {
        if (told.status === 429) {
          response.setHeader('Retry-After', '7');
        }
        envelope(response, told.status, told.result, told.errors, told.messages);
      }
    }
  }

  private describe(response: ServerResponse): void {
    if (this.mood === 'broken') {
      envelope(response, 500, null, [{ code: 1000, message: 'Internal error' }]);
    } else {
      json(response, 200, DESCRIPTION);
    }
  }

  private listZones(url: URL, response: ServerResponse): void {
    const page = Number(url.searchParams.get('page'));
    const perPage = Number(url.searchParams.get('per_page'));
    const name = url.searchParams.get('name')?.replace(/^contains:/, '') ?? '';
    this.pages.push(page);
    const held = this.zones.filter((zone) => zone.name.includes(name));
    envelope(response, 200, held.slice((page - 1) * perPage, page * perPage));
  }

  private graphql(query: string, response: ServerResponse): void {
    this.queries.push(query);
    const errors = (message: string): unknown => ({
      data: null,
      errors: [{ message, path: null, extensions: { timestamp: new Date().toISOString() } }],
    });
    switch (this.mood) {
      case 'catching-up':
        return json(response, 503, errors('analytics has read 61 % of its store, please try again later'));
      case 'limited':
        response.setHeader('Retry-After', '7');
        return json(response, 429, errors('rate limiter budget depleted, try again after 5 minutes'));
      case 'broken':
        return json(response, 200, errors('unknown field "originRequests"'));
      case 'well':
      case 'estimated':
        json(response, 200, {
          data: { viewer: { zones: this.zones.filter((zone) => query.includes(zone.id)).map((zone) => fill(zone, query, this.mood)) } },
          errors: null,
          extensions: { watermark: new Date(Date.now() - 1_200).toISOString(), exact: this.mood === 'well' },
        });
    }
  }

  private async file(path: string, response: ServerResponse): Promise<void> {
    const name = PAGES[path] ?? normalize(path).slice(1);
    try {
      const bytes = await readFile(join(this.files, name));
      response.setHeader('Content-Type', TYPES[extname(name)] ?? 'text/plain; charset=utf-8');
      response.setHeader('Content-Security-Policy', POLICY);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Referrer-Policy', 'no-referrer');
      response.end(bytes);
    } catch {
      response.statusCode = 404;
      response.end('not found');
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function envelope(
  response: ServerResponse,
  status: number,
  result: unknown,
  errors: readonly unknown[] = [],
  messages: readonly unknown[] = [],
): void {
  json(response, status, { success: errors.length === 0, errors, messages, result });
}

/** Requests to shop.example.com in the minute that begins at `time` (epoch seconds): a day's wave, a lunch-time surge. */
export function requestsInMinute(time: number): number {
  const minute = Math.floor(time / 60);
  const day = Math.sin(((minute % 1440) / 1440) * 2 * Math.PI - 1.9);
  const grain = ((minute * 7919) % 97) / 97 - 0.5;
  return Math.round(900 + 520 * day + 240 * grain + (minute % 45 < 3 ? 420 : 0));
}

/** The share of that minute which went to the origin: a deploy purges now and then, and copies return slowly. */
function originShare(time: number): number {
  const since = Math.floor(time / 60) % 45;
  return 0.045 + 0.42 * Math.exp(-since / 2.5);
}

interface Sum {
  requests: number;
  bytes: number;
  originRequests: number;
  originResponseBytes: number;
}

export function sumOf(since: number, until: number): Sum {
  const sum = { requests: 0, bytes: 0, originRequests: 0, originResponseBytes: 0 };
  // Long spans are made of samples: the page does not mind, and a month has 43,200 minutes.
  const step = until - since > 7_200 ? 600 : 60;
  for (let time = since; time < Math.min(until, Date.now() / 1000); time += step) {
    const requests = requestsInMinute(time) * (step / 60);
    const origin = Math.round(requests * originShare(time));
    sum.requests += requests;
    sum.bytes += requests * 14_300;
    sum.originRequests += origin;
    sum.originResponseBytes += origin * 9_100;
  }
  return sum;
}

const ASK = /(\w+): (httpRequests\w+)\(\s*filter: \{([^}]*)\}\s*limit: (\d+)\s*orderBy: \[(\w+)\]\s*\)/g;

function fill(zone: FakeZone, query: string, mood: Mood): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const [, alias, dataset, filter, limit, order] of query.matchAll(ASK)) {
    const times = [...filter!.matchAll(/"(\d{4}-[^"]+)"/g)].map((match) => Date.parse(match[1]!) / 1000);
    const [since, until] = [times[0]!, times[1]!];
    filled[alias!] = zone.name.startsWith('silent')
      ? []
      : dataset === 'httpRequestsAdaptiveGroups'
        ? groups(alias!, since, until, order!.startsWith('sum'), mood).slice(0, Number(limit))
        : trend(dataset!, since, until).slice(0, Number(limit));
  }
  return filled;
}

function trend(dataset: string, since: number, until: number): unknown[] {
  const unit = dataset.includes('1m') ? 60 : dataset.includes('1h') ? 3600 : 86_400;
  const end = unit === 86_400 ? until + 86_400 : until;
  const rows: unknown[] = [];
  for (let time = since; time < Math.min(end, Date.now() / 1000); time += unit) {
    const iso = new Date(time * 1000).toISOString();
    rows.push({
      dimensions: unit === 86_400 ? { date: iso.slice(0, 10) } : { datetime: `${iso.slice(0, 19)}Z` },
      sum: sumOf(time, time + unit),
    });
  }
  return rows;
}

/** Name, share of the requests, share of these that went to the origin, bytes each. */
const SHARES: Readonly<Record<string, readonly (readonly [string | number, number, number, number])[]>> = {
  cacheStatus: [
    ['hit', 0.861, 0, 13_000],
    ['miss', 0.058, 1, 15_000],
    ['dynamic', 0.041, 1, 8_200],
    ['expired', 0.019, 1, 14_000],
    ['revalidated', 0.011, 1, 21_000],
    ['stale', 0.006, 0, 9_000],
    ['bypass', 0.003, 1, 5_000],
    ['none', 0.001, 0, 300],
  ],
  status: [
    [200, 0.872, 0.09, 15_900],
    [304, 0.061, 0.02, 280],
    [301, 0.033, 0.3, 410],
    [404, 0.028, 0.72, 1_900],
    [206, 0.005, 0.1, 420_000],
    [502, 0.001, 1, 900],
  ],
  contentType: [
    ['html', 0.214, 0.31, 18_000],
    ['jpeg', 0.281, 0.04, 41_000],
    ['js', 0.194, 0.02, 9_800],
    ['css', 0.143, 0.02, 4_200],
    ['png', 0.082, 0.05, 12_000],
    ['empty', 0.046, 0.28, 300],
    ['woff2', 0.031, 0.01, 22_000],
    ['json', 0.009, 0.92, 2_600],
  ],
  country: [
    ['DE', 0.412, 0.08, 14_000],
    ['US', 0.223, 0.11, 14_800],
    ['FR', 0.108, 0.1, 13_900],
    ['GB', 0.071, 0.09, 14_100],
    ['NL', 0.058, 0.12, 13_700],
    ['JP', 0.044, 0.14, 15_200],
    ['BR', 0.031, 0.16, 14_400],
    ['XX', 0.021, 0.2, 12_000],
  ],
};

const HITS: readonly (readonly [string, string, number, number])[] = [
  ['/assets/app.4f1c.js', 'hit', 0.112, 9_800],
  ['/assets/site.css', 'hit', 0.094, 4_200],
  ['/images/hero-autumn.jpg', 'hit', 0.071, 88_000],
  ['/', 'hit', 0.066, 18_300],
  ['/fonts/inter-var.woff2', 'hit', 0.041, 22_000],
  ['/images/products/10482-large.jpg', 'hit', 0.028, 61_000],
  ['/collections/outerwear', 'updating', 0.019, 24_000],
  ['/images/logo.svg', 'hit', 0.017, 2_100],
  ['/robots.txt', 'hit', 0.008, 180],
  ['/blog/how-a-very-long-article-path-behaves-in-a-narrow-column-of-the-page', 'stale', 0.006, 31_000],
];

const MISSES: readonly (readonly [string, string, string, number, number])[] = [
  ['/api/cart', 'dynamic', 'not-eligible', 0.024, 2_600],
  ['/search', 'miss', 'first-seen', 0.019, 17_800],
  ['/account', 'bypass', 'set-cookie', 0.011, 8_000],
  ['/collections/sale', 'expired', 'expired', 0.009, 26_000],
  ['/api/stock', 'dynamic', 'not-eligible', 0.008, 900],
  ['/images/products/20911-large.jpg', 'miss', 'purged', 0.006, 58_000],
  ['/checkout', 'bypass', 'private', 0.004, 9_400],
  ['/feed.xml', 'revalidated', 'no-cache', 0.003, 41_000],
  ['/wp-login.php', 'miss', 'status', 0.002, 1_900],
  ['/export.csv', 'bypass', 'no-store', 0.001, 380_000],
];

function groups(alias: string, since: number, until: number, byBytes: boolean, mood: Mood): unknown[] {
  const { requests } = sumOf(since, until);
  const interval = mood === 'estimated' ? 8 : 1;
  const row = (share: number, origin: number, each: number, dimensions: Record<string, unknown>): { count: number; sum: { edgeResponseBytes: number } } => {
    const count = Math.round(requests * share);
    return {
      count,
      sum: {
        edgeResponseBytes: count * each,
        originRequests: Math.round(count * origin),
        originResponseBytes: Math.round(count * origin * each * 0.97),
      },
      avg: { sampleInterval: interval },
      dimensions,
    } as never;
  };
  const key: Readonly<Record<string, string>> = {
    cacheStatus: 'cacheStatus',
    status: 'edgeResponseStatus',
    contentType: 'edgeResponseContentTypeName',
    country: 'clientCountryName',
  };
  const host = 'shop.example.com';
  const rows =
    alias === 'hits'
      ? HITS.map(([path, cacheStatus, share, each]) =>
          row(share, 0, each, { clientRequestHTTPHost: host, clientRequestPath: path, cacheStatus }),
        )
      : alias === 'misses'
        ? MISSES.map(([path, cacheStatus, missReason, share, each]) =>
            row(share, 1, each, { clientRequestHTTPHost: host, clientRequestPath: path, cacheStatus, missReason }),
          )
        : SHARES[alias]!.map(([name, share, origin, each]) => row(share, origin, each, { [key[alias]!]: name }));
  return rows
    .filter((one) => one.count > 0)
    .toSorted((a, b) => (byBytes ? b.sum.edgeResponseBytes - a.sum.edgeResponseBytes : b.count - a.count));
}
