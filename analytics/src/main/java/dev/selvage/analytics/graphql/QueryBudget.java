package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many datasets each principal may still ask for, in windows of five minutes. Thread-safe.
final class QueryBudget {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int MAX_PRINCIPALS = 10_000;

    private record Used(long since, long count) {}

    private final int perWindow;
    private final Clock clock;

    private final Map<String, Used> used = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Used> eldest) {
            return size() > MAX_PRINCIPALS;
        }
    };

    QueryBudget(int perWindow, Clock clock) {
        this.perWindow = perWindow;
        this.clock = clock;
    }

    /// Takes `cost` and answers what is left; refuses, and takes nothing, when there is not so much.
    synchronized long take(String principal, long cost) {
        long now = clock.millis();
        Used before = used.get(principal);
        if (before == null || now - before.since() >= WINDOW.toMillis()) {
            before = new Used(now, 0);
        }
        if (before.count() + cost > perWindow) {
            throw new Refusal(429, "budget", "rate limiter budget depleted, try again after 5 minutes");
        }
        used.put(principal, new Used(before.since(), before.count() + cost));
        return perWindow - before.count() - cost;
    }
}
