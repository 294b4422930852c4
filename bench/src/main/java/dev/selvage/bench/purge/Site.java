package dev.selvage.bench.purge;

import java.io.IOException;
import java.util.List;

/// A cache that serves one site, and can purge it by prefix.
interface Site extends AutoCloseable {
    /// The site's host.
    String HOST = "site.example";

    String name();

    int port();

    /// Most purges that it can do within the time of a benchmark.
    int mostPurges();

    /// Purges by path prefixes, one after the other; returns when the last is effective.
    void purge(List<String> prefixes) throws IOException, InterruptedException;

    @Override
    void close();
}
