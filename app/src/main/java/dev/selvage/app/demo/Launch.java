package dev.selvage.app.demo;

import java.net.URI;

/// Starts the program.
@FunctionalInterface
public interface Launch {
    /// The program in front of `origin`, ready, with `X-Forwarded-For` believed from loopback.
    Program up(URI origin) throws Exception;
}
