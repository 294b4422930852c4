import { describe, expect, test } from 'vitest';
import { judge, ok, type Call, type Client } from '../src/api/client.ts';
import {
  bodyOf,
  explainCall,
  hostAndPath,
  listCall,
  parseValues,
  prefixSteps,
  previewCall,
  purge,
  purgeCall,
  readExplanation,
  readPreview,
  readReceipt,
  readSelection,
  urlOf,
  wantsConfirmation,
  type Receipt,
} from '../src/api/purge.ts';
import { milliseconds } from '../src/numbers/format.ts';
import { curl } from '../src/parts/api-box.tsx';
import { nextLook, standing } from '../src/parts/purge-receipt.tsx';
import { about, EMPTY, read, same } from '../src/state/draft.ts';
import { zoneId } from './fake/ids.ts';

const ZONE = { id: zoneId(2), name: 'shop.example.com' };

describe('what is typed', () => {
  test.each([
    ['urls', ' https://a.test/x \n\nhttp://b.test/ https://a.test/x', ['https://a.test/x', 'http://b.test/']],
    ['prefixes', 'a.test/x\na.test', ['a.test/x', 'a.test']],
    ['prefixes', 'a.test/then/https://b.test/', ['a.test/then/https://b.test/']],
    ['hosts', 'a.test b.test', ['a.test', 'b.test']],
    ['tags', 'One, two,three\nfour', ['One', 'two', 'three', 'four']],
  ] as const)('%s %j are %j', (kind, text, values) => expect(parseValues(kind, text)).toEqual({ values, problem: '' }));

  test.each([
    ['urls', '', 'at least one'],
    ['tags', ' , ', 'at least one'],
    ['urls', '/x', '/x is no absolute URL'],
    ['urls', 'ftp://a.test/x', 'http:// or https://'],
    ['urls', 'https:///x', 'no absolute URL'],
    ['prefixes', 'https://a.test/x', 'has a scheme'],
    ['prefixes', 'a.test/x?y', 'has a query'],
    ['prefixes', 'a.test/x#y', 'fragment'],
    ['prefixes', '/x', 'has no host'],
    ['hosts', 'a.test/x', 'is more than a host'],
  ] as const)('%s %j is refused', (kind, text, words) => expect(parseValues(kind, text).problem).toContain(words));

  test('is kept for each kind, and read as the kind that is chosen', () => {
    const draft = about(about(EMPTY, { kind: 'tags', values: ['a', 'b'] }), { kind: 'urls', values: ['https://a.test/'] });
    expect(read(draft)).toEqual({ purge: { kind: 'urls', values: ['https://a.test/'], soft: false, rewarm: 0 }, problem: '' });
    expect(read({ ...draft, kind: 'tags', rewarm: ' 20 ' }).purge).toMatchObject({ values: ['a', 'b'], rewarm: 20 });
    expect(read({ ...draft, kind: 'everything' })).toMatchObject({ purge: { values: [] }, problem: '' });
    for (const rewarm of ['-1', '1.5', 'x', '1e99']) {
      expect(read({ ...draft, rewarm }).problem, rewarm).toContain('whole number');
    }
  });

  test('is the same only with the same names in the same order', () => {
    const one = { kind: 'tags', values: ['a', 'b'] } as const;
    expect(same(one, { kind: 'tags', values: ['a', 'b'] })).toBe(true);
    expect([{ ...one, kind: 'hosts' as const }, { ...one, values: ['a'] }, { ...one, values: ['b', 'a'] }].map((other) => same(one, other))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('a URL', () => {
  test.each([
    ['/', ['/']],
    ['/blog/2026/x.html', ['/', '/blog/', '/blog/2026/']],
    ['/blog/2026/', ['/', '/blog/', '/blog/2026/']],
    ['//x', ['/', '//']],
    ['', []],
  ])('at %j is under %j', (path, steps) => expect(prefixSteps(path)).toEqual(steps));

  test('is under no more prefixes than the API takes', () => {
    expect(prefixSteps('/a'.repeat(50))).toHaveLength(31);
  });

  test.each([
    ['https://Shop.Example.com:8443/A/b?c/d#e', { host: 'shop.example.com', path: '/A/b' }],
    ['http://a.test', { host: 'a.test', path: '/' }],
    ['https://a.test?x', { host: 'a.test', path: '/' }],
    ['https://[2001:db8::1]:80/x', { host: '[2001:db8::1]', path: '/x' }],
    ['/x', null],
    ['ftp://a.test/', null],
  ])('%j has %j', (url, parts) => expect(hostAndPath(url)).toEqual(parts));

  test('of a row is one word, whatever a visitor asked for', () => {
    expect(urlOf('a.test', '/x y')).toBe('https://a.test/x%20y');
    expect(parseValues('urls', urlOf('a.test', '/x\u2028y')).values).toHaveLength(1);
  });
});

describe('the calls', () => {
  const tags = { kind: 'tags', values: ['a'] } as const;

  test.each([
    [{ kind: 'everything', values: [] } as const, { purge_everything: true }],
    [{ kind: 'urls', values: ['https://a.test/'] } as const, { files: ['https://a.test/'] }],
    [{ kind: 'prefixes', values: ['a.test/x'] } as const, { prefixes: ['a.test/x'] }],
    [{ kind: 'hosts', values: ['a.test'] } as const, { hosts: ['a.test'] }],
    [tags, { tags: ['a'] }],
  ])('of %j have the body %j, and it reads back', (selection, body) => {
    expect(bodyOf(selection)).toEqual(body);
    expect(readSelection(body)).toEqual(selection);
  });

  test('are those of the API', () => {
    const at = `/zones/${ZONE.id}`;
    expect(purgeCall(ZONE, { ...tags, soft: false, rewarm: 0 }, false)).toEqual({ method: 'POST', path: `${at}/purge_cache`, body: { tags: ['a'] } });
    expect(purgeCall(ZONE, { ...tags, soft: true, rewarm: 5 }, true).path).toBe(`${at}/invalidate_cache?confirm=true&rewarm=5`);
    expect(previewCall(ZONE, tags)).toEqual({ method: 'POST', path: `${at}/purge_cache/preview`, body: { tags: ['a'] } });
    expect(listCall(ZONE, 2).path).toBe(`${at}/purge_cache?page=2&per_page=20`);
    expect(explainCall(ZONE, 'https://a.test/x?y=1&z=#').path).toBe(`${at}/purge_cache/explain?url=https%3A%2F%2Fa.test%2Fx%3Fy%3D1%26z%3D%23`);
  });

  test('as commands survive a shell', () => {
    globalThis.location ??= { origin: 'http://127.0.0.1:8787' } as Location;
    const command = curl({ method: 'POST', path: "/x?y='", body: { tags: ["it's"] } });
    expect(command).toContain(`-X POST 'http://127.0.0.1:8787/client/v4/x?y='\\'''`);
    expect(command).toContain(`-d '{"tags":["it'\\''s"]}'`);
    expect(curl({ path: '/x' })).not.toContain('-X');
  });

  test('give the id and what the API remarks, in either form', async () => {
    const calls: Call[] = [];
    const client: Client = (call) => {
      calls.push(call);
      return Promise.resolve(ok({ result: { id: zoneId(7) }, messages: [{ code: 1242, message: 'one' }, 'two', {}, 3] }));
    };
    const answer = await purge(client, ZONE, { ...tags, soft: false, rewarm: 0 }, false);
    expect(answer).toEqual(ok({ id: zoneId(7), remarks: ['one', 'two'] }));
    expect(calls).toHaveLength(1);
  });

  test('that only lack the confirmation are told from those that are wrong', () => {
    const told = (status: number, code: number): boolean => {
      const answer = judge(status, null, { success: false, errors: [{ code, message: 'confirm it' }], result: null });
      return !answer.ok && wantsConfirmation(answer.failure);
    };
    expect([told(409, 1241), told(400, 1012), told(403, 1241)]).toEqual([true, false, false]);
  });
});

const RECEIPT = {
  id: zoneId(5),
  sequence: 41,
  accepted_at: '2026-11-23T18:00:00.123456Z',
  soft: true,
  rewarm: 10,
  purge: { files: ['https://a.test/', { url: 'https://b.test/', headers: { origin: 'x' } }] },
  entries: 22,
  state: 'waiting',
  effective: { pops: 1, of: 2, p50_ms: 0.42, p99_ms: 0.42, last_ms: 0.42 },
  objects: 7,
  bytes: 900,
  waiting_for: ['ams1'],
  pops: [
    {
      pop: 'ams1',
      reachable: false,
      state: 'received',
      received_at: null,
      effective_at: null,
      effective_ms: null,
      objects_matched: 0,
      bytes_matched: 0,
      scanned: 0,
      reclaimed_at: null,
    },
    {
      pop: 'fra1',
      reachable: true,
      state: 'reclaimed',
      received_at: '2026-11-23T18:00:00.1238Z',
      effective_at: '2026-11-23T18:00:00.123876Z',
      effective_ms: 0.42,
      objects_matched: 7,
      bytes_matched: 900,
      scanned: 1.5,
      reclaimed_at: '2026-11-23T18:00:02Z',
    },
  ],
};

describe('a receipt', () => {
  const receipt = readReceipt(RECEIPT);
  const standingIn = (change: Partial<Receipt>): string => standing({ ...receipt, ...change });

  test('is read with its times to the microsecond', () => {
    expect(receipt).toMatchObject({
      id: zoneId(5),
      selection: { kind: 'urls', values: ['https://a.test/', 'https://b.test/'] },
      entries: 22,
      effective: { pops: 1, of: 2, p50: 0.42, last: 0.42 },
      waitingFor: ['ams1'],
    });
    expect(receipt.acceptedAt! % 1_000_000).toBe(123_456);
    expect(receipt.pops[1]!.receivedAt! - receipt.acceptedAt!).toBe(344);
    expect(receipt.pops[1]).toMatchObject({ state: 'reclaimed', scanned: 1, effectiveMs: 0.42 });
    expect(receipt.pops[0]).toMatchObject({ state: 'received', reachable: false, receivedAt: null });
  });

  test('that is none is empty, not an error', () => {
    for (const none of [null, 'text', [], {}, { pops: [null, 7], effective: 3, purge: [], waiting_for: [1] }]) {
      expect(readReceipt(none)).toMatchObject({ id: '', state: 'waiting', acceptedAt: null, waitingFor: [], effective: { last: null } });
      expect(readPreview(none)).toMatchObject({ objects: 0, share: null, confirmation: { required: false } });
      expect(readExplanation(none)).toMatchObject({ summary: '', purges: [] });
    }
  });

  test('says in a sentence where the purge stands', () => {
    expect(standingIn({})).toBe('Waiting for ams1.');
    expect(standingIn({ waitingFor: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })).toBe('Waiting for a, b, c, d and 3 more.');
    expect(standingIn({ waitingFor: [] })).toContain('no PoP is known');
    expect(standingIn({ state: 'effective' })).toBe('Effective at all 2 PoPs; copies are being marked.');
    expect(standingIn({ state: 'reclaimed', soft: false })).toBe('Effective at all 2 PoPs, and all space is given back.');
    expect(standingIn({ state: 'reclaimed', effective: { ...receipt.effective, of: 1 } })).toContain('at the only PoP');
  });

  test('is looked at often at first, then ever more rarely, and at last no more', () => {
    expect(nextLook(receipt, 0)).toBe(250);
    expect(nextLook(receipt, 99)).toBe(3_000);
    expect(nextLook({ ...receipt, state: 'effective' }, 0)).toBe(500);
    expect(nextLook({ ...receipt, state: 'reclaimed' }, 0)).toBeNull();
  });
});

test('a preview is read with what it does not cover and who did not answer', () => {
  expect(
    readPreview({
      messages: [
        { code: 1245, message: 'a.test/bar is not covered' },
        { code: 1242, message: 'a slash' },
      ],
      result: {
        objects: 10,
        bytes: 2_000,
        hits_last_hour: 30,
        share_of_hits: 0.25,
        origin_requests_per_second: 1.5,
        neighbours: [{ prefix: 'a.test/b', other: 'a.test/bar' }, { prefix: 'x' }],
        confirmation: { required: true, above_percent: 20 },
        pops: [{ pop: 'fra1', objects: 10, bytes: 2_000, hits_last_hour: 30, origin_requests_per_second: 1.5 }],
        unanswered: ['ams1'],
      },
    }),
  ).toEqual({
    objects: 10,
    bytes: 2_000,
    hits: 30,
    share: 0.25,
    originRequestsPerSecond: 1.5,
    neighbours: [{ prefix: 'a.test/b', other: 'a.test/bar' }],
    confirmation: { required: true, abovePercent: 20 },
    pops: [{ pop: 'fra1', objects: 10, bytes: 2_000, hits: 30, originRequestsPerSecond: 1.5 }],
    unanswered: ['ams1'],
    remarks: ['a slash'],
  });
  expect(readPreview({ result: { confirmation: { required: false, above_percent: 0 } } }).confirmation.abovePercent).toBeNull();
});

test('a short time is as exact as three digits are', () => {
  const plain = (time: number): string => milliseconds(time).replaceAll('\u202f', ' ');
  expect([-1, 0, 0.004, 0.42, 0.996, 3.14, 9.96, 38.4, 999.4, 1_000, 12_300, 150_000].map(plain)).toEqual([
    '0 ms',
    '0 ms',
    '0 ms',
    '0.42 ms',
    '1 ms',
    '3.1 ms',
    '10 ms',
    '38 ms',
    '999 ms',
    '1.0 s',
    '12 s',
    '3 min',
  ]);
});
