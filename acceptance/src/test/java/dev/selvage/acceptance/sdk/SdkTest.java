package dev.selvage.acceptance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.NodeProject;
import dev.selvage.acceptance.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official SDK, with another base URL and nothing else, walks every operation.
@Timeout(300)
class SdkTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> theOfficialSdkWalksEveryOperation() throws Exception {
        NodeProject.missing().ifPresent(reason -> {
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            Assumptions.abort(reason);
        });
        NodeProject project = NodeProject.install("sdk");
        List<String> steps;
        try (Program program = Program.in(directory).up()) {
            steps = walk(project, program);
        }
        assertThat(steps).hasSizeGreaterThan(60);
        return steps.stream().map(JsonMapper.shared()::readTree).map(SdkTest::test);
    }

    private List<String> walk(NodeProject project, Program program) throws Exception {
        Path data = directory.resolve("data");
        String base = "http://127.0.0.1:" + program.apiPort() + "/client/v4";
        String email = program.api().get("/user").result().path("email").asString();
        Path out = directory.resolve("walk.out");
        Path err = directory.resolve("walk.err");
        Process process = new ProcessBuilder(
                        "node",
                        project.script("walk.mjs"),
                        project.installed().toString(),
                        base,
                        Files.readString(data.resolve("admin-token")).strip(),
                        email,
                        Files.readString(data.resolve("admin-key")).strip())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the walk ends: " + Files.readString(out))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(out);
    }

    private static DynamicTest test(JsonNode step) {
        return DynamicTest.dynamicTest(step.path("name").asString(), () -> {
            Assumptions.assumeFalse(step.has("skipped"), step.path("skipped").asString(""));
            assertThat(step.path("failure").asString("")).isEmpty();
        });
    }
}
