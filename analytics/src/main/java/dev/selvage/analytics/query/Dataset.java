package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What can be asked for: the API's datasets and their fields.
public enum Dataset {
    /// Requests, grouped at will; exact from counters where they hold the question, else estimated from rows.
    ADAPTIVE("httpRequestsAdaptiveGroups", null),
    MINUTES("httpRequests1mGroups", Level.MINUTE),
    HOURS("httpRequests1hGroups", Level.HOUR),
    DAYS("httpRequests1dGroups", Level.DAY);

    private final String wire;
    private final @Nullable Level level;

    Dataset(String wire, @Nullable Level level) {
        this.wire = wire;
        this.level = level;
    }

    /// The API's name.
    public String wire() {
        return wire;
    }

    /// The level of a roll-up; null for the adaptive dataset.
    @Nullable
    Level level() {
        return level;
    }

    /// True for the datasets that are summed by time alone.
    public boolean rollup() {
        return level != null;
    }

    /// The fields to group and filter by.
    ///
    /// @param account true for the scope of an account, where the adaptive dataset knows the zone too
    public List<Dimension> dimensions(boolean account) {
        List<Dimension> dimensions = new ArrayList<>();
        dimensions.add(Dimension.date());
        switch (this) {
            case ADAPTIVE -> {
                adaptiveTimes(dimensions);
                adaptiveDimensions(dimensions);
                if (account) {
                    dimensions.add(new Dimension("zoneTag", ValueType.STRING, "zone", null, "zone", 0, true));
                }
            }
            case MINUTES -> {
                dimensions.add(Dimension.time("datetime", Duration.ofMinutes(1)));
                dimensions.add(Dimension.time("datetimeMinute", Duration.ofMinutes(1)));
                dimensions.add(Dimension.time("datetimeFiveMinutes", Duration.ofMinutes(5)));
                dimensions.add(Dimension.time("datetimeFifteenMinutes", Duration.ofMinutes(15)));
                dimensions.add(Dimension.time("datetimeHalfOfHour", Duration.ofMinutes(30)));
                dimensions.add(Dimension.time("datetimeHour", Duration.ofHours(1)));
                dimensions.add(Dimension.time("datetimeDay", Duration.ofDays(1)));
            }
            case HOURS -> dimensions.add(Dimension.time("datetime", Duration.ofHours(1)));
            case DAYS -> {}
        }
        return List.copyOf(dimensions);
    }

    private static void adaptiveTimes(List<Dimension> dimensions) {
        dimensions.add(Dimension.time("datetime", Duration.ofSeconds(1)));
        dimensions.add(Dimension.time("datetimeMinute", Duration.ofMinutes(1)));
        dimensions.add(Dimension.time("datetimeFiveMinutes", Duration.ofMinutes(5)));
        dimensions.add(Dimension.time("datetimeFifteenMinutes", Duration.ofMinutes(15)));
        dimensions.add(Dimension.time("datetimeHour", Duration.ofHours(1)));
    }

    private static void adaptiveDimensions(List<Dimension> all) {
        ValueType text = ValueType.STRING;
        all.add(Dimension.counted("cacheStatus", text, "cache_status", CounterKind.CROSSED, "cache_status"));
        all.add(Dimension.counted("coloCode", text, "colo", CounterKind.CROSSED, "colo"));
        all.add(Dimension.counted(
                "edgeResponseStatus",
                ValueType.UINT16,
                "status",
                CounterKind.STATUS,
                "coalesce(TRY_CAST(value AS INTEGER), 0)"));
        all.add(Dimension.counted("clientCountryName", text, "country", CounterKind.COUNTRY, "value"));
        all.add(Dimension.counted(
                "edgeResponseContentTypeName", text, "content_type", CounterKind.CONTENT_TYPE, "value"));
        all.add(Dimension.counted("clientRequestHTTPProtocol", text, "protocol", CounterKind.PROTOCOL, "value"));
        all.add(Dimension.counted("clientSSLProtocol", text, "tls_version", CounterKind.TLS_VERSION, "value"));
        all.add(Dimension.counted("userAgentBrowser", text, "browser", CounterKind.BROWSER, "value"));
        all.add(Dimension.counted("ruleId", text, "rule", CounterKind.RULE, "value"));
        all.add(Dimension.row("clientRequestHTTPHost", text, "host"));
        all.add(Dimension.row("clientRequestPath", text, "path"));
        all.add(Dimension.row("clientRequestQuery", text, "query"));
        all.add(Dimension.row("clientRequestHTTPMethodName", text, "method"));
        all.add(Dimension.row("clientRequestScheme", text, "scheme"));
        all.add(Dimension.row("clientIP", text, "client_ip"));
        all.add(Dimension.row("userAgent", text, "user_agent"));
        all.add(Dimension.row("clientDeviceType", text, "device_type"));
        all.add(Dimension.row("clientRefererHost", text, "referer_host"));
        all.add(Dimension.row("clientRequestReferer", text, "referer"));
        all.add(Dimension.row("originIP", text, "origin_ip"));
        all.add(Dimension.row("originResponseStatus", ValueType.UINT16, "origin_status"));
        all.add(Dimension.row("originResponseDurationMs", ValueType.UINT64, "origin_ms"));
        all.add(Dimension.row("edgeTimeToFirstByteMs", ValueType.UINT16, "first_byte_ms"));
        all.add(Dimension.row("sampleInterval", ValueType.UINT32, "CAST(round(w) AS BIGINT)"));
        all.add(Dimension.row("missReason", text, "miss_reason"));
        all.add(Dimension.row("ruleAction", text, "rule_action"));
        // Every event is a visitor's request: the edge's own are none.
        all.add(new Dimension("requestSource", text, "'eyeball'", null, "'eyeball'", 0, true));
        all.add(new Dimension("rayName", text, "printf('%016x', ray)", null, null, 0, false));
    }

    /// The numbers of the adaptive dataset's groups.
    public static List<Measure> adaptiveMeasures() {
        List<Measure> all = new ArrayList<>();
        all.add(new Measure("", "count", ValueType.UINT64, new Measure.Total(Term.REQUESTS), "sum(requests)", false));
        all.add(Measure.sum("edgeResponseBytes", "response_bytes", true));
        all.add(Measure.sum("edgeRequestBytes", "request_bytes", true));
        all.add(Measure.sum("visits", "visits", true));
        all.add(Measure.sum("originRequests", "origin_requests", true));
        all.add(Measure.sum("originResponseBytes", "origin_response_bytes", true));
        all.add(Measure.sum("edgeTimeToFirstByteMs", "first_byte_ms", false));
        all.add(Measure.sum("originResponseDurationMs", "origin_ms", false));
        all.add(average("sampleInterval", new Measure.SampleInterval(), "1.0"));
        all.add(average("edgeTimeToFirstByteMs", new Measure.Ratio(Term.of("first_byte_ms"), Term.REQUESTS), null));
        // As the API's: requests that did not ask the origin are left out.
        all.add(average(
                "originResponseDurationMs",
                new Measure.Ratio(Term.of("origin_ms"), Term.where("origin_ms > 0")),
                null));
        all.add(share("status4xx", 4));
        all.add(share("status5xx", 5));
        quantiles(all, "edgeTimeToFirstByteMs", "first_byte_ms", false);
        quantiles(all, "originResponseDurationMs", "origin_ms", true);
        quantiles(all, "edgeResponseBytes", "response_bytes", false);
        return List.copyOf(all);
    }

    private static Measure average(String name, Measure.Shape shape, @Nullable String counter) {
        return new Measure("avg", name, ValueType.FLOAT64, shape, counter, false);
    }

    private static Measure share(String name, int statusClass) {
        return new Measure(
                "ratio",
                name,
                ValueType.FLOAT64,
                new Measure.Ratio(Term.where("status // 100 = " + statusClass), Term.REQUESTS),
                "coalesce(sum(requests) FILTER (WHERE status_class = " + statusClass + "), 0) / sum(requests)",
                true);
    }

    private static void quantiles(List<Measure> all, String name, String column, boolean positive) {
        for (int percent : new int[] {50, 95, 99}) {
            all.add(new Measure(
                    "quantiles",
                    name + "P" + percent,
                    ValueType.FLOAT64,
                    new Measure.Quantile(column, positive, percent / 100.0),
                    null,
                    false));
        }
    }
}
