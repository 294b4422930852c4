package dev.selvage.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {
    private static final String LINE =
            "83.149.9.0 - frank [17/May/2015:10:05:03 +0200] \"GET /a.png?x=1 HTTP/1.1\" 200 203023"
                    + " \"http://a.example/\" \"Mozilla/5.0 (X11)\"";

    @Test
    void aLineIsARequest() {
        assertThat(AccessLog.parse(LINE))
                .contains(new AccessLog.Entry(
                        "83.149.9.0",
                        Instant.parse("2015-05-17T08:05:03Z").toEpochMilli(),
                        "GET",
                        "/a.png?x=1",
                        200,
                        203_023,
                        "http://a.example/",
                        "Mozilla/5.0 (X11)"));
    }

    @Test
    void aDashIsNothing() {
        AccessLog.Entry entry = AccessLog.parse(
                        "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"HEAD / HTTP/1.0\" 304 - \"-\" \"-\"")
                .orElseThrow();
        assertThat(entry.bytes()).isZero();
        assertThat(entry.referer()).isEmpty();
        assertThat(entry.userAgent()).isEmpty();
    }

    @Test
    void anAgentThatWasCutIsTakenAsItIs() {
        assertThat(AccessLog.parse(LINE.substring(0, LINE.length() - 5))
                        .orElseThrow()
                        .userAgent())
                .isEqualTo("Mozilla/5.0 (");
    }

    @Test
    void anAgentOutsideAsciiCannotBreakAHead() {
        String line = LINE.replace("(X11)", "(\u00e9\u0001)");
        assertThat(AccessLog.parse(line).orElseThrow().userAgent()).isEqualTo("Mozilla/5.0 (??)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200",
                "1.2.3.0 - - [17/May/2015:25:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET /\" 200 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET a HTTP/1.1\" 200 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET /\u00e9 HTTP/1.1\" 200 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"get / HTTP/1.1\" 200 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 999 1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 -1 \"-\" \"-\"",
                "1.2.3.0 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"a\rb\" \"-\"",
                "a;b - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\""
            })
    void whatIsNotARequestIsNotTaken(String line) {
        assertThat(AccessLog.parse(line)).isEmpty();
    }

    @Test
    void linesThatAreNotInTheFormatAreCountedAndSkipped() throws IOException {
        AccessLog log = AccessLog.read(stream(LINE + "\nnonsense\n\n" + LINE + "\r\n" + LINE));
        assertThat(log.entries()).hasSize(3);
        assertThat(log.skipped()).isEqualTo(1);
    }

    @Test
    void aLineWithoutEndIsRefused() {
        assertThatThrownBy(() -> AccessLog.read(stream(LINE + "\n" + "x".repeat(AccessLog.MAX_LINE + 1))))
                .isInstanceOf(IOException.class)
                .hasMessage("line 2 of the access log is longer than 16384 bytes");
    }

    @Test
    void whatIsNotXzIsRefused() {
        assertThatThrownBy(() -> AccessLog.readXz(stream(LINE))).isInstanceOf(IOException.class);
    }

    @Test
    void theBundledLogIsWhole() throws IOException {
        AccessLog log = bundled();
        assertThat(log.skipped()).isZero();
        assertThat(log.entries()).hasSize(10_000);
        assertThat(log.entries().stream()
                        .filter(entry -> entry.method().equals("GET") && entry.status() == 200)
                        .mapToLong(AccessLog.Entry::bytes)
                        .sum())
                .isEqualTo(2_735_432_578L);
        assertThat(Site.perfectHitRatio(log.entries())).isEqualTo(0.8526, Offset.offset(0.0001));
        assertThat(Site.of(log.entries()).size()).isGreaterThanOrEqualTo(1_498);
    }

    static AccessLog bundled() throws IOException {
        try (InputStream in = AccessLog.class.getResourceAsStream("access.log.xz")) {
            assertThat(in).isNotNull();
            return AccessLog.readXz(in);
        }
    }

    static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
