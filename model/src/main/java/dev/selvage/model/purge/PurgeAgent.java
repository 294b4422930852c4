package dev.selvage.model.purge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One PoP as the management plane sees it when it comes to purges. Thread-safe; answers within the patience.
public interface PurgeAgent {
    /// The PoP's name.
    String pop();

    /// True while purges reach it.
    boolean reachable();

    /// What a purge would drop there; empty when that is not known in time.
    Optional<PurgePreview> preview(String zone, PurgeSelection selection, Duration patience);

    /// What is stored there for a URL, and which of these purges cover it; empty when that is not known in time.
    Optional<PurgeExplanation> explain(String zone, PurgedUrl url, List<PurgeCommand> purges, Duration patience);
}
