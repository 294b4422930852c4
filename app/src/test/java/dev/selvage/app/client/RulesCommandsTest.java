package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RulesCommandsTest {
    private static final String RULESETS = "/zones/" + FakeApi.ZONE + "/rulesets";
    private static final String CACHE = "c".repeat(32);
    private static final String WAF = "f".repeat(32);
    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);
    private static final String BLOCK = "d".repeat(32);
    private static final String CACHE_RULES = rule(A, "images", "set_cache_settings", "true", "{\"cache\":true}") + ","
            + rule(B, B, "set_cache_settings", "http.host eq \\\"a\\\"", "{\"cache\":false}");

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        String cache = ruleset(CACHE, "http_request_cache_settings", CACHE_RULES);
        String waf = ruleset(WAF, "http_request_firewall_custom", rule(BLOCK, "b", "block", "ssl", "{}"));
        api.on(
                "GET",
                RULESETS,
                _ -> FakeApi.ok("[" + ruleset(WAF, "http_request_firewall_custom", null) + ","
                        + ruleset(CACHE, "http_request_cache_settings", null) + "]"));
        api.on("GET", RULESETS + "/" + CACHE, _ -> FakeApi.ok(cache));
        api.on("GET", RULESETS + "/" + WAF, _ -> FakeApi.ok(waf));
        api.on("GET", RULESETS + "/phases/http_request_cache_settings/entrypoint", _ -> FakeApi.ok(cache));
        api.on("PUT", RULESETS + "/phases/http_request_cache_settings/entrypoint", _ -> FakeApi.ok(cache));
        api.on("PATCH", RULESETS + "/" + CACHE + "/rules/" + A, _ -> FakeApi.ok(cache));
        api.on("DELETE", RULESETS + "/" + CACHE + "/rules/" + A, _ -> FakeApi.ok(cache));
        api.on(
                "POST",
                RULESETS + "/" + CACHE + "/rules",
                asked -> asked.parameter("dry_run").equals("true")
                        ? FakeApi.json(200, """
                                {"success":true,"errors":[],"result":null,
                                 "messages":[{"code":1301,"message":"stores what is private"}]}""")
                        : FakeApi.ok(ruleset(
                                CACHE,
                                "http_request_cache_settings",
                                CACHE_RULES + "," + rule("e".repeat(32), "n", "set_cache_settings", "ssl", "{}"))));
        api.on(
                "POST",
                RULESETS,
                _ -> FakeApi.ok(ruleset(
                        "9".repeat(32), "http_request_origin", rule("8".repeat(32), "n", "route", "true", "{}"))));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theRulesOfAZoneAreListedPhaseByPhase() {
        assertThat(commands.run("rules", "list", "example.com").out())
                .isEqualTo("""
                PHASE                         ENABLED  ACTION              EXPRESSION       DESCRIPTION  ID
                http_request_firewall_custom  yes      block               ssl              words        %s
                http_request_cache_settings   yes      set_cache_settings  true             words        %s
                http_request_cache_settings   yes      set_cache_settings  http.host eq "a"  words        %s
                """.replace("EXPRESSION       ", "EXPRESSION        ")
                        .replace("ssl              ", "ssl               ")
                        .replace("true             ", "true              ")
                        .formatted(BLOCK, A, B));
        assertThat(commands.run("rules", "list", "example.com", "firewall").out())
                .contains(BLOCK)
                .doesNotContain(A);
        assertThat(commands.run("rules", "list", "example.com", "--json").out())
                .startsWith("[{\"phase\":\"http_request_firewall_custom\",\"id\":\"" + BLOCK);
    }

    @Test
    void theRulesOfAPhaseArePrintedAndReplacedByAFile() throws IOException {
        Commands.Ran got = commands.run("rules", "get", "example.com", "cache");
        assertThat(got.out()).startsWith("{\"id\":\"" + CACHE);
        Files.writeString(directory.resolve("rules.json"), got.out());
        Commands.Ran replaced = commands.run("rules", "replace", "example.com", "cache", "rules.json");
        assertThat(replaced.err()).isEqualTo("selvage: http_request_cache_settings has 2 rules\n");
        assertThat(api.last().method()).isEqualTo("PUT");
        assertThat(api.last().body()).isEqualTo("{\"rules\":[" + CACHE_RULES + "],\"description\":\"\"}");
        commands.typing("[]").run("rules", "replace", "example.com", "cache", "-", "--dry-run");
        assertThat(api.last().target()).endsWith("/entrypoint?dry_run=true");
        assertThat(api.last().body()).isEqualTo("{\"rules\":[]}");
    }

    @Test
    void aRuleIsAddedWithTheActionOfItsPhase() {
        Commands.Ran added = commands.run(
                "rules", "add", "example.com", "cache", "-e", "ssl", "-p", "{\"cache\":true}", "--description", "d");
        assertThat(added.err()).isEqualTo("selvage: added a rule to http_request_cache_settings\n");
        assertThat(added.out()).contains("Expression   ssl\n", "Id           " + "e".repeat(32));
        assertThat(api.last().target()).isEqualTo(RULESETS + "/" + CACHE + "/rules");
        assertThat(api.last().body())
                .isEqualTo("{\"expression\":\"ssl\",\"description\":\"d\",\"action_parameters\":{\"cache\":true},"
                        + "\"action\":\"set_cache_settings\"}");
    }

    @Test
    void theFirstRuleOfAPhaseMakesItsRuleset() {
        commands.run(
                "rules", "add", "example.com", "origin", "-e", "true", "-p", "{\"origin\":{\"port\":81}}", "--first");
        assertThat(api.last().method() + " " + api.last().target()).isEqualTo("POST " + RULESETS);
        assertThat(api.last().body())
                .isEqualTo("{\"name\":\"default\",\"kind\":\"zone\",\"phase\":\"http_request_origin\",\"rules\":"
                        + "[{\"expression\":\"true\",\"action_parameters\":{\"origin\":{\"port\":81}},"
                        + "\"action\":\"route\"}]}");
    }

    @Test
    void aRehearsalSaysWhatTheApiRemarks() {
        Commands.Ran ran = commands.run("rules", "add", "example.com", "cache", "-e", "ssl", "-p", "{}", "--dry-run");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("stores what is private", "nothing is wrong with the rule; nothing was changed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--before images | {\"before\":\"a\"}",
                "--after B | {\"after\":\"b\"}",
                "--first | {\"before\":\"\"}",
                "--last | {\"after\":\"\"}",
            })
    void aRuleIsPutWhereItIsWanted(String option, String position) {
        String[] words =
                ("rules add example.com cache -e ssl -p {\"cache\":true} " + option.replace("B", B)).split(" ");
        commands.run(words);
        assertThat(api.last().body())
                .endsWith(",\"position\":"
                        + position.replace("\"a\"", "\"" + A + "\"").replace("\"b\"", "\"" + B + "\"") + "}");
    }

    @Test
    void aRuleIsChangedByItsRefOrId() {
        for (String name : new String[] {"images", A}) {
            Commands.Ran ran = commands.run("rules", "set", "example.com", name, "--no-enabled", "--after", B);
            assertThat(ran.err()).isEqualTo("selvage: changed the rule " + A + "\n");
            assertThat(ran.out()).contains("Ref          images\n");
            assertThat(api.last().method()).isEqualTo("PATCH");
            assertThat(api.last().body()).isEqualTo("{\"enabled\":false,\"position\":{\"after\":\"" + B + "\"}}");
        }
    }

    @Test
    void aRuleIsRemovedByWhoMeansIt() {
        assertThat(commands.run("rules", "remove", "example.com", "images").exit())
                .isEqualTo(2);
        assertThat(api.lines()).noneMatch(line -> line.startsWith("DELETE"));
        Commands.Ran ran = commands.run("rules", "remove", "example.com", "images", "--yes");
        assertThat(ran.err()).isEqualTo("selvage: removed the rule " + A + " of http_request_cache_settings\n");
        assertThat(api.last().method() + " " + api.last().target())
                .isEqualTo("DELETE " + RULESETS + "/" + CACHE + "/rules/" + A);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list example.com cahce | 66 | did you mean `cache`?",
                "set example.com image --no-enabled | 66 | did you mean `images`?",
                "set example.com images | 2 | name what to change",
                "add example.com cache -e ssl -p x | 2 | --parameters: expected JSON",
                "add example.com cache -e ssl -p 5 | 2 | --parameters: expected JSON",
                "add example.com cache -e ssl -p @absent.json | 74 | absent.json cannot be read",
                "add example.com cache -e ssl --first --last | 2 | only one",
                "replace example.com cache absent.json | 74 | absent.json cannot be read",
            })
    void whatCannotBeIsSaid(String line, int exit, String message) {
        Commands.Ran ran = commands.run(("rules " + line).split(" "));
        assertThat(ran.exit()).isEqualTo(exit);
        assertThat(ran.err()).contains(message);
        assertThat(api.lines()).allMatch(asked -> asked.startsWith("GET"));
    }

    @Test
    void anExpressionThatIsNoneIsMarkedWhereItIsWrong() {
        api.on("POST", RULESETS + "/" + CACHE + "/rules", _ -> FakeApi.refused(400, """
                        {"code":20001,"message":"Filter parsing error (1:1):\\nhttp.hots\\n^^^^^^^^^ unknown",
                         "source":{"pointer":"/expression"}}"""));
        Commands.Ran ran = commands.run("rules", "add", "example.com", "cache", "-e", "http.hots", "-p", "{}");
        assertThat(ran.exit()).isEqualTo(65);
        assertThat(ran.err()).isEqualTo("""
                selvage: 20001: Filter parsing error (1:1):
                selvage:     http.hots
                selvage:     ^^^^^^^^^ unknown (at /expression)
                """);
    }

    private static String ruleset(String id, String phase, @org.jspecify.annotations.Nullable String rules) {
        return "{\"id\":\"" + id + "\",\"name\":\"default\",\"description\":\"\",\"kind\":\"zone\",\"phase\":\"" + phase
                + "\",\"version\":\"3\",\"last_updated\":\"2026-01-01T00:00:00.000000Z\""
                + (rules == null ? "" : ",\"rules\":[" + rules + "]") + "}";
    }

    private static String rule(String id, String ref, String action, String expression, String parameters) {
        return "{\"id\":\"" + id + "\",\"action\":\"" + action + "\",\"action_parameters\":" + parameters
                + ",\"expression\":\"" + expression + "\",\"description\":\"words\",\"enabled\":true,\"ref\":\"" + ref
                + "\",\"version\":\"1\",\"last_updated\":\"2026-01-01T00:00:00.000000Z\"}";
    }
}
