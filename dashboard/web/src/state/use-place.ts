import { useCallback, useSyncExternalStore } from 'react';
import { formatPlace, parsePlace, type Place } from './place.ts';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  window.addEventListener('popstate', changed);
  return () => {
    window.removeEventListener('hashchange', changed);
    window.removeEventListener('popstate', changed);
  };
}

export type Go = (change: Partial<Place>) => void;

/** The place in the address, and how to go elsewhere; each move is a step that the browser's Back undoes. */
export function usePlace(): readonly [Place, Go] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const go = useCallback((change: Partial<Place>) => {
    const next = formatPlace({ ...parsePlace(window.location.hash), ...change });
    if (next !== window.location.hash) {
      window.location.hash = next;
    }
  }, []);
  return [parsePlace(hash), go];
}
