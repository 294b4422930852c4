import { expect, test } from 'vitest';
import { lit } from '../src/parts/dial.tsx';
import { fold, hitRatio, split, total, type Bucket } from '../src/numbers/traffic.ts';

const bucket = (start: number, requests: number, originRequests: number): Bucket => ({
  start,
  requests,
  originRequests,
  bytes: requests * 100,
  originBytes: originRequests * 100,
});

test('the edge served what the origin did not have to', () => {
  const traffic = { requests: 100, bytes: 5_000, originRequests: 30, originBytes: 500 };
  expect(split(traffic, 'requests')).toEqual({ total: 100, edge: 70, origin: 30 });
  expect(split(traffic, 'bytes')).toEqual({ total: 5_000, edge: 4_500, origin: 500 });
  expect(hitRatio(split(traffic, 'requests'))).toBe(0.7);
});

test('an origin that gave more than visitors got leaves the edge 0, not less', () => {
  const part = split({ requests: 2, bytes: 10, originRequests: 5, originBytes: 4_000 }, 'bytes');
  expect(part).toEqual({ total: 10, edge: 0, origin: 4_000 });
  expect(hitRatio(part)).toBe(0);
});

test('without traffic there is no ratio', () => {
  expect(hitRatio(split(total([]), 'requests'))).toBeNull();
});

test('buckets are added up to steps, with zeros where nothing came', () => {
  const rows = [bucket(600, 5, 1), bucket(660, 7, 2), bucket(900, 1, 1), bucket(1_200, 9, 9), bucket(540, 3, 3)];
  const steps = fold(rows, 600, 1_200, 300);
  expect(steps.map((step) => [step.start, step.requests, step.originRequests])).toEqual([
    [600, 12, 3],
    [900, 1, 1],
  ]);
  expect(fold([], 0, 180, 60).map((step) => step.requests)).toEqual([0, 0, 0]);
});

test('folding loses nothing inside of its bounds', () => {
  let seed = 42;
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const rows = Array.from({ length: 500 }, () => bucket(Math.floor(random() * 360) * 60, Math.floor(random() * 1e4), 3));
  expect(total(fold(rows, 0, 360 * 60, 900))).toEqual(total(rows));
});

test('a dial is full only when all was served by the edge, and dark only when none was', () => {
  expect(lit(null)).toBe(0);
  expect(lit(0)).toBe(0);
  expect(lit(0.0001, 72)).toBe(1);
  expect(lit(0.5, 72)).toBe(36);
  expect(lit(0.9999, 72)).toBe(71);
  expect(lit(1, 72)).toBe(72);
});
