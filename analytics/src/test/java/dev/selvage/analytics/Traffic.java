package dev.selvage.analytics;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;

/// An edge's RECORD phase in small: counts every request exactly and keeps the rows that its sampler
/// wants.
final class Traffic {
    private final String source;
    private final List<RequestEvent> events = new ArrayList<>();
    private final List<RequestEvent> rows = new ArrayList<>();
    private long sequence;

    Traffic(String source) {
        this.source = source;
    }

    /// A request with every field set, to be changed by [Request]'s methods.
    static Request request(long ray, long startedAt) {
        return new Request(ray, startedAt);
    }

    /// Counts a request and keeps its row.
    Traffic add(RequestEvent event) {
        events.add(event);
        rows.add(event);
        return this;
    }

    /// Counts a request and keeps no row.
    Traffic count(RequestEvent event) {
        events.add(event);
        return this;
    }

    /// Everything since the last call.
    TrafficBatch batch() {
        Map<String, Minute> minutes = new LinkedHashMap<>();
        for (RequestEvent event : events) {
            long minute = event.startedAt() / 60_000;
            minutes.computeIfAbsent(event.zone() + minute, _ -> new Minute(event.zone(), minute))
                    .add(event);
        }
        TrafficBatch batch = new TrafficBatch(
                source, ++sequence, minutes.values().stream().map(Minute::done).toList(), EventRows.of(rows));
        events.clear();
        rows.clear();
        return batch;
    }

    private static final class Minute {
        private final String zone;
        private final long minute;
        private final Map<ZoneMinute.Crossed, Totals> crossed = new HashMap<>();
        private final Map<ZoneMinute.Marginal, Totals> marginals = new HashMap<>();
        private final HllSketch visitors = new HllSketch(11);

        Minute(String zone, long minute) {
            this.zone = zone;
            this.minute = minute;
        }

        void add(RequestEvent event) {
            Totals one = new Totals(
                    1,
                    event.edgeRequestBytes(),
                    event.edgeResponseBytes(),
                    event.originRequests(),
                    event.originResponseBytes(),
                    event.contentType().equals("html") && event.status() == 200 ? 1 : 0,
                    event.visit() ? 1 : 0);
            crossed.merge(
                    new ZoneMinute.Crossed(event.colo(), event.cacheStatus(), event.status() / 100), one, Totals::plus);
            marginal(ZoneMinute.Dimension.STATUS, Integer.toString(event.status()), one);
            marginal(ZoneMinute.Dimension.COUNTRY, event.country(), one);
            marginal(ZoneMinute.Dimension.CONTENT_TYPE, event.contentType(), one);
            marginal(ZoneMinute.Dimension.PROTOCOL, event.protocol(), one);
            marginal(ZoneMinute.Dimension.TLS_VERSION, event.tlsVersion(), one);
            marginal(ZoneMinute.Dimension.BROWSER, event.browser(), one);
            marginal(ZoneMinute.Dimension.IP_CLASS, "noRecord", one);
            marginal(ZoneMinute.Dimension.RULE, event.rule(), one);
            visitors.update(event.clientIp());
        }

        private void marginal(ZoneMinute.Dimension dimension, String value, Totals one) {
            marginals.merge(new ZoneMinute.Marginal(dimension, value), one, Totals::plus);
        }

        ZoneMinute done() {
            return new ZoneMinute(zone, minute, crossed, marginals, ByteBuffer.wrap(visitors.toCompactByteArray()));
        }
    }

    /// A request in the making.
    static final class Request {
        private final long ray;
        private final long startedAt;
        private String zone = FakeAccess.ZONE;
        private double weight = 1;
        private String colo = "DEV";
        private String clientIp = "192.0.2.1";
        private String country = "DE";
        private String host = "example.com";
        private String path = "/";
        private String tls = "none";
        private String referer = "";
        private String contentType = "html";
        private CacheStatus cacheStatus = CacheStatus.HIT;
        private int status = 200;
        private long bytes = 1_000;
        private int originDuration;
        private boolean visit;
        private String rule = "";
        private RuleAction action = RuleAction.NONE;

        private Request(long ray, long startedAt) {
            this.ray = ray;
            this.startedAt = startedAt;
        }

        Request zone(String value) {
            zone = value;
            return this;
        }

        Request weight(double value) {
            weight = value;
            return this;
        }

        Request colo(String value) {
            colo = value;
            return this;
        }

        Request clientIp(String value) {
            clientIp = value;
            return this;
        }

        Request country(String value) {
            country = value;
            return this;
        }

        Request path(String value) {
            path = value;
            return this;
        }

        Request tls(String value) {
            tls = value;
            return this;
        }

        Request referer(String value) {
            referer = value;
            visit = true;
            return this;
        }

        Request contentType(String value) {
            contentType = value;
            return this;
        }

        Request cache(CacheStatus value) {
            cacheStatus = value;
            return this;
        }

        Request status(int value) {
            status = value;
            return this;
        }

        Request bytes(long value) {
            bytes = value;
            return this;
        }

        Request originDuration(int value) {
            originDuration = value;
            return this;
        }

        Request rule(String id, RuleAction value) {
            rule = id;
            action = value;
            return this;
        }

        RequestEvent done() {
            boolean origin = cacheStatus.reachesOrigin();
            return new RequestEvent(
                    ray,
                    zone,
                    startedAt,
                    1 / (weight * Sampling.size(bytes, (double) bytes)),
                    bytes,
                    colo,
                    clientIp,
                    country,
                    "GET",
                    "http",
                    host,
                    path,
                    "?a=b",
                    "HTTP/1.1",
                    tls,
                    referer,
                    "curl/8.0",
                    "Curl",
                    "desktop",
                    cacheStatus,
                    origin ? MissReason.FIRST_SEEN : MissReason.NONE,
                    status,
                    contentType,
                    origin ? status : 0,
                    origin ? "198.51.100.7" : "",
                    100,
                    bytes,
                    origin ? 1 : 0,
                    origin ? bytes + 50 : 0,
                    3,
                    originDuration,
                    visit,
                    rule,
                    action);
        }
    }
}
