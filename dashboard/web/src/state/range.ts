/** Ranges of time, and how finely each is asked for and drawn. All times are epoch seconds. */

export const PRESETS = [
  { id: '15m', label: '15 min', words: 'the last 15 minutes', seconds: 15 * 60 },
  { id: '1h', label: '1 h', words: 'the last hour', seconds: 3600 },
  { id: '6h', label: '6 h', words: 'the last 6 hours', seconds: 6 * 3600 },
  { id: '24h', label: '24 h', words: 'the last 24 hours', seconds: 86_400 },
  { id: '7d', label: '7 d', words: 'the last 7 days', seconds: 7 * 86_400 },
  { id: '30d', label: '30 d', words: 'the last 30 days', seconds: 30 * 86_400 },
] as const;

export type PresetId = (typeof PRESETS)[number]['id'];

export function isPreset(id: string | null | undefined): id is PresetId {
  return PRESETS.some((preset) => preset.id === id);
}

export function preset(id: PresetId): (typeof PRESETS)[number] {
  return PRESETS.find((one) => one.id === id)!;
}

/** A part of the chart that was zoomed into. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

export type Dataset = 'httpRequests1mGroups' | 'httpRequests1hGroups' | 'httpRequests1dGroups';

/** A question about time that has been decided: asked per `unit` seconds, drawn per `step` seconds. */
export interface Window extends Span {
  readonly dataset: Dataset;
  readonly unit: number;
  readonly step: number;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Up to `span` seconds, ask `dataset` and draw steps of `step`: 15 to 168 columns, never a wall of hairlines. */
const RESOLUTIONS: readonly { span: number; dataset: Dataset; unit: number; step: number }[] = [
  { span: 2 * HOUR, dataset: 'httpRequests1mGroups', unit: MINUTE, step: MINUTE },
  { span: 8 * HOUR, dataset: 'httpRequests1mGroups', unit: MINUTE, step: 5 * MINUTE },
  { span: 30 * HOUR, dataset: 'httpRequests1mGroups', unit: MINUTE, step: 15 * MINUTE },
  { span: 10 * DAY, dataset: 'httpRequests1hGroups', unit: HOUR, step: HOUR },
  { span: Number.POSITIVE_INFINITY, dataset: 'httpRequests1dGroups', unit: DAY, step: DAY },
];

/** The shortest span that may be zoomed into, in seconds. */
export const SHORTEST = 2 * MINUTE;

/** The window of a span, widened to whole steps so that every part of the page counts the same requests. */
export function windowOf(span: Span): Window {
  const length = span.until - span.since;
  const resolution = RESOLUTIONS.find((one) => length <= one.span)!;
  return {
    since: Math.floor(span.since / resolution.step) * resolution.step,
    until: Math.ceil(span.until / resolution.step) * resolution.step,
    dataset: resolution.dataset,
    unit: resolution.unit,
    step: resolution.step,
  };
}

/**
 * The window of a preset that ends now. It has as many steps as the preset says, the last one still filling: 15 min are
 * 15 minutes of which the last runs, 30 d are 30 days of which the last is today.
 */
export function windowOfPreset(id: PresetId, now: number): Window {
  const { seconds } = preset(id);
  const { step } = RESOLUTIONS.find((one) => seconds <= one.span)!;
  const until = (Math.floor(now / step) + 1) * step;
  return windowOf({ since: until - seconds, until });
}

/** The part of `window` between two points of the chart, in whole steps, at least [SHORTEST]; null if it is no zoom. */
export function zoomed(window: Window, from: number, to: number): Span | null {
  const low = Math.max(window.since, Math.min(from, to));
  const high = Math.min(window.until, Math.max(from, to));
  let since = Math.floor(low / window.step) * window.step;
  let until = Math.ceil(high / window.step) * window.step;
  if (until - since < SHORTEST) {
    until = Math.min(window.until, since + SHORTEST);
    since = Math.max(window.since, until - SHORTEST);
  }
  return until - since >= SHORTEST && until - since < window.until - window.since ? { since, until } : null;
}

/** Seconds between refreshes while a preset is shown. */
export function refreshEvery(id: PresetId): number {
  switch (id) {
    case '15m':
    case '1h':
      return 5;
    case '6h':
      return 15;
    case '24h':
    case '7d':
    case '30d':
      return 60;
  }
}

/** RFC 3339 in UTC without fractions, as the API writes it. */
export function rfc3339(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The UTC day of a time. */
export function utcDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY_CLOCK = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const UTC_DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A step of the trend as a person says it: 14:05 – 14:10, or Tue 3 Mar UTC. */
export function stepLabel(start: number, window: Window): string {
  if (window.step >= DAY) {
    return `${UTC_DAY.format(start * 1000)} UTC`;
  }
  const long = window.until - window.since > 20 * HOUR;
  return `${(long ? DAY_CLOCK : CLOCK).format(start * 1000)} – ${CLOCK.format((start + window.step) * 1000)}`;
}

/** A zoomed span as a person says it. */
export function spanLabel(window: Window): string {
  if (window.step >= DAY) {
    return `${UTC_DAY.format(window.since * 1000)} – ${UTC_DAY.format((window.until - 1) * 1000)} UTC`;
  }
  const sameDay = new Date(window.since * 1000).toDateString() === new Date(window.until * 1000).toDateString();
  return `${DAY_CLOCK.format(window.since * 1000)} – ${(sameDay ? CLOCK : DAY_CLOCK).format(window.until * 1000)}`;
}
