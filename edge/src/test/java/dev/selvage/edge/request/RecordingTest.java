package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.config.Zones;
import dev.selvage.model.event.RequestEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private final SmallEdge edge = new SmallEdge(
            Zones.zone("0123456789abcdef0123456789abcdef", "site.example").host("site.example", "127.0.0.1"));

    /// How a text looks when it is sent as UTF-8 in a field.
    private static String sent(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// The row of a request that the edge answers itself.
    private RequestEvent row(String target, String... fields) {
        edge.get(target, fields);
        return edge.event();
    }

    @Test
    void aRowSaysWhatTheVisitorSent() {
        RequestEvent row = row("/a/b.png?x=1", "Referer: https://other.example/x", "User-Agent: curl/8", "Only-If: x");
        assertThat(row.path()).isEqualTo("/a/b.png");
        assertThat(row.query()).isEqualTo("?x=1");
        assertThat(row.referer()).isEqualTo("https://other.example/x");
        assertThat(row.userAgent()).isEqualTo("curl/8");
        assertThat(row.host()).isEqualTo("site.example");
        assertThat(row.method()).isEqualTo("GET");
        assertThat(row.zone()).isEqualTo("0123456789abcdef0123456789abcdef");
    }

    @Test
    void utf8IsKeptAndWhatIsNoneIsReplaced() {
        RequestEvent row = row("/", "Referer: " + sent("http://ü.example/日本/😀"), "User-Agent: a\u00ffb\u00c3");
        assertThat(row.referer()).isEqualTo("http://ü.example/日本/😀");
        assertThat(row.userAgent()).isEqualTo("a\ufffdb\ufffd");
    }

    @Test
    void longTextsAreCutAtACharacter() {
        RequestEvent row = row("/", "Referer: " + "r".repeat(3_000), "User-Agent: " + sent("x" + "é".repeat(1_500)));
        assertThat(row.referer()).isEqualTo("r".repeat(2_048));
        assertThat(row.userAgent()).isEqualTo("x" + "é".repeat(1_023));
    }

    @Test
    void severalFieldsOfANameAreJoined() {
        assertThat(row("/", "Referer: a", "Referer: b").referer()).isEqualTo("a, b");
        assertThat(row("/").referer()).isEmpty();
    }
}
