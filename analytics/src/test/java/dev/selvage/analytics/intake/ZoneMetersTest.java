package dev.selvage.analytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZoneMetersTest {
    private final ZoneMeters meters = new ZoneMeters();
    private long sequence;

    private void add(String zone, CacheStatus status, Totals totals, Map<ZoneMinute.Marginal, Totals> marginals) {
        meters.add(new TrafficBatch(
                "edge-0",
                ++sequence,
                List.of(new ZoneMinute(
                        zone,
                        1,
                        Map.of(new ZoneMinute.Crossed("DEV", status, 2), totals),
                        marginals,
                        ByteBuffer.allocate(0))),
                EventRows.NONE));
    }

    private static Totals totals(long requests, long bytes) {
        return new Totals(requests, 10, bytes, 1, 7, 0, 0);
    }

    private Map<String, Long> scraped() {
        Map<String, Long> samples = new HashMap<>();
        meters.scrape(id -> Optional.of(new ZoneMeters.Named(id, "a")))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    int at = line.lastIndexOf(' ');
                    samples.put(line.substring(0, at), Long.parseLong(line.substring(at + 1)));
                });
        return samples;
    }

    @Test
    void sumsAreWhatTheBatchesCounted() {
        Random random = new Random(7);
        long requests = 0;
        long cached = 0;
        long bytes = 0;
        long german = 0;
        for (int i = 0; i < 200; i++) {
            boolean hit = random.nextBoolean();
            Totals one = totals(random.nextInt(100), random.nextInt(10_000));
            boolean here = random.nextBoolean();
            add(
                    "z",
                    hit ? CacheStatus.HIT : CacheStatus.MISS,
                    one,
                    Map.of(
                            new ZoneMinute.Marginal(ZoneMinute.Dimension.COUNTRY, here ? "DE" : "FR"),
                            one,
                            new ZoneMinute.Marginal(ZoneMinute.Dimension.TLS_VERSION, "none"),
                            one));
            requests += one.requests();
            bytes += one.responseBytes();
            cached += hit ? one.requests() : 0;
            german += here ? one.requests() : 0;
        }
        Map<String, Long> samples = scraped();
        String zone = "{zone=\"z\",account=\"a\"";
        assertThat(samples)
                .containsEntry("cloudflare_zone_requests_total" + zone + "}", requests)
                .containsEntry("cloudflare_zone_requests_cached" + zone + "}", cached)
                .containsEntry("cloudflare_zone_requests_uncached" + zone + "}", requests - cached)
                .containsEntry("cloudflare_zone_requests_ssl_encrypted" + zone + "}", 0L)
                .containsEntry("cloudflare_zone_bandwidth_total" + zone + "}", bytes)
                .containsEntry("cloudflare_zone_requests_country" + zone + ",country=\"DE\"}", german)
                .containsEntry("cloudflare_zone_colocation_requests_total" + zone + ",colocation=\"DEV\"}", requests)
                .containsEntry("selvage_zone_origin_requests_total" + zone + "}", 200L);
    }

    @Test
    void whatComesFromStrangersCannotEndALabel() {
        add(
                "z",
                CacheStatus.HIT,
                totals(1, 1),
                Map.of(new ZoneMinute.Marginal(ZoneMinute.Dimension.CONTENT_TYPE, "a\"} 1\n\\b"), totals(1, 1)));
        assertThat(meters.scrape(_ -> Optional.of(new ZoneMeters.Named("n", "a"))))
                .contains("content_type=\"a\\\"} 1\\n\\\\b\"} 1\n");
    }

    @Test
    void onlyTheZonesOfTheCallerAreShown() {
        add("mine", CacheStatus.HIT, totals(3, 1), Map.of());
        add("foreign", CacheStatus.HIT, totals(4, 1), Map.of());
        String text = meters.scrape(
                id -> id.equals("mine") ? Optional.of(new ZoneMeters.Named("mine.example", "a")) : Optional.empty());
        assertThat(text).contains("cloudflare_zone_requests_total{zone=\"mine.example\",account=\"a\"} 3\n");
        assertThat(text).doesNotContain("foreign").doesNotContain("} 4\n");
    }

    @Test
    void valuesAndZonesAreBounded() {
        for (int i = 0; i < ZoneMeters.MOST_VALUES + 50; i++) {
            add(
                    "z",
                    CacheStatus.HIT,
                    totals(1, 1),
                    Map.of(
                            new ZoneMinute.Marginal(ZoneMinute.Dimension.BROWSER, "b" + i),
                            new Totals(1, 0, 0, 0, 0, 1, 0)));
        }
        assertThat(scraped())
                .containsEntry(
                        "cloudflare_zone_requests_browser_map_page_views_count{zone=\"z\",account=\"a\",family=\"other\"}",
                        50L);
        for (int i = 0; i < ZoneMeters.MOST_ZONES; i++) {
            add("zone" + i, CacheStatus.HIT, totals(1, 1), Map.of());
        }
        assertThat(scraped())
                .containsKey("cloudflare_zone_requests_total{zone=\"zone0\",account=\"a\"}")
                .doesNotContainKey("cloudflare_zone_requests_total{zone=\"z\",account=\"a\"}");
    }
}
