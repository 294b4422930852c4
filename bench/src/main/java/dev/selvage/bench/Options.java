package dev.selvage.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person asked of a benchmark.
///
/// @param only the one load to measure; null for all
/// @param zones in the store of the API
/// @param against a checkout whose build is measured too; null for none
record Options(
        int rounds,
        int seconds,
        int zones,
        @Nullable String only,
        @Nullable Path against,
        List<String> given) {
    static final String HELP = """
            Options:
              --quick         3 rounds of 1 second: a look, not a measurement
              --rounds N      measured rounds of each contender and load, 1..100 (default 5)
              --seconds N     of each round, 1..600 (default 3); purge: ten times as long
              --zones N       api: zones in the store, 1000..10000000 (default 1000000; --quick 100000)
              --only LOAD     one load: 1k, 10k, 100k, 1m or zipf
              --against DIR   measure the build of another checkout too, as selvage-before""";

    Options {
        given = List.copyOf(given);
    }

    /// Reads the arguments after the benchmark's name.
    ///
    /// @throws IllegalArgumentException with every problem, each saying what would be right
    static Options parse(List<String> arguments) {
        int rounds = 5;
        int seconds = 3;
        int zones = 1_000_000;
        String only = null;
        Path against = null;
        List<String> problems = new ArrayList<>();
        var left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String option = left.pop();
            if (option.equals("--quick")) {
                rounds = 3;
                seconds = 1;
                zones = 100_000;
                continue;
            }
            String value = left.isEmpty() ? "" : left.pop();
            switch (option) {
                case "--rounds" -> rounds = number(option, value, 1, 100, problems);
                case "--seconds" -> seconds = number(option, value, 1, 600, problems);
                case "--zones" -> zones = number(option, value, 1_000, 10_000_000, problems);
                case "--only" -> only = value;
                case "--against" -> {
                    against = Path.of(value).toAbsolutePath().normalize();
                    if (value.isEmpty() || !Files.isExecutable(against.resolve("selvage"))) {
                        problems.add("--against needs a checkout with a ./selvage in it, not \"" + value + "\"");
                    }
                }
                default -> problems.add("unknown option " + option);
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new Options(rounds, seconds, zones, only, against, arguments);
    }

    private static int number(String option, String value, int least, int most, List<String> problems) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        problems.add(option + " needs a number from " + least + " to " + most + ", not \"" + value + "\"");
        return least;
    }
}
