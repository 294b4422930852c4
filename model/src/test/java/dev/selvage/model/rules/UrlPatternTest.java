package dev.selvage.model.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.rules.UrlPattern.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlPatternTest {
    static UrlPattern pattern(String text) {
        UrlPattern.Parsed parsed = UrlPattern.parse(text);
        assertThat(parsed).isInstanceOf(UrlPattern.Accepted.class);
        return ((UrlPattern.Accepted) parsed).pattern();
    }

    private static String refused(String text) {
        UrlPattern.Parsed parsed = UrlPattern.parse(text);
        assertThat(parsed).as(text).isInstanceOf(UrlPattern.Refused.class);
        return ((UrlPattern.Refused) parsed).reason();
    }

    @Test
    void schemePortAndPathMayBeLeftOut() {
        assertThat(pattern("example.com")).isEqualTo(new UrlPattern(Scheme.ANY, "example.com", 0, "/"));
        assertThat(pattern("Http://*.Example.com:8080/A*b?c=*"))
                .isEqualTo(new UrlPattern(Scheme.HTTP, "*.example.com", 8080, "/A*b?c=*"));
        assertThat(pattern("https://example.com/a://b"))
                .isEqualTo(new UrlPattern(Scheme.HTTPS, "example.com", 0, "/a://b"));
        assertThat(pattern("example.com/a://b").scheme()).isEqualTo(Scheme.ANY);
    }

    @Test
    void asterisksAreCountedByWhereTheyStand() {
        UrlPattern pattern = pattern("*.example.com/*/x*");
        assertThat(pattern.wildcards()).isEqualTo(3);
        assertThat(pattern.hostWildcards()).isEqualTo(1);
        assertThat(pattern("*.*.example.com/**").wildcards()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com/*,          true",
        "*example.com/*,         true",
        "*.example.com/*,        true",
        "a.example.com/*,        true",
        "*.b.example.com/*,      true",
        "a*b.example.com/*,      true",
        "notexample.com/*,       false",
        "*ample.com/*,           false",
        "*.com/*,                false",
        "example.com.evil.org/*, false",
        "*notexample.com/*,      false",
        "evil.org/example.com,   false",
    })
    void aPatternIsWithinADomainWhenAllItsHostsAre(String text, boolean within) {
        assertThat(pattern(text).within("example.com")).isEqualTo(within);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "/images/*",
                "*/static/*",
                "http://",
                "ftp://example.com/",
                "//example.com/",
                "example.com:0/",
                "example.com:/",
                "example.com:65536/",
                "example.com:8x/",
                "example..com/",
                ".example.com/",
                "example.com./",
                "exam ple.com/",
                "example.com/a b",
                "example.com/a\u0000",
                "example.com/a\u00a0b\u2003",
                "example.com/a\r\nb",
                "exämple.com/",
                "example.*/",
                "example.com*",
                "user@example.com/",
                "example.com/#top",
                "example.com/a\\b",
                "example.com/%",
                "example.com/%4",
                "example.com/%*4",
                "*.*.example.com/*/*/*",
            })
    void whatIsNoPatternIsRefusedWithAReason(String text) {
        assertThat(refused(text)).isNotEmpty();
    }

    @Test
    void lengthsAreBounded() {
        String most = "example.com/" + "a".repeat(UrlPattern.MAX_LENGTH - 12);
        assertThat(pattern(most).path()).hasSize(UrlPattern.MAX_LENGTH - 11);
        assertThat(refused(most + "a")).contains("1024");
        assertThat(refused("a".repeat(64) + ".example.com/")).contains("63");
        assertThat(refused("a.".repeat(127) + "com/")).contains("253");
    }
}
