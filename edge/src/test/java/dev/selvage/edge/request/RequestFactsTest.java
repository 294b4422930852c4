package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Type;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestFactsTest {
    /// Where the exchange has its request.
    enum Form {
        IN_THE_HEAD,
        KEPT
    }

    private SmallEdge edge = new SmallEdge();
    private final RequestFacts facts = new RequestFacts();

    @BeforeEach
    void open() {
        Zones zone = Zones.zone("z1", "site.example").host("site.example").host("*.site.example");
        zone.caching = DefaultCaching.RFC9111;
        edge.close();
        edge = new SmallEdge(zone);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Exchange ask(Form form, String head) {
        edge.ask(head);
        Exchange x = edge.exchange();
        if (form == Form.KEPT) {
            x.materialize();
        } else {
            assertThat(x.materialized()).isFalse();
        }
        facts.turnTo(x);
        return x;
    }

    private Exchange get(Form form, String target, String... fields) {
        // Found in the cache, so that the request is still in its head.
        String normal = dev.selvage.edge.http.NormalTarget.of(target).orElseThrow();
        edge.store("z1", "site.example", normal, new Storing.Yes(600, 0, 0, -1, false), 0, "x");
        return ask(
                form,
                "GET " + target + " HTTP/1.1\r\nHost: Site.EXAMPLE:8080\r\n"
                        + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
    }

    private @Nullable String text(RuleField field) {
        Slice into = new Slice();
        return facts.read(field, into) ? into.text() : null;
    }

    private List<String> list(RuleField field) {
        List<String> values = new ArrayList<>();
        Slice into = new Slice();
        for (int i = 0; i < facts.count(field); i++) {
            String name = "";
            if (field.type() == Type.MAP) {
                facts.name(field, i, into);
                name = into.text() + "=";
            }
            facts.value(field, i, into);
            values.add(name + into.text());
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAskedFor(Form form) {
        Exchange x = get(form, "/a/%7Euser/./File.Tar.BZ2?q=1&b=%41", "User-Agent: curl/8");
        assertThat(text(RuleField.HTTP_HOST)).isEqualTo("site.example");
        assertThat(text(RuleField.HTTP_REQUEST_URI)).isEqualTo("/a/~user/File.Tar.BZ2?q=1&b=%41");
        assertThat(text(RuleField.HTTP_REQUEST_URI_PATH)).isEqualTo("/a/~user/File.Tar.BZ2");
        assertThat(text(RuleField.HTTP_REQUEST_URI_PATH_BASENAME)).isEqualTo("File.Tar.BZ2");
        assertThat(text(RuleField.HTTP_REQUEST_URI_PATH_EXTENSION)).isEqualTo("bz2");
        assertThat(text(RuleField.HTTP_REQUEST_URI_QUERY)).isEqualTo("q=1&b=%41");
        assertThat(text(RuleField.HTTP_REQUEST_FULL_URI))
                .isEqualTo("http://site.example/a/~user/File.Tar.BZ2?q=1&b=%41");
        assertThat(text(RuleField.RAW_HTTP_REQUEST_URI)).isEqualTo("/a/%7Euser/./File.Tar.BZ2?q=1&b=%41");
        assertThat(text(RuleField.RAW_HTTP_REQUEST_URI_PATH)).isEqualTo("/a/%7Euser/./File.Tar.BZ2");
        assertThat(text(RuleField.RAW_HTTP_REQUEST_URI_PATH_EXTENSION)).isEqualTo("bz2");
        assertThat(text(RuleField.RAW_HTTP_REQUEST_URI_QUERY)).isEqualTo("q=1&b=%41");
        assertThat(text(RuleField.RAW_HTTP_REQUEST_FULL_URI))
                .isEqualTo("http://site.example/a/%7Euser/./File.Tar.BZ2?q=1&b=%41");
        assertThat(text(RuleField.HTTP_REQUEST_METHOD)).isEqualTo("GET");
        assertThat(text(RuleField.HTTP_REQUEST_VERSION)).isEqualTo("HTTP/1.1");
        assertThat(text(RuleField.HTTP_USER_AGENT)).isEqualTo("curl/8");
        assertThat(text(RuleField.CF_RAY_ID)).isEqualTo(HexFormat.of().toHexDigits(x.rayId));
        assertThat(text(RuleField.CF_ZONE_NAME)).isEqualTo("site.example");
        x.rewrite("/other");
        facts.turnTo(x);
        assertThat(text(RuleField.HTTP_REQUEST_URI)).isEqualTo("/other");
        assertThat(text(RuleField.HTTP_REQUEST_URI_QUERY)).isEmpty();
        assertThat(text(RuleField.RAW_HTTP_REQUEST_URI_PATH)).isEqualTo("/a/%7Euser/./File.Tar.BZ2");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "/.mp3,''",
                "/.foo.mp3,mp3",
                "/foo.tar.bz2,bz2",
                "/foo.,''",
                "/foo,''",
                "/a.b/c,''",
                "/a.GIF?x.y,gif",
                "/,''"
            })
    void theExtensionIsWhatFollowsTheLastDotOfTheName(String target, String extension) {
        for (Form form : Form.values()) {
            get(form, target);
            assertThat(text(RuleField.HTTP_REQUEST_URI_PATH_EXTENSION)).isEqualTo(extension);
        }
    }

    @ParameterizedTest
    @EnumSource
    void headerFieldsInTheirOrderUnderLowerCaseNames(Form form) {
        get(form, "/", "X-One: a", "x-two:", "X-ONE: B ", "Referer: http://elsewhere/", "X-Forwarded-For: 192.0.2.1");
        assertThat(list(RuleField.HTTP_REQUEST_HEADERS))
                .containsExactly(
                        "host=Site.EXAMPLE:8080",
                        "x-one=a",
                        "x-two=",
                        "x-one=B",
                        "referer=http://elsewhere/",
                        "x-forwarded-for=192.0.2.1");
        assertThat(list(RuleField.HTTP_REQUEST_HEADERS_NAMES))
                .containsExactly("host", "x-one", "x-two", "x-one", "referer", "x-forwarded-for");
        assertThat(list(RuleField.HTTP_REQUEST_HEADERS_VALUES))
                .containsExactly("Site.EXAMPLE:8080", "a", "", "B", "http://elsewhere/", "192.0.2.1");
        assertThat(text(RuleField.HTTP_REFERER)).isEqualTo("http://elsewhere/");
        assertThat(text(RuleField.HTTP_X_FORWARDED_FOR)).isEqualTo("192.0.2.1");
        assertThat(text(RuleField.HTTP_USER_AGENT)).isEmpty();
        assertThat(text(RuleField.HTTP_COOKIE)).isEmpty();
        assertThat(facts.flag(RuleField.HTTP_REQUEST_HEADERS_TRUNCATED)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void cookiesHaveDecodedNamesAndValuesAsTheyAre(Form form) {
        get(form, "/", "Cookie: a=1; b%20c=%41 ;; d ; a = \"2\"; x=y=z", "Cookie: %zz=5");
        assertThat(text(RuleField.HTTP_COOKIE)).isEqualTo("a=1; b%20c=%41 ;; d ; a = \"2\"; x=y=z; %zz=5");
        assertThat(list(RuleField.HTTP_REQUEST_COOKIES))
                .containsExactly("a=1", "b c=%41", "d=", "a=\"2\"", "x=y=z", "%zz=5");
        get(form, "/", "Cookie: only=1");
        assertThat(list(RuleField.HTTP_REQUEST_COOKIES)).containsExactly("only=1");
        get(form, "/");
        assertThat(list(RuleField.HTTP_REQUEST_COOKIES)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAreNotDecodedAndKeepTheirOrder(Form form) {
        get(form, "/%41?a=1&b=%20+&&a=&c&=d&e=f=g");
        List<String> expected = List.of("a=1", "b=%20+", "a=", "c=", "=d", "e=f=g");
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS)).isEqualTo(expected);
        assertThat(list(RuleField.RAW_HTTP_REQUEST_URI_ARGS)).isEqualTo(expected);
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS_NAMES)).containsExactly("a", "b", "a", "c", "", "e");
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS_VALUES)).containsExactly("1", "%20+", "", "", "d", "f=g");
        get(form, "/?");
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS)).isEmpty();
        get(form, "/?" + "a&".repeat(400) + "last=1");
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS))
                .as("none hides behind many")
                .hasSize(401)
                .endsWith("last=1");
    }

    @ParameterizedTest
    @EnumSource
    void languagesByPreference(Form form) {
        get(
                form,
                "/",
                "Accept-Language: fr-CH, fr;q=0.8 , en;q=0.9, xx;q=0, de;q=0.75, *;q=0.5,",
                "Accept-Language: nl");
        assertThat(list(RuleField.HTTP_REQUEST_ACCEPTED_LANGUAGES))
                .containsExactly("fr-CH", "nl", "en", "fr", "de", "*");
        get(form, "/", "Accept-Language: " + "a,".repeat(200) + "b");
        assertThat(list(RuleField.HTTP_REQUEST_ACCEPTED_LANGUAGES)).hasSize(64);
        get(form, "/");
        assertThat(list(RuleField.HTTP_REQUEST_ACCEPTED_LANGUAGES)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksAndWhere(Form form) {
        edge.port = 8080;
        edge.store("z1", "site.example:8080", "/", new Storing.Yes(600, 0, 0, -1, false), 0, "x");
        Exchange x = ask(form, "GET / HTTP/1.1\r\nHost: site.example:8080\r\n\r\n");
        Slice into = new Slice();
        assertThat(facts.read(RuleField.IP_SRC, into)).isTrue();
        assertThat(into.text()).isEqualTo("\u00c0\u0000\u0002\u0007");
        assertThat(facts.read(RuleField.CF_EDGE_SERVER_IP, into)).isTrue();
        assertThat(into.length).isEqualTo(4);
        assertThat(text(RuleField.IP_SRC_COUNTRY)).isEqualTo("NL");
        assertThat(text(RuleField.IP_SRC_CONTINENT)).isEqualTo("EU");
        assertThat(facts.flag(RuleField.IP_SRC_IS_IN_EUROPEAN_UNION)).isTrue();
        assertThat(facts.integer(RuleField.CF_EDGE_SERVER_PORT)).isEqualTo(8080);
        assertThat(facts.flag(RuleField.SSL)).isFalse();
        assertThat(facts.flag(RuleField.CF_EDGE_CLIENT_TCP)).isTrue();
        assertThat(text(RuleField.CF_TLS_VERSION)).isEqualTo("none");
        assertThat(facts.integer(RuleField.HTTP_REQUEST_TIMESTAMP_SEC) * 1000
                        + facts.integer(RuleField.HTTP_REQUEST_TIMESTAMP_MSEC))
                .isEqualTo(x.startedAt);
        assertThat(text(RuleField.CF_RANDOM_SEED)).hasSize(32).isEqualTo(text(RuleField.CF_RANDOM_SEED));
    }

    @Test
    void whatIsNotKnownHereIsNothing() {
        get(Form.IN_THE_HEAD, "/");
        for (RuleField field : RuleField.values()) {
            switch (field.type()) {
                case STRING -> assertThat(text(field)).as(field.spelled()).isNotNull();
                case IP -> assertThat(text(field)).as(field.spelled()).hasSize(4);
                case INTEGER -> assertThat(facts.integer(field)).isNotNegative();
                case BOOLEAN -> facts.flag(field);
                case BOOLEANS, INTEGERS, STRINGS, MAP ->
                    assertThat(facts.count(field)).isNotNegative();
            }
            if (field.type() != Type.MAP && field.type() != Type.STRINGS) {
                assertThat(facts.count(field)).isZero();
                assertThatThrownBy(() -> facts.value(field, 0, new Slice()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(text(RuleField.IP_SRC_CITY)).isEmpty();
        assertThat(facts.integer(RuleField.CF_THREAT_SCORE)).isZero();
        assertThat(facts.flag(RuleField.CF_CLIENT_BOT)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theResponseToo(Form form) {
        edge.store(
                "z1",
                "site.example",
                "/r",
                new Storing.Yes(600, 0, 0, -1, false),
                0,
                "x",
                "content-type",
                "Text/HTML ; charset=utf-8",
                "x-a",
                "1");
        edge.get("/r");
        Exchange x = edge.exchange();
        if (form == Form.KEPT) {
            x.materialize();
        }
        x.response.status = 404;
        x.response.fields = Headers.of("content-type", "Text/HTML ; charset=utf-8", "x-a", "1");
        facts.turnTo(x);
        assertThat(facts.integer(RuleField.HTTP_RESPONSE_CODE)).isEqualTo(404);
        assertThat(list(RuleField.HTTP_RESPONSE_HEADERS))
                .containsExactly("content-type=Text/HTML ; charset=utf-8", "x-a=1");
        assertThat(list(RuleField.HTTP_RESPONSE_HEADERS_NAMES)).containsExactly("content-type", "x-a");
        assertThat(text(RuleField.HTTP_RESPONSE_CONTENT_TYPE_MEDIA_TYPE)).isEqualTo("text/html");
    }

    @Test
    void anotherRequestIsNotTakenForTheLast() {
        get(Form.KEPT, "/one?a=1", "Cookie: a=1");
        assertThat(list(RuleField.HTTP_REQUEST_COOKIES)).hasSize(1);
        assertThat(text(RuleField.HTTP_REQUEST_FULL_URI)).endsWith("/one?a=1");
        get(Form.IN_THE_HEAD, "/two");
        assertThat(list(RuleField.HTTP_REQUEST_COOKIES)).isEmpty();
        assertThat(list(RuleField.HTTP_REQUEST_URI_ARGS)).isEmpty();
        assertThat(text(RuleField.HTTP_REQUEST_FULL_URI)).endsWith("/two");
    }

    @Test
    void anyHeadIsReadTheSameFromBothPlaces() {
        SplittableRandom random = new SplittableRandom(7);
        String letters = "aB%2=;&,. q1\u00e9/?-";
        for (int i = 0; i < 300; i++) {
            StringBuilder fields = new StringBuilder();
            String[] names = {"Cookie", "Accept-Language", "X-a", "REFERER", "user-agent"};
            for (int k = random.nextInt(6); k > 0; k--) {
                fields.append(names[random.nextInt(names.length)]).append(": ");
                for (int c = random.nextInt(20); c > 0; c--) {
                    fields.append(letters.charAt(random.nextInt(letters.length())));
                }
                fields.append("\r\n");
            }
            StringBuilder query = new StringBuilder();
            for (int c = random.nextInt(20); c > 0; c--) {
                query.append("ab=&?/.".charAt(random.nextInt(7)));
            }
            edge.store(
                    "z1",
                    "site.example",
                    "/p/" + (query.isEmpty() ? "" : "?" + query),
                    new Storing.Yes(600, 0, 0, -1, false),
                    0,
                    "x");
            Exchange x = ask(
                    Form.IN_THE_HEAD,
                    "GET /q/../p/" + (query.isEmpty() ? "" : "?" + query) + " HTTP/1.1\r\nHost: site.example\r\n"
                            + fields + "\r\n");
            List<String> read = everything();
            x.materialize();
            facts.turnTo(x);
            assertThat(everything()).isEqualTo(read);
        }
    }

    private List<String> everything() {
        List<String> all = new ArrayList<>();
        for (RuleField field : RuleField.values()) {
            if (field.scope() == dev.selvage.rules.Scope.REQUEST) {
                all.add(field.spelled()
                        + switch (field.type()) {
                            case STRING, IP -> " " + text(field);
                            case INTEGER -> " " + facts.integer(field);
                            case BOOLEAN -> " " + facts.flag(field);
                            case BOOLEANS, INTEGERS, STRINGS, MAP -> list(field).toString();
                        });
            }
        }
        return all;
    }

    @Test
    void readingAllocatesNothing() {
        Exchange x = get(
                Form.IN_THE_HEAD,
                "/a/%7Eb.JPG?x=1&y=2",
                "Cookie: a%20=1; b=2",
                "Cookie: c=3",
                "Accept-Language: nl, en;q=0.5",
                "User-Agent: curl");
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Slice into = new Slice();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 200; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            facts.turnTo(x);
            for (RuleField field : FIELDS) {
                facts.read(field, into);
                for (int i = facts.count(field) - 1; i >= 0; i--) {
                    facts.value(field, i, into);
                    facts.name(field, i, into);
                }
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(allocated).isZero();
    }

    private static final RuleField[] FIELDS = RuleField.values();
}
