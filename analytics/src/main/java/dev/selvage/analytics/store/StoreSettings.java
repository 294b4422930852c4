package dev.selvage.analytics.store;

import java.nio.file.Path;
import java.time.Duration;

/// What the embedded store may take and how long it keeps things.
///
/// @param memoryMegabytes the engine's buffers
/// @param threads the engine's threads
/// @param diskBytes about how much the directory may hold; beyond it the oldest fine tiers go first
/// @param keepRows how long rows are kept in the finest tiers
/// @param keepThin how long rows are kept in the tiers from [EmbeddedStore#THIN] on
/// @param keepMinutes how long counters of minutes are kept
/// @param keepHours how long counters of hours are kept; those of days stay
/// @param hotRows how many rows wait in memory at most before they are moved to files
public record StoreSettings(
        Path directory,
        int memoryMegabytes,
        int threads,
        long diskBytes,
        Duration keepRows,
        Duration keepThin,
        Duration keepMinutes,
        Duration keepHours,
        int hotRows) {
    /// The usual bound of the rows in memory.
    public static final int HOT_ROWS = 500_000;
}
