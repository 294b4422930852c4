package dev.selvage.bench.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.bench.report.Figure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgeFiguresTest {
    private static final Load ZIPF = Load.zipf(100);
    private static final Load SMALL = Load.single("1k", "1 KiB", 1 << 10);
    private static final Load LARGE = Load.single("1m", "1 MiB", 1 << 20);

    @Test
    void figuresAreOursBesideThePeers() {
        List<Figure> figures = figures(ZIPF, outcome(130_000, 8), outcome(100_000, 16));
        Figure requests = figure(figures, "zipf: requests per second");
        assertThat(requests.value()).isEqualTo(130_000);
        assertThat(requests.peer()).isEqualTo("nginx 100,000");
        assertThat(requests.scale())
                .contains("100 objects", "medians of 5 interleaved rounds of 3 s", "64 connections");
        Figure memory = figure(figures, "zipf: resident memory afterwards");
        assertThat(memory.value()).isEqualTo(300);
        assertThat(memory.peer()).isEqualTo("nginx 16.0");
    }

    @Test
    void theTargetsAreRatiosToNginxInTheSameRun() {
        List<Figure> fast = figures(ZIPF, outcome(120_000, 8), outcome(100_000, 10));
        assertThat(figure(fast, "zipf: requests per second / nginx").value()).isEqualTo(1.2);
        assertThat(figure(fast, "zipf: CPU per million requests / nginx").value())
                .isEqualTo(0.8);
        assertThat(fast).noneMatch(Figure::missed);

        List<Figure> slow = figures(ZIPF, outcome(119_000, 8.1), outcome(100_000, 10));
        assertThat(slow.stream().filter(Figure::missed).map(Figure::figure))
                .containsExactly("zipf: requests per second / nginx", "zipf: CPU per million requests / nginx");
    }

    @Test
    void smallObjectsHaveTheirOwnTargetsAndLargeOnesNone() {
        assertThat(figures(SMALL, outcome(100, 9), outcome(100, 10))).noneMatch(Figure::missed);
        assertThat(figures(SMALL, outcome(99, 9.1), outcome(100, 10)).stream().filter(Figure::missed))
                .hasSize(2);
        assertThat(figures(LARGE, outcome(1, 100), outcome(100, 10))).noneMatch(figure -> figure.target() != null);
    }

    @Test
    void withoutPeerOrOursTheTargetsAreMissed() {
        List<Figure> unmeasured = EdgeFigures.of(List.of(SMALL, ZIPF), Map.of(), Map.of(), 5, 3, "c");
        assertThat(unmeasured).allMatch(figure -> figure.value() == null);
        assertThat(unmeasured.stream().filter(Figure::missed)).hasSize(4);

        var invalid = new Rounds.Outcome(List.of(), List.of("the origin was asked"));
        assertThat(figures(ZIPF, outcome(100, 1), invalid).stream().filter(Figure::missed))
                .hasSize(2);
    }

    @Test
    void theTableHasALineForEachContender() {
        Map<String, Rounds.Outcome> outcomes = new LinkedHashMap<>();
        outcomes.put("selvage", outcome(130_000, 8));
        outcomes.put("nginx", outcome(100_000, 16));
        List<String> table = EdgeFigures.table(ZIPF, outcomes);
        assertThat(table).hasSize(4);
        assertThat(table.get(2)).contains("selvage", "130,000", "1.30", "8.00", "0.50");
        assertThat(table.get(3)).contains("nginx", "100,000", "1.00", "16.00");
    }

    private static List<Figure> figures(Load load, Rounds.Outcome ours, Rounds.Outcome nginx) {
        Map<String, Rounds.Outcome> outcomes = new LinkedHashMap<>();
        outcomes.put("selvage", ours);
        outcomes.put("nginx", nginx);
        Map<String, Long> memory = Map.of("selvage", 300L << 20, "nginx", 16L << 20);
        return EdgeFigures.of(List.of(load), Map.of(load.name(), outcomes), memory, 5, 3, "./selvage bench edge");
    }

    private static Rounds.Outcome outcome(double requestsPerSecond, double cpu) {
        return new Rounds.Outcome(List.of(new Rounds.Measured(requestsPerSecond, 100, 200, cpu)), List.of());
    }

    private static Figure figure(List<Figure> figures, String name) {
        return figures.stream()
                .filter(figure -> figure.figure().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
