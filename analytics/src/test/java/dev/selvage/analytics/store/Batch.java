package dev.selvage.analytics.store;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;

/// A batch in the making: every request is counted, and kept as a row when its rate says so.
public final class Batch {
    public static final String ZONE = "023e105f4ecef8ad9ca31a8372d0c353";

    private final List<RequestEvent> rows = new ArrayList<>();
    private final Map<Delta.Place, Minute> minutes = new HashMap<>();

    private static final class Minute {
        private final Map<ZoneMinute.Crossed, Totals> crossed = new HashMap<>();
        private final Map<ZoneMinute.Marginal, Totals> marginals = new HashMap<>();
        private final HllSketch visitors = new HllSketch(Visitors.LG_K);
    }

    public static RequestEvent event(long ray, String zone, long started, double rate, String path) {
        long bytes = 1_000 + Math.floorMod(ray, 7) * 100L;
        return new RequestEvent(
                ray,
                zone,
                started,
                rate,
                1_300,
                "DEV",
                "192.0.2." + Math.floorMod(ray, 200),
                ray % 3 == 0 ? "DE" : "FR",
                "GET",
                "https",
                "example.com",
                path,
                "",
                "HTTP/1.1",
                "TLSv1.3",
                "",
                "curl/8.0",
                "Curl",
                "desktop",
                CacheStatus.HIT,
                MissReason.NONE,
                200,
                "html",
                0,
                "",
                100,
                bytes,
                0,
                0,
                3,
                0,
                false,
                "",
                RuleAction.NONE);
    }

    /// A request that is counted and, if its rate says so, kept.
    public Batch add(RequestEvent event) {
        count(event);
        if (Sampling.kept(event.rayId(), event.rate(), Sampling.size(event.edgeResponseBytes(), event.meanBytes()))) {
            rows.add(event);
        }
        return this;
    }

    public Batch add(long ray, long started) {
        return add(event(ray, ZONE, started, Sampling.ALL, "/p/" + Math.floorMod(ray, 5)));
    }

    public Batch count(RequestEvent event) {
        Minute minute = minutes.computeIfAbsent(
                new Delta.Place(event.zone(), Math.floorDiv(event.startedAt(), 60_000L)), _ -> new Minute());
        Totals one = new Totals(1, event.edgeRequestBytes(), event.edgeResponseBytes(), 0, 0, 1, 0);
        minute.crossed.merge(new ZoneMinute.Crossed(event.colo(), event.cacheStatus(), 2), one, Totals::plus);
        minute.marginals.merge(
                new ZoneMinute.Marginal(ZoneMinute.Dimension.COUNTRY, event.country()), one, Totals::plus);
        minute.visitors.update(event.clientIp());
        return this;
    }

    public TrafficBatch done(String source, long sequence) {
        List<ZoneMinute> counters = new ArrayList<>();
        minutes.forEach((place, minute) -> counters.add(new ZoneMinute(
                place.zone(),
                place.bucket(),
                minute.crossed,
                minute.marginals,
                ByteBuffer.wrap(minute.visitors.toCompactByteArray()))));
        return new TrafficBatch(source, sequence, counters, EventRows.of(rows));
    }
}
