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
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections to an origin on loopback, few of which may be open.
@Timeout(20)
class OriginPoolTest {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop executor = group.next();
    private final ServerSocket origin;
    private final ServerSocket other;
    private final OriginPool pool;

    OriginPoolTest() throws Exception {
        origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(0));
        Loop loop = new Loop(
                executor, settings, new LoopRecorder("edge-0", "DEV", new RowBudget(10, 10, 1), _ -> true), _ -> "XX");
        SslContext context = SslContextBuilder.forClient().build();
        pool = new OriginPool(
                loop,
                settings,
                NioSocketChannel.class,
                DefaultAddressResolverGroup.INSTANCE,
                new OriginGate(settings.origins()),
                new OriginPool.Tls(context, context),
                2);
    }

    @BeforeEach
    void answer() {
        for (ServerSocket listener : List.of(origin, other)) {
            Thread.ofVirtual().start(() -> {
                while (!listener.isClosed()) {
                    try {
                        Socket socket = listener.accept();
                        Thread.ofVirtual().start(() -> answerEach(socket));
                    } catch (java.io.IOException closed) {
                        return;
                    }
                }
            });
        }
    }

    private static void answerEach(Socket socket) {
        try (socket) {
            while (socket.getInputStream().read(new byte[1_000]) > 0) {
                socket.getOutputStream().write(ANSWER);
            }
        } catch (java.io.IOException over) {
            // The pool closed it.
        }
    }

    @AfterEach
    void stop() throws Exception {
        executor.submit(pool::close).get();
        origin.close();
        other.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Object acquired(ServerSocket from) throws Exception {
        BlockingQueue<Object> got = new LinkedBlockingQueue<>();
        OriginTarget target = new OriginTarget(List.of("127.0.0.1"), from.getLocalPort(), false, false, null);
        executor.execute(() -> pool.acquire(target, "a", false, new OriginPool.Waiter() {
            @Override
            public void connected(OriginConnection connection) {
                got.add(connection);
            }

            @Override
            public void failed(OriginFailure failure) {
                got.add(failure);
            }
        }));
        Object outcome = got.poll(10, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome").isNotNull();
        return outcome;
    }

    /// Asks once, and waits for the end of the answer: the connection is unused then.
    private void use(Object connection, String method, boolean body) throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        // In one go: an origin that answers before the request has ended is another story.
        executor.execute(() -> {
            OriginConnection asking = (OriginConnection) connection;
            asking.send(
                    Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII),
                    method,
                    body,
                    false,
                    Duration.ZERO,
                    new Reader(told));
            if (body) {
                asking.endRequest(Headers.EMPTY);
            }
        });
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        executor.submit(() -> {}).get();
    }

    private record Reader(BlockingQueue<String> told) implements OriginConnection.Reader {
        @Override
        public void interim(int status, Headers headers) {}

        @Override
        public void head(int status, Headers headers, long bodyLength) {}

        @Override
        public void body(ByteBuf in, int count) {
            in.skipBytes(count);
        }

        @Override
        public void end(Headers trailers) {
            told.add("end");
        }

        @Override
        public void switched(Headers headers) {
            told.add("switched");
        }

        @Override
        public void raw(ByteBuf in) {
            in.release();
        }

        @Override
        public void failed(OriginFailure failure, boolean untouched) {
            told.add(failure.toString());
        }

        @Override
        public void writable() {}
    }

    @Test
    void beyondTheBoundThereIsNoConnection() throws Exception {
        assertThat(acquired(origin)).isInstanceOf(OriginConnection.class);
        assertThat(acquired(origin)).isInstanceOf(OriginConnection.class);
        assertThat(acquired(origin)).isEqualTo(new OriginFailure.Exhausted());
        assertThat(pool.open()).isEqualTo(2);
    }

    @Test
    void aConnectionThatNobodyUsesMakesRoomForOneThatIsNeeded() throws Exception {
        Object first = acquired(origin);
        Object second = acquired(origin);
        use(first, "GET", false);
        assertThat(acquired(other)).isInstanceOf(OriginConnection.class).isNotSameAs(second);
        assertThat(pool.open()).isEqualTo(2);
        assertThat(((OriginConnection) first).open()).isFalse();
        assertThat(acquired(other)).isEqualTo(new OriginFailure.Exhausted());
    }

    @Test
    void aConnectionIsUsedAgainUnlessItCarriedABodyThatAnOriginMayNotExpect() throws Exception {
        Object first = acquired(origin);
        use(first, "POST", true);
        assertThat(acquired(origin)).isSameAs(first);
        use(first, "GET", true);
        Object second = acquired(origin);
        assertThat(second).isNotSameAs(first);
        use(second, "GET", false);
        assertThat(acquired(origin)).isSameAs(second);
    }
}
