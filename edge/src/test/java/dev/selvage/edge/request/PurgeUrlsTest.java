package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CacheKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeUrlsTest {
    private static List<CacheKey> both(String host, String... targets) {
        List<CacheKey> keys = new ArrayList<>();
        for (String target : targets) {
            keys.add(CacheKey.of("zone", false, host, target));
            keys.add(CacheKey.of("zone", true, host, target));
        }
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "http://site.example/a/B.css,        /a/B.css",
        "https://SITE.example/a/B.css,       /a/B.css",
        "https://site.example:8443/a,        /a",
        "https://site.example./a,            /a",
        "http://site.example,                /",
        "http://site.example/,               /",
        "http://site.example#top,            /",
        "http://site.example/a#top,          /a",
        "//site.example/a,                   ''",
        "https://site.example/%20,           /%20",
    })
    void aUrlStandsForBothSchemes(String url, String target) {
        assertThat(PurgeUrls.keys("zone", url))
                .containsExactlyInAnyOrderElementsOf(target.isEmpty() ? List.of() : both("site.example", target));
    }

    @Test
    void aQueryIsPurgedInEveryFormThatTheSettingsGiveIt() {
        assertThat(PurgeUrls.keys("zone", "https://site.example/a?b=2&a=1#x"))
                .containsExactlyInAnyOrderElementsOf(both("site.example", "/a?b=2&a=1", "/a?a=1&b=2", "/a"));
        assertThat(PurgeUrls.keys("zone", "https://site.example?q"))
                .containsExactlyInAnyOrderElementsOf(both("site.example", "/?q", "/"));
    }

    @Test
    void whatIsNoUrlStandsForNothing() {
        assertThat(PurgeUrls.keys("zone", "site.example/a")).isEmpty();
        assertThat(PurgeUrls.keys("zone", "")).isEmpty();
    }
}
