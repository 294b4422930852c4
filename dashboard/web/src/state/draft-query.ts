/**
 * What the editor of queries starts with: what the address brought along, what was left there, or an example that works
 * at once.
 */

export interface DraftQuery {
  readonly query: string;
  /** JSON text. */
  readonly variables: string;
}

export const EXAMPLE = `# A question, and the answer comes in its shape. Ctrl-Space proposes what fits; Ctrl-Enter asks.
# What each field means is in the book on the left.
query Traffic($zoneTag: string, $since: Time) {
  viewer {
    zones(filter: { zoneTag: $zoneTag }) {
      perStatus: httpRequestsAdaptiveGroups(
        limit: 10
        filter: { datetime_geq: $since }
        orderBy: [count_DESC]
      ) {
        count
        sum {
          edgeResponseBytes
          originRequests
          originResponseBytes
        }
        dimensions {
          cacheStatus
        }
      }
    }
  }
}
`;

const DAY_MS = 86_400_000;

/** The address of the page with a query in its editor; it is not sent before somebody says so. */
export function editorFor(query: string): string {
  return `/graphiql#${new URLSearchParams({ query }).toString()}`;
}

/**
 * Reads what stands behind `#`: `query` and `variables`, or `zone`.
 *
 * @param left what was in the editor at the last visit; null when nothing was
 * @param firstZone the zone of the example when the address names none; null when there is none at all
 */
export function draftOf(hash: string, left: DraftQuery | null, firstZone: string | null, now: number): DraftQuery {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const query = named.get('query');
  if (query !== null && query.trim() !== '') {
    return { query, variables: named.get('variables') ?? '' };
  }
  if (left !== null && !named.has('zone')) {
    return left;
  }
  const since = new Date(Math.floor((now - DAY_MS) / 60_000) * 60_000).toISOString().replace('.000Z', 'Z');
  const variables = { zoneTag: named.get('zone') ?? firstZone ?? '', since };
  return { query: EXAMPLE, variables: JSON.stringify(variables, null, 2) };
}
