package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.ZoneMinute;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.datasketches.hll.HllSketch;
import org.junit.jupiter.api.Test;

class ZoneTrafficTest {
    private final ZoneTraffic traffic = new ZoneTraffic("zone", 30_000_000);
    private final SplittableRandom random = new SplittableRandom(1);

    private Outcome next() {
        return Traffic.outcome(random, Traffic.START);
    }

    @Test
    void everyTableAddsUpToTheWhole() {
        Totals whole = Totals.ZERO;
        Map<ZoneMinute.Crossed, Totals> crossed = new HashMap<>();
        Map<ZoneMinute.Marginal, Totals> countries = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            Outcome o = next();
            traffic.count(o);
            Totals totals = Traffic.totals(o);
            whole = whole.plus(totals);
            crossed.merge(new ZoneMinute.Crossed("DEV", o.cacheStatus, o.status / 100), totals, Totals::plus);
            countries.merge(new ZoneMinute.Marginal(ZoneMinute.Dimension.COUNTRY, o.country), totals, Totals::plus);
        }
        ZoneMinute minute = traffic.take("DEV");
        assertThat(minute.zone()).isEqualTo("zone");
        assertThat(minute.minute()).isEqualTo(30_000_000);
        assertThat(minute.crossed()).isEqualTo(crossed);
        assertThat(minute.marginals()).containsAllEntriesOf(countries);
        assertThat(Traffic.sum(minute.crossed().values())).isEqualTo(whole);
        Map<ZoneMinute.Dimension, Totals> sums = Traffic.byDimension(minute);
        assertThat(sums).containsOnlyKeys(ZoneMinute.Dimension.values());
        for (ZoneMinute.Dimension dimension : ZoneMinute.Dimension.values()) {
            assertThat(sums.get(dimension)).as(dimension.name()).isEqualTo(whole);
        }
    }

    @Test
    void whatWasTakenIsNotTakenAgain() {
        traffic.count(next());
        assertThat(traffic.empty()).isFalse();
        traffic.take("DEV");
        assertThat(traffic.empty()).isTrue();
        ZoneMinute nothing = traffic.take("DEV");
        assertThat(nothing.crossed()).isEmpty();
        assertThat(nothing.marginals()).isEmpty();
        assertThat(nothing.visitors().remaining()).isZero();
        Outcome o = next();
        traffic.count(o);
        assertThat(Traffic.sum(traffic.take("DEV").crossed().values())).isEqualTo(Traffic.totals(o));
    }

    @Test
    void valuesBeyondTheBoundCountAsOther() {
        Totals whole = Totals.ZERO;
        for (int i = 0; i < 2_000; i++) {
            Outcome o = next();
            o.contentType = "type-" + i % 1_000;
            traffic.count(o);
            whole = whole.plus(Traffic.totals(o));
        }
        ZoneMinute minute = traffic.take("DEV");
        Map<String, Totals> types = new HashMap<>();
        minute.marginals().forEach((marginal, totals) -> {
            if (marginal.dimension() == ZoneMinute.Dimension.CONTENT_TYPE) {
                types.put(marginal.value(), totals);
            }
        });
        assertThat(types).hasSize(ZoneTraffic.MAX_VALUES + 1).containsKeys("type-0", "type-255", "other");
        assertThat(types.getOrDefault("type-0", Totals.ZERO).requests()).isEqualTo(2);
        assertThat(types.getOrDefault("other", Totals.ZERO).requests()).isEqualTo(2 * (1_000 - ZoneTraffic.MAX_VALUES));
        assertThat(Traffic.sum(types.values())).isEqualTo(whole);
    }

    @Test
    void aStatusOutsideOfHttpIsCountedAllTheSame() {
        for (int status : new int[] {-5, 0, 999, 1_000, 70_000}) {
            Outcome o = next();
            o.status = status;
            traffic.count(o);
        }
        ZoneMinute minute = traffic.take("DEV");
        assertThat(Traffic.sum(minute.crossed().values()).requests()).isEqualTo(5);
        assertThat(minute.crossed().keySet())
                .extracting(ZoneMinute.Crossed::statusClass)
                .containsOnly(0, 9);
        assertThat(minute.marginals())
                .containsKeys(
                        new ZoneMinute.Marginal(ZoneMinute.Dimension.STATUS, "0"),
                        new ZoneMinute.Marginal(ZoneMinute.Dimension.STATUS, "999"));
    }

    @Test
    void lateBytesOfTheOriginAreAddedWithoutARequest() {
        Outcome o = next();
        o.cacheStatus = CacheStatus.MISS;
        o.status = 200;
        o.contentType = "html";
        o.visit = true;
        o.originRequests = 1;
        traffic.count(o);
        traffic.take("DEV");
        Outcome late = o.copy();
        late.requestBytes = 0;
        late.responseBytes = 0;
        late.originRequests = 1;
        late.originResponseBytes = 77;
        traffic.countLate(late);
        assertThat(traffic.empty()).isFalse();
        ZoneMinute minute = traffic.take("DEV");
        Totals expected = new Totals(0, 0, 0, 1, 77, 0, 0);
        assertThat(minute.crossed()).isEqualTo(Map.of(new ZoneMinute.Crossed("DEV", CacheStatus.MISS, 2), expected));
        assertThat(Traffic.byDimension(minute).values())
                .hasSize(ZoneMinute.Dimension.values().length)
                .containsOnly(expected);
    }

    @Test
    void visitorsAreCountedOnceEach() {
        for (int i = 0; i < 30_000; i++) {
            Outcome o = next();
            o.visitorHash = i % 3_000;
            traffic.count(o);
        }
        ByteBuffer sketch = traffic.take("DEV").visitors();
        byte[] bytes = new byte[sketch.remaining()];
        sketch.get(bytes);
        assertThat(HllSketch.heapify(MemorySegment.ofArray(bytes)).getEstimate())
                .isBetween(2_800.0, 3_200.0);
    }
}
