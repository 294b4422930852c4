package dev.selvage.model.purge;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/// The management plane's memory of purges, for those who count them.
public interface PurgeHistory {
    /// How long purges are remembered.
    Duration KEPT = Duration.ofDays(7);

    /// Nothing was ever purged.
    PurgeHistory NONE = (_, _, _, _) -> List.of();

    /// The purges of some zones that were accepted in `[from, until)`, the newest first, at most `most`.
    ///
    /// @param from epoch milliseconds
    List<PurgeEvent> purges(Collection<String> zones, long from, long until, int most);

    /// A purge, and what came of it.
    ///
    /// @param acceptedAt epoch milliseconds
    /// @param kind `everything`, `urls`, `hosts`, `prefixes` or `tags`
    /// @param soft true when it made objects stale instead of removing them
    /// @param entries that it names; 0 for everything
    /// @param actor who asked for it: the id of a token or of the program itself
    /// @param pops that there were
    /// @param effective how many of them answered nothing any more that it hides
    /// @param effectiveMillis until the last of those was
    /// @param objects that it has matched so far, of all PoPs
    /// @param bytes of memory that they took
    record PurgeEvent(
            String id,
            String zone,
            long acceptedAt,
            String kind,
            boolean soft,
            int entries,
            String actor,
            int pops,
            int effective,
            double effectiveMillis,
            long objects,
            long bytes) {}
}
