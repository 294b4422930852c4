package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import dev.selvage.model.zone.ZoneConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Rulesets by their ids, rule by rule, and version by version.
@Timeout(120)
class RulesetOperationsTest {
    private static final String NOBODY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String rulesets;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        rulesets = "/zones/" + zone + "/rulesets";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aRulesetIsMadeListedReplacedAndDeleted() throws Exception {
        JsonNode made = make("a", "b").result();
        String id = made.get("id").stringValue();
        assertThat(made.get("version").stringValue()).isEqualTo("1");
        assertThat(made.get("name").stringValue()).isEqualTo("mine");
        assertThat(refs(made)).containsExactly("a", "b");

        JsonNode listed = api.get(rulesets).ok().result();
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.get(0).has("rules")).isFalse();
        assertThat(listed.get(0).get("id").stringValue()).isEqualTo(id);
        assertThat(api.get(rulesets + "/" + id).ok().result()).isEqualTo(made);
        assertThat(api.get(rulesets + "/phases/http_request_cache_settings/entrypoint")
                        .ok()
                        .result())
                .isEqualTo(made);

        JsonNode replaced = api.send(
                        "PUT", rulesets + "/" + id, "{\"description\":\"d\",\"rules\":[" + rule("b") + "]}")
                .ok()
                .result();
        assertThat(replaced.get("version").stringValue()).isEqualTo("2");
        assertThat(replaced.get("name").stringValue()).isEqualTo("mine");
        assertThat(replaced.get("description").stringValue()).isEqualTo("d");
        assertThat(replaced.at("/rules/0")).isEqualTo(made.at("/rules/1"));

        api.send("DELETE", rulesets + "/" + id, null).done();
        api.get(rulesets + "/" + id).refused(404, 10003);
        api.get(rulesets + "/phases/http_request_cache_settings/entrypoint").refused(404, 10003);
        assertThat(api.get(rulesets).ok().result().isEmpty()).isTrue();
        api.published(zone, config -> config.version() == 4);
        assertThat(make("a").result().get("id").stringValue()).isNotEqualTo(id);
    }

    @Test
    void aPhaseHasOneRuleset() throws Exception {
        make("a");
        Result second = api.send(
                "POST",
                rulesets,
                "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_request_cache_settings\",\"rules\":[]}");
        assertThat(second.refused(400, 20001).message()).contains("already has its ruleset");
        api.send("POST", rulesets, "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_request_origin\"}")
                .ok();
        assertThat(TestControl.each(api.get(rulesets).ok().result())
                        .map(each -> each.get("phase").stringValue()))
                .containsExactly("http_request_origin", "http_request_cache_settings");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\":\"zone\",\"phase\":\"http_request_origin\"} | /name | required",
                "{\"name\":\"n\",\"phase\":\"http_request_origin\"} | /kind | required",
                "{\"name\":\"n\",\"kind\":\"zone\"} | /phase | required",
                "{\"name\":\"n\",\"kind\":\"root\",\"phase\":\"http_request_origin\"} | /kind | must be one of zone",
                "{\"name\":\" \",\"kind\":\"zone\",\"phase\":\"http_request_origin\"} | /name | must not be empty",
                "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_nonsense\"} | '' | not a known phase",
                "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"magic_transit\"} | '' | phase not available",
                "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_request_origin\",\"id\":\"x\"} | /id | leave",
            })
    void aBadNewRulesetIsRefused(String body, String pointer, String reason) throws Exception {
        Result refused = api.send("POST", rulesets, body);
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                             | a b c n",
                "{\"before\":\"b\"}           | a n b c",
                "{\"before\":\"\"}            | n a b c",
                "{\"after\":\"b\"}            | a b n c",
                "{\"after\":\"\"}             | a b c n",
                "{\"index\":1}                | n a b c",
                "{\"index\":4}                | a b c n",
            })
    void aRuleIsAddedWhereItIsWanted(String position, String wanted) throws Exception {
        JsonNode made = make("a", "b", "c").result();
        String added =
                rule("n").replace("}}", "}" + (position == null ? "" : ",\"position\":" + ids(made, position)) + "}");
        JsonNode after = api.send("POST", rulesets + "/" + id(made) + "/rules", added)
                .ok()
                .result();
        assertThat(String.join(" ", refs(after))).isEqualTo(wanted);
        assertThat(after.get("version").stringValue()).isEqualTo("2");
        for (JsonNode rule : after.get("rules")) {
            assertThat(rule.get("version").stringValue()).isEqualTo("1");
            assertThat(rule.has("position")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"before\":\"a\"} | c a b",
                "{\"after\":\"a\"}  | a c b",
                "{\"after\":\"\"}   | a b c",
                "{\"index\":2}      | a c b",
            })
    void aRuleIsMovedAndStaysTheSame(String position, String wanted) throws Exception {
        JsonNode made = make("a", "b", "c").result();
        JsonNode after = api.send(
                        "PATCH",
                        rulesets + "/" + id(made) + "/rules/"
                                + made.at("/rules/2/id").stringValue(),
                        "{\"position\":" + ids(made, position) + "}")
                .ok()
                .result();
        assertThat(String.join(" ", refs(after))).isEqualTo(wanted);
        assertThat(TestControl.each(after.get("rules")))
                .contains(made.at("/rules/0"), made.at("/rules/1"), made.at("/rules/2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /position | exactly one",
                "{\"before\":\"a\",\"after\":\"a\"} | /position | exactly one",
                "{\"before\":\"0123456789abcdef0123456789abcdef\"} | /position/before | no other rule",
                "{\"after\":\"x\"} | /position/after | no other rule",
                "{\"index\":0} | /position/index | 1 to 1000",
                "{\"index\":4} | /position/index | 1 to 3",
                "{\"index\":\"1\"} | /position/index | whole number",
                "{\"first\":true} | /position/first | unknown field",
                "5 | /position | an object",
            })
    void aPositionThatIsNoneIsRefused(String position, String pointer, String reason) throws Exception {
        JsonNode made = make("a", "b").result();
        Result refused = api.send(
                "POST",
                rulesets + "/" + id(made) + "/rules",
                rule("n").replace("}}", "},\"position\":" + position + "}"));
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
        assertThat(api.get(rulesets + "/" + id(made)).ok().result()).isEqualTo(made);
    }

    @Test
    void aRuleIsNotMovedBesideItself() throws Exception {
        JsonNode made = make("a", "b").result();
        String a = made.at("/rules/0/id").stringValue();
        api.send("PATCH", rulesets + "/" + id(made) + "/rules/" + a, "{\"position\":{\"after\":\"" + a + "\"}}")
                .refused(400, 20001);
    }

    @Test
    void aChangeMergesFieldsAndNullTakesOneAway() throws Exception {
        JsonNode made = make("a", "b").result();
        String b =
                rulesets + "/" + id(made) + "/rules/" + made.at("/rules/1/id").stringValue();
        api.clock.advance(Duration.ofSeconds(1));
        JsonNode off = api.send(
                        "PATCH", b, "{\"enabled\":false,\"description\":\"words\",\"logging\":{\"enabled\":true}}")
                .ok()
                .result();
        JsonNode rule = off.at("/rules/1");
        assertThat(rule.get("enabled").booleanValue()).isFalse();
        assertThat(rule.get("description").stringValue()).isEqualTo("words");
        assertThat(rule.get("version").stringValue()).isEqualTo("2");
        assertThat(rule.get("last_updated").stringValue()).isEqualTo("2026-03-01T12:00:01.123456Z");
        assertThat(rule.get("ref").stringValue()).isEqualTo("b");
        assertThat(rule.get("action_parameters")).isEqualTo(made.at("/rules/1/action_parameters"));
        assertThat(off.at("/rules/0")).isEqualTo(made.at("/rules/0"));
        JsonNode plain = api.send("PATCH", b, "{\"description\":null,\"logging\":null,\"enabled\":true,\"ref\":\"z\"}")
                .ok()
                .result()
                .at("/rules/1");
        assertThat(plain.get("description").stringValue()).isEmpty();
        assertThat(plain.has("logging")).isFalse();
        assertThat(plain.get("ref").stringValue()).isEqualTo("z");
        // A field is replaced as a whole.
        assertThat(api.send("PATCH", b, "{\"action_parameters\":{\"browser_ttl\":{\"mode\":\"bypass\"}}}")
                        .ok()
                        .result()
                        .at("/rules/1/action_parameters")
                        .toString())
                .isEqualTo("{\"browser_ttl\":{\"mode\":\"bypass\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ref\":\"a\"} | /ref | the same",
                "{\"id\":\"0123456789abcdef0123456789abcdef\"} | /id | does not change",
                "{\"expression\":\"http.hots eq 1\"} | /expression | Filter parsing error (1:1)",
                "{\"expression\":null} | /expression | required",
                "{\"action\":\"block\"} | /action | must be \"set_cache_settings\"",
                "{\"action_parameters\":{}} | /action_parameters | at least one",
                "{\"enabled\":1} | /enabled | true or false",
                "{\"ratelimit\":{}} | /ratelimit | unknown field",
            })
    void aBadChangeIsRefused(String body, String pointer, String reason) throws Exception {
        JsonNode made = make("a", "b").result();
        Result refused = api.send(
                "PATCH",
                rulesets + "/" + id(made) + "/rules/" + made.at("/rules/1/id").stringValue(),
                body);
        assertThat(refused.refused(400, 20001).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).contains(reason);
        assertThat(api.get(rulesets + "/" + id(made)).ok().result()).isEqualTo(made);
    }

    @Test
    void aNewRuleHasARefOfItsOwnAndNoId() throws Exception {
        JsonNode made = make("a").result();
        String all = rulesets + "/" + id(made) + "/rules";
        assertThat(api.send("POST", all, rule("a")).refused(400, 20001).pointer())
                .isEqualTo("/ref");
        String known = made.at("/rules/0/id").stringValue();
        assertThat(api.send("POST", all, rule("n").replace("{\"ref\"", "{\"id\":\"" + known + "\",\"ref\""))
                        .refused(400, 20001)
                        .pointer())
                .isEqualTo("/id");
    }

    @Test
    void aRuleIsDeleted() throws Exception {
        JsonNode made = make("a", "b", "c").result();
        String b =
                rulesets + "/" + id(made) + "/rules/" + made.at("/rules/1/id").stringValue();
        JsonNode after = api.send("DELETE", b, null).ok().result();
        assertThat(refs(after)).containsExactly("a", "c");
        assertThat(after.get("version").stringValue()).isEqualTo("2");
        api.send("DELETE", b, null).refused(404, 10003);
        api.send("PATCH", b, "{}").refused(404, 10003);
        api.published(zone, config -> config.rules().cacheSettings().rules().size() == 2);
    }

    @Test
    void theLatestVersionsAreKept() throws Exception {
        JsonNode made = make("a").result();
        String one = rulesets + "/" + id(made);
        for (int i = 2; i <= 25; i++) {
            api.send("PUT", one, "{\"description\":\"v" + i + "\",\"rules\":[" + rule("r" + i) + "]}")
                    .ok();
        }
        List<String> kept = IntStream.iterate(25, i -> i - 1)
                .limit(20)
                .mapToObj(Integer::toString)
                .toList();
        String entryPoint = rulesets + "/phases/http_request_cache_settings/entrypoint";
        for (String path : List.of(one, entryPoint)) {
            JsonNode versions = api.get(path + "/versions").ok().result();
            assertThat(TestControl.each(versions)
                            .map(each -> each.get("version").stringValue()))
                    .containsExactlyElementsOf(kept);
            assertThat(TestControl.each(versions)).allMatch(each -> !each.has("rules"));
            assertThat(refs(api.get(path + "/versions/7").ok().result())).containsExactly("r7");
            assertThat(api.get(path + "/versions/7")
                            .ok()
                            .result()
                            .get("description")
                            .stringValue())
                    .isEqualTo("v7");
            assertThat(api.get(path + "/versions/25").ok().result())
                    .isEqualTo(api.get(one).ok().result());
            for (String none : List.of("5", "26", "0", "07", "-1", "x", "9".repeat(30), "%20")) {
                api.get(path + "/versions/" + none).refused(404, 10003);
            }
        }
        api.send("DELETE", one + "/versions/25", null).refused(400, 20001);
        api.send("DELETE", one + "/versions/5", null).refused(404, 10003);
        long published = published().version();
        api.send("DELETE", one + "/versions/7?dry_run=true", null).done();
        api.get(one + "/versions/7").ok();
        api.send("DELETE", one + "/versions/7", null).done();
        api.get(one + "/versions/7").refused(404, 10003);
        assertThat(api.get(one + "/versions").ok().result().size()).isEqualTo(19);
        assertThat(published().version()).isEqualTo(published);
        api.send("DELETE", one, null).done();
        api.get(one + "/versions").refused(404, 10003);
    }

    @Test
    void anOldVersionComesBackAsItWas() throws Exception {
        JsonNode first = make("a", "b").result();
        String one = rulesets + "/" + id(first);
        api.send("PUT", one, "{\"rules\":[" + rule("a") + "]}").ok();
        JsonNode old = api.get(one + "/versions/1").ok().result();
        assertThat(old).isEqualTo(first);
        // Its rules' ids are of rules that are there no longer, which their refs make anew.
        String again = TestControl.each(old.get("rules"))
                .map(rule -> rule("" + rule.get("ref").stringValue()))
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        assertThat(refs(api.send("PUT", one, "{\"rules\":[" + again + "]}").ok().result()))
                .containsExactly("a", "b");
    }

    @Test
    void aRehearsalChangesNothing() throws Exception {
        JsonNode made = make("a", "b").result();
        String one = rulesets + "/" + id(made);
        String a = one + "/rules/" + made.at("/rules/0/id").stringValue();
        String dry = "?dry_run=true";
        long version = published().version();
        String other = "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_request_origin\",\"rules\":[]}";
        for (Result rehearsed : List.of(
                api.send("POST", rulesets + dry, other),
                api.send("PUT", one + dry, "{\"rules\":[]}"),
                api.send("POST", one + "/rules" + dry, rule("n")),
                api.send("PATCH", a + dry, "{\"enabled\":false}"),
                api.send("DELETE", a + dry, null))) {
            assertThat(rehearsed.ok().result().isNull()).isTrue();
        }
        api.send("DELETE", one + dry, null).done();
        api.send("PATCH", a + dry, "{\"enabled\":1}").refused(400, 20001);
        api.send("DELETE", one + "/rules/" + NOBODY + dry, null).refused(404, 10003);
        api.send("POST", one + "/rules?dry_run=maybe", rule("n")).refused(400, 1004);
        assertThat(api.get(one).ok().result()).isEqualTo(made);
        assertThat(api.get(rulesets).ok().result().size()).isEqualTo(1);
        assertThat(published().version()).isEqualTo(version);
    }

    @Test
    void aRulesetOfAnotherZoneIsAsOneThatIsNotThere() throws Exception {
        JsonNode made = make("a").result();
        String rule = made.at("/rules/0/id").stringValue();
        String elsewhere = "/zones/" + api.zone("elsewhere.example") + "/rulesets/";
        for (String[] call : new String[][] {
            {"GET", "", null},
            {"PUT", "", "{\"rules\":[]}"},
            {"DELETE", "", null},
            {"GET", "/versions", null},
            {"GET", "/versions/1", null},
            {"DELETE", "/versions/1", null},
            {"POST", "/rules", rule("n")},
            {"PATCH", "/rules/" + rule, "{}"},
            {"DELETE", "/rules/" + rule, null},
        }) {
            Result foreign = api.send(call[0], elsewhere + id(made) + call[1], call[2]);
            Result absent = api.send(call[0], elsewhere + NOBODY + call[1], call[2]);
            foreign.refused(404, 10003);
            assertThat(foreign.response().body())
                    .as(call[0] + " " + call[1])
                    .isEqualTo(absent.response().body());
            api.send(call[0], elsewhere + "nonsense" + call[1], call[2]).refused(404, 7003);
        }
        assertThat(api.get(rulesets + "/" + id(made)).ok().result()).isEqualTo(made);
    }

    @Test
    void thePermissionIsThatOfThePhase() throws Exception {
        String one = rulesets + "/" + id(make("a").result());
        String rule = api.get(one).ok().result().at("/rules/0/id").stringValue();
        String other = api.send("POST", rulesets, "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_ratelimit\"}")
                .ok()
                .id();
        String reader = api.zoneToken(zone, Permission.CACHE_SETTINGS_READ);
        String writer = api.zoneToken(zone, Permission.CACHE_SETTINGS_WRITE);
        String waf = api.zoneToken(zone, Permission.WAF_WRITE);
        for (String token : List.of(reader, writer)) {
            JsonNode listed = api.sendAs(token, "GET", rulesets, null).ok().result();
            assertThat(TestControl.each(listed).map(each -> each.get("phase").stringValue()))
                    .containsExactly("http_request_cache_settings");
            api.sendAs(token, "GET", one, null).ok();
            api.sendAs(token, "GET", one + "/versions", null).ok();
            api.sendAs(token, "GET", rulesets + "/" + other, null).refused(403, 10000);
            api.sendAs(token, "GET", rulesets + "/" + other + "/versions/1", null)
                    .refused(403, 10000);
        }
        for (String token : List.of(reader, waf)) {
            api.sendAs(token, "PUT", one, "{\"rules\":[]}").refused(403, 10000);
            api.sendAs(token, "POST", one + "/rules", rule("n")).refused(403, 10000);
            api.sendAs(token, "PATCH", one + "/rules/" + rule, "{}").refused(403, 10000);
            api.sendAs(token, "DELETE", one + "/rules/" + rule, null).refused(403, 10000);
            api.sendAs(token, "DELETE", one + "/versions/1", null).refused(403, 10000);
            api.sendAs(token, "DELETE", one, null).refused(403, 10000);
            api.sendAs(token, "POST", rulesets, "{\"name\":\"n\",\"kind\":\"zone\",\"phase\":\"http_request_origin\"}")
                    .refused(403, 10000);
        }
        api.sendAs(writer, "PATCH", one + "/rules/" + rule, "{\"enabled\":false}")
                .ok();
        api.sendAs(waf, "DELETE", rulesets + "/" + other, null).done();
    }

    @Test
    void eachChangeIsNotedWithWhatItWasAbout() throws Exception {
        JsonNode made = make("a").result();
        String one = rulesets + "/" + id(made);
        String rule = made.at("/rules/0/id").stringValue();
        api.send("PATCH", one + "/rules/" + rule, "{\"enabled\":false}").ok();
        api.send("POST", one + "/rules", rule("b")).ok();
        api.send("DELETE", one + "/rules/" + rule, null).ok();
        api.send("DELETE", one + "/versions/1", null).done();
        api.send("DELETE", one, null).done();
        JsonNode notes = api.get("/accounts/" + api.account() + "/audit_logs?zone.name=example.com&direction=asc")
                .ok()
                .result();
        assertThat(TestControl.each(notes)
                        .map(note -> note.at("/action/type").stringValue() + " "
                                + note.at("/resource/type").stringValue()))
                .containsSubsequence(
                        "add ruleset",
                        "change ruleset_rule",
                        "add ruleset_rule",
                        "delete ruleset_rule",
                        "delete ruleset_version",
                        "delete ruleset");
    }

    @Test
    void tenThousandRulesAreRefusedWithTheLimitAndSoIsOneTooMany() throws Exception {
        JsonNode made = make("a").result();
        String one = rulesets + "/" + id(made);
        String plain = rule("x").replace("\"ref\":\"x\",", "");
        Result many =
                api.send("PUT", one, "{\"rules\":[" + String.join(",", Collections.nCopies(10_000, plain)) + "]}");
        assertThat(many.refused(400, 20001).message()).contains("10000 elements", "at most 1000");
        api.send("PUT", one, "{\"rules\":[" + String.join(",", Collections.nCopies(1_000, plain)) + "]}")
                .ok();
        assertThat(api.send("POST", one + "/rules", rule("n"))
                        .refused(400, 20001)
                        .message())
                .contains("at most 1000 rules");
    }

    @Test
    void expressionsHaveALimitAndKnowNoLists() throws Exception {
        String one = rulesets + "/" + id(make("a").result());
        String rule = rule("n").replace("\"true\"", "\"%s\"");
        String longest = "true" + " ".repeat(4_092);
        JsonNode added =
                api.send("POST", one + "/rules", rule.formatted(longest)).ok().result();
        assertThat(added.at("/rules/1/expression").stringValue()).isEqualTo(longest);
        for (String expression :
                List.of(longest + " ", "http.host in $hosts", "", "(".repeat(4_000), "http.host eq 5")) {
            Result refused = api.send("POST", one + "/rules", rule.formatted(expression));
            assertThat(refused.refused(400, 20001).pointer()).isEqualTo("/expression");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "5", "{", "{\"action\":}", "\"x\""})
    void aBodyThatIsNoneIsRefused(String body) throws Exception {
        String one = rulesets + "/" + id(make("a").result());
        for (String path : List.of(rulesets, one + "/rules")) {
            api.send("POST", path, body).refused(400, 6007);
        }
    }

    @Test
    void twoWritersAtOnceLoseNothing() throws Exception {
        String one = rulesets + "/" + id(make("a").result());
        int each = 20;
        List<Callable<Result>> calls = new ArrayList<>();
        for (String writer : List.of("x", "y")) {
            for (int i = 0; i < each; i++) {
                String ref = writer + i;
                calls.add(() -> api.send("POST", one + "/rules", rule(ref)));
            }
        }
        List<Result> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Result> call : threads.invokeAll(calls)) {
                results.add(call.get());
            }
        }
        List<String> versions = results.stream()
                .map(result -> result.ok().result().get("version").stringValue())
                .toList();
        assertThat(new HashSet<>(versions)).hasSize(2 * each);
        JsonNode now = api.get(one).ok().result();
        assertThat(now.get("version").stringValue()).isEqualTo(Integer.toString(2 * each + 1));
        assertThat(refs(now)).hasSize(2 * each + 1).doesNotHaveDuplicates();
        api.published(
                zone,
                config -> config.rules().cacheSettings().rules().size() == 2 * each + 1
                        && config.rules().cacheSettings().version().equals(Integer.toString(2 * each + 1)));
    }

    private ZoneConfig published() throws InterruptedException {
        return api.latest(zone).orElseThrow();
    }

    private Result make(String... refs) throws Exception {
        List<String> rules = new ArrayList<>();
        for (String ref : refs) {
            rules.add(rule(ref));
        }
        Result made = api.send(
                        "POST",
                        rulesets,
                        "{\"name\":\"mine\",\"kind\":\"zone\",\"phase\":\"http_request_cache_settings\",\"rules\":["
                                + String.join(",", rules) + "]}")
                .ok();
        api.published(
                zone,
                config -> config.rules().cacheSettings().ruleset().equals(made.id())
                        && config.rules().cacheSettings().rules().size() == refs.length);
        return made;
    }

    /// `position` with ids in the place of refs.
    private static String ids(JsonNode ruleset, String position) {
        String result = position;
        for (JsonNode rule : ruleset.get("rules")) {
            result = result.replace(
                    ":\"" + rule.get("ref").stringValue() + "\"",
                    ":\"" + rule.get("id").stringValue() + "\"");
        }
        return result;
    }

    private static String id(JsonNode ruleset) {
        return Objects.requireNonNull(ruleset.get("id")).stringValue();
    }

    private static List<String> refs(JsonNode ruleset) {
        return TestControl.each(ruleset.get("rules"))
                .map(rule -> rule.get("ref").stringValue())
                .toList();
    }

    private static String rule(String ref) {
        return "{\"ref\":\"" + ref
                + "\",\"expression\":\"true\",\"action\":\"set_cache_settings\",\"action_parameters\":"
                + "{\"cache\":true}}";
    }
}
