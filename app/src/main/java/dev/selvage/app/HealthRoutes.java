package dev.selvage.app;

import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Router;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What operators and their tools ask: is it alive, is it ready, how is it doing.
final class HealthRoutes {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private HealthRoutes() {}

    /// @param zones the metrics of the zones that a caller may see; empty when what it shows is not valid
    static void add(Router router, Health health, Metrics metrics, Function<Call, Optional<String>> zones) {
        router.add("GET", "/health/live", _ -> fresh(Answer.json(200, Map.of("status", "live"))))
                .add("GET", "/health/ready", _ -> fresh(ready(health)))
                .add("GET", "/metrics", call -> fresh(metrics(call, metrics, zones)));
    }

    /// The program's own metrics are for everybody who reaches the port; what its zones serve is not.
    private static Answer metrics(Call call, Metrics metrics, Function<Call, Optional<String>> zones) {
        String own = metrics.scrape();
        if (call.header("authorization") == null && call.header("x-auth-key") == null) {
            return Answer.text(200, own).with("Content-Type", PROMETHEUS);
        }
        return zones.apply(call)
                .map(traffic -> Answer.text(200, own + traffic).with("Content-Type", PROMETHEUS))
                .orElseGet(
                        () -> Answer.text(401, "the token is not valid; without one there are the program's metrics"));
    }

    private static Answer ready(Health health) {
        boolean ready = health.ready();
        Map<String, Object> parts = new LinkedHashMap<>();
        health.reports()
                .forEach((part, report) -> parts.put(
                        part,
                        Map.of("state", report.state().name().toLowerCase(Locale.ROOT), "message", report.message())));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", ready ? "ready" : "not ready");
        body.put("parts", parts);
        return Answer.json(ready ? 200 : 503, body);
    }

    /// An answer that no cache on the way may keep.
    private static Answer fresh(Answer answer) {
        return answer.with("Cache-Control", "no-store");
    }
}
