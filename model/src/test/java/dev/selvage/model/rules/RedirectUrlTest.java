package dev.selvage.model.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectUrlTest {
    private final UrlPattern pattern = UrlPatternTest.pattern("*.example.com/*/*");

    private String expanded(String url) {
        RedirectUrl.Parsed parsed = RedirectUrl.parse(url, pattern);
        assertThat(parsed).as(url).isInstanceOf(RedirectUrl.Accepted.class);
        return ((RedirectUrl.Accepted) parsed).url().expand(List.of("www", "a/b", "c?d=e"));
    }

    private String refused(String url) {
        RedirectUrl.Parsed parsed = RedirectUrl.parse(url, pattern);
        assertThat(parsed).as(url).isInstanceOf(RedirectUrl.Refused.class);
        return ((RedirectUrl.Refused) parsed).reason();
    }

    @ParameterizedTest
    @CsvSource({
        "https://o.example,             https://o.example",
        "HTTP://o.example/$2/$3/$2,     HTTP://o.example/a/b/c?d=e/a/b",
        "https://$1.o.example:8443/$3,  https://www.o.example:8443/c?d=e",
        "https://o.example/\\$2,         https://o.example/$2",
        "https://o.example/$,           https://o.example/$",
        "https://o.example/$x$22,       https://o.example/$xa/b2",
        "https://o.example/ü?ö#$1,      https://o.example/%C3%BC?%C3%B6#www",
        "https://o.example?$2,          https://o.example?a/b",
    })
    void referencesAreReplaced(String url, String expanded) {
        assertThat(expanded(url)).isEqualTo(expanded);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "/relative, begin with http",
                "//o.example/, begin with http",
                "ftp://o.example/, begin with http",
                "javascript:alert(1), begin with http",
                "https://, no host",
                "https:///path, no host",
                "https://o.example/$0, no asterisk",
                "https://o.example/$4, no asterisk",
                "https://o.example$2/, host",
                "https://$2/, host",
                "https://o.example\\@evil.example/, backslash",
                "https://o.example/a b, blank",
                "https://ö.example/, punycode",
            })
    void whatIsNoUrlForThePatternIsRefused(String url, String reason) {
        assertThat(refused(url)).contains(reason);
    }

    @Test
    void noUrlBreaksOutOfItsField() {
        assertThat(refused("https://o.example/\r\nSet-Cookie: a=b")).contains("blank");
        assertThat(((RedirectUrl.Accepted) RedirectUrl.parse("https://o.example/$2", pattern))
                        .url()
                        .expand(List.of("", "a\r\nb \u00ff", "")))
                .isEqualTo("https://o.example/a%0D%0Ab%20%FF");
    }

    @Test
    void lengthAndReferencesAreBounded() {
        assertThat(expanded("https://o.example/" + "$1".repeat(RedirectUrl.MAX_REFERENCES)))
                .endsWith("/" + "www".repeat(RedirectUrl.MAX_REFERENCES));
        assertThat(refused("https://o.example/" + "$1".repeat(RedirectUrl.MAX_REFERENCES + 1)))
                .contains("more than 8");
        assertThat(refused("https://o.example/" + "a".repeat(RedirectUrl.MAX_LENGTH)))
                .contains("2048");
    }
}
