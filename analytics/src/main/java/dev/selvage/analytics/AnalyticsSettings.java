package dev.selvage.analytics;

import dev.selvage.analytics.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;

/// The settings of the analytics plane.
///
/// @param directory where the store lives; made when absent
/// @param rowBudgetPerQuery the most stored rows that one dataset of a query reads; where there are more, each zone's
/// hour is read at a thinner tier
/// @param memoryMegabytes the store's buffers; the process needs about a quarter more
/// @param threads how many threads the store's engine uses
/// @param diskBytes about how much the store may take of the disk; beyond it the oldest rows go first
/// @param hotRows how many rows wait in memory at most before they are moved to files
/// @param keepRows how long sampled rows are kept
/// @param keepThin how long thin samples of them are kept: a thousandth and less
/// @param keepMinutes how long the counters of minutes are kept
/// @param keepHours how long the counters of hours are kept; days are kept for good
/// @param queriesPerFiveMinutes the budget of one principal, in datasets asked
public record AnalyticsSettings(
        Path directory,
        long rowBudgetPerQuery,
        int memoryMegabytes,
        int threads,
        long diskBytes,
        int hotRows,
        Duration keepRows,
        Duration keepThin,
        Duration keepMinutes,
        Duration keepHours,
        int queriesPerFiveMinutes) {

    /// The usual budget of rows.
    public static final int ROW_BUDGET = 50_000;

    public AnalyticsSettings {
        atLeast("rowBudgetPerQuery", rowBudgetPerQuery, 1);
        atLeast("memoryMegabytes", memoryMegabytes, 64);
        atLeast("threads", threads, 1);
        atLeast("diskBytes", diskBytes, 64 << 20);
        atLeast("hotRows", hotRows, 1_000);
        atLeast("keepThin (in hours)", keepThin.toHours(), 1);
        atLeast("keepRows (in hours)", keepRows.toHours(), 1);
        atLeast("keepMinutes (in hours)", keepMinutes.toHours(), 1);
        atLeast("keepHours (in days)", keepHours.toDays(), 1);
        atLeast("queriesPerFiveMinutes", queriesPerFiveMinutes, 1);
    }

    /// What a machine gets that says nothing.
    public static AnalyticsSettings in(Path directory) {
        return new AnalyticsSettings(
                directory,
                ROW_BUDGET,
                256,
                // Threads of the engine turn in circles while they wait for each other.
                Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4),
                10L << 30,
                StoreSettings.HOT_ROWS,
                Duration.ofDays(30),
                Duration.ofDays(365),
                Duration.ofDays(30),
                Duration.ofDays(365),
                3_000);
    }

    /// The same with another budget for everyone who asks.
    public AnalyticsSettings withQueriesPerFiveMinutes(int queries) {
        return new AnalyticsSettings(
                directory,
                rowBudgetPerQuery,
                memoryMegabytes,
                threads,
                diskBytes,
                hotRows,
                keepRows,
                keepThin,
                keepMinutes,
                keepHours,
                queries);
    }

    /// What the store needs of this.
    StoreSettings store() {
        return new StoreSettings(
                directory, memoryMegabytes, threads, diskBytes, keepRows, keepThin, keepMinutes, keepHours, hotRows);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "analytics: " + name + " is " + value + "; it must be at least " + least);
        }
    }
}
