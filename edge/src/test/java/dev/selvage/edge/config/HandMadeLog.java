package dev.selvage.edge.config;

import dev.selvage.toolkit.log.ChangeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A change log made by hand: a snapshot, then whatever the test says next.
public final class HandMadeLog implements ChangeLog {
    private sealed interface Step {
        record Entries(List<Entry> entries, CountDownLatch read) implements Step {}

        record Failure(RuntimeException failure) implements Step {}

        record Hang(CountDownLatch entered, CountDownLatch left) implements Step {}
    }

    private final List<Entry> snapshot = new ArrayList<>();
    private final List<Entry> commands = new ArrayList<>();
    private final LinkedBlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private volatile @Nullable CountDownLatch unread;
    private volatile @Nullable CountDownLatch hanging;

    public void inSnapshot(Entry... entries) {
        snapshot.addAll(List.of(entries));
    }

    /// Commands of before the start.
    void keeps(Entry... entries) {
        commands.addAll(List.of(entries));
    }

    /// Answers what waits, and has the next read wait for an answer until [#heal]; returns when it waits.
    public void hang() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        steps.add(new Step.Hang(entered, left));
        answer();
        await(entered);
        hanging = left;
    }

    /// Answers what waits, then lets the reader have entries; returns when it has applied them.
    public void heal(Entry... entries) throws InterruptedException {
        CountDownLatch read = new CountDownLatch(1);
        // There before the answer: the log has all that was purged meanwhile.
        steps.add(new Step.Entries(List.of(entries), read));
        answer();
        await(read);
    }

    private void answer() {
        CountDownLatch left = hanging;
        if (left != null) {
            hanging = null;
            left.countDown();
        }
    }

    /// Lets the reader have entries; returns when it has come back for more, having applied them.
    public void say(Entry... entries) throws InterruptedException {
        CountDownLatch read = new CountDownLatch(1);
        steps.add(new Step.Entries(List.of(entries), read));
        await(read);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody reads the log");
        }
    }

    void fail(RuntimeException failure) {
        steps.add(new Step.Failure(failure));
    }

    @Override
    public void appendState(List<Entry> entries) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void appendCommands(List<Entry> entries) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Batch snapshot() {
        return new Batch(snapshot, new Position("0"));
    }

    @Override
    public Batch commands(String stream, int most) {
        List<Entry> kept =
                commands.stream().filter(entry -> entry.stream().equals(stream)).toList();
        return new Batch(kept.subList(Math.max(0, kept.size() - most), kept.size()), new Position("0"));
    }

    @Override
    public Duration commandsKept() {
        return Duration.ofDays(7);
    }

    @Override
    public Batch read(Position after, int limit, Duration patience) throws InterruptedException {
        CountDownLatch applied = unread;
        if (applied != null) {
            unread = null;
            applied.countDown();
        }
        Step step = steps.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        Position next = new Position(Integer.toString(Integer.parseInt(after.token()) + 1));
        return switch (step) {
            case null -> new Batch(List.of(), after);
            case Step.Entries(List<Entry> entries, CountDownLatch read) -> {
                unread = read;
                yield new Batch(entries, next);
            }
            case Step.Failure(RuntimeException failure) -> throw failure;
            case Step.Hang(CountDownLatch entered, CountDownLatch left) -> {
                entered.countDown();
                left.await();
                yield new Batch(List.of(), after);
            }
        };
    }

    @Override
    public void close() {}
}
