package dev.selvage.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The machine that figures come from.
public final class Machine {
    private Machine() {}

    /// The machine as a figure: its cores, and in `scale` everything else.
    ///
    /// @param versions of the other programs involved
    public static Figure figure(List<String> versions, String command) {
        List<String> facts = new ArrayList<>();
        facts.add(processor());
        facts.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        facts.add("JDK " + Runtime.version());
        facts.addAll(versions);
        return new Figure(
                "machine",
                (double) Runtime.getRuntime().availableProcessors(),
                "cores",
                null,
                null,
                String.join("; ", facts),
                command);
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException unreadable) {
            return "unknown processor";
        }
    }
}
