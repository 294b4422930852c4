package dev.selvage.model.purge;

/// Where PoPs tell how far they are with purges. Thread-safe; returns at once.
@FunctionalInterface
public interface PurgeReports {
    /// Nobody listens.
    PurgeReports UNHEARD = _ -> {};

    void report(PurgeReport report);
}
