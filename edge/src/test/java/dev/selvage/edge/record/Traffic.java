package dev.selvage.edge.record;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.ZoneMinute;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Outcomes to record, and sums over what was recorded of them.
final class Traffic {
    static final long MINUTE = 60_000;
    static final long START = 30_000_000 * MINUTE;

    private static final String[] COUNTRIES = {"DE", "FR", "US", "XX"};
    private static final String[] TYPES = {"html", "png", "js", "empty"};
    private static final int[] STATUSES = {200, 200, 200, 204, 301, 304, 404, 499, 500, 521, 0, 999};

    private Traffic() {}

    static Outcome outcome(SplittableRandom random, long startedAt) {
        Outcome o = new Outcome();
        o.rayId = random.nextLong();
        o.startedAt = startedAt;
        o.cacheStatus = CacheStatus.values()[random.nextInt(CacheStatus.values().length)];
        o.status = STATUSES[random.nextInt(STATUSES.length)];
        o.country = COUNTRIES[random.nextInt(COUNTRIES.length)];
        o.contentType = TYPES[random.nextInt(TYPES.length)];
        o.protocol = random.nextBoolean() ? "HTTP/1.1" : "HTTP/1.0";
        o.tlsVersion = random.nextBoolean() ? "none" : "TLSv1.3";
        o.browser = random.nextBoolean() ? "Chrome" : "Curl";
        o.visitorHash = random.nextLong();
        o.requestBytes = random.nextInt(2_000);
        o.responseBytes = random.nextInt(1 << 30);
        o.originRequests = random.nextInt(3);
        o.originResponseBytes = random.nextInt(1 << 30);
        o.visit = random.nextBoolean();
        o.rule = random.nextInt(4) == 0 ? "rule" + random.nextInt(3) : "";
        return o;
    }

    static Totals totals(Outcome o) {
        boolean page = o.status >= 200 && o.status < 300 && o.contentType.equals("html");
        return new Totals(
                1,
                o.requestBytes,
                o.responseBytes,
                o.originRequests,
                o.originResponseBytes,
                page ? 1 : 0,
                o.visit ? 1 : 0);
    }

    static Totals sum(Collection<Totals> totals) {
        return totals.stream().reduce(Totals.ZERO, Totals::plus);
    }

    /// The sum of each dimension.
    static Map<ZoneMinute.Dimension, Totals> byDimension(ZoneMinute minute) {
        Map<ZoneMinute.Dimension, Totals> sums = new HashMap<>();
        minute.marginals().forEach((marginal, totals) -> sums.merge(marginal.dimension(), totals, Totals::plus));
        return sums;
    }

    /// What a recorder makes of an outcome whose row is chosen.
    static LoopRecorder.Row rowOf(String zone, Outcome o) {
        return (into, rate, meanBytes) -> into.add(row(zone, o, rate, meanBytes));
    }

    static RequestEvent row(String zone, Outcome o, double rate, double meanBytes) {
        return new RequestEvent(
                o.rayId,
                zone,
                o.startedAt,
                rate,
                meanBytes,
                "DEV",
                "192.0.2.1",
                o.country,
                "GET",
                "http",
                "site.example",
                "/",
                "",
                o.protocol,
                o.tlsVersion,
                "",
                "",
                o.browser,
                "desktop",
                o.cacheStatus,
                MissReason.NONE,
                o.status,
                o.contentType,
                0,
                "",
                o.requestBytes,
                o.responseBytes,
                o.originRequests,
                o.originResponseBytes,
                0,
                0,
                o.visit,
                "",
                RuleAction.NONE);
    }
}
