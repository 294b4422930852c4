package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.ModifyHeaders.Change;
import dev.selvage.model.rules.ModifyHeaders.Operation;
import dev.selvage.model.rules.RateLimit;
import dev.selvage.model.rules.Redirect;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.Screening.Kind;
import dev.selvage.model.rules.ServeError;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.DefaultCaching;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the rules of a zone do to requests and responses.
class RulePhasesTest {
    private static final String HOST = "site.example";
    private static final Storing FRESH = new Storing.Yes(600, 0, 0, -1, false);
    private static final String ALL = "true";

    private final Zones zone = rfc9111();
    private @Nullable SmallEdge edge;

    private static Zones rfc9111() {
        Zones zone = Zones.zone("z1", HOST).host(HOST);
        zone.caching = DefaultCaching.RFC9111;
        return zone;
    }

    private SmallEdge edge() {
        SmallEdge running = edge;
        if (running == null) {
            running = new SmallEdge(zone);
            edge = running;
        }
        return running;
    }

    @AfterEach
    void close() {
        if (edge != null) {
            edge.close();
        }
    }

    private void stored(String target, String... fields) {
        edge().store("z1", HOST, target, FRESH, 0, "0123456789", fields);
    }

    private static Computed computed(String expression) {
        return new Computed(null, expression);
    }

    // ---- redirects

    private void redirect(String id, String expression, int status, Computed target, boolean preserve) {
        zone.redirects.add(Zones.rule(id, expression, new Redirect(status, target, preserve)));
    }

    @Test
    void aVisitorIsSentWhereTheFirstRuleSays() {
        redirect("r0", "http.request.uri.path eq \"/none\"", 301, Computed.of("https://wrong.example/"), false);
        redirect("r1", "starts_with(http.request.uri.path, \"/old/\")", 308, computed("""
                concat("https://new.example", http.request.uri.path)"""), true);
        redirect("r2", ALL, 302, Computed.of("/home"), false);
        stored("/old/a");
        SmallEdge.Given given = edge().get("/old/a?x=1");
        assertThat(given.status()).isEqualTo(308);
        assertThat(given.fields())
                .contains("location: https://new.example/old/a?x=1\r\n")
                .contains("cache-control: max-age=3600\r\n");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=redirect");
        assertThat(edge().event().rule()).isEqualTo("r1");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.REDIRECT);
        given = edge().ask("POST /x?y HTTP/1.1\r\nHost: site.example\r\nContent-Length: 3\r\n\r\n");
        assertThat(given.status()).isEqualTo(302);
        assertThat(given.fields()).contains("location: /home\r\n", "cache-control: no-store\r\n");
    }

    @Test
    void aTargetThatComesToNothingLetsTheRequestGoOn() {
        redirect("r1", ALL, 302, computed("http.request.headers[\"x-to\"][0]"), false);
        stored("/a");
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().get("/a", "X-To: nowhere").status()).isEqualTo(200);
        assertThat(edge().event().rule()).isEmpty();
        assertThat(edge().get("/a", "X-To: https://there.example/").status()).isEqualTo(302);
        assertThat(edge().get("/a", "X-To: //there.example/").fields())
                .contains("location: http://site.example//there.example/\r\n");
    }

    @Test
    void noRuleOfAZoneThatIsPausedApplies() {
        redirect("r1", ALL, 302, Computed.of("/x"), false);
        zone.firewall.add(Zones.rule("f", ALL, screening(Kind.BLOCK)));
        zone.errors.add(Zones.rule("e", ALL, new ServeError("mine", "text/plain", 599)));
        zone.paused = true;
        assertThat(edge().get("/").status()).isEqualTo(523);
    }

    @Test
    void aRuleThatCannotBeReadDoesNothing() {
        redirect("r1", "http.hots eq \"x\"", 302, Computed.of("/x"), false);
        redirect("r2", ALL, 302, computed("no such thing"), false);
        zone.rewrites.add(Zones.rule("w", ALL, new RewriteUrl(computed("lower("), null)));
        zone.limits.add(Zones.rule("l", ALL, limit(List.of("no.such.field"), 1, null, false)));
        zone.limits.add(Zones.rule("l", ALL, limit(List.of("ip.src"), 1, "no such thing", false)));
        redirect("r3", ALL, 200, Computed.of("/x"), false);
        guard(
                "b",
                ALL,
                new Screening(Kind.BLOCK, new Screening.BlockResponse(200, "no", "text/plain"), false, List.of()));
        zone.responseHeaders.add(
                Zones.rule("h", ALL, headers(new Change("bad name", Operation.SET, Computed.of("x")))));
        stored("/a");
        for (int i = 0; i < 3; i++) {
            assertThat(edge().get("/a").status()).isEqualTo(200);
        }
    }

    // ---- rewrites

    private void rewrite(String expression, @Nullable Computed path, @Nullable Computed query) {
        zone.rewrites.add(Zones.rule("w", expression, new RewriteUrl(path, query)));
    }

    @Test
    void allConditionsSeeTheRequestAsItCameAndTheLaterRuleCounts() {
        rewrite("http.request.uri.path eq \"/a\"", Computed.of("/b"), Computed.of("one=1"));
        rewrite("http.request.uri.path eq \"/b\"", Computed.of("/never"), null);
        rewrite(ALL, null, computed("concat(\"was=\", http.request.uri.path)"));
        stored("/b?was=/a");
        assertThat(edge().get("/a?x").status()).isEqualTo(200);
        assertThat(edge().event().path()).as("the event tells what was asked").isEqualTo("/a");
        assertThat(edge().event().query()).isEqualTo("?x");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    void whatFollowsSeesTheNewTargetAndRawTheOldOne() {
        rewrite("http.request.uri.path eq \"/a~\"", Computed.of("/files/%7Ex/../b.PNG"), null);
        zone.firewall.add(Zones.rule(
                "f",
                "http.request.uri.path eq \"/files/b.PNG\" and raw.http.request.uri.path eq \"/a%7e\""
                        + " and http.request.uri.path.extension eq \"png\"",
                screening(Kind.BLOCK)));
        SmallEdge.Given given = edge().get("/a%7e");
        assertThat(given.status()).isEqualTo(403);
    }

    @Test
    void theOriginIsAskedForTheNewTarget() {
        rewrite(ALL, computed("concat(\"/v2\", http.request.uri.path)"), Computed.of(""));
        edge().get("/a?b");
        assertThat(sent()).startsWith("GET /v2/a HTTP/1.1\r\n");
    }

    @Test
    void aTargetThatIsNoneIsAnError() {
        rewrite(ALL, computed("url_decode(http.request.uri.query)"), null);
        SmallEdge.Given given = edge().get("/a?%2f..%2f..%2fetc");
        assertThat(given.status()).isEqualTo(400);
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=rewrite");
        assertThat(edge().get("/a?x%0d%0a").status()).isEqualTo(400);
        assertThat(edge().ask("OPTIONS * HTTP/1.1\r\nHost: site.example\r\n\r\n")
                        .status())
                .as("the server itself has no path")
                .isEqualTo(523);
    }

    private String sent() {
        return new String(OriginHead.encode(edge().exchange(), null, true, Extent.WHOLE), StandardCharsets.ISO_8859_1);
    }

    // ---- the firewall

    private static Screening screening(Kind kind, String... phases) {
        return new Screening(kind, null, false, List.of(phases));
    }

    private void guard(String id, String expression, Screening screening) {
        zone.firewall.add(Zones.rule(id, expression, screening));
    }

    @Test
    void theOwnerRefusesInWordsOfTheEdgeOrTheirOwn() {
        guard("b1", "http.request.uri.path eq \"/a\"", screening(Kind.BLOCK));
        guard(
                "b2",
                ALL,
                new Screening(
                        Kind.BLOCK,
                        new Screening.BlockResponse(451, "{\"é\":1}", "application/json"),
                        false,
                        List.of()));
        stored("/a");
        SmallEdge.Given given = edge().get("/a");
        assertThat(given.status()).isEqualTo(403);
        assertThat(given.text()).contains("Ray ID: ");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=blocked");
        assertThat(given.fields()).contains("cache-control: no-store\r\n").doesNotContain("cf-mitigated");
        assertThat(edge().event().rule()).isEqualTo("b1");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.BLOCK);
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.NONE);
        given = edge().get("/b");
        assertThat(given.status()).isEqualTo(451);
        assertThat(given.text()).isEqualTo("{\"é\":1}");
        assertThat(given.fields()).contains("content-type: application/json\r\n");
        assertThat(edge().event().contentType()).isEqualTo("json");
        given = edge().ask("HEAD /b HTTP/1.1\r\nHost: site.example\r\n\r\n");
        assertThat(given.withBody()).isFalse();
        assertThat(given.end()).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource(names = {"CHALLENGE", "MANAGED_CHALLENGE", "JS_CHALLENGE"})
    void aChallengeIsARefusalThatSaysSo(Kind kind) {
        guard("c", ALL, screening(kind));
        SmallEdge.Given given = edge().get("/a");
        assertThat(given.status()).isEqualTo(403);
        assertThat(given.text()).contains("challenge");
        assertThat(given.fields()).contains("cf-mitigated: challenge\r\n");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=blocked-challenge");
        assertThat(edge().event().ruleAction().wire()).isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void whatIsOnlyNotedGoesOnAndIsSeen() {
        guard("n1", ALL, screening(Kind.LOG));
        guard("n2", ALL, screening(Kind.LOG));
        stored("/a");
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().event().rule()).isEqualTo("n1");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.LOG);
    }

    @Test
    void skipPassesOverTheRestOrAPhase() {
        guard("s1", "http.request.uri.path eq \"/a\"", new Screening(Kind.SKIP, null, true, List.of()));
        guard("s2", "http.request.uri.path eq \"/b\"", screening(Kind.SKIP, "http_ratelimit"));
        guard("b", "http.request.uri.path in {\"/a\" \"/c\"}", screening(Kind.BLOCK));
        zone.limits.add(Zones.rule("l", ALL, limit(List.of("ip.src"), 1, null, false)));
        stored("/a");
        stored("/b");
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().event().rule()).isEqualTo("s1");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.SKIP);
        assertThat(edge().get("/a").status()).as("limits are another phase").isEqualTo(429);
        assertThat(edge().get("/c").status()).isEqualTo(403);
        for (int i = 0; i < 5; i++) {
            assertThat(edge().get("/b").status()).isEqualTo(200);
        }
    }

    // ---- rate limits

    private static RateLimit limit(
            List<String> characteristics, int most, @Nullable String counting, boolean toOrigin) {
        List<String> all = new ArrayList<>(characteristics);
        all.add("cf.colo.id");
        return new RateLimit(screening(Kind.BLOCK), all, 3_600, most, 600, counting, toOrigin);
    }

    private void limit(String expression, RateLimit limit) {
        zone.limits.add(Zones.rule("l", expression, limit));
    }

    @Test
    void moreRequestsThanAllowedAreToldWhenToComeBack() {
        limit("http.request.uri.path eq \"/a\"", limit(List.of("ip.src"), 2, null, false));
        stored("/a");
        stored("/b");
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().get("/a").status()).isEqualTo(200);
        SmallEdge.Given given = edge().get("/a");
        assertThat(given.status()).isEqualTo(429);
        assertThat(given.fields()).contains("retry-after: 600\r\n");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=rate-limited");
        assertThat(edge().event().rule()).isEqualTo("l");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.BLOCK);
        assertThat(edge().get("/b").status()).isEqualTo(200);
        edge().address = new byte[] {(byte) 192, 0, 2, 8};
        assertThat(edge().get("/a").status()).as("another client").isEqualTo(200);
    }

    @Test
    void anIpv6ClientIsWhoHasThePrefix() {
        limit(ALL, limit(List.of("ip.src"), 1, null, false));
        stored("/a");
        byte[] address = new byte[16];
        address[0] = 0x20;
        address[1] = 1;
        edge().address = address.clone();
        assertThat(edge().get("/a").status()).isEqualTo(200);
        address[15] = 9;
        edge().address = address.clone();
        assertThat(edge().get("/a").status()).isEqualTo(429);
        address[7] = 1;
        edge().address = address.clone();
        assertThat(edge().get("/a").status()).isEqualTo(200);
    }

    @Test
    void whatIsCountedApart() {
        limit(
                ALL,
                limit(
                        List.of("http.host", "http.request.headers[\"x-key\"]", "http.request.cookies[\"id\"]"),
                        1,
                        null,
                        false));
        stored("/a");
        String[][] clients = {
            {"X-Key: 1"},
            {"X-Key: 2"},
            {"X-Key:"},
            {"Accept: x"},
            {"X-Key: 1", "Cookie: id=1"},
            {"X-Key: 1", "Cookie: a=b; id=2"},
            {"X-Key: 1", "Cookie: id="},
            {"X-Key: 1", "X-Key: 1"}
        };
        for (String[] client : clients) {
            assertThat(edge().get("/a", client).status())
                    .as(String.join(", ", client))
                    .isEqualTo(200);
        }
        for (String[] client : clients) {
            assertThat(edge().get("/a", client).status())
                    .as(String.join(", ", client))
                    .isEqualTo(429);
        }
    }

    @Test
    void onlyWhatTheCacheDoesNotAnswerIsLimited() {
        limit(ALL, limit(List.of("ip.src"), 2, null, true));
        stored("/a");
        for (int i = 0; i < 5; i++) {
            assertThat(edge().get("/a").status()).isEqualTo(200);
        }
        assertThat(edge().get("/miss").status()).isEqualTo(523);
        assertThat(edge().get("/miss").status()).isEqualTo(523);
        assertThat(edge().get("/miss").status()).isEqualTo(429);
        assertThat(edge().event().cacheStatus()).as("the origin was not asked").isEqualTo(CacheStatus.NONE);
        assertThat(edge().get("/a").status()).as("the cache goes on answering").isEqualTo(200);
    }

    @Test
    void whatIsCountedMayBeTheResponse() {
        limit("http.request.uri.path eq \"/login\"", limit(List.of("ip.src"), 3, "http.response.code eq 523", false));
        stored("/fine");
        for (int i = 0; i < 3; i++) {
            assertThat(edge().get("/fine").status()).isEqualTo(200);
            assertThat(edge().get("/login").status()).isEqualTo(523);
        }
        assertThat(edge().get("/login").status()).isEqualTo(429);
        assertThat(edge().get("/other").status()).as("the rule is for /login").isEqualTo(523);
    }

    @Test
    void whatIsCountedMayBeAnotherRequest() {
        limit(ALL, limit(List.of("ip.src"), 2, "http.request.uri.path eq \"/probe\"", false));
        stored("/a");
        stored("/probe");
        for (int i = 0; i < 5; i++) {
            assertThat(edge().get("/a").status()).isEqualTo(200);
        }
        assertThat(edge().get("/probe").status()).isEqualTo(200);
        assertThat(edge().get("/probe").status()).isEqualTo(200);
        assertThat(edge().get("/a").status()).isEqualTo(429);
    }

    @Test
    void aLimitThatOnlyNotesLetsEverybodyGoOn() {
        zone.limits.add(Zones.rule(
                "note",
                ALL,
                new RateLimit(screening(Kind.LOG), List.of("ip.src", "cf.colo.id"), 3_600, 1, 0, null, false)));
        stored("/a");
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().event().rule()).isEmpty();
        assertThat(edge().get("/a").status()).isEqualTo(200);
        assertThat(edge().event().rule()).isEqualTo("note");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.LOG);
    }

    // ---- request header fields

    private static ModifyHeaders headers(Change... changes) {
        return new ModifyHeaders(List.of(changes));
    }

    @Test
    void theOriginSeesWhatRulesMakeOfTheHeaderFields() {
        zone.requestHeaders.add(Zones.rule(
                "h1",
                ALL,
                headers(
                        new Change("x-country", Operation.SET, computed("ip.src.country")),
                        new Change("x-gone", Operation.REMOVE, null),
                        new Change("x-more", Operation.ADD, Computed.of("2")))));
        zone.requestHeaders.add(Zones.rule(
                "h2",
                "http.request.headers[\"x-gone\"][0] eq \"1\"",
                headers(
                        new Change("x-seen", Operation.SET, Computed.of("é")),
                        new Change("x-none", Operation.SET, computed("http.request.headers[\"x-absent\"][0]")))));
        edge().get("/a", "X-Country: XX", "X-Gone: 1", "X-More: 1", "X-None: forged");
        assertThat(sent())
                .contains("x-country: NL\r\n", "x-more: 1\r\n", "x-more: 2\r\n", "x-seen: \u00c3\u00a9\r\n")
                .doesNotContain("XX", "x-gone", "x-none");
        edge().get("/a");
        assertThat(sent()).contains("x-country: NL\r\n").doesNotContain("x-seen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "content-length",
                "transfer-encoding",
                "connection",
                "cf-connecting-ip",
                "cf_connecting_ip",
                "x-forwarded-for",
                "cdn-loop",
                "range",
                "if-none-match",
                "accept-encoding",
                "expect",
                "te",
                "upgrade"
            })
    void whatTheEdgeVouchesForIsNoRules(String name) {
        zone.requestHeaders.add(Zones.rule("h", ALL, headers(new Change(name, Operation.SET, Computed.of("forged")))));
        edge().get("/a");
        assertThat(sent()).doesNotContain("forged");
    }

    @Test
    void noValueEndsTheLine() {
        zone.requestHeaders.add(Zones.rule(
                "h", ALL, headers(new Change("x-q", Operation.SET, computed("url_decode(http.request.uri.query)")))));
        edge().get("/a?a%0d%0aX-Evil:%201%00b");
        assertThat(sent()).contains("x-q: a  X-Evil: 1 b\r\n");
        edge().get("/a?%20");
        assertThat(sent()).doesNotContain("x-q");
    }

    // ---- response header fields

    @Test
    void whatVisitorsSeeIsChangedAtDelivery() {
        zone.responseHeaders.add(Zones.rule(
                "h",
                "http.response.headers[\"x-a\"][0] eq \"1\" and http.response.code eq 200",
                headers(
                        new Change("x-b", Operation.SET, computed("http.response.headers[\"x-a\"][0]")),
                        new Change("age", Operation.REMOVE, null))));
        stored("/a", "x-a", "1", "x-b", "0");
        List<Headers> seen = new ArrayList<>();
        edge().delivering = x -> {
            HeaderEdits edits = x.response.edits;
            seen.add(edits == null ? Headers.EMPTY : edits.of(Headers.of("x-b", "0", "age", "1")));
        };
        edge().get("/a");
        assertThat(seen.getLast().toString()).isEqualTo("age: 1\nx-b: 1\n");
        edge().get("/none");
        assertThat(seen.getLast().size()).isZero();
        edge().get("/a", "If-None-Match: *");
        assertThat(edge().event().status()).isEqualTo(304);
        assertThat(seen.getLast().size()).as("a 304 is another response").isZero();
    }

    // ---- error pages

    private void page(String expression, @Nullable Integer status) {
        zone.errors.add(Zones.rule("e", expression, new ServeError("<b>oh</b>", "text/html", status)));
    }

    @Test
    void anErrorHasTheOwnersPage() {
        page("http.response.code ge 500 and cf.response.error_type eq \"5xx\"", null);
        SmallEdge.Given given = edge().get("/a");
        assertThat(given.status()).isEqualTo(523);
        assertThat(given.text()).isEqualTo("<b>oh</b>");
        assertThat(given.fields()).contains("content-type: text/html; charset=utf-8\r\n");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=custom-error");
        assertThat(edge().event().rule()).isEqualTo("e");
        assertThat(edge().event().ruleAction()).isEqualTo(RuleAction.SERVE_ERROR);
        assertThat(edge().event().contentType()).isEqualTo("html");
        stored("/fine");
        assertThat(edge().get("/fine").status()).isEqualTo(200);
    }

    @Test
    void anErrorOfTheOriginToo() {
        page("http.response.code eq 404", 410);
        edge().storeStatus(404, "z1", HOST, "/gone", FRESH, "theirs");
        SmallEdge.Given given = edge().get("/gone");
        assertThat(given.status()).isEqualTo(410);
        assertThat(given.entry()).isNull();
        assertThat(given.text()).isEqualTo("<b>oh</b>");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; hit; detail=custom-error");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.HIT);
        given = edge().ask("HEAD /gone HTTP/1.1\r\nHost: site.example\r\n\r\n");
        assertThat(given.status()).isEqualTo(410);
        assertThat(given.withBody()).isFalse();
    }

    @Test
    void anErrorOfTheOriginPassesWhereTheCacheRuleSaysSo() {
        page("http.response.code ge 400", null);
        zone.cacheRules.add(Zones.rule(
                "http.request.uri.path eq \"/api\"",
                new SetCache(null, null, null, null, null, null, true, null, null)));
        edge().storeStatus(404, "z1", HOST, "/api", FRESH, "theirs");
        edge().storeStatus(404, "z1", HOST, "/gone", FRESH, "theirs");
        assertThat(edge().get("/api").entry()).isNotNull();
        assertThat(edge().get("/gone").entry()).isNull();
        assertThat(edge().ask("POST /api HTTP/1.1\r\nHost: site.example\r\n\r\n")
                        .text())
                .as("an error of the edge's own")
                .isEqualTo("<b>oh</b>");
    }

    @Test
    void aRefusalInTheOwnersOwnWordsStays() {
        page(ALL, 599);
        guard("b1", "http.request.uri.path eq \"/a\"", screening(Kind.BLOCK));
        guard(
                "b2",
                ALL,
                new Screening(Kind.BLOCK, new Screening.BlockResponse(418, "no", "text/plain"), false, List.of()));
        assertThat(edge().get("/a").status()).isEqualTo(599);
        assertThat(edge().event().ruleAction()).as("what weighs more").isEqualTo(RuleAction.BLOCK);
        assertThat(edge().get("/b").status()).isEqualTo(418);
    }

    @Test
    void visitorsAreNotToldWhereTheOriginIs() {
        assertThat(edge().get("/a").text())
                .isEqualTo("523: The name of this site's origin could not be resolved to an address.\n");
    }

    // ---- one version of everything

    @Test
    void aRequestSeesOneVersionOfEverything() {
        zone.firewall.add(Zones.rule("f", "ip.src.country eq \"NL\"", screening(Kind.LOG)));
        zone.requestHeaders.add(Zones.rule("h", ALL, headers(new Change("x-v", Operation.SET, Computed.of("1")))));
        page(ALL, 591);
        Zones later = rfc9111();
        later.version = 2;
        later.requestHeaders.add(Zones.rule("h", ALL, headers(new Change("x-v", Operation.SET, Computed.of("2")))));
        later.errors.add(Zones.rule("e2", ALL, new ServeError("two", "text/plain", 592)));
        later.limits.add(Zones.rule("l2", ALL, limit(List.of("ip.src"), 1, "http.response.code ge 500", false)));
        edge().country = () -> {
            // Between ROUTE, which asks for the country, and all that follows.
            edge().change(later);
            return "NL";
        };
        assertThat(edge().get("/a").status()).isEqualTo(591);
        assertThat(edge().event().rule()).isEqualTo("e");
        assertThat(sent()).contains("x-v: 1\r\n");
        assertThat(edge().get("/a").status())
                .as("the next one sees the next version, and counts first")
                .isEqualTo(592);
        assertThat(sent()).contains("x-v: 2\r\n");
        assertThat(edge().get("/a").status()).isEqualTo(592);
        assertThat(edge().event().rule())
                .as("a page of the owner's for the refusal")
                .isEqualTo("l2");
    }
}
