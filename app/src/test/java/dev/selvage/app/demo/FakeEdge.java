package dev.selvage.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.selvage.toolkit.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A program with an edge that remembers what it saw: the second request for a target is a hit, whatever it is, and
/// its answers have the site's statuses and no bodies; and with an API that counts.
final class FakeEdge implements Program {
    /// A request as the edge saw it.
    record Seen(String line, Head head, int connection) {}

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger mostInFlight = new AtomicInteger();
    final AtomicLong hits = new AtomicLong();
    volatile boolean closed;
    /// What the API adds to its count of requests.
    volatile int miscount;
    /// Closes each connection after so many answers, without saying so.
    volatile int closesAfter = Integer.MAX_VALUE;

    private final Site site;
    private final ServerSocket listener;
    private final HttpServer api;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<String> known = new HashSet<>();

    FakeEdge(Site site) throws IOException {
        this.site = site;
        listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        api.createContext(
                "/client/v4/zones",
                exchange -> answer(
                        exchange,
                        Map.of(
                                "success",
                                true,
                                "result",
                                List.of(Map.of("id", "0123", "name", "quickstart.internal")))));
        api.createContext(
                "/client/v4/graphql",
                exchange -> answer(
                        exchange,
                        Map.of(
                                "data",
                                Map.of(
                                        "viewer",
                                        Map.of("zones", List.of(Map.of("httpRequests1mGroups", List.of(counts()))))))));
        api.start();
    }

    @Override
    public InetSocketAddress edge() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    @Override
    public URI api() {
        return URI.create("http://127.0.0.1:" + api.getAddress().getPort());
    }

    @Override
    public String token() {
        return "the-token";
    }

    @Override
    public String tokenPlace() {
        return "in a test";
    }

    @Override
    public URI dashboard() {
        return api().resolve("/");
    }

    @Override
    public void close() {
        closed = true;
        api.stop(0);
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private Map<String, Object> counts() {
        return Map.of(
                "sum",
                Map.of(
                        "requests",
                        seen.size() + miscount,
                        "bytes",
                        seen.size() * 25,
                        "cachedRequests",
                        hits.get(),
                        "originRequests",
                        seen.size() - hits.get(),
                        "originResponseBytes",
                        seen.size() * 5));
    }

    private void answer(HttpExchange exchange, Object body) throws IOException {
        try (exchange) {
            boolean allowed =
                    "Bearer the-token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] json = Json.write(allowed ? body : Map.of("errors", List.of(Map.of("message", "who are you?"))));
            exchange.sendResponseHeaders(allowed ? 200 : 403, json.length);
            exchange.getResponseBody().write(json);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, connections.getAndIncrement()));
            } catch (IOException closing) {
                return;
            }
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            int answers = 0;
            for (Head head = Head.read(in, 1 << 16); head != null; head = Head.read(in, 1 << 16)) {
                mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                out.write(answer(head, connection).getBytes(StandardCharsets.ISO_8859_1));
                inFlight.decrementAndGet();
                if (++answers == closesAfter) {
                    return;
                }
            }
        } catch (IOException gone) {
            // the client left
        }
    }

    private synchronized String answer(Head head, int connection) {
        String[] line = head.line().split(" ", 3);
        seen.add(new Seen(head.line(), head, connection));
        boolean hit = !known.add(line[1]);
        hits.addAndGet(hit ? 1 : 0);
        int status = site.page(line[0], line[1]).status();
        if (head.field("if-none-match") != null) {
            status = 304;
        }
        String body = status == 304 || line[0].equals("HEAD") ? "" : "3\r\nabc\r\n0\r\n\r\n";
        return "HTTP/1.1 " + status + " x\r\nCF-Cache-Status: " + (hit ? "HIT" : "MISS")
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    }
}
