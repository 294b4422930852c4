import { describe, expect, test } from 'vitest';
import { getDescription, readDescription, search, type Operation } from '../src/api/description.ts';
import { DESCRIPTION } from './fake/description.ts';

const BASE = 'http://127.0.0.1:8787';
const read = readDescription(DESCRIPTION, BASE);
const named = (id: string): Operation => read.sections.flatMap((section) => section.operations).find((one) => one.id === id)!;

describe('the description', () => {
  test('has its sections in order, each with its operations', () => {
    expect(read.sections.map((section) => [section.name, section.operations.map((one) => one.id)])).toEqual([
      ['Zones', ['getZones', 'postZones', 'open']],
      ['DNS records', ['import']],
    ]);
    expect(read.refusals).toEqual([{ status: 400, code: 9106, when: 'There are no credentials.' }]);
  });

  test('says what an operation takes, with its bounds', () => {
    expect(named('getZones').parameters).toEqual([
      { name: 'per_page', type: 'integer', required: false, text: 'How many. At least 1. At most 50. 20 when absent.', addition: false },
    ]);
    expect(named('import').parameters[0]).toMatchObject({ name: 'zone', type: 'string', required: true });
    expect(named('postZones').body.map((row) => [row.name, row.type, row.required])).toEqual([
      ['account', 'object', true],
      ['account.id', 'string', true],
      ['name', 'string', true],
      ['type', 'string', false],
    ]);
  });

  test('says what an operation answers, and ends where a schema holds itself', () => {
    const rows = named('getZones').answer;
    expect(rows.slice(0, 3).map((row) => row.name)).toEqual(['[].id', '[].catch_all', '[].owner']);
    expect(rows.find((row) => row.name === '[].catch_all')!.addition).toBe(true);
    expect(rows.find((row) => row.name === '[].seen')!.type).toBe('string or null');
    expect(rows.length).toBeLessThan(40);
  });

  test('says the permission, and what is ours', () => {
    expect(named('getZones').permission).toBe('Zone Read');
    expect(named('import').permission).toBe('DNS Write or Zone Write');
    expect(named('open').permission).toBe('');
    expect([named('getZones').addition, named('import').addition]).toEqual([false, true]);
  });

  test('gives a command that a shell reads as it is meant', () => {
    expect(named('getZones').example).toBe(`curl '${BASE}/client/v4/zones' \\\n  -H "Authorization: Bearer $TOKEN"`);
    expect(named('open').example).toBe(`curl '${BASE}/client/v4/openapi.json'`);
    expect(named('import').example).toContain(`-F 'file=@FILE'`);
    const body = /-d '(.*)'$/.exec(named('postZones').example)![1]!.replaceAll(`'\\''`, `'`);
    expect(JSON.parse(body)).toEqual({ account: { id: '0123456789abcdef0123456789abcdef' }, name: "it's.example" });
  });

  test('is searched by every word, in any case', () => {
    const found = (words: string): string[] => search(read.sections, words).flatMap((section) => section.operations.map((one) => one.id));
    expect(found('')).toHaveLength(4);
    expect(found('zones MAKE')).toEqual(['postZones']);
    expect(found('1061')).toEqual(['postZones']);
    expect(found('per_page')).toEqual(['getZones']);
    expect(found('dns write')).toEqual(['import']);
    expect(found('nothing like that')).toEqual([]);
  });

  test('that is none is empty, not an error', () => {
    for (const none of [null, 'text', [], {}, { paths: { '/a': null, '/b': { get: 7 } }, tags: [null] }]) {
      expect(() => readDescription(none, BASE)).not.toThrow();
    }
  });

  test('that does not come is a failure in words', async () => {
    const gone = await getDescription(BASE, () => Promise.reject(new Error('no')));
    expect(gone).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
    const other = await getDescription(BASE, () => Promise.resolve(new Response('null', { status: 200 })));
    expect(other).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    const good = await getDescription(BASE, () => Promise.resolve(new Response(JSON.stringify(DESCRIPTION))));
    expect(good.ok).toBe(true);
  });
});
