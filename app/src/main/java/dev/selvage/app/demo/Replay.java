package dev.selvage.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// Sends the requests of an access log to an edge, in the log's order and at its relative pace.
///
/// The log's span is compressed to a duration. Each client address keeps to one connection, on which its requests go
/// one after the other; requests wait in short queues, so when the edge is slower than the pace the replay waits for
/// it instead of piling up.
final class Replay {
    /// Requests that wait for a connection, each.
    static final int QUEUE = 16;

    private final InetSocketAddress edge;
    private final String host;
    private final Duration duration;
    private final int connections;
    private final Pace pace;

    /// @param host the site's name, for `Host`
    Replay(InetSocketAddress edge, String host, Duration duration, int connections, Pace pace) {
        this.edge = edge;
        this.host = host;
        this.duration = duration;
        this.connections = connections;
        this.pace = pace;
    }

    /// Replays all of `entries` and returns what the clients saw.
    ///
    /// @param progress is told of the sums after each answer, by many threads
    Tally.Sums run(List<AccessLog.Entry> entries, Site site, Consumer<Tally> progress) throws InterruptedException {
        var tally = new Tally();
        List<BlockingQueue<Optional<AccessLog.Entry>>> queues = new ArrayList<>();
        List<Thread> clients = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                var queue = new ArrayBlockingQueue<Optional<AccessLog.Entry>>(QUEUE);
                queues.add(queue);
                clients.add(Thread.ofVirtual()
                        .name("demo-client-" + i)
                        .start(() -> work(queue, new Client(edge, host, site), tally, progress)));
            }
            long start = pace.now();
            long[] due = schedule(entries, duration);
            for (int i = 0; i < due.length; i++) {
                pace.awaitUntil(start + due[i]);
                AccessLog.Entry entry = entries.get(i);
                queues.get(Math.floorMod(entry.client().hashCode(), connections))
                        .put(Optional.of(entry));
            }
            for (BlockingQueue<Optional<AccessLog.Entry>> queue : queues) {
                queue.put(Optional.empty());
            }
            for (Thread client : clients) {
                client.join();
            }
        } finally {
            clients.forEach(Thread::interrupt);
        }
        return tally.sums();
    }

    /// When each request is due, in nanoseconds after the start.
    ///
    /// A server logs a request when it ends, so times may go back a little;
    /// the order is the log's, and a request is never due before the one above it.
    static long[] schedule(List<AccessLog.Entry> entries, Duration duration) {
        long[] due = new long[entries.size()];
        if (entries.isEmpty()) {
            return due;
        }
        long first = entries.getFirst().time();
        long latest = first;
        for (int i = 0; i < due.length; i++) {
            latest = Math.max(latest, entries.get(i).time());
            due[i] = latest - first;
        }
        double scale = latest == first ? 0 : (double) duration.toNanos() / (latest - first);
        for (int i = 0; i < due.length; i++) {
            due[i] = Math.round(due[i] * scale);
        }
        return due;
    }

    private static void work(
            BlockingQueue<Optional<AccessLog.Entry>> queue, Client client, Tally tally, Consumer<Tally> progress) {
        try (client) {
            for (Optional<AccessLog.Entry> next = queue.take(); next.isPresent(); next = queue.take()) {
                AccessLog.Entry entry = next.get();
                try {
                    Client.Answer answer = client.ask(entry);
                    tally.answered(entry, answer.status(), answer.cache(), answer.bytes());
                } catch (IOException failure) {
                    tally.failed(entry, failure);
                }
                progress.accept(tally);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
