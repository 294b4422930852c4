package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.ModifyHeaders.Change;
import dev.selvage.model.rules.ModifyHeaders.Operation;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.RateLimit;
import dev.selvage.model.rules.Redirect;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.Screening.BlockResponse;
import dev.selvage.model.rules.Screening.Kind;
import dev.selvage.model.rules.ServeError;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.Contains;
import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Query;
import dev.selvage.model.rules.SetCache.User;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.rules.ZoneRules;
import dev.selvage.model.zone.SslMode;
import dev.selvage.toolkit.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The forms of each phase's rules: what is taken, what the edges get of it, and what is refused.
class RulePhasesTest {
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

    @Test
    void redirects() throws Exception {
        put("http_request_dynamic_redirect", """
                {"expression":"true","action":"redirect","action_parameters":{"from_value":{"status_code":308,
                 "target_url":{"value":"https://o.example/a?b#c"},"preserve_query_string":false}}},
                {"expression":"true","action":"redirect","action_parameters":{"from_value":{
                 "target_url":{"expression":"concat(\\"https://o.example\\", http.request.uri.path)"},
                 "preserve_query_string":true}}},
                {"expression":"true","action":"redirect","action_parameters":{"from_value":{"status_code":302,
                 "target_url":{"value":"/contacts/"}}}}""");
        assertThat(published(ZoneRules::dynamicRedirect))
                .containsExactly(
                        new Redirect(308, Computed.of("https://o.example/a?b#c"), false),
                        new Redirect(
                                301, new Computed(null, "concat(\"https://o.example\", http.request.uri.path)"), true),
                        new Redirect(302, Computed.of("/contacts/"), false));
    }

    @Test
    void urlRewrites() throws Exception {
        put("http_request_transform", """
                {"expression":"true","action":"rewrite","action_parameters":{"uri":{"path":{"value":"/a%20b"},
                 "query":{"value":""}}}},
                {"expression":"true","action":"rewrite","action_parameters":{"uri":{
                 "query":{"expression":"lower(http.request.uri.query)"}}}}""");
        assertThat(published(ZoneRules::transform))
                .containsExactly(
                        new RewriteUrl(Computed.of("/a%20b"), Computed.of("")),
                        new RewriteUrl(null, new Computed(null, "lower(http.request.uri.query)")));
    }

    @Test
    void settings() throws Exception {
        Result put = put("http_config_settings", """
                {"expression":"true","action":"set_config","action_parameters":{"ssl":"strict"}},
                {"expression":"true","action":"set_config","action_parameters":{"polish":"webp","bic":false,
                 "disable_apps":true,"autominify":{"css":true},"security_level":"under_attack"}}""");
        assertThat(published(ZoneRules::configSettings))
                .containsExactly(new SetConfig(SslMode.STRICT), new SetConfig(null));
        assertThat(TestControl.each(put.body().get("messages"))
                        .map(message -> message.at("/source/pointer").asString()))
                .containsExactlyInAnyOrder(
                        "/rules/1/action_parameters/polish",
                        "/rules/1/action_parameters/bic",
                        "/rules/1/action_parameters/disable_apps",
                        "/rules/1/action_parameters/autominify",
                        "/rules/1/action_parameters/security_level");
        assertThat(put.body().at("/messages/0/code").intValue()).isEqualTo(1300);
    }

    @Test
    void origins() throws Exception {
        put("http_request_origin", """
                {"expression":"true","action":"route","action_parameters":{"host_header":"in.example",
                 "origin":{"host":"O.example","port":8443},"sni":{"value":"Sni.example"}}}""");
        assertThat(published(ZoneRules::origin))
                .containsExactly(new Route("in.example", "o.example", 8443, "sni.example"));
    }

    @Test
    void customRules() throws Exception {
        Result put = put("http_request_firewall_custom", """
                {"expression":"ip.src in {192.0.2.0/24}","action":"block"},
                {"expression":"true","action":"block","action_parameters":{"response":{"status_code":451,
                 "content":"{}","content_type":"application/json"}}},
                {"expression":"true","action":"log"},
                {"expression":"true","action":"skip","action_parameters":{"ruleset":"current",
                 "phases":["http_ratelimit"],"products":["waf"]},"logging":{"enabled":true}},
                {"expression":"true","action":"skip","action_parameters":{"phases":["http_ratelimit"]}},
                {"expression":"true","action":"managed_challenge","action_parameters":{}},
                {"expression":"true","action":"challenge"},{"expression":"true","action":"js_challenge"}""");
        assertThat(published(ZoneRules::firewallCustom))
                .containsExactly(
                        new Screening(Kind.BLOCK, null, false, List.of()),
                        new Screening(Kind.BLOCK, new BlockResponse(451, "{}", "application/json"), false, List.of()),
                        new Screening(Kind.LOG, null, false, List.of()),
                        new Screening(Kind.SKIP, null, true, List.of("http_ratelimit")),
                        new Screening(Kind.SKIP, null, false, List.of("http_ratelimit")),
                        new Screening(Kind.MANAGED_CHALLENGE, null, false, List.of()),
                        new Screening(Kind.CHALLENGE, null, false, List.of()),
                        new Screening(Kind.JS_CHALLENGE, null, false, List.of()));
        assertThat(TestControl.each(put.body().get("messages"))
                        .map(message -> message.at("/source/pointer").asString()))
                .containsExactly(
                        "/rules/3/action_parameters/products", "/rules/5/action", "/rules/6/action", "/rules/7/action");
        assertThat(put.result().at("/rules/0").has("action_parameters")).isFalse();
    }

    @Test
    void rateLimits() throws Exception {
        put("http_ratelimit", """
                {"expression":"true","action":"block","ratelimit":{"characteristics":["ip.src","cf.colo.id",
                 "cf.unique_visitor_id","ip.src.country","http.request.uri.args[\\"Id\\"]",
                 "http.host","http.request.headers[\\"x-key\\"]","http.request.cookies[\\"Session\\"]"],"period":10,
                 "requests_per_period":5,"mitigation_timeout":60,"requests_to_origin":true,
                 "counting_expression":"http.response.code eq 401"}},
                {"expression":"true","action":"log","ratelimit":{"characteristics":["ip.src"],"period":3600,
                 "requests_per_period":1,"counting_expression":""}}""");
        assertThat(published(ZoneRules::rateLimit))
                .containsExactly(
                        new RateLimit(
                                new Screening(Kind.BLOCK, null, false, List.of()),
                                List.of(
                                        "ip.src",
                                        "cf.colo.id",
                                        "cf.unique_visitor_id",
                                        "ip.src.country",
                                        "http.request.uri.args[\"Id\"]",
                                        "http.host",
                                        "http.request.headers[\"x-key\"]",
                                        "http.request.cookies[\"Session\"]"),
                                10,
                                5,
                                60,
                                "http.response.code eq 401",
                                true),
                        new RateLimit(
                                new Screening(Kind.LOG, null, false, List.of()),
                                List.of("ip.src"),
                                3_600,
                                1,
                                0,
                                null,
                                false));
    }

    @Test
    void headerFields() throws Exception {
        String headers = """
                {"expression":"true","action":"rewrite","action_parameters":{"headers":{
                 "X-A":{"operation":"set","value":"one two"},"x-b":{"operation":"add","expression":"http.host"},
                 "Set-Cookie":{"operation":"remove"}}}}""";
        List<Change> changes = List.of(
                new Change("x-a", Operation.SET, Computed.of("one two")),
                new Change("x-b", Operation.ADD, new Computed(null, "http.host")),
                new Change("set-cookie", Operation.REMOVE, null));
        put("http_request_late_transform", headers);
        assertThat(published(ZoneRules::lateTransform)).containsExactly(new ModifyHeaders(changes));
        put("http_response_headers_transform", headers.replace("\"true\"", "\"http.response.code eq 200\""));
        assertThat(published(ZoneRules::responseHeadersTransform)).containsExactly(new ModifyHeaders(changes));
    }

    @Test
    void cacheSettings() throws Exception {
        put("http_request_cache_settings", """
                {"expression":"true","action":"set_cache_settings","action_parameters":{"cache":true,
                 "cache_key":{"cache_by_device_type":true,"cache_deception_armor":false,
                  "ignore_query_strings_order":true,"custom_key":{
                   "query_string":{"exclude":{"list":["utm","utm"]}},
                   "header":{"include":["X-A","x-a"],"check_presence":["X-B"],"contains":{"Accept":["webp","avif"]},
                    "exclude_origin":true},
                   "cookie":{"include":["Plan"],"check_presence":["seen"]},
                   "host":{"resolved":true},"user":{"device_type":true,"geo":false}}},
                 "serve_stale":{"disable_stale_while_updating":true},"respect_strong_etags":true,
                 "origin_error_page_passthru":false,"origin_cache_control":true,"read_timeout":30}}""");
        assertThat(published(ZoneRules::cacheSettings))
                .containsExactly(new SetCache(
                        true,
                        null,
                        null,
                        new KeyForm(
                                true,
                                false,
                                true,
                                new Query(false, false, List.of("utm")),
                                new HeaderFields(
                                        List.of("x-a"),
                                        List.of("x-b"),
                                        List.of(new Contains("accept", List.of("webp", "avif"))),
                                        true),
                                new Cookies(List.of("Plan"), List.of("seen")),
                                true,
                                new User(true, false, null)),
                        false,
                        true,
                        false,
                        true,
                        30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"include\":[\"*\"]}          | {\"include\":{\"all\":true}}",
                "{\"exclude\":[\"*\"]}          | {\"exclude\":{\"all\":true}}",
                "{\"exclude\":{\"list\":[\"*\"]}} | {\"exclude\":{\"all\":true}}",
                "{\"include\":[\"a\",\"b\"]}    | {\"include\":{\"list\":[\"a\",\"b\"]}}",
                "{\"include\":{\"all\":true,\"list\":null},\"exclude\":null} | {\"include\":{\"all\":true}}",
            })
    void theQueryIsAnsweredInTheFormOfToday(String sent, String answered) throws Exception {
        String rule = "{\"expression\":\"true\",\"action\":\"set_cache_settings\",\"action_parameters\":"
                + "{\"cache_key\":{\"custom_key\":{\"query_string\":" + sent + "}}}}";
        assertThat(put("http_request_cache_settings", rule)
                        .result()
                        .at("/rules/0/action_parameters/cache_key/custom_key/query_string"))
                .isEqualTo(Json.MAPPER.readTree(answered));
    }

    @Test
    void whatTheEdgeDoesNotActOnIsStoredAnsweredAndSaid() throws Exception {
        String parameters = """
                {"additional_cacheable_ports":[8443],"cache_reserve":{"eligible":true,"minimum_file_size":1024},
                 "origin_range_requests":{"mode":"on"},"shared_dictionary":{"match_pattern":"/*"},
                 "vary":{"default":{"action":"bypass"},"headers":{"accept":{"action":"normalize",
                  "media_types":["image/webp"]},"accept-language":{"action":"normalize","languages":["de"]}}}}""";
        Result put = put(
                "http_request_cache_settings",
                "{\"expression\":\"true\",\"action\":\"set_cache_settings\",\"action_parameters\":" + parameters + "}");
        assertThat(put.result().at("/rules/0/action_parameters")).isEqualTo(Json.MAPPER.readTree(parameters));
        assertThat(TestControl.each(put.body().get("messages"))
                        .map(message -> message.get("code").intValue() + " "
                                + message.at("/source/pointer").asString()))
                .containsExactlyInAnyOrder(
                        "1300 /rules/0/action_parameters/additional_cacheable_ports",
                        "1300 /rules/0/action_parameters/cache_reserve",
                        "1300 /rules/0/action_parameters/origin_range_requests",
                        "1300 /rules/0/action_parameters/shared_dictionary",
                        "1300 /rules/0/action_parameters/vary");
    }

    @Test
    void ofAChangedRuleAloneIsSaidWhatTheEdgeDoesNotActOn() throws Exception {
        String rule = "{\"expression\":\"true\",\"action\":\"set_config\",\"action_parameters\":{\"sxg\":true}}";
        Result put = put("http_config_settings", rule + "," + rule);
        String one = "/zones/" + zone + "/rulesets/" + put.id() + "/rules/"
                + put.result().at("/rules/1/id").asString();
        Result patched = api.send("PATCH", one, "{\"enabled\":false}").ok();
        assertThat(patched.body().get("messages").size()).isEqualTo(1);
        assertThat(patched.body().at("/messages/0/source/pointer").asString())
                .isEqualTo("/rules/1/action_parameters/sxg");
        assertThat(api.send("DELETE", one, null).ok().body().get("messages").isEmpty())
                .isTrue();
    }

    @Test
    void messagesHaveABound() throws Exception {
        String rule = "{\"expression\":\"true\",\"action\":\"set_config\",\"action_parameters\":{\"sxg\":true}}";
        Result put = put(
                "http_config_settings",
                IntStream.range(0, 200).mapToObj(_ -> rule).collect(Collectors.joining(",")));
        assertThat(put.body().get("messages").size()).isEqualTo(50);
    }

    @Test
    void errorPages() throws Exception {
        put("http_custom_errors", """
                {"expression":"http.response.code ge 500","action":"serve_error","action_parameters":{
                 "content":"<h1>Sorry</h1>"}},
                {"expression":"http.response.code eq 404","action":"serve_error","action_parameters":{
                 "content":"{}","content_type":"application/json","status_code":410}}""");
        assertThat(published(ZoneRules::customErrors))
                .containsExactly(
                        new ServeError("<h1>Sorry</h1>", "text/html", null),
                        new ServeError("{}", "application/json", 410));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /from_value | required",
                "{\"from_list\":{\"name\":\"l\",\"key\":\"http.request.full_uri\"}} | /from_list | no lists",
                "{\"from_value\":{}} | /from_value/target_url | required",
                "{\"from_value\":{\"target_url\":{}}} | /from_value/target_url | either",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a\",\"expression\":\"http.host\"}}} | /from_value/target_url | either",
                "{\"from_value\":{\"target_url\":{\"value\":\"ftp://a/\"}}} | /from_value/target_url/value | http://",
                "{\"from_value\":{\"target_url\":{\"value\":\"//evil.example/\"}}} | /from_value/target_url/value | one slash",
                "{\"from_value\":{\"target_url\":{\"value\":\"https://\"}}} | /from_value/target_url/value | a host",
                "{\"from_value\":{\"target_url\":{\"value\":\"\"}}} | /from_value/target_url/value | a host",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a\\r\\nb\"}}} | /from_value/target_url/value | control",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a b\"}}} | /from_value/target_url/value | blank",
                "{\"from_value\":{\"target_url\":{\"value\":5}}} | /from_value/target_url/value | a string",
                "{\"from_value\":{\"target_url\":{\"expression\":\"http.request.uri.pth\"}}} | /from_value/target_url/expression | http.request.uri.path",
                "{\"from_value\":{\"target_url\":{\"expression\":\"len(http.host)\"}}} | /from_value/target_url/expression | String",
                "{\"from_value\":{\"target_url\":{\"expression\":\"to_string(http.response.code)\"}}} | /from_value/target_url/expression | (1:",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a\"},\"status_code\":300}} | /from_value/status_code | 301, 302",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a\"},\"status_code\":\"301\"}} | /from_value/status_code | whole number",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a?b\"},\"preserve_query_string\":true}} | /from_value/preserve_query_string | query of its own",
                "{\"from_value\":{\"target_url\":{\"value\":\"/a\"},\"more\":1}} | /from_value/more | unknown field",
            })
    void badRedirects(String parameters, String pointer, String reason) throws Exception {
        refused("http_request_dynamic_redirect", "redirect", parameters, pointer, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /uri | required",
                "{\"uri\":{}} | /uri | expected \"path\"",
                "{\"headers\":{\"x\":{\"operation\":\"remove\"}}} | /headers | unknown field",
                "{\"uri\":{\"path\":{\"value\":\"a\"}}} | /uri/path/value | slash",
                "{\"uri\":{\"path\":{\"value\":\"\"}}} | /uri/path/value | slash",
                "{\"uri\":{\"path\":{\"value\":\"/a?b\"}}} | /uri/path/value | question mark",
                "{\"uri\":{\"path\":{\"value\":\"/a\\\\b\"}}} | /uri/path/value | backslash",
                "{\"uri\":{\"query\":{\"value\":\"?a\"}}} | /uri/query/value | question mark",
                "{\"uri\":{\"query\":{\"value\":\"a#b\"}}} | /uri/query/value | number sign",
                "{\"uri\":{\"query\":{\"expression\":\"ssl\"}}} | /uri/query/expression | String",
                "{\"uri\":{\"query\":\"a=b\"}} | /uri/query | an object",
                "{\"uri\":{\"path\":{\"value\":\"/a\",\"expression\":\"http.host\"}}} | /uri/path | either",
                "{\"uri\":{\"origin\":true}} | /uri/origin | unknown field",
            })
    void badUrlRewrites(String parameters, String pointer, String reason) throws Exception {
        refused("http_request_transform", "rewrite", parameters, pointer, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | '' | at least one",
                "{\"ssl\":\"on\"} | /ssl | must be one of",
                "{\"rocket_loader\":\"on\"} | /rocket_loader | true or false",
                "{\"disable_apps\":false} | /disable_apps | must be true",
                "{\"polish\":\"all\"} | /polish | must be one of",
                "{\"autominify\":{\"pdf\":true}} | /autominify/pdf | unknown field",
                "{\"cache_level\":\"basic\"} | /cache_level | unknown field",
            })
    void badSettings(String parameters, String pointer, String reason) throws Exception {
        refused("http_config_settings", "set_config", parameters, pointer, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "block | {\"response\":{}} | /response/status_code | required",
                "block | {\"response\":{\"status_code\":399,\"content\":\"a\",\"content_type\":\"text/html\"}} | /response/status_code | 400 to 499",
                "block | {\"response\":{\"status_code\":500,\"content\":\"a\",\"content_type\":\"text/html\"}} | /response/status_code | 400 to 499",
                "block | {\"response\":{\"status_code\":403,\"content\":\"a\"}} | /response/content_type | required",
                "block | {\"response\":{\"status_code\":403,\"content\":\"a\",\"content_type\":\"image/png\"}} | /response/content_type | must be one of",
                "block | {\"response\":{\"status_code\":403,\"content\":\"\",\"content_type\":\"text/html\"}} | /response/content | not be empty",
                "block | {\"ruleset\":\"current\"} | /ruleset | unknown field",
                "log | {\"response\":{}} | '' | no parameters",
                "managed_challenge | {\"a\":1} | '' | no parameters",
                "skip | {} | '' | expected \"ruleset\"",
                "skip | {\"ruleset\":\"x\"} | /ruleset | must be one of current",
                "skip | {\"phases\":[]} | /phases | not be empty",
                "skip | {\"phases\":[\"http_request_cache_settings\"]} | /phases/0 | http_ratelimit",
                "skip | {\"phases\":[\"http_ratelimit\",\"http_ratelimit\"]} | /phases/1 | different",
                "skip | {\"phases\":\"http_ratelimit\"} | /phases | an array",
                "skip | {\"products\":[\"all\"]} | /products/0 | zoneLockdown",
                "skip | {\"rulesets\":[\"x\"]} | /rulesets | one ruleset per phase",
                "skip | {\"rules\":{\"x\":[\"y\"]}} | /rules | one ruleset per phase",
            })
    void badCustomRules(String action, String parameters, String pointer, String reason) throws Exception {
        refused("http_request_firewall_custom", action, parameters, pointer, reason);
    }

    @Test
    void contentHasABound() throws Exception {
        String block = "{\"response\":{\"status_code\":403,\"content_type\":\"text/html\",\"content\":\"%s\"}}";
        refused(
                "http_request_firewall_custom",
                "block",
                block.formatted("a".repeat(30 * 1_024 + 1)),
                "/response/content",
                "at most 30720");
        put("http_request_firewall_custom", rule("block", "true", block.formatted("a".repeat(30 * 1_024))));
        String page = "{\"content\":\"%s\"}";
        refused(
                "http_custom_errors",
                "serve_error",
                page.formatted("a".repeat(10 * 1_024 + 1)),
                "/content",
                "at most 10240");
        put("http_custom_errors", rule("serve_error", "true", page.formatted("a".repeat(10 * 1_024))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /characteristics | required",
                "{\"characteristics\":[],\"period\":10,\"requests_per_period\":1} | /characteristics | at least one",
                "{\"characteristics\":[\"ip\"],\"period\":10,\"requests_per_period\":1} | /characteristics/0 | ip.src",
                "{\"characteristics\":[\"ip.src\",\"ip.src\"],\"period\":10,\"requests_per_period\":1} | /characteristics/1 | different",
                "{\"characteristics\":[\"http.request.headers[\\\"X-Key\\\"]\"],\"period\":10,\"requests_per_period\":1} | /characteristics/0 | headers",
                "{\"characteristics\":[\"http.request.headers[\\\"\\\"]\"],\"period\":10,\"requests_per_period\":1} | /characteristics/0 | headers",
                "{\"characteristics\":[\"http.request.headers[\\\"a b\\\"]\"],\"period\":10,\"requests_per_period\":1} | /characteristics/0 | headers",
                "{\"characteristics\":[\"[\\\"]\"],\"period\":10,\"requests_per_period\":1} | /characteristics/0 | headers",
                "{\"characteristics\":[\"ip.src\"],\"requests_per_period\":1} | /period | required",
                "{\"characteristics\":[\"ip.src\"],\"period\":11,\"requests_per_period\":1} | /period | must be one of",
                "{\"characteristics\":[\"ip.src\"],\"period\":10} | /requests_per_period | required",
                "{\"characteristics\":[\"ip.src\"],\"period\":10,\"requests_per_period\":0} | /requests_per_period | 1 to",
                "{\"characteristics\":[\"ip.src\"],\"period\":10,\"requests_per_period\":1,\"mitigation_timeout\":86401} | /mitigation_timeout | 0 to 86400",
                "{\"characteristics\":[\"ip.src\"],\"period\":10,\"requests_per_period\":1,\"counting_expression\":\"x\"} | /counting_expression | (1:1)",
                "{\"characteristics\":[\"ip.src\"],\"period\":10,\"requests_per_period\":1,\"requests_to_origin\":1} | /requests_to_origin | true or false",
                "{\"characteristics\":[\"ip.src\"],\"period\":10,\"requests_per_period\":1,\"score_per_period\":1} | /score_per_period | unknown field",
            })
    void badRateLimits(String limit, String pointer, String reason) throws Exception {
        Result refused =
                send("http_ratelimit", "{\"expression\":\"true\",\"action\":\"block\",\"ratelimit\":" + limit + "}");
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/rules/0/ratelimit" + pointer);
        assertThat(refused.message()).contains(reason);
    }

    @Test
    void aRateLimitNeedsItsLimitAndDoesNotSkip() throws Exception {
        assertThat(send("http_ratelimit", "{\"expression\":\"true\",\"action\":\"block\"}")
                        .refused(400, 20001)
                        .pointer())
                .isEqualTo("/rules/0/ratelimit");
        assertThat(send("http_ratelimit", "{\"expression\":\"true\",\"action\":\"skip\"}")
                        .refused(400, 20001)
                        .pointer())
                .isEqualTo("/rules/0/action");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | '' | 0 fields",
                "{\"X\":5} | /X | an object",
                "{\"X\":{}} | /X/operation | required",
                "{\"X\":{\"operation\":\"drop\",\"value\":\"a\"}} | /X/operation | must be one of",
                "{\"X\":{\"operation\":\"set\"}} | /X | either",
                "{\"X\":{\"operation\":\"set\",\"value\":\"a\",\"expression\":\"http.host\"}} | /X | either",
                "{\"X\":{\"operation\":\"remove\",\"value\":\"a\"}} | /X | removed",
                "{\"X\":{\"operation\":\"set\",\"value\":\"\"}} | /X/value | empty",
                "{\"X\":{\"operation\":\"set\",\"value\":\" a\"}} | /X/value | blank",
                "{\"X\":{\"operation\":\"set\",\"value\":\"a\\r\\nY: b\"}} | /X/value | controls",
                "{\"X\":{\"operation\":\"set\",\"value\":\"caf\u00e9\"}} | /X/value | ASCII",
                "{\"X\":{\"operation\":\"set\",\"expression\":\"1\"}} | /X/expression | String",
                "{\"X\":{\"operation\":\"set\",\"value\":\"a\",\"when\":1}} | /X/when | unknown field",
                "{\"X\":{\"operation\":\"remove\"},\"x\":{\"operation\":\"remove\"}} | /x | twice",
                "{\"X Y\":{\"operation\":\"remove\"}} | /X Y | without blanks",
                "{\"\":{\"operation\":\"remove\"}} | / | 1 to 128",
                "{\"X:\":{\"operation\":\"remove\"}} | /X: | colons",
            })
    void badHeaderFields(String headers, String pointer, String reason) throws Exception {
        for (String phase : List.of("http_request_late_transform", "http_response_headers_transform")) {
            refused(phase, "rewrite", "{\"headers\":" + headers + "}", "/headers" + pointer, reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "content_length",
                "Connection",
                "Transfer-Encoding",
                "TE",
                "Upgrade",
                "CDN-Loop",
                "CF-Connecting-IP",
                "cf-ray",
                "X-CF-Anything",
                "Cf_Ray",
                "Trailer",
                "Keep-Alive",
                "Proxy-Connection"
            })
    void someFieldsAreNotForRules(String name) throws Exception {
        for (String phase : List.of("http_request_late_transform", "http_response_headers_transform")) {
            for (String change : List.of("{\"operation\":\"remove\"}", "{\"operation\":\"set\",\"value\":\"1\"}")) {
                refused(
                        phase,
                        "rewrite",
                        "{\"headers\":{\"" + name + "\":" + change + "}}",
                        "/headers/" + name,
                        "must not be changed");
            }
        }
    }

    @Test
    void whatIsOfRequestsMayBeSetOnResponsesAndTheOtherWayRound() throws Exception {
        String range = "{\"headers\":{\"Range\":{\"operation\":\"remove\"}}}";
        String age = "{\"headers\":{\"Age\":{\"operation\":\"remove\"}}}";
        refused("http_request_late_transform", "rewrite", range, "/headers/Range", "must not be changed");
        refused("http_response_headers_transform", "rewrite", age, "/headers/Age", "must not be changed");
        put("http_request_late_transform", rule("rewrite", "true", age));
        put("http_response_headers_transform", rule("rewrite", "true", range));
    }

    @Test
    void aRuleChangesThirtyFieldsAtMost() throws Exception {
        Function<Integer, String> headers = count -> IntStream.range(0, count)
                .mapToObj(i -> "\"x-" + i + "\":{\"operation\":\"remove\"}")
                .collect(Collectors.joining(",", "{\"headers\":{", "}}"));
        put("http_request_late_transform", rule("rewrite", "true", headers.apply(30)));
        refused("http_request_late_transform", "rewrite", headers.apply(31), "/headers", "31 fields");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"strip_etags\":true,\"cache\":true} | /strip_etags | http_response_cache_settings",
                "{\"cache_key\":{}} | /cache_key | at least one",
                "{\"cache_key\":{\"custom_key\":{}}} | /cache_key/custom_key | at least one",
                "{\"cache_key\":{\"cache_by_device_type\":\"on\"}} | /cache_key/cache_by_device_type | true or false",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{}}}} | /cache_key/custom_key/query_string | either",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":[\"a\"],\"exclude\":[\"b\"]}}}} | /cache_key/custom_key/query_string | either",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":{\"all\":false}}}}} | /cache_key/custom_key/query_string/include/all | must be true",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":{\"all\":true,\"list\":[\"a\"]}}}}} | /cache_key/custom_key/query_string/include | either",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":[\"*\",\"a\"]}}}} | /cache_key/custom_key/query_string/include/list | alone",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":[]}}}} | /cache_key/custom_key/query_string/include/list | not be empty",
                "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":\"*\"}}}} | /cache_key/custom_key/query_string/include | an object",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"include\":[\"accept\"]}}}} | /cache_key/custom_key/header/include/0 | contains",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"check_presence\":[\"User-Agent\"]}}}} | /cache_key/custom_key/header/check_presence/0 | contains",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"include\":[\"cookie\"]}}}} | /cache_key/custom_key/header/include/0 | name the cookies",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"include\":[\"a b\"]}}}} | /cache_key/custom_key/header/include/0 | without blanks",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"contains\":{\"accept\":[\"a\",\"b\",\"c\",\"d\"]}}}}} | /cache_key/custom_key/header/contains/accept | at most 3",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"contains\":{\"accept\":[]}}}}} | /cache_key/custom_key/header/contains/accept | 1 to 3",
                "{\"cache_key\":{\"custom_key\":{\"header\":{\"contains\":{\"range\":[\"a\"]}}}}} | /cache_key/custom_key/header/contains/range | part of the key",
                "{\"cache_key\":{\"custom_key\":{\"cookie\":{\"include\":[\"a=b\"]}}}} | /cache_key/custom_key/cookie/include/0 | without blanks",
                "{\"cache_key\":{\"custom_key\":{\"host\":{}}}} | /cache_key/custom_key/host/resolved | required",
                "{\"cache_key\":{\"custom_key\":{\"user\":{\"asn\":true}}}} | /cache_key/custom_key/user/asn | unknown field",
                "{\"serve_stale\":{}} | /serve_stale/disable_stale_while_updating | required",
                "{\"read_timeout\":0} | /read_timeout | 1 to 6000",
                "{\"respect_strong_etags\":\"on\"} | /respect_strong_etags | true or false",
                "{\"additional_cacheable_ports\":[\"8443\"]} | /additional_cacheable_ports | numbers from 1",
                "{\"additional_cacheable_ports\":[]} | /additional_cacheable_ports | numbers from 1",
                "{\"cache_reserve\":{}} | /cache_reserve/eligible | required",
                "{\"cache_reserve\":{\"eligible\":true,\"minimum_file_size\":-1}} | /cache_reserve/minimum_file_size | 0 to",
                "{\"origin_range_requests\":{\"mode\":\"auto\"}} | /origin_range_requests/mode | must be one of",
                "{\"shared_dictionary\":{\"match_pattern\":\"\"}} | /shared_dictionary/match_pattern | not be empty",
                "{\"vary\":{}} | /vary/default | required",
                "{\"vary\":{\"default\":{}}} | /vary/default/action | required",
                "{\"vary\":{\"default\":{\"action\":\"x\"}}} | /vary/default/action | must be one of",
                "{\"vary\":{\"default\":{\"action\":\"bypass\"},\"headers\":{\"Accept\":{\"action\":\"bypass\"}}}} | /vary/headers/Accept | lower case",
                "{\"vary\":{\"default\":{\"action\":\"bypass\"},\"headers\":{\"cf-ray\":{\"action\":\"bypass\"}}}} | /vary/headers/cf-ray | cf-",
                "{\"vary\":{\"default\":{\"action\":\"bypass\"},\"headers\":{\"x-a\":{\"action\":\"bypass\",\"languages\":[\"de\"]}}}} | /vary/headers/x-a/languages | not for this",
            })
    void badCacheSettings(String parameters, String pointer, String reason) throws Exception {
        refused("http_request_cache_settings", "set_cache_settings", parameters, pointer, reason);
    }

    @Test
    void aHundredParametersAreTheMost() throws Exception {
        Function<Integer, String> parameters = count -> IntStream.range(0, count)
                .mapToObj(i -> "\"p" + i + "\"")
                .collect(Collectors.joining(
                        ",", "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":{\"list\":[", "]}}}}}"));
        put("http_request_cache_settings", rule("set_cache_settings", "true", parameters.apply(100)));
        refused(
                "http_request_cache_settings",
                "set_cache_settings",
                parameters.apply(101),
                "/cache_key/custom_key/query_string/include/list",
                "at most 100");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /content | required",
                "{\"content\":\"\"} | /content | not be empty",
                "{\"asset_name\":\"a\"} | /asset_name | no assets",
                "{\"content\":\"a\",\"content_type\":\"text/css\"} | /content_type | must be one of",
                "{\"content\":\"a\",\"status_code\":200} | /status_code | 400 to 999",
            })
    void badErrorPages(String parameters, String pointer, String reason) throws Exception {
        refused("http_custom_errors", "serve_error", parameters, pointer, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http_request_dynamic_redirect | redirect",
                "http_request_transform | rewrite",
                "http_config_settings | set_config",
                "http_request_origin | route",
                "http_request_firewall_custom | block",
                "http_ratelimit | block",
                "http_request_late_transform | rewrite",
                "http_request_cache_settings | set_cache_settings",
            })
    void anExpressionBeforeTheResponseDoesNotAskForIt(String phase, String action) throws Exception {
        Result refused = send(
                phase,
                "{\"expression\":\"http.response.code eq 200\",\"action\":\"" + action
                        + "\",\"action_parameters\":{}}");
        assertThat(TestControl.each(refused.body().get("errors"))
                        .map(error -> error.at("/source/pointer").asString()))
                .contains("/rules/0/expression");
        assertThat(refused.status()).isEqualTo(400);
    }

    private void refused(String phase, String action, String parameters, String pointer, String reason)
            throws Exception {
        Result refused = send(phase, rule(action, "true", parameters));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/rules/0/action_parameters" + pointer);
        assertThat(refused.message()).contains(reason);
        api.get("/zones/" + zone + "/rulesets/phases/" + phase + "/entrypoint/versions/9999")
                .refused(404, 10003);
    }

    private static String rule(String action, String expression, String parameters) {
        return "{\"expression\":\"" + expression + "\",\"action\":\"" + action + "\",\"action_parameters\":"
                + parameters + "}";
    }

    private Result put(String phase, String rules) throws Exception {
        return send(phase, rules).ok();
    }

    private Result send(String phase, String rules) throws Exception {
        return api.send(
                "PUT", "/zones/" + zone + "/rulesets/phases/" + phase + "/entrypoint", "{\"rules\":[" + rules + "]}");
    }

    private <A> List<A> published(Function<ZoneRules, PhaseRules<A>> phase) throws Exception {
        JsonNode stored = api.get("/zones/" + zone + "/rulesets").ok().result();
        assertThat(stored.isEmpty()).isFalse();
        return phase
                .apply(api.published(
                                zone,
                                config -> !phase.apply(config.rules()).rules().isEmpty())
                        .rules())
                .rules()
                .stream()
                .map(Rule::action)
                .toList();
    }
}
