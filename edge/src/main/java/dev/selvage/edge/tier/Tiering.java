package dev.selvage.edge.tier;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// An edge among others: what it asks its upper, and how it knows its lower ones. Thread-safe.
public final class Tiering {
    /// How long an edge waits for the purges that a lower one knows of, before it asks the origin as if it had
    /// nothing stored.
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final @Nullable TierSecret secret;
    private final @Nullable Upper upper;
    private final LongAdder served = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder behind = new LongAdder();

    /// @param sequences the purges that this edge knows of
    /// @param firstByte how long an origin may take to begin with an answer
    public Tiering(TierSettings settings, PurgeSequences sequences, Duration firstByte) {
        this.secret = settings.secret();
        UpperAddress address = settings.upper();
        TierSecret known = settings.secret();
        this.upper = address == null || known == null
                ? null
                : new Upper(address, known, sequences, firstByte.plus(LONGEST_WAIT));
    }

    /// An edge by itself.
    public static Tiering none() {
        return new Tiering(TierSettings.NONE, new PurgeSequences(), Duration.ZERO);
    }

    /// The edge that is asked before origins are; null for none.
    public @Nullable Upper upper() {
        return upper;
    }

    /// True when there may be lower edges.
    public boolean known() {
        return secret != null;
    }

    /// What a lower edge says of the request; null where it is a visitor's.
    ///
    /// @param field the value of [TierRequest#FIELD]; null when absent
    /// @param now epoch seconds
    public @Nullable TierRequest recognised(
            @Nullable String field, long now, String method, String authority, String target) {
        TierSecret shared = secret;
        if (shared == null || field == null) {
            return null;
        }
        TierRequest tier = TierRequest.opened(field, shared, now, method, authority, target);
        if (tier != null) {
            served.increment();
        }
        return tier;
    }

    /// True when what this edge has stored is as new as what the lower edge may keep.
    ///
    /// @param zone the id of the zone that claims the host here
    /// @param version of its configuration here
    /// @param applied the sequence of the last of its purges that is effective here
    public boolean caughtUp(TierRequest tier, String zone, long version, long applied) {
        return zone.equals(tier.zone()) && version >= tier.version() && applied >= tier.sequence();
    }

    /// A lower edge's request waits for a purge.
    public void waits() {
        waited.increment();
    }

    /// It waited in vain.
    public void isBehind() {
        behind.increment();
    }

    /// Requests of lower edges.
    public long served() {
        return served.sum();
    }

    /// Of these, those that had to wait for a purge.
    public long waited() {
        return waited.sum();
    }

    /// Of these, those that went to the origin because it did not come in time.
    public long behind() {
        return behind.sum();
    }
}
