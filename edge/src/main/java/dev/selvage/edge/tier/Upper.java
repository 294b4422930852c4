package dev.selvage.edge.tier;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.edge.config.OriginTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The edge that is asked before origins are. Thread-safe.
///
/// One that fails again and again is passed by for a while, so that not every visitor waits for it in vain; then
/// one request in a while finds out whether it is back.
public final class Upper {
    private static final System.Logger LOG = System.getLogger(Upper.class.getName());

    /// Failures in a row after which it is passed by.
    static final int MOST_FAILURES = 3;

    static final long PASSED_BY_NANOS = 5_000_000_000L;

    private final OriginTarget target;
    private final TierSecret secret;
    private final PurgeSequences sequences;
    private final Duration patience;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong tryAgain = new AtomicLong();
    private final LongAdder asked = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder behind = new LongAdder();
    private final LongAdder fellBack = new LongAdder();
    private final LongAdder passedBy = new LongAdder();

    /// @param patience how long it may take to begin with an answer
    Upper(UpperAddress address, TierSecret secret, PurgeSequences sequences, Duration patience) {
        this.target = new OriginTarget(List.of(address.host()), address.port(), address.tls(), address.tls(), null);
        this.secret = secret;
        this.sequences = sequences;
        this.patience = patience;
    }

    /// Where it is.
    public OriginTarget target() {
        return target;
    }

    public Duration patience() {
        return patience;
    }

    TierSecret secret() {
        return secret;
    }

    PurgeSequences sequences() {
        return sequences;
    }

    /// True when it is to be asked.
    public boolean usable(long nanos) {
        if (failures.get() < MOST_FAILURES) {
            return true;
        }
        long due = tryAgain.get();
        boolean first = nanos - due >= 0 && tryAgain.compareAndSet(due, nanos + PASSED_BY_NANOS);
        if (!first) {
            passedBy.increment();
        }
        return first;
    }

    /// It is being asked.
    public void asking() {
        asked.increment();
    }

    /// What a response amounts to: whether it is one that this edge may take for the origin's.
    ///
    /// @param field of the response, see [TierRequest#FIELD]
    /// @param status of the response
    public boolean accepts(@Nullable String field, int status, long nanos) {
        TierAnswer answer = TierAnswer.of(field);
        if (answer == null) {
            if (status < 400) {
                // A visitor's answer: it does not know this edge, and may not have heard of a purge.
                failed(nanos, "it does not know this edge: the secrets or the clocks differ");
            } else {
                fellBack.increment();
            }
            return false;
        }
        failures.set(0);
        switch (answer) {
            case CACHED -> answered.increment();
            case BEHIND -> {
                answered.increment();
                behind.increment();
            }
            case FAILED -> fellBack.increment();
        }
        return answer != TierAnswer.FAILED;
    }

    /// It gave no answer, and the origin is asked in its place.
    ///
    /// @param why for the operator
    public void failed(long nanos, String why) {
        fellBack.increment();
        if (failures.incrementAndGet() == MOST_FAILURES) {
            tryAgain.set(nanos + PASSED_BY_NANOS);
            LOG.log(
                    WARNING,
                    "the upper edge {0}:{1,number,#} is passed by: {2}",
                    target.hosts().getFirst(),
                    target.port(),
                    why);
        }
    }

    /// Requests sent to it.
    public long asked() {
        return asked.sum();
    }

    /// Responses of it that were taken.
    public long answered() {
        return answered.sum();
    }

    /// Of these, those that its origin gave because it had not applied a purge in time.
    public long behind() {
        return behind.sum();
    }

    /// Requests that went on to the origin because it failed.
    public long fellBack() {
        return fellBack.sum();
    }

    /// Requests that went to the origin at once because it had failed before.
    public long passedBy() {
        return passedBy.sum();
    }
}
