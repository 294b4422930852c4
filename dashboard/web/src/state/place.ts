/** Where the page is, as the part of the address after `#`: it can be bookmarked, shared and gone back from. */
import type { View } from '../numbers/traffic.ts';
import { isPreset, SHORTEST, type PresetId, type Span } from './range.ts';

export interface Place {
  /** Empty: the first zone. */
  readonly zone: string;
  readonly range: PresetId;
  readonly view: View;
  /** A part of the chart that was zoomed into, else null. */
  readonly zoom: Span | null;
}

export const START: Place = { zone: '', range: '1h', view: 'requests', zoom: null };

/** Reads a hash; what does not parse falls back on the default, never on an error. */
export function parsePlace(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const zone = parameters.get('zone') ?? '';
  const range = parameters.get('range');
  const since = epoch(parameters.get('since'));
  const until = epoch(parameters.get('until'));
  return {
    zone: /^[0-9a-f]{32}$/.test(zone) ? zone : START.zone,
    range: isPreset(range) ? range : START.range,
    view: parameters.get('view') === 'bytes' ? 'bytes' : 'requests',
    zoom: since !== null && until !== null && until - since >= SHORTEST ? { since, until } : null,
  };
}

export function formatPlace(place: Place): string {
  const parameters = new URLSearchParams();
  if (place.zone !== '') {
    parameters.set('zone', place.zone);
  }
  parameters.set('range', place.range);
  parameters.set('view', place.view);
  if (place.zoom !== null) {
    parameters.set('since', String(place.zoom.since));
    parameters.set('until', String(place.zoom.until));
  }
  return `#${parameters}`;
}

function epoch(text: string | null): number | null {
  if (text === null || !/^\d{9,11}$/.test(text)) {
    return null;
  }
  return Number(text);
}
