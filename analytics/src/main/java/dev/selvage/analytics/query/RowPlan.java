package dev.selvage.analytics.query;

import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// The relation of the planned rows: each partition's at its tier, and no file that holds none of them.
///
/// The engine plans every branch of a union anew, so pieces whose rows can be told apart by zone and
/// time are one branch per tier.
final class RowPlan {
    /// The weight of a row at the tier that it is read at.
    static final String WEIGHT = "w";

    /// The most that a row, seen or not, could stand for; 0 where every request is kept.
    static final String HEAVIEST = "u";

    private static final long HOUR = 3_600_000;

    /// Up to so many ranges are written out; more are joined with.
    private static final int WRITTEN_OUT = 6;

    /// @param sql a relation to stand behind `FROM`
    record Relation(String sql, List<Object> values) {}

    /// Whole hours of a zone.
    private record Range(int zone, int from, int until) {}

    /// @param ranges by zone and time
    /// @param every true when nothing else of these relations lies within the zones' first and last hour
    private record Branch(int tier, List<String> relations, List<Range> ranges, boolean every) {}

    private final List<String> zones;
    private final List<Branch> branches = new ArrayList<>();

    private RowPlan(List<String> zones) {
        this.zones = zones;
    }

    /// @param zones ids, in the order in which the partitions count them
    /// @param pieces in the order in which the partitions count them
    static RowPlan of(Partitions partitions, byte[] tiers, List<Piece> pieces, List<String> zones) {
        RowPlan plan = new RowPlan(zones);
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            plan.add(partitions, tiers, tier, pieces);
        }
        return plan;
    }

    private void add(Partitions partitions, byte[] tiers, int tier, List<Piece> pieces) {
        TreeSet<Integer> used = new TreeSet<>();
        for (int i = 0; i < tiers.length; i++) {
            if (tiers[i] == tier && partitions.rows(i, tier) > 0) {
                used.add(partitions.piece(i));
            }
        }
        if (used.isEmpty()) {
            return;
        }
        // Of the pieces in this tier: the partitions that hold rows in it, wanted here or elsewhere.
        long[] present = new long[tiers.length];
        int count = 0;
        for (int i = 0; i < tiers.length; i++) {
            if (partitions.rows(i, tier) > 0 && used.contains(partitions.piece(i))) {
                present[count++] = key(partitions, i) << 1 | (tiers[i] == tier ? 1 : 0);
            }
        }
        Arrays.sort(present, 0, count);
        TreeSet<Integer> apart = new TreeSet<>();
        if (contested(present, count)) {
            for (int i = 0; i < tiers.length; i++) {
                long wanted = key(partitions, i) << 1 | 1;
                if (tiers[i] != tier
                        && partitions.rows(i, tier) > 0
                        && used.contains(partitions.piece(i))
                        && Arrays.binarySearch(present, 0, count, wanted) >= 0) {
                    apart.add(partitions.piece(i));
                }
            }
        }
        for (int piece : apart) {
            branches.add(branch(partitions, tiers, tier, new TreeSet<>(List.of(piece)), pieces));
        }
        used.removeAll(apart);
        if (!used.isEmpty()) {
            branches.add(branch(partitions, tiers, tier, used, pieces));
        }
    }

    private static long key(Partitions partitions, int partition) {
        return (long) partitions.zone(partition) << 32 | partitions.hour(partition);
    }

    /// True when some zone's hour is wanted of one piece and not of another.
    private static boolean contested(long[] present, int count) {
        for (int i = 1; i < count; i++) {
            if (present[i] >> 1 == present[i - 1] >> 1 && present[i] != present[i - 1]) {
                return true;
            }
        }
        return false;
    }

    private static Branch branch(
            Partitions partitions, byte[] tiers, int tier, SortedSet<Integer> chosen, List<Piece> pieces) {
        long[] present = new long[tiers.length];
        int count = 0;
        for (int i = 0; i < tiers.length; i++) {
            if (partitions.rows(i, tier) > 0 && chosen.contains(partitions.piece(i))) {
                present[count++] = key(partitions, i) << 1 | (tiers[i] == tier ? 1 : 0);
            }
        }
        Arrays.sort(present, 0, count);
        List<Range> ranges = new ArrayList<>();
        boolean every = true;
        boolean open = false;
        for (int i = 0; i < count; i++) {
            boolean wanted = (present[i] & 1) == 1;
            int zone = (int) (present[i] >> 33);
            int hour = (int) (present[i] >> 1);
            every &= wanted;
            // A range goes on until rows that are not wanted: hours without any do not end it.
            if (wanted && open && ranges.getLast().zone() == zone) {
                ranges.set(ranges.size() - 1, new Range(zone, ranges.getLast().from(), hour + 1));
            } else if (wanted) {
                ranges.add(new Range(zone, hour, hour + 1));
            }
            open = wanted;
        }
        List<String> relations = chosen.stream()
                .map(piece -> pieces.get(piece).tiers().get(tier))
                .toList();
        return new Branch(tier, relations, ranges, every);
    }

    /// How many branches the relation has.
    int branches() {
        return branches.size();
    }

    /// The relation with the columns that are asked for, [#WEIGHT] and [#HEAVIEST].
    ///
    /// @param columns of [Snapshot#ROW_COLUMNS]
    /// @param from only rows that began then or later; epoch milliseconds
    /// @param until only rows that began before
    /// @param where a condition on the columns
    Relation relation(Collection<String> columns, long from, long until, Clause where) {
        List<Object> values = new ArrayList<>();
        List<String> union = new ArrayList<>();
        for (Branch branch : branches) {
            union.add(select(branch, columns, from, until, where, values));
        }
        if (union.isEmpty()) {
            StringBuilder none = new StringBuilder("SELECT 1.0::DOUBLE AS w, 0.0::DOUBLE AS u");
            columns.forEach(column ->
                    none.append(", NULL::").append(type(column)).append(" AS ").append(column));
            union.add(none.append(" WHERE FALSE").toString());
        }
        return new Relation("(" + String.join(" UNION ALL ", union) + ")", values);
    }

    private static String type(String column) {
        return switch (column) {
            case "rate", "mean_bytes" -> "DOUBLE";
            case "started",
                    "ray",
                    "depth",
                    "status",
                    "origin_status",
                    "request_bytes",
                    "response_bytes",
                    "origin_requests",
                    "origin_response_bytes",
                    "first_byte_ms",
                    "origin_ms",
                    "visits" -> "BIGINT";
            default -> "VARCHAR";
        };
    }

    private String select(
            Branch branch, Collection<String> columns, long from, long until, Clause where, List<Object> values) {
        String rate = branch.tier() == 0 ? "rate" : "least(rate, 1.0) * 1e-" + branch.tier();
        StringBuilder sql = new StringBuilder("SELECT ")
                .append("greatest(1.0, 1.0 / (")
                .append(rate)
                .append(" * (0.5 + 0.5 * response_bytes / greatest(1.0, mean_bytes)))) AS w, ")
                .append("CASE WHEN ")
                .append(rate)
                .append(" < 2.0 THEN 2.0 / (")
                .append(rate)
                .append(") ELSE 0.0 END AS u");
        for (String column : columns) {
            sql.append(", ").append(column);
        }
        sql.append(" FROM ").append(Relations.union(branch.relations(), Snapshot.ROW_COLUMNS));
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        TreeSet<Integer> wanted = new TreeSet<>();
        for (Range range : branch.ranges()) {
            first = Math.min(first, range.from() * HOUR);
            last = Math.max(last, range.until() * HOUR);
            wanted.add(range.zone());
        }
        Clause ofZones = Clause.zones(wanted.stream().map(zones::get).toList());
        sql.append(" WHERE ").append(ofZones.sql()).append(" AND started >= ? AND started < ?");
        values.addAll(ofZones.values());
        values.add(Math.max(from, first));
        values.add(Math.min(until, last));
        if (!branch.every()) {
            ranges(branch.ranges(), sql, values);
        }
        if (!where.equals(Clause.TRUE)) {
            sql.append(" AND ").append(where.sql());
            values.addAll(where.values());
        }
        return sql.toString();
    }

    private void ranges(List<Range> ranges, StringBuilder sql, List<Object> values) {
        if (ranges.size() <= WRITTEN_OUT) {
            sql.append(" AND (");
            for (int i = 0; i < ranges.size(); i++) {
                Range range = ranges.get(i);
                sql.append(i == 0 ? "" : " OR ").append("(zone = ? AND started >= ? AND started < ?)");
                values.add(zones.get(range.zone()));
                values.add(range.from() * HOUR);
                values.add(range.until() * HOUR);
            }
            sql.append(')');
            return;
        }
        StringBuilder zone = new StringBuilder();
        StringBuilder hours = new StringBuilder();
        boolean one = ranges.getFirst().zone() == ranges.getLast().zone();
        for (Range range : ranges) {
            for (int hour = range.from(); hour < range.until(); hour++) {
                zone.append(zone.isEmpty() ? "" : Clause.SEPARATOR).append(zones.get(range.zone()));
                hours.append(hours.isEmpty() ? "" : Clause.SEPARATOR).append(hour);
            }
        }
        if (one) {
            sql.append(" AND started // ")
                    .append(HOUR)
                    .append(" IN (SELECT CAST(unnest(string_split(?, '" + Clause.SEPARATOR + "')) AS BIGINT))");
            values.add(hours.toString());
            return;
        }
        sql.append(" AND (zone, started // ")
                .append(HOUR)
                .append(") IN (SELECT (unnest(string_split(?, '" + Clause.SEPARATOR
                        + "')), CAST(unnest(string_split(?, '" + Clause.SEPARATOR + "')) AS BIGINT)))");
        values.add(zone.toString());
        values.add(hours.toString());
    }
}
