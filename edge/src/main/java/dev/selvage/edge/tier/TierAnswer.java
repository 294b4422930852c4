package dev.selvage.edge.tier;

import org.jspecify.annotations.Nullable;

/// How an upper edge came to its answer, as it says in [TierRequest#FIELD] to its lower edges.
public enum TierAnswer {
    /// By its cache, in which every purge was effective that the lower edge knew of.
    CACHED("caught-up"),
    /// By the origin alone: it had not applied these purges in time.
    BEHIND("behind"),
    /// Not at all: what it says is its own text.
    FAILED("failed");

    private final String wire;

    TierAnswer(String wire) {
        this.wire = wire;
    }

    /// The field's value.
    public String wire() {
        return wire;
    }

    /// What a response says; null where it is not of an upper edge that knows this one.
    static @Nullable TierAnswer of(@Nullable String field) {
        for (TierAnswer answer : values()) {
            if (answer.wire.equals(field)) {
                return answer;
            }
        }
        return null;
    }
}
