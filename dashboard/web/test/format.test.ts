import { describe, expect, test } from 'vitest';
import {
  ago,
  bytes,
  cacheStatusMeaning,
  count,
  country,
  missAdvice,
  missReason,
  percent,
  rate,
  statusPhrase,
  text,
  whole,
} from '../src/numbers/format.ts';

const plain = (formatted: string): string => formatted.replaceAll('\u202f', ' ');

describe('count and bytes', () => {
  test.each([
    [0, '0'],
    [-5, '0'],
    [Number.NaN, '0'],
    [7, '7'],
    [999, '999'],
    [1000, '1.00 k'],
    [1234, '1.23 k'],
    [9_994, '9.99 k'],
    [9_996, '10.0 k'],
    [99_960, '100 k'],
    [999_499, '999 k'],
    [999_600, '1.00 M'],
    [1_240_000, '1.24 M'],
    [14e9, '14.0 G'],
    [3e21, '3000 E'],
  ])('%d is %s', (amount, said) => expect(plain(text(count(amount)))).toBe(said));

  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [48_200_000, '48.2 MB'],
    [2e12, '2.00 TB'],
  ])('%d bytes are %s', (amount, said) => expect(plain(text(bytes(amount)))).toBe(said));

  test('tables say every digit', () => {
    expect(whole(1_240_312)).toBe('1,240,312');
    expect(whole(-1)).toBe('0');
  });
});

describe('percent', () => {
  test.each([
    [null, '–'],
    [Number.NaN, '–'],
    [0, '0 %'],
    [-1, '0 %'],
    [1, '100 %'],
    [1.2, '100 %'],
    [0.5, '50.0 %'],
    [0.8994, '89.9 %'],
    [0.004, '0.40 %'],
    [0.00001, '< 0.01 %'],
  ])('%d is %s', (share, said) => expect(plain(percent(share))).toBe(said));

  test('never rounds up to all: what is left is what the origin gave', () => {
    expect(plain(percent(0.99999))).toBe('99.99 %');
    expect(plain(percent(0.9996))).toBe('99.96 %');
    expect(plain(percent(0.9989))).toBe('99.8 %');
  });
});

test('a rate says small ones with digits', () => {
  expect(text(rate(0, 60))).toBe('0');
  expect(text(rate(90, 60))).toBe('1.5');
  expect(text(rate(6, 60))).toBe('0.10');
  expect(plain(text(rate(1, 3600)))).toBe('< 0.01');
  expect(plain(text(rate(7_200_000, 60)))).toBe('120 k');
  expect(text(rate(5, 0))).toBe('0');
});

test('how long ago is in one unit', () => {
  expect([-5, 1_400, 119_000, 150_000, 3 * 3_600_000, 72 * 3_600_000].map((time) => plain(ago(time)))).toEqual([
    '0 s',
    '1 s',
    '119 s',
    '3 min',
    '3 h',
    '3 d',
  ]);
});

test('a country is said by name, and what is none says so', () => {
  expect(country('DE')).toBe('Germany');
  expect(country('XX')).toBe('Unknown');
  expect(country('')).toBe('Unknown');
  expect(country('T1')).toBe('Tor network');
  expect(country('not a code')).toBe('not a code');
});

test('statuses and reasons are words, and unknown ones are shown as they came', () => {
  expect(statusPhrase(404)).toBe('Not Found');
  expect(statusPhrase(299)).toBe('');
  expect(missReason('set-cookie')).toBe('origin sets a cookie');
  expect(missReason('none')).toBe('');
  expect(missReason('some-new-reason')).toBe('some new reason');
  expect(missAdvice('expired')).toContain('edge_ttl');
  expect(missAdvice('')).toBe('');
  expect(cacheStatusMeaning('revalidated')).toBe('origin confirmed the copy');
});

test('every reason of the edge has words of its own', async () => {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(
    new URL('../../../model/src/main/java/dev/selvage/model/event/MissReason.java', import.meta.url),
    'utf8',
  );
  const reasons = [...source.matchAll(/^ {4}([A-Z_]+)[,;]$/gm)]
    .map((match) => match[1]!.toLowerCase().replaceAll('_', '-'))
    .filter((reason) => reason !== 'none');
  expect(reasons.length).toBeGreaterThan(15);
  expect(reasons.filter((reason) => missReason(reason) === '')).toEqual([]);
  // An unknown reason is shown with blanks for dashes; a known one has been put into words.
  const known = await readFile(new URL('../src/numbers/format.ts', import.meta.url), 'utf8');
  expect(reasons.filter((reason) => !known.includes(`'${reason}': '`) && !known.includes(`  ${reason}: '`))).toEqual([]);
});
