import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, type Snapshot } from '../api/analytics.ts';
import type { Client, Failure } from '../api/client.ts';
import type { View } from '../numbers/traffic.ts';
import type { Place } from './place.ts';
import { refreshEvery, windowOf, windowOfPreset, type Window } from './range.ts';

/** The last answer, and what stands in the way of a newer one. */
export interface TrafficState {
  readonly snapshot: Snapshot | null;
  /** The window that `snapshot` answers. */
  readonly window: Window;
  /** The measure that `snapshot` is sorted by. */
  readonly view: View;
  readonly failure: Failure | null;
  readonly loading: boolean;
  readonly again: () => void;
}

/** Seconds to wait after a failure, by its kind and how often it came in a row. */
export function retryAfter(failure: Failure, times: number): number {
  switch (failure.kind) {
    case 'catching-up':
      return Math.min(2 * 1.5 ** times, 10);
    case 'unreachable':
      return Math.min(2 * 2 ** times, 30);
    case 'limited':
      return failure.after;
    case 'refused':
    case 'unauthorized':
      return 30;
  }
}

/**
 * Asks for the traffic of a place, again and again while it is live and the page is in view. A new place drops the
 * answer on its way for the old one; an answer stays on the page while the next is on its way.
 */
export function useTraffic(
  client: Client,
  zone: string,
  place: Place,
  paused: boolean,
  onUnauthorized: () => void,
): TrafficState {
  const { range, view, zoom } = place;
  const since = zoom?.since ?? 0;
  const until = zoom?.until ?? 0;
  const key = `${zone} ${range} ${view} ${since} ${until}`;
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{
    key: string;
    snapshot: Snapshot | null;
    window: Window;
    view: View;
    failure: Failure | null;
  } | null>(null);
  const failures = useRef(0);
  const refused = useRef(onUnauthorized);
  refused.current = onUnauthorized;
  const again = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const window = until > since ? windowOf({ since, until }) : windowOfPreset(range, Date.now() / 1000);
      const answer = await ask(client, zone, window, view, abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      let wait: number | null;
      if (answer.ok) {
        failures.current = 0;
        setState({ key, snapshot: answer.value, window, view, failure: null });
        wait = paused || until > since ? null : refreshEvery(range);
      } else {
        const { failure } = answer;
        if (failure.kind === 'unauthorized') {
          refused.current();
        }
        wait = retryAfter(failure, failures.current++);
        setState((before) => ({
          key,
          snapshot: before?.key === key ? before.snapshot : null,
          window: before?.key === key ? before.window : window,
          view,
          failure,
        }));
      }
      if (wait !== null) {
        timer = setTimeout(whenSeen, wait * 1000);
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
  }, [client, zone, range, view, since, until, key, paused, turn]);

  const current = state?.key === key ? state : null;
  // Another zone's numbers must not stand under this zone's name; another range's or view's may, dimmed, for a moment.
  const shown = current ?? (state?.key.startsWith(`${zone} `) ? state : null);
  return {
    snapshot: shown?.snapshot ?? null,
    window: shown?.window ?? windowOfPreset(range, Date.now() / 1000),
    view: shown?.view ?? view,
    failure: current?.failure ?? null,
    loading: current === null,
    again,
  };
}
