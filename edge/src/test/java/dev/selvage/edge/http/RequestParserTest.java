package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String HOST = "Host: site.example\r\n";

    private final RequestParser parser = new RequestParser(1_000, 8_000, 50);

    private HeadScanner.Result scan(String text) {
        return parser.scan(buffer(text));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private RequestParser accepted(String text) {
        assertThat(scan(text)).as(parser.reason()).isEqualTo(HeadScanner.Result.COMPLETE);
        return parser;
    }

    /// A GET of `/` with these lines besides `Host`.
    private static String with(String... lines) {
        return "GET / HTTP/1.1\r\n" + HOST + String.join("", lines) + "\r\n";
    }

    static List<String> wholeHeads() {
        return List.of(
                "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n",
                "GET /a/b.css?x=1&y=%20 HTTP/1.1\r\nHost: site.example:8080\r\nAccept: */*\r\n\r\n",
                "POST /form HTTP/1.1\r\nhost:site.example\r\nContent-Length: 17\r\nX-Empty:\r\n\r\n",
                "PUT /up HTTP/1.1\r\nHost: site.example\r\nTransfer-Encoding: Chunked\r\nTrailer: x\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "\r\nHEAD /again HTTP/1.1\r\nHOST: \t site.example \t\r\nCookie: a=b; c=\"d\"\r\n\r\n",
                "GET http://other.example/path?q HTTP/1.1\r\nHost: site.example\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: site.example\r\nX-Latin: caf\u00e9\r\n\r\n",
                "M!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("wholeHeads")
    void aHeadThatArrivesInTwoPiecesAtAnyByteIsReadAsOne(String head) {
        accepted(head);
        String expected = seen();
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        for (int split = 0; split < bytes.length; split++) {
            ByteBuf in = Unpooled.buffer();
            in.writeBytes(bytes, 0, split);
            assertThat(parser.scan(in)).as("after %s bytes", split).isEqualTo(HeadScanner.Result.INCOMPLETE);
            assertThat(in.readableBytes()).as("an incomplete head stays").isEqualTo(split);
            in.writeBytes(bytes, split, bytes.length - split);
            assertThat(parser.scan(in)).as("split at %s", split).isEqualTo(HeadScanner.Result.COMPLETE);
            assertThat(in.readableBytes()).isZero();
            assertThat(seen()).isEqualTo(expected);
        }
    }

    private String seen() {
        return String.join(
                " | ",
                parser.method(),
                parser.target(),
                parser.host(),
                "HTTP/1." + parser.minorVersion(),
                parser.headers().toString(),
                Long.toString(parser.bodyLength()),
                Integer.toString(parser.headLength()),
                Integer.toString(parser.targetStart()),
                Integer.toString(parser.targetLength()),
                Integer.toString(parser.hostStart()),
                Boolean.toString(parser.absolute()),
                Boolean.toString(parser.keepAlive()));
    }

    @ParameterizedTest
    @MethodSource("wholeHeads")
    void onlyTheHeadIsConsumed(String head) {
        ByteBuf in = buffer(head + "GET /next");
        assertThat(parser.scan(in)).isEqualTo(HeadScanner.Result.COMPLETE);
        assertThat(parser.headLength()).isEqualTo(head.length());
        assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("GET /next");
    }

    @Test
    void everyPartOfTheHeadIsFound() {
        accepted(
                "POST /a?b HTTP/1.1\r\nHost: Site.Example:81\r\nX-One: 1\r\nx-one:  2 \t\r\nContent-Length: 007\r\n\r\n");
        assertThat(parser.method()).isEqualTo("POST");
        assertThat(parser.target()).isEqualTo("/a?b");
        assertThat(parser.host()).isEqualTo("Site.Example:81");
        assertThat(parser.minorVersion()).isEqualTo(1);
        assertThat(parser.bodyLength()).isEqualTo(7);
        assertThat(parser.joined("x-one")).isEqualTo("1, 2");
        assertThat(parser.joined("x-two")).isNull();
        assertThat(parser.headers().toString())
                .isEqualTo("host: Site.Example:81\nx-one: 1\nx-one: 2\ncontent-length: 007\n");
        assertThat(parser.has(Field.CONTENT_LENGTH)).isTrue();
        assertThat(parser.has(Field.USER_AGENT)).isFalse();
        assertThat(parser.index(Field.USER_AGENT)).isEqualTo(-1);
        int index = parser.index(Field.CONTENT_LENGTH);
        assertThat(new String(
                        parser.bytes(),
                        parser.valueStart(index),
                        parser.valueLength(index),
                        StandardCharsets.ISO_8859_1))
                .isEqualTo("007");
    }

    @Test
    void whatWasFoundOnceIsForgottenByTheNextHead() {
        accepted("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        accepted("GET / HTTP/1.0\r\n\r\n");
        assertThat(parser.bodyLength()).isZero();
        assertThat(parser.hostLength()).isZero();
        assertThat(parser.has(Field.CONNECTION)).isFalse();
        assertThat(parser.headers().size()).isZero();
    }

    static Stream<Arguments> refusedHeads() {
        return Stream.of(
                // Framing that can be read in two ways.
                refused("conflicting lengths", 400, with("Content-Length: 5\r\n", "Content-Length: 6\r\n")),
                refused("repeated length", 400, with("Content-Length: 5\r\n", "content-length: 5\r\n")),
                refused("listed length", 400, with("Content-Length: 5, 5\r\n")),
                refused("signed length", 400, with("Content-Length: +5\r\n")),
                refused("negative length", 400, with("Content-Length: -5\r\n")),
                refused("hexadecimal length", 400, with("Content-Length: 0x5\r\n")),
                refused("empty length", 400, with("Content-Length:\r\n")),
                refused("length with a blank", 400, with("Content-Length: 5 5\r\n")),
                refused("length in other digits", 400, with("Content-Length: \u00b2\r\n")),
                refused("length of 19 digits", 400, with("Content-Length: 1000000000000000000\r\n")),
                refused("both framings", 400, with("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n")),
                refused("both framings, turned", 400, with("Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n")),
                refused("coding gzip", 501, with("Transfer-Encoding: gzip\r\n")),
                refused("coding gzip, chunked", 501, with("Transfer-Encoding: gzip, chunked\r\n")),
                refused("coding chunked, gzip", 501, with("Transfer-Encoding: chunked, gzip\r\n")),
                refused("coding chunked twice", 501, with("Transfer-Encoding: chunked, chunked\r\n")),
                refused("two codings", 501, with("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n")),
                refused("coding identity", 501, with("Transfer-Encoding: identity\r\n")),
                refused("coding with a parameter", 501, with("Transfer-Encoding: chunked;a=b\r\n")),
                refused("coding in quotes", 501, with("Transfer-Encoding: \"chunked\"\r\n")),
                refused("coding xchunked", 501, with("Transfer-Encoding: xchunked\r\n")),
                refused("empty coding", 501, with("Transfer-Encoding:\r\n")),
                refused(
                        "coding in HTTP/1.0",
                        400,
                        "POST / HTTP/1.0\r\nHost: site.example\r\nTransfer-Encoding: chunked\r\n\r\n"),
                // Line ends and blanks.
                refused("bare LF after the request line", 400, "GET / HTTP/1.1\nHost: site.example\r\n\r\n"),
                refused("bare LF after a field", 400, with("X: 1\n")),
                refused("bare LF at the end", 400, "GET / HTTP/1.1\r\n" + HOST + "\n"),
                refused("bare LF before the request line", 400, "\nGET / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("bare CR before the request line", 400, "\rGET / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("two empty lines first", 400, "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("bare CR in a value", 400, with("X: a\rb\r\n")),
                refused("CR CR LF", 400, with("X: a\r\r\n")),
                refused("bare CR at the end", 400, "GET / HTTP/1.1\r\n" + HOST + "\r\r\n"),
                refused("bare CR in the request line", 400, "GET /\r HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("folded by a blank", 400, with("X: a\r\n b\r\n")),
                refused("folded by a tab", 400, with("X: a\r\n\tb\r\n")),
                refused("folded coding", 400, with("Transfer-Encoding:\r\n chunked\r\n")),
                refused("blank before the first field", 400, "GET / HTTP/1.1\r\n " + HOST + "\r\n"),
                refused("blank before the colon", 400, with("Content-Length : 5\r\n")),
                refused("tab before the colon", 400, with("Transfer-Encoding\t: chunked\r\n")),
                refused("no colon", 400, with("X\r\n")),
                refused("no name", 400, with(": x\r\n")),
                // Characters.
                refused("NUL in a name", 400, with("X\0Y: 1\r\n")),
                refused("control character in a name", 400, with("X\u0001: 1\r\n")),
                refused("quotation mark in a name", 400, with("\"X\": 1\r\n")),
                refused("letter beyond ASCII in a name", 400, with("X\u00e9: 1\r\n")),
                refused("NUL in a value", 400, with("X: a\0b\r\n")),
                refused("control character in a value", 400, with("X: a\u000bb\r\n")),
                refused("DEL in a value", 400, with("X: a\u007fb\r\n")),
                refused("NUL in the target", 400, "GET /\0 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("control character in the target", 400, "GET /\u001b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("tab in the target", 400, "GET /\t HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("DEL in the target", 400, "GET /\u007f HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("letter beyond ASCII in the target", 400, "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("fragment in the target", 400, "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n"),
                // The request line.
                refused("no method", 400, " / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("odd method", 400, "GE(T / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("tab after the method", 400, "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("no target", 400, "GET HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("two blanks", 400, "GET  / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("two blanks before the version", 400, "GET /  HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("blank in the target", 400, "GET /a b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("blank after the version", 400, "GET / HTTP/1.1 \r\n" + HOST + "\r\n"),
                refused("no version", 400, "GET /\r\n" + HOST + "\r\n"),
                refused("HTTP/2.0", 400, "GET / HTTP/2.0\r\n" + HOST + "\r\n"),
                refused("HTTP/1.2", 505, "GET / HTTP/1.2\r\n" + HOST + "\r\n"),
                refused("HTTP/1.10", 400, "GET / HTTP/1.10\r\n" + HOST + "\r\n"),
                refused("http/1.1", 400, "GET / http/1.1\r\n" + HOST + "\r\n"),
                refused("HTTP/1.x", 400, "GET / HTTP/1.x\r\n" + HOST + "\r\n"),
                refused("HTTP/2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                refused("TLS hello", 400, "\u0016\u0003\u0001\u0002\0\u0001"),
                refused("long method", 501, "M".repeat(33) + " / HTTP/1.1\r\n" + HOST + "\r\n"),
                // Targets.
                refused("CONNECT", 501, "CONNECT site.example:443 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("CONNECT of a path", 501, "CONNECT / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("CONNECT of an URL", 501, "CONNECT http://site.example/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("TRACE", 501, "TRACE / HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("relative target", 400, "GET a/b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("asterisk without OPTIONS", 400, "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("more than an asterisk", 400, "OPTIONS ** HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("another scheme", 400, "GET ftp://site.example/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("no host in the URL", 400, "GET http:///x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("nothing after the scheme", 400, "GET http:// HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("query but no host in the URL", 400, "GET http://?x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("user in the URL", 400, "GET http://user@site.example/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("absolute form without Host", 400, "GET http://site.example/ HTTP/1.1\r\n\r\n"),
                // Host.
                refused("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
                refused("two Hosts", 400, "GET / HTTP/1.1\r\n" + HOST + "Host: other.example\r\n\r\n"),
                refused("the same Host twice", 400, "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
                refused("two Hosts in HTTP/1.0", 400, "GET / HTTP/1.0\r\n" + HOST + HOST + "\r\n"),
                refused("Host with a path", 400, "GET / HTTP/1.1\r\nHost: site.example/x\r\n\r\n"),
                refused("Host with a user", 400, "GET / HTTP/1.1\r\nHost: a@site.example\r\n\r\n"),
                refused("Host with a list", 400, "GET / HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n"),
                refused("Host with a blank", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                refused("Host with a percent sign", 400, "GET / HTTP/1.1\r\nHost: a%00\r\n\r\n"),
                refused("Host beyond ASCII", 400, "GET / HTTP/1.1\r\nHost: caf\u00e9.example\r\n\r\n"),
                refused("long Host", 400, "GET / HTTP/1.1\r\nHost: " + "a".repeat(261) + "\r\n\r\n"),
                refused("empty Host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                refused("empty Host in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: \r\n\r\n"),
                refused("port without host", 400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
                refused("port out of range", 400, "GET / HTTP/1.1\r\nHost: site.example:65536\r\n\r\n"),
                refused("Host with a query", 400, "GET / HTTP/1.1\r\nHost: site.example?x\r\n\r\n"),
                refused("Host with a fragment", 400, "GET / HTTP/1.1\r\nHost: site.example#x\r\n\r\n"),
                refused("Host with an empty label", 400, "GET / HTTP/1.1\r\nHost: site..example\r\n\r\n"),
                refused("Host with half an address", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                refused("odd Host beside an URL", 400, "GET http://site.example/ HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                refused("two Hosts beside an URL", 400, "GET http://a/ HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
                refused("port out of range in the URL", 400, "GET http://a:99999/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("odd host in the URL", 400, "GET http://a..b/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("backslash in the URL's host", 400, "GET http://a\\b/ HTTP/1.1\r\n" + HOST + "\r\n"),
                // Paths, see NormalTarget.
                refused("NUL in the path", 400, "GET /a%00.css HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("line break in the path", 400, "GET /a%0d%0a HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("no percent-encoding", 400, "GET /%zz HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("half a percent-encoding", 400, "GET /%2 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("backslash", 400, "GET /a\\b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("above the root", 400, "GET /a/../../b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("above the root in an URL", 400, "GET http://a/.. HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("hidden dots", 400, "GET /a/..%2fb HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("dots with a parameter", 400, "GET /a/..;/b HTTP/1.1\r\n" + HOST + "\r\n"));
    }

    private static Arguments refused(String what, int status, String head) {
        return Arguments.of(what, status, head);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeads")
    void whatCanBeReadInTwoWaysIsRefused(String what, int status, String head) {
        assertThat(scan(head)).as(what).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).as(parser.reason()).isEqualTo(status);
        assertThat(parser.reason()).isNotBlank();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeads")
    void aRefusedHeadIsNeverCompleteHoweverItArrives(String what, int status, String head) {
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        for (int n = 0; n <= bytes.length; n++) {
            HeadScanner.Result result = parser.scan(Unpooled.wrappedBuffer(bytes, 0, n));
            assertThat(result).as("%s after %s bytes", what, n).isNotEqualTo(HeadScanner.Result.COMPLETE);
            if (result == HeadScanner.Result.REFUSED) {
                assertThat(parser.status()).isEqualTo(status);
            }
        }
    }

    @Test
    void aTargetOfTheLongestLengthIsTakenAndOneByteMoreIs414() {
        accepted("GET /" + "a".repeat(999) + " HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(scan("GET /" + "a".repeat(1_000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(414);
    }

    @Test
    void aTargetWithoutEndIs414AsSoonAsItIsTooLong() {
        assertThat(scan("GET /" + "a".repeat(999))).isEqualTo(HeadScanner.Result.INCOMPLETE);
        assertThat(scan("GET /" + "a".repeat(1_000))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(414);
    }

    @Test
    void aMethodWithoutEndIs501AsSoonAsItIsTooLong() {
        assertThat(scan("M".repeat(32))).isEqualTo(HeadScanner.Result.INCOMPLETE);
        accepted("M".repeat(32) + " / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(scan("M".repeat(33))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(501);
    }

    @Test
    void aHeadOfTheLargestSizeIsTakenAndOneByteMoreIs431() {
        String frame = with("X: ", "\r\n");
        String largest = with("X: ", "a".repeat(8_000 - frame.length()), "\r\n");
        assertThat(largest).hasSize(8_000);
        accepted(largest);
        assertThat(scan(with("X: ", "a".repeat(8_001 - frame.length()), "\r\n")))
                .isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(431);
    }

    @Test
    void aHeadWithoutEndIs431AsSoonAsItIsTooLarge() {
        String open = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        assertThat(scan(open + "a".repeat(7_999 - open.length()))).isEqualTo(HeadScanner.Result.INCOMPLETE);
        assertThat(scan(open + "a".repeat(8_000 - open.length()))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(431);
    }

    @Test
    void theGreatestNumberOfFieldsIsTakenAndOneMoreIs431() {
        accepted(with("X: 1\r\n".repeat(49)));
        assertThat(parser.headers().size()).isEqualTo(50);
        assertThat(scan(with("X: 1\r\n".repeat(50)))).isEqualTo(HeadScanner.Result.REFUSED);
        assertThat(parser.status()).isEqualTo(431);
    }

    @ParameterizedTest
    @CsvSource({
        "http://Other.Example/a?b,  Other.Example,      /a?b",
        "HTTP://other.example:81,   other.example:81,   /",
        "https://other.example?q=1, other.example,      /?q=1",
        "http://other.example?,     other.example,      /?",
        "http://other.example/a/../%7e?/../%7e, other.example, /~?/../%7e",
        "hTTps://[::1]:8443/,       [::1]:8443,         /",
    })
    void theAuthorityOfAnAbsoluteTargetReplacesHost(String target, String host, String path) {
        accepted("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.absoluteHttps())
                .isEqualTo(target.toLowerCase(Locale.ROOT).startsWith("https"));
        assertThat(parser.port()).isEqualTo(host.contains(":8443") ? 8443 : host.contains(":81") ? 81 : 0);
        assertThat(parser.absolute()).isTrue();
        assertThat(parser.host()).isEqualTo(host);
        assertThat(parser.target()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/a,                            /a",
        "/a?,                           /a?",
        "/a.css?x=1&y=%20/./%2e,        /a.css?x=1&y=%20/./%2e",
        "/%7Ea/./b/%2e%2E/c%2f?%7E,     /~a/c%2F?%7E",
        "/.,                            /",
        "//a/..,                        //",
    })
    void theTargetIsReadInItsNormalForm(String target, String normal) {
        accepted("GET " + target + " HTTP/1.1\r\n" + HOST + "X: y\r\n\r\n");
        assertThat(parser.target()).isEqualTo(normal);
        assertThat(new String(parser.bytes(), parser.targetStart(), parser.targetLength(), StandardCharsets.ISO_8859_1))
                .isEqualTo(normal);
        assertThat(parser.host()).isEqualTo("site.example");
        assertThat(parser.value(Field.HOST)).isEqualTo("site.example");
        assertThat(parser.joined("x")).isEqualTo("y");
    }

    @Test
    void whateverIsAskedForIsReadInTheFormOfNormalTarget() {
        Random random = new Random(20_261_123);
        String pieces = "/...%%22eEfF57cC4a?;\\~=+";
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int n = random.nextInt(14); n > 0; n--) {
                target.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            boolean absolute = random.nextInt(4) == 0;
            HeadScanner.Result result =
                    scan("GET " + (absolute ? "http://site.example" : "") + target + " HTTP/1.1\r\n" + HOST + "\r\n");
            Optional<String> normal = NormalTarget.of(target.toString());
            assertThat(result == HeadScanner.Result.COMPLETE)
                    .as(target.toString())
                    .isEqualTo(normal.isPresent());
            if (normal.isPresent()) {
                read++;
                assertThat(parser.target()).as(target.toString()).isEqualTo(normal.get());
            }
        }
        assertThat(read).isBetween(5_000, 45_000);
    }

    @Test
    void theServerItselfIsAskedForItsOptionsByAnUrlWithoutPath() {
        accepted("OPTIONS http://other.example:80 HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.target()).isEqualTo("*");
        assertThat(parser.host()).isEqualTo("other.example:80");
        accepted("OPTIONS http://other.example/ HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.target()).isEqualTo("/");
        accepted("OPTIONS http://other.example?x HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.target()).isEqualTo("/?x");
    }

    @Test
    void anAsteriskIsTheTargetOfOptions() {
        accepted("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.target()).isEqualTo("*");
        assertThat(parser.absolute()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "get", "X-1"})
    void aMethodIsTakenAsItWasSent(String method) {
        accepted(method + " / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(parser.method()).isEqualTo(method);
    }

    @Test
    void anOldRequestNeedsNoHost() {
        accepted("GET / HTTP/1.0\r\n\r\n");
        assertThat(parser.minorVersion()).isZero();
        assertThat(parser.host()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, '',                        true",
        "1.1, 'close',                   false",
        "1.1, 'CLOSE',                   false",
        "1.1, 'keep-alive, close',       false",
        "1.1, 'upgrade ,\tClose , x',    false",
        "1.1, 'closed',                  true",
        "1.1, 'keep-alive',              true",
        "1.0, '',                        false",
        "1.0, 'keep-alive',              true",
        "1.0, 'Keep-Alive, x',           true",
        "1.0, 'keep-alive, close',       false",
        "1.0, 'close',                   false",
    })
    void theConnectionLivesOnAsVersionAndConnectionSay(String version, String connection, boolean lives) {
        String field = connection.isEmpty() ? "" : "Connection: " + connection + "\r\n";
        accepted("GET / HTTP/" + version + "\r\n" + HOST + field + "\r\n");
        assertThat(parser.keepAlive()).isEqualTo(lives);
    }

    @Test
    void aSecondConnectionFieldCountsToo() {
        accepted(with("Connection: keep-alive\r\n", "Connection: close\r\n"));
        assertThat(parser.keepAlive()).isFalse();
        assertThat(parser.lists(Field.CONNECTION, "close")).isTrue();
        assertThat(parser.lists(Field.CONNECTION, "keep-alive")).isTrue();
        assertThat(parser.lists(Field.CONNECTION, "keep")).isFalse();
        assertThat(parser.lists(Field.UPGRADE, "close")).isFalse();
    }

    @Test
    void anUpgradeNeedsBothFieldsAndTheNewerVersion() {
        assertThat(accepted(with("Upgrade: websocket\r\n", "Connection: keep-alive, Upgrade\r\n"))
                        .upgrade())
                .isEqualTo("websocket");
        assertThat(accepted(with("Upgrade: websocket\r\n")).upgrade()).isNull();
        assertThat(accepted(with("Connection: Upgrade\r\n")).upgrade()).isNull();
        assertThat(accepted("GET / HTTP/1.0\r\n" + HOST + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                        .upgrade())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WebSocket", "other, websocket", "websocket, h2c"})
    void ofTheProtocolsOfferedOnlyTheWebSocketCounts(String offered) {
        assertThat(accepted(with("Upgrade: " + offered + "\r\n", "Connection: Upgrade\r\n"))
                        .upgrade())
                .isEqualTo("websocket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nUpgrade: h2c\r\n",
                "GET / HTTP/1.1\r\nUpgrade: TLS/1.0\r\n",
                "GET / HTTP/1.1\r\nUpgrade: xwebsocket\r\n",
                "GET / HTTP/1.1\r\nUpgrade: websocket/1\r\n",
                "POST / HTTP/1.1\r\nUpgrade: websocket\r\n",
                "GET / HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 5\r\n",
                "GET / HTTP/1.1\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n"
            })
    void anythingElseIsNoUpgrade(String head) {
        assertThat(accepted(head + HOST + "Connection: Upgrade\r\n\r\n").upgrade())
                .isNull();
    }

    @Test
    void fieldsAreJoinedInTheirOrder() {
        accepted(with("Accept: a\r\n", "X: 1\r\n", "ACCEPT: b\r\n", "accept:\r\n"));
        assertThat(parser.joined("accept")).isEqualTo("a, b, ");
        assertThat(parser.value(Field.HOST)).isEqualTo("site.example");
        assertThat(parser.value(Field.RANGE)).isNull();
    }

    // ---- fuzzing against an independent reading of RFC 9112

    private static final Pattern REQUEST_LINE =
            Pattern.compile("([!#$%&'*+\\-.^_`|~0-9A-Za-z]{1,32}) ([!-\"$-~]+) HTTP/1\\.([01])");
    private static final Pattern FIELD_LINE =
            Pattern.compile("([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern AUTHORITY = Pattern.compile(
            "((?=.{1,254}(:|$))([0-9A-Za-z_-]{1,63}\\.)*[0-9A-Za-z_-]{1,63}\\.?|\\[[0-9A-Fa-f:.]{2,45}\\])(:0*([1-9][0-9]*)?)?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]+)([/?].*)?");

    private static boolean authority(String text) {
        var authority = AUTHORITY.matcher(text);
        int colon = text.lastIndexOf(':');
        String port = colon < 0 || text.endsWith("]") ? "" : text.substring(colon + 1);
        return authority.matches()
                && (!text.startsWith("[") || address(text.substring(0, text.indexOf(']') + 1)))
                && port.length() <= 5
                && (port.isEmpty() || (Integer.parseInt(port) > 0 && Integer.parseInt(port) < 65_536));
    }

    /// True for an IPv6 address in brackets.
    private static boolean address(String text) {
        try {
            return InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException none) {
            return false;
        }
    }

    private static boolean path(@Nullable String target) {
        return target == null
                || target.startsWith("?")
                || NormalTarget.of(target).isPresent();
    }

    /// The body's length when `text` starts with a head that has one reading, -1 for chunked; else empty.
    private static OptionalLong oracle(String text) {
        String head = text.startsWith("\r\n") ? text.substring(2) : text;
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return OptionalLong.empty();
        }
        String[] lines = head.substring(0, end).split("\r\n", -1);
        var request = REQUEST_LINE.matcher(lines[0]);
        if (!request.matches()) {
            return OptionalLong.empty();
        }
        boolean old = request.group(3).equals("0");
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            var field = FIELD_LINE.matcher(line);
            if (!field.matches()) {
                return OptionalLong.empty();
            }
            String value = field.group(2).replaceAll("^[ \t]+|[ \t]+$", "");
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "content-length" -> lengths.add(value);
                case "transfer-encoding" -> codings.add(value);
                case "host" -> hosts.add(value);
                default -> {
                    // Says nothing about framing or routing.
                }
            }
        }
        String target = request.group(2);
        var absolute = ABSOLUTE.matcher(target);
        boolean targetGood = (target.startsWith("/") && NormalTarget.of(target).isPresent())
                || (target.equals("*") && request.group(1).equals("OPTIONS"))
                || (absolute.matches() && authority(absolute.group(1)) && path(absolute.group(2)));
        boolean hostGood;
        if (hosts.size() == 1) {
            hostGood = authority(hosts.getFirst());
        } else {
            hostGood = hosts.isEmpty() && old;
        }
        if (!targetGood || !hostGood || List.of("CONNECT", "TRACE").contains(request.group(1))) {
            return OptionalLong.empty();
        }
        if (!codings.isEmpty()) {
            boolean single = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
            return single && lengths.isEmpty() && !old ? OptionalLong.of(-1) : OptionalLong.empty();
        }
        if (lengths.isEmpty()) {
            return OptionalLong.of(0);
        }
        return lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(lengths.getFirst()))
                : OptionalLong.empty();
    }

    @Test
    void whateverIsSentOnlyAHeadWithOneReadingIsTaken() {
        Random random = new Random(20_260_801);
        List<String> seeds = new ArrayList<>(wholeHeads());
        seeds.add(with("Content-Length: 5\r\n", "Connection: close\r\n"));
        seeds.add(with("Transfer-Encoding: chunked\r\n", "Accept: a, b\r\n"));
        int taken = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder head = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int n = random.nextInt(4); n >= 0; n--) {
                mutate(head, random);
            }
            String text = head.toString();
            OptionalLong expected = oracle(text);
            ByteBuf in = buffer(text);
            HeadScanner.Result result = parser.scan(in);
            if (expected.isPresent()) {
                assertThat(result).as("%s: %s", parser.reason(), text).isEqualTo(HeadScanner.Result.COMPLETE);
                assertThat(parser.bodyLength()).as(text).isEqualTo(expected.getAsLong());
                assertThat(in.readerIndex())
                        .as(text)
                        .isEqualTo(text.indexOf("\r\n\r\n", text.startsWith("\r\n") ? 2 : 0) + 4);
                taken++;
            } else {
                assertThat(result).as(text).isNotEqualTo(HeadScanner.Result.COMPLETE);
                assertThat(in.readerIndex()).isZero();
            }
        }
        assertThat(taken).as("both outcomes were tried").isBetween(2_000, 48_000);
    }

    private static final List<String> PIECES = List.of(
            "Content-Length: 5\r\n",
            "Content-Length: 6\r\n",
            "content-length:5,5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer_Encoding: chunked\r\n",
            " folded\r\n",
            "\tfolded\r\n",
            "Host: b\r\n",
            "Host:\r\n",
            "X:\n",
            "\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            ": ",
            "\u000b",
            "\u0085",
            "\u00a0",
            "http://x",
            "CONNECT",
            "HTTP/1.0");

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(6)) {
            case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 1 -> text.insert(lineStart(text, at), PIECES.get(random.nextInt(PIECES.size())));
            case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
            case 3 -> text.insert(at, (char) random.nextInt(256));
            case 4 -> {
                if (at < text.length()) {
                    text.setCharAt(at, (char) random.nextInt(256));
                }
            }
            default -> {
                int from = lineStart(text, at);
                int to = text.indexOf("\r\n", from);
                if (to >= 0) {
                    text.insert(lineStart(text, random.nextInt(text.length())), text.substring(from, to + 2));
                }
            }
        }
        if (text.isEmpty()) {
            text.append("GET");
        }
    }

    private static int lineStart(StringBuilder text, int at) {
        return text.lastIndexOf("\n", Math.max(0, at - 1)) + 1;
    }
}
