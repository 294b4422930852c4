package dev.selvage.edge.request;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.edge.fill.OriginFailure;
import java.util.HashMap;
import java.util.Map;

/// Says in the log what visitors are not told of an origin that failed, on one loop. Visitors can bring that about
/// as often as they like: now and then is enough.
final class FailureLog {
    private static final System.Logger LOG = System.getLogger(FailureLog.class.getName());
    private static final long BETWEEN_NANOS = 60_000_000_000L;
    private static final int MOST_HOSTS = 1_000;

    private final Map<String, Long> due = new HashMap<>();

    /// @param site the host name whose origin it is
    /// @param now monotonic nanoseconds
    void failed(String site, OriginFailure failure, long now) {
        String report = failure.report();
        Long next = due.get(site);
        if (report.isEmpty() || (next != null && now - next < 0)) {
            return;
        }
        if (next == null && due.size() >= MOST_HOSTS) {
            due.values().removeIf(each -> now - each >= 0);
            if (due.size() >= MOST_HOSTS) {
                return;
            }
        }
        due.put(site, now + BETWEEN_NANOS);
        LOG.log(WARNING, "the origin of {0} failed: {1}", site, report);
    }
}
