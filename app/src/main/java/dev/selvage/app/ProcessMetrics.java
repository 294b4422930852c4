package dev.selvage.app;

import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.util.Map;

/// The numbers of the process itself.
final class ProcessMetrics {
    private ProcessMetrics() {}

    static void register(Metrics metrics, Health health) {
        metrics.gauge("selvage_build", "Always 1; the labels say which build runs.", build(), () -> 1);
        metrics.gauge("selvage_ready", "1 when ready to serve, else 0.", Map.of(), () -> health.ready() ? 1 : 0);
        metrics.gauge(
                "process_start_time_seconds",
                "When the process started, in seconds since 1970.",
                Map.of(),
                () -> ProcessHandle.current()
                                .info()
                                .startInstant()
                                .map(started -> (double) started.toEpochMilli())
                                .orElse(0.0)
                        / 1_000);
        metrics.gauge(
                "selvage_heap_used_bytes",
                "The Java heap that is in use.",
                Map.of(),
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        metrics.gauge(
                "selvage_heap_max_bytes",
                "The largest that the Java heap may become.",
                Map.of(),
                () -> Runtime.getRuntime().maxMemory());
    }

    private static Map<String, String> build() {
        return Map.of("version", Version.TEXT, "java", Runtime.version().toString());
    }
}
