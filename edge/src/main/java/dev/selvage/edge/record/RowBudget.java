package dev.selvage.edge.record;

import dev.selvage.model.event.Sampling;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/// Shares the rows that a PoP may keep among its zones: max-min fair, over all loops.
///
/// Loops say at each hand-over what their zones asked for. Once a second, on a thread of its own, it
/// becomes a new [Allotment], which loops read without locks. A zone that asks for less than its share
/// keeps everything, wherever its requests come in; what is left is shared equally among the others.
public final class RowBudget implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// Zones that one loop reports by name at a hand-over; the others are reported as a sum.
    static final int MOST_NAMED = 16_384;

    /// Reports of one loop that wait; more than that are not looked at, which happens when the thread
    /// hangs.
    private static final int MOST_WAITING = 64;

    /// Requests between two hand-overs with which a zone is reported by name, at most.
    private static final int NAMED = 8;

    /// At which rate each zone is kept; what loops read.
    ///
    /// @param most rows of one zone and second
    /// @param total rows of all zones and a second
    /// @param others the rate of zones without one of their own
    public record Allotment(double most, double total, double others, Map<String, Double> rates) {
        public Allotment {
            rates = Map.copyOf(rates);
        }

        double rate(String zone) {
            Double own = rates.get(zone);
            return own == null ? others : own;
        }
    }

    /// What a loop's zones asked for since its last report.
    ///
    /// @param zones those with at least [#named] requests
    /// @param requests of each
    /// @param others requests of all other zones together
    /// @param otherZones how many these are
    record Demand(String[] zones, int[] requests, long others, int otherZones) {}

    /// @param zones how many they are
    /// @param each requests per second of each
    private record Share(int zones, double each) {}

    private final int perZone;
    private final int total;
    private final int loops;
    private final ConcurrentLinkedQueue<Demand> reports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Allotment allotment;

    /// @param perZone rows per zone and second
    /// @param total rows of all zones per second
    /// @param loops how many report
    public RowBudget(int perZone, int total, int loops) {
        this.perZone = perZone;
        this.total = total;
        this.loops = loops;
        this.allotment = new Allotment(perZone, total, perZone == 0 || total == 0 ? 0 : Sampling.ALL, Map.of());
    }

    /// Allots once a second until it is closed.
    ///
    /// @param share of the budget that may be used, see [dev.selvage.model.event.TrafficSink#share]
    public void start(DoubleSupplier share) {
        Thread.ofPlatform().daemon().name("row-budget").start(() -> run(share));
    }

    private void run(DoubleSupplier share) {
        long before = System.nanoTime();
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                allot((now - before) / 1e9, share.getAsDouble());
                before = now;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The rates at present.
    Allotment allotment() {
        return allotment;
    }

    /// Requests since the last report with which a zone is to be reported by name: so few that a zone
    /// below it on every loop is within its budget.
    int named() {
        return Math.clamp(perZone / (8L * loops), 1, NAMED);
    }

    /// Takes a loop's report.
    void report(Demand demand) {
        if (waiting.incrementAndGet() > MOST_WAITING * loops) {
            waiting.decrementAndGet();
        } else {
            reports.add(demand);
        }
    }

    /// Allots anew by what was reported in so many seconds.
    void allot(double seconds, double share) {
        Map<String, Long> requests = new HashMap<>();
        long others = 0;
        long otherZones = 0;
        int taken = 0;
        for (Demand demand = reports.poll(); demand != null; demand = reports.poll()) {
            waiting.decrementAndGet();
            taken++;
            for (int i = 0; i < demand.zones().length; i++) {
                requests.merge(demand.zones()[i], (long) demand.requests()[i], Long::sum);
            }
            others += demand.others();
            otherZones += demand.otherZones();
        }
        // Mostly the same zones in each report of a loop.
        int small = Math.toIntExact(Math.min(Integer.MAX_VALUE, otherZones * loops / Math.max(1, taken)));
        double factor = Double.isNaN(share) ? 1 : Math.clamp(share, 0, 1);
        allotment = allot(requests, others, Math.max(small, others > 0 ? 1 : 0), seconds, factor);
    }

    private Allotment allot(Map<String, Long> requests, long others, int otherZones, double seconds, double factor) {
        double budget = perZone * factor;
        double all = total * factor;
        Share[] shares = new Share[requests.size() + 1];
        int i = 0;
        for (long count : requests.values()) {
            shares[i++] = new Share(1, count / seconds);
        }
        Share rest = new Share(otherZones, otherZones == 0 ? 0 : others / seconds / otherZones);
        shares[i] = rest;
        double most = Math.min(budget, level(shares, budget, all));
        double otherRate = most == 0 ? 0 : rest.each() <= most ? Sampling.ALL : Steps.down(most / rest.each());
        Map<String, Double> rates = new HashMap<>();
        requests.forEach((zone, count) -> {
            double demand = count / seconds;
            if (demand > most) {
                rates.put(zone, rate(most, demand));
            } else if (otherRate != Sampling.ALL) {
                rates.put(zone, Sampling.ALL);
            }
        });
        return new Allotment(most, all, otherRate, rates);
    }

    /// The rows that each zone may have at most so that all have no more than `total` (max-min
    /// fairness).
    private static double level(Share[] shares, double budget, double total) {
        Arrays.sort(shares, (a, b) -> Double.compare(a.each(), b.each()));
        double left = total;
        long zones = 0;
        for (Share share : shares) {
            zones += share.zones();
        }
        for (Share share : shares) {
            double wanted = Math.min(share.each(), budget);
            if (wanted * zones > left) {
                return left / zones;
            }
            left -= wanted * share.zones();
            zones -= share.zones();
        }
        return budget;
    }

    /// The rate that lets so many rows of a demand pass, with room for chance: three standard
    /// deviations, at most half.
    static double rate(double rows, double demand) {
        return Steps.down(Math.min(1, Math.max(rows / 2, rows - 3 * Math.sqrt(rows)) / demand));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
