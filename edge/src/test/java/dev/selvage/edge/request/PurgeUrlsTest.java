package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.config.Zones;
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
            keys.add(CacheKey.of("zone", false, host + ":8080", target));
            keys.add(CacheKey.of("zone", true, host + ":8080", target));
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
        "https://site.example/%7ea/./b/%2e%2E/c%2f, /~a/c%2F",
        "https://site.example/a/../..,       ''",
        "https://site.example/a%00,          ''",
        "https://site.example/a\\b,          ''",
        "https://site.example/%zz,           ''",
        "https://site.example/\u012f,        ''",
        "https://user@site.example/a,        ''",
        "https:///a,                         ''",
    })
    void aUrlStandsForBothSchemes(String url, String target) {
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, url, 8080))
                .containsExactlyInAnyOrderElementsOf(target.isEmpty() ? List.of() : both("site.example", target));
    }

    @Test
    void aQueryIsPurgedInEveryFormThatTheSettingsGiveIt() {
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "https://site.example/a?b=2&a=1#x", 8080))
                .containsExactlyInAnyOrderElementsOf(both("site.example", "/a?b=2&a=1", "/a?a=1&b=2", "/a"));
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "https://site.example?q", 8080))
                .containsExactlyInAnyOrderElementsOf(both("site.example", "/?q", "/"));
    }

    @Test
    void whatIsNoUrlStandsForNothing() {
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "site.example/a", 8080))
                .isEmpty();
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "", 8080)).isEmpty();
    }

    @Test
    void theSchemesOwnPortIsNoOtherAuthority() {
        assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "http://site.example/a", 80))
                .containsExactlyInAnyOrder(
                        CacheKey.of("zone", false, "site.example", "/a"),
                        CacheKey.of("zone", true, "site.example", "/a"),
                        CacheKey.of("zone", true, "site.example:80", "/a"));
    }

    /// What is stored under any spelling is found by any other.
    @Test
    void everySpellingOfAUrlStandsForTheKeyOfEveryRequestForIt() {
        HostBinding binding = Zones.zone("zone", "site.example").bound("site.example");
        for (String stored : new String[] {"/~a/b%2Fc?x=%7e", "/%7ea/b%2fc?x=%7e", "/x/../%7Ea/./b%2Fc?x=%7e"}) {
            for (String purged : new String[] {"/~a/b%2Fc?x=%7e", "/%7Ea/y/%2e%2e/b%2fc?x=%7e#top"}) {
                CacheKey key = CacheTargets.key(binding, binding.policy(), false, "site.example", stored)
                        .orElseThrow();
                assertThat(PurgeUrls.keys("zone", PurgeScope.UNKNOWN, "http://SITE.example.:81" + purged, 8080))
                        .contains(key);
                assertThat(PurgeUrls.keys(
                                "zone", PurgeScope.UNKNOWN, "http://site.example" + purged.replace("7e", "7f"), 8080))
                        .as("and for no other")
                        .doesNotContain(key);
            }
        }
    }
}
