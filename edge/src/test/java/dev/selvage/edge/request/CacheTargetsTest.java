package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTargetsTest {
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
