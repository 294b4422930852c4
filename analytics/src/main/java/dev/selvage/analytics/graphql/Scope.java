package dev.selvage.analytics.graphql;

import java.util.List;

/// A zone, or all zones of an account.
///
/// @param zones the ids of the zones that are asked
record Scope(boolean account, String id, List<String> zones) {
    Scope {
        zones = List.copyOf(zones);
    }

    /// How messages name it.
    String subject() {
        return (account ? "account" : "zone") + " \"" + id + "\"";
    }
}
