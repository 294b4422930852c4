package dev.selvage.acceptance.edge;

import static dev.selvage.acceptance.edge.RuledZone.cacheRule;
import static dev.selvage.acceptance.edge.RuledZone.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Rules of every phase, made through the API, and what visitors and the origin see of them.
@Timeout(60)
class RulesTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "trusted-proxies: [127.0.0.0/8]\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    @Test
    void aVisitorIsSentWhereAnExpressionSays() throws Exception {
        RuledZone zone = new RuledZone(site, "redirect.example");
        zone.rules(
                "http_request_dynamic_redirect",
                rule(
                        "http.request.uri.path wildcard \"/old/*\"",
                        "redirect",
                        "{\"from_value\":{\"status_code\":308,\"preserve_query_string\":true,\"target_url\":{\"expression\":"
                                + "\"wildcard_replace(http.request.full_uri, \\\"*://*/old/*\\\","
                                + " \\\"https://new.example/${3}\\\")\"}}}"),
                rule(
                        "http.request.uri.path eq \"/value\"",
                        "redirect",
                        "{\"from_value\":{\"status_code\":302,\"target_url\":{\"value\":\"/here\"}}}"));
        Wire.Response moved = zone.get("/old/a/b?c=d");
        assertThat(moved.status()).isEqualTo(308);
        assertThat(moved.header("Location").orElseThrow())
                .startsWith("https://new.example/a/b")
                .contains("c=d");
        Wire.Response here = zone.get("/value");
        assertThat(here.status()).isEqualTo(302);
        assertThat(here.header("Location")).contains("/here");
        assertThat(site.asked("/old/a/b")).isZero();
    }

    @Test
    void theOriginAndTheCacheSeeTheRewrittenUrl() throws Exception {
        RuledZone zone = new RuledZone(site, "rewrite.example");
        site.page("/v2/page.css", request -> Say.ok(request.target()));
        zone.rules(
                "http_request_transform",
                rule(
                        "starts_with(http.request.uri.path, \"/v1/\")",
                        "rewrite",
                        "{\"uri\":{\"path\":{\"expression\":\"regex_replace(http.request.uri.path, \\\"^/v1/\\\","
                                + " \\\"/v2/\\\")\"},\"query\":{\"value\":\"from=v1\"}}}"));
        Wire.Response rewritten = zone.get("/v1/page.css?old");
        assertThat(rewritten.text()).isEqualTo("/v2/page.css?from=v1");
        assertThat(Site.status(rewritten)).isEqualTo("MISS");
        assertThat(zone.status("/v2/page.css?from=v1")).as("the same resource").isEqualTo("HIT");
    }

    @Test
    void aConfigRuleDecidesHowTheOriginIsReached() throws Exception {
        RuledZone zone = new RuledZone(site, "config.example");
        site.page("/plain", Say.ok("x"));
        zone.rules(
                "http_config_settings",
                rule("http.request.uri.path eq \"/tls\"", "set_config", "{\"ssl\":\"origin_pull\"}"));
        assertThat(zone.get("/plain").status()).isEqualTo(200);
        assertThat(zone.get("/tls").status()).as("the origin speaks no TLS").isEqualTo(525);
    }

    @Test
    void anOriginRuleMayAskForAPath() throws Exception {
        RuledZone zone = new RuledZone(site, "route.example");
        site.page("/route/a", Say.ok("x"));
        zone.rules(
                "http_request_origin",
                rule("true", "route", "{\"origin\":{\"port\":" + site.origin().port() + "}}"),
                rule(
                        "starts_with(http.request.uri.path, \"/route/\")",
                        "route",
                        "{\"host_header\":\"inner.example\"}"));
        assertThat(zone.get("/route/a").status()).isEqualTo(200);
        assertThat(site.last("/route/a").header("Host")).contains("inner.example");
    }

    @Test
    void whoIsBlockedGetsTheOwnersAnswerAndTheOriginIsNotAsked() throws Exception {
        RuledZone zone = new RuledZone(site, "firewall.example");
        site.page("/open", Say.ok("x"));
        site.page("/private/a", Say.ok("x"));
        zone.rules(
                "http_request_firewall_custom",
                rule("any(http.request.headers[\"x-pass\"][*] eq \"yes\")", "skip", "{\"ruleset\":\"current\"}"),
                rule(
                        "starts_with(http.request.uri.path, \"/private/\")",
                        "block",
                        "{\"response\":{\"status_code\":451,\"content\":\"{\\\"no\\\":1}\","
                                + "\"content_type\":\"application/json\"}}"),
                rule("http.user_agent contains \"evil\"", "block", "{}"),
                rule("http.request.uri.path eq \"/challenged\"", "managed_challenge", "{}"));
        Wire.Response blocked = zone.get("/private/a");
        assertThat(blocked.status()).isEqualTo(451);
        assertThat(blocked.text()).isEqualTo("{\"no\":1}");
        assertThat(blocked.header("Content-Type")).contains("application/json");
        assertThat(site.asked("/private/a")).isZero();
        assertThat(zone.get("/private/a", "X-Pass: yes").status()).isEqualTo(200);
        assertThat(zone.get("/open", "User-Agent: evil/1").status()).isEqualTo(403);
        assertThat(zone.get("/open", "User-Agent: good/1").status()).isEqualTo(200);
        Wire.Response challenged = zone.get("/challenged");
        assertThat(challenged.status()).isEqualTo(403);
        assertThat(challenged.text()).contains("challenge");
    }

    @Test
    void moreRequestsThanAllowedAreRefusedForAWhile() throws Exception {
        RuledZone zone = new RuledZone(site, "limited.example");
        site.page("/limited", Say.ok("x"));
        site.page("/unlimited", Say.ok("x"));
        zone.rules("http_ratelimit", """
                {"expression":"http.request.uri.path eq \\"/limited\\"","action":"block",
                 "action_parameters":{"response":{"status_code":429,"content":"slow down","content_type":"text/plain"}},
                 "ratelimit":{"characteristics":["cf.colo.id","ip.src"],"period":60,"requests_per_period":3,
                              "mitigation_timeout":60}}
                """);
        for (int i = 0; i < 3; i++) {
            assertThat(zone.get("/limited", "X-Forwarded-For: 192.0.2.1").status())
                    .as("request " + i)
                    .isEqualTo(200);
        }
        Wire.Response refused = zone.get("/limited", "X-Forwarded-For: 192.0.2.1");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).isEqualTo("slow down");
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(zone.get("/limited", "X-Forwarded-For: 192.0.2.2").status()).isEqualTo(200);
        assertThat(zone.get("/unlimited", "X-Forwarded-For: 192.0.2.1").status())
                .isEqualTo(200);
    }

    @Test
    void headerFieldsAreChangedOnTheWayInAndOut() throws Exception {
        RuledZone zone = new RuledZone(site, "headers.example");
        site.page("/headers.css", Say.ok("x").header("X-Powered-By", "secret").header("X-Kept", "yes"));
        zone.rules(
                "http_request_late_transform",
                rule(
                        "true",
                        "rewrite",
                        "{\"headers\":{\"X-Visitor\":{\"operation\":\"set\",\"expression\":\"to_string(ip.src)\"},"
                                + "\"X-Secret\":{\"operation\":\"remove\"},"
                                + "\"X-Tag\":{\"operation\":\"add\",\"value\":\"edge\"}}}"));
        zone.rules(
                "http_response_headers_transform",
                rule(
                        "http.response.code eq 200",
                        "rewrite",
                        "{\"headers\":{\"X-Powered-By\":{\"operation\":\"remove\"},"
                                + "\"X-Path\":{\"operation\":\"set\",\"expression\":\"http.request.uri.path\"},"
                                + "\"Link\":{\"operation\":\"add\",\"value\":\"</a.css>; rel=preload\"}}}"));
        Wire.Response miss = zone.get("/headers.css", "X-Forwarded-For: 192.0.2.1", "X-Secret: s", "X-Tag: mine");
        Wire.Response hit = zone.get("/headers.css");
        assertThat(Site.status(hit)).isEqualTo("HIT");
        for (Wire.Response response : new Wire.Response[] {miss, hit}) {
            assertThat(response.header("X-Powered-By")).isEmpty();
            assertThat(response.header("X-Kept")).contains("yes");
            assertThat(response.header("X-Path")).contains("/headers.css");
            assertThat(response.header("Link")).contains("</a.css>; rel=preload");
        }
        assertThat(site.last("/headers.css").header("X-Visitor")).contains("192.0.2.1");
        assertThat(site.last("/headers.css").header("X-Secret")).isEmpty();
        assertThat(site.last("/headers.css").header("X-Tag").orElseThrow()).contains("mine");
    }

    @Test
    void theOwnersErrorPageReplacesTheOriginsAndTheEdges() throws Exception {
        RuledZone zone = new RuledZone(site, "errors.example");
        site.page("/gone", Say.status(404, "the origin's words"));
        site.page("/closing", Say.nothing().thenClose());
        zone.rules(
                "http_custom_errors",
                rule(
                        "http.response.code eq 404",
                        "serve_error",
                        "{\"content\":\"<h1>not here</h1>\",\"content_type\":\"text/html\"}"),
                rule(
                        "http.response.code ge 500",
                        "serve_error",
                        "{\"content\":\"{\\\"down\\\":true}\",\"content_type\":\"application/json\",\"status_code\":503}"));
        Wire.Response gone = zone.get("/gone");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.text()).isEqualTo("<h1>not here</h1>");
        assertThat(gone.header("Content-Type").orElseThrow()).startsWith("text/html");
        Wire.Response down = zone.get("/closing");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.text()).isEqualTo("{\"down\":true}");
    }

    @Test
    void hostNamesHaveNoCaseForRulesEither() throws Exception {
        RuledZone zone = new RuledZone(site, "case.example");
        zone.rules(
                "http_request_firewall_custom",
                rule("http.host eq \"Case.Example\" and http.request.uri.path eq \"/door\"", "block", "{}"));
        assertThat(site.get("/door", "Host: CASE.example:80").status()).isEqualTo(403);
        assertThat(zone.get("/%64oor").status())
                .as("another spelling of the path")
                .isEqualTo(403);
    }

    @Test
    void aTraceSaysWhatWouldHappenAndAsksNobody() throws Exception {
        RuledZone zone = new RuledZone(site, "traced.example");
        site.page("/traced/page", Say.ok("x"));
        zone.rules(
                "http_request_transform",
                rule(
                        "http.request.uri.path eq \"/short\"",
                        "rewrite",
                        "{\"uri\":{\"path\":{\"value\":\"/traced/page\"}}}"));
        zone.rules(
                "http_request_firewall_custom", rule("http.request.cookies[\"role\"][0] eq \"guest\"", "block", "{}"));
        JsonNode ruleset = zone.cacheRules(
                cacheRule("http.request.uri.path.extension eq \"css\"", "{\"cache\":false}"),
                cacheRule(
                        "starts_with(http.request.uri.path, \"/traced/\")",
                        "{\"cache\":true,\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":60}}"));
        JsonNode trace = zone.trace("http://traced.example/short?a=1", "");
        assertThat(trace.get("decision").asString()).isEqualTo("cache");
        assertThat(trace.get("url").asString()).isEqualTo("http://traced.example/traced/page?a=1");
        assertThat(trace.get("cache_key").toString())
                .contains("traced.example")
                .contains("/traced/page")
                .contains("a=1");
        JsonNode phase = phase(trace, "http_request_cache_settings");
        assertThat(phase.at("/trace/0/step_name")).isEqualTo(ruleset.get("id"));
        JsonNode first = phase.at("/trace/0/trace/0");
        assertThat(first.get("matched").asBoolean()).isFalse();
        assertThat(first.get("values").toString())
                .isEqualTo("[{\"name\":\"http.request.uri.path.extension\",\"value\":\"\"}]");
        JsonNode second = phase.at("/trace/0/trace/1");
        assertThat(second.get("applied").asBoolean()).isTrue();
        assertThat(second.get("action").asString()).isEqualTo("set_cache_settings");
        assertThat(second.get("values").toString()).contains("/traced/page");
        assertThat(phase(trace, "http_request_transform")
                        .at("/trace/0/trace/0/applied")
                        .asBoolean())
                .isTrue();

        JsonNode blocked = zone.trace("http://traced.example/short", ",\"cookies\":{\"role\":\"guest\"}");
        assertThat(blocked.get("decision").asString()).isEqualTo("block");
        assertThat(blocked.get("status_code").asInt()).isEqualTo(403);
        assertThat(phase(blocked, "http_request_cache_settings").get("reached").asBoolean())
                .isFalse();
        assertThat(site.asked("/traced/page")).isZero();
    }

    private static JsonNode phase(JsonNode trace, String name) {
        for (JsonNode phase : trace.get("trace")) {
            if (phase.get("step_name").asString().equals(name)) {
                return phase;
            }
        }
        throw new AssertionError("no phase " + name + " in " + trace);
    }

    @Test
    void aTraceCountsForNoLimit() throws Exception {
        RuledZone zone = new RuledZone(site, "tracedlimit.example");
        site.page("/tl", Say.ok("x"));
        zone.rules("http_ratelimit", """
                {"expression":"http.request.uri.path eq \\"/tl\\"","action":"block",
                 "ratelimit":{"characteristics":["cf.colo.id","ip.src"],"period":60,"requests_per_period":2,
                              "mitigation_timeout":60}}
                """);
        for (int i = 0; i < 5; i++) {
            zone.trace("http://tracedlimit.example/tl", ",\"context\":{\"ip\":\"192.0.2.9\"}");
        }
        assertThat(zone.get("/tl", "X-Forwarded-For: 192.0.2.9").status()).isEqualTo(200);
        assertThat(zone.get("/tl", "X-Forwarded-For: 192.0.2.9").status()).isEqualTo(200);
        assertThat(zone.get("/tl", "X-Forwarded-For: 192.0.2.9").status()).isEqualTo(429);
    }

    @Test
    void aRuleThatIsSwitchedOffDoesNothing() throws Exception {
        RuledZone zone = new RuledZone(site, "off.example");
        site.page("/off", Say.ok("x"));
        zone.rules(
                "http_request_firewall_custom",
                "{\"expression\":\"true\",\"action\":\"block\",\"enabled\":false}",
                rule("http.request.uri.path eq \"/on\"", "block", "{}"));
        assertThat(zone.get("/on").status()).isEqualTo(403);
        assertThat(zone.get("/off").status()).isEqualTo(200);
    }

    @Test
    void aChangeOfRulesIsAtTheEdgeWithinASecond() throws Exception {
        RuledZone zone = new RuledZone(site, "quick.example");
        site.page("/quick", Say.ok("x"));
        zone.rules("http_request_firewall_custom", rule("http.request.uri.path eq \"/quick\"", "block", "{}"));
        assertThat(zone.get("/quick").status()).isEqualTo(403);
        site.program()
                .api()
                .put("/zones/" + zone.id + "/rulesets/phases/http_request_firewall_custom/entrypoint", "{\"rules\":[]}")
                .result();
        Until.holds("open again", PROMPTLY, () -> zone.get("/quick").status(), status -> status == 200);
    }
}
