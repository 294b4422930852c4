package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTargetsTest {
    @ParameterizedTest
    @CsvSource({
        "/a,             /a,             /a",
        "/a?,            /a?,            /a",
        "/a?b=2&a=1,     /a?a=1&b=2,     /a",
        "/a?a=1&b=2,     /a?a=1&b=2,     /a",
        "/a?b&a&b,       /a?a&b&b,       /a",
        "/a?b&&a,        /a?&a&b,        /a",
        "/a?b?x&a,       /a?a&b?x,       /a",
        "/?B&a&A,        /?A&B&a,        /",
        "/?b&a=2&a=1,    /?a=2&a=1&b,    /",
        "/?b&a=1&a=2,    /?a=1&a=2&b,    /",
        "/?c&%62=2&b=1,  /?%62=2&b=1&c,  /",
        "/?b&%6=1&%=2&%zz, /?%=2&%6=1&%zz&b, /",
        "*,              *,              *",
    })
    void theQueryIsKeptOrSortedOrDropped(String target, String sorted, String dropped) {
        assertThat(CacheTargets.of(target, false, false)).isEqualTo(target);
        assertThat(CacheTargets.of(target, true, false)).isEqualTo(sorted);
        assertThat(CacheTargets.of(target, false, true)).isEqualTo(dropped);
        assertThat(CacheTargets.of(target, true, true)).isEqualTo(dropped);
        assertThat(CacheTargets.of(sorted, true, false))
                .as("once sorted is sorted")
                .isEqualTo(sorted);
    }

    @ParameterizedTest
    @CsvSource({
        "site.example, false, 0,    8080, site.example",
        "site.example, false, 8080, 8080, site.example:8080",
        "site.example, true,  8080, 8080, site.example:8080",
        "site.example, false, 80,   8080, site.example",
        "site.example, false, 1337, 8080, site.example",
        "site.example, false, 80,   80,   site.example",
        "site.example, true,  80,   80,   site.example:80",
        "site.example, true,  443,  443,  site.example",
        "site.example, false, 443,  443,  site.example:443",
        "site.example, false, 0,    0,    site.example",
        "[2001:db8::1], false, 81,  81,   [2001:db8::1]:81",
    })
    void thePortOfTheListenerBelongsToTheAuthority(
            String host, boolean secure, int named, int listening, String authority) {
        assertThat(CacheTargets.authority(host, secure, named, listening)).isEqualTo(authority);
    }
}
