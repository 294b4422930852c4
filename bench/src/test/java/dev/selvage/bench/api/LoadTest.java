package dev.selvage.bench.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadTest {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/client/v4/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body + " "
                        + exchange.getRequestHeaders().getFirst("Authorization"));
                byte[] answer = ("{\"n\":" + answered.incrementAndGet() + ",\"text\":\"é\"}").getBytes(UTF_8);
                exchange.sendResponseHeaders(
                        exchange.getRequestURI().getPath().endsWith("full") ? 507 : 200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void everyConnectionSendsAndEveryAnswerCounts() throws Exception {
        var load = new Load(
                "a load",
                null,
                (connection, _) -> connection % 2 == 0
                        ? Call.get("/zones?page=" + connection)
                        : new Call("PATCH", "/zones/" + connection, "{\"value\":\"ü\"}"));
        Round round = load.run(port(), "t-1", Duration.ofMillis(300), 1);
        assertThat(round.nanos()).hasSize(answered.get()).isSorted().hasSizeGreaterThanOrEqualTo(Load.CONNECTIONS);
        assertThat(round.perSecond()).isPositive();
        assertThat(round.millis(0.5)).isPositive().isLessThanOrEqualTo(round.millis(0.99));
        assertThat(seen)
                .hasSize(Load.CONNECTIONS)
                .contains(
                        "GET /client/v4/zones?page=0  Bearer t-1",
                        "PATCH /client/v4/zones/1 {\"value\":\"ü\"} Bearer t-1");
    }

    @Test
    void aCallThatFailsEndsTheLoadAndIsSaid() {
        var load = new Load("a load", null, (_, _) -> Call.get("/full"));
        assertThatThrownBy(() -> load.run(port(), "t", Duration.ofSeconds(20), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a load")
                .hasMessageContaining("GET /full was answered with 507");
    }

    @Test
    void percentilesAreOfAllCalls() {
        long[] nanos = new long[1_000];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (1_000 - i) * 1_000_000L;
        }
        Round round = new Round(1, nanos);
        assertThat(round.millis(0.5)).isEqualTo(501);
        assertThat(round.millis(0.99)).isEqualTo(991);
        assertThat(round.millis(1)).isEqualTo(1_000);
        assertThat(new Round(0, new long[0]).millis(0.5)).isNaN();
    }

    private int port() {
        return server.getAddress().getPort();
    }
}
