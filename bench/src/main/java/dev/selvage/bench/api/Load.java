package dev.selvage.bench.api;

import dev.selvage.bench.report.Figure.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A kind of calls, sent over several connections, on each as fast as it is answered.
///
/// @param name what the figures are called
/// @param target of the calls per second; null when it has none
/// @param calls makes the next call of a connection
record Load(String name, @Nullable Target target, Calls calls) {
    /// Connections that send at the same time.
    static final int CONNECTIONS = 16;

    private static final int MOST = 2_000_000;

    /// Makes calls.
    @FunctionalInterface
    interface Calls {
        /// @param connection from 0 to below [#CONNECTIONS]
        Call next(int connection, SplittableRandom random);
    }

    /// Sends calls for `length`.
    ///
    /// @throws IOException when one is not answered with 200
    Round run(int port, String token, Duration length, long seed) throws IOException, InterruptedException {
        List<Future<long[]>> connections = new ArrayList<>();
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                int connection = i;
                connections.add(threads.submit(() -> send(
                        connection,
                        port,
                        token,
                        begun + length.toNanos(),
                        new SplittableRandom(seed * 31 + connection))));
            }
            long[] all = new long[0];
            for (Future<long[]> sent : connections) {
                long[] nanos = sent.get();
                int at = all.length;
                all = Arrays.copyOf(all, at + nanos.length);
                System.arraycopy(nanos, 0, all, at, nanos.length);
            }
            return new Round(all.length / ((System.nanoTime() - begun) / 1e9), all);
        } catch (ExecutionException failure) {
            throw new IOException(name + ": " + failure.getMessage(), failure);
        }
    }

    private long[] send(int connection, int port, String token, long until, SplittableRandom random)
            throws IOException {
        long[] nanos = new long[1_024];
        int sent = 0;
        try (KeepAlive to = new KeepAlive(port, token)) {
            for (long now = System.nanoTime(); now < until && sent < MOST; ) {
                Call call = calls.next(connection, random);
                KeepAlive.Answer answer = to.call(call);
                if (answer.status() != 200) {
                    throw new IOException(call.method() + " " + call.path() + " was answered with " + answer.status()
                            + ": " + answer.text());
                }
                long after = System.nanoTime();
                if (sent == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * sent);
                }
                nanos[sent++] = after - now;
                now = after;
            }
        }
        return Arrays.copyOf(nanos, sent);
    }
}
