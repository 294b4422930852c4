package dev.selvage.toolkit.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// The program's metrics. The parts register suppliers that are read at each scrape, so that counting
/// costs them
/// nothing.
///
/// Names are Prometheus names without the `_total` suffix, which counters get by themselves.
public final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /// The registry refers to a counter's supplier weakly, and would keep showing its last value once it is gone.
    private final Queue<LongSupplier> counted = new ConcurrentLinkedQueue<>();

    /// Registers a value that only grows.
    public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
        counted.add(value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(help)
                .tags(tags(labels))
                .register(registry);
    }

    /// Registers a value that goes up and down.
    public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(tags(labels))
                .strongReference(true)
                .register(registry);
    }

    /// Everything in Prometheus' text format, version 0.0.4.
    public String scrape() {
        return registry.scrape();
    }

    private static Iterable<Tag> tags(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList();
    }
}
