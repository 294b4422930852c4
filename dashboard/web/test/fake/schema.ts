/** The part of the real schema that the editor of queries is tested with. */
import { buildSchema, graphql, type ExecutionResult } from 'graphql';

const SCHEMA = buildSchema(`
  scalar Time
  scalar string
  scalar uint64
  type Query {
    "Whoever the token belongs to."
    viewer: Viewer
  }
  type Viewer {
    zones(filter: ZoneFilter): [Zone!]
  }
  input ZoneFilter {
    zoneTag: string
  }
  enum Order {
    count_ASC
    count_DESC
  }
  input GroupsFilter {
    datetime_geq: Time
  }
  type Zone {
    "Requests by any of their features."
    httpRequestsAdaptiveGroups(limit: Int, filter: GroupsFilter, orderBy: [Order!]): [Group!]
  }
  type Group {
    "Requests that the edge answered."
    count: uint64!
    sum: Sum
    dimensions: Dimensions
  }
  type Sum {
    edgeResponseBytes: uint64!
    originRequests: uint64!
    originResponseBytes: uint64!
  }
  type Dimensions {
    cacheStatus: string!
  }
`);

export function introspect(query: string): Promise<ExecutionResult> {
  return graphql({ schema: SCHEMA, source: query });
}
