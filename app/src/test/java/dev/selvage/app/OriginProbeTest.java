package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.toolkit.lifecycle.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OriginProbeTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Health health = new Health();

    @Test
    void anyStatusIsAnAnswer() throws Exception {
        try (ServerSocket site = listen(0)) {
            answer(site, "HTTP/1.1 500 Broken\r\n\r\n");
            assertThat(OriginProbe.ask(url(site.getLocalPort()), Duration.ofSeconds(10)))
                    .isEqualTo(new OriginProbe.Answered());
        }
    }

    @Test
    void anOriginThatRefusesIsSilent() throws Exception {
        int free;
        try (ServerSocket site = listen(0)) {
            free = site.getLocalPort();
        }
        assertThat(OriginProbe.ask(url(free), PATIENCE))
                .isInstanceOfSatisfying(
                        OriginProbe.Silent.class,
                        silent -> assertThat(silent.reason()).startsWith("does not answer: "));
    }

    @Test
    void anOriginThatAcceptsAndSaysNothingIsSilentInBoundedTime() throws Exception {
        try (ServerSocket site = listen(0)) {
            assertThat(OriginProbe.ask(url(site.getLocalPort()), PATIENCE))
                    .isEqualTo(new OriginProbe.Silent("did not answer within 300 ms"));
        }
    }

    @Test
    void anOriginThatSpeaksSomethingElseIsSilent() throws Exception {
        try (ServerSocket site = listen(0)) {
            answer(site, "SSH-2.0-OpenSSH_9.2\r\n");
            assertThat(OriginProbe.ask(url(site.getLocalPort()), Duration.ofSeconds(10)))
                    .isEqualTo(new OriginProbe.Silent("does not speak HTTP/1.1"));
        }
    }

    @Test
    void aNameThatDoesNotResolveIsSilent() {
        assertThat(OriginProbe.ask(url("http://no-such-host.invalid"), PATIENCE))
                .isEqualTo(new OriginProbe.Silent("does not resolve: no address is known for no-such-host.invalid"));
    }

    @Test
    void anOriginThatTheEdgeRefusesIsNotConnectedTo() throws Exception {
        try (ServerSocket site = listen(0)) {
            OriginUrl url = url(site.getLocalPort()).url();
            OriginProbe.Target refused =
                    new OriginProbe.Target(url, address -> Optional.of("not " + address.getPort()));
            OriginProbe.Silent silent = new OriginProbe.Silent("must not be connected to: not " + site.getLocalPort());
            assertThat(OriginProbe.ask(refused, PATIENCE)).isEqualTo(silent);
            assertThat(OriginProbe.knock(refused, PATIENCE)).isEqualTo(silent);
            site.setSoTimeout(50);
            assertThatThrownBy(site::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void healthSaysWhenTheOriginIsGoneAndWhenItIsBack() throws Exception {
        int port;
        try (ServerSocket site = listen(0)) {
            port = site.getLocalPort();
        }
        try (OriginProbe probe = OriginProbe.start(url(port), health, Duration.ofSeconds(5), PAUSE, PAUSE)) {
            assertThat(probe).isNotNull();
            until(Health.State.DEGRADED);
            assertThat(report().message()).contains("http://127.0.0.1:" + port).contains("refused");
            assertThat(health.ready())
                    .as("an edge starts while its origin is down")
                    .isTrue();

            try (ServerSocket site = listen(port)) {
                Thread.ofVirtual().start(() -> forever(site));
                until(Health.State.UP);
            }
            until(Health.State.DEGRADED);
        }
    }

    private Health.Report report() {
        Health.Report report = health.reports().get("origin");
        return report == null ? new Health.Report(Health.State.STARTING, "") : report;
    }

    private void until(Health.State state) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (report().state() != state || report().message().startsWith("asking")) {
            assertThat(System.nanoTime()).as("still " + report()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static void forever(ServerSocket site) {
        while (!site.isClosed()) {
            try {
                say(site, "HTTP/1.1 200 OK\r\n\r\n");
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(ServerSocket site, String bytes) {
        Thread.ofVirtual().start(() -> {
            try {
                say(site, bytes);
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        });
    }

    private static void say(ServerSocket site, String bytes) throws IOException {
        try (Socket visitor = site.accept()) {
            byte[] request = visitor.getInputStream().readNBytes("HEAD / HTTP/1.1\r\n".length());
            assertThat(new String(request, StandardCharsets.US_ASCII)).isEqualTo("HEAD / HTTP/1.1\r\n");
            visitor.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static OriginProbe.Target url(int port) {
        return url("http://127.0.0.1:" + port);
    }

    private static OriginProbe.Target url(String text) {
        return new OriginProbe.Target(new OriginUrl(URI.create(text)), _ -> Optional.empty());
    }
}
