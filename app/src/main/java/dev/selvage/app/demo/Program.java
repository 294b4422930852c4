package dev.selvage.app.demo;

import java.net.InetSocketAddress;
import java.net.URI;

/// The running program as the demo sees it: where it listens, and how to stop it.
public interface Program extends AutoCloseable {
    /// Where the edge takes HTTP in the clear.
    InetSocketAddress edge();

    /// Where the API is, such as `http://127.0.0.1:8787`.
    URI api();

    /// The admin token.
    String token();

    /// Where a person finds the token, as a phrase.
    String tokenPlace();

    /// What a person opens in a browser.
    URI dashboard();

    @Override
    void close();
}
