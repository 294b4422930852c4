package dev.selvage.edge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateTableTest {
    private static final RateTable.Limit TEN_A_MINUTE = new RateTable.Limit(60_000, 10, 0);
    private static final RateTable.Limit TEN_THEN_OUT = new RateTable.Limit(60_000, 10, 300_000);

    private final RateTable table = new RateTable();

    /// The beginning of a window.
    private long now = 60_000L * 1_000_000;

    @Test
    void asManyAsAllowedAndNotOneMore() {
        for (int i = 0; i < 10; i++) {
            assertThat(table.take(7, TEN_A_MINUTE, now)).isZero();
        }
        assertThat(table.take(7, TEN_A_MINUTE, now)).isPositive();
        assertThat(table.take(8, TEN_A_MINUTE, now)).as("another").isZero();
    }

    @Test
    void whatIsRefusedIsNotCountedSoThatTheAllowedRateGoesThrough() {
        int let = 0;
        for (long second = 0; second < 3_600; second++) {
            for (int i = 0; i < 5; i++) {
                let += table.take(7, TEN_A_MINUTE, now + second * 1_000) == 0 ? 1 : 0;
            }
        }
        assertThat(let).as("in 60 minutes of 300 a minute").isBetween(540, 660);
    }

    @Test
    void theWaitIsUntilOneMayGoOn() {
        for (int start = 0; start < 60_000; start += 7_000) {
            long key = 100L + start;
            long at = now + start;
            while (table.take(key, TEN_A_MINUTE, at) == 0) {
                at += 300;
            }
            long wait = table.take(key, TEN_A_MINUTE, at);
            assertThat(wait).isBetween(1L, 60_000L);
            long next = at + wait;
            long again = table.take(key, TEN_A_MINUTE, next);
            if (again > 0) {
                // The end of the window was told, at which the last one counts whole.
                assertThat(next % 60_000).isZero();
                assertThat(table.take(key, TEN_A_MINUTE, next + again)).isZero();
            }
        }
    }

    @Test
    void whoWasOverIsRefusedForTheTimeout() {
        for (int i = 0; i < 10; i++) {
            table.take(7, TEN_THEN_OUT, now);
        }
        assertThat(table.take(7, TEN_THEN_OUT, now + 5)).isEqualTo(300_000);
        assertThat(table.take(7, TEN_THEN_OUT, now + 299_005)).isEqualTo(1_000);
        assertThat(table.refused(7, TEN_THEN_OUT, now + 300_004)).isEqualTo(1);
        assertThat(table.refused(7, TEN_THEN_OUT, now + 300_005)).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(table.take(7, TEN_THEN_OUT, now + 300_005))
                    .as("begins anew")
                    .isZero();
        }
        assertThat(table.take(7, TEN_THEN_OUT, now + 300_005)).isPositive();
    }

    @Test
    void whatIsCountedAfterwardsRefusesWhatFollows() {
        for (int i = 0; i < 10; i++) {
            assertThat(table.refused(7, TEN_THEN_OUT, now)).isZero();
            table.count(7, TEN_THEN_OUT, now);
        }
        assertThat(table.refused(7, TEN_THEN_OUT, now)).isEqualTo(300_000);
        table.count(7, TEN_THEN_OUT, now + 299_999);
        assertThat(table.refused(7, TEN_THEN_OUT, now + 300_000))
                .as("not counted meanwhile")
                .isZero();
        for (int i = 0; i < 10; i++) {
            table.count(8, TEN_A_MINUTE, now);
        }
        assertThat(table.refused(8, TEN_A_MINUTE, now)).isPositive();
        assertThat(table.refused(8, TEN_A_MINUTE, now + 90_000)).isZero();
    }

    @Test
    void anIdleTableRefusesNobody() {
        RateTable idle = RateTable.idle();
        for (int i = 0; i < 100; i++) {
            idle.count(7, TEN_A_MINUTE, now);
            assertThat(idle.take(7, TEN_A_MINUTE, now)).isZero();
            assertThat(idle.refused(7, TEN_A_MINUTE, now)).isZero();
        }
    }

    @Test
    void aClockThatGoesBackLetsNobodyOff() {
        for (int i = 0; i < 10; i++) {
            table.take(7, TEN_A_MINUTE, now);
        }
        assertThat(table.take(7, TEN_A_MINUTE, now - 1)).isPositive();
    }

    /// The estimate against the truth: never more in any window than the limit and what the spreading
    /// can be wrong by.
    @Test
    void againstTheTrueSlidingWindow() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 40; run++) {
            int most = 1 + random.nextInt(50);
            long period = new long[] {10_000, 60_000, 120_000}[random.nextInt(3)];
            RateTable.Limit limit = new RateTable.Limit(period, most, 0);
            Deque<Long> let = new ArrayDeque<>();
            long at = now + random.nextLong(1_000_000);
            for (int i = 0; i < 5_000; i++) {
                at += random.nextLong(2 * period / most + 1) * (random.nextInt(20) == 0 ? 5 : 1) / 2;
                long time = at;
                let.removeIf(each -> each <= time - period);
                boolean allowed = table.take(1_000 + run, limit, at) == 0;
                if (allowed) {
                    let.add(at);
                }
                assertThat(let.size()).as("run %d", run).isLessThanOrEqualTo(2 * most);
                if (!allowed) {
                    // Somebody who is refused did come often: half as often as allowed at the least.
                    assertThat(let.size()).as("run %d", run).isGreaterThanOrEqualTo(most / 2);
                }
            }
        }
    }

    /// The table against one that forgets nothing, while it is not full.
    @Test
    void againstAModelWithoutCollisions() {
        SplittableRandom random = new SplittableRandom(5);
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            keys.add(random.nextLong());
        }
        java.util.Map<Long, int[]> counts = new java.util.HashMap<>();
        RateTable.Limit limit = new RateTable.Limit(60_000, 5, 0);
        for (int i = 0; i < 20_000; i++) {
            long key = keys.get(random.nextInt(keys.size()));
            int[] count = counts.computeIfAbsent(key, _ -> new int[1]);
            boolean allowed = table.take(key, limit, now + i) == 0;
            assertThat(allowed).isEqualTo(count[0] < 5);
            count[0] += allowed ? 1 : 0;
        }
        assertThat(table.displaced()).isZero();
    }

    @Test
    void strangersInAnyNumberDoNotDisplaceWhoComesOften() {
        RateTable small = new RateTable(64);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 10; i++) {
            small.take(7, TEN_THEN_OUT, now);
        }
        assertThat(small.take(7, TEN_THEN_OUT, now)).isPositive();
        for (int i = 0; i < 100_000; i++) {
            assertThat(small.take(random.nextLong(), TEN_A_MINUTE, now + i / 100))
                    .as("nobody is refused for want of room")
                    .isZero();
        }
        assertThat(small.displaced()).isPositive();
        assertThat(small.take(7, TEN_THEN_OUT, now + 1_000)).isPositive();
    }

    @Test
    void whatHasExpiredMakesRoomFirst() {
        RateTable small = new RateTable(8);
        for (long key = 1; key <= 8; key++) {
            small.take(key, TEN_A_MINUTE, now);
            small.take(key, TEN_A_MINUTE, now);
        }
        for (long key = 11; key <= 18; key++) {
            small.take(key, TEN_A_MINUTE, now + 120_000);
        }
        assertThat(small.displaced()).isZero();
    }

    @Test
    void aSetFullOfTheRefusedLetsTheFirstOneGo() {
        RateTable small = new RateTable(8);
        RateTable.Limit one = new RateTable.Limit(10_000, 1, 60_000);
        for (long key = 1; key <= 9; key++) {
            small.take(key, one, now + key);
            small.take(key, one, now + key);
        }
        assertThat(small.refused(1, one, now + 20)).as("displaced").isZero();
        assertThat(small.refused(9, one, now + 20)).isPositive();
    }

    @Test
    void loopsTogetherCountExactly() throws InterruptedException {
        RateTable.Limit limit = new RateTable.Limit(3_600_000, 5_000, 0);
        AtomicInteger let = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(t);
            Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    table.take(random.nextLong(), TEN_A_MINUTE, now);
                    if (table.take(42, limit, now) == 0) {
                        let.incrementAndGet();
                    }
                }
                done.countDown();
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(let).hasValue(5_000);
    }
}
