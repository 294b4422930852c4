package dev.selvage.edge.request;

import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import java.util.Optional;
import java.util.function.Consumer;

/// Nobody, in whose name the edge asks for what it wants to have again.
///
/// @param over told the response's status
record RewarmingVisitor(Loop loop, RequestParser head, boolean tls, Consumer<Optional<Integer>> over)
        implements AbsentVisitor {
    private static final byte[] ITSELF = {127, 0, 0, 1};

    @Override
    public byte[] address() {
        return ITSELF.clone();
    }

    @Override
    public int port() {
        // The authority is one that a key had.
        return head.port();
    }

    @Override
    public void deliver(Exchange exchange) {
        // The fill goes on without a reader as long as it stores what comes.
        Response response = exchange.response();
        over.accept(response.entry == null && response.status >= 400 ? Optional.empty() : Optional.of(response.status));
        exchange.delivered();
    }
}
