/** What the dashboard derives from the API's sums. */

/** Sums over some traffic: everything, one bucket of time, or one group. */
export interface Traffic {
  readonly requests: number;
  readonly bytes: number;
  readonly originRequests: number;
  readonly originBytes: number;
}

export function total(parts: readonly Traffic[]): Traffic {
  return parts.reduce(add, NOTHING);
}

/** Which of the two measures the page is about. */
export type View = 'requests' | 'bytes';

/** One measure of some traffic, split by who answered. */
export interface Split {
  readonly total: number;
  readonly edge: number;
  readonly origin: number;
}

export const NOTHING: Traffic = { requests: 0, bytes: 0, originRequests: 0, originBytes: 0 };

export function add(a: Traffic, b: Traffic): Traffic {
  return {
    requests: a.requests + b.requests,
    bytes: a.bytes + b.bytes,
    originRequests: a.originRequests + b.originRequests,
    originBytes: a.originBytes + b.originBytes,
  };
}

/**
 * Served by the edge is what visitors got less what the origin had to give for it, and never below 0: a refresh in the
 * background or an object that the visitor left half-way makes the origin give more than visitors got.
 */
export function split(traffic: Traffic, view: View): Split {
  const total = view === 'requests' ? traffic.requests : traffic.bytes;
  const origin = view === 'requests' ? traffic.originRequests : traffic.originBytes;
  return { total, origin, edge: Math.max(0, total - origin) };
}

/** The share that the edge served, 0..1; null when there was no traffic. */
export function hitRatio(part: Split): number | null {
  return part.total > 0 ? part.edge / part.total : null;
}

/** A bucket of the trend: traffic from `start`, in epoch seconds, until the next bucket. */
export interface Bucket extends Traffic {
  readonly start: number;
}

/**
 * Adds buckets up to steps of `step` seconds over `[since, until)`, all in epoch seconds, with zeros where nothing came:
 * a gap in the traffic is a fact to be drawn, not a hole to be bridged.
 */
export function fold(rows: readonly Bucket[], since: number, until: number, step: number): Bucket[] {
  const size = Math.max(0, Math.ceil((until - since) / step));
  const sums: Traffic[] = new Array<Traffic>(size).fill(NOTHING);
  for (const row of rows) {
    const at = Math.floor((row.start - since) / step);
    if (at >= 0 && at < size) {
      sums[at] = add(sums[at]!, row);
    }
  }
  return sums.map((sum, i) => ({ ...sum, start: since + i * step }));
}
