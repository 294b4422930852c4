package dev.selvage.edge.request;

import static java.lang.System.Logger.Level.INFO;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.http.HeadScanner;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.purge.Rewarmer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Fetches again what purges dropped: as a visitor's GET would, through the same phases and fills, but slowly, and
/// screened, told and counted for nobody. What a visitor has fetched meanwhile is left alone. Thread-safe.
public final class Rewarming implements Rewarmer {
    private static final System.Logger LOG = System.getLogger(Rewarming.class.getName());

    /// Fetches of a zone a second where its owner does not limit refills; else half of what he allows, so that
    /// visitors come first.
    static final int PER_SECOND = 50;

    /// Fetches at a time: a slow origin is not asked for more.
    static final int MOST_AT_A_TIME = 16;

    /// Resources of all zones that may wait; the less asked for of what is more are left to visitors.
    static final int MOST_WAITING = 100_000;

    static final long STEP_MILLIS = 100;

    /// One of the edge's loops.
    public record Lane(Loop loop, Phases phases) {}

    private final List<Lane> lanes;
    private final Replica replica;
    private final EdgeSettings.Limits limits;
    private final Map<String, Work> zones = new LinkedHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong waiting = new AtomicLong();
    private final LongAdder fetched = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private boolean scheduled;
    private int nextLane;

    /// What is to be fetched of a zone, the most asked for first.
    private static final class Work {
        private final ArrayDeque<CacheKey> keys = new ArrayDeque<>();
        private double allowance;
        private int begun;
    }

    /// @param lanes the loops that take part
    public Rewarming(List<Lane> lanes, Replica replica, EdgeSettings.Limits limits) {
        this.lanes = List.copyOf(lanes);
        this.replica = replica;
        this.limits = limits;
    }

    @Override
    public synchronized void rewarm(String zone, List<CacheKey> keys) {
        Work work = zones.computeIfAbsent(zone, _ -> new Work());
        for (CacheKey key : keys) {
            if (waiting.get() < MOST_WAITING) {
                work.keys.add(key);
                waiting.incrementAndGet();
            } else {
                skipped.increment();
            }
        }
        schedule();
    }

    private void schedule() {
        if (!scheduled && !lanes.isEmpty() && !zones.isEmpty()) {
            scheduled = true;
            lanes.getFirst().loop().executor().schedule(this::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Begins what is due.
    private synchronized void step() {
        scheduled = false;
        zones.entrySet().removeIf(entry -> {
            beginDue(entry.getKey(), entry.getValue());
            boolean over = entry.getValue().keys.isEmpty();
            if (over) {
                LOG.log(INFO, "zone {0}: {1} resources are fetched again", entry.getKey(), entry.getValue().begun);
            }
            return over;
        });
        schedule();
    }

    private void beginDue(String zone, Work work) {
        boolean first = true;
        while (!work.keys.isEmpty() && underWay.get() < MOST_AT_A_TIME) {
            CacheKey.Url url = work.keys.getFirst().url(zone.length());
            HostBinding binding = url.resolved() ? null : bound(zone, url);
            if (binding == null) {
                // The host is another zone's by now, or nobody's.
                skipped.increment();
            } else {
                if (first) {
                    int limit = binding.zone().cache().refillsPerSecond();
                    double perSecond = limit == 0 ? PER_SECOND : limit / 2.0;
                    // What is not used up is lost, beyond one step's: the pace is a bound.
                    double share = perSecond * STEP_MILLIS / 1_000;
                    work.allowance = Math.min(work.allowance + share, Math.max(1, share));
                    first = false;
                }
                if (work.allowance < 1) {
                    return;
                }
                work.allowance--;
                work.begun++;
                begin(url);
            }
            work.keys.removeFirst();
            waiting.decrementAndGet();
        }
    }

    private @Nullable HostBinding bound(String zone, CacheKey.Url url) {
        // Who does not know the host at once need not be asked again: it is only for speed.
        return replica.find(url.host(), () -> {}) instanceof Replica.Answer.Bound(HostBinding binding)
                        && binding.zone().id().equals(zone)
                ? binding
                : null;
    }

    private void begin(CacheKey.Url url) {
        underWay.incrementAndGet();
        Lane lane = lanes.get(nextLane++ % lanes.size());
        lane.loop().executor().execute(() -> fetch(lane, url));
    }

    private void fetch(Lane lane, CacheKey.Url url) {
        RequestParser head = new RequestParser(limits.target(), limits.head(), limits.fields());
        ByteBuf text = Unpooled.copiedBuffer(
                "GET " + url.target() + " HTTP/1.1\r\nHost: " + url.authority()
                        + "\r\nUser-Agent: Selvage\r\nAccept: */*\r\nAccept-Encoding: gzip, br, zstd\r\n\r\n",
                StandardCharsets.ISO_8859_1);
        if (head.scan(text) == HeadScanner.Result.COMPLETE) {
            new Exchange(new RewarmingVisitor(lane.loop(), head, url.tls(), this::ended), lane.phases(), true).begin();
        } else {
            ended(Optional.empty());
        }
    }

    /// @param status of the response; empty when there is none
    private void ended(Optional<Integer> status) {
        underWay.decrementAndGet();
        if (status.isPresent() && status.get() < 500) {
            fetched.increment();
        } else {
            failed.increment();
        }
    }

    /// Resources that wait to be fetched.
    public long waiting() {
        return waiting.get();
    }

    /// Resources for which there was an answer.
    public long fetched() {
        return fetched.sum();
    }

    /// Resources for which there was none, or an error.
    public long failed() {
        return failed.sum();
    }

    /// Resources that were left to visitors.
    public long skipped() {
        return skipped.sum();
    }
}
