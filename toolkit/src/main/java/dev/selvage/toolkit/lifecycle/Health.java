package dev.selvage.toolkit.lifecycle;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// What the parts of a running program say of themselves. Thread-safe.
public final class Health {
    /// The state of a part.
    public enum State {
        /// Not yet able to do its work; the program is not ready.
        STARTING,
        /// Doing its work.
        UP,
        /// Working, but an operator should look; the program stays ready.
        DEGRADED,
        /// Not doing its work; the program is not ready.
        DOWN
    }

    /// @param message what an operator should know, never a secret
    public record Report(State state, String message) {}

    private final Map<String, Supplier<Report>> parts = new ConcurrentHashMap<>();

    /// Says how a part is.
    public void report(String part, State state, String message) {
        Report report = new Report(state, message);
        ask(part, () -> report);
    }

    /// Has a part say how it is whenever somebody wants to know; `report` is thread-safe and returns at once.
    public void ask(String part, Supplier<Report> report) {
        parts.put(part, report);
    }

    /// Forgets a part.
    public void remove(String part) {
        parts.remove(part);
    }

    /// True when no part is starting or down.
    public boolean ready() {
        return reports().values().stream()
                .noneMatch(report -> report.state() == State.STARTING || report.state() == State.DOWN);
    }

    /// Every part's report, by name.
    public Map<String, Report> reports() {
        Map<String, Report> reports = new TreeMap<>();
        parts.forEach((part, report) -> reports.put(part, report.get()));
        return reports;
    }
}
