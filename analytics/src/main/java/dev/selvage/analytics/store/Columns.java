package dev.selvage.analytics.store;

import dev.selvage.model.event.Sampling;
import java.util.StringJoiner;

/// The columns of the store's tables, as SQL.
final class Columns {
    static final String ROWS = String.join(", ", Snapshot.ROW_COLUMNS);

    static final String TOTALS =
            "requests, request_bytes, response_bytes, origin_requests, origin_response_bytes, page_views, visits";

    static final String COUNTER_KEYS = "zone, bucket, kind, colo, cache_status, status_class, value";

    static final String COUNTERS = COUNTER_KEYS + ", " + TOTALS;

    static final String VISITORS = "zone, bucket, sketch";

    static final String INDEX = "piece, zone, hour, tier, row_count, weight, byte_weight";

    private static final String NUMBERS = " depth started ray status origin_status request_bytes response_bytes"
            + " origin_requests origin_response_bytes first_byte_ms origin_ms visits bucket kind status_class piece hour"
            + " tier row_count "
            + TOTALS.replace(",", "") + " ";

    private static final String FRACTIONS = " rate mean_bytes weight byte_weight ";

    private Columns() {}

    /// The definition of a table.
    static String definition(String columns) {
        StringJoiner definition = new StringJoiner(", ", "(", ")");
        for (String column : columns.split(", ", -1)) {
            definition.add(column + " " + type(column) + " NOT NULL");
        }
        return definition.toString();
    }

    private static String type(String column) {
        String word = " " + column + " ";
        return NUMBERS.contains(word)
                ? "BIGINT"
                : FRACTIONS.contains(word) ? "DOUBLE" : column.equals("sketch") ? "BLOB" : "VARCHAR";
    }

    /// A relation of these columns that holds nothing.
    static String nothing(String columns) {
        StringJoiner nothing = new StringJoiner(", ", "(SELECT ", " WHERE false)");
        for (String column : columns.split(", ", -1)) {
            nothing.add("CAST(NULL AS " + type(column) + ") AS " + column);
        }
        return nothing.toString();
    }

    /// Sums of the totals.
    static String sums() {
        StringJoiner sums = new StringJoiner(", ");
        for (String total : TOTALS.split(", ", -1)) {
            sums.add("CAST(sum(" + total + ") AS BIGINT) AS " + total);
        }
        return sums.toString();
    }

    /// The index of rows whose every tier there is: the weights stand with the first tier alone.
    ///
    /// @param rows a relation
    static String wholeIndex(int piece, String rows) {
        String weight = "greatest(1.0, 1.0 / (rate * (0.5 + 0.5 * response_bytes / greatest(1.0, mean_bytes))))";
        StringJoiner tiers = new StringJoiner(", ", "unnest([", "]) AS tier");
        StringJoiner counts = new StringJoiner(", ", "unnest([", "]) AS row_count");
        StringJoiner weights = new StringJoiner(", ", "unnest([", "]) AS weight");
        StringJoiner bytes = new StringJoiner(", ", "unnest([", "]) AS byte_weight");
        StringJoiner columns = new StringJoiner(", ");
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            tiers.add(tier + "::BIGINT");
            counts.add("n" + tier);
            weights.add(tier == 0 ? "w" : "0.0::DOUBLE");
            bytes.add(tier == 0 ? "b" : "0.0::DOUBLE");
            columns.add("count(*)" + (tier == 0 ? "" : " FILTER (WHERE depth >= " + tier + ")") + " AS n" + tier);
        }
        return "(SELECT CAST(" + piece + " AS BIGINT) AS piece, zone, hour, " + tiers + ", " + counts + ", " + weights
                + ", " + bytes + " FROM (SELECT zone, started - started % " + Level.HOUR.milliseconds() + " AS hour, "
                + columns + ", sum(" + weight + ") AS w, sum(" + weight + " * response_bytes) AS b FROM " + rows
                + " GROUP BY ALL))";
    }

    /// The index of rows, one entry per zone, hour and tier that a row is in.
    ///
    /// @param rows a relation
    static String index(int piece, String rows) {
        String size = "(0.5 + 0.5 * response_bytes / greatest(1.0, mean_bytes))";
        String rate = "CASE tier WHEN 0 THEN rate ELSE least(rate, 1.0) * pow(10, -tier) END";
        return "(SELECT CAST(" + piece + " AS BIGINT) AS piece, zone, hour, tier, count(*) AS row_count,"
                + " sum(w) AS weight, sum(w * response_bytes) AS byte_weight FROM ("
                + "SELECT zone, hour, tier, response_bytes, greatest(1.0, 1.0 / ((" + rate + ") * " + size + ")) AS w"
                + " FROM (SELECT zone, started - started % " + Level.HOUR.milliseconds() + " AS hour,"
                + " unnest(range(least(depth, " + (Sampling.TIERS - 1) + ") + 1)) AS tier,"
                + " rate, mean_bytes, response_bytes FROM " + rows + ")) GROUP BY zone, hour, tier)";
    }
}
