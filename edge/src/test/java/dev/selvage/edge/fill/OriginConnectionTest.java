package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an origin says before its final response.
class OriginConnectionTest {
    private static final String HINT = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    private static final String FINAL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EmbeddedChannel origin = new EmbeddedChannel();
    private final OriginPool pool;
    private final OriginConnection connection;
    private final List<String> heard = new ArrayList<>();

    OriginConnectionTest() throws SSLException {
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(0));
        Loop loop = new Loop(
                channel.eventLoop(),
                settings,
                new LoopRecorder("edge-0", "DEV", new RowBudget(10, 10, 1), _ -> true),
                _ -> "XX");
        SslContext context = SslContextBuilder.forClient().build();
        pool = new OriginPool(
                loop,
                settings,
                NioSocketChannel.class,
                DefaultAddressResolverGroup.INSTANCE,
                new OriginGate(settings.origins()),
                new OriginPool.Tls(context, context));
        connection = new OriginConnection(
                loop,
                new OriginTarget(List.of(), 80, false, false, null),
                "192.0.2.1:80",
                pool,
                origin,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
        origin.pipeline().addLast(connection);
    }

    @AfterEach
    void close() {
        connection.close();
        pool.close();
        origin.finishAndReleaseAll();
        channel.finishAndReleaseAll();
    }

    private final class Listening implements OriginConnection.Reader {
        @Override
        public void interim(int status, Headers headers) {
            heard.add(status + " " + headers);
        }

        @Override
        public void head(int status, Headers headers, long bodyLength) {
            heard.add("head " + status);
        }

        @Override
        public void body(ByteBuf in, int count) {
            in.skipBytes(count);
        }

        @Override
        public void end(Headers trailers) {
            heard.add("end");
        }

        @Override
        public void switched(Headers headers) {
            heard.add("switched");
        }

        @Override
        public void raw(ByteBuf in) {
            in.release();
        }

        @Override
        public void failed(OriginFailure failure, boolean untouched) {
            heard.add("failed " + failure.status() + (untouched ? " untouched" : ""));
        }

        @Override
        public void writable() {}
    }

    private void ask() {
        connection.send(Unpooled.buffer(), "GET", false, false, Duration.ZERO, new Listening());
    }

    private void says(String text) {
        origin.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @Test
    void everyInterimResponseIsHandedOnBeforeTheFinalOne() {
        ask();
        says(HINT + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + FINAL);
        assertThat(heard).containsExactly("103 link: </a>\n", "102 ", "head 200", "end");
    }

    @Test
    void theyMayArriveByteByByte() {
        ask();
        for (char c : (HINT + HINT + FINAL).toCharArray()) {
            says(String.valueOf(c));
        }
        assertThat(heard).containsExactly("103 link: </a>\n", "103 link: </a>\n", "head 200", "end");
    }

    @Test
    void theyHaveNoBody() {
        ask();
        says("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n" + FINAL);
        assertThat(heard).containsExactly("103 content-length: 5\n", "head 200", "end");
    }

    @Test
    void thereMayBeSoManyForEachRequest() {
        for (int i = 0; i < 2; i++) {
            heard.clear();
            ask();
            says(HINT.repeat(32) + FINAL);
            assertThat(heard).hasSize(34).endsWith("head 200", "end");
        }
    }

    @Test
    void moreAreAFailure() {
        ask();
        says(HINT.repeat(33) + FINAL);
        assertThat(heard).hasSize(33).endsWith("failed 520");
        assertThat(connection.open()).isFalse();
    }

    @Test
    void leavesToContinueWithoutEndAreAFailureToo() {
        ask();
        says("HTTP/1.1 100 Continue\r\n\r\n".repeat(33));
        assertThat(heard).containsExactly("failed 520");
    }

    @Test
    void soIsMoreThanTheirHeadsMayTake() {
        ask();
        String large = "HTTP/1.1 103 Early Hints\r\nLink: " + "x".repeat(15_000) + "\r\n\r\n";
        for (int i = 0; i < 4; i++) {
            says(large);
        }
        assertThat(heard).hasSize(4);
        says(large);
        assertThat(heard).hasSize(5).endsWith("failed 520");
    }

    @Test
    void aRulesReadTimeoutTakesThePlaceOfTheEdgesTerms() {
        connection.send(Unpooled.buffer(), "GET", false, false, Duration.ofMinutes(10), new Listening());
        connection.tick(System.nanoTime() + Duration.ofSeconds(590).toNanos());
        assertThat(heard).isEmpty();
        connection.tick(System.nanoTime() + Duration.ofSeconds(610).toNanos());
        assertThat(heard).containsExactly("failed 524");
    }
}
