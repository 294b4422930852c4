package dev.selvage.bench.analytics;

import java.time.Instant;
import java.util.List;

/// What a dashboard asks about a zone, as GraphQL and as the SQL that a plain table of all requests
/// would be asked.
final class Questions {
    private Questions() {}

    /// @param graphql with `ZONE`, `SINCE` and `UNTIL` to be filled in
    /// @param sql the same over a table `request`; null where a plain table has no like
    record Asked(String name, String graphql, String sql) {
        String query(String zone, long since, long until) {
            return graphql.replace("ZONE", zone)
                    .replace("SINCE", Instant.ofEpochMilli(since).toString())
                    .replace("UNTIL", Instant.ofEpochMilli(until).toString());
        }

        /// The request's body.
        String body(String zone, long since, long until) {
            return "{\"query\":\"" + query(zone, since, until).replace("\"", "\\\"") + "\"}";
        }
    }

    private static String groups(String filter, String rest) {
        return "{viewer{zones(filter:{zoneTag:\"ZONE\"}){httpRequestsAdaptiveGroups(filter:{datetime_geq:\"SINCE\","
                + "datetime_lt:\"UNTIL\"" + filter + "}," + rest + "}}}";
    }

    static List<Asked> all() {
        return List.of(
                new Asked(
                        "hours by cache status",
                        groups(
                                "",
                                "limit:10000,orderBy:[datetimeHour_ASC]){count sum{edgeResponseBytes}"
                                        + " dimensions{datetimeHour cacheStatus}}"),
                        "SELECT started - started % 3600000 AS hour, cache_status, count(*), sum(response_bytes)"
                                + " FROM request GROUP BY ALL ORDER BY 1 LIMIT 10000"),
                new Asked(
                        "top 10 paths by requests",
                        groups(
                                "",
                                "limit:10,orderBy:[count_DESC]){count confidence(level:0.95){count{estimate lower upper"
                                        + " isValid}} dimensions{clientRequestPath}}"),
                        "SELECT path, count(*) FROM request GROUP BY path ORDER BY 2 DESC LIMIT 10"),
                new Asked(
                        "top 10 paths by bytes",
                        groups(
                                "",
                                "limit:10,orderBy:[sum_edgeResponseBytes_DESC]){count sum{edgeResponseBytes}"
                                        + " dimensions{clientRequestPath}}"),
                        "SELECT path, count(*), sum(response_bytes) FROM request GROUP BY path ORDER BY 3 DESC LIMIT 10"),
                new Asked(
                        "top 10 misses",
                        groups(
                                ",cacheStatus_in:[\"miss\",\"expired\",\"dynamic\"]",
                                "limit:10,orderBy:[count_DESC]){count sum{originResponseBytes}"
                                        + " dimensions{clientRequestPath cacheStatus}}"),
                        "SELECT path, cache_status, count(*), sum(origin_response_bytes) FROM request"
                                + " WHERE cache_status IN ('miss', 'expired', 'dynamic') GROUP BY ALL ORDER BY 3 DESC"
                                + " LIMIT 10"),
                new Asked(
                        "top 10 paths, filtered by three dimensions",
                        groups(
                                ",clientCountryName:\"DE\",edgeResponseStatus:200,clientDeviceType:\"desktop\"",
                                "limit:10,orderBy:[count_DESC]){count sum{edgeResponseBytes}"
                                        + " dimensions{clientRequestPath}}"),
                        "SELECT path, count(*), sum(response_bytes) FROM request WHERE country = 'DE' AND status = 200"
                                + " AND device_type = 'desktop' GROUP BY path ORDER BY 2 DESC LIMIT 10"),
                new Asked(
                        "15-minute buckets, filtered by three dimensions",
                        groups(
                                ",clientCountryName:\"DE\",cacheStatus:\"hit\",clientDeviceType:\"desktop\"",
                                "limit:10000,orderBy:[datetimeFifteenMinutes_ASC]){count sum{edgeResponseBytes}"
                                        + " dimensions{datetimeFifteenMinutes}}"),
                        "SELECT started - started % 900000 AS t, count(*), sum(response_bytes) FROM request"
                                + " WHERE country = 'DE' AND cache_status = 'hit' AND device_type = 'desktop'"
                                + " GROUP BY ALL ORDER BY 1 LIMIT 10000"));
    }
}
