package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Any bytes as the head of an origin's response.
class ResponseParserFuzzTest {
    private static final int MAX_HEAD = 1_000;
    private static final int MAX_FIELDS = 12;

    private static final ResponseParser USED = new ResponseParser(MAX_HEAD, MAX_FIELDS);

    @FuzzTest(maxDuration = "3m")
    void anyHead(byte[] input) {
        ResponseParser parser = new ResponseParser(MAX_HEAD, MAX_FIELDS);
        SeenHead whole = SeenHead.of(parser, input, input.length);
        for (int length : Cuts.of(input)) {
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

    private static void hasOneReading(ResponseParser head, String text) {
        ReferenceHead reference = ReferenceHead.read(text);
        assertThat(head.headers().toString()).isEqualTo(reference.fields());
        assertThat(reference.startLine()).matches("(?s)HTTP/1\\.[0-9] [1-9][0-9][0-9]( .*)?");
        assertThat(head.statusCode())
                .isEqualTo(Integer.parseInt(reference.startLine().substring(9, 12)));

        int codings = reference.count("transfer-encoding");
        int lengths = reference.count("content-length");
        assertThat(codings + lengths).as("ways of framing").isLessThanOrEqualTo(1);
        long framed = codings > 0
                ? ResponseParser.CHUNKED
                : lengths > 0 ? Long.parseLong(reference.value("content-length")) : ResponseParser.UNTIL_CLOSE;
        assertThat(head.framedLength()).isEqualTo(framed);
        boolean bodiless = head.statusCode() < 200 || head.statusCode() == 204 || head.statusCode() == 304;
        assertThat(head.bodyLength("GET")).isEqualTo(bodiless ? 0 : framed);
        assertThat(head.bodyLength("HEAD")).isZero();
        sameWhenWrittenAgain(head, reference.startLine().charAt(7));
    }

    /// What is accepted, written down plainly, is read as the same response: as a visitor will read it.
    private static void sameWhenWrittenAgain(ResponseParser head, char minor) {
        StringBuilder text = new StringBuilder("HTTP/1." + minor + ' ' + head.statusCode() + "\r\n");
        Headers headers = head.headers();
        for (int i = 0; i < headers.size(); i++) {
            text.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
        }
        ResponseParser again = new ResponseParser(2 * MAX_HEAD, MAX_FIELDS);
        byte[] written = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(again.scan(Unpooled.wrappedBuffer(written)))
                .as(again.reason())
                .isEqualTo(HeadScanner.Result.COMPLETE);
        assertThat(SeenHead.meaning(again)).isEqualTo(SeenHead.meaning(head));
    }
}
