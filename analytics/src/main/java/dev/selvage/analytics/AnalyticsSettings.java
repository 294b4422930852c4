package dev.selvage.analytics;

import java.nio.file.Path;
import java.time.Duration;

/// The settings of the analytics plane.
///
/// @param directory where the store's file and its temporary files live; made when absent
/// @param rowBudgetPerQuery the most stored rows that one dataset of a query aggregates; a longer range is thinned
/// tenfold, as often as needed, by the hash of the ray id
/// @param memoryMegabytes the store's buffers; the process needs about a quarter more
/// @param threads how many threads the store's engine uses
/// @param keepRows how long sampled rows are kept
/// @param keepMinutes how long the counters of minutes are kept
/// @param keepHours how long the counters of hours are kept; days are kept for good
/// @param queriesPerFiveMinutes the budget of one principal, in datasets asked
public record AnalyticsSettings(
        Path directory,
        long rowBudgetPerQuery,
        int memoryMegabytes,
        int threads,
        Duration keepRows,
        Duration keepMinutes,
        Duration keepHours,
        int queriesPerFiveMinutes) {

    public AnalyticsSettings {
        atLeast("rowBudgetPerQuery", rowBudgetPerQuery, 1);
        atLeast("memoryMegabytes", memoryMegabytes, 64);
        atLeast("threads", threads, 1);
        atLeast("keepRows (in hours)", keepRows.toHours(), 1);
        atLeast("keepMinutes (in hours)", keepMinutes.toHours(), 1);
        atLeast("keepHours (in days)", keepHours.toDays(), 1);
        atLeast("queriesPerFiveMinutes", queriesPerFiveMinutes, 1);
    }

    /// What a machine gets that says nothing.
    public static AnalyticsSettings in(Path directory) {
        return new AnalyticsSettings(
                directory, 2_000_000, 256, 2, Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365), 3_000);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "analytics: " + name + " is " + value + "; it must be at least " + least);
        }
    }
}
