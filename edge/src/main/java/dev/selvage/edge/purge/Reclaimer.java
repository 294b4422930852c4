package dev.selvage.edge.purge;

import static java.lang.System.Logger.Level.ERROR;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Place;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeSieve;
import dev.selvage.model.purge.PurgeReports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Gives back, on a thread of its own, the space of what purges hide, and then lets their names be
/// forgotten.
///
/// All purges of a zone that wait are done in one pass over the zone's index, so that a flood of them
/// costs little more than one. What visitors see does not wait for it.
final class Reclaimer implements AutoCloseable {
    /// How long names are kept after the last object that they hide is gone: a fill that is older than a
    /// forgotten name is not stored, and few take longer than this.
    static final Duration GRACE = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger(Reclaimer.class.getName());
    /// Purges of one pass: which of them took an object away is asked one by one.
    private static final int MOST_AT_ONCE = 64;

    private static final Duration REPORT_EVERY = Duration.ofMillis(250);
    private static final Duration FORGET_EVERY = Duration.ofSeconds(1);

    private final String pop;
    private final MemoryCache cache;
    private final PurgeFences fences;
    private final PurgeReports reports;
    private final Rewarmer rewarmer;
    private final Duration grace;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, List<Pending>> waiting = new LinkedHashMap<>();

    /// By zone, what may be forgotten and when; the oldest first. Guarded by `lock`.
    private final List<Forgettable> forgettable = new ArrayList<>();

    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().name("cache-reclaimer").daemon().unstarted(this::run);
    private volatile boolean closing;

    /// @param due [System#nanoTime]
    private record Forgettable(String zone, long tick, long due) {}

    Reclaimer(
            String pop,
            MemoryCache cache,
            PurgeFences fences,
            PurgeReports reports,
            Rewarmer rewarmer,
            Duration grace) {
        this.pop = pop;
        this.cache = cache;
        this.fences = fences;
        this.reports = reports;
        this.rewarmer = rewarmer;
        this.grace = grace;
    }

    void start() {
        thread.start();
    }

    /// Objects reclaimed so far.
    long objects() {
        return objects.get();
    }

    /// Bytes that they took.
    long bytes() {
        return bytes.get();
    }

    /// Purges whose objects are not all reclaimed.
    long pending() {
        lock.lock();
        try {
            return waiting.values().stream().mapToLong(List::size).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Takes in a purge that is effective.
    void add(Pending purge) {
        lock.lock();
        try {
            waiting.computeIfAbsent(purge.command().zone(), _ -> new ArrayList<>())
                    .add(purge);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Has the names of a purge forgotten that found nothing stored.
    void nothingStored(String zone, long tick) {
        lock.lock();
        try {
            forgettable.add(new Forgettable(zone, tick, System.nanoTime() + grace.toNanos()));
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closing) {
            try {
                await();
                work();
            } catch (InterruptedException _) {
                // Only close() interrupts, and the loop's condition knows.
            } catch (RuntimeException failure) {
                // What it hides stays hidden: only its space and its names are not given back.
                LOG.log(ERROR, "what purges hide could not be reclaimed", failure);
            }
        }
    }

    /// Waits for a purge, or until it is time to look what may be forgotten.
    private void await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = FORGET_EVERY.toNanos();
            while (waiting.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// One pass, where purges wait, and a look what may be forgotten.
    void work() {
        List<Pending> purges = next();
        if (!purges.isEmpty()) {
            pass(purges);
        }
        forget();
    }

    /// The purges of the zone that waited longest; none when there are none.
    private List<Pending> next() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                return List.of();
            }
            String zone = waiting.keySet().iterator().next();
            List<Pending> all = waiting.get(zone);
            if (all == null || all.size() <= MOST_AT_ONCE) {
                waiting.remove(zone);
                return all == null ? List.of() : all;
            }
            List<Pending> first = all.subList(0, MOST_AT_ONCE);
            List<Pending> purges = List.copyOf(first);
            first.clear();
            return purges;
        } finally {
            lock.unlock();
        }
    }

    /// One pass over all that a zone has stored, for purges in the order of their ticks.
    private void pass(List<Pending> purges) {
        String zone = purges.getFirst().command().zone();
        PurgeFences.Fence fence = fences.of(zone);
        PurgeSieve sieve = new PurgeSieve();
        purges.forEach(purge -> sieve.add(purge.targets()));
        int size = Math.max(1, cache.count(zone));
        AtomicLong reported = new AtomicLong(System.nanoTime());
        boolean ended = cache.scan(
                zone,
                sieve,
                place -> cache.reclaim(place, fence, (from, entry) -> count(purges, from, entry)),
                left -> {
                    long now = System.nanoTime();
                    if (left > 0 && now - reported.get() > REPORT_EVERY.toNanos()) {
                        reported.set(now);
                        double scanned = Math.clamp(1 - (double) left / size, 0, 1);
                        purges.forEach(purge -> reports.report(purge.report(pop, scanned, 0)));
                    }
                    return !closing;
                });
        if (!ended) {
            return;
        }
        long now = Micros.now();
        for (Pending purge : purges) {
            reports.report(purge.report(pop, 1, now));
            List<CacheKey> hottest = purge.hottest();
            if (!hottest.isEmpty()) {
                rewarmer.rewarm(zone, hottest);
            }
        }
        nothingStored(zone, purges.getLast().tick());
    }

    /// Counts an object for the first purge that took it away.
    private void count(List<Pending> purges, Place place, Entry entry) {
        long size = entry.memory();
        objects.incrementAndGet();
        bytes.addAndGet(size);
        for (Pending purge : purges) {
            if (entry.born() < purge.tick()
                    && (purges.size() == 1 || purge.alone().covers(place.key(), entry))) {
                purge.count(place, size);
                return;
            }
        }
    }

    private void forget() {
        Map<String, Long> due = new HashMap<>();
        long now = System.nanoTime();
        lock.lock();
        try {
            int count = 0;
            while (count < forgettable.size() && forgettable.get(count).due() - now <= 0) {
                Forgettable each = forgettable.get(count++);
                due.merge(each.zone(), each.tick(), Math::max);
            }
            forgettable.subList(0, count).clear();
        } finally {
            lock.unlock();
        }
        due.forEach((zone, tick) -> fences.of(zone).forget(tick));
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
