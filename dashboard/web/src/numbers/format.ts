/** Text forms of numbers. All are pure: a number in, what a person reads out. */

const SI = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A figure and its unit, apart, so that a page may set them in different sizes. */
export interface Figure {
  readonly value: string;
  readonly unit: string;
}

function scaled(amount: number, units: readonly string[]): Figure {
  if (!Number.isFinite(amount) || amount <= 0) {
    return { value: '0', unit: units[0]! };
  }
  let step = 0;
  let rest = amount;
  while (rest >= 1000 && step < units.length - 1) {
    rest /= 1000;
    step++;
  }
  let text = step === 0 ? String(Math.round(rest)) : threeDigits(rest);
  // 999.96 k rounds to 1000 k: that is 1.00 M.
  if (text === '1000' && step < units.length - 1) {
    text = '1.00';
    step++;
  }
  return { value: text, unit: units[step]! };
}

function threeDigits(rest: number): string {
  const digits = rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0;
  return rest.toFixed(digits);
}

/** Three significant digits with k, M, G … : 1.24 M. Whole below 1,000. */
export function count(amount: number): Figure {
  return scaled(amount, SI);
}

/** Three significant digits in decimal units: 48.2 MB. */
export function bytes(amount: number): Figure {
  return scaled(amount, BYTES);
}

export function text(figure: Figure): string {
  return figure.unit === '' ? figure.value : `${figure.value}\u202f${figure.unit}`;
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Every digit: 1,240,312. For tables and screen readers. */
export function whole(amount: number): string {
  return WHOLE.format(Math.max(0, Math.round(amount)));
}

/**
 * A share of one as a percentage. Never says 100 % or 0 % for what is not: 0.99999 is 99.99 %, because the difference
 * is what the origin's owner pays for.
 */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) {
    return '–';
  }
  if (share <= 0) {
    return '0\u202f%';
  }
  if (share >= 1) {
    return '100\u202f%';
  }
  const value = share * 100;
  if (value < 0.01) {
    return '<\u202f0.01\u202f%';
  }
  const digits = value < 1 || value >= 99.9 ? 2 : 1;
  const floor = 10 ** digits;
  const kept = value > 50 ? Math.floor(value * floor + 1e-9) / floor : Math.round(value * floor) / floor;
  return `${kept.toFixed(digits)}\u202f%`;
}

/** Requests or bytes per second over a span of seconds. */
export function rate(amount: number, seconds: number): Figure {
  const perSecond = seconds > 0 ? amount / seconds : 0;
  if (perSecond > 0 && perSecond < 10) {
    return { value: perSecond < 0.01 ? '<\u202f0.01' : perSecond.toFixed(perSecond < 1 ? 2 : 1), unit: '' };
  }
  return count(perSecond);
}

/** How long ago, in one unit: 4 s, 12 min, 3 h, 2 d. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) {
    return `${seconds}\u202fs`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) {
    return `${minutes}\u202fmin`;
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours}\u202fh` : `${Math.round(hours / 24)}\u202fd`;
}

/** A short time, as exact as three digits are: 0.42 ms, 38 ms, 1.3 s. Longer ones in one unit. */
export function milliseconds(amount: number): string {
  const time = Math.max(0, amount);
  if (time < 999.5) {
    return `${time < 9.95 ? Number(time.toFixed(time < 0.995 ? 2 : 1)) : Math.round(time)}\u202fms`;
  }
  return time < 119_950 ? `${(time / 1000).toFixed(time < 9_950 ? 1 : 0)}\u202fs` : ago(time);
}

const MOMENT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A moment in epoch microseconds as a person says it, in the browser's time zone: 23 Nov, 18:33:02. */
export function moment(microseconds: number | null): string {
  return microseconds === null ? '–' : MOMENT.format(microseconds / 1000);
}

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** A country code as a name; codes that are no country say what they stand for. */
export function country(code: string): string {
  switch (code.toUpperCase()) {
    case '':
    case 'XX':
    case 'UNKNOWN':
      return 'Unknown';
    case 'T1':
      return 'Tor network';
    default:
      try {
        return COUNTRIES.of(code.toUpperCase()) ?? code;
      } catch {
        return code;
      }
  }
}

const STATUSES: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Content Too Large',
  414: 'URI Too Long',
  416: 'Range Not Satisfiable',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Header Fields Too Large',
  499: 'Client Left',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  508: 'Loop Detected',
  520: 'Origin Answer Unknown',
  521: 'Origin Refused',
  522: 'Origin Timed Out',
  523: 'Origin Unreachable',
  524: 'Origin Too Slow',
  525: 'TLS to Origin Failed',
  526: 'Origin Certificate Invalid',
};

/** The phrase of a status code; empty when it has none. */
export function statusPhrase(code: number): string {
  return STATUSES[code] ?? '';
}

const REASONS: Readonly<Record<string, string>> = {
  'first-seen': 'first time seen',
  expired: 'stored copy expired',
  purged: 'was purged',
  vary: 'stored for other Vary values',
  method: 'method is not GET or HEAD',
  'not-eligible': 'not cached by default',
  rule: 'a rule says bypass',
  'development-mode': 'development mode',
  authorization: 'request has Authorization',
  'request-no-store': 'request says no-store',
  'request-directive': 'request asked for a newer copy',
  'cut-off': 'this edge does not hear of purges',
  query: 'query string, basic level',
  'no-store': 'origin says no-store',
  private: 'origin says private',
  'no-cache': 'no lifetime given',
  'set-cookie': 'origin sets a cookie',
  status: 'status has no lifetime',
  'vary-star': 'origin says Vary: *',
  'content-type': 'a page called like a file',
  'too-large': 'too large to store',
  upgrade: 'became a WebSocket',
  range: 'part of an unstored object',
};

/** Why something was not served from the cache, in words; an unknown reason is shown as it came. */
export function missReason(wire: string): string {
  return wire === '' || wire === 'none' ? '' : (REASONS[wire] ?? wire.replaceAll('-', ' '));
}

const ADVICE: Readonly<Record<string, string>> = {
  'first-seen': 'Nothing was stored under this key yet. A shorter cache key (sorted or ignored query strings) makes more requests share one copy.',
  expired: 'The copy outlived its lifetime. A longer edge_ttl keeps it.',
  purged: 'A purge removed the copy.',
  vary: 'The origin’s Vary header splits this URL into many copies.',
  'not-eligible': 'Its extension is not cached by default. A cache rule with cache: true makes it eligible.',
  rule: 'A cache rule of this zone says bypass.',
  'development-mode': 'The zone is paused or in development mode.',
  authorization: 'A response to a request with Authorization is stored only if the origin says public, s-maxage or must-revalidate.',
  'no-store': 'The origin forbids storing with Cache-Control: no-store.',
  private: 'The origin marks the response as one visitor’s own.',
  'no-cache': 'The origin says no-cache or gives no lifetime. An edge_ttl rule can set one.',
  'content-type': 'Only the extension in its path made it eligible, but it is a page. If it is for everybody, the origin says max-age, or a cache rule makes it eligible.',
  'set-cookie': 'A response that sets a cookie is not stored. Remove the cookie at the origin for shared content.',
};

/** What would make it cacheable, as one sentence; empty when there is nothing to advise. */
export function missAdvice(wire: string): string {
  return ADVICE[wire] ?? '';
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  hit: 'fresh copy from the cache',
  miss: 'not in the cache, fetched',
  expired: 'copy expired, fetched again',
  stale: 'expired copy, origin unreachable',
  updating: 'expired copy while it refreshes',
  revalidated: 'origin confirmed the copy',
  bypass: 'caching was forbidden',
  dynamic: 'not eligible for caching',
  none: 'answered by the edge itself',
};

/** What a cache status means. */
export function cacheStatusMeaning(wire: string): string {
  return STATUS_WORDS[wire] ?? '';
}
