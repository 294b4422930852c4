package dev.selvage.control.purge;

import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeReports;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the PoPs say of purges.
public final class Receipts implements PurgeReports {
    /// Purges of which is remembered that they are effective.
    private static final int MOST = 10_000;

    private final Map<String, PurgeReport> effective = new LinkedHashMap<>();

    @Override
    public synchronized void report(PurgeReport report) {
        effective.put(report.purge(), report);
        if (effective.size() > MOST) {
            effective.remove(effective.keySet().iterator().next());
        }
        notifyAll();
    }

    /// Waits until a purge is effective, at most `patience`; false when that is not known by then.
    synchronized boolean awaitEffective(String purge, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!effective.containsKey(purge)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
