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
  /** What the purge panel shows: a view of it, or a receipt by its id; empty when it is closed. */
  readonly purge: string;
  /** The URL that the purge panel is about; may be empty. */
  readonly url: string;
}

export const START: Place = { zone: '', range: '1h', view: 'requests', zoom: null, purge: '', url: '' };

/** The API takes no longer URLs. */
const LONGEST_URL = 8_192;

/** Reads a hash; what does not parse falls back on the default, never on an error. */
export function parsePlace(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const zone = parameters.get('zone') ?? '';
  const range = parameters.get('range');
  const since = epoch(parameters.get('since'));
  const until = epoch(parameters.get('until'));
  const purge = parameters.get('purge') ?? '';
  const open = /^(new|recent|why|[0-9a-f]{32})$/.test(purge);
  return {
    zone: /^[0-9a-f]{32}$/.test(zone) ? zone : START.zone,
    range: isPreset(range) ? range : START.range,
    view: parameters.get('view') === 'bytes' ? 'bytes' : 'requests',
    zoom: since !== null && until !== null && until - since >= SHORTEST ? { since, until } : null,
    purge: open ? purge : START.purge,
    url: open ? (parameters.get('url') ?? '').slice(0, LONGEST_URL) : START.url,
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
  if (place.purge !== '') {
    parameters.set('purge', place.purge);
    if (place.url !== '') {
      parameters.set('url', place.url);
    }
  }
  return `#${parameters}`;
}

function epoch(text: string | null): number | null {
  if (text === null || !/^\d{9,11}$/.test(text)) {
    return null;
  }
  return Number(text);
}
