package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.event.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final int NONE = Partitions.ABSENT;

    private record Entry(int piece, int zone, int hour, int[] counts) {}

    /// Partitions of every size, some without middle tiers, some without the finest.
    private static List<Entry> entries(Random random, int count, int zones, int hours) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int rows = (int) Math.pow(10, random.nextDouble() * 6);
            int[] counts = new int[Sampling.TIERS];
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                boolean written = tier == 0 || tier >= Partitions.ALWAYS || (counts[tier - 1] > 300);
                counts[tier] = !written ? NONE : rows == 0 ? (tier >= Partitions.ALWAYS ? NONE : 0) : rows;
                rows = rows < 10 ? random.nextInt(2) * rows : rows / 10 + random.nextInt(3) - 1;
            }
            for (int retired = random.nextInt(6) - 3; retired > 0; retired--) {
                counts[retired - 1] = NONE;
            }
            entries.add(new Entry(i, random.nextInt(zones), 500_000 + random.nextInt(hours), counts));
        }
        return entries;
    }

    private static Partitions partitions(List<Entry> entries) {
        Partitions partitions = new Partitions();
        entries.forEach(each -> partitions.add(each.piece, each.zone, each.hour, each.counts));
        return partitions;
    }

    private static long rows(Partitions partitions, byte[] tiers) {
        long rows = 0;
        for (int i = 0; i < tiers.length; i++) {
            assertThat(partitions.rows(i, tiers[i])).as("a tier that exists").isNotNegative();
            rows += partitions.rows(i, tiers[i]);
        }
        return rows;
    }

    private static long rowsAt(Partitions partitions, boolean finest) {
        long rows = 0;
        for (int i = 0; i < partitions.size(); i++) {
            int tier = finest ? 0 : Sampling.TIERS - 1;
            while (partitions.rows(i, tier) < 0) {
                tier++;
            }
            rows += partitions.rows(i, tier);
        }
        return rows;
    }

    @Test
    void theBudgetIsNeverExceededUnlessTheThinnestTiersAloneDo() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Partitions partitions = partitions(entries(random, 1 + random.nextInt(200), 5, 30));
            long budget = (long) Math.pow(10, random.nextDouble() * 8);
            Planner.Plan plan = Planner.plan(partitions, budget);
            assertThat(plan.rows()).isEqualTo(rows(partitions, plan.tiers()));
            assertThat(plan.rows()).isLessThanOrEqualTo(Math.max(budget, rowsAt(partitions, false)));
        }
    }

    @Test
    void whatFitsIsReadWhole() {
        Random random = new Random(8);
        for (int round = 0; round < 100; round++) {
            Partitions partitions = partitions(entries(random, 1 + random.nextInt(100), 3, 30));
            long all = rowsAt(partitions, true);
            assertThat(Planner.plan(partitions, all).rows()).isEqualTo(all);
            assertThat(Planner.plan(partitions, Long.MAX_VALUE).rows()).isEqualTo(all);
            assertThat(Planner.plan(partitions, all - 1).rows()).isLessThan(all);
        }
    }

    @Test
    void aLargerBudgetReadsNoPartitionThinner() {
        Random random = new Random(9);
        for (int round = 0; round < 100; round++) {
            // Few sizes, so that many partitions stand at the cutoff.
            List<Entry> entries = entries(random, 1 + random.nextInt(60), 3, 6);
            entries.addAll(entries.stream()
                    .map(each -> new Entry(each.piece + 1_000, each.zone, each.hour + 1, each.counts))
                    .toList());
            Partitions partitions = partitions(entries);
            long budget = 1;
            byte[] before = Planner.plan(partitions, budget).tiers();
            while (budget < rowsAt(partitions, true)) {
                budget += 1 + random.nextLong(budget);
                byte[] tiers = Planner.plan(partitions, budget).tiers();
                for (int i = 0; i < tiers.length; i++) {
                    assertThat(tiers[i]).isLessThanOrEqualTo(before[i]);
                }
                before = tiers;
            }
        }
    }

    @Test
    void theOrderOfTheIndexDoesNotMatter() {
        Random random = new Random(10);
        for (int round = 0; round < 100; round++) {
            List<Entry> entries = entries(random, 1 + random.nextInt(60), 3, 6);
            entries.addAll(entries.stream()
                    .map(each -> new Entry(each.piece + 1_000, each.zone, each.hour, each.counts))
                    .toList());
            long budget = 1 + random.nextLong(rowsAt(partitions(entries), true) + 1);
            Map<Integer, Byte> first = chosen(entries, budget);
            Collections.shuffle(entries, random);
            assertThat(chosen(entries, budget)).isEqualTo(first);
        }
    }

    private static Map<Integer, Byte> chosen(List<Entry> entries, long budget) {
        byte[] tiers = Planner.plan(partitions(entries), budget).tiers();
        Map<Integer, Byte> chosen = new HashMap<>();
        for (int i = 0; i < tiers.length; i++) {
            chosen.put(entries.get(i).piece, tiers[i]);
        }
        return chosen;
    }

    @Test
    void quietHoursStayWholeBesideABusyOne() {
        List<Entry> entries = new ArrayList<>();
        for (int hour = 0; hour < 24; hour++) {
            entries.add(new Entry(hour, 0, hour, new int[] {200, NONE, NONE, 1, 0, 0, 0}));
        }
        entries.add(new Entry(99, 0, 12, new int[] {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1}));
        Planner.Plan plan = Planner.plan(partitions(entries), 50_000);
        assertThat(plan.tiers()).startsWith(new byte[24]);
        assertThat(plan.tiers()[24]).isEqualTo((byte) 2);
    }

    @Test
    void whatIsLeftGoesToTheNewestOfEquals() {
        List<Entry> entries = new ArrayList<>();
        for (int hour = 0; hour < 10; hour++) {
            entries.add(new Entry(hour, 0, hour, new int[] {1_000, 100, NONE, 0, 0, 0, 0}));
        }
        Planner.Plan plan = Planner.plan(partitions(entries), 10 * 100 + 3 * 900);
        assertThat(plan.tiers()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0, 0, 0);
    }

    @Test
    void moreIsNotPlannedThanCanBeHeld() {
        Partitions partitions = new Partitions();
        assertThatThrownBy(() -> partitions.add(Partitions.MAX_PIECES, 0, 0, new int[Sampling.TIERS]))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aMillionPartitionsArePlannedInAMoment() {
        Partitions varied = partitions(entries(new Random(11), 30_000, 1_000, 720));
        Partitions million = new Partitions();
        Partitions equal = new Partitions();
        Random random = new Random(12);
        int[] counts = new int[Sampling.TIERS];
        for (int i = 0; i < 1_000_000; i++) {
            int from = random.nextInt(varied.size());
            for (int tier = 0; tier < counts.length; tier++) {
                counts[tier] = varied.rows(from, tier);
            }
            million.add(i % 40, i, random.nextInt(720), counts);
            equal.add(i % 40, random.nextInt(100_000), 5, 1, NONE, NONE, 0, 0, 0, 0);
        }
        for (Map.Entry<Partitions, Integer> each :
                Map.of(million, 3_000_000, equal, 500_000).entrySet()) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 10; i++) {
                long before = System.nanoTime();
                Planner.Plan plan = Planner.plan(each.getKey(), each.getValue());
                best = Math.min(best, System.nanoTime() - before);
                assertThat(plan.rows()).isBetween(each.getValue() * 9L / 10, (long) each.getValue());
            }
            assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(200));
        }
    }
}
