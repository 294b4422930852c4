package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseParserTest {
    private final ResponseParser parser = new ResponseParser(4_000, 20);

    private HeadScanner.Result scan(String text) {
        return parser.scan(buffer(text));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void accepted(String text) {
        assertThat(scan(text)).as(parser.reason()).isEqualTo(HeadScanner.Result.COMPLETE);
    }

    static List<String> wholeHeads() {
        return List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Type: text/html\r\n\r\n",
                "HTTP/1.1 404 Not \u00fcberall \t\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
                "HTTP/1.0 301 \r\nLocation: /x\r\nX-Empty:\r\n\r\n",
                "HTTP/1.1 999\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("wholeHeads")
    void aHeadThatArrivesInTwoPiecesAtAnyByteIsReadAsOne(String head) {
        accepted(head);
        String expected = seen();
        byte[] bytes = (head + "body").getBytes(StandardCharsets.ISO_8859_1);
        for (int split = 0; split < head.length(); split++) {
            ByteBuf in = Unpooled.buffer();
            in.writeBytes(bytes, 0, split);
            assertThat(parser.scan(in)).as("after %s bytes", split).isEqualTo(HeadScanner.Result.INCOMPLETE);
            assertThat(in.readableBytes()).isEqualTo(split);
            in.writeBytes(bytes, split, bytes.length - split);
            assertThat(parser.scan(in)).as("split at %s", split).isEqualTo(HeadScanner.Result.COMPLETE);
            assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("body");
            assertThat(seen()).isEqualTo(expected);
        }
    }

    private String seen() {
        return parser.statusCode() + " " + parser.headers() + " " + parser.framedLength() + " " + parser.headLength()
                + " " + parser.keepAlive();
    }

    static Stream<Arguments> refusedHeads() {
        return Stream.of(
                Arguments.of("both framings", ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
                Arguments.of("two lengths", ok("Content-Length: 5\r\nContent-Length: 6\r\n")),
                Arguments.of("the same length twice", ok("Content-Length: 5\r\nContent-Length: 5\r\n")),
                Arguments.of("a listed length", ok("Content-Length: 5, 5\r\n")),
                Arguments.of("a negative length", ok("Content-Length: -1\r\n")),
                Arguments.of("a length with a sign", ok("Content-Length: +1\r\n")),
                Arguments.of("an empty length", ok("Content-Length:\r\n")),
                Arguments.of("a length of 19 digits", ok("Content-Length: 9999999999999999999\r\n")),
                Arguments.of("another coding", ok("Transfer-Encoding: gzip\r\n")),
                Arguments.of("another coding with a length", ok("Content-Length: 5\r\nTransfer-Encoding: unknown\r\n")),
                Arguments.of("another coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: unknown\r\n\r\n"),
                Arguments.of("nearly chunked", ok("Transfer-Encoding: xchunked\r\n")),
                Arguments.of("nearly chunked, cut short", ok("Transfer-Encoding: CHUNK\r\n")),
                Arguments.of("chunked with a parameter", ok("Transfer-Encoding: chunked;q=1\r\n")),
                Arguments.of("chunked in quotes", ok("Transfer-Encoding: \"chunked\"\r\n")),
                Arguments.of("chunked after a line tabulation", ok("Transfer-Encoding: \u000bchunked\r\n")),
                Arguments.of("chunked before another", ok("Transfer-Encoding: chunked, unknown\r\n")),
                Arguments.of("an unknown one and chunked", ok("Transfer-Encoding: unknown, chunked\r\n")),
                Arguments.of(
                        "an unknown one twice", ok("Transfer-Encoding: unknown\r\nTransfer-Encoding: unknown\r\n")),
                Arguments.of("no coding", ok("Transfer-Encoding:\r\n")),
                Arguments.of("a letter like one", ok("Transfer-Encoding: chun\u00e9\r\n")),
                Arguments.of("two codings", ok("Transfer-Encoding: gzip, chunked\r\n")),
                Arguments.of("a repeated coding", ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
                Arguments.of("a coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                Arguments.of("a blank before the colon", ok("Content-Length : 5\r\n")),
                Arguments.of("a folded field", ok("X: a\r\n b\r\n")),
                Arguments.of("a bare LF in the status line", "HTTP/1.1 200 OK\n\r\n"),
                Arguments.of("a bare LF after a field", ok("X: a\n")),
                Arguments.of("a bare CR in a value", ok("X: a\rb\r\n")),
                Arguments.of("a bare CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n"),
                Arguments.of("a NUL in a value", ok("X: a\0b\r\n")),
                Arguments.of("a NUL in the reason", "HTTP/1.1 200 \0\r\n\r\n"),
                Arguments.of("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
                Arguments.of("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
                Arguments.of("a status below 100", "HTTP/1.1 099 OK\r\n\r\n"),
                Arguments.of("a status that is no number", "HTTP/1.1 2x0 OK\r\n\r\n"),
                Arguments.of("a tab after the status", "HTTP/1.1 200\tOK\r\n\r\n"),
                Arguments.of("two blanks before the status", "HTTP/1.1  200 OK\r\n\r\n"),
                Arguments.of("HTTP/2", "HTTP/2 200\r\n\r\n"),
                Arguments.of("an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n"),
                Arguments.of("another protocol", "SSH-2.0-OpenSSH\r\n"));
    }

    private static String ok(String fields) {
        return "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeads")
    void whatCanBeReadInTwoWaysIsRefusedHoweverItArrives(String what, String head) {
        assertThat(scan(head)).as(what).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.reason()).isNotBlank();
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        for (int n = 0; n <= bytes.length; n++) {
            assertThat(parser.scan(Unpooled.wrappedBuffer(bytes, 0, n)))
                    .as("%s after %s bytes", what, n)
                    .isNotEqualTo(HeadScanner.Result.COMPLETE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  200, 'Content-Length: 7',          7",
        "GET,  200, 'Content-Length: 0',          0",
        "GET,  200, 'Transfer-Encoding: chunked', -1",
        "GET,  200, 'X: 1',                       -2",
        "GET,  200, 'Transfer-Encoding: unknown', -2",
        "GET,  200, 'Transfer-Encoding: identity',-2",
        "HEAD, 200, 'Transfer-Encoding: unknown', 0",
        "GET,  404, 'X: 1',                       -2",
        "HEAD, 200, 'Content-Length: 7',          0",
        "HEAD, 200, 'Transfer-Encoding: chunked', 0",
        "GET,  204, 'X: 1',                       0",
        "GET,  304, 'Content-Length: 7',          0",
        "GET,  103, 'X: 1',                       0",
    })
    void theLengthOfTheBodyFollowsMethodStatusAndFraming(String method, int status, String field, long length) {
        accepted("HTTP/1.1 " + status + " X\r\n" + field + "\r\n\r\n");
        assertThat(parser.statusCode()).isEqualTo(status);
        assertThat(parser.bodyLength(method)).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, 'X: 1',                         true",
        "1.1, 'Connection: close',            false",
        "1.1, 'Connection: a, CLOSE',         false",
        "1.1, 'Connection: keep-alive',       true",
        "1.0, 'X: 1',                         false",
        "1.0, 'Connection: Keep-Alive',       true",
        "1.9, 'X: 1',                         true",
    })
    void theConnectionLivesOnAsVersionAndConnectionSay(String version, String field, boolean lives) {
        accepted("HTTP/" + version + " 200 OK\r\n" + field + "\r\n\r\n");
        assertThat(parser.keepAlive()).isEqualTo(lives);
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() {
        assertThat(scan("HTTP/1.1 200 OK\r\nX: " + "a".repeat(5_000))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(scan("HTTP/1.1 200 " + "a".repeat(5_000))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(scan(ok("X: 1\r\n".repeat(21)))).isEqualTo(HeadScanner.Result.REFUSED);
        accepted(ok("X: 1\r\n".repeat(20)));
    }

    @Test
    void noMutilatedHeadIsTakenWithTwoFramingsOrAControlCharacter() {
        Random random = new Random(7);
        String alphabet = "\r\n\t\0 :;,=chunked0123456789abcXYZ\u007f\u0080\u00ff";
        List<String> seeds = List.of(
                ok("Content-Length: 5\r\nTransfer-Encodin: chunked\r\n"),
                ok("Transfer-Encoding: chunked\r\nX: y\r\n"),
                ok("Content-Length: 12\r\nContent-Length2: 12\r\n"));
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, c);
                    case 1 -> text.setCharAt(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            if (scan(text.toString()) == HeadScanner.Result.COMPLETE) {
                taken++;
                String head = text.substring(0, parser.headLength());
                assertThat(head).doesNotContainPattern("[^\r]\n|\r[^\n]|\r\n[ \t]");
                assertThat(head.chars().filter(c -> (c < 32 && c != '\r' && c != '\n' && c != '\t') || c == 127))
                        .isEmpty();
                boolean length = parser.has(Field.CONTENT_LENGTH);
                boolean coding = parser.has(Field.TRANSFER_ENCODING);
                assertThat(length && coding).as(head).isFalse();
                if (length) {
                    assertThat(parser.joined("content-length")).matches("[0-9]{1,18}");
                }
                if (coding && parser.framedLength() == ResponseParser.CHUNKED) {
                    assertThat(parser.joined("transfer-encoding")).isEqualToIgnoringCase("chunked");
                } else if (coding) {
                    assertThat(parser.framedLength()).isEqualTo(ResponseParser.UNTIL_CLOSE);
                    assertThat(parser.joined("transfer-encoding"))
                            .matches("[-!#$%&'*+.^_`|~0-9A-Za-z]+")
                            .doesNotContainIgnoringCase("chunk");
                }
            }
        }
        assertThat(taken).isBetween(1_000, 19_000);
    }
}
