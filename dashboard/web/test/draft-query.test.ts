import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { asker } from '../src/api/graphql.ts';
import { draftOf, editorFor, EXAMPLE } from '../src/state/draft-query.ts';

const LEFT = { query: '{ left }', variables: '' };
const NOW = Date.parse('2026-11-24T10:00:30.500Z');

describe('what the editor starts with', () => {
  test('an example of the first zone, from a day ago', () => {
    const draft = draftOf('', null, 'abc', NOW);
    expect(draft.query).toBe(EXAMPLE);
    expect(JSON.parse(draft.variables)).toEqual({ zoneTag: 'abc', since: '2026-11-23T10:00:00Z' });
    expect(JSON.parse(draftOf('', null, null, NOW).variables).zoneTag).toBe('');
    expect(() => parse(EXAMPLE)).not.toThrow();
  });

  test('the zone of the address goes before the first one', () => {
    expect(JSON.parse(draftOf('#zone=def', LEFT, 'abc', NOW).variables).zoneTag).toBe('def');
  });

  test('a query in the address comes out as it went in', () => {
    const query = '{ viewer { zones(filter: { zoneTag: "a&b=c#d" }) { settings { __typename } } } } # ü +';
    const address = new URL(editorFor(query), 'http://edge.example');
    expect(address.pathname).toBe('/graphiql');
    expect(draftOf(address.hash, LEFT, 'abc', NOW)).toEqual({ query, variables: '' });
    expect(draftOf('#query=%20', LEFT, 'abc', NOW)).toEqual(LEFT);
    expect(draftOf('#query={a}&variables={}', LEFT, 'abc', NOW).variables).toBe('{}');
  });
});

describe('asking', () => {
  const answering = (status: number, body: string): typeof fetch => () => Promise.resolve(new Response(body, { status }));

  test('the answer is passed on as it came, with its errors', async () => {
    const sent: RequestInit[] = [];
    const body = { data: null, errors: [{ message: 'unknown field "x"' }] };
    const ask = asker('t0ken', () => expect.fail('nobody doubts'), (_, init) => {
      sent.push(init!);
      return Promise.resolve(new Response(JSON.stringify(body)));
    });
    expect(await ask({ query: '{x}', variables: { a: 1 } })).toEqual(body);
    expect(new Headers(sent[0]!.headers).get('Authorization')).toBe('Bearer t0ken');
    expect(JSON.parse(sent[0]!.body as string)).toEqual({ query: '{x}', variables: { a: 1 } });
  });

  test('a refused token is doubted, and the words of the API are shown', async () => {
    let doubts = 0;
    const ask = asker('t', () => doubts++, answering(403, '{"errors":[{"message":"not authorized"}]}'));
    expect(await ask({ query: '{x}' })).toEqual({ errors: [{ message: 'not authorized' }] });
    expect(doubts).toBe(1);
  });

  test('what is no answer is told in words', async () => {
    const nobody: typeof fetch = () => Promise.reject(new TypeError('failed'));
    expect(JSON.stringify(await asker('t', () => 0, nobody)({ query: '{x}' }))).toContain('Is Selvage still running?');
    for (const body of ['<html>', '7', 'null', '']) {
      expect(JSON.stringify(await asker('t', () => 0, answering(502, body))({ query: '{x}' }))).toContain('of status 502, is not JSON');
    }
  });
});
