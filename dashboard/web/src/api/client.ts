/** The one door to the API: a request goes out with the token, a value or a [Failure] comes back. Nothing is thrown. */

export type Failure =
  /** The token is wrong, expired or may not do this. */
  | { readonly kind: 'unauthorized'; readonly message: string }
  /** The analytics store is loading what it missed. */
  | { readonly kind: 'catching-up'; readonly message: string }
  /** Too many questions; ask again after some seconds. */
  | { readonly kind: 'limited'; readonly message: string; readonly after: number }
  /** Nothing answered at the address of this page. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The API answered, with an error. */
  | { readonly kind: 'refused'; readonly message: string; readonly codes?: readonly number[] };

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(failure: Failure): Result<never> {
  return { ok: false, failure };
}

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends calls for one token. */
export type Client = (call: Call) => Promise<Result<unknown>>;

/** The longest the page waits for one answer. */
const PATIENCE_MS = 30_000;

/**
 * A token as it was pasted, without what comes along by accident: blanks, quotes, a leading `Bearer`. Null when it
 * cannot be a token because a header cannot carry it.
 */
export function tidyToken(pasted: string): string | null {
  const token = pasted
    .trim()
    .replace(/^bearer\s+/i, '')
    .replace(/^["']|["']$/g, '');
  return /^[\x21-\x7e]{1,512}$/.test(token) ? token : null;
}

export function clientFor(token: string, send: typeof fetch = (input, init) => fetch(input, init)): Client {
  return async ({ method = 'GET', path, body, signal }) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    let response: Response;
    let parsed: unknown;
    try {
      response = await send(`/client/v4${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
        cache: 'no-store',
        redirect: 'error',
      });
      const answer = await response.text();
      parsed = parse(answer);
    } catch {
      return failed({
        kind: 'unreachable',
        message: patience.aborted
          ? 'Selvage took longer than 30 s to answer.'
          : 'Nothing answers at this address. Is Selvage still running?',
      });
    }
    return judge(response.status, response.headers.get('Retry-After'), parsed);
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer comes to: by its status, and by the errors of the envelope or of GraphQL. */
export function judge(status: number, retryAfter: string | null, body: unknown): Result<unknown> {
  const messages = errorMessages(body);
  const message = messages.join(' ');
  if (status === 401 || status === 403) {
    return failed({ kind: 'unauthorized', message: message || 'The token was refused.' });
  }
  if (status === 429) {
    const after = Number(retryAfter);
    return failed({
      kind: 'limited',
      message: message || 'Too many questions in a short time.',
      after: Number.isFinite(after) && after > 0 ? Math.min(after, 300) : 30,
    });
  }
  if (status === 503) {
    return failed({ kind: 'catching-up', message: message || 'The analytics store is not ready yet.' });
  }
  if (status >= 300 || messages.length > 0) {
    return failed({ kind: 'refused', message: message || `The API answered with status ${status}.`, codes: errorCodes(body) });
  }
  if (typeof body !== 'object' || body === null) {
    return failed({ kind: 'refused', message: 'The answer is not JSON. Does another program answer at this address?' });
  }
  return ok(body);
}

function errorMessages(body: unknown): string[] {
  const errors = field(body, 'errors');
  if (!Array.isArray(errors)) {
    return [];
  }
  return errors
    .map((error: unknown) => field(error, 'message'))
    .filter((message): message is string => typeof message === 'string' && message !== '')
    .slice(0, 3);
}

function errorCodes(body: unknown): number[] {
  const errors = field(body, 'errors');
  return Array.isArray(errors)
    ? errors.map((error: unknown) => field(error, 'code')).filter((code): code is number => typeof code === 'number')
    : [];
}

/** A failure as one text, with what to do about it. */
export function failureWords(failure: Failure): string {
  return failure.kind === 'limited' ? `${failure.message} Try again in ${failure.after} s.` : failure.message;
}

/** A member of a JSON object; undefined when there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
