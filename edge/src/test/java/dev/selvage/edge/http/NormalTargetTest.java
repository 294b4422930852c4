package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalTargetTest {
    @ParameterizedTest
    @CsvSource({
        // RFC 3986 section 6.2.2.1: the case of percent-encodings.
        "/%c3%a9,                   /%C3%A9",
        "/%C3%a9,                   /%C3%A9",
        "/a%2fb,                    /a%2Fb",
        // Section 6.2.2.2: unreserved characters are not encoded.
        "/%61%5A%30%39,             /aZ09",
        "/%2d%2E%5f%7E,             /-._~",
        "/%7euser,                  /~user",
        "/a%2ecss,                  /a.css",
        // Section 6.2.2.3: dot segments.
        "/.,                        /",
        "/./,                       /",
        "/a/.,                      /a/",
        "/a/..,                     /",
        "/a/../,                    /",
        "/a/./b,                    /a/b",
        "/a/../b,                   /b",
        "/a/b/../../c,              /c",
        "/a/b/../..,                /",
        "/a/%2e%2E/b,               /b",
        "/a/.%2e/b,                 /b",
        "/a/%2e/b,                  /a/b",
        "/account/%2e%2e/static/x.css, /static/x.css",
        "/static/../account,        /account",
        "/mid/content=5/../6,       /mid/6",
        "/a/b/c/./../../g,          /a/g",
        "/...,                      /...",
        "/..a/.b/c./d..,            /..a/.b/c./d..",
        "/.well-known/x,            /.well-known/x",
        // Empty segments are segments.
        "//,                        //",
        "//a//b//,                  //a//b//",
        "/a//../b,                  /a/b",
        "//..,                      /",
        "/.//a,                     //a",
        "/a/..//b,                  //b",
        // Delimiters and what is not unreserved stay as they are.
        "/a%2Fb,                    /a%2Fb",
        "/a%5cb,                    /a%5Cb",
        "/a%3Bb,                    /a%3Bb",
        "/a;b=c,                    /a;b=c",
        "/a%3fb,                    /a%3Fb",
        "/a%23b,                    /a%23b",
        "/a%25b,                    /a%25b",
        "/a%252fb,                  /a%252fb",
        "/a%252e%252e/b,            /a%252e%252e/b",
        "/%25%32%65,                /%252e",
        "/a%20b,                    /a%20b",
        "/a+b,                      /a+b",
        "/a%2bb,                    /a%2Bb",
        "/%28x%29,                  /%28x%29",
        "/(x)!$&'*=:@,              /(x)!$&'*=:@",
        "/<>^`{|}\",                /<>^`{|}\"",
        "/A/a,                      /A/a",
        // Bytes that are no UTF-8, overlong ones too, are data.
        "/%e9,                      /%E9",
        "/%c0%ae%c0%ae/a,           /%C0%AE%C0%AE/a",
        "/%80/%ff,                  /%80/%FF",
        // The query is nobody's but the origin's.
        "/?,                        /?",
        "/a?,                       /a?",
        "/a?b=%2e%2E/../%zz%00\\#,  /a?b=%2e%2E/../%zz%00\\#",
        "/a/..?/../x,               /?/../x",
        "/a/.?x,                    /a/?x",
        "/a%3f?%3f,                 /a%3F?%3f",
        "/a/%2e%2e?%2e%2e,          /?%2e%2e",
    })
    void aTargetHasOneForm(String target, String normal) {
        // A `#` cannot be asked for, but in a table it cannot hurt: the scanner refuses it.
        String expected = normal.replace("#", "");
        assertThat(NormalTarget.of(target.replace("#", ""))).contains(expected);
        assertThat(NormalTarget.of(expected)).as("once is enough").contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // No encodings.
                "/%",
                "/%2",
                "/%2?1",
                "/%zz",
                "/%g0",
                "/%0g",
                "/%%41",
                "/%u0041",
                "/100%",
                "/a%/b",
                "/% 1",
                // Control characters.
                "/%00",
                "/account%00.css",
                "/account%0a.css",
                "/account%0D%0ax.css",
                "/%1f",
                "/%09",
                "/%7f",
                "/%7F/..",
                // Backslashes.
                "/a\\b",
                "/a/..\\b",
                "/a\\..\\b",
                // Above the root.
                "/..",
                "/../",
                "/../a",
                "/./../a",
                "/a/../..",
                "/a/../../b",
                "/%2e%2e/a",
                "/a/..//../../b",
                // Dot segments that only some see.
                "/account%2f..%2fx.css",
                "/account/..%2fx.css",
                "/account%2F../x.css",
                "/account/..%5cx.css",
                "/account%5c..%5cx.css",
                "/account%5C..",
                "/account/%2e%2e%2fx.css",
                "/account/.%2Fx",
                "/account%2F.",
                "/static/..;/account",
                "/static/..;a=b/account",
                "/static/.;/account",
                "/static/..%3b/account",
                "/static/..%3Fx",
                "/static/..%23",
                "/a%2F..;b/c",
                "/a/..%2F/../b",
                // Nothing that a target begins with.
                "",
                "a",
                "*",
                "?x",
                "http://site.example/",
                // Nothing that may stand in a target.
                "/a b",
                "/a#b",
                "/a\tb",
                "/a\nb",
                "/\u007f",
                "/\u00e9",
                "/\u012f",
                "/\u2025"
            })
    void whatCouldBeReadInTwoWaysHasNone(String target) {
        assertThat(NormalTarget.of(target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a..%2Fb", "/a%2F.b", "/...%2Fx", "/a%2Fb/..", "/.a;x", "/a;..", "/a%3F..", "/;../a", "/%2F"})
    void dotsWithinNamesAreNoSegments(String target) {
        assertThat(NormalTarget.of(target)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "/a.css,                css",
        "/a.b.Css?x.html,       Css",
        "/.css,                 css",
        "/d.d/a.js,             js",
        "/%20a%C3%A9(1)@2x.png, png",
        "/%E2%82%AC.png,        png",
        "/%F0%9F%98%80.png,     png",
        "/a!$&*+=:~.png,        png",
        "/%28%29%2C%40%26.png,  png",
        "/a.,                   ''",
    })
    void aPathHasTheExtensionThatEverybodySees(String target, String extension) {
        byte[] bytes = ("http://x" + target).getBytes(StandardCharsets.US_ASCII);
        int start = NormalTarget.extension(bytes, 8, bytes.length - 8);
        assertThat(start).isPositive();
        assertThat(new String(
                        bytes,
                        start,
                        NormalTarget.pathEnd(bytes, 8, bytes.length - 8) - start,
                        StandardCharsets.US_ASCII))
                .isEqualTo(extension);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/css",
                "/a.css/",
                "/a.d/b",
                "/?a.css",
                "*",
                "/account;x.css",
                "/account;/x.css",
                "/a;v=1/x.css",
                "/account%3Bx.css",
                "/account%3Fx.css",
                "/account%23.css",
                "/account%2Fx.css",
                "/account%5Cx.css",
                "/account%253Fx.css",
                "/account%25.css",
                "/account%FF.css",
                "/account%C0%AF.css",
                "/account%C1%BF.css",
                "/account%E0%80%AF.css",
                "/account%ED%A0%80.css",
                "/account%F0%80%80%AF.css",
                "/account%F4%90%80%80.css",
                "/account%F5%80%80%80.css",
                "/account%80.css",
                "/account%C3.css",
                "/account%C3/x.css",
                "/account%E2%82.css",
                "/account%E2%82%41.css",
                "/a.css%C3"
            })
    void aPathThatSomeReadOtherwiseHasNoExtension(String target) {
        byte[] bytes = target.getBytes(StandardCharsets.US_ASCII);
        assertThat(NormalTarget.extension(bytes, 0, bytes.length)).isNegative();
    }

    // ---- against a plain reading of RFC 3986

    private static final List<String> PIECES = List.of(
            "/", "/", "/", "a", "B", "~", ".", "..", "/.", "/..", "/../", "%2e", "%2E", "%2E%2e", "%41", "%7e", "%7E",
            "%2f", "%2F", "%5c", "%5C", "%3b", ";", "%3F", "%23", "%25", "%c3%a9", "%C3%A9", "%ff", "%20", "+", "//",
            "css", ".css");
    private static final List<String> RARE = List.of("%00", "%1F", "%7f", "%", "%z", "%2", "\\", "?", "?a/../%2e");

    private static String random(Random random) {
        StringBuilder target = new StringBuilder("/");
        for (int n = random.nextInt(12); n > 0; n--) {
            List<String> from = random.nextInt(25) == 0 ? RARE : PIECES;
            target.append(from.get(random.nextInt(from.size())));
        }
        return target.toString();
    }

    /// What a target means: its segments as atoms, and the query; empty where it has to be refused.
    ///
    /// An atom is a character, or an encoding that may not be decoded.
    private record Meaning(List<String> segments, String query) {}

    private static Optional<Meaning> meaning(String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        List<String> segments = new ArrayList<>();
        for (String raw : path.substring(1).split("/", -1)) {
            StringBuilder segment = new StringBuilder();
            for (int i = 0; i < raw.length(); i++) {
                if (raw.charAt(i) == '\\') {
                    return Optional.empty();
                }
                if (raw.charAt(i) != '%') {
                    segment.append(raw.charAt(i));
                    continue;
                }
                String hex = raw.substring(i + 1, Math.min(raw.length(), i + 3));
                if (!hex.matches("[0-9A-Fa-f]{2}")) {
                    return Optional.empty();
                }
                char c = (char) Integer.parseInt(hex, 16);
                if (Character.isISOControl(c) && c < 0x80) {
                    return Optional.empty();
                }
                segment.append(
                        String.valueOf(c).matches("[A-Za-z0-9._~-]")
                                ? String.valueOf(c)
                                : "%" + hex.toUpperCase(Locale.ROOT));
                i += 2;
            }
            String text = segment.toString();
            for (String piece : text.split("%2F|%5C", -1)) {
                String name = piece.split(";|%3B|%3F|%23", -1)[0];
                if ((name.equals(".") || name.equals("..")) && !name.equals(text)) {
                    return Optional.empty();
                }
            }
            segments.add(text);
        }
        Deque<String> kept = new ArrayDeque<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (segment.equals("..")) {
                if (kept.isEmpty()) {
                    return Optional.empty();
                }
                kept.removeLast();
            } else if (!segment.equals(".")) {
                kept.addLast(segment);
            }
            if (last && (segment.equals(".") || segment.equals(".."))) {
                kept.addLast("");
            }
        }
        return Optional.of(new Meaning(List.copyOf(kept), question < 0 ? "" : target.substring(question)));
    }

    @Test
    void theNormalFormMeansTheSameAndIsTheOnlyOne() {
        Random random = new Random(3_986);
        int normal = 0;
        for (int i = 0; i < 30_000; i++) {
            String target = random(random);
            Optional<Meaning> meaning = meaning(target);
            Optional<String> form = NormalTarget.of(target);
            assertThat(form.isPresent()).as(target).isEqualTo(meaning.isPresent());
            if (meaning.isPresent()) {
                normal++;
                String text = form.orElseThrow();
                assertThat(text)
                        .as(target)
                        .isEqualTo("/" + String.join("/", meaning.get().segments())
                                + meaning.get().query());
                assertThat(meaning(text)).as(target).isEqualTo(meaning);
                assertThat(NormalTarget.of(text))
                        .as("normal already: %s", target)
                        .contains(text);
                assertThat(text.length()).as(target).isLessThanOrEqualTo(target.length());
            }
        }
        assertThat(normal).isBetween(6_000, 24_000);
    }

    @Test
    void everySpellingOfATargetHasTheSameForm() {
        Random random = new Random(6_222);
        int tried = 0;
        for (int i = 0; i < 15_000; i++) {
            String target = random(random);
            Optional<String> form = NormalTarget.of(target);
            if (form.isEmpty()) {
                continue;
            }
            tried++;
            assertThat(NormalTarget.of(respelled(form.get(), random)))
                    .as(target)
                    .isEqualTo(form);
        }
        assertThat(tried).isGreaterThan(3_000);
    }

    /// Another spelling of a normal target: encodings in lower case, letters encoded, detours taken.
    static String respelled(String normal, Random random) {
        int question = normal.indexOf('?');
        int end = question < 0 ? normal.length() : question;
        StringBuilder other = new StringBuilder();
        for (int i = 0; i < end; i++) {
            char c = normal.charAt(i);
            boolean change = random.nextInt(3) == 0;
            if (c == '%') {
                String encoding = normal.substring(i, i + 3);
                other.append(change ? encoding.toLowerCase(Locale.ROOT) : encoding);
                i += 2;
            } else if (c == '/') {
                other.append(
                        change
                                ? List.of("/./", "/x/../", "/%2E/", "/y%2Fz/%2e./")
                                        .get(random.nextInt(4))
                                : "/");
            } else if (change && String.valueOf(c).matches("[A-Za-z0-9._~-]")) {
                other.append(String.format(random.nextBoolean() ? "%%%02x" : "%%%02X", (int) c));
            } else {
                other.append(c);
            }
        }
        return other + normal.substring(end);
    }
}
