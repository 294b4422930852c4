package dev.selvage.analytics.intake;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What each zone's traffic came to since the program began, as Prometheus counters under the names that
/// widespread exporters use. Thread-safe.
///
/// Exact: it adds up the same counters that are stored, once each. A zone that was not seen for longest
/// makes room for a new one, and begins at zero should it come back, which Prometheus takes for a reset.
public final class ZoneMeters {
    /// Zones that are remembered: some kilobytes each, at most about a hundred.
    static final int MOST_ZONES = 1_000;

    /// Values of one label and zone; the rest counts as `other`.
    static final int MOST_VALUES = 300;

    private static final String OTHER = "other";

    /// A zone as its labels name it.
    ///
    /// @param account its id
    public record Named(String zone, String account) {}

    /// Counters under one name.
    ///
    /// @param label that tells the values of a zone apart; null when there is one
    private record Family(
            String name, String help, @Nullable String label, Function<Meter, Map<String, Long>> values) {
        static Family one(String name, String help, Function<Meter, Long> value) {
            return new Family(name, help, null, meter -> Map.of("", value.apply(meter)));
        }

        static Family many(String name, String help, String label, Function<Meter, Map<String, Long>> values) {
            return new Family(name, help, label, values);
        }
    }

    private static final class Meter {
        private Totals all = Totals.ZERO;
        private long cachedRequests;
        private long cachedBytes;
        private long encryptedRequests;
        private long encryptedBytes;
        private final Map<String, Totals> contentTypes = new HashMap<>();
        private final Map<String, Totals> countries = new HashMap<>();
        private final Map<String, Totals> statuses = new HashMap<>();
        private final Map<String, Totals> browsers = new HashMap<>();
        private final Map<String, Totals> colos = new HashMap<>();

        void add(ZoneMinute minute) {
            minute.crossed().forEach((crossed, totals) -> {
                all = all.plus(totals);
                if (cached(crossed.cacheStatus())) {
                    cachedRequests += totals.requests();
                    cachedBytes += totals.responseBytes();
                }
                add(colos, crossed.colo(), totals);
            });
            minute.marginals().forEach((marginal, totals) -> {
                switch (marginal.dimension()) {
                    case CONTENT_TYPE -> add(contentTypes, marginal.value(), totals);
                    case COUNTRY -> add(countries, marginal.value(), totals);
                    case STATUS -> add(statuses, marginal.value(), totals);
                    case BROWSER -> add(browsers, marginal.value(), totals);
                    case TLS_VERSION -> {
                        if (!marginal.value().equals("none")) {
                            encryptedRequests += totals.requests();
                            encryptedBytes += totals.responseBytes();
                        }
                    }
                    case PROTOCOL, IP_CLASS, RULE -> {}
                }
            });
        }

        /// As the roll-ups' `cachedRequests`.
        private static boolean cached(CacheStatus status) {
            return status.bodyFromCache();
        }

        private static void add(Map<String, Totals> to, String value, Totals totals) {
            String key = to.containsKey(value) || to.size() < MOST_VALUES ? value : OTHER;
            to.merge(key, totals, Totals::plus);
        }
    }

    private static final List<Family> FAMILIES = families();

    private final Map<String, Meter> zones = new LinkedHashMap<>(16, 0.75f, true);

    private static List<Family> families() {
        List<Family> all = new ArrayList<>();
        String zone = "cloudflare_zone_";
        all.add(Family.one(zone + "requests_total", "Requests", meter -> meter.all.requests()));
        all.add(Family.one(
                zone + "requests_cached", "Requests whose body came from the cache", meter -> meter.cachedRequests));
        all.add(Family.one(
                zone + "requests_uncached",
                "Requests whose body did not come from the cache",
                meter -> meter.all.requests() - meter.cachedRequests));
        all.add(Family.one(zone + "requests_ssl_encrypted", "Requests over TLS", meter -> meter.encryptedRequests));
        all.add(Family.one(
                zone + "requests_ssl_unencrypted",
                "Requests in the clear",
                meter -> meter.all.requests() - meter.encryptedRequests));
        all.add(Family.many(
                zone + "requests_content_type",
                "Requests by content type",
                "content_type",
                meter -> of(meter.contentTypes, Totals::requests)));
        all.add(Family.many(
                zone + "requests_country",
                "Requests by country",
                "country",
                meter -> of(meter.countries, Totals::requests)));
        all.add(Family.many(
                zone + "requests_status",
                "Requests by HTTP status",
                "status",
                meter -> of(meter.statuses, Totals::requests)));
        all.add(Family.many(
                zone + "requests_browser_map_page_views_count",
                "Page views by browser",
                "family",
                meter -> of(meter.browsers, Totals::pageViews)));
        all.add(Family.one(zone + "bandwidth_total", "Bytes to visitors", meter -> meter.all.responseBytes()));
        all.add(Family.one(zone + "bandwidth_cached", "Bytes to visitors from the cache", meter -> meter.cachedBytes));
        all.add(Family.one(
                zone + "bandwidth_uncached",
                "Bytes to visitors that were not in the cache",
                meter -> meter.all.responseBytes() - meter.cachedBytes));
        all.add(Family.one(
                zone + "bandwidth_ssl_encrypted", "Bytes to visitors over TLS", meter -> meter.encryptedBytes));
        all.add(Family.one(
                zone + "bandwidth_ssl_unencrypted",
                "Bytes to visitors in the clear",
                meter -> meter.all.responseBytes() - meter.encryptedBytes));
        all.add(Family.many(
                zone + "bandwidth_content_type",
                "Bytes to visitors by content type",
                "content_type",
                meter -> of(meter.contentTypes, Totals::responseBytes)));
        all.add(Family.many(
                zone + "bandwidth_country",
                "Bytes to visitors by country",
                "country",
                meter -> of(meter.countries, Totals::responseBytes)));
        all.add(Family.one(zone + "threats_total", "Nothing is classed as a threat", _ -> 0L));
        all.add(Family.one(zone + "pageviews_total", "Successful HTML answers", meter -> meter.all.pageViews()));
        all.add(Family.many(
                zone + "colocation_requests_total",
                "Requests by PoP",
                "colocation",
                meter -> of(meter.colos, Totals::requests)));
        all.add(Family.many(
                zone + "colocation_visits",
                "Requests that came from another site, by PoP",
                "colocation",
                meter -> of(meter.colos, Totals::visits)));
        all.add(Family.many(
                zone + "colocation_edge_response_bytes",
                "Bytes to visitors by PoP",
                "colocation",
                meter -> of(meter.colos, Totals::responseBytes)));
        all.add(Family.one(
                "selvage_zone_origin_requests_total", "Requests to the origin", meter -> meter.all.originRequests()));
        all.add(Family.one(
                "selvage_zone_origin_response_bytes_total",
                "Bytes from the origin",
                meter -> meter.all.originResponseBytes()));
        return List.copyOf(all);
    }

    private static Map<String, Long> of(Map<String, Totals> values, Function<Totals, Long> number) {
        Map<String, Long> numbers = new TreeMap<>();
        values.forEach((value, totals) -> numbers.put(value, number.apply(totals)));
        return numbers;
    }

    /// Adds what a batch counted; each batch once.
    synchronized void add(TrafficBatch batch) {
        for (ZoneMinute minute : batch.counters()) {
            zones.computeIfAbsent(minute.zone(), _ -> new Meter()).add(minute);
        }
        var eldest = zones.keySet().iterator();
        while (zones.size() > MOST_ZONES) {
            eldest.next();
            eldest.remove();
        }
    }

    /// Prometheus' text format, version 0.0.4.
    ///
    /// @param names of the zones that the caller may see, by id
    public synchronized String scrape(Function<String, Optional<Named>> names) {
        record Shown(Named named, Meter meter) {}
        List<Shown> shown = new ArrayList<>();
        zones.forEach((id, meter) -> names.apply(id).ifPresent(named -> shown.add(new Shown(named, meter))));
        shown.sort(Comparator.comparing((Shown each) -> each.named.zone()).thenComparing(each -> each.named.account()));
        StringBuilder text = new StringBuilder();
        for (Family family : FAMILIES) {
            text.append("# HELP ")
                    .append(family.name)
                    .append(' ')
                    .append(family.help)
                    .append('\n');
            text.append("# TYPE ").append(family.name).append(" counter\n");
            for (Shown each : shown) {
                family.values.apply(each.meter).forEach((value, number) -> {
                    text.append(family.name).append('{');
                    label(text, "zone", each.named.zone());
                    label(text.append(','), "account", each.named.account());
                    if (family.label != null) {
                        label(text.append(','), family.label, value);
                    }
                    text.append("} ").append(number).append('\n');
                });
            }
        }
        return text.toString();
    }

    /// Values come from strangers: what would end them is escaped.
    private static void label(StringBuilder text, String name, String value) {
        text.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        text.append('"');
    }
}
