/** Questions that a person writes: the answer goes back as the API gave it, errors and all. */

/** What the editor sends. */
export interface Question {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: unknown;
}

/** The longest that the page waits; the API itself gives up on a query sooner. */
const PATIENCE_MS = 60_000;

/**
 * Sends questions for one token. Nothing is thrown: where no answer comes there is one with `errors`, because the editor
 * shows nothing else.
 *
 * @param doubt told when the token was refused
 */
export function asker(
  token: string,
  doubt: () => void,
  send: typeof fetch = (input, init) => fetch(input, init),
): (question: Question) => Promise<object> {
  return async (question) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    let response: Response;
    let text: string;
    try {
      response = await send('/client/v4/graphql', {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(question),
        signal: patience,
        cache: 'no-store',
        redirect: 'error',
      });
      text = await response.text();
    } catch {
      return trouble(
        patience.aborted
          ? 'Selvage took longer than 60 s to answer.'
          : 'Nothing answers at this address. Is Selvage still running?',
      );
    }
    if (response.status === 401 || response.status === 403) {
      doubt();
    }
    try {
      const answer: unknown = JSON.parse(text);
      if (typeof answer === 'object' && answer !== null) {
        return answer;
      }
    } catch {
      // What came is named below.
    }
    return trouble(`The answer, of status ${response.status}, is not JSON. Does another program answer at this address?`);
  };
}

function trouble(message: string): object {
  return { data: null, errors: [{ message }] };
}
