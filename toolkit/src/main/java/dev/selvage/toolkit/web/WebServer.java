package dev.selvage.toolkit.web;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// An HTTP/1.1 server whose handlers run on virtual threads.
public final class WebServer implements AutoCloseable {
    /// Largest request body, in bytes.
    public static final int MAX_BODY = 8 << 20;

    /// Most of a body beyond that which is read before it is refused.
    private static final long MAX_SKIPPED = 2 * MAX_BODY;

    /// Longer than any handler waits before it answers: a connection that is silent for as long fails its request.
    private static final Duration IDLE = Duration.ofSeconds(90);

    private static final byte[] NOTHING = {};
    private static final System.Logger LOG = System.getLogger(WebServer.class.getName());

    private final Server server;
    private final ServerConnector connector;

    private WebServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Listens on `address` and answers by `router`, else by `fallback`.
    ///
    /// @throws IOException when the address cannot be bound; the message says what would be right
    public static WebServer start(InetSocketAddress address, Router router, Fallback fallback) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(16, 2);
        threads.setName("web");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("web-", 0).factory()));
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(16 << 10);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new Dispatch(router, fallback));
        server.setStopTimeout(2_000);
        try {
            server.start();
        } catch (Exception failure) {
            stop(server);
            if (failure instanceof BindException || failure.getCause() instanceof BindException) {
                throw new IOException(
                        address.getHostString() + ":" + address.getPort()
                                + " is in use by another program or not an address of this machine; choose another port",
                        failure);
            }
            throw failure instanceof IOException io ? io : new IOException("the web server did not start", failure);
        }
        return new WebServer(server, connector);
    }

    /// The port it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failure) {
            LOG.log(ERROR, "the web server did not stop cleanly", failure);
        }
    }

    private static final class Dispatch extends org.eclipse.jetty.server.Handler.Abstract {
        private final Router router;
        private final Fallback fallback;

        Dispatch(Router router, Fallback fallback) {
            this.router = router;
            this.fallback = fallback;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String path = request.getHttpURI().getCanonicalPath();
            Answer answer;
            try {
                answer = answer(request, path == null ? "/" : path);
            } catch (IllegalArgumentException malformed) {
                answer = fallback.badRequest(String.valueOf(path), String.valueOf(malformed.getMessage()));
            } catch (Exception failure) {
                String id =
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
                LOG.log(ERROR, request.getMethod() + " " + path + " failed, id " + id, failure);
                answer = fallback.failed(String.valueOf(path), id);
            }
            response.setStatus(answer.status());
            answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
            if (answer.status() != HttpStatus.NO_CONTENT_204) {
                // RFC 9110 section 8.6: not with 204.
                response.getHeaders().put("Content-Length", answer.body().length);
            }
            response.write(true, request.getMethod().equals("HEAD") ? null : ByteBuffer.wrap(answer.body()), callback);
            return true;
        }

        private Answer answer(Request request, String path) throws Exception {
            String decoded = decode(path.replace("+", "%2B"));
            return switch (router.find(request.getMethod(), decoded)) {
                case Router.NoRoute() -> fallback.notFound(request.getMethod(), decoded);
                case Router.WrongMethod(List<String> allowed) ->
                    fallback.methodNotAllowed(request.getMethod(), decoded, allowed)
                            .with("Allow", String.join(", ", allowed));
                case Router.Matched(Handler handler, Map<String, String> captures) -> {
                    Optional<byte[]> body = body(request);
                    if (body.isEmpty()) {
                        yield fallback.tooLarge(decoded, MAX_BODY);
                    }
                    yield handler.handle(new Call(
                            request.getMethod(),
                            decoded,
                            captures,
                            query(request.getHttpURI().getQuery()),
                            headers(request),
                            body.get(),
                            Request.getRemoteAddr(request)));
                }
            };
        }

        /// The whole body; empty when it is too large.
        private static Optional<byte[]> body(Request request) throws IOException {
            long length = request.getLength();
            if (length == 0) {
                return Optional.of(NOTHING);
            }
            try (InputStream in = Content.Source.asInputStream(request)) {
                if (length <= MAX_BODY) {
                    byte[] body = in.readNBytes(MAX_BODY + 1);
                    if (body.length <= MAX_BODY) {
                        return Optional.of(body);
                    }
                }
                if (length <= MAX_BODY + MAX_SKIPPED && !request.getHeaders().contains(HttpHeader.EXPECT)) {
                    skip(in);
                }
                return Optional.empty();
            }
        }

        /// A client that is still writing would see its connection fail instead of the answer.
        private static void skip(InputStream in) throws IOException {
            byte[] scrap = new byte[16 << 10];
            long left = MAX_SKIPPED;
            for (int read = in.read(scrap); read > 0 && left > 0; read = in.read(scrap)) {
                left -= read;
            }
        }

        private static Map<String, List<String>> headers(Request request) {
            Map<String, List<String>> headers = new HashMap<>();
            for (HttpField field : request.getHeaders()) {
                headers.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(field.getValue() == null ? "" : field.getValue());
            }
            return headers;
        }

        private static Map<String, List<String>> query(String query) {
            Map<String, List<String>> parameters = new LinkedHashMap<>();
            if (query == null) {
                return parameters;
            }
            for (String pair : query.split("&", 1_000)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                    parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
                }
            }
            return parameters;
        }

        private static String decode(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
    }
}
