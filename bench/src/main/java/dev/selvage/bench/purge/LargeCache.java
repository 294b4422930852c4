package dev.selvage.bench.purge;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.purge.Purger;
import dev.selvage.edge.purge.Rewarmer;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeSelection;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/// One edge's cache with very many tiny objects, and purges of it; run in a process of its own, because it needs its
/// own heap. Writes a line for each figure: `figure NAME|VALUE|UNIT|SCALE`.
///
/// The cache, its fences, its index and the reclaimer are the edge's; objects share one body, which is not what is
/// measured here.
final class LargeCache {
    private static final String ZONE = "0123456789abcdef0123456789abcdef";
    private static final String OTHER_ZONE = "fedcba9876543210fedcba9876543210";
    private static final String HOST = "site.example";
    private static final int SAMPLE = 100_000;
    private static final int LIVE = 100_000;
    private static final int PER_COMMAND = 500;
    private static final int LOOKUPS = 2_000_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final MemoryCache cache = new MemoryCache(1L << 50);
    private final PurgeFences fences = new PurgeFences();
    private final Map<String, PurgeReport> reports = new ConcurrentHashMap<>();
    private final Purger purger = new Purger(
            new Purger.Pop("DEV", () -> true, _ -> PurgeScope.UNKNOWN, () -> 80),
            cache,
            fences,
            report -> reports.put(report.purge(), report),
            Rewarmer.NONE);
    private final Body body = new Body(UnpooledByteBufAllocator.DEFAULT, new DefaultEventLoop(), 1);
    private final Storing storing = new Storing.Yes(3_600, 0, 0, -1, false);
    private final Headers headers = Headers.of("content-type", "text/plain");
    private final Entry.Selection selection = new Entry.Selection(_ -> null, Variance.AS_SENT, "");
    private final long now = System.currentTimeMillis();
    private final SplittableRandom random = new SplittableRandom(1);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long commands;
    private long reclaimedAt;

    private LargeCache() {
        body.append(Unpooled.copiedBuffer(new byte[] {'x'}), 1);
        body.finish(true, Headers.EMPTY);
    }

    /// @param arguments how many objects, a multiple of ten
    public static void main(String[] arguments) throws InterruptedException, JMException {
        LargeCache large = new LargeCache();
        large.fenceCosts();
        large.prefixOf(Integer.parseInt(arguments[0]));
        System.exit(0);
    }

    private static void figure(String what, double value, String unit, String scale) {
        System.out.println(String.format(Locale.ROOT, "figure %s|%.6f|%s|%s", what, value, unit, scale));
    }

    private static String path(int object) {
        return "/d" + object % 10 + "/s" + object / 10 % 1_000 + "/object-" + object;
    }

    private CacheKey store(String zone, int object, PurgeFences.Fence fence) {
        CacheKey key = CacheKey.of(zone, false, HOST, path(object));
        Entry entry = new Entry(200, headers, body, 1, storing, fence.now(), now, selection);
        cache.store(key, entry, fence, () -> true);
        return key;
    }

    private PurgeCommand command(String zone, List<String> prefixes) {
        commands++;
        return new PurgeCommand(
                String.format(Locale.ROOT, "%032x", commands),
                zone,
                commands,
                0,
                false,
                PurgeSelection.ofPrefixes(prefixes),
                0);
    }

    private PurgeReport reclaimed(PurgeCommand purge) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < until) {
            PurgeReport report = reports.get(purge.id());
            if (report != null && report.reclaim().endedAt() > 0) {
                return report;
            }
            Thread.sleep(1);
        }
        throw new IllegalStateException("a purge was not reclaimed in time");
    }

    // ---- what fences cost a hit

    private void fenceCosts() throws InterruptedException {
        PurgeFences.Fence fence = fences.of(OTHER_ZONE);
        List<CacheKey> keys = new ArrayList<>();
        for (int i = 0; i < SAMPLE; i++) {
            keys.add(store(OTHER_ZONE, i, fence));
        }
        CacheKey[] key = keys.toArray(CacheKey[]::new);
        Entry[] entry = keys.stream().map(each -> cache.peek(each).getFirst()).toArray(Entry[]::new);
        int[] order =
                IntStream.generate(() -> random.nextInt(SAMPLE)).limit(SAMPLE).toArray();
        String scale = SAMPLE + " objects asked for in random order; CPU time of the thread";
        double quiet = nanos(() -> {
            long kept = 0;
            for (int i : order) {
                kept += fence.validUntil(key[i], entry[i]) == PurgeFences.KEPT ? 1 : 0;
            }
            return kept;
        });
        figure("fence: cost of a hit, nothing purged of late", quiet, "ns", scale);

        long before = used();
        PurgeCommand last = command(OTHER_ZONE, List.of(HOST + "/none"));
        for (int i = 0; i < LIVE; i += PER_COMMAND) {
            List<String> prefixes = new ArrayList<>();
            for (int j = i; j < i + PER_COMMAND; j++) {
                prefixes.add(HOST + "/d" + j % 10 + "/s" + j + "-gone");
            }
            last = command(OTHER_ZONE, prefixes);
            purger.apply(last, PurgeScope.UNKNOWN);
        }
        reclaimed(last);
        reclaimedAt = System.nanoTime();
        reports.clear();
        int names = fence.names();
        double each = (used() - before) / (double) names;
        figure(
                "fence: memory of a live purge",
                each,
                "bytes",
                String.format(
                        Locale.ROOT,
                        "%,d prefixes, by the difference of the heap after collection; %.0f by its own count",
                        names,
                        fence.memory() / (double) names));
        if (names < LIVE) {
            throw new IllegalStateException("only " + names + " purges are live");
        }
        double asked = nanos(() -> {
            long covered = 0;
            for (int i : order) {
                covered += fence.covers(key[i], entry[i]) ? 1 : 0;
            }
            if (covered > 0) {
                throw new IllegalStateException("a purge covers what it should not");
            }
            return covered;
        });
        figure("fence: cost of a hit, 100,000 live prefix purges, first hit", asked, "ns", scale);
        double again = nanos(() -> {
            long kept = 0;
            for (int i : order) {
                kept += fence.validUntil(key[i], entry[i]) == PurgeFences.KEPT ? 1 : 0;
            }
            return kept;
        });
        figure("fence: cost of a hit, 100,000 live prefix purges, later hits", again, "ns", scale);
    }

    private interface Round {
        long run();
    }

    /// CPU time for one of [#SAMPLE], the median of several rounds.
    private double nanos(Round round) {
        List<Double> rounds = new ArrayList<>();
        long sink = 0;
        for (int i = 0; i < 60; i++) {
            long begun = threads.getCurrentThreadCpuTime();
            sink += round.run();
            if (i >= 30) {
                rounds.add((threads.getCurrentThreadCpuTime() - begun) / (double) SAMPLE);
            }
        }
        if (sink < 0) {
            throw new AssertionError();
        }
        return rounds.stream().sorted().toList().get(rounds.size() / 2);
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    // ---- a prefix over a tenth of all objects

    private void prefixOf(int objects) throws InterruptedException, JMException {
        PurgeFences.Fence fence = fences.of(ZONE);
        List<CacheKey> kept = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < objects; i++) {
            CacheKey key = store(ZONE, i, fence);
            if (i % 10 < 7 && kept.size() < SAMPLE && random.nextInt(objects) < SAMPLE * 2) {
                kept.add(key);
            }
        }
        double filled = objects / ((System.nanoTime() - begun) / 1e9);
        if (cache.count(ZONE) != objects) {
            throw new IllegalStateException("only " + cache.count(ZONE) + " objects are stored");
        }
        figure(
                "index: memory of an object",
                indexBytes() / (double) (objects + SAMPLE),
                "bytes",
                String.format(
                        Locale.ROOT,
                        "%,d objects; places and columns of the index by the class histogram of the heap; filled at %,.0f"
                                + " objects per second",
                        objects,
                        filled));

        forgotten();
        CacheKey[] keys = kept.toArray(CacheKey[]::new);
        lookups(keys, fence, null);
        Samples before = lookups(keys, fence, null);

        List<Double> effective = new ArrayList<>();
        Samples during = new Samples();
        long cpu = 0;
        long reclaimed = 0;
        double wall = 0;
        for (int directory = 7; directory < 10; directory++) {
            PurgeCommand purge = command(ZONE, List.of(HOST + "/d" + directory));
            long cpuBefore = reclaimerCpu();
            long from = System.nanoTime();
            purger.apply(purge, PurgeScope.UNKNOWN);
            effective.add((System.nanoTime() - from) / 1e6);
            if (!(cache.find(CacheKey.of(ZONE, false, HOST, path(directory)), fence, _ -> null, now)
                    instanceof MemoryCache.Absent)) {
                throw new IllegalStateException("what was purged is found");
            }
            lookUpWhile(purge, keys, fence, during);
            PurgeReport report = reclaimed(purge);
            wall += (report.reclaim().endedAt() - report.effectiveAt()) / 1e6;
            cpu += reclaimerCpu() - cpuBefore;
            reclaimed += report.reclaim().objects();
        }
        String scale =
                String.format(Locale.ROOT, "prefixes over %,d of %,d objects, three times", objects / 10, objects);
        figure(
                "prefix over a tenth: effective after",
                effective.stream().mapToDouble(each -> each).max().orElseThrow(),
                "ms",
                scale + ", the slowest; each " + effective);
        figure(
                "prefix over a tenth: reclaimed per second of the reclaimer's CPU",
                reclaimed / (cpu / 1e9),
                "1/s",
                scale + String.format(Locale.ROOT, "; %,d objects; %.2f s from effective to the end", reclaimed, wall));
        figure(
                "prefix over a tenth: p99 of lookups while reclaiming / before",
                during.at(0.99) / before.at(0.99),
                "ratio",
                String.format(
                        Locale.ROOT,
                        "%,d lookups before: p50 %.0f ns, p99 %.0f ns; %,d while reclaiming: p50 %.0f ns, p99 %.0f ns;"
                                + " each timed alone, on the thread that purged",
                        before.count(),
                        before.at(0.5),
                        before.at(0.99),
                        during.count(),
                        during.at(0.5),
                        during.at(0.99)));
    }

    /// Waits until none of the purges is remembered that the costs were measured with.
    private void forgotten() throws InterruptedException {
        while (fences.of(OTHER_ZONE).names() > 0) {
            if (System.nanoTime() - reclaimedAt > PATIENCE_NANOS) {
                throw new IllegalStateException("purges are not forgotten");
            }
            Thread.sleep(20);
        }
        figure(
                "fence: names of purges remembered after the grace time",
                0,
                "names",
                String.format(
                        Locale.ROOT,
                        "%,d prefixes, at most %.0f s after the last was reclaimed",
                        LIVE,
                        (System.nanoTime() - reclaimedAt) / 1e9));
    }

    private Samples lookups(CacheKey[] keys, PurgeFences.Fence fence, @Nullable Samples into) {
        Samples samples = into == null ? new Samples() : into;
        for (int i = 0; i < LOOKUPS; i++) {
            samples.add(lookup(keys[random.nextInt(keys.length)], fence));
        }
        return samples;
    }

    private void lookUpWhile(PurgeCommand purge, CacheKey[] keys, PurgeFences.Fence fence, Samples into) {
        while (Objects.requireNonNull(reports.get(purge.id())).reclaim().endedAt() == 0) {
            for (int i = 0; i < 1_000; i++) {
                into.add(lookup(keys[random.nextInt(keys.length)], fence));
            }
        }
    }

    private long lookup(CacheKey key, PurgeFences.Fence fence) {
        long from = System.nanoTime();
        MemoryCache.Found found = cache.find(key, fence, _ -> null, now);
        long took = System.nanoTime() - from;
        if (!(found instanceof MemoryCache.Stored(Entry entry))) {
            throw new IllegalStateException("an object is missing that no purge covers");
        }
        entry.body().release();
        return took;
    }

    private long reclaimerCpu() {
        for (ThreadInfo thread : threads.dumpAllThreads(false, false)) {
            if (thread.getThreadName().equals("cache-reclaimer")) {
                return threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        throw new IllegalStateException("there is no reclaimer");
    }

    /// Bytes of what the index consists of.
    private static long indexBytes() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[] {"-all"}},
                        new String[] {String[].class.getName()});
        List<String> own = List.of(
                "dev.selvage.edge.cache.Place",
                "[Ldev.selvage.edge.cache.Place;",
                "dev.selvage.edge.cache.ZoneIndex$Chunk",
                "[J");
        long bytes = 0;
        for (String line : histogram.toString().lines().toList()) {
            String[] fields = line.strip().split(" +", -1);
            if (fields.length >= 4 && own.contains(fields[3])) {
                bytes += Long.parseLong(fields[2]);
            }
        }
        return bytes;
    }
}
