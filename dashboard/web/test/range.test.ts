import { describe, expect, test } from 'vitest';
import { formatPlace, parsePlace, START } from '../src/state/place.ts';
import {
  PRESETS,
  refreshEvery,
  rfc3339,
  SHORTEST,
  utcDate,
  windowOf,
  windowOfPreset,
  zoomed,
} from '../src/state/range.ts';

const NOW = Date.UTC(2026, 10, 23, 14, 7, 41) / 1000;

describe('windows', () => {
  test.each([
    ['15m', 'httpRequests1mGroups', 60, 15],
    ['1h', 'httpRequests1mGroups', 60, 60],
    ['6h', 'httpRequests1mGroups', 300, 72],
    ['24h', 'httpRequests1mGroups', 900, 96],
    ['7d', 'httpRequests1hGroups', 3600, 168],
    ['30d', 'httpRequests1dGroups', 86_400, 30],
  ] as const)('%s asks %s and draws steps of %d s: %d of them', (id, dataset, step, steps) => {
    const window = windowOfPreset(id, NOW);
    expect(window).toMatchObject({ dataset, step });
    expect((window.until - window.since) / step).toBe(steps);
    expect(window.since % step).toBe(0);
    expect(window.until).toBeGreaterThan(NOW);
    expect(window.until - step).toBeLessThanOrEqual(NOW);
    expect(step % window.unit).toBe(0);
  });

  test('a day of the 30 is a day in UTC', () => {
    const window = windowOfPreset('30d', NOW);
    expect(rfc3339(window.since)).toBe('2026-10-25T00:00:00Z');
    expect(utcDate(window.until - 1)).toBe('2026-11-23');
  });

  test('on the stroke of a step the next one has begun', () => {
    const sharp = Date.UTC(2026, 10, 23, 14, 0, 0) / 1000;
    expect(windowOfPreset('15m', sharp).until).toBe(sharp + 60);
  });

  test('a span is widened to whole steps, and once widened stays', () => {
    const window = windowOf({ since: NOW - 5 * 3600, until: NOW });
    expect(window.step).toBe(300);
    expect(window.since).toBeLessThanOrEqual(NOW - 5 * 3600);
    expect(window.until).toBeGreaterThanOrEqual(NOW);
    expect(windowOf(window)).toEqual(window);
  });
});

describe('zoom', () => {
  const hour = windowOfPreset('1h', NOW);

  test('takes whole steps, in either direction of the drag', () => {
    const span = { since: hour.since + 600, until: hour.since + 1_260 };
    expect(zoomed(hour, hour.since + 610, hour.since + 1_210)).toEqual(span);
    expect(zoomed(hour, hour.since + 1_210, hour.since + 610)).toEqual(span);
  });

  test('is never shorter than the shortest, even at the end', () => {
    const span = zoomed(hour, hour.until - 5, hour.until + 500)!;
    expect(span.until - span.since).toBe(SHORTEST);
    expect(span.until).toBe(hour.until);
  });

  test('of everything is none', () => {
    expect(zoomed(hour, 0, hour.until * 2)).toBeNull();
  });

  test('of the shortest is none', () => {
    const shortest = windowOf({ since: hour.since, until: hour.since + SHORTEST });
    expect(zoomed(shortest, hour.since, hour.since + 60)).toBeNull();
  });

  test('into days of a month gives hours', () => {
    const month = windowOfPreset('30d', NOW);
    const span = zoomed(month, month.since + 86_400 * 4, month.since + 86_400 * 6)!;
    expect(windowOf(span).dataset).toBe('httpRequests1hGroups');
  });
});

test('short ranges refresh every five seconds', () => {
  expect(PRESETS.map(({ id }) => refreshEvery(id))).toEqual([5, 5, 15, 60, 60, 60]);
});

describe('the place in the address', () => {
  const place = {
    zone: 'ab'.repeat(16),
    range: '24h',
    view: 'bytes',
    zoom: { since: 1_700_000_000, until: 1_700_003_600 },
    purge: 'why',
    url: 'https://shop.example.com/a?b=c&d=#%20',
  } as const;

  test('survives there and back', () => {
    expect(parsePlace(formatPlace(place))).toEqual(place);
    expect(parsePlace(formatPlace(START))).toEqual(START);
  });

  test.each([
    '',
    '#',
    '#zone=../../etc&range=9y&view=sideways',
    '#zone=%22}&since=1&until=2',
    '#since=1700000000&until=1700000001',
    '#since=1700003600&until=1700000000',
    '#since=1e99&until=-1',
    '#%%%',
    '#purge=everything&url=https://a.test/',
    '#url=https://a.test/',
  ])('%s is the start', (hash) => expect(parsePlace(hash)).toEqual(START));
});
