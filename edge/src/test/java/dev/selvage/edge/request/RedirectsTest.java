package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
    private static @Nullable String location(String target, String query) {
        return Redirects.location(target, query, "https://site.example");
    }

    @ParameterizedTest
    @CsvSource({
        "https://new.example/a,'',https://new.example/a",
        "HTTP://new.example,'',HTTP://new.example",
        "/a b,'',/a%20b",
        "/a,x=1,/a?x=1",
        "/a?,x=1,/a?x=1",
        "/a?y=2,x=1,/a?y=2&x=1",
        "/a#top,x=1,/a?x=1#top",
        "/a?y#top,x=1,/a?y&x=1#top",
        "//evil.example/x,'',https://site.example//evil.example/x",
        "/\\evil.example,'',https://site.example/\\evil.example"
    })
    void theTargetWithItsQuery(String target, String query, String expected) {
        assertThat(location(target, query)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "example.com/x",
                "javascript:alert(1)",
                "ftp://example.com/",
                "https://",
                "https:///x",
                "http://?x",
                "https:/x",
                " https://example.com/",
                "data:text/html,x"
            })
    void whatIsNoUrlIsNoTarget(String target) {
        assertThat(location(target, "")).isNull();
        assertThat(Redirects.location(null, "x", "https://site.example")).isNull();
    }

    @Test
    void noTargetEndsTheLine() {
        String location = location("/a\r\nSet-Cookie: x\u0000\t\u00ff", "q=\r\n");
        assertThat(location).isEqualTo("/a%0D%0ASet-Cookie:%20x%00%09%FF?q=%0D%0A");
        assertThat(location("/" + "a".repeat(20_000), "")).isNull();
    }
}
