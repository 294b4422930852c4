package dev.selvage.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.bench.report.Figure.Target;
import dev.selvage.toolkit.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ResultsTest {
    @TempDir
    private Path directory;

    @Test
    void aTargetIsMetAtItsBound() {
        assertThat(figure(1.2, Target.atLeast(1.2)).missed()).isFalse();
        assertThat(figure(1.1999, Target.atLeast(1.2)).missed()).isTrue();
        assertThat(figure(0.8, Target.atMost(0.8)).missed()).isFalse();
        assertThat(figure(0.8001, Target.atMost(0.8)).missed()).isTrue();
    }

    @Test
    void whatWasNotMeasuredMissesItsTargetAndWithoutTargetMissesNothing() {
        assertThat(figure(null, Target.atLeast(1)).missed()).isTrue();
        assertThat(figure(null, null).missed()).isFalse();
        assertThat(figure(5.0, null).missed()).isFalse();
    }

    @Test
    void theFileHoldsEveryFigureInItsFields() throws IOException {
        Path file = Results.write(
                directory.resolve("results"), "edge", List.of(figure(1.23456, Target.atLeast(1)), figure(null, null)));
        assertThat(file).isEqualTo(directory.resolve("results/edge.json"));
        JsonNode rows = Json.read(Files.readAllBytes(file), JsonNode.class);
        assertThat(rows.size()).isEqualTo(2);
        assertThat(rows.path(0).propertyNames())
                .containsExactly("figure", "value", "unit", "target", "peer", "scale", "command");
        assertThat(rows.path(0).path("value").asDouble()).isEqualTo(1.2346);
        assertThat(rows.path(0).path("target").asString()).isEqualTo(">= 1");
        assertThat(rows.path(1).path("value").isNull()).isTrue();
        assertThat(rows.path(1).path("target").isNull()).isTrue();
    }

    @Test
    void aSecondRunReplacesTheFirst() throws IOException {
        Results.write(directory, "edge", List.of(figure(1.0, null), figure(2.0, null)));
        Path file = Results.write(directory, "edge", List.of(figure(3.0, null)));
        assertThat(Json.read(Files.readAllBytes(file), JsonNode.class).size()).isEqualTo(1);
        assertThat(directory).isDirectoryContaining(path -> path.equals(file));
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFigureIsPrintedBesideItsTargetAndThePeers() {
        assertThat(printed(figure(0.93, Target.atMost(0.9))))
                .contains("zipf: CPU")
                .contains("0.93 x")
                .contains("target <= 0.9  MISSED")
                .contains("peer: nginx 1.00");
        assertThat(printed(figure(0.5, Target.atMost(0.9)))).contains("target <= 0.9  met");
        assertThat(printed(figure(null, Target.atMost(0.9))))
                .contains("not measured")
                .contains("MISSED");
        assertThat(printed(figure(63_121.4, null))).contains("63,121 x").doesNotContain("target");
    }

    @Test
    void theMachineIsAFigureToo() {
        Figure machine = Machine.figure(List.of("nginx 1.22.1"), "./selvage bench edge");
        assertThat(machine.value()).isEqualTo((double) Runtime.getRuntime().availableProcessors());
        assertThat(machine.scale()).contains("nginx 1.22.1", "JDK " + Runtime.version(), "load average");
    }

    private static String printed(Figure figure) {
        var bytes = new ByteArrayOutputStream();
        Results.print(List.of(figure), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Figure figure(@Nullable Double value, @Nullable Target target) {
        return new Figure("zipf: CPU", value, "x", target, "nginx 1.00", "10,000 objects", "./selvage bench edge");
    }
}
