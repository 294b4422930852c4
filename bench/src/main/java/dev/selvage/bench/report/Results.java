package dev.selvage.bench.report;

import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Shows and keeps the figures of a benchmark.
public final class Results {
    private Results() {}

    /// Writes `NAME.json`, whole or not at all, and returns where.
    public static Path write(Path directory, String name, List<Figure> figures) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(name + ".json");
        Path made = directory.resolve(name + ".json.new");
        Files.write(made, json(figures));
        return Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static byte[] json(List<Figure> figures) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("figure", figure.figure());
            row.put("value", figure.value() == null ? null : Math.round(figure.value() * 1e4) / 1e4);
            row.put("unit", figure.unit());
            row.put("target", figure.target() == null ? null : figure.target().toString());
            row.put("peer", figure.peer());
            row.put("scale", figure.scale());
            row.put("command", figure.command());
            rows.add(row);
        }
        String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(rows);
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Prints each figure beside its target and the peer's.
    public static void print(List<Figure> figures, PrintStream out) {
        int width = figures.stream()
                .mapToInt(figure -> figure.figure().length())
                .max()
                .orElse(0);
        for (Figure figure : figures) {
            String verdict = figure.target() == null
                    ? ""
                    : "target " + figure.target() + (figure.missed() ? "  MISSED" : "  met");
            String peer = figure.peer() == null ? "" : "peer: " + figure.peer();
            out.println(String.format(
                            Locale.ROOT,
                            "  %-" + Math.max(1, width) + "s %14s %-10s %-24s %s",
                            figure.figure(),
                            figure.shown(),
                            figure.unit(),
                            verdict,
                            peer)
                    .stripTrailing());
        }
    }
}
