package dev.selvage.edge.fill;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.Loop;

/// Someone who waits for a fill's response: an exchange.
public interface FillWaiter {
    /// Where [#filled] is to be called.
    Loop loop();

    /// The visitor's end-to-end header fields, for `Vary`; may be read on any loop while the receiver
    /// waits.
    Headers fields();

    /// Says what came of it.
    void filled(Filled outcome);
}
