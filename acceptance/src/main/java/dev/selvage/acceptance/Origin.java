package dev.selvage.acceptance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// An origin that says exactly what a scenario tells it, and remembers what it was asked.
///
/// The program's own question whether the origin is there (`HEAD /` by the user agent `Selvage`) is answered by the
/// origin itself and not remembered.
public final class Origin implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ServerSocket socket;
    private final Function<Wire.Request, Say> script;
    private final List<Wire.Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger carrying = new AtomicInteger();
    private final List<Wire.Head> begun = Collections.synchronizedList(new ArrayList<>());
    private final List<Wire.Head> broken = Collections.synchronizedList(new ArrayList<>());

    private Origin(ServerSocket socket, Function<Wire.Request, Say> script) {
        this.socket = socket;
        this.script = script;
    }

    /// An origin on a free port of loopback that answers each request by `script`.
    public static Origin answering(Function<Wire.Request, Say> script) throws IOException {
        return answering(0, script);
    }

    /// An origin on that port of loopback.
    public static Origin answering(int port, Function<Wire.Request, Say> script) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
        Origin origin = new Origin(socket, script);
        Thread.ofVirtual().name("origin-accept").start(origin::accept);
        return origin;
    }

    /// A port of loopback that nobody listens on.
    public static int nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// What was asked so far, in order of arrival.
    public List<Wire.Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /// How many of the requests had that target.
    public long asked(String target) {
        return requests().stream()
                .filter(request -> request.target().equals(target))
                .count();
    }

    /// How many connections were accepted so far.
    public int connections() {
        return connections.get();
    }

    /// How many connections carried a request so far: the program's own question does not count.
    public int carrying() {
        return carrying.get();
    }

    /// The heads of all requests, also of those whose bodies have not arrived, or not whole.
    public List<Wire.Head> begun() {
        synchronized (begun) {
            return List.copyOf(begun);
        }
    }

    /// The heads of the requests that ended within their body.
    public List<Wire.Head> broken() {
        synchronized (broken) {
            return List.copyOf(broken);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket visitor = socket.accept();
                visitor.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(visitor);
                Thread.ofVirtual().name("origin").start(() -> serve(visitor));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket visitor) {
        try (visitor) {
            visitor.setSoTimeout(60_000);
            InputStream in = new BufferedInputStream(visitor.getInputStream());
            boolean carried = false;
            while (true) {
                Wire.Head head = Wire.head(in);
                if (head == null) {
                    return;
                }
                if (head.header("Expect").isPresent()) {
                    visitor.getOutputStream()
                            .write("HTTP/1.1 100 Continue\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                }
                boolean probe = head.line().startsWith("HEAD ")
                        && head.header("User-Agent").filter("Selvage"::equals).isPresent();
                if (!probe) {
                    begun.add(head);
                }
                Wire.Request request;
                try {
                    request = Wire.request(in, head);
                } catch (IOException ended) {
                    broken.add(head);
                    throw ended;
                }
                if (!probe) {
                    requests.add(request);
                    if (!carried) {
                        carried = true;
                        carrying.incrementAndGet();
                    }
                }
                if (!say(
                        probe
                                ? Say.raw("HTTP/1.1 204 Here\r\nConnection: close\r\n\r\n")
                                        .thenClose()
                                : script.apply(request),
                        in,
                        visitor)) {
                    return;
                }
            }
        } catch (IOException left) {
            // The edge left, or the scenario is over: what that means is for the scenario to judge.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(visitor);
        }
    }

    /// False when the connection is to end.
    private static boolean say(Say said, InputStream in, Socket visitor) throws IOException, InterruptedException {
        for (Say.Step step : said.steps()) {
            switch (step) {
                case Say.Bytes(byte[] bytes) -> {
                    visitor.getOutputStream().write(bytes);
                    visitor.getOutputStream().flush();
                }
                case Say.Await(Say.Gate gate) -> {
                    if (!gate.await(PATIENCE)) {
                        return false;
                    }
                }
                case Say.Pause(Duration time) -> Thread.sleep(time);
                case Say.Talking(Say.Talk talk) -> {
                    talk.talk(in, visitor.getOutputStream());
                    return false;
                }
                case Say.Close() -> {
                    return false;
                }
                case Say.Reset() -> {
                    reset(visitor);
                    return false;
                }
            }
        }
        return true;
    }

    private static void reset(Socket visitor) throws SocketException {
        visitor.setSoLinger(true, 0);
    }

    /// Stops listening and ends every connection.
    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket visitor : open) {
            visitor.close();
        }
    }
}
