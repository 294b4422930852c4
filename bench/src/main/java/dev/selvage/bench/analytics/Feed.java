package dev.selvage.bench.analytics;

import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.Outcome;
import dev.selvage.edge.record.UserAgents;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import java.util.SplittableRandom;

/// Plays requests into the edge's own recorder: counters, sampler and row buffer are the ones of the
/// product.
final class Feed {
    static final String COLO = "DEV";

    private final Shapes shapes;
    private final Truth truth;
    private final SplittableRandom random;
    private final UserAgents agents = new UserAgents();
    private final Outcome outcome = new Outcome();

    private long random1;
    private Shapes.Shape shape;

    /// @param truth what was played, exactly
    Feed(Shapes shapes, Truth truth, long seed) {
        this.shapes = shapes;
        this.truth = truth;
        random = new SplittableRandom(seed);
        shape = shapes.of(0);
    }

    /// Records so many requests of a zone, evenly spread over a stretch of time.
    void play(LoopRecorder recorder, String zone, long requests, long from, long until) {
        double step = (until - from) / (double) requests;
        for (long i = 0; i < requests; i++) {
            long number = random.nextLong();
            int index = (int) Math.floorMod(number, (long) shapes.size());
            shape = shapes.of(index);
            random1 = random.nextLong();
            fill(from + (long) (i * step));
            truth.count(index, shape.bytes());
            recorder.record(zone, outcome, (into, rate, mean) -> into.add(row(zone, rate, mean)));
        }
    }

    private void fill(long at) {
        Outcome o = outcome;
        o.rayId = random1;
        o.startedAt = at;
        o.cacheStatus = shape.status();
        o.status = shape.code();
        o.country = shape.country();
        o.contentType = shape.contentType();
        o.browser = agents.of(shape.userAgent()).browser();
        // A visitor of 256 in a network.
        o.visitorHash = shape.client().hashCode() * 0x9E3779B97F4A7C15L + (random1 >>> 56);
        o.requestBytes = 420;
        o.responseBytes = shape.bytes() + 380;
        boolean asked = shape.status() != CacheStatus.HIT;
        o.originRequests = asked ? 1 : 0;
        o.originResponseBytes = asked ? shape.bytes() + 300 : 0;
        o.visit = false;
    }

    private RequestEvent row(String zone, double rate, double meanBytes) {
        boolean asked = outcome.originRequests > 0;
        UserAgents.Agent agent = agents.of(shape.userAgent());
        int origin = asked ? 20 + (int) (random1 >>> 58) : 0;
        return new RequestEvent(
                outcome.rayId,
                zone,
                outcome.startedAt,
                rate,
                meanBytes,
                COLO,
                shape.client() + (random1 >>> 56),
                shape.country(),
                "GET",
                "https",
                "www.example.com",
                shape.path(),
                shape.query(),
                "HTTP/1.1",
                "TLSv1.3",
                shape.referer(),
                shape.userAgent(),
                agent.browser(),
                agent.device(),
                outcome.cacheStatus,
                asked ? MissReason.FIRST_SEEN : MissReason.NONE,
                outcome.status,
                outcome.contentType,
                asked ? 200 : 0,
                asked ? "192.0.2.10" : "",
                outcome.requestBytes,
                outcome.responseBytes,
                outcome.originRequests,
                outcome.originResponseBytes,
                origin + (int) (random1 >>> 60),
                origin,
                outcome.visit,
                "",
                RuleAction.NONE);
    }
}
