import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { listZones, MOST_ZONES, type Zone } from '../src/api/account.ts';
import { ask, PANELS, query, readSnapshot } from '../src/api/analytics.ts';
import { clientFor, judge, ok, tidyToken, type Call, type Client } from '../src/api/client.ts';
import { narrow } from '../src/parts/zone-picker.tsx';
import { windowOfPreset } from '../src/state/range.ts';
import { retryAfter } from '../src/state/use-traffic.ts';
import { POLICY, zoneId } from './fake/api.ts';

const NOW = Date.UTC(2026, 10, 23, 14, 7, 41) / 1000;
const ZONE = 'ab'.repeat(16);

describe('a token', () => {
  test.each([
    ['  abc  ', 'abc'],
    ['Bearer abc', 'abc'],
    ['"abc"', 'abc'],
    ['', null],
    ['two words', null],
    ['naïve', null],
    ['x'.repeat(513), null],
  ])('pasted as %j is %j', (pasted, token) => expect(tidyToken(pasted)).toBe(token));

  test('goes in the header and nowhere else', async () => {
    const sent: [unknown, RequestInit | undefined][] = [];
    const client = clientFor('secret', (input, init) => {
      sent.push([input, init]);
      return Promise.resolve(new Response('{"success":true,"errors":[],"messages":[],"result":{}}'));
    });
    expect((await client({ path: '/user/tokens/verify' })).ok).toBe(true);
    expect(sent[0]![0]).toBe('/client/v4/user/tokens/verify');
    expect(sent[0]![1]).toMatchObject({ headers: { Authorization: 'Bearer secret' }, redirect: 'error' });
  });
});

describe('an answer', () => {
  const errors = (message: string): unknown => ({ success: false, errors: [{ code: 1000, message }], result: null });

  test.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'limited'],
    [503, 'catching-up'],
    [404, 'refused'],
    [500, 'refused'],
    [200, 'refused'],
  ])('of %d with an error is %s and keeps the words', (status, kind) => {
    const result = judge(status, null, errors('what was wrong'));
    expect(result).toMatchObject({ ok: false, failure: { kind, message: 'what was wrong' } });
  });

  test('that is no JSON says so', () => {
    expect(judge(200, null, undefined)).toMatchObject({ failure: { kind: 'refused' } });
    expect(judge(502, null, undefined)).toMatchObject({ failure: { message: 'The API answered with status 502.' } });
  });

  test('tells how long to wait, within reason', () => {
    const after = (header: string | null): number => {
      const result = judge(429, header, undefined);
      return result.ok || result.failure.kind !== 'limited' ? -1 : result.failure.after;
    };
    expect([after('7'), after(null), after('soon'), after('99999')]).toEqual([7, 30, 30, 300]);
  });

  test('that never comes is a failure, not an exception', async () => {
    const client = clientFor('t', () => Promise.reject(new TypeError('refused')));
    expect(await client({ path: '/zones' })).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
  });
});

test('after failures the page asks ever more rarely', () => {
  const waits = [0, 1, 2, 9].map((times) => retryAfter({ kind: 'catching-up', message: '' }, times));
  expect(waits).toEqual([2, 3, 4.5, 10]);
  expect(retryAfter({ kind: 'unreachable', message: '' }, 9)).toBe(30);
  expect(retryAfter({ kind: 'limited', message: '', after: 7 }, 0)).toBe(7);
});

describe('zones', () => {
  const serving = (zones: readonly Zone[], asked: string[]): Client => {
    return (call: Call) => {
      asked.push(call.path);
      const page = Number(/page=(\d+)/.exec(call.path)![1]);
      return Promise.resolve(ok({ result: zones.slice((page - 1) * 50, page * 50) }));
    };
  };
  const many = (size: number): Zone[] => Array.from({ length: size }, (_, i) => ({ id: zoneId(i), name: `z${i}.test` }));

  test('are read page by page until one is empty', async () => {
    const asked: string[] = [];
    const result = await listZones(serving(many(120), asked));
    expect(result.ok && result.value.zones.length).toBe(120);
    expect(result.ok && result.value.complete).toBe(true);
    expect(asked).toEqual([1, 2, 3, 4].map((page) => `/zones?page=${page}&per_page=50`));
  });

  test('are bounded: an endless list is cut and says so', async () => {
    const asked: string[] = [];
    const result = await listZones(serving(many(MOST_ZONES + 500), asked));
    expect(result.ok && result.value.zones.length).toBe(MOST_ZONES);
    expect(result.ok && result.value.complete).toBe(false);
  });

  test('are narrowed by what is typed, beginnings first', () => {
    const zones = ['shop.example.com', 'example.com', 'other.test', 'quickstart.internal'].map((name, i) => ({ id: zoneId(i), name }));
    expect(narrow(zones, ' EXAMPLE ').map(({ name }) => name)).toEqual(['example.com', 'shop.example.com']);
    expect(narrow(zones, 'quick start').map(({ name }) => name)).toEqual(['quickstart.internal']);
    expect(narrow(zones, '')).toHaveLength(4);
  });
});

describe('the query', () => {
  test('asks every panel for the same time, in one question', () => {
    const window = windowOfPreset('1h', NOW);
    const text = query(PANELS, ZONE, window, 'requests');
    expect(text).toContain(`zones(filter: { zoneTag: "${ZONE}" })`);
    expect(text.match(/datetime_geq: "2026-11-23T13:08:00Z", datetime_lt: "2026-11-23T14:08:00Z"/g)).toHaveLength(7);
    expect(text).toContain('trend: httpRequests1mGroups');
    expect(text.match(/count_DESC/g)).toHaveLength(6);
    for (const [open, close] of ['{}', '()', '[]'] as const) {
      expect(text.split(open!).length).toBe(text.split(close!).length);
    }
  });

  test('of days filters by date and leaves no day out', () => {
    const text = query(['trend'], ZONE, windowOfPreset('30d', NOW), 'bytes');
    expect(text).toContain('httpRequests1dGroups');
    expect(text).toContain('date_geq: "2026-10-25", date_leq: "2026-11-23"');
    expect(text).toContain('limit: 31');
  });

  test('in the view of bytes sorts by bytes', () => {
    expect(query(['hits'], ZONE, windowOfPreset('1h', NOW), 'bytes')).toContain('orderBy: [sum_edgeResponseBytes_DESC]');
  });

  test('never carries a zone id that is none', () => {
    expect(() => query(['trend'], '"}){x', windowOfPreset('1h', NOW), 'bytes')).toThrow('32 hexadecimal digits');
  });
});

describe('the answer of analytics', () => {
  test('is read with its sums, its watermark and what it was estimated from', () => {
    const group = (name: object, count: number, sampleInterval: number): object => ({
      count,
      sum: { edgeResponseBytes: 10, originRequests: 1, originResponseBytes: 5 },
      avg: { sampleInterval },
      dimensions: name,
    });
    const snapshot = readSnapshot(
      {
        trend: [{ dimensions: { datetime: '2026-11-23T14:00:00Z' }, sum: { requests: 5, bytes: '123', originRequests: 2, originResponseBytes: 7 } }],
        cacheStatus: [group({ cacheStatus: 'hit' }, 90, 1), group({ cacheStatus: 'miss' }, 100, 10)],
        status: [group({ edgeResponseStatus: 200 }, 190, 1)],
        misses: [group({ clientRequestHTTPHost: 'a', clientRequestPath: '/', cacheStatus: 'miss', missReason: 'vary' }, 3, 1)],
      },
      { watermark: '2026-11-23T14:07:40Z', exact: false },
    );
    expect(snapshot.trend).toEqual([
      { start: Date.UTC(2026, 10, 23, 14) / 1000, requests: 5, bytes: 123, originRequests: 2, originBytes: 7 },
    ]);
    expect(snapshot.breakdowns.status[0]).toMatchObject({ name: '200', requests: 190, originBytes: 5 });
    expect(snapshot.misses[0]).toMatchObject({ path: '/', reason: 'vary' });
    expect(snapshot.watermark).toBe(Date.UTC(2026, 10, 23, 14, 7, 40));
    expect(snapshot.sampleInterval).toBeCloseTo(1.9);
  });

  test('that lacks things counts them as nothing', () => {
    const snapshot = readSnapshot({ trend: [{}], hits: 'nonsense' }, undefined);
    expect(snapshot).toMatchObject({ watermark: null, exact: null, hits: [], sampleInterval: 1 });
    expect(snapshot.trend[0]).toMatchObject({ requests: 0, originBytes: 0 });
  });

  test('without the zone says so', async () => {
    const client: Client = () => Promise.resolve(ok({ data: { viewer: { zones: [] } }, errors: null }));
    const result = await ask(client, ZONE, windowOfPreset('1h', NOW), 'requests', new AbortController().signal);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused', message: expect.stringContaining('no such zone') } });
  });
});

test('the stand-in sends the policy of the real server', async () => {
  const source = await readFile(new URL('../../src/main/java/dev/selvage/dashboard/Dashboard.java', import.meta.url), 'utf8');
  const policy = [.../POLICY =([^;]*(?:;[^;]*?)*?");/.exec(source)![1]!.matchAll(/"([^"]*)"/g)].map((part) => part[1]).join('');
  expect(policy).toBe(POLICY);
});
