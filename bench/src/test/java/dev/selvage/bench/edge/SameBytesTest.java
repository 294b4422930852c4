package dev.selvage.bench.edge;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SameBytesTest {
    private static final Load LOAD = Load.zipf(3);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong asked = new AtomicLong();
    private HttpServer origin;

    @BeforeEach
    void start() throws IOException {
        origin = serve(body -> body);
    }

    @AfterEach
    void stop() {
        origin.stop(0);
        client.close();
    }

    @Test
    void aContenderThatServesTheOriginsBytesPasses() throws IOException {
        HttpServer contender = serve(body -> body);
        assertThatCode(() -> prove(contender, origin)).doesNotThrowAnyException();
        contender.stop(0);
    }

    @Test
    void oneWrongByteIsFound() throws IOException {
        HttpServer contender = serve(body -> {
            body[5_000] ^= 1;
            return body;
        });
        assertThatThrownBy(() -> prove(contender, origin))
                .hasMessageContaining("bad serves /zipf/00000")
                .hasMessageContaining("not the origin's");
        contender.stop(0);
    }

    @Test
    void anObjectThatIsNotInTheCacheIsFound() throws IOException {
        HttpServer contender = serve(body -> {
            asked.incrementAndGet();
            return body;
        });
        assertThatThrownBy(() -> prove(contender, origin)).hasMessageContaining("bad asked the origin 3 times");
        contender.stop(0);
    }

    @Test
    void aContenderThatIsGoneIsSaid() throws IOException {
        HttpServer contender = serve(body -> body);
        contender.stop(0);
        assertThatThrownBy(() -> prove(contender, origin)).hasMessageContaining("gave no answer for /zipf/00000");
    }

    @Test
    void anOriginThatServesSomethingElseIsFound() throws IOException {
        HttpServer other = serve(body -> new byte[3]);
        assertThatThrownBy(() -> prove(origin, other)).hasMessageContaining("the origin itself does not serve");
        other.stop(0);
    }

    private void prove(HttpServer contender, HttpServer behind) throws IOException, InterruptedException {
        var running = new Contender.Running() {
            @Override
            public String name() {
                return "bad";
            }

            @Override
            public int port() {
                return contender.getAddress().getPort();
            }

            @Override
            public double cpuSeconds() {
                return 0;
            }

            @Override
            public long residentBytes() {
                return 0;
            }
        };
        new SameBytes(client, asked::get, behind.getAddress().getPort()).prove(running, List.of(LOAD));
    }

    private static HttpServer serve(UnaryOperator<byte[]> change) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = change.apply(LOAD.content(exchange.getRequestURI().getPath()));
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
