package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What the API says of rules that would give one visitor's own to others, and of which it says nothing.
class SharedVariantsTest {
    private static final String CACHE = "http_request_cache_settings";
    private static final String LATE = "http_request_late_transform";
    private static final int SHARED = 1301;

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http.cookie contains \"session=\"",
                "http.request.cookies[\"session\"][0] ne \"\"",
                "any(http.request.cookies[\"session\"][*] ne \"x\")",
                "len(http.request.cookies[\"session\"]) > 0",
                "not len(http.request.cookies[\"session\"]) eq 0",
                "starts_with(http.cookie, \"session\")",
                "http.cookie matches \"session=[a-z]+\"",
                "http.cookie wildcard \"*session*\"",
                "http.request.cookies[\"session\"][0] in {\"a\" \"b\"}",
                "lower(http.request.headers[\"authorization\"][0]) contains \"bearer\"",
                "any(http.request.headers[\"Authorization\"][*] contains \"x\")",
                "any(http.request.headers.names[*] == \"authorization\")",
                "http.request.headers[\"cookie\"][0] contains \"a\"",
                "len(http.request.headers[\"x-api-key\"]) > 0",
                "cf.tls_client_auth.cert_verified",
                "cf.tls_client_auth.cert_fingerprint_sha256 eq \"00\"",
                "http.host eq \"example.com\" and (http.request.uri.path eq \"/a\" or http.cookie contains \"s\")",
                "http.host eq \"example.com\" xor http.cookie contains \"s\"",
                "not (http.host eq \"example.com\" or not http.cookie contains \"s\")",
            })
    void whatIsStoredBecauseOfWhatIsPersonalIsTold(String expression) throws Exception {
        Result stored = put(CACHE, cacheRule(expression, "{\"cache\":true}"));
        JsonNode message = only(stored);
        assertThat(message.at("/source/pointer").asString()).isEqualTo("/rules/0");
        assertThat(message.get("message").asString()).contains("the rule r0 stores responses to requests with ");
        only(put(CACHE, cacheRule(expression, "{\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":60}}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "http.host eq \"example.com\" and starts_with(http.request.uri.path, \"/static/\")",
                "not http.cookie contains \"session=\"",
                "http.host eq \"example.com\" and not http.cookie contains \"wordpress_logged_in\"",
                "not any(http.request.cookies[\"session\"][*] ne \"\")",
                "len(http.request.cookies[\"session\"]) eq 0",
                "len(http.request.cookies[\"session\"]) < 1",
                "not len(http.request.cookies[\"session\"]) > 0",
                "http.cookie eq \"\"",
                "not (http.cookie contains \"a\" or http.cookie contains \"b\")",
                "http.request.headers[\"accept\"][0] contains \"webp\"",
                "http.user_agent contains \"Mobile\"",
                "ip.src in {192.0.2.0/24}",
                "ip.src.country eq \"DE\"",
                "not cf.tls_client_auth.cert_presented",
                "any(http.request.headers.names[*] == \"x-variant\")",
            })
    void ofOrdinaryRulesNothingIsSaid(String expression) throws Exception {
        assertThat(messages(put(CACHE, cacheRule(expression, "{\"cache\":true}"))))
                .isEmpty();
    }

    @Test
    void whatIsInTheKeyMayDecide() throws Exception {
        String byName = "http.request.cookies[\"plan\"][0] eq \"pro\"";
        String cookies = "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"cookie\":{\"include\":[\"plan\"]}}}}";
        String other = "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"cookie\":{\"include\":[\"other\"]}}}}";
        String presence =
                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"cookie\":{\"check_presence\":[\"plan\"]}}}}";
        assertThat(messages(put(CACHE, cacheRule(byName, cookies)))).isEmpty();
        assertThat(messages(put(CACHE, cacheRule("http.cookie contains \"plan=pro\"", cookies))))
                .isEmpty();
        assertThat(only(put(CACHE, cacheRule(byName, other))).get("message").asString())
                .contains("the cookie \"plan\"", "cache_key.custom_key.cookie.include");
        only(put(CACHE, cacheRule(byName, presence)));
        only(put(CACHE, cacheRule("http.cookie contains \"plan=pro\"", other)));
        String header = "len(http.request.headers[\"authorization\"]) > 0";
        assertThat(
                        messages(
                                put(
                                        CACHE,
                                        cacheRule(
                                                header,
                                                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"header\":{\"include\":[\"Authorization\"]}}}}"))))
                .isEmpty();
    }

    @Test
    void aNeighbourCountsThatAppliesWhereverTheRuleDoes() throws Exception {
        String expression = "http.cookie contains \"session=\"";
        String keyed = "{\"cache_key\":{\"custom_key\":{\"cookie\":{\"include\":[\"session\"]}}}}";
        String stored = "{\"cache\":true}";
        assertThat(messages(put(CACHE, cacheRule(expression, stored), cacheRule("true", keyed))))
                .isEmpty();
        assertThat(messages(put(CACHE, cacheRule(expression, keyed), cacheRule(expression, stored))))
                .isEmpty();
        assertThat(messages(put(CACHE, cacheRule(expression, stored), cacheRule(expression, "{\"cache\":false}"))))
                .isEmpty();
        only(put(CACHE, cacheRule(expression, stored), cacheRule("http.host eq \"x.example.com\"", keyed)));
        // The later one counts.
        only(put(
                CACHE,
                cacheRule(expression, keyed),
                cacheRule(expression, stored),
                cacheRule("true", "{\"cache_key\":{\"cache_by_device_type\":true}}")));
        only(put(CACHE, cacheRule("true", "{\"cache\":false}"), cacheRule(expression, stored)));
        // What is switched off does nothing.
        assertThat(messages(
                        put(CACHE, cacheRule(expression, stored).replace("{\"ref\"", "{\"enabled\":false,\"ref\""))))
                .isEmpty();
        assertThat(messages(put(CACHE, cacheRule(expression, "{\"cache\":false}"))))
                .isEmpty();
    }

    @Test
    void aTimeForEverythingIsTold() throws Exception {
        String all = "{\"cache\":true,\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":3600}}";
        assertThat(only(put(CACHE, cacheRule("true", all))).get("message").asString())
                .contains("what the origin says is private");
        assertThat(messages(put(CACHE, cacheRule("starts_with(http.request.uri.path, \"/static/\")", all))))
                .isEmpty();
        assertThat(messages(put(CACHE, cacheRule("http.host eq \"static.example.com\"", all))))
                .isEmpty();
        assertThat(messages(put(
                        CACHE,
                        cacheRule("true", all),
                        cacheRule("http.cookie contains \"session\"", "{\"cache\":false}"))))
                .isEmpty();
        for (String mode : List.of("respect_origin", "bypass_by_default")) {
            assertThat(messages(
                            put(CACHE, cacheRule("true", "{\"cache\":true,\"edge_ttl\":{\"mode\":\"" + mode + "\"}}"))))
                    .isEmpty();
        }
    }

    @Test
    void whatTheOriginIsToldByAHeaderIsTold() throws Exception {
        String user = header("true", "\"expression\":\"http.request.cookies[\\\"uid\\\"][0]\"");
        assertThat(messages(put(LATE, user))).isEmpty();
        JsonNode both = only(put(CACHE, cacheRule("true", "{\"cache\":true}")));
        assertThat(both.get("message").asString())
                .contains(
                        "in the phase " + LATE, "the rule r0 tells the origin of the cookie \"uid\"", "cache rule r0");
        assertThat(both.has("source")).isFalse();
        assertThat(only(put(LATE, user)).at("/source/pointer").asString()).isEqualTo("/rules/0");
        only(put(LATE, header("http.cookie contains \"beta\"", "\"value\":\"1\"")));
        for (String ordinary : List.of(
                header("true", "\"value\":\"1\""),
                header("true", "\"expression\":\"to_string(ip.src)\""),
                header("true", "\"expression\":\"concat(http.host, http.request.uri.path)\""),
                header("not http.cookie contains \"beta\"", "\"value\":\"1\""),
                header("http.cookie contains \"beta\"", "\"value\":\"1\"")
                        .replace("\"operation\":\"set\",\"value\":\"1\"", "\"operation\":\"remove\""))) {
            assertThat(messages(put(LATE, ordinary))).as(ordinary).isEmpty();
        }
    }

    @Test
    void whatIsNotStoredOrToldApartIsNotTold() throws Exception {
        String user = header(
                "starts_with(http.request.uri.path, \"/account/\")",
                "\"expression\":\"http.request.cookies[\\\"uid\\\"][0]\"");
        put(LATE, user);
        String stored = "{\"cache\":true}";
        assertThat(messages(put(CACHE, cacheRule("starts_with(http.request.uri.path, \"/static/\")", stored))))
                .isEmpty();
        assertThat(messages(put(CACHE, cacheRule("not http.cookie contains \"uid=\"", stored))))
                .isEmpty();
        assertThat(
                        messages(
                                put(
                                        CACHE,
                                        cacheRule(
                                                "true",
                                                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"cookie\":{\"include\":[\"uid\"]}}}}"))))
                .isEmpty();
        only(put(CACHE, cacheRule("http.host eq \"example.com\"", stored)));
        only(put(CACHE, cacheRule("http.request.uri.path eq \"/account/a\"", stored)));
        assertThat(messages(put(CACHE, cacheRule("http.request.uri.path in {\"/a\" \"/b\"}", stored))))
                .isEmpty();
    }

    @Test
    void anOriginThatIsChosenByACookieIsTold() throws Exception {
        String route = "{\"ref\":\"r0\",\"expression\":\"http.cookie contains \\\"beta=\\\"\",\"action\":\"route\","
                + "\"action_parameters\":{\"origin\":{\"host\":\"beta.example.net\"}}}";
        put(CACHE, cacheRule("true", "{\"cache\":true}"));
        assertThat(only(put("http_request_origin", route)).get("message").asString())
                .contains("chooses the origin by cookies");
        assertThat(messages(put(
                        CACHE,
                        cacheRule(
                                "true",
                                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"host\":{\"resolved\":true}}}}"))))
                .isEmpty();
    }

    @Test
    void aQueryIsPartOfTheKeyUnlessItIsLeftOut() throws Exception {
        put(
                "http_request_transform",
                "{\"ref\":\"r0\",\"expression\":\"true\",\"action\":\"rewrite\",\"action_parameters\":{\"uri\":{\"query\":"
                        + "{\"expression\":\"concat(\\\"u=\\\", http.request.cookies[\\\"uid\\\"][0])\"}}}}");
        assertThat(messages(put(CACHE, cacheRule("true", "{\"cache\":true}")))).isEmpty();
        only(
                put(
                        CACHE,
                        cacheRule(
                                "true",
                                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"query_string\":{\"exclude\":{\"all\":true}}}}}")));
    }

    @Test
    void aRehearsalAndAnAddedRuleSaySoToo() throws Exception {
        String rule = cacheRule("http.cookie contains \"s\"", "{\"cache\":true}");
        Result rehearsed = api.send("PUT", path(CACHE) + "?dry_run=true", "{\"rules\":[" + rule + "]}");
        only(rehearsed.ok());
        String id = put(CACHE, cacheRule("ssl", "{\"cache\":true}")).id();
        String rules = "/zones/" + zone + "/rulesets/" + id + "/rules";
        Result added = api.send("POST", rules, rule.replace("r0", "added")).ok();
        assertThat(only(added).at("/source/pointer").asString()).isEqualTo("/rules/1");
        // Of what is stored, whichever rule the change was about.
        only(api.send("PATCH", rules + "/" + added.result().at("/rules/0/id").asString(), "{\"enabled\":false}")
                .ok());
        assertThat(messages(api.send(
                                "DELETE",
                                rules + "/" + added.result().at("/rules/1/id").asString(),
                                null)
                        .ok()))
                .isEmpty();
    }

    private Result put(String phase, String... rules) throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < rules.length; i++) {
            all.append(i == 0 ? "" : ",").append(rules[i].replace("\"r0\"", "\"r" + i + "\""));
        }
        return api.send("PUT", path(phase), "{\"rules\":[" + all + "]}").ok();
    }

    private String path(String phase) {
        return "/zones/" + zone + "/rulesets/phases/" + phase + "/entrypoint";
    }

    private static JsonNode only(Result result) {
        List<JsonNode> messages = messages(result);
        assertThat(messages).hasSize(1);
        assertThat(messages.getFirst().get("code").intValue()).isEqualTo(SHARED);
        return messages.getFirst();
    }

    private static List<JsonNode> messages(Result result) {
        return TestControl.each(result.body().get("messages")).toList();
    }

    private static String cacheRule(String expression, String parameters) {
        return "{\"ref\":\"r0\",\"expression\":" + quoted(expression)
                + ",\"action\":\"set_cache_settings\",\"action_parameters\":" + parameters + "}";
    }

    private static String header(String expression, String value) {
        return "{\"ref\":\"r0\",\"expression\":" + quoted(expression)
                + ",\"action\":\"rewrite\",\"action_parameters\":{\"headers\":{\"X-User\":{\"operation\":\"set\","
                + value
                + "}}}}";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
