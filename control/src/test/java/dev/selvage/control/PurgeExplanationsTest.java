package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgeExplanation.Copy;
import dev.selvage.model.purge.PurgeExplanation.Coverage;
import dev.selvage.model.purge.PurgeExplanation.Meaning;
import dev.selvage.model.purge.PurgeExplanation.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class PurgeExplanationsTest {
    private static final String URL = "http://www.example.com/Bar/a.png";

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String purge;
    private FakePop ams;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        purge = "/zones/" + zone + "/purge_cache";
        ams = new FakePop("AMS1", api.control);
    }

    @AfterEach
    void stop() {
        ams.close();
        api.close();
    }

    private List<PurgeCommand> newestFirst(int count) throws Exception {
        return api.purges(count).stream()
                .sorted(Comparator.comparingLong(PurgeCommand::sequence).reversed())
                .toList();
    }

    /// The PoP has one copy, for which the purges have these meanings, the newest first.
    private void stored(State state, List<PurgeCommand> purges, Meaning... meanings) {
        List<Coverage> coverage = new ArrayList<>();
        for (int i = 0; i < meanings.length; i++) {
            coverage.add(new Coverage(purges.get(i).id(), meanings[i]));
        }
        long last = purges.isEmpty() ? 0 : purges.getFirst().sequence();
        ams.explanation = new PurgeExplanation(
                "AMS1",
                last,
                "www.example.com",
                "/Bar/a.png",
                List.of(new Copy(
                        "www.example.com/Bar/a.png",
                        List.of("t1", "t2"),
                        state,
                        1_772_366_400_000L,
                        3,
                        900,
                        12,
                        coverage)));
    }

    private JsonNode explain() throws Exception {
        return api.get(purge + "/explain?url=" + URL).ok().result();
    }

    private String summary() throws Exception {
        return explain().get("summary").stringValue();
    }

    private PurgeCommand purged(String body) throws Exception {
        api.send("POST", purge, body).ok();
        return newestFirst(1).getFirst();
    }

    @Test
    void itSaysWhereWhatIsStoredAndWhatPurgesMeanForIt() throws Exception {
        api.send("POST", purge, "{\"tags\":[\"other\"]}").ok();
        api.send("POST", purge, "{\"prefixes\":[\"www.example.com/bar\"]}").ok();
        List<PurgeCommand> purges = newestFirst(2);
        stored(State.FRESH, purges, Meaning.OTHER_CASE, Meaning.OTHER_TAGS);
        JsonNode result = explain();
        assertThat(ams.asked).isEqualTo(purges);
        assertThat(result.get("url").stringValue()).isEqualTo(URL);
        assertThat(result.get("host").stringValue()).isEqualTo("www.example.com");
        assertThat(result.get("path").stringValue()).isEqualTo("/Bar/a.png");
        assertThat(result.at("/purges/0/id").stringValue())
                .isEqualTo(purges.getFirst().id());
        assertThat(result.at("/purges/0/purge/prefixes/0").stringValue()).isEqualTo("www.example.com/bar");
        assertThat(result.at("/purges/1/sequence").longValue()).isEqualTo(1);
        assertThat(result.at("/pops/0/pop").stringValue()).isEqualTo("AMS1");
        assertThat(result.at("/pops/0/applied_sequence").longValue()).isEqualTo(2);
        JsonNode copy = result.at("/pops/0/copies/0");
        assertThat(copy.get("key").stringValue()).isEqualTo("www.example.com/Bar/a.png");
        assertThat(copy.get("tags").toString()).isEqualTo("[\"t1\",\"t2\"]");
        assertThat(copy.get("state").stringValue()).isEqualTo("fresh");
        assertThat(copy.get("stored_at").stringValue()).isEqualTo("2026-03-01T12:00:00.000000Z");
        assertThat(copy.at("/purges/0/meaning").stringValue()).isEqualTo("other_case");
        assertThat(copy.at("/purges/0/why").stringValue())
                .isEqualTo("It names \"www.example.com/bar\", which differs from this copy's path in upper and lower"
                        + " case: paths are compared as they are.");
        assertThat(copy.at("/purges/1/why").stringValue())
                .isEqualTo("It names the tag \"other\", and this copy has the tags t1, t2.");
        assertThat(result.get("summary").stringValue())
                .isEqualTo("It is stored, and the last purge that may have been meant for it, "
                        + purges.getFirst().id()
                        + " of 2026-03-01T12:00:00.123456Z, does not cover it: it names \"www.example.com/bar\", which"
                        + " differs from this copy's path in upper and lower case: paths are compared as they are.");
        assertThat(result.get("unanswered").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prefixes | www.example.com/Bar/a.png/ | SLASH_AT_END | with a slash at the end, which covers what is under it",
                "prefixes | www.example.com/Bar/a      | NEIGHBOUR    | whole path segments",
                "files    | http://www.example.com/Bar/a.png?v=1 | OTHER_QUERY | with another query",
                "prefixes | www.example.com/x          | OTHER_PATH   | the path of this copy is /Bar/a.png",
                "hosts    | example.com                | OTHER_HOST   | the host of this copy is www.example.com",
            })
    void everyMeaningHasItsSentence(String kind, String entry, Meaning meaning, String why) throws Exception {
        PurgeCommand command = purged("{\"" + kind + "\":[\"" + entry + "\"]}");
        stored(State.FRESH, List.of(command), meaning);
        assertThat(explain().at("/pops/0/copies/0/purges/0/why").stringValue())
                .contains(why)
                .endsWith(".");
        assertThat(summary()).startsWith("It is stored, and ");
    }

    @Test
    void theSummaryAnswersTheQuestion() throws Exception {
        assertThat(summary()).startsWith("No PoP answered");
        stored(State.FRESH, List.of());
        assertThat(summary()).isEqualTo("It is stored, and no purge of the last 7 days was about this zone.");
        PurgeCommand command = purged("{\"hosts\":[\"www.example.com\"]}");
        String name = command.id() + " of 2026-03-01T12:00:00.123456Z";
        assertThat(summary()).endsWith(" The last purge is not effective yet at AMS1.");
        stored(State.PURGED, List.of(command), Meaning.COVERS);
        assertThat(summary())
                .isEqualTo("It was purged by " + name
                        + " and is not served any more; only its space is not given back yet.");
        stored(State.FRESH, List.of(command), Meaning.FETCHED_AFTER);
        assertThat(summary()).isEqualTo("It was purged by " + name + ", and what is stored was fetched after that.");
        stored(State.STALE, List.of(command), Meaning.COVERS);
        assertThat(summary()).startsWith("It was made stale by " + name);
        stored(State.FRESH, List.of(command), Meaning.OTHER_HOST);
        assertThat(summary())
                .isEqualTo("It is stored, and the zone's only purge of the last 7 days, " + name
                        + ", is not about it but about the host \"www.example.com\".");
        ams.explanation = new PurgeExplanation("AMS1", 1, "www.example.com", "/Bar/a.png", List.of());
        assertThat(summary())
                .isEqualTo("Nothing is stored of this URL at the PoP AMS1: the next request for it goes to the origin,"
                        + " so that there is nothing to purge.");
    }

    @Test
    void popsThatDoNotAnswerAreNamed() throws Exception {
        JsonNode result = explain();
        assertThat(result.get("unanswered").toString()).isEqualTo("[\"AMS1\"]");
        assertThat(result.get("pops").isEmpty()).isTrue();
        assertThat(result.get("path").stringValue()).isEqualTo("/Bar/a.png");
    }

    @Test
    void popsAreAskedAboutTheLastHundredPurges() throws Exception {
        stored(State.FRESH, List.of());
        for (int i = 1; i <= 103; i++) {
            api.send("POST", purge, "{\"tags\":[\"t" + i + "\"]}").ok();
        }
        assertThat(explain().get("purges").size()).isEqualTo(100);
        assertThat(ams.asked).hasSize(100);
        assertThat(ams.asked.getFirst().sequence()).isEqualTo(103);
        assertThat(ams.asked.getLast().sequence()).isEqualTo(4);
        assertThat(ams.asked.getFirst()).isEqualTo(api.purges(103).getLast());
    }

    @Test
    void whatIsNoUrlOfTheZoneIsRefused() throws Exception {
        api.get(purge + "/explain").refused(400, 1004);
        Result wrong = api.get(purge + "/explain?url=www.example.com").refused(400, 1016);
        assertThat(wrong.message()).startsWith("Unable to explain www.example.com, which is an invalid URL.");
        api.get(purge + "/explain?url=http://other.example/").refused(400, 1134);
    }
}
