package dev.selvage.bench.edge;

import java.io.IOException;

/// Sends load and measures it.
public interface Generator {
    /// @param seconds how long it really took
    /// @param bytes received, heads included
    /// @param errors connections that failed, answers that were late or had an error's status
    record Sample(long requests, double seconds, long bytes, long errors, double p50Micros, double p99Micros) {}

    Sample run(Load load, int port, int seconds) throws IOException, InterruptedException;
}
