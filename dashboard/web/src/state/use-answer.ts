import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, Result } from '../api/client.ts';
import { retryAfter } from './use-traffic.ts';

/** The last answer to a question, and what stands in the way of a newer one. */
export interface Answer<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  /** Nothing came yet, neither an answer nor a failure. */
  readonly loading: boolean;
  /** A question is on its way. */
  readonly asking: boolean;
  readonly again: () => void;
}

/**
 * Asks a question, and again while `next` says after how many milliseconds and the page is in view. Another question
 * drops the answer to the old one, also when it is on its way; no question is null. Both functions must stay the same
 * from render to render while their meaning does.
 *
 * @param next the wait after an answer, by how many came before it; null when it is the last
 */
export function useAnswer<T>(
  ask: ((signal: AbortSignal) => Promise<Result<T>>) | null,
  next: (value: T, times: number) => number | null,
  onUnauthorized: () => void,
): Answer<T> {
  const [state, setState] = useState<{ ask: unknown; value: T | null; failure: Failure | null } | null>(null);
  const [turn, setTurn] = useState(0);
  const [asking, setAsking] = useState(false);
  const refused = useRef(onUnauthorized);
  refused.current = onUnauthorized;
  const again = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    if (ask === null) {
      setAsking(false);
      return;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let answers = 0;
    let failures = 0;
    const look = async (): Promise<void> => {
      setAsking(true);
      const answer = await ask(abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      setAsking(false);
      let wait: number | null;
      if (answer.ok) {
        failures = 0;
        setState({ ask, value: answer.value, failure: null });
        wait = next(answer.value, answers++);
      } else {
        if (answer.failure.kind === 'unauthorized') {
          refused.current();
        }
        const { failure } = answer;
        setState((before) => ({ ask, value: before?.ask === ask ? before.value : null, failure }));
        // What was refused will be refused again; what did not arrive may arrive.
        wait = failure.kind === 'refused' || failure.kind === 'unauthorized' ? null : retryAfter(failure, failures++) * 1000;
      }
      if (wait !== null) {
        timer = setTimeout(whenSeen, wait);
      }
    };
    const whenSeen = (): void => {
      if (document.visibilityState === 'visible') {
        void look();
      } else {
        document.addEventListener('visibilitychange', whenSeen, { once: true });
      }
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenSeen);
    };
  }, [ask, next, turn]);

  const current = state !== null && state.ask === ask ? state : null;
  return {
    value: current?.value ?? null,
    failure: current?.failure ?? null,
    loading: ask !== null && current === null,
    asking,
    again,
  };
}

/** For a question that is asked once. */
export function once(): null {
  return null;
}
