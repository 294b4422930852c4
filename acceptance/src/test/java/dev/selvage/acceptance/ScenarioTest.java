package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Scenarios are read as written, and one that does not hold fails: performed without any cache between visitor and
/// origin, everything is fetched.
class ScenarioTest {
    private static List<Scenario> read(String text) {
        return Scenario.read("file", text);
    }

    private static void perform(String steps) throws Exception {
        try (ScenarioOrigin origin = ScenarioOrigin.start()) {
            for (Scenario scenario : read("## it holds\n" + steps)) {
                origin.perform(scenario, URI.create(origin.uri().toString()).getPort());
            }
        }
    }

    @Test
    void whatHoldsPasses() throws Exception {
        perform("""
                origin: 200 | Date: {date-10} | X-Number: 7
                GET /a | X-Sent: s -> 200 fetched "answer 1" | Date: {date-10} | X-Number: 5..9 | X-Number: ~7 | no Age
                origin saw: GET /a | X-Sent: s | no Range
                origin HEAD /a: 304
                HEAD /a -> 304 validated
                until: GET /a -> 200 "answer 3"
                origin: 404 | chunked | "gone"
                GET /b -> 404 fetched
                  "gone"
                origin asked: 4
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / -> 404",
                "GET / -> 200 stored",
                "GET / -> 200 validated",
                "GET / -> 200 HIT",
                "GET / -> 200 \"answer 2\"",
                "GET / -> 200 | X-Other: o",
                "GET / -> 200 | X-Number: 8",
                "GET / -> 200 | X-Number: 8..9",
                "GET / -> 200 | X-Number: ~8",
                "GET / -> 200 | no X-Number",
                "GET / -> 200\norigin asked: 2",
                "GET / -> 200\norigin saw: GET /other",
                "GET / -> 200\norigin saw: GET / | no Host",
                "GET / -> 200\norigin saw: HEAD /"
            })
    void whatDoesNotHoldFails(String claim) {
        assertThatThrownBy(() -> perform("origin: 200 | X-Number: 7\n" + claim))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "origin: 200",
                "GET /",
                "GET / -> fast",
                "GET nowhere -> 200",
                "GET / -> 200 cached",
                "GET / -> 200 | nothing",
                "origin: many\nGET / -> 200",
                "policy: lenient\nGET / -> 200",
                "origin saw: GET\nGET / -> 200"
            })
    void whatIsNotWrittenRightIsRefusedWithItsPlace(String steps) {
        assertThatThrownBy(() -> read("# Title\n\n## name\n" + steps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("file:");
    }

    @Test
    void eachScenarioStandsForItself() {
        List<Scenario> scenarios = read("""
                # Title
                Words that explain.

                ## one
                policy: safe
                open: not yet
                GET / -> 200

                ## two
                GET / | Host: {host} -> 200
                """);
        assertThat(scenarios).extracting(Scenario::name).containsExactly("one", "two");
        assertThat(scenarios.getFirst().policies()).containsExactly(Scenario.Policy.SAFE);
        assertThat(scenarios.getFirst().open()).contains("not yet");
        assertThat(scenarios.getLast().policies()).hasSize(2);
        assertThat(scenarios.getLast().open()).isEmpty();
    }
}
