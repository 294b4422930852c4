package dev.selvage.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The machine that figures come from.
public final class Machine {
    private Machine() {}

    /// The machine as a figure: its cores, and in `scale` everything else, with the load that it is under now.
    ///
    /// @param versions of the other programs involved
    public static Figure figure(List<String> versions, String command) {
        List<String> facts = new ArrayList<>();
        facts.add(processor());
        facts.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        facts.add("JDK " + Runtime.version());
        facts.addAll(versions);
        facts.add(String.format(Locale.ROOT, "load average %.2f", loadAverage()));
        return new Figure(
                "machine",
                (double) Runtime.getRuntime().availableProcessors(),
                "cores",
                null,
                null,
                String.join("; ", facts),
                command);
    }

    /// Processes that wanted to run, on average over the last minute; negative when the system does not say.
    ///
    /// Where it is high before a benchmark, somebody else uses the machine, and its figures are theirs too.
    public static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
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
