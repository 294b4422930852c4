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
    }

    private final List<Entry> snapshot = new ArrayList<>();
    private final LinkedBlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private volatile @Nullable CountDownLatch unread;

    public void inSnapshot(Entry... entries) {
        snapshot.addAll(List.of(entries));
    }

    /// Lets the reader have entries; returns when it has come back for more, having applied them.
    public void say(Entry... entries) throws InterruptedException {
        CountDownLatch read = new CountDownLatch(1);
        steps.add(new Step.Entries(List.of(entries), read));
        if (!read.await(10, TimeUnit.SECONDS)) {
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
    public Batch commands(String stream) {
        return new Batch(List.of(), new Position("0"));
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
        };
    }

    @Override
    public void close() {}
}
