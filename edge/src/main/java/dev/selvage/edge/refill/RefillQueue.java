package dev.selvage.edge.refill;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The turns of one origin of one zone: evenly spaced, with a twentieth of a second's at a time. Who finds none
/// waits: in order within a host, the hosts in turn. Thread-safe.
final class RefillQueue {
    /// Nobody waits longer: a visitor does not, and what he asked for is of no use to him then.
    static final int LONGEST_WAIT_SECONDS = 15;

    /// Fills that may wait, whatever their time.
    static final int MOST_WAITING = 100_000;

    private static final int SHARE_AT_A_TIME = 20;
    private static final long SECOND = 1_000_000_000L;

    private final Map<String, ArrayDeque<Turn.Later>> byHost = new LinkedHashMap<>();
    private int waiting;
    private int perSecond;

    /// When the next turn would be, were each at its time.
    private long next;

    RefillQueue(long nanos) {
        next = nanos;
    }

    synchronized boolean takeNow(int rate, long now) {
        perSecond = rate;
        return waiting == 0 && free(now);
    }

    synchronized Turn enter(Refill refill, LongSupplier nanos, EventExecutor executor, Runnable granted) {
        long now = nanos.getAsLong();
        if (takeNow(refill.perSecond(), now)) {
            return new Turn.Now();
        }
        if (waiting >= Math.min(MOST_WAITING, (long) perSecond * LONGEST_WAIT_SECONDS)) {
            return new Turn.Refused(1 + waiting / perSecond);
        }
        Turn.Later turn = new Turn.Later(this, nanos, executor, granted);
        byHost.computeIfAbsent(refill.host(), _ -> new ArrayDeque<>()).add(turn);
        if (waiting++ == 0) {
            schedule(turn, now);
        }
        return turn;
    }

    synchronized boolean leave(Turn.Later turn) {
        if (turn.over) {
            return false;
        }
        turn.over = true;
        waiting--;
        return true;
    }

    synchronized int waiting() {
        return waiting;
    }

    synchronized boolean idle(long now) {
        return waiting == 0 && next - now < 0;
    }

    private boolean free(long now) {
        long interval = SECOND / perSecond;
        long ahead = (Math.max(1, perSecond / SHARE_AT_A_TIME) - 1) * interval;
        if (next - now > ahead) {
            return false;
        }
        next = (next - now < 0 ? now : next) + interval;
        return true;
    }

    private void schedule(Turn.Later first, long now) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(next - now));
        first.executor().schedule(() -> pump(first.now()), millis, TimeUnit.MILLISECONDS);
    }

    /// Gives the turns that are due.
    private void pump(long now) {
        List<Turn.Later> due = new ArrayList<>();
        synchronized (this) {
            Turn.Later first = first();
            while (first != null && free(now)) {
                due.add(take(first));
                first = first();
            }
            if (first != null) {
                schedule(first, now);
            }
        }
        due.forEach(Turn.Later::grant);
    }

    /// Whose turn is next; null when nobody waits.
    private Turn.@Nullable Later first() {
        for (Iterator<ArrayDeque<Turn.Later>> hosts = byHost.values().iterator(); hosts.hasNext(); ) {
            ArrayDeque<Turn.Later> turns = hosts.next();
            while (!turns.isEmpty()) {
                Turn.Later turn = turns.getFirst();
                if (!turn.over) {
                    return turn;
                }
                turns.removeFirst();
            }
            hosts.remove();
        }
        return null;
    }

    /// Takes the first, and puts its host behind the others.
    private Turn.Later take(Turn.Later first) {
        String host = byHost.keySet().iterator().next();
        ArrayDeque<Turn.Later> turns = byHost.remove(host);
        if (turns != null) {
            turns.removeFirst();
            if (!turns.isEmpty()) {
                byHost.put(host, turns);
            }
        }
        first.over = true;
        waiting--;
        return first;
    }
}
