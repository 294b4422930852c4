package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.BrowserTtl;
import dev.selvage.model.rules.SetCache.EdgeTtl;
import dev.selvage.model.rules.SetCache.Mode;
import dev.selvage.model.rules.SetCache.StatusTtl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RulesetsTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String phases;
    private String origin;
    private String cache;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        phases = "/zones/" + zone + "/rulesets/phases/";
        origin = phases + "http_request_origin/entrypoint";
        cache = phases + "http_request_cache_settings/entrypoint";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void beforeTheFirstPutThereIsNone() throws Exception {
        assertThat(api.get(origin).refused(404, 10003).message())
                .isEqualTo("could not find entrypoint ruleset in the http_request_origin phase");
        api.get(cache).refused(404, 10003);
    }

    @Test
    void aPutMakesTheEntryPoint() throws Exception {
        Result made = api.send("PUT", origin, rules("""
                {"action":"route","expression":"  http.host eq \\"www.example.com\\" ","action_parameters":
                 {"host_header":"o.example:8080","origin":{"host":"o.example","port":8080}}}
                """)).ok();
        JsonNode ruleset = made.result();
        assertThat(made.id()).matches("[0-9a-f]{32}");
        assertThat(ruleset.get("name").asString()).isEqualTo("default");
        assertThat(ruleset.get("description").asString()).isEmpty();
        assertThat(ruleset.get("kind").asString()).isEqualTo("zone");
        assertThat(ruleset.get("phase").asString()).isEqualTo("http_request_origin");
        assertThat(ruleset.get("version").toString()).isEqualTo("\"1\"");
        assertThat(ruleset.get("last_updated").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        JsonNode rule = ruleset.at("/rules/0");
        assertThat(rule.get("id").asString()).matches("[0-9a-f]{32}");
        assertThat(rule.get("ref")).isEqualTo(rule.get("id"));
        assertThat(rule.get("version").toString()).isEqualTo("\"1\"");
        assertThat(rule.get("expression").asString()).isEqualTo("  http.host eq \"www.example.com\" ");
        assertThat(rule.get("description").asString()).isEmpty();
        assertThat(rule.get("enabled").booleanValue()).isTrue();
        assertThat(rule.get("last_updated").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(rule.get("action_parameters").toString())
                .isEqualTo("{\"host_header\":\"o.example:8080\",\"origin\":{\"host\":\"o.example\",\"port\":8080}}");
        assertThat(api.get(origin).ok().result()).isEqualTo(ruleset);
        assertThat(api.published(
                                zone, config -> !config.rules().origin().rules().isEmpty())
                        .rules()
                        .origin())
                .isEqualTo(new PhaseRules<>(
                        ruleset.get("id").asString(),
                        "1",
                        List.of(new Rule<>(
                                rule.get("id").asString(),
                                "",
                                "  http.host eq \"www.example.com\" ",
                                new Route("o.example:8080", "o.example", 8080, null)))));
    }

    @Test
    void aRuleKeepsItsIdByRefOrIdAndItsVersionGrowsWithItsChanges() throws Exception {
        JsonNode first = api.send(
                        "PUT", cache, rules("{\"ref\":\"a\"," + cacheRule("true") + "},{" + cacheRule("false") + "}"))
                .ok()
                .result();
        String id = first.at("/rules/1/id").asString();
        api.clock.advance(Duration.ofSeconds(1));
        JsonNode second = api.send(
                        "PUT",
                        cache,
                        rules("{\"id\":\"" + id + "\"," + cacheRule("true") + "},{\"ref\":\"a\"," + cacheRule("true")
                                + "}"))
                .ok()
                .result();
        assertThat(second.get("id")).isEqualTo(first.get("id"));
        assertThat(second.get("version").asString()).isEqualTo("2");
        assertThat(second.get("last_updated").asString()).isEqualTo("2026-03-01T12:00:01.123456Z");
        assertThat(second.at("/rules/0/id").asString()).isEqualTo(id);
        assertThat(second.at("/rules/0/version").asString()).isEqualTo("2");
        assertThat(second.at("/rules/0/last_updated").asString()).isEqualTo("2026-03-01T12:00:01.123456Z");
        assertThat(second.at("/rules/1")).isEqualTo(first.at("/rules/0"));
        // What a client was given it may send back.
        JsonNode third = api.send("PUT", cache, second.toString()).ok().result();
        assertThat(third.get("version").asString()).isEqualTo("3");
        assertThat(third.get("rules")).isEqualTo(second.get("rules"));
        JsonNode fourth = api.send("PUT", cache, rules("{" + cacheRule("true") + "}"))
                .ok()
                .result();
        assertThat(fourth.at("/rules/0/id").asString()).isNotEqualTo(id);
        assertThat(fourth.get("rules").size()).isEqualTo(1);
    }

    @Test
    void anEmptyListRemovesEveryRule() throws Exception {
        api.send("PUT", cache, rules("{" + cacheRule("true") + "}")).ok();
        api.published(zone, config -> config.rules().cacheSettings().rules().size() == 1);
        assertThat(api.send("PUT", cache, rules("")).ok().result().get("rules").isEmpty())
                .isTrue();
        api.published(zone, config -> config.rules().cacheSettings().rules().isEmpty() && config.version() == 3);
    }

    @Test
    void cacheRulesReachTheEdgesInTheirForm() throws Exception {
        api.send("PUT", cache, rules("""
                {"expression":"true","action":"set_cache_settings","action_parameters":{"cache":true,
                  "edge_ttl":{"mode":"override_origin","default":60,"status_code_ttl":[
                    {"status_code":404,"value":5},{"status_code_range":{"from":500,"to":599},"value":-1},
                    {"status_code_range":{"to":199},"value":0},{"status_code_range":{"from":600},"value":1}]},
                  "browser_ttl":{"mode":"bypass"}}},
                {"expression":"true","action":"set_cache_settings","enabled":false,"action_parameters":{"cache":true}},
                {"expression":"http.host eq \\"a.example.com\\"","action":"set_cache_settings","logging":{"enabled":true},
                 "action_parameters":{"cache":false,"edge_ttl":{"mode":"bypass_by_default"},
                  "browser_ttl":{"mode":"override_origin","default":0}}}
                """)).ok();
        assertThat(api.published(
                                zone,
                                config ->
                                        !config.rules().cacheSettings().rules().isEmpty())
                        .rules()
                        .cacheSettings()
                        .rules())
                .extracting(Rule::action)
                .containsExactly(
                        new SetCache(
                                true,
                                new EdgeTtl(
                                        Mode.OVERRIDE_ORIGIN,
                                        60,
                                        List.of(
                                                new StatusTtl(404, 404, 5),
                                                new StatusTtl(500, 599, -1),
                                                new StatusTtl(100, 199, 0),
                                                new StatusTtl(600, 999, 1))),
                                new BrowserTtl(Mode.BYPASS, null)),
                        new SetCache(
                                false,
                                new EdgeTtl(Mode.BYPASS_BY_DEFAULT, null, List.of()),
                                new BrowserTtl(Mode.OVERRIDE_ORIGIN, 0)));
        assertThat(api.get(cache).ok().result().at("/rules/2/logging/enabled").booleanValue())
                .isTrue();
    }

    @Test
    void anExpressionThatDoesNotParseIsRefusedWithColumnAndPointerAndNothingIsStored() throws Exception {
        Result refused = api.send(
                "PUT",
                cache,
                rules("{" + cacheRule("true")
                        + "},{\"expression\":\"http.hots ne \\\"a\\\"\",\"action\":\"set_cache_settings\",\"action_parameters\":"
                        + "{\"cache\":true}}"));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/rules/1/expression");
        assertThat(refused.message())
                .startsWith("'http.hots ne \"a\"' is not a valid value for expression because could not parse filter"
                        + " expression: Filter parsing error (1:1):\nhttp.hots ne \"a\"\n^^^^^^^^^ ")
                .contains("http.host");
        api.get(cache).refused(404, 10003);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /action_parameters | expected at least one",
                "{\"sni\":{\"value\":\"192.0.2.1\"}} | /action_parameters/sni/value | a host name",
                "{\"sni\":{}} | /action_parameters/sni/value | required",
                "{\"host\":\"a\"} | /action_parameters/host | unknown field",
                "{\"host_header\":\"a b\"} | /action_parameters/host_header | host name or an address",
                "{\"host_header\":\"a.example:70000\"} | /action_parameters/host_header | host name or an address",
                "{\"host_header\":\"a\\r\\nX: y\"} | /action_parameters/host_header | host name or an address",
                "{\"origin\":{}} | /action_parameters/origin | expected \"host\"",
                "{\"origin\":{\"port\":0}} | /action_parameters/origin/port | 1 to 65535",
                "{\"origin\":{\"port\":\"80\"}} | /action_parameters/origin/port | 1 to 65535",
                "{\"origin\":{\"host\":\"a:80\"}} | /action_parameters/origin/host | without a port",
                "{\"origin\":{\"ip\":\"a\"}} | /action_parameters/origin/ip | unknown field",
                "{\"origin\":5} | /action_parameters/origin | an object",
                "[] | /action_parameters | an object",
            })
    void badRouteParametersAreRefused(String parameters, String pointer, String reason) throws Exception {
        Result refused = api.send(
                "PUT",
                origin,
                rules("{\"action\":\"route\",\"expression\":\"true\",\"action_parameters\":" + parameters + "}"));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/rules/0" + pointer);
        assertThat(refused.message()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | '' | expected at least one",
                "{\"cache_keys\":{}} | /cache_keys | unknown field",
                "{\"cache\":\"yes\"} | /cache | true or false",
                "{\"edge_ttl\":{}} | /edge_ttl/mode | required",
                "{\"edge_ttl\":{\"mode\":\"bypass\"}} | /edge_ttl/mode | must be one of",
                "{\"edge_ttl\":{\"mode\":\"override_origin\"}} | /edge_ttl/default | required in override_origin",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"default\":5}} | /edge_ttl/default | useless in respect_origin mode",
                "{\"edge_ttl\":{\"mode\":\"bypass_by_default\",\"default\":5}} | /edge_ttl/default | useless in bypass_by_default",
                "{\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":-1}} | /edge_ttl/default | 0 to 31536000",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"status_code\":99,\"value\":1}]}} | /edge_ttl/status_code_ttl/0/status_code | 100 to 999",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"value\":1}]}} | /edge_ttl/status_code_ttl/0 | either",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"status_code\":200,\"value\":-2}]}} | /edge_ttl/status_code_ttl/0/value | -1 to",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"status_code\":200}]}} | /edge_ttl/status_code_ttl/0/value | required",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"status_code_range\":{},\"value\":1}]}} | /edge_ttl/status_code_ttl/0/status_code_range | expected",
                "{\"edge_ttl\":{\"mode\":\"respect_origin\",\"status_code_ttl\":[{\"status_code_range\":{\"from\":300,\"to\":200},\"value\":1}]}} | /edge_ttl/status_code_ttl/0/status_code_range | above",
                "{\"browser_ttl\":{\"mode\":\"bypass\",\"default\":5}} | /browser_ttl/default | useless in bypass mode",
                "{\"browser_ttl\":{\"mode\":\"override_origin\"}} | /browser_ttl/default | required",
            })
    void badCacheParametersAreRefused(String parameters, String pointer, String reason) throws Exception {
        Result refused = api.send(
                "PUT",
                cache,
                rules("{\"action\":\"set_cache_settings\",\"expression\":\"true\",\"action_parameters\":" + parameters
                        + "}"));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/rules/0/action_parameters" + pointer);
        assertThat(refused.message()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /rules | required",
                "{\"rules\":{}} | /rules | an array",
                "{\"rules\":[5]} | /rules/0 | expected an object",
                "{\"rules\":[],\"kind\":\"root\"} | /kind | must be one of zone",
                "{\"rules\":[],\"phase\":\"http_request_origin\"} | /phase | http_request_cache_settings",
                "{\"rules\":[],\"id\":\"x\"} | /id | leave it out",
                "{\"rules\":[],\"size\":1} | /size | unknown field",
            })
    void aBadRulesetIsRefused(String body, String pointer, String reason) throws Exception {
        Result refused = api.send("PUT", cache, body);
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
        api.get(cache).refused(404, 10003);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"action\":\"route\" | /rules/0/action | must be \"set_cache_settings\"",
                "\"enabled\":\"no\" | /rules/0/enabled | true or false",
                "\"ref\":\"\" | /rules/0/ref | must not be empty",
                "\"logging\":{} | /rules/0/logging/enabled | required",
                "\"ratelimit\":{} | /rules/0/ratelimit | unknown field",
                "\"description\":5 | /rules/0/description | a string",
            })
    void aBadRuleIsRefused(String field, String pointer, String reason) throws Exception {
        String rule = cacheRule("true");
        if (field.startsWith("\"action\"")) {
            rule = rule.replace("\"action\":\"set_cache_settings\",", "");
        }
        Result refused = api.send("PUT", cache, rules("{" + rule + "," + field + "}"));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
    }

    @Test
    void anIdThatIsNotOfThisRulesetIsRefused() throws Exception {
        Result refused = api.send("PUT", cache, rules("{\"id\":\"" + "0".repeat(32) + "\"," + cacheRule("true") + "}"));
        assertThat(refused.refused(400, 10003).pointer()).isEqualTo("/rules/0/id");
    }

    @Test
    void twoRulesCannotBeTheSameOne() throws Exception {
        Result refs = api.send(
                "PUT",
                cache,
                rules("{\"ref\":\"a\"," + cacheRule("true") + "},{\"ref\":\"a\"," + cacheRule("true") + "}"));
        assertThat(refs.refused(400, 20001).pointer()).isEqualTo("/rules/1/ref");
        String id = api.send("PUT", cache, rules("{\"ref\":\"a\"," + cacheRule("true") + "}"))
                .ok()
                .result()
                .at("/rules/0/id")
                .asString();
        api.send(
                        "PUT",
                        cache,
                        rules("{\"ref\":\"a\"," + cacheRule("true") + "},{\"id\":\"" + id + "\"," + cacheRule("true")
                                + "}"))
                .refused(400, 20001);
    }

    @Test
    void aThousandRulesAreTheMost() throws Exception {
        String one = "{" + cacheRule("true") + "}";
        api.send("PUT", cache, rules(String.join(",", java.util.Collections.nCopies(1_001, one))))
                .refused(400, 20001);
        api.send("PUT", cache, rules(String.join(",", java.util.Collections.nCopies(1_000, one))))
                .ok();
    }

    @Test
    void aRehearsalStoresNothing() throws Exception {
        Result rehearsed = api.send("PUT", cache + "?dry_run=true", rules("{" + cacheRule("true") + "}"))
                .ok();
        assertThat(rehearsed.result().isNull()).isTrue();
        api.get(cache).refused(404, 10003);
        assertThat(api.latest(zone).orElseThrow().version()).isEqualTo(1);
        api.send("PUT", cache + "?dry_run=true", rules("{}")).refused(400, 20001);
    }

    @Test
    void otherPhasesAreNotAvailableAndUnknownOnesAreRefused() throws Exception {
        api.get(phases + "http_request_sbfm/entrypoint").refused(404, 10003);
        assertThat(api.send("PUT", phases + "http_request_sbfm/entrypoint", rules(""))
                        .refused(400, 20001)
                        .message())
                .contains("phase not available");
        api.get(phases + "http_nonsense/entrypoint").refused(400, 20001);
        api.send("PUT", phases + "http_nonsense/entrypoint", rules("")).refused(400, 20001);
    }

    @Test
    void anUnknownZoneIs404() throws Exception {
        String unknown = "/zones/" + "0".repeat(32) + "/rulesets/phases/http_request_origin/entrypoint";
        api.get(unknown).refused(404, 1001);
        api.send("PUT", unknown, rules("")).refused(404, 1001);
    }

    private static String rules(String rules) {
        return "{\"rules\":[" + rules + "]}";
    }

    @Test
    void regularExpressionsTogetherTakeABoundedMemory() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            // Each has to tell 2¹¹ states apart.
            String expression = "http.request.uri.path matches \\\"x" + i + "(a|b)*a(a|b){11}c\\\"";
            all.append(i == 0 ? "{" : ",{")
                    .append(cacheRule("true").replace("\"true\"", '"' + expression + '"'))
                    .append('}');
        }
        Result refused = api.send("PUT", cache, rules(all.toString()));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/errors/0/message").asString()).contains("more than 8 MiB together");
        assertThat(api.get(cache).status()).as("nothing is stored").isEqualTo(404);
    }

    private static String cacheRule(String cache) {
        return "\"expression\":\"true\",\"action\":\"set_cache_settings\",\"action_parameters\":{\"cache\":" + cache
                + "}";
    }
}
