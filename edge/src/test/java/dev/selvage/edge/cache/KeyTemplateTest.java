package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.Contains;
import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.User;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTemplateTest {
    private static final String ZONE = "0123456789abcdef0123456789abcdef";

    private static CacheKey key(KeyTemplate template, Keyed request) {
        return template.write(new CacheKey.Probe(), ZONE, request).copy();
    }

    private static KeyForm form(@Nullable HeaderFields header, @Nullable Cookies cookie, @Nullable User user) {
        return new KeyForm(null, null, null, null, header, cookie, null, user);
    }

    private static KeyTemplate template(@Nullable HeaderFields header, @Nullable Cookies cookie, @Nullable User user) {
        return new KeyTemplate.Making().said(form(header, cookie, user)).make();
    }

    private static HeaderFields headers(List<String> included, List<String> present, Contains... containing) {
        return new HeaderFields(included, present, List.of(containing), false);
    }

    private static void together(KeyTemplate template, Keyed one, Keyed other) {
        assertThat(key(template, one)).isEqualTo(key(template, other)).hasSameHashCodeAs(key(template, other));
        assertThat(template.explain(one)).isEqualTo(template.explain(other));
    }

    private static void apart(KeyTemplate template, Keyed one, Keyed other) {
        assertThat(key(template, one)).isNotEqualTo(key(template, other));
    }

    // ---- the ordinary key

    @Test
    void theOrdinaryKeyIsTheUrl() {
        Keyed request = Keyed.get("/a?b", "cookie", "a=b", "user-agent", "x");
        CacheKey key = key(KeyTemplate.ORDINARY, request);
        assertThat(key).isEqualTo(CacheKey.of(ZONE, false, "site.example", "/a?b"));
        assertThat(key.primary()).isSameAs(key);
        assertThat(KeyTemplate.ORDINARY.explain(request))
                .containsExactly(
                        new KeyPart("scheme", "http"),
                        new KeyPart("host", "site.example"),
                        new KeyPart("path", "/a"),
                        new KeyPart("query", "b"),
                        new KeyPart("header origin", null));
    }

    @Test
    void whereThereIsAFieldOriginItTellsResponsesApart() {
        KeyTemplate ordinary = KeyTemplate.ORDINARY;
        apart(ordinary, Keyed.get("/a"), Keyed.get("/a", "origin", "https://one.example"));
        apart(ordinary, Keyed.get("/a"), Keyed.get("/a", "origin", ""));
        apart(
                ordinary,
                Keyed.get("/a", "origin", "https://one.example"),
                Keyed.get("/a", "origin", "https://two.example"));
        apart(ordinary, Keyed.get("/a", "origin", "a, b"), Keyed.get("/a", "origin", "a", "origin", "b"));
        CacheKey key = key(ordinary, Keyed.get("/a", "origin", "https://one.example"));
        assertThat(key.primary()).isEqualTo(CacheKey.of(ZONE, false, "site.example", "/a"));
        KeyTemplate without = new KeyTemplate.Making()
                .said(form(new HeaderFields(List.of(), List.of(), List.of(), true), null, null))
                .make();
        together(without, Keyed.get("/a"), Keyed.get("/a", "origin", "https://one.example"));
        apart(without, Keyed.get("/a"), Keyed.get("/b"));
    }

    @Test
    void theOrdinaryKeyIsWrittenWithoutAllocation() {
        Keyed request = Keyed.get("/some/path?with=query");
        CacheKey.Probe probe = new CacheKey.Probe();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            KeyTemplate.ORDINARY.write(probe, ZONE, request);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    @Test
    void aTemplateThatSaysWhatTheZoneSaysIsTheOrdinaryOne() {
        assertThat(new KeyTemplate.Making().make()).isSameAs(KeyTemplate.ORDINARY);
        assertThat(new KeyTemplate.Making().said(form(null, null, null)).make()).isSameAs(KeyTemplate.ORDINARY);
        QueryForm sorted = QueryForm.of(false, true);
        KeyTemplate zones = new KeyTemplate.Making().query(sorted, sorted).make();
        assertThat(key(zones, Keyed.get("/?b&a"))).isEqualTo(CacheKey.of(ZONE, false, "site.example", "/?a&b"));
        KeyTemplate rules =
                new KeyTemplate.Making().query(sorted, QueryForm.WHOLE).make();
        assertThat(key(rules, Keyed.get("/?b&a")))
                .as("of which /?a&b of other requests knows nothing")
                .isNotEqualTo(CacheKey.of(ZONE, false, "site.example", "/?a&b"));
        assertThat(key(rules, Keyed.get("/?b&a")).primary())
                .isEqualTo(CacheKey.of(ZONE, false, "site.example", "/?a&b"));
    }

    @Test
    void aResolvedHostIsNeverAVisitorsHost() {
        KeyTemplate resolved =
                new KeyTemplate.Making().resolvedHost("site.example").make();
        CacheKey key = key(resolved, Keyed.get("/a"));
        assertThat(key.primary()).isEqualTo(CacheKey.of(ZONE, false, true, "site.example", "/a"));
        assertThat(key.primary()).isNotEqualTo(CacheKey.of(ZONE, false, "site.example", "/a"));
        Keyed other = new Keyed(false, "other.example", "/a", Keyed.get("/").fieldsSent(), "desktop", "NL");
        together(resolved, Keyed.get("/a"), other);
        apart(
                resolved,
                Keyed.get("/a"),
                new Keyed(true, "site.example", "/a", Keyed.get("/").fieldsSent(), "desktop", "NL"));
    }

    // ---- what owners tell apart

    @Test
    void theValueOfAHeaderField() {
        KeyTemplate template = template(headers(List.of("x-one", "X_Two"), List.of()), null, null);
        Keyed none = Keyed.get("/");
        apart(template, none, Keyed.get("/", "x-one", ""));
        apart(template, none, Keyed.get("/", "x-one", "a"));
        apart(template, Keyed.get("/", "x-one", "a"), Keyed.get("/", "x-one", "b"));
        apart(template, Keyed.get("/", "x-one", "a"), Keyed.get("/", "x-two", "a"));
        apart(template, none, Keyed.get("/", "x_one", "evil"));
        apart(template, Keyed.get("/", "x-one", "a"), Keyed.get("/", "x-one", "a", "x.one", "b"));
        together(template, none, Keyed.get("/", "x-three", "a"));
        together(
                template,
                Keyed.get("/", "x-one", "a", "x-two", "b"),
                Keyed.get("/", "x-two", "b", "other", "c", "x-one", "a"));
    }

    @Test
    void thePresenceOfAHeaderField() {
        KeyTemplate template = template(headers(List.of(), List.of("x-one", "x-two")), null, null);
        apart(template, Keyed.get("/"), Keyed.get("/", "x-one", ""));
        apart(template, Keyed.get("/", "x-two", "a"), Keyed.get("/", "x-one", "a"));
        together(template, Keyed.get("/", "x-one", "a"), Keyed.get("/", "x-one", "b"));
    }

    @Test
    void whatAHeaderFieldContains() {
        KeyTemplate template = template(
                headers(List.of(), List.of(), new Contains("user-agent", List.of("Bot", "Mobile"))), null, null);
        together(template, Keyed.get("/"), Keyed.get("/", "user-agent", "mobile"));
        together(template, Keyed.get("/", "user-agent", "a Bot"), Keyed.get("/", "user-agent", "Bot b"));
        apart(template, Keyed.get("/", "user-agent", "Bot"), Keyed.get("/", "user-agent", "Mobile"));
        apart(template, Keyed.get("/", "user-agent", "Bot"), Keyed.get("/", "user-agent", "Mobile Bot"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "            | a=1          | false",
                "            | b=1          | true",
                "a=1         | a=2          | false",
                "a=1         | a=           | false",
                "a           | a=           | false",
                "a=1; b=2    | b=3; a=1     | true",
                "a=1; a=2    | a=2; a=1     | false",
                "a=1; a=2    | a=1          | false",
                "a=1         | A=1          | false",
                "A=1         | B=1          | true",
                "x=1,a=2     | x=1          | false",
                "a=1,b       | a=1,c        | false",
                "%61=1       | x=1          | false",
                "a =1        | x=1          | false",
                "x=a=1       | x=a=2        | true",
                "xa=1        | xa=2         | true",
                "c           | c=1          | true",
                "c           |              | false",
            })
    void cookies(@Nullable String one, @Nullable String other, boolean same) {
        KeyTemplate template = template(null, new Cookies(List.of("a"), List.of("c")), null);
        Keyed first = one == null ? Keyed.get("/") : Keyed.get("/", "cookie", one);
        Keyed second = other == null ? Keyed.get("/") : Keyed.get("/", "cookie", other);
        assertThat(key(template, first).equals(key(template, second))).isEqualTo(same);
    }

    @Test
    void cookiesOfSeveralLinesAreAllSeen() {
        KeyTemplate template = template(null, new Cookies(List.of("a"), List.of()), null);
        apart(template, Keyed.get("/", "cookie", "x=1"), Keyed.get("/", "cookie", "x=1", "cookie", "a=1"));
        together(template, Keyed.get("/", "cookie", "a=1"), Keyed.get("/", "cookie", "x=1", "cookie", "a=1"));
    }

    @Test
    void theVisitor() {
        Keyed dutch = Keyed.get("/", "accept-language", "nl-NL, en;q=0.5");
        Keyed phone = new Keyed(false, "site.example", "/", dutch.fieldsSent(), "mobile", "NL");
        Keyed abroad = new Keyed(false, "site.example", "/", dutch.fieldsSent(), "desktop", "BE");
        Keyed english = Keyed.get("/", "accept-language", "en");
        KeyTemplate device = template(null, null, new User(true, null, null));
        apart(device, dutch, phone);
        together(device, dutch, abroad);
        together(device, dutch, english);
        assertThat(device.byDevice()).isTrue();
        KeyTemplate country = template(null, null, new User(null, true, null));
        apart(country, dutch, abroad);
        together(country, dutch, phone);
        KeyTemplate language = template(null, null, new User(null, false, true));
        apart(language, dutch, english);
        apart(language, dutch, Keyed.get("/"));
        together(language, dutch, Keyed.get("/", "accept-language", "NL-nl;q=0.1,de"));
        together(language, dutch, phone);
        assertThat(language.byDevice()).isFalse();
        assertThat(new KeyTemplate.Making()
                        .said(new KeyForm(true, null, null, null, null, null, null, null))
                        .make())
                .as("under either name")
                .isEqualTo(device);
    }

    @Test
    void whereRulesChooseTheOriginByMoreThanTheKeyItIsAPartOfTheKey() {
        KeyTemplate one = new KeyTemplate.Making().route("one").make();
        KeyTemplate two = new KeyTemplate.Making().route("two").make();
        Keyed request = Keyed.get("/");
        assertThat(key(one, request)).isNotEqualTo(key(two, request)).isNotEqualTo(key(KeyTemplate.ORDINARY, request));
        assertThat(key(one, request).primary()).isEqualTo(key(two, request).primary());
    }

    @Test
    void theOrderInWhichAnOwnerNamesThingsDoesNotMatter() {
        assertThat(key(
                        template(
                                headers(
                                        List.of("a", "b"),
                                        List.of("c", "d"),
                                        new Contains("e", List.of("1", "2")),
                                        new Contains("f", List.of("3"))),
                                new Cookies(List.of("g", "h"), List.of("i", "j")),
                                null),
                        Keyed.get("/")))
                .isEqualTo(key(
                        template(
                                headers(
                                        List.of("b", "a"),
                                        List.of("d", "c", "c"),
                                        new Contains("f", List.of("3")),
                                        new Contains("e", List.of("2", "1"))),
                                new Cookies(List.of("h", "g"), List.of("j", "i")),
                                null),
                        Keyed.get("/")));
    }

    @Test
    void aRangeOfAComposedKeyIsNoOtherKey() {
        KeyTemplate template = template(headers(List.of("x"), List.of()), null, null);
        CacheKey key = key(template, Keyed.get("/", "x", "1"));
        assertThat(key.ofRange("bytes=0-1")).isNotEqualTo(key).isNotEqualTo(key.ofRange("bytes=0-2"));
        CacheKey plain = key(KeyTemplate.ORDINARY, Keyed.get("/"));
        for (String range : new String[] {"", "\0", "\1", "a"}) {
            assertThat(plain.ofRange(range).primary()).isEqualTo(plain.ofRange(range));
        }
    }

    // ---- any template and any two requests

    /// Two requests have the same key exactly when every part that the template names is the same.
    @Test
    void requestsShareAKeyExactlyWhenTheTemplateSaysSo() {
        int shared = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            KeyTemplate template = any(random);
            Keyed one = request(random);
            Keyed other = random.nextInt(3) == 0 ? one : request(random);
            boolean same = key(template, one).equals(key(template, other));
            assertThat(same)
                    .as("seed %s: %s and %s", seed, template.explain(one), template.explain(other))
                    .isEqualTo(template.explain(one).equals(template.explain(other)));
            shared += same && !one.equals(other) ? 1 : 0;
        }
        assertThat(shared).as("otherwise this says nothing").isGreaterThan(200);
    }

    /// No request has under one template the key that some request has under another.
    @Test
    void templatesNeverShareAKey() {
        Map<CacheKey, KeyTemplate> seen = new HashMap<>();
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            KeyTemplate template = any(random);
            CacheKey key = key(template, request(random));
            KeyTemplate before = seen.putIfAbsent(key, template);
            assertThat(before == null || before.equals(template))
                    .as("seed %s", seed)
                    .isTrue();
        }
        assertThat(seen).hasSizeGreaterThan(1_000);
    }

    private static List<String> some(SplittableRandom random, String... of) {
        List<String> some = new ArrayList<>();
        for (String each : of) {
            if (random.nextInt(3) == 0) {
                some.add(each);
            }
        }
        return some;
    }

    private static KeyTemplate any(SplittableRandom random) {
        HeaderFields header = random.nextInt(3) == 0
                ? null
                : new HeaderFields(
                        some(random, "x-a", "x-b"),
                        some(random, "x-a", "x-c"),
                        random.nextBoolean()
                                ? List.of()
                                : List.of(new Contains("x-d", List.of("u", "v").subList(0, 1 + random.nextInt(2)))),
                        random.nextBoolean());
        Cookies cookie = random.nextInt(3) == 0 ? null : new Cookies(some(random, "a", "b"), some(random, "a", "c"));
        User user = random.nextInt(3) == 0
                ? null
                : new User(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        boolean sort = random.nextBoolean();
        QueryForm query = switch (random.nextInt(5)) {
            case 0 -> QueryForm.of(true, false);
            case 1 -> QueryForm.of(new SetCache.Query(true, false, some(random, "p", "q")), sort);
            case 2 -> QueryForm.of(new SetCache.Query(false, false, some(random, "p", "q")), sort);
            default -> QueryForm.of(false, sort);
        };
        return new KeyTemplate.Making()
                .query(query, QueryForm.WHOLE)
                .resolvedHost(random.nextInt(4) == 0 ? "site.example" : null)
                .route(random.nextInt(4) == 0 ? "there" : null)
                .said(form(header, cookie, user))
                .make();
    }

    private static Keyed request(SplittableRandom random) {
        String[] names = {"x-a", "x-b", "x-c", "x-d", "origin", "accept-language", "cookie", "cookie"};
        String[] values = {"u", "v", "uv", "", "\1", "1;2"};
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = names[random.nextInt(names.length)];
            boolean cookie = name.equals("cookie");
            if (fields.contains(name)) {
                // Lines of the same name are looked at by tests of their own.
                continue;
            }
            fields.add(name);
            fields.add(
                    cookie
                            ? "abc".charAt(random.nextInt(3)) + "=" + random.nextInt(2)
                            : values[random.nextInt(values.length)]);
        }
        String[] targets = {"/", "/?p=1", "/?q=1&p=1", "/?p=1&q=1", "/?r=1", "/?p=1&r=1", "/b"};
        return new Keyed(
                random.nextBoolean(),
                random.nextInt(4) == 0 ? "other.example" : "site.example",
                targets[random.nextInt(targets.length)],
                Headers.of(fields.toArray(String[]::new)),
                random.nextBoolean() ? "desktop" : "mobile",
                random.nextBoolean() ? "NL" : "BE");
    }
}
