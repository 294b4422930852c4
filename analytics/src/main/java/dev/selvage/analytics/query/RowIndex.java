package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Piece;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What the store's index says of the rows of some zones and of a time.
final class RowIndex {
    private static final long HOUR = Level.HOUR.milliseconds();

    private final List<String> zones;
    private final long from;
    private final long until;
    private final List<Piece> pieces;
    private final Partitions partitions = new Partitions();

    /// By partition: Σ w and Σ w · bytes of the finest tier that there is.
    private final double[] weights;
    private final double[] bytes;

    private RowIndex(List<String> zones, long from, long until, List<Piece> pieces, List<Entry> entries) {
        this.zones = zones;
        this.from = from;
        this.until = until;
        this.pieces = pieces;
        weights = new double[entries.size()];
        bytes = new double[entries.size()];
        for (Entry entry : entries) {
            weights[partitions.size()] = entry.weight;
            bytes[partitions.size()] = entry.bytes;
            partitions.add(entry.piece, entry.zone, entry.hour, entry.counts);
        }
    }

    /// @param from epoch milliseconds
    static RowIndex read(QueryEngine.Reading reading, List<String> asked, long from, long until) throws EngineFailure {
        List<String> zones = List.copyOf(new TreeSet<>(asked));
        List<Piece> pieces = reading.snapshot().pieces(from, until).stream()
                .sorted(Comparator.comparingInt(Piece::id))
                .toList();
        Map<Integer, Integer> places = new HashMap<>();
        pieces.forEach(piece -> places.put(piece.id(), places.size()));
        Map<String, Integer> order = new HashMap<>();
        zones.forEach(zone -> order.put(zone, order.size()));
        Clause ofZones = Clause.zones(zones);
        List<Object> values = new ArrayList<>(ofZones.values());
        values.add(from - HOUR);
        values.add(until);
        Map<Long, Entry> entries = new LinkedHashMap<>();
        String sql = "SELECT piece, zone, hour // " + HOUR + ", tier, row_count, weight, byte_weight FROM "
                + reading.snapshot().partitions(from, until) + " WHERE " + ofZones.sql() + " AND hour > ? AND hour < ?";
        reading.select(sql, values, row -> {
            Integer piece = places.get((int) row.getLong(0));
            Integer zone = order.get(row.getString(1));
            if (piece != null && zone != null) {
                long key = ((long) piece * Partitions.MAX_ZONES + zone) << 24 | row.getLong(2);
                if (entries.size() > Partitions.MAX) {
                    throw Refusal.tooLarge();
                }
                entries.computeIfAbsent(key, _ -> new Entry(piece, zone, (int) row.getLong(2)))
                        .add(row);
            }
        });
        return new RowIndex(zones, from, until, pieces, List.copyOf(entries.values()));
    }

    /// A partition, as the index tells it tier by tier.
    private static final class Entry {
        private final int piece;
        private final int zone;
        private final int hour;
        private final int[] counts = new int[Sampling.TIERS];
        private int finest = Sampling.TIERS;
        private double weight;
        private double bytes;

        Entry(int piece, int zone, int hour) {
            this.piece = piece;
            this.zone = zone;
            this.hour = hour;
            Arrays.fill(counts, Partitions.ABSENT);
        }

        void add(Row row) {
            int tier = (int) row.getLong(3);
            counts[tier] = (int) Math.min(Math.max(0, counts[tier]) + row.getLong(4), Integer.MAX_VALUE);
            if (tier < finest) {
                finest = tier;
                weight = 0;
                bytes = 0;
            }
            if (tier == finest) {
                weight += row.getDouble(5);
                bytes += row.getDouble(6);
            }
        }
    }

    Planner.Plan plan(long rowBudget) {
        return Planner.plan(partitions, rowBudget);
    }

    /// The rows that a plan reads.
    RowPlan rows(Planner.Plan plan) {
        return RowPlan.of(partitions, plan.tiers(), pieces, zones);
    }

    /// True when every request of the hours that the time touches has its row, none standing for more
    /// than itself.
    boolean complete(QueryEngine.Reading reading, long now) throws EngineFailure {
        long rows = 0;
        for (int i = 0; i < partitions.size(); i++) {
            rows += Math.max(0, partitions.rows(i, 0));
            if (weights[i] > partitions.rows(i, 0)) {
                return false;
            }
        }
        long first = Math.floorDiv(from, HOUR) * HOUR;
        long end = until >= now ? Long.MAX_VALUE : Math.ceilDiv(until, HOUR) * HOUR;
        Counted hours = Counted.of(first, end, Level.DAY, now).orElseThrow();
        RowPlan.Relation counters = hours.relation(
                reading, "requests", Clause.all(List.of(Clause.zones(zones), Counted.kind(CounterKind.CROSSED))));
        long[] requests = new long[1];
        reading.select(
                "SELECT CAST(coalesce(sum(requests), 0) AS BIGINT) FROM " + counters.sql(),
                counters.values(),
                row -> requests[0] = row.getLong(0));
        return requests[0] == rows;
    }

    /// The most requests, and bytes, that a row could have stood for which partitions do not show at the
    /// tier that they are read at: where they show some, the rows themselves tell.
    double[] unseen(Planner.Plan plan) {
        byte[] tiers = plan.tiers();
        double[] most = new double[2];
        for (int i = 0; i < tiers.length; i++) {
            if (partitions.rows(i, tiers[i]) > 0) {
                continue;
            }
            int finest = 0;
            while (partitions.rows(i, finest) <= 0 && finest < tiers[i]) {
                finest++;
            }
            // The mean weight is the inverse of the rate.
            double weight = Math.max(1, weights[i] / Math.max(1, partitions.rows(i, finest)));
            double heaviest = 2 * weight * Math.pow(10, (double) tiers[i] - finest);
            most[0] = Math.max(most[0], heaviest);
            most[1] = Math.max(most[1], heaviest * bytes[i] / Math.max(1, weights[i]));
        }
        return most;
    }

    List<Report.Tier> tiers(Planner.Plan plan) {
        byte[] chosen = plan.tiers();
        long[] rows = new long[Sampling.TIERS];
        long[] count = new long[Sampling.TIERS];
        for (int i = 0; i < chosen.length; i++) {
            rows[chosen[i]] += partitions.rows(i, chosen[i]);
            count[chosen[i]]++;
        }
        List<Report.Tier> tiers = new ArrayList<>();
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            if (count[tier] > 0) {
                tiers.add(new Report.Tier(tier, rows[tier], (double) count[tier] / chosen.length));
            }
        }
        return tiers;
    }
}
