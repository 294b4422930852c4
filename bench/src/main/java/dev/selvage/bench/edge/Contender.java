package dev.selvage.bench.edge;

import java.io.IOException;

/// A caching proxy that can be measured.
interface Contender {
    String name();

    /// What is installed, with its version.
    String version();

    /// Starts it in front of the origin; it takes requests when this returns.
    Running start(int originPort) throws IOException, InterruptedException;

    /// A contender while it runs.
    interface Running {
        String name();

        int port();

        /// User and system seconds so far, of all its processes.
        double cpuSeconds() throws IOException;

        long residentBytes() throws IOException;
    }
}
