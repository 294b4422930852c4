package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.EdgeTtl;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Mode;
import dev.selvage.model.rules.SetCache.Query;
import dev.selvage.model.rules.SetCache.StatusTtl;
import dev.selvage.model.rules.SetCache.User;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.SslMode;
import dev.selvage.toolkit.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PageRulesTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String rules;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        rules = "/zones/" + zone + "/pagerules";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String targets(String pattern) {
        return "\"targets\":[{\"target\":\"url\",\"constraint\":{\"operator\":\"matches\",\"value\":"
                + Json.MAPPER.writeValueAsString(pattern) + "}}]";
    }

    private static String body(String pattern, String actions, String... fields) {
        return "{" + targets(pattern) + ",\"actions\":[" + actions + "]"
                + (fields.length == 0 ? "" : "," + String.join(",", fields)) + "}";
    }

    private static String action(String id, String value) {
        return "{\"id\":\"" + id + "\",\"value\":" + value + "}";
    }

    private Result post(String pattern, String actions, String... fields) throws Exception {
        return api.send("POST", rules, body(pattern, actions, fields));
    }

    private List<String> order(String query) throws Exception {
        return TestControl.each(api.get(rules + query).ok().result())
                .map(rule -> rule.at("/targets/0/constraint/value").asString())
                .toList();
    }

    // ---- the forms

    @Test
    void aRuleComesBackAsItWasSent() throws Exception {
        String sent = body(
                "*Example.com/images/*",
                action("cache_level", "\"cache_everything\"") + "," + action("edge_cache_ttl", "7200"),
                "\"priority\":7",
                "\"status\":\"active\"");
        Result made = api.send("POST", rules, sent).ok();
        ObjectNode expected = (ObjectNode) Json.MAPPER.readTree(sent);
        expected.put("id", made.id())
                .put("created_on", "2026-03-01T12:00:00.123456Z")
                .put("modified_on", "2026-03-01T12:00:00.123456Z");
        assertThat(made.id()).matches("[0-9a-f]{32}");
        assertThat(made.result()).isEqualTo(expected);
        assertThat(made.body().get("messages").isEmpty()).isTrue();
        assertThat(api.get(rules + "/" + made.id()).ok().result()).isEqualTo(expected);
        Result list = api.get(rules).ok();
        assertThat(list.result().isArray()).isTrue();
        assertThat(list.result().get(0)).isEqualTo(expected);
        assertThat(list.body().has("result_info")).as("no paging").isFalse();
        api = api.reopen();
        assertThat(api.get(rules + "/" + made.id()).ok().result()).isEqualTo(expected);
    }

    @Test
    void statusAndPriorityHaveDefaults() throws Exception {
        JsonNode made = post("example.com/*", action("ssl", "\"full\""), "\"priority\":null")
                .ok()
                .result();
        assertThat(made.get("status").asString()).isEqualTo("disabled");
        assertThat(made.get("priority").intValue()).isEqualTo(1);
    }

    @Test
    void whatAClientWasGivenItMaySendBack() throws Exception {
        Result made = post("example.com/*", action("ssl", "\"full\""), "\"status\":\"active\"")
                .ok();
        api.clock.advance(Duration.ofSeconds(1));
        JsonNode again = api.send("PUT", rules + "/" + made.id(), made.result().toString())
                .ok()
                .result();
        assertThat(again.get("created_on")).isEqualTo(made.result().get("created_on"));
        assertThat(again.get("modified_on").asString()).isEqualTo("2026-03-01T12:00:01.123456Z");
        assertThat(again.get("actions")).isEqualTo(made.result().get("actions"));
    }

    @Test
    void putReplacesAndPatchMerges() throws Exception {
        String one = rules + "/"
                + post("example.com/a", action("ssl", "\"full\""), "\"priority\":5", "\"status\":\"active\"")
                        .ok()
                        .id();
        JsonNode patched = api.send("PATCH", one, "{\"status\":\"disabled\",\"priority\":null}")
                .ok()
                .result();
        assertThat(patched.get("status").asString()).isEqualTo("disabled");
        assertThat(patched.get("priority").intValue()).as("null leaves it").isEqualTo(5);
        assertThat(patched.at("/actions/0/id").asString()).isEqualTo("ssl");
        patched = api.send("PATCH", one, "{\"actions\":[" + action("cache_level", "\"bypass\"") + "]}")
                .ok()
                .result();
        assertThat(patched.get("actions").size()).isEqualTo(1);
        assertThat(patched.at("/actions/0/id").asString()).isEqualTo("cache_level");
        assertThat(patched.at("/targets/0/constraint/value").asString()).isEqualTo("example.com/a");
        JsonNode put = api.send("PUT", one, body("example.com/b", action("ssl", "\"off\"")))
                .ok()
                .result();
        assertThat(put.get("priority").intValue()).isEqualTo(1);
        assertThat(put.get("status").asString()).isEqualTo("disabled");
        assertThat(api.get(one).ok().result()).isEqualTo(put);
        api.send("PUT", one, "{\"status\":\"active\"}").refused(400, 1004);
        assertThat(api.get(one).ok().result()).as("refused whole").isEqualTo(put);
    }

    @Test
    void aPatchIsJudgedWithWhatItLeaves() throws Exception {
        String one = rules + "/"
                + post(
                                "example.com/*/*",
                                action("forwarding_url", "{\"url\":\"https://o.example/$2\",\"status_code\":301}"))
                        .ok()
                        .id();
        Result refused =
                api.send("PATCH", one, "{" + targets("example.com/*") + "}").refused(400, 1004);
        assertThat(refused.pointer()).isEqualTo("/actions/0/value/url");
    }

    @Test
    void aDeletedRuleIsGone() throws Exception {
        String id = post("example.com/*", action("ssl", "\"full\"")).ok().id();
        assertThat(api.send("DELETE", rules + "/" + id, null).ok().result().toString())
                .isEqualTo("{\"id\":\"" + id + "\"}");
        for (String method : new String[] {"GET", "PATCH", "PUT", "DELETE"}) {
            String body = method.equals("GET") || method.equals("DELETE")
                    ? null
                    : body("example.com/*", action("ssl", "\"full\""));
            assertThat(api.send(method, rules + "/" + id, body)
                            .refused(404, 1002)
                            .message())
                    .isEqualTo("Invalid Page Rule identifier");
        }
        assertThat(api.get(rules).ok().result().isEmpty()).isTrue();
    }

    @Test
    void aRuleIsFoundInItsZoneAlone() throws Exception {
        String id = post("example.com/*", action("ssl", "\"full\"")).ok().id();
        String other = api.zone("example.net");
        api.get("/zones/" + other + "/pagerules/" + id).refused(404, 1002);
        api.send("DELETE", "/zones/" + other + "/pagerules/" + id, null).refused(404, 1002);
        api.get("/zones/" + "0".repeat(32) + "/pagerules").refused(404, 1001);
        api.get("/zones/" + "0".repeat(32) + "/pagerules/settings").refused(404, 1001);
        api.get("/zones/x/pagerules").refused(404, 7003);
        api.get(rules + "/x").refused(404, 7003);
        api.get(rules + "/" + id).ok();
    }

    // ---- order

    @Test
    void theHighestPriorityComesFirstAndAmongEqualsWhoWasThere() throws Exception {
        post("example.com/low", action("ssl", "\"full\""), "\"status\":\"active\"")
                .ok();
        post("example.com/high", action("ssl", "\"full\""), "\"priority\":9").ok();
        post("example.com/middle", action("ssl", "\"full\""), "\"priority\":5", "\"status\":\"active\"")
                .ok();
        post("example.com/late", action("ssl", "\"full\""), "\"priority\":5", "\"status\":\"active\"")
                .ok();
        assertThat(order(""))
                .containsExactly("example.com/high", "example.com/middle", "example.com/late", "example.com/low");
        assertThat(order("?order=priority&direction=asc"))
                .containsExactly("example.com/low", "example.com/late", "example.com/middle", "example.com/high");
        assertThat(order("?status=active&match=any"))
                .containsExactly("example.com/middle", "example.com/late", "example.com/low");
        assertThat(order("?status=disabled&match=all")).containsExactly("example.com/high");
        assertThat(order("?order=status&direction=asc"))
                .containsExactly("example.com/middle", "example.com/late", "example.com/low", "example.com/high");
        assertThat(order("?order=status")).startsWith("example.com/high");
        for (String query : new String[] {"?order=id", "?direction=up", "?status=on", "?match=some"}) {
            api.get(rules + query).refused(400, 1004);
        }
        List<String> published = api
                .published(zone, config -> config.pageRules().size() == 3)
                .pageRules()
                .stream()
                .map(PageRule::pattern)
                .toList();
        assertThat(published)
                .as("the active ones, as they are tried")
                .containsExactly("example.com/middle", "example.com/late", "example.com/low");
    }

    @Test
    void noOtherRuleOfTheZoneHasTheSamePattern() throws Exception {
        String first = post("*example.com/a", action("ssl", "\"full\"")).ok().id();
        Result refused = post("*EXAMPLE.com/a", action("ssl", "\"off\"")).refused(400, 1004);
        assertThat(refused.message()).contains("already has an existing page rule with that URL", first);
        String second = post("*example.com/A", action("ssl", "\"off\"")).ok().id();
        api.send("PATCH", rules + "/" + second, "{" + targets("*example.com/a") + "}")
                .refused(400, 1004);
        api.send("PATCH", rules + "/" + first, "{" + targets("*Example.com/a") + "}")
                .ok();
    }

    @Test
    void aZoneHasAsManyAsItsQuotaSays() throws Exception {
        int quota = api.get("/zones/" + zone)
                .ok()
                .result()
                .at("/meta/page_rule_quota")
                .intValue();
        assertThat(quota).isEqualTo(Zone.PAGE_RULE_QUOTA).isPositive();
        for (int i = 0; i < quota; i++) {
            post("example.com/" + i, action("ssl", "\"full\"")).ok();
        }
        assertThat(post("example.com/more", action("ssl", "\"full\""))
                        .refused(400, 1004)
                        .message())
                .contains("at most " + quota);
        assertThat(api.get(rules).ok().result().size()).isEqualTo(quota);
    }

    // ---- what the edge gets

    @Test
    void theEdgeGetsEverySettingItActsOn() throws Exception {
        Result made = post(
                "http://*.example.com:8080/a*",
                String.join(
                        ",",
                        action("cache_level", "\"cache_everything\""),
                        action("edge_cache_ttl", "60"),
                        action(
                                "cache_ttl_by_status",
                                "{\"200-299\":30,\"404\":\"no-cache\",\"200\":5,\"500-599\":\"no-store\"}"),
                        action("browser_cache_ttl", "0"),
                        action("explicit_cache_control", "\"on\""),
                        action("sort_query_string_for_cache", "\"off\""),
                        action("bypass_cache_on_cookie", "\"session=.*|auth\""),
                        action("cache_on_cookie", "\"variant\""),
                        action("host_header_override", "\"Inner.Example.com\""),
                        action("resolve_override", "\"Origin.Example.com.\""),
                        action("ssl", "\"origin_pull\""),
                        action("always_online", "\"on\""),
                        action("cache_by_device_type", "\"on\""),
                        action("cache_deception_armor", "\"off\""),
                        action(
                                "cache_key_fields",
                                "{\"query_string\":{\"include\":[\"a\",\"b\"],\"exclude\":[]},\"header\":{\"exclude\":[\"Origin\"],"
                                        + "\"check_presence\":[\"X-C\"]},\"host\":{\"resolved\":true},\"cookie\":"
                                        + "{\"include\":[\"d\"],\"check_presence\":[\"e\"]},\"user\":{\"device_type\":true,"
                                        + "\"geo\":false}}"),
                        action("respect_strong_etag", "\"on\""),
                        action("origin_error_page_pass_thru", "\"on\""),
                        action("ip_geolocation", "\"on\"")),
                "\"status\":\"active\"");
        assertThat(made.ok().body().get("messages").isEmpty())
                .as("the edge acts on all of it")
                .isTrue();
        assertThat(api.published(zone, config -> !config.pageRules().isEmpty()).pageRules())
                .containsExactly(new PageRule(
                        "http://*.example.com:8080/a*",
                        null,
                        PageRule.Level.CACHE_EVERYTHING,
                        new EdgeTtl(
                                Mode.OVERRIDE_ORIGIN,
                                60,
                                List.of(
                                        new StatusTtl(200, 200, 5),
                                        new StatusTtl(404, 404, 0),
                                        new StatusTtl(200, 299, 30),
                                        new StatusTtl(500, 599, -1))),
                        0,
                        true,
                        false,
                        "session=.*|auth",
                        "variant",
                        "Inner.Example.com",
                        "origin.example.com",
                        SslMode.ORIGIN_PULL,
                        true,
                        new KeyForm(
                                true,
                                false,
                                null,
                                new Query(true, false, List.of("a", "b")),
                                new HeaderFields(List.of(), List.of("x-c"), List.of(), true),
                                new Cookies(List.of("d"), List.of("e")),
                                true,
                                new User(true, false, null)),
                        true));
        api.send(
                        "PATCH",
                        rules + "/" + made.id(),
                        "{\"actions\":[" + action("cache_ttl_by_status", "{\"404\":9}") + "]}")
                .ok();
        PageRule rule = api.published(
                        zone, config -> config.pageRules().stream().anyMatch(each -> each.cacheLevel() == null))
                .pageRules()
                .getFirst();
        assertThat(rule.edgeTtl())
                .isEqualTo(new EdgeTtl(Mode.RESPECT_ORIGIN, null, List.of(new StatusTtl(404, 404, 9))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"include\":\"*\"} | true | true",
                "{\"include\":[\"*\"]} | true | true",
                "{\"exclude\":\"*\"} | false | true",
                "{\"include\":[],\"exclude\":\"*\"} | false | true",
                "{\"include\":[],\"exclude\":[\"a\"]} | false | false",
            })
    void theEdgeGetsWhichParametersCount(String query, boolean included, boolean all) throws Exception {
        post("example.com/*", action("cache_key_fields", "{\"query_string\":" + query + "}"), "\"status\":\"active\"")
                .ok();
        KeyForm key = api.published(zone, config -> !config.pageRules().isEmpty())
                .pageRules()
                .getFirst()
                .cacheKey();
        assertThat(key)
                .isEqualTo(new KeyForm(
                        null,
                        null,
                        null,
                        new Query(included, all, all ? List.of() : List.of("a")),
                        null,
                        null,
                        null,
                        null));
    }

    @Test
    void theEdgeGetsRedirects() throws Exception {
        post("http://*example.com/*", "{\"id\":\"always_use_https\"}", "\"status\":\"active\"")
                .ok();
        post(
                        "example.com/old/*",
                        action("forwarding_url", "{\"url\":\"https://o.example/$1\",\"status_code\":302}"),
                        "\"status\":\"active\"",
                        "\"priority\":2")
                .ok();
        assertThat(api.published(zone, config -> config.pageRules().size() == 2).pageRules())
                .containsExactly(
                        PageRule.redirecting("example.com/old/*", new PageRule.Redirect("https://o.example/$1", 302)),
                        PageRule.redirecting("http://*example.com/*", new PageRule.Redirect(null, 301)));
    }

    @Test
    void theEdgeLearnsThatARuleIsGone() throws Exception {
        String id = post("example.com/*", action("ssl", "\"off\""), "\"status\":\"active\"")
                .ok()
                .id();
        api.published(zone, config -> config.pageRules().size() == 1);
        long version = api.latest(zone).orElseThrow().version();
        api.send("PATCH", rules + "/" + id, "{\"status\":\"disabled\"}").ok();
        api.published(
                zone, config -> config.version() > version && config.pageRules().isEmpty());
        api.send("PATCH", rules + "/" + id, "{\"status\":\"active\"}").ok();
        api.published(
                zone,
                config -> config.version() > version + 1 && config.pageRules().size() == 1);
        api.send("DELETE", rules + "/" + id, null).ok();
        api.published(
                zone,
                config -> config.version() > version + 2 && config.pageRules().isEmpty());
    }

    // ---- what is stored alone

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "automatic_https_rewrites | \"on\"",
                "browser_check | \"off\"",
                "cache_key_fields | {\"query_string\":{\"include\":[\"a\"]},\"header\":{\"exclude\":[\"b\"],\"check_presence\":[\"c\"]},\"host\":{\"resolved\":true},\"cookie\":{\"include\":[\"d\"],\"check_presence\":[\"e\"]},\"user\":{\"device_type\":true,\"geo\":false,\"lang\":true}}",
                "disable_apps | null",
                "disable_apps | \"on\"",
                "disable_performance | null",
                "disable_railgun | null",
                "disable_security | null",
                "disable_zaraz | null",
                "email_obfuscation | \"on\"",
                "ip_geolocation | \"off\"",
                "minify | {\"html\":\"on\",\"css\":\"off\",\"js\":\"on\"}",
                "mirage | \"on\"",
                "opportunistic_encryption | \"on\"",
                "origin_error_page_pass_thru | \"off\"",
                "polish | \"lossy\"",
                "response_buffering | \"on\"",
                "rocket_loader | \"on\"",
                "security_level | \"under_attack\"",
                "server_side_exclude | \"on\"",
                "true_client_ip_header | \"on\"",
                "waf | \"off\"",
            })
    void whatTheEdgeDoesNotActOnIsStoredAndSaid(String id, String value) throws Exception {
        Result made = post("example.com/*", action(id, value)).ok();
        assertThat(made.body().get("messages").size()).isEqualTo(1);
        JsonNode message = made.body().get("messages").get(0);
        assertThat(message.get("code").intValue()).isEqualTo(1300);
        assertThat(message.get("message").asString()).contains(id + " is stored;");
        JsonNode action = made.result().at("/actions/0");
        assertThat(action.get("id").asString()).isEqualTo(id);
        if (value.equals("null")) {
            assertThat(action.has("value")).isFalse();
        } else {
            assertThat(action.get("value")).isEqualTo(Json.MAPPER.readTree(value));
        }
        assertThat(api.get(rules + "/" + made.id()).ok().result()).isEqualTo(made.result());
    }

    @Test
    void eachActionThatTheEdgeDoesNotActOnIsNamed() throws Exception {
        Result made = post(
                        "example.com/*",
                        action("waf", "\"on\"") + "," + action("ssl", "\"full\"") + "," + action("polish", "\"off\""))
                .ok();
        assertThat(made.body().get("messages").size()).isEqualTo(2);
        assertThat(made.body().get("messages").toString())
                .contains("waf", "polish")
                .doesNotContain("ssl");
        Result patched = api.send("PATCH", rules + "/" + made.id(), "{\"status\":\"active\"}")
                .ok();
        assertThat(patched.body().get("messages")).isEqualTo(made.body().get("messages"));
        PageRule published = api.published(zone, config -> !config.pageRules().isEmpty())
                .pageRules()
                .getFirst();
        assertThat(published.ssl()).isEqualTo(SslMode.FULL);
    }

    @Test
    void everyActionIsListedWithTheFormOfItsValue() throws Exception {
        JsonNode settings = api.get(rules + "/settings").ok().result();
        assertThat(settings.size()).isGreaterThan(35);
        for (JsonNode setting : settings) {
            assertThat(setting.get("id").isString()).isTrue();
            assertThat(setting.get("properties").isArray()).isTrue();
        }
        assertThat(settings.toString())
                .contains(
                        "{\"id\":\"disable_apps\",\"properties\":[]}",
                        "{\"id\":\"mirage\",\"properties\":[{\"name\":\"value\",\"type\":\"toggle\"}]}",
                        "\"choices\":[301,302]");
    }

    // ---- what is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "always_online | 1 | /value | a string",
                "always_use_https | \"off\" | /value | must be one of on",
                "browser_cache_ttl | -1 | /value | 0 to 31536000",
                "browser_cache_ttl | \"60\" | /value | a whole number",
                "browser_cache_ttl | 31536001 | /value | 0 to 31536000",
                "browser_cache_ttl | 1.5 | /value | a whole number",
                "browser_cache_ttl | null | /value | required",
                "bypass_cache_on_cookie | \"(\" | /value | RE2",
                "bypass_cache_on_cookie | \"\" | /value | empty",
                "bypass_cache_on_cookie | \"(a)\\\\1\" | /value | RE2",
                "bypass_cache_on_cookie | \"a{1000}\" | /value | counted repetition",
                "bypass_cache_on_cookie | \".*.*.*.*.*.*.*.*.*.*.*.*.*\" | /value | 12 wildcards",
                "cache_on_cookie | 7 | /value | a string",
                "cache_by_device_type | true | /value | a string",
                "cache_level | \"everything\" | /value | must be one of aggressive, basic",
                "cache_ttl_by_status | {} | /value | 1 to 100",
                "cache_ttl_by_status | [] | /value | an object",
                "cache_ttl_by_status | {\"99\":1} | /value/99 | 100 to 999",
                "cache_ttl_by_status | {\"1000\":1} | /value/1000 | 100 to 999",
                "cache_ttl_by_status | {\"300-200\":1} | /value/300-200 | 100 to 999",
                "cache_ttl_by_status | {\"200-299-300\":1} | /value/200-299-300 | 100 to 999",
                "cache_ttl_by_status | {\"٢٠٠\":1} | /value/٢٠٠ | 100 to 999",
                "cache_ttl_by_status | {\"200\":-2} | /value/200 | -1 to",
                "cache_ttl_by_status | {\"200\":\"never\"} | /value/200 | no-cache, no-store",
                "cache_ttl_by_status | {\"200\":true} | /value/200 | a whole number",
                "cache_ttl_by_status | {\"200\":null} | /value/200 | required",
                "cache_key_fields | \"x\" | /value | an object",
                "cache_key_fields | {\"path\":{}} | /value/path | unknown field",
                "cache_key_fields | {\"query_string\":{\"include\":\"*\",\"exclude\":\"*\"}} | /value/query_string | either",
                "cache_key_fields | {\"query_string\":{\"include\":\"a\"}} | /value/query_string/include | must be one of *",
                "cache_key_fields | {\"query_string\":{\"include\":[1]}} | /value/query_string/include/0 | a string",
                "cache_key_fields | {\"header\":{\"include\":[\"a\"],\"exclude\":[\"b\"]}} | /value/header | either",
                "cache_key_fields | {\"header\":{\"include\":\"*\"}} | /value/header/include | an array",
                "cache_key_fields | {\"cookie\":{\"exclude\":[\"a\"]}} | /value/cookie/exclude | unknown field",
                "cache_key_fields | {\"cookie\":{\"include\":[\"\"]}} | /value/cookie/include | empty",
                "cache_key_fields | {\"cookie\":{\"include\":[\"a\",\"a\"]}} | /value/cookie/include | twice",
                "cache_key_fields | {\"user\":{\"geo\":\"on\"}} | /value/user/geo | true or false",
                "cache_key_fields | {\"host\":{\"resolved\":1}} | /value/host/resolved | true or false",
                "disable_security | \"off\" | /value | must be one of on",
                "edge_cache_ttl | 0 | /value | 1 to 31536000",
                "explicit_cache_control | \"yes\" | /value | off, on",
                "forwarding_url | \"https://o.example\" | /value | an object",
                "forwarding_url | {\"url\":\"https://o.example\"} | /value/status_code | required",
                "forwarding_url | {\"url\":\"https://o.example\",\"status_code\":307} | /value/status_code | 301 to 302",
                "forwarding_url | {\"status_code\":301} | /value/url | required",
                "forwarding_url | {\"url\":\"/path\",\"status_code\":301} | /value/url | begin with http",
                "forwarding_url | {\"url\":\"https://o.example/$3\",\"status_code\":301} | /value/url | no asterisk",
                "forwarding_url | {\"url\":\"https://o.example$2/\",\"status_code\":301} | /value/url | host",
                "forwarding_url | {\"url\":\"https://o.example/\",\"status_code\":301,\"x\":1} | /value/x | unknown field",
                "host_header_override | \"a b\" | /value | a host name",
                "host_header_override | \"a.example:80\" | /value | without a port",
                "host_header_override | \"a\\r\\nb: c\" | /value | a host name",
                "resolve_override | \"http://a.example\" | /value | without a port",
                "resolve_override | {} | /value | a string",
                "minify | {\"xml\":\"on\"} | /value/xml | unknown field",
                "minify | {\"css\":true} | /value/css | a string",
                "polish | \"on\" | /value | lossless",
                "security_level | 5 | /value | a string",
                "ssl | \"Full\" | /value | must be one of",
                "sort_query_string_for_cache | [] | /value | a string",
                "waf | null | /value | required",
            })
    void aValueOfTheWrongFormIsRefused(String id, String value, String pointer, String reason) throws Exception {
        Result refused = post("*example.com/*", action(id, value)).refused(400, 1004);
        assertThat(refused.pointer()).isEqualTo("/actions/0" + pointer);
        assertThat(refused.message()).contains(reason);
        assertThat(api.get(rules).ok().result().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /targets | required",
                "{\"targets\":[],\"actions\":[]} | /targets | exactly one",
                "{\"targets\":{},\"actions\":[]} | /targets | an array",
                "{\"targets\":[{},{}],\"actions\":[]} | /targets | exactly one",
                "{\"targets\":[5],\"actions\":[]} | /targets/0 | an object",
                "{\"targets\":[{}],\"actions\":[]} | /targets/0/target | required",
                "{\"targets\":[{\"target\":\"ip\"}],\"actions\":[]} | /targets/0/target | must be one of url",
                "{\"targets\":[{\"target\":\"url\"}],\"actions\":[]} | /targets/0/constraint | required",
                "{\"targets\":[{\"target\":\"url\",\"constraint\":\"x\"}],\"actions\":[]} | /targets/0/constraint | an object",
                "{\"targets\":[{\"target\":\"url\",\"constraint\":{\"value\":\"example.com\"}}],\"actions\":[]} | /targets/0/constraint/operator | required",
                "{\"targets\":[{\"target\":\"url\",\"constraint\":{\"operator\":\"contains\",\"value\":\"example.com\"}}],\"actions\":[]} | /targets/0/constraint/operator | must be one of matches",
                "{\"targets\":[{\"target\":\"url\",\"constraint\":{\"operator\":\"matches\"}}],\"actions\":[]} | /targets/0/constraint/value | required",
                "{\"targets\":[{\"target\":\"url\",\"constraint\":{\"operator\":\"matches\",\"value\":5}}],\"actions\":[]} | /targets/0/constraint/value | a string",
            })
    void aBodyOfTheWrongFormIsRefused(String body, String pointer, String reason) throws Exception {
        Result refused = api.send("POST", rules, body).refused(400, 1004);
        assertThat(refused.pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | /actions | at least one",
                "5 | /actions/0 | an object",
                "{} | /actions/0/id | required",
                "{\"id\":5} | /actions/0/id | a string",
                "{\"id\":\"railgun\"} | /actions/0/id | not an action",
                "{\"id\":\"SSL\",\"value\":\"full\"} | /actions/0/id | not an action",
                "{\"id\":\"ssl\",\"value\":\"full\"},{\"id\":\"ssl\",\"value\":\"off\"} | /actions/1/id | another action",
                "{\"id\":\"always_use_https\"},{\"id\":\"ssl\",\"value\":\"off\"} | /actions/0/id | may not be used with any setting",
                "{\"id\":\"ssl\",\"value\":\"off\"},{\"id\":\"forwarding_url\",\"value\":{\"url\":\"https://o.example\",\"status_code\":301}} | /actions/1/id | may not be used with any setting",
            })
    void actionsThatCannotBeAreRefused(String actions, String pointer, String reason) throws Exception {
        Result refused = post("*example.com/*", actions).refused(400, 1004);
        assertThat(refused.pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*/static/*",
                "example.net/*",
                "notexample.com/*",
                "*ample.com/*",
                "example.com.evil.org/*",
                "evil.org/example.com",
                "ftp://example.com/",
                "*.*.example.com/*/*/*",
                "example.com/a b",
                "example.com/\r\nx",
                "example.com/#a",
                "example.com/%zz",
                "exam\u0440le.com/*",
            })
    void aPatternThatIsNoneOrOutsideTheZoneIsRefused(String pattern) throws Exception {
        Result refused = post(pattern, action("ssl", "\"full\"")).refused(400, 1004);
        assertThat(refused.pointer()).isEqualTo("/targets/0/constraint/value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"priority\":0 | /priority",
                "\"priority\":-5 | /priority",
                "\"priority\":\"1\" | /priority",
                "\"priority\":2147483648 | /priority",
                "\"priority\":1.5 | /priority",
                "\"status\":\"on\" | /status",
                "\"status\":true | /status",
            })
    void priorityAndStatusHaveTheirForms(String field, String pointer) throws Exception {
        assertThat(post("example.com/*", action("ssl", "\"full\""), field)
                        .refused(400, 1004)
                        .pointer())
                .isEqualTo(pointer);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws Exception {
        Result refused = post("evil.org/*", action("ssl", "5") + "," + action("polish", "1"), "\"priority\":0")
                .refused(400, 1004);
        assertThat(refused.body().get("errors").size()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "5", "null", "{\"targets\":", "{\"actions\":[],\"actions\":[]}"})
    void whatIsNoJsonObjectIsRefused(String body) throws Exception {
        api.send("POST", rules, body).refused(400, 6007);
    }

    @Test
    void unknownFieldsAreIgnoredAndNotKept() throws Exception {
        JsonNode made = api.send(
                        "POST",
                        rules,
                        body(
                                "example.com/*",
                                "{\"id\":\"ssl\",\"value\":\"full\",\"modified_on\":\"x\"}",
                                "\"created_on\":\"0001-01-01T00:00:00Z\"",
                                "\"more\":{}"))
                .ok()
                .result();
        assertThat(made.propertyNames())
                .containsExactlyInAnyOrder(
                        "id", "targets", "actions", "priority", "status", "modified_on", "created_on");
        assertThat(made.at("/actions/0").propertyNames()).containsExactly("id", "value");
        assertThat(made.get("created_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
    }

    @Test
    void theRulesOfAZoneGoWithIt() throws Exception {
        post("example.com/*", action("ssl", "\"full\"")).ok();
        api.send("DELETE", "/zones/" + zone, null).ok();
        api.get(rules).refused(404, 1001);
        String again = api.zone("example.com");
        assertThat(api.get("/zones/" + again + "/pagerules").ok().result().isEmpty())
                .isTrue();
    }

    // ---- who may

    @Test
    void eachOperationNeedsItsPermission() throws Exception {
        String id = post("example.com/*", action("ssl", "\"full\"")).ok().id();
        String one = rules + "/" + id;
        String reader = api.zoneToken(zone, Permission.PAGE_RULES_READ);
        String writer = api.zoneToken(zone, Permission.PAGE_RULES_WRITE);
        String neither = api.zoneToken(zone, Permission.ZONE_READ, Permission.CACHE_SETTINGS_WRITE);
        String other = api.zoneToken(api.zone("example.net"), Permission.PAGE_RULES_WRITE);
        String sent = body("example.com/b", action("ssl", "\"off\""));
        String[][] operations = {
            {"GET", rules},
            {"GET", rules + "/settings"},
            {"GET", one},
            {"POST", rules},
            {"PUT", one},
            {"PATCH", one},
            {"DELETE", one},
        };
        for (String[] operation : operations) {
            String method = operation[0];
            String path = operation[1];
            boolean reads = method.equals("GET");
            String content = reads || method.equals("DELETE") ? null : sent;
            api.sendAs(neither, method, path, content).refused(403, 10000);
            api.sendAs(other, method, path, content).refused(404, 1001);
            if (reads) {
                api.sendAs(reader, method, path, content).ok();
                api.sendAs(writer, method, path, content).ok();
            } else {
                api.sendAs(reader, method, path, content).refused(403, 10000);
            }
        }
        assertThat(api.get(rules).ok().result().size()).isEqualTo(1);
        assertThat(api.get(one).ok().result().at("/actions/0/value").asString()).isEqualTo("full");
        String made = api.sendAs(writer, "POST", rules, sent).ok().id();
        api.sendAs(writer, "PATCH", rules + "/" + made, "{\"status\":\"active\"}")
                .ok();
        api.sendAs(writer, "PUT", rules + "/" + made, sent).ok();
        api.sendAs(writer, "DELETE", rules + "/" + made, null).ok();
    }

    @Test
    void everyChangeIsInTheAuditLogWithWhatItWasBeforeAndAfter() throws Exception {
        JsonNode made = post("example.com/*", action("ssl", "\"full\"")).ok().result();
        String one = rules + "/" + made.get("id").asString();
        api.clock.advance(Duration.ofSeconds(1));
        JsonNode changed =
                api.send("PATCH", one, "{\"status\":\"active\"}").ok().result();
        api.clock.advance(Duration.ofSeconds(1));
        api.send("DELETE", one, null).ok();
        List<JsonNode> notes = TestControl.each(
                        api.get("/accounts/" + api.account() + "/audit_logs?resource.type=page_rule")
                                .ok()
                                .result())
                .toList();
        assertThat(notes)
                .extracting(note -> note.at("/action/type").asString())
                .containsExactly("delete", "change", "add");
        assertThat(notes.get(0).get("oldValueJson")).isEqualTo(changed);
        assertThat(notes.get(1).get("oldValueJson")).isEqualTo(made);
        assertThat(notes.get(1).get("newValueJson")).isEqualTo(changed);
        assertThat(notes.get(2).get("newValueJson")).isEqualTo(made);
        assertThat(notes.get(2).at("/metadata/zone_id").asString()).isEqualTo(zone);
    }
}
