package dev.selvage.app;

import static dev.selvage.toolkit.lifecycle.Health.State.DEGRADED;
import static dev.selvage.toolkit.lifecycle.Health.State.UP;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.toolkit.lifecycle.Health;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;

/// Asks the origin now and then whether it answers, and says so in the health part `origin`.
///
/// An origin that is down never keeps the edge from starting or being ready: what is cached is served all the same.
final class OriginProbe implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OriginProbe.class.getName());
    private static final String PART = "origin";

    private final Target target;
    private final Health health;
    private final Duration patience;
    private final Duration wellPause;
    private final Duration illPause;
    private final Thread thread;

    /// Whom to ask.
    ///
    /// @param refuses why the edge would not connect to an address of it; the probe does not either
    record Target(OriginUrl url, Function<InetSocketAddress, Optional<String>> refuses) {}

    /// What asking came to.
    sealed interface Answer {}

    record Answered() implements Answer {}

    /// @param reason completes "the origin …"
    record Silent(String reason) implements Answer {}

    /// @param patience the most that one question may take
    /// @param wellPause between questions while it answers
    /// @param illPause between questions while it does not
    private OriginProbe(Target target, Health health, Duration patience, Duration wellPause, Duration illPause) {
        this.target = target;
        this.health = health;
        this.patience = patience;
        this.wellPause = wellPause;
        this.illPause = illPause;
        this.thread = Thread.ofVirtual().name("origin-probe").unstarted(this::run);
    }

    static OriginProbe start(Target target, Health health, Duration patience, Duration wellPause, Duration illPause) {
        health.report(PART, UP, "asking " + target.url());
        OriginProbe probe = new OriginProbe(target, health, patience, wellPause, illPause);
        probe.thread.start();
        return probe;
    }

    private void run() {
        OriginUrl origin = target.url();
        boolean well = true;
        boolean heard = false;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                // Once it has answered, that it takes a connection is enough: its requests are its owner's to spend.
                switch (well && heard ? knock(target, patience) : ask(target, patience)) {
                    case Answered() -> {
                        health.report(PART, UP, origin + " answers");
                        if (!well) {
                            LOG.log(INFO, "the origin {0} answers again", origin);
                        }
                        well = true;
                        heard = true;
                    }
                    case Silent(String reason) -> {
                        String message = "the origin " + origin + " " + reason;
                        health.report(PART, DEGRADED, message + "; what is cached is served, the rest gets an error");
                        if (well) {
                            LOG.log(
                                    WARNING,
                                    message + "; started all the same, and asking again every " + illPause.toSeconds()
                                            + " s");
                        }
                        well = false;
                    }
                }
                Thread.sleep(well ? wellPause : illPause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Opens a connection and closes it again.
    static Answer knock(Target target, Duration patience) {
        return over(target, patience, (_, _) -> new Answered());
    }

    /// Sends one `HEAD /` and waits for a status line, whatever it says.
    static Answer ask(Target target, Duration patience) {
        OriginUrl origin = target.url();
        return over(target, patience, (socket, deadline) -> {
            try (Socket speaking = origin.tls() ? secured(socket, origin, deadline) : socket) {
                String request = "HEAD / HTTP/1.1\r\nHost: " + origin.authority()
                        + "\r\nUser-Agent: Selvage\r\nConnection: close\r\n\r\n";
                speaking.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                return statusLine(speaking, deadline);
            }
        });
    }

    private interface Question {
        Answer ask(Socket connected, long deadline) throws IOException;
    }

    private static Answer over(Target target, Duration patience, Question question) {
        OriginUrl origin = target.url();
        long deadline = System.nanoTime() + patience.toNanos();
        try (Socket socket = new Socket()) {
            Optional<String> refused = Optional.empty();
            for (InetAddress each : InetAddress.getAllByName(origin.host())) {
                InetSocketAddress address = new InetSocketAddress(each, origin.port());
                refused = target.refuses().apply(address);
                if (refused.isEmpty()) {
                    socket.connect(address, left(deadline));
                    return question.ask(socket, deadline);
                }
            }
            return new Silent("must not be connected to: " + refused.orElse("it has no address"));
        } catch (UnknownHostException unknown) {
            return new Silent("does not resolve: no address is known for " + origin.host());
        } catch (SocketTimeoutException late) {
            return new Silent("did not answer within " + patience.toMillis() + " ms");
        } catch (IOException failure) {
            return new Silent("does not answer: " + failure.getMessage());
        }
    }

    private static Answer statusLine(Socket socket, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        while (line.length() < 8) {
            socket.setSoTimeout(left(deadline));
            int next = in.read();
            if (next < 0) {
                return new Silent("closes the connection without an answer");
            }
            line.append((char) next);
        }
        return line.toString().startsWith("HTTP/1.") ? new Answered() : new Silent("does not speak HTTP/1.1");
    }

    private static Socket secured(Socket socket, OriginUrl origin, long deadline) throws IOException {
        socket.setSoTimeout(left(deadline));
        return ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(socket, origin.host(), origin.port(), true);
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
