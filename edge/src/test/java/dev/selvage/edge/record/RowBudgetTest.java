package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.selvage.model.event.Sampling;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RowBudgetTest {
    private static void report(RowBudget budget, String zone, int requests) {
        budget.report(new RowBudget.Demand(new String[] {zone}, new int[] {requests}, 0, 0));
    }

    @Test
    void aZoneUnderItsBudgetKeepsEverythingWhereverItComesIn() {
        RowBudget budget = new RowBudget(1_000, 50_000, 64);
        report(budget, "here", 1_000);
        for (int loop = 0; loop < 64; loop++) {
            report(budget, "everywhere", 15);
        }
        budget.allot(1, 1);
        assertThat(budget.allotment().rate("here")).isEqualTo(Sampling.ALL);
        assertThat(budget.allotment().rate("everywhere")).isEqualTo(Sampling.ALL);
        assertThat(budget.allotment().rate("never heard of")).isEqualTo(Sampling.ALL);
    }

    @Test
    void aZoneOverItsBudgetIsSampledByWhatAllLoopsSay() {
        RowBudget budget = new RowBudget(1_000, 50_000, 64);
        for (int loop = 0; loop < 64; loop++) {
            report(budget, "zone", 1_000);
        }
        budget.allot(1, 1);
        assertThat(budget.allotment().rate("zone") * 64_000).isBetween(700.0, 950.0);
        budget.allot(1, 1);
        assertThat(budget.allotment().rate("zone")).as("it is calm again").isEqualTo(Sampling.ALL);
    }

    @Test
    void theTotalIsSharedMaxMinFair() {
        RowBudget budget = new RowBudget(1_000, 1_000, 1);
        report(budget, "small", 50);
        report(budget, "middle", 300);
        report(budget, "big", 600);
        report(budget, "bigger", 100_000);
        budget.allot(1, 1);
        RowBudget.Allotment allotment = budget.allotment();
        // 50 and 300 are less than a quarter and a third of what is left; the others get half of 650 each.
        assertThat(allotment.most()).isCloseTo(325, within(1e-9));
        assertThat(allotment.rate("small")).isEqualTo(Sampling.ALL);
        assertThat(allotment.rate("middle")).isEqualTo(Sampling.ALL);
        assertThat(allotment.rate("big") * 600).isBetween(200.0, 325.0);
        assertThat(allotment.rate("bigger") * 100_000).isBetween(200.0, 325.0);
    }

    @Test
    void theRatesOfRandomDemandsAreFairAndKeepTheTotal() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 300; round++) {
            int perZone = 1 + random.nextInt(2_000);
            int total = 1 + random.nextInt(50_000);
            RowBudget budget = new RowBudget(perZone, total, 4);
            int zones = 1 + random.nextInt(300);
            int[] demands = new int[zones];
            int[] half = new int[zones];
            int[] rest = new int[zones];
            String[] names = new String[zones];
            for (int zone = 0; zone < zones; zone++) {
                demands[zone] = 1 + (int) Math.exp(random.nextDouble() * 11);
                half[zone] = demands[zone] / 2;
                rest[zone] = demands[zone] - half[zone];
                names[zone] = "zone-" + zone;
            }
            budget.report(new RowBudget.Demand(names, half, 0, 0));
            budget.report(new RowBudget.Demand(names, rest, 0, 0));
            int others = random.nextInt(5_000);
            budget.report(new RowBudget.Demand(new String[0], new int[0], others, others));
            budget.allot(1, 1);
            RowBudget.Allotment allotment = budget.allotment();
            double kept = others * Math.min(1, allotment.others());
            for (int zone = 0; zone < zones; zone++) {
                int demand = demands[zone];
                double rate = allotment.rate("zone-" + zone);
                if (demand <= allotment.most()) {
                    assertThat(rate).isEqualTo(Sampling.ALL);
                } else {
                    assertThat(rate * demand).isLessThanOrEqualTo(allotment.most());
                }
                kept += demand * Math.min(1, rate);
            }
            assertThat(kept).isLessThanOrEqualTo(total + 1e-6);
            assertThat(allotment.most()).isLessThanOrEqualTo(perZone);
        }
    }

    @Test
    void manySmallZonesShareWhatIsLeft() {
        RowBudget budget = new RowBudget(1_000, 10_000, 1);
        report(budget, "big", 50_000);
        for (int report = 0; report < 4; report++) {
            budget.report(new RowBudget.Demand(new String[0], new int[0], 25_000, 25_000));
        }
        budget.allot(1, 1);
        assertThat(budget.allotment().others()).isLessThan(1);
        assertThat(budget.allotment().others() * 100_000).isBetween(5_000.0, 10_000.0);
        assertThat(budget.allotment().rate("big") * 50_000).isLessThan(10);
    }

    @Test
    void aSmallerShareTightensAllBudgets() {
        RowBudget budget = new RowBudget(1_000, 50_000, 1);
        report(budget, "zone", 1_000);
        budget.allot(1, 0.1);
        assertThat(budget.allotment().rate("zone") * 1_000).isBetween(50.0, 100.0);
        assertThat(budget.allotment().total()).isEqualTo(5_000);
        report(budget, "zone", 1_000);
        budget.allot(1, Double.NaN);
        assertThat(budget.allotment().rate("zone")).isEqualTo(Sampling.ALL);
        report(budget, "zone", 1_000);
        budget.allot(1, 7);
        assertThat(budget.allotment().most()).isEqualTo(1_000);
    }

    @Test
    void aBudgetOfNothingKeepsNothing() {
        RowBudget budget = new RowBudget(0, 50_000, 1);
        assertThat(budget.allotment().rate("zone")).isZero();
        report(budget, "zone", 1_000);
        budget.allot(1, 1);
        assertThat(budget.allotment().rate("zone")).isZero();
        assertThat(budget.allotment().rate("other")).isZero();
    }

    @Test
    void reportsThatNobodyReadsAreBounded() {
        RowBudget budget = new RowBudget(1_000, 50_000, 1);
        for (int i = 0; i < 100_000; i++) {
            report(budget, "zone-" + i, 1_000_000);
        }
        budget.allot(1, 1);
        assertThat(budget.allotment().rates()).hasSizeLessThan(100);
        report(budget, "zone", 1_000_000);
        budget.allot(1, 1);
        assertThat(budget.allotment().rate("zone")).isLessThan(1);
    }

    @Test
    void aZoneThatNoLoopNamesIsWithinItsBudget() {
        for (int loops : new int[] {1, 2, 16, 64}) {
            RowBudget budget = new RowBudget(1_000, 50_000, loops);
            assertThat((budget.named() - 1) * loops * 5).isLessThanOrEqualTo(1_000);
        }
    }

    @Test
    void itAllotsByItselfUntilItIsClosed() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        try (RowBudget budget = new RowBudget(1_000, 50_000, 1)) {
            report(budget, "zone", 1_000_000_000);
            budget.start(() -> {
                asked.countDown();
                return 1;
            });
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            while (budget.allotment().rate("zone") == Sampling.ALL) {
                Thread.onSpinWait();
            }
        }
    }
}
