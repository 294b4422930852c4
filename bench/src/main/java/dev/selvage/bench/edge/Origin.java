package dev.selvage.bench.edge;

import java.io.IOException;

/// The origin behind every contender.
interface Origin {
    /// Requests that contenders have sent to it so far.
    long asked() throws IOException, InterruptedException;
}
