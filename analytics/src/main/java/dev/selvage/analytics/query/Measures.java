package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import dev.selvage.model.event.CacheStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The numbers of each dataset's groups, by the API's names.
final class Measures {
    /// As a condition on rows and on the crossed counters alike.
    static final String CACHED = Arrays.stream(CacheStatus.values())
            .filter(CacheStatus::bodyFromCache)
            .map(status -> "'" + status.wire() + "'")
            .collect(Collectors.joining(", ", "cache_status IN (", ")"));

    private static final String ENCRYPTED = "tls_version <> 'none'";

    /// The same of the counters of TLS versions.
    private static final String ENCRYPTED_VALUE = "value <> 'none'";

    private static final Term BYTES = Term.counted("response_bytes");

    private Measures() {}

    static List<Measure> of(Dataset dataset) {
        List<Measure> all = new ArrayList<>();
        switch (dataset) {
            case ADAPTIVE -> adaptive(all);
            case OVERVIEW -> overview(all);
            case MINUTES_BY_COLO, DAYS_BY_COLO -> byColo(all);
            case FIREWALL_GROUPS, FIREWALL_BY_TIME -> {
                all.add(count());
                all.add(sampleInterval());
                detections(all);
            }
            case PURGES -> purges(all);
            case HEALTH_CHECKS -> {
                all.add(count());
                for (String name : List.of("rttMs", "tcpConnMs", "timeToFirstByteMs", "tlsHandshakeMs")) {
                    all.add(Measure.neutral("avg", name, ValueType.FLOAT64));
                }
            }
            case LOAD_BALANCING -> all.add(count());
            case REQUESTS, FIREWALL, MINUTES, HOURS, DAYS -> {}
        }
        return List.copyOf(all);
    }

    private static Measure count() {
        return new Measure("", "count", ValueType.UINT64, new Measure.Total(Term.REQUESTS), "sum(requests)", null);
    }

    private static Measure requests() {
        return new Measure(
                "sum", "requests", ValueType.UINT64, new Measure.Total(Term.REQUESTS), "sum(requests)", null);
    }

    private static Measure sampleInterval() {
        return average("sampleInterval", new Measure.SampleInterval(), "1.0");
    }

    private static void adaptive(List<Measure> all) {
        all.add(count());
        all.add(Measure.sum("edgeResponseBytes", "response_bytes", true));
        all.add(Measure.sum("edgeRequestBytes", "request_bytes", true));
        all.add(Measure.sum("visits", "visits", true));
        all.add(Measure.sum("originRequests", "origin_requests", true));
        all.add(Measure.sum("originResponseBytes", "origin_response_bytes", true));
        all.add(Measure.sum("edgeTimeToFirstByteMs", "first_byte_ms", false));
        all.add(Measure.sum("originResponseDurationMs", "origin_ms", false));
        for (String name : List.of("crossZoneSubrequests", "edgeDnsResponseTimeMs")) {
            all.add(Measure.neutral("sum", name, ValueType.UINT64));
            all.add(Measure.neutral("avg", name, ValueType.FLOAT64));
        }
        detections(all);
        all.add(sampleInterval());
        all.add(average("edgeTimeToFirstByteMs", new Measure.Ratio(Term.of("first_byte_ms"), Term.REQUESTS), null));
        all.add(originDuration());
        all.add(share("status4xx", 4));
        all.add(share("status5xx", 5));
        for (int percent : new int[] {50, 95, 99}) {
            all.add(Measure.neutral("quantiles", "edgeDnsResponseTimeMsP" + percent, ValueType.FLOAT64));
        }
        quantiles(all, "edgeTimeToFirstByteMs", "first_byte_ms", false);
        quantiles(all, "originResponseDurationMs", "origin_ms", true);
        quantiles(all, "edgeResponseBytes", "response_bytes", false);
    }

    private static void detections(List<Measure> all) {
        for (String what : List.of("botDetection", "fraudDetection")) {
            all.add(Measure.neutral("sum", what + "IdArray", ValueType.NUMBERS));
            all.add(Measure.neutral("sum", what + "IdCountArray", ValueType.NUMBERS));
            all.add(Measure.neutral("sum", what + "TagArray", ValueType.STRINGS));
            all.add(Measure.neutral("sum", what + "TagCountArray", ValueType.NUMBERS));
        }
    }

    private static void overview(List<Measure> all) {
        Term cachedBytes = part(CACHED);
        Term encryptedBytes = part(ENCRYPTED);
        // An order that clients know, though it is no field there.
        all.add(count());
        all.add(requests());
        all.add(Measure.sum("bytes", "response_bytes", true));
        cached(all);
        all.add(new Measure(
                "sum",
                "pageViews",
                ValueType.UINT64,
                new Measure.Total(Term.where("status BETWEEN 200 AND 299 AND content_type = 'html'")),
                "sum(page_views)",
                null));
        all.add(Measure.sum("visits", "visits", true));
        all.add(originDuration());
        all.add(sampleInterval());
        all.add(part("cachedBytes", cachedBytes, "response_bytes", CACHED, CounterKind.CROSSED));
        all.add(ratio("cachedRequests", Term.where(CACHED), CACHED, CounterKind.CROSSED));
        all.add(part("encryptedBytes", encryptedBytes, "response_bytes", ENCRYPTED_VALUE, CounterKind.TLS_VERSION));
        all.add(ratio("encryptedRequests", Term.where(ENCRYPTED), ENCRYPTED_VALUE, CounterKind.TLS_VERSION));
        all.add(share("status4xx", 4));
        all.add(share("status5xx", 5));
    }

    private static void byColo(List<Measure> all) {
        all.add(requests());
        all.add(Measure.sum("bytes", "response_bytes", true));
        cached(all);
    }

    /// [PurgePlan] adds them up itself.
    private static void purges(List<Measure> all) {
        all.add(count());
        for (String name : List.of("entries", "objects", "bytes")) {
            all.add(Measure.sum(name, name, true));
        }
        for (String group : List.of("avg", "max")) {
            all.add(new Measure(group, "effectiveMs", ValueType.FLOAT64, new Measure.SampleInterval(), null, null));
        }
    }

    private static void cached(List<Measure> all) {
        all.add(new Measure(
                "sum",
                "cachedRequests",
                ValueType.UINT64,
                new Measure.Total(Term.where(CACHED)),
                "coalesce(sum(requests) FILTER (WHERE " + CACHED + "), 0)",
                CounterKind.CROSSED));
        all.add(new Measure(
                "sum",
                "cachedBytes",
                ValueType.UINT64,
                new Measure.Total(part(CACHED)),
                "coalesce(sum(response_bytes) FILTER (WHERE " + CACHED + "), 0)",
                CounterKind.CROSSED));
    }

    /// The bytes of the requests of a kind.
    private static Term part(String condition) {
        return Term.of("CASE WHEN " + condition + " THEN response_bytes ELSE 0 END");
    }

    /// As the API's: requests that did not ask the origin are left out.
    private static Measure originDuration() {
        return average(
                "originResponseDurationMs", new Measure.Ratio(Term.of("origin_ms"), Term.where("origin_ms > 0")), null);
    }

    private static Measure average(String name, Measure.Shape shape, @Nullable String counter) {
        return new Measure("avg", name, ValueType.FLOAT64, shape, counter, null);
    }

    private static Measure share(String name, int statusClass) {
        return ratio(
                name,
                Term.where("status // 100 = " + statusClass),
                "status_class = " + statusClass,
                CounterKind.CROSSED);
    }

    private static Measure ratio(String name, Term above, String counted, CounterKind only) {
        return new Measure(
                "ratio",
                name,
                ValueType.FLOAT64,
                new Measure.Ratio(above, Term.REQUESTS),
                share("requests", counted),
                only);
    }

    private static Measure part(String name, Term above, String column, String counted, CounterKind only) {
        return new Measure(
                "ratio", name, ValueType.FLOAT64, new Measure.Part(above, BYTES), share(column, counted), only);
    }

    private static String share(String column, String condition) {
        return "coalesce(sum(" + column + ") FILTER (WHERE " + condition + "), 0) / greatest(1, sum(" + column + "))";
    }

    private static void quantiles(List<Measure> all, String name, String column, boolean positive) {
        for (int percent : new int[] {50, 95, 99}) {
            all.add(new Measure(
                    "quantiles",
                    name + "P" + percent,
                    ValueType.FLOAT64,
                    new Measure.Quantile(column, positive, percent / 100.0),
                    null,
                    null));
        }
    }
}
