package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Asking;
import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import java.util.concurrent.atomic.AtomicInteger;

/// One request: who asks, what it may still use, what it has used.
///
/// @param cost how many datasets the query names
/// @param budget what is left of the principal's after this query
record Asker(Access.Principal principal, Asking asking, long cost, long budget, AtomicInteger nodes) {
    /// Most datasets times scopes in one query.
    static final int MAX_NODES = 100;

    /// Takes so many of the datasets that one query may ask for.
    void take(int count) {
        if (nodes.addAndGet(count) > MAX_NODES) {
            throw tooMany();
        }
    }

    static Refusal tooMany() {
        return new Refusal(429, "resources", "in combination, your request queries too many nodes, zones and accounts");
    }
}
