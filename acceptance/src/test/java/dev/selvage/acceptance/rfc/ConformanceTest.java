package dev.selvage.acceptance.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.NodeProject;
import dev.selvage.acceptance.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The public suite `http-cache-tests` (github.com/http-tests/cache-tests), whole but for its draft of
/// `Surrogate-Control`, which RFC 9213 replaced.
///
/// The lock file in `acceptance/conformance` names the suite alone: what its package depends on draws its pages and
/// replaces a `fetch` that Node has, and is not needed to run it.
@Timeout(300)
class ConformanceTest {
    private static final String PACKAGE = "http-cache-tests";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// What is optional and reached; more is welcome, and then this number grows.
    private static final int OPTIMAL_AT_LEAST = 80;

    @TempDir
    Path directory;

    /// The suite's own words for how much a test matters.
    enum Kind {
        REQUIRED,
        OPTIMAL,
        CHECK
    }

    /// What came of one test; the failure is empty where it passed.
    record Outcome(String id, Kind kind, String failure) {
        boolean passed() {
            return failure.isEmpty();
        }
    }

    @Test
    void whatThePublicSuiteRequiresHoldsAndMostOfWhatItCallsOptimal() throws Exception {
        NodeProject.missing().ifPresent(reason -> {
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            Assumptions.abort(reason);
        });
        NodeProject suite = NodeProject.install("conformance");
        List<Outcome> outcomes;
        try (SuiteOrigin origin = SuiteOrigin.start(suite, directory);
                Program program =
                        Program.in(directory).with("--cache-policy", "strict").up(origin.uri())) {
            outcomes = run(suite, program.edgePort());
        }
        String summary = summary(outcomes);
        System.out.println("conformance: " + summary);
        assertThat(failures(outcomes, Kind.REQUIRED)).as(summary).isEmpty();
        assertThat(passed(outcomes, Kind.OPTIMAL))
                .as("%s; not passed: %s", summary, failures(outcomes, Kind.OPTIMAL))
                .isGreaterThanOrEqualTo(OPTIMAL_AT_LEAST);
        assertThat(outcomes).as("the whole suite ran").hasSize(329);
    }

    private List<Outcome> run(NodeProject suite, int edge) throws Exception {
        Path out = directory.resolve("results.json");
        Path err = directory.resolve("results.err");
        Process process = new ProcessBuilder(
                        "node", suite.script("run.mjs"), suite.module(PACKAGE).toString(), "http://127.0.0.1:" + edge)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the suite ends")
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        } finally {
            process.destroyForcibly();
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (String line : Files.readAllLines(out)) {
            JsonNode test = JsonMapper.shared().readTree(line);
            outcomes.add(new Outcome(
                    test.path("id").asString(),
                    Kind.valueOf(test.path("kind").asString().toUpperCase(Locale.ROOT)),
                    test.path("failure").asString("")));
        }
        return outcomes;
    }

    private static long passed(List<Outcome> outcomes, Kind kind) {
        return outcomes.stream()
                .filter(outcome -> outcome.kind() == kind && outcome.passed())
                .count();
    }

    private static List<String> failures(List<Outcome> outcomes, Kind kind) {
        return outcomes.stream()
                .filter(outcome -> outcome.kind() == kind && !outcome.passed())
                .map(outcome -> outcome.id() + " (" + outcome.failure() + ")")
                .toList();
    }

    private static String summary(List<Outcome> outcomes) {
        Map<Kind, String> parts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            long all =
                    outcomes.stream().filter(outcome -> outcome.kind() == kind).count();
            parts.put(
                    kind,
                    passed(outcomes, kind) + " of " + all + " " + kind.name().toLowerCase(Locale.ROOT));
        }
        return String.join(", ", parts.values());
    }

    /// The server of the suite, which says what each test tells it.
    private record SuiteOrigin(Process process, int port) implements AutoCloseable {
        static SuiteOrigin start(NodeProject suite, Path directory) throws Exception {
            Process process = new ProcessBuilder(
                            "node",
                            suite.script("origin.mjs"),
                            suite.module(PACKAGE).toString())
                    .redirectError(directory.resolve("origin.err").toFile())
                    .start();
            String first = process.inputReader().readLine();
            if (first == null || !first.startsWith("port ")) {
                process.destroyForcibly();
                throw new AssertionError(
                        "the suite's origin did not start: " + Files.readString(directory.resolve("origin.err")));
            }
            int port = Integer.parseInt(first.substring("port ".length()));
            // It warns on its output; nobody reading would stop it.
            Thread.ofVirtual().start(() -> drain(process));
            return new SuiteOrigin(process, port);
        }

        private static void drain(Process process) {
            try {
                process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException ended) {
                // It was ended.
            }
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + port);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
