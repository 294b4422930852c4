package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Any bytes as the head of a request.
class RequestParserFuzzTest {
    private static final int MAX_TARGET = 300;
    private static final int MAX_HEAD = 1_000;
    private static final int MAX_FIELDS = 12;

    private static final RequestParser USED = new RequestParser(MAX_TARGET, MAX_HEAD, MAX_FIELDS);

    @FuzzTest(maxDuration = "3m")
    void anyHead(byte[] input) {
        RequestParser parser = new RequestParser(MAX_TARGET, MAX_HEAD, MAX_FIELDS);
        SeenHead whole = SeenHead.of(parser, input, input.length);
        for (int length : Cuts.of(input)) {
            // A head that is read again from its start whenever more bytes have come.
            SeenHead part = SeenHead.of(USED, input, length);
            if (part.result() != HeadScanner.Result.INCOMPLETE) {
                assertThat(part).as("after %s bytes", length).isEqualTo(whole);
            }
        }
        assertThat(SeenHead.of(USED, input, input.length)).as("read once more").isEqualTo(whole);
        if (whole.result() == HeadScanner.Result.COMPLETE) {
            hasOneReading(parser, new String(input, 0, parser.headLength(), StandardCharsets.ISO_8859_1));
        }
    }

    private static void hasOneReading(RequestParser head, String text) {
        ReferenceHead reference = ReferenceHead.read(text.startsWith("\r\n") ? text.substring(2) : text);
        assertThat(head.headers().toString()).isEqualTo(reference.fields());
        String[] line = reference.startLine().split(" ", -1);
        assertThat(line).hasSize(3);
        assertThat(head.method()).isEqualTo(line[0]).isNotEqualTo("CONNECT");
        assertThat("HTTP/1." + head.minorVersion()).isEqualTo(line[2]);

        int codings = reference.count("transfer-encoding");
        int lengths = reference.count("content-length");
        assertThat(codings + lengths).as("ways of framing").isLessThanOrEqualTo(1);
        long framed = codings > 0
                ? RequestParser.CHUNKED
                : lengths > 0 ? Long.parseLong(reference.value("content-length")) : 0;
        assertThat(head.bodyLength()).isEqualTo(framed);

        assertThat(reference.count("host")).isLessThanOrEqualTo(1);
        assertThat(head.host()).as("what the key is made of").matches("[A-Za-z0-9._:\\[\\]-]{0,260}");
        if (head.absolute()) {
            String authority = head.host() + line[1].substring(line[1].indexOf("//") + 2 + head.hostLength());
            assertThat(line[1]).matches("(?i)https?://.*").endsWith(authority);
            assertThat(head.target()).startsWith("/");
        } else {
            assertThat(head.host()).isEqualTo(reference.count("host") == 0 ? "" : reference.value("host"));
            assertThat(head.target()).isEqualTo(line[1]);
        }
        sameWhenWrittenAgain(head);
    }

    /// What is accepted, written down plainly, is read as the same request: as an origin will read it.
    private static void sameWhenWrittenAgain(RequestParser head) {
        StringBuilder text = new StringBuilder();
        text.append(head.method()).append(' ').append(head.target()).append(" HTTP/1.");
        text.append(head.minorVersion()).append("\r\n");
        Headers others = head.headers().where((name, _) -> !name.equals("host"));
        if (head.absolute() || head.headers().has("host")) {
            text.append("host: ").append(head.host()).append("\r\n");
        }
        for (int i = 0; i < others.size(); i++) {
            text.append(others.name(i)).append(": ").append(others.value(i)).append("\r\n");
        }
        RequestParser again = new RequestParser(MAX_TARGET + 1, 2 * MAX_HEAD, MAX_FIELDS + 1);
        byte[] written = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(again.scan(Unpooled.wrappedBuffer(written)))
                .as(again.reason())
                .isEqualTo(HeadScanner.Result.COMPLETE);
        assertThat(again.method()).isEqualTo(head.method());
        assertThat(again.target()).isEqualTo(head.target());
        assertThat(again.host()).isEqualTo(head.host());
        assertThat(again.bodyLength()).isEqualTo(head.bodyLength());
        assertThat(again.keepAlive()).isEqualTo(head.keepAlive());
        assertThat(again.upgrade()).isEqualTo(head.upgrade());
        assertThat(again.headers().where((name, _) -> !name.equals("host")).toString())
                .isEqualTo(others.toString());
    }
}
