package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {
    /// What came out of a coded text.
    ///
    /// @param end how the decoder stood when the text was used up
    /// @param rest bytes behind the end of the coding
    private record Decoded(ChunkedDecoder.Step end, String body, String trailers, String reason, int rest) {}

    /// Decodes `coded`, which arrives in pieces that end at `cuts`.
    private static Decoded decode(String coded, int... cuts) {
        byte[] bytes = coded.getBytes(StandardCharsets.ISO_8859_1);
        ChunkedDecoder decoder = new ChunkedDecoder();
        StringBuilder body = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        int from = 0;
        ChunkedDecoder.Step step = ChunkedDecoder.Step.NEED_MORE;
        for (int piece = 0; piece <= cuts.length; piece++) {
            int to = piece < cuts.length ? cuts[piece] : bytes.length;
            in.writeBytes(bytes, from, to - from);
            from = to;
            step = drain(decoder, in, body);
            if (step == ChunkedDecoder.Step.BROKEN) {
                break;
            }
        }
        int rest = in.readableBytes() + bytes.length - from;
        if (step == ChunkedDecoder.Step.END) {
            assertThat(decoder.overhead()).isEqualTo(bytes.length - rest - body.length());
        }
        return new Decoded(step, body.toString(), decoder.trailers().toString(), decoder.reason(), rest);
    }

    private static ChunkedDecoder.Step drain(ChunkedDecoder decoder, ByteBuf in, StringBuilder body) {
        while (true) {
            ChunkedDecoder.Step step = decoder.step(in);
            if (step != ChunkedDecoder.Step.DATA) {
                return step;
            }
            int n = (int) Math.min(decoder.dataLength(), in.readableBytes());
            assertThat(n).isPositive();
            body.append(in.readCharSequence(n, StandardCharsets.ISO_8859_1));
            decoder.took(n);
        }
    }

    static List<String> wholeBodies() {
        return List.of(
                "0\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\n",
                "1\r\na\r\n0000002\r\nbc\r\nA\r\n0123456789\r\n0\r\n\r\n",
                "3;name=value;quoted=\"x\"\r\n\r\n\0\r\n00;last\r\n\r\n",
                "2\r\nab\r\n0\r\nX-Sum: 12\r\nx-two:  b \r\nX-Empty:\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("wholeBodies")
    void aBodyThatArrivesInPiecesIsReadAsOne(String coded) {
        Decoded expected = decode(coded);
        assertThat(expected.end()).isEqualTo(ChunkedDecoder.Step.END);
        for (int first = 0; first <= coded.length(); first++) {
            for (int second = first; second <= coded.length(); second++) {
                assertThat(decode(coded, first, second)).isEqualTo(expected);
            }
        }
        int[] everywhere = new int[coded.length()];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i;
        }
        assertThat(decode(coded, everywhere)).isEqualTo(expected);
    }

    @Test
    void extensionsAreReadByTheirGrammarAndIgnored() {
        assertThat(decode("3 ;\tname = value; q=\"a;\\\" b\";x\r\nabc\r\n0 ; last\r\n\r\n")
                        .body())
                .isEqualTo("abc");
    }

    @Test
    void theBodyIsWhatTheChunksHold() {
        assertThat(decode("1\r\na\r\n0000002\r\nbc\r\nA\r\n0123456789\r\n0\r\n\r\n")
                        .body())
                .isEqualTo("abc0123456789");
        assertThat(decode("c\r\n123456789abc\r\nC\r\n123456789abc\r\n0\r\n\r\n").body())
                .hasSize(24);
    }

    @Test
    void whatFollowsTheEndIsLeftAlone() {
        Decoded decoded = decode("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
        assertThat(decoded.end()).isEqualTo(ChunkedDecoder.Step.END);
        assertThat(decoded.rest()).isEqualTo("GET / HTTP/1.1\r\n".length());
    }

    @Test
    void aBodyWithoutItsEndIsNotOver() {
        String coded = "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n";
        for (int n = 0; n < coded.length(); n++) {
            assertThat(decode(coded.substring(0, n)).end()).as("%s bytes", n).isEqualTo(ChunkedDecoder.Step.NEED_MORE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "\n",
                "g\r\n",
                "-1\r\n",
                "+1\r\na\r\n",
                " 1\r\na\r\n",
                "1 \r\na\r\n",
                "0x1\r\na\r\n",
                ";x\r\n",
                "\u00b2\r\n",
                "\u0661\r\n",
                "1\na\r\n",
                "1\r",
                "1\ra",
                "1\r\r\n",
                "1;x\n",
                "1 x\r\na\r\n",
                "1;\r\na\r\n",
                "1;=x\r\na\r\n",
                "1;x=\r\na\r\n",
                "1;x=y=z\r\na\r\n",
                "1;x y\r\na\r\n",
                "1;x \r\na\r\n",
                "1;x=y \r\na\r\n",
                "1;x=\"y\r\na\r\n",
                "1;x=\"y\"z\r\na\r\n",
                "1;x=\"\\\r\na\r\n",
                "1;x\ra",
                "1;\0\r\n",
                "1;\u007f\r\n",
                "1\r\nab\r\n",
                "1\r\na\n",
                "1\r\na\ra",
                "1\r\na0\r\n\r\n",
                "2\r\na\r\n0\r\n\r\n",
                "0\r\n\n",
                "0\r\n\ra",
                "0\r\nX: a\n\r\n",
                "0\r\nX: a\rb\r\n\r\n",
                "0\r\nX: \0\r\n\r\n",
                "0\r\nX : a\r\n\r\n",
                "0\r\nno colon\r\n\r\n",
                "0\r\n: x\r\n\r\n",
                "0\r\nX: a\r\n folded\r\n\r\n",
                "0\r\nX\u00e9: a\r\n\r\n",
                "0000000000000001\r\na\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n"
            })
    void aBrokenCodingIsSaidToBeBroken(String coded) {
        Decoded decoded = decode(coded.equals("1\r") ? "1\r\u0000" : coded);
        assertThat(decoded.end()).isEqualTo(ChunkedDecoder.Step.BROKEN);
        assertThat(decoded.reason()).isNotBlank();
    }

    @Test
    void theLargestSizeHasFifteenDigits() {
        ChunkedDecoder decoder = new ChunkedDecoder();
        ByteBuf in = Unpooled.copiedBuffer("fffffffffffffff\r\na", StandardCharsets.ISO_8859_1);
        assertThat(decoder.step(in)).isEqualTo(ChunkedDecoder.Step.DATA);
        assertThat(decoder.dataLength()).isEqualTo((1L << 60) - 1);
    }

    @Test
    void extensionsAreBoundedOverTheWholeBody() {
        assertThat(decode("1;" + "x".repeat(1_024) + "\r\na\r\n0\r\n\r\n").end())
                .isEqualTo(ChunkedDecoder.Step.END);
        assertThat(decode("1;" + "x".repeat(1_025) + "\r\na\r\n0\r\n\r\n").end())
                .isEqualTo(ChunkedDecoder.Step.BROKEN);
        assertThat(decode(("1;" + "x".repeat(100) + "\r\na\r\n").repeat(11) + "0\r\n\r\n")
                        .end())
                .isEqualTo(ChunkedDecoder.Step.BROKEN);
    }

    @Test
    void trailersAreBounded() {
        assertThat(decode("0\r\nX: " + "a".repeat(8_189) + "\r\n\r\n").end()).isEqualTo(ChunkedDecoder.Step.END);
        assertThat(decode("0\r\nX: " + "a".repeat(8_190) + "\r\n\r\n").end()).isEqualTo(ChunkedDecoder.Step.BROKEN);
        assertThat(decode("0\r\nX: " + "a".repeat(9_000)).end()).isEqualTo(ChunkedDecoder.Step.BROKEN);
        assertThat(decode("0\r\n" + "X: 1\r\n".repeat(1_000) + "\r\n")
                        .trailers()
                        .lines())
                .hasSize(32);
    }

    @Test
    void trailersArePassedOnInLowerCaseAndTrimmed() {
        assertThat(decode("0\r\nX-Sum: 12\r\nserver-timing:\ta;dur=1 \r\n\r\n").trailers())
                .isEqualTo("x-sum: 12\nserver-timing: a;dur=1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5",
                "Transfer-Encoding: chunked",
                "HOST: other",
                "Authorization: x",
                "Set-Cookie: a=b",
                "Content-Type: text/html",
                "Content-Encoding: gzip",
                "Content-Range: bytes 0-1/2",
                "Cache-Control: max-age=9",
                "Expires: 0",
                "Age: 1",
                "Vary: x",
                "TE: trailers",
                "Trailer: x",
                "Connection: close",
                "Upgrade: x",
                "Keep-Alive: timeout=5",
                "Proxy-Authorization: x",
                "Cookie: a=b",
                "CF-Connecting-IP: 1.2.3.4",
                "True-Client-IP: 1.2.3.4",
                "X-Forwarded-For: 1.2.3.4",
                "X-Forwarded-Proto: https",
                "CF-Visitor: {}",
                "CF-IPCountry: T1",
                "CF-Ray: 1",
                "CDN-Loop: x",
                "Content_Length: 5",
                "Transfer_Encoding: chunked",
                "X_Forwarded.For: 1.2.3.4",
                "Expect: 100-continue",
                "Range: bytes=0-1",
                "If-None-Match: x",
                "Max-Forwards: 0",
                "Location: /",
                "Pragma: x",
                "Date: x",
                "WWW-Authenticate: x"
            })
    void aTrailerThatWouldChangeFramingRoutingOrIdentityIsDropped(String trailer) {
        Decoded decoded = decode("0\r\n" + trailer + "\r\nX-Kept: 1\r\n\r\n");
        assertThat(decoded.end()).isEqualTo(ChunkedDecoder.Step.END);
        assertThat(decoded.trailers()).isEqualTo("x-kept: 1\n");
    }

    // ---- fuzzing against an independent reading of RFC 9112 section 7.1

    private static Optional<String> oracle(String coded) {
        return ReferenceChunks.read(coded.getBytes(StandardCharsets.ISO_8859_1))
                .map(read -> new String(read.body(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void whateverIsSentOnlyAWholeCodingIsTakenForOne() {
        Random random = new Random(42);
        String alphabet = "\r\n\t\0 :;,=0123456789abcdefABCDEFgx\u007f\u0080\u00ff";
        List<String> seeds = wholeBodies();
        int taken = 0;
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(4)) {
                    case 0 -> text.insert(at, c);
                    case 1 -> text.setCharAt(at, c);
                    case 2 -> text.insert(at, "\r\n");
                    default -> text.deleteCharAt(at);
                }
            }
            String coded = text.toString();
            Decoded decoded = decode(coded, random.nextInt(coded.length() + 1));
            Optional<String> expected = oracle(coded);
            if (expected.isPresent()) {
                assertThat(decoded.end()).as(coded).isEqualTo(ChunkedDecoder.Step.END);
                assertThat(decoded.body()).isEqualTo(expected.get());
                taken++;
            } else {
                assertThat(decoded.end()).as(coded).isNotEqualTo(ChunkedDecoder.Step.END);
            }
        }
        assertThat(taken).as("both outcomes were tried").isBetween(1_000, 29_000);
    }

    @Test
    void anyCutOfARandomBodyGivesTheSameBytes() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            StringBuilder coded = new StringBuilder();
            StringBuilder body = new StringBuilder();
            for (int chunks = random.nextInt(6); chunks > 0; chunks--) {
                int size = 1 + random.nextInt(random.nextBoolean() ? 5 : 500);
                coded.append(Integer.toHexString(size)).append("\r\n");
                for (int i = 0; i < size; i++) {
                    char c = (char) random.nextInt(256);
                    coded.append(c);
                    body.append(c);
                }
                coded.append("\r\n");
            }
            coded.append("0\r\n\r\n");
            int[] cuts = random.ints(random.nextInt(20), 0, coded.length() + 1)
                    .sorted()
                    .toArray();
            Decoded decoded = decode(coded.toString(), cuts);
            assertThat(decoded.end()).isEqualTo(ChunkedDecoder.Step.END);
            assertThat(decoded.body()).isEqualTo(body.toString());
            assertThat(decoded.rest()).isZero();
        }
    }
}
