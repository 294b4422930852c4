package dev.selvage.control.purge;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeReport.Reclaim;
import dev.selvage.model.purge.PurgeReports;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.metrics.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// What the PoPs say of purges: known at once, on disk a moment later.
///
/// Reports wait in memory, one for each purge and PoP, and one thread writes them in batches, a row for
/// each purge: what comes meanwhile of the same purge and PoP becomes one with it. That a purge is
/// effective is written, and that its space is given back; how far that is in between is only kept in
/// memory. A crash loses the reports of that moment; the purges themselves are safe.
public final class Receipts implements PurgeReports, AutoCloseable {
    /// How long purges are remembered: as long as the change log keeps them.
    static final Duration KEPT = Duration.ofDays(7);

    /// Reports of one transaction.
    static final int BATCH = 2_000;

    /// Reports that wait. Beyond it those of further purges are lost, which happens when the store
    /// cannot be written.
    static final int MOST_WAITING = 400_000;

    /// After a batch that was all there was, so that what comes meanwhile of the same purge and PoP
    /// becomes one with it.
    private static final Duration REST = Duration.ofMillis(100);

    /// After a batch behind which there is more, so that other writers get their turn.
    private static final Duration BREATH = Duration.ofMillis(10);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /// Old purges that one transaction removes, and such transactions at a time: each purge takes a
    /// receipt of every PoP with it.
    private static final int SWEEP = 20;

    private static final int SWEEPS = 10;
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(Receipts.class.getName());
    private static final int MILLION = 1_000_000;

    private final Store store;
    private final Clock clock;
    private final Map<String, Waiter> waiters = new ConcurrentHashMap<>();
    private final LongAdder lost = new LongAdder();
    private final Thread writer;

    /// Guarded by this: reports that the store does not have, by purge and PoP, the oldest first; how many.
    private final Map<String, Map<String, PurgeReport>> waiting = new LinkedHashMap<>();

    private int count;

    /// Guarded by this: the last reports of PoPs that are giving back space, by purge; that these are
    /// effective is on disk.
    private final Map<String, Map<String, PurgeReport>> running = new HashMap<>();

    private int runningCount;

    /// Guarded by this: those that are being written.
    private List<PurgeReport> writing = List.of();

    /// Guarded by this.
    private boolean closed;

    private Receipts(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        writer = Thread.ofPlatform().name("purge-receipts").daemon().unstarted(this::run);
    }

    /// Begins to write what is reported.
    public static Receipts start(Store store, Clock clock, Metrics metrics) {
        Receipts receipts = new Receipts(store, clock);
        metrics.gauge(
                "selvage_control_purge_reports_waiting",
                "Reports of PoPs on purges that are not on disk yet",
                Map.of(),
                receipts::waiting);
        metrics.counter(
                "selvage_control_purge_reports_lost",
                "Reports of PoPs on purges for which there was no room",
                Map.of(),
                receipts.lost::sum);
        receipts.writer.start();
        return receipts;
    }

    @Override
    public void report(PurgeReport report) {
        add(report);
        Waiter waiter = waiters.get(report.purge());
        if (waiter != null && report.effectiveAt() > 0) {
            waiter.effective(report.pop());
        }
    }

    private synchronized void add(PurgeReport report) {
        if (keptRunning(report)) {
            return;
        }
        Map<String, PurgeReport> pops = waiting.get(report.purge());
        PurgeReport before = pops == null ? null : pops.get(report.pop());
        if (before == null && count >= MOST_WAITING) {
            lost.increment();
            return;
        }
        if (pops == null) {
            pops = new LinkedHashMap<>();
            waiting.put(report.purge(), pops);
        }
        pops.put(report.pop(), before == null ? report : merged(before, report));
        if (before == null && count++ == 0) {
            notifyAll();
        }
    }

    /// True when a report only says how far a PoP is that is known to give back space.
    private boolean keptRunning(PurgeReport report) {
        Map<String, PurgeReport> pops = running.get(report.purge());
        PurgeReport before = pops == null ? null : pops.get(report.pop());
        if (pops == null || before == null) {
            return false;
        }
        if (report.reclaim().endedAt() == 0) {
            pops.put(report.pop(), merged(before, report));
            return true;
        }
        pops.remove(report.pop());
        runningCount--;
        if (pops.isEmpty()) {
            running.remove(report.purge());
        }
        return false;
    }

    /// The later of two reports, with the earliest times of both: a PoP that starts anew goes through
    /// the purges of the past once more.
    static PurgeReport merged(PurgeReport before, PurgeReport after) {
        return new PurgeReport(
                after.purge(),
                after.zone(),
                after.sequence(),
                after.pop(),
                earlier(before.receivedAt(), after.receivedAt()),
                earlier(before.effectiveAt(), after.effectiveAt()),
                before.reclaim().endedAt() > 0 ? before.reclaim() : after.reclaim());
    }

    private static long earlier(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /// Who waits until a purge is effective.
    ///
    /// @param purge its id, before any PoP can have it
    /// @param pops all that are waited for; where there are none, any one
    Waiter expect(String purge, Collection<String> pops) {
        Waiter waiter = new Waiter(pops, () -> waiters.remove(purge));
        waiters.put(purge, waiter);
        return waiter;
    }

    /// What is known of purges now, by purge and PoP.
    Map<String, Map<String, PurgeReport>> of(Collection<StoredPurge> purges) {
        Map<String, Map<String, PurgeReport>> known = new HashMap<>();
        purges.forEach(purge -> known.put(purge.id(), new TreeMap<>()));
        // Memory first: what goes from there to the store meanwhile is then found in the store.
        List<PurgeReport> newer = inMemory(known.keySet());
        String ids = Json.MAPPER.writeValueAsString(known.keySet());
        store.read(tx -> tx.list(Receipts::reports, """
                        select purge.zone_id, purge.sequence, purge_receipt.* from json_each(?) as wanted
                        join purge_receipt on purge_receipt.purge_id = wanted.value
                        join purge on purge.id = purge_receipt.purge_id
                        order by purge_receipt.purge_id, purge_receipt.part
                        """, ids))
                .forEach(some -> some.forEach(report -> merge(known, report)));
        newer.forEach(report -> merge(known, report));
        return known;
    }

    private static void merge(Map<String, Map<String, PurgeReport>> known, PurgeReport report) {
        Map<String, PurgeReport> pops = known.get(report.purge());
        if (pops != null) {
            pops.merge(report.pop(), report, Receipts::merged);
        }
    }

    private synchronized List<PurgeReport> inMemory(Collection<String> purges) {
        List<PurgeReport> reports = new ArrayList<>();
        writing.stream().filter(report -> purges.contains(report.purge())).forEach(reports::add);
        for (String purge : purges) {
            reports.addAll(running.getOrDefault(purge, Map.of()).values());
            reports.addAll(waiting.getOrDefault(purge, Map.of()).values());
        }
        return reports;
    }

    /// Writes everything that was reported; reports that come later are lost.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized int waiting() {
        return count + writing.size();
    }

    private void run() {
        boolean failing = false;
        long swept = System.nanoTime();
        while (true) {
            try {
                boolean last = await(SWEEP_EVERY);
                pause(REST);
                while (write() == BATCH) {
                    pause(BREATH);
                }
                failing = false;
                if (last) {
                    return;
                }
                if (System.nanoTime() - swept > SWEEP_EVERY.toNanos()) {
                    swept = System.nanoTime();
                    sweep();
                }
            } catch (RuntimeException failure) {
                giveBack();
                if (!failing) {
                    LOG.log(WARNING, "receipts of purges cannot be written; trying again each second", failure);
                }
                failing = true;
                if (ended()) {
                    return;
                }
                pause(RETRY);
            }
        }
    }

    /// Waits until there is something to write, or as long; true when there will be no more.
    private synchronized boolean await(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        while (count == 0 && !closed && left > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException _) {
                // Nobody has a reason to: the end is told by `closed`.
            }
            left = deadline - System.nanoTime();
        }
        return closed;
    }

    private synchronized boolean ended() {
        return closed;
    }

    /// Rests; not when this is closed.
    private synchronized void pause(Duration rest) {
        long deadline = System.nanoTime() + rest.toNanos();
        long left = rest.toNanos();
        while (!closed && left > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException _) {
                // As above.
            }
            left = deadline - System.nanoTime();
        }
    }

    /// Writes one batch, and answers how many it had.
    private int write() {
        List<PurgeReport> batch = take();
        if (batch.isEmpty()) {
            return 0;
        }
        String rows = rows(batch);
        store.write(tx -> tx.run("""
                insert into purge_receipt (purge_id, part, reports)
                select purge.id,
                    (select coalesce(max(part), 0) + 1 from purge_receipt where purge_id = purge.id),
                    report.value -> 2
                from json_each(?) as report
                join purge on purge.id = report.value ->> 0 and purge.zone_id = report.value ->> 1
                """, rows));
        written();
        return batch.size();
    }

    private synchronized void written() {
        for (PurgeReport report : writing) {
            if (report.effectiveAt() > 0 && report.reclaim().endedAt() == 0 && runningCount < MOST_WAITING) {
                PurgeReport before = running.computeIfAbsent(report.purge(), _ -> new HashMap<>())
                        .put(report.pop(), report);
                runningCount += before == null ? 1 : 0;
            }
        }
        writing = List.of();
    }

    private synchronized List<PurgeReport> take() {
        List<PurgeReport> batch = new ArrayList<>();
        Iterator<Map<String, PurgeReport>> purges = waiting.values().iterator();
        while (purges.hasNext() && batch.size() < BATCH) {
            Iterator<PurgeReport> pops = purges.next().values().iterator();
            while (pops.hasNext() && batch.size() < BATCH) {
                batch.add(pops.next());
                pops.remove();
            }
            if (!pops.hasNext()) {
                purges.remove();
            }
        }
        count -= batch.size();
        writing = batch;
        return batch;
    }

    /// What could not be written waits again; what came meanwhile is newer.
    private synchronized void giveBack() {
        for (PurgeReport report : writing) {
            Map<String, PurgeReport> pops = waiting.computeIfAbsent(report.purge(), _ -> new LinkedHashMap<>());
            PurgeReport newer = pops.get(report.pop());
            pops.put(report.pop(), newer == null ? report : merged(report, newer));
            if (newer == null) {
                count++;
            }
        }
        writing = List.of();
    }

    /// Of each purge of a batch its zone and the reports.
    private static String rows(List<PurgeReport> batch) {
        Map<String, ArrayNode> byPurge = new LinkedHashMap<>();
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (PurgeReport report : batch) {
            Reclaim reclaim = report.reclaim();
            byPurge.computeIfAbsent(
                            report.purge() + report.zone(),
                            _ -> rows.addArray()
                                    .add(report.purge())
                                    .add(report.zone())
                                    .addArray())
                    .addArray()
                    .add(report.pop())
                    .add(report.receivedAt())
                    .add(report.effectiveAt())
                    .add(reclaim.objects())
                    .add(reclaim.bytes())
                    .add(Math.round(Math.clamp(reclaim.scanned(), 0, 1) * MILLION))
                    .add(reclaim.endedAt());
        }
        return rows.toString();
    }

    private static List<PurgeReport> reports(Row row) {
        List<PurgeReport> reports = new ArrayList<>();
        for (JsonNode each : Json.MAPPER.readTree(row.text("reports"))) {
            reports.add(new PurgeReport(
                    row.text("purge_id"),
                    row.text("zone_id"),
                    row.number("sequence"),
                    each.get(0).stringValue(),
                    each.get(1).longValue(),
                    each.get(2).longValue(),
                    new Reclaim(
                            each.get(3).longValue(),
                            each.get(4).longValue(),
                            (double) each.get(5).longValue() / MILLION,
                            each.get(6).longValue())));
        }
        return reports;
    }

    /// Forgets what is old, a little at a time.
    private void sweep() {
        long oldest = Times.now(clock) - TimeUnit.SECONDS.toMicros(KEPT.toSeconds());
        for (int i = 0; i < SWEEPS && !ended(); i++) {
            if (store.read(tx -> old(tx, oldest)) == 0) {
                return;
            }
            store.write(tx -> tx.run(
                    "delete from purge where id in"
                            + " (select id from purge where accepted_at < ? order by accepted_at limit ?)",
                    oldest,
                    SWEEP));
        }
    }

    private static long old(Tx tx, long oldest) {
        return tx.number("select count(*) as n from (select 1 from purge where accepted_at < ? limit 1)", oldest);
    }

    /// Waits for PoPs.
    static final class Waiter implements AutoCloseable {
        private final Runnable end;

        /// Guarded by this.
        private final Collection<String> missing;

        /// Guarded by this: true where any PoP will do and none has it yet.
        private boolean any;

        private Waiter(Collection<String> pops, Runnable end) {
            this.missing = new TreeSet<>(pops);
            this.any = pops.isEmpty();
            this.end = end;
        }

        private synchronized void effective(String pop) {
            missing.remove(pop);
            any = false;
            if (missing.isEmpty()) {
                notifyAll();
            }
        }

        /// True when all PoPs have it; false when that is not so after `patience`.
        synchronized boolean await(Duration patience) {
            long deadline = System.nanoTime() + patience.toNanos();
            long left = patience.toNanos();
            while ((any || !missing.isEmpty()) && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return false;
                }
                left = deadline - System.nanoTime();
            }
            return !any && missing.isEmpty();
        }

        /// Those that do not have it, in order.
        synchronized List<String> missing() {
            return List.copyOf(missing);
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
