/** The management part of the API that the dashboard uses for itself: the token and the zones. */
import { field, ok, type Client, type Result } from './client.ts';

export interface Zone {
  readonly id: string;
  readonly name: string;
}

/** The zone that `./selvage up ORIGIN_URL` makes; it answers for every host name. */
export const QUICKSTART = 'quickstart.internal';

/** Asks the API whether the token is good. */
export async function verifyToken(client: Client): Promise<Result<true>> {
  const answer = await client({ path: '/user/tokens/verify' });
  return answer.ok ? ok(true) : answer;
}

const PER_PAGE = 50;
/** Zones that are loaded at once; past it the picker asks the API for names that contain what is typed. */
export const MOST_ZONES = 2_000;

export interface Zones {
  readonly zones: readonly Zone[];
  /** False when there are more than [MOST_ZONES]. */
  readonly complete: boolean;
}

/** Every zone the token may see, page by page until one is empty. */
export async function listZones(client: Client, signal?: AbortSignal, containing = ''): Promise<Result<Zones>> {
  const zones: Zone[] = [];
  const filter = containing === '' ? '' : `&name=${encodeURIComponent(`contains:${containing}`)}`;
  for (let page = 1; page <= MOST_ZONES / PER_PAGE; page++) {
    const answer = await client({
      path: `/zones?page=${page}&per_page=${PER_PAGE}${filter}`,
      ...(signal ? { signal } : {}),
    });
    if (!answer.ok) {
      return answer;
    }
    const some = zonesOf(field(answer.value, 'result'));
    if (some.length === 0) {
      return ok({ zones, complete: true });
    }
    zones.push(...some);
  }
  return ok({ zones, complete: false });
}

/** The first zone that the token may see; null when there is none, or none can be had. */
export async function firstZone(client: Client): Promise<Zone | null> {
  const answer = await client({ path: '/zones?page=1&per_page=5' });
  return answer.ok ? (zonesOf(field(answer.value, 'result'))[0] ?? null) : null;
}

/** One zone by its id; null when there is none such. */
export async function getZone(client: Client, id: string): Promise<Zone | null> {
  const answer = await client({ path: `/zones/${id}` });
  return answer.ok ? (zonesOf([field(answer.value, 'result')])[0] ?? null) : null;
}

function zonesOf(result: unknown): Zone[] {
  return (Array.isArray(result) ? result : []).flatMap((one: unknown) => {
    const id = field(one, 'id');
    const name = field(one, 'name');
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : [];
  });
}
