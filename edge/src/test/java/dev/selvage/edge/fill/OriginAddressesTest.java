package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.OriginPolicy;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which of an origin's addresses are connected to, by what a made-up name server answers. The only
/// origin there is listens on loopback and counts who comes.
@Timeout(20)
class OriginAddressesTest {
    private static final OriginPolicy LOOPBACK = new OriginPolicy(Set.of(AddressKind.LOOPBACK));
    private static final String METADATA = "169.254.169.254";

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop executor = group.next();
    private final ServerSocket origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger visits = new AtomicInteger();
    private final NameServer names = new NameServer();
    private final List<OriginPool> pools = new ArrayList<>();

    OriginAddressesTest() throws IOException {}

    /// Answers each question with the next of its answers, and the last one for ever.
    private static final class NameServer extends AddressResolverGroup<InetSocketAddress> {
        private final List<List<String>> answers = Collections.synchronizedList(new ArrayList<>());
        private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

        void answers(String... addresses) {
            answers.add(List.of(addresses));
        }

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new AbstractAddressResolver<>(executor) {
                @Override
                protected boolean doIsResolved(InetSocketAddress address) {
                    return !address.isUnresolved();
                }

                @Override
                protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
                    promise.setFailure(new UnknownHostException("all addresses are wanted"));
                }

                @Override
                protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
                    asked.add(unresolved.getHostString());
                    List<String> answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
                    promise.setSuccess(answer.stream()
                            .map(text -> new InetSocketAddress(InetAddress.ofLiteral(text), unresolved.getPort()))
                            .toList());
                }
            };
        }
    }

    @BeforeEach
    void listen() {
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket visitor = origin.accept();
                    visits.incrementAndGet();
                    Thread.ofVirtual().start(() -> hold(visitor));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static void hold(Socket visitor) {
        try (visitor) {
            while (visitor.getInputStream().read() >= 0) {
                // Says nothing until the visitor leaves.
            }
        } catch (IOException over) {
            // It left.
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (OriginPool pool : pools) {
            executor.submit(pool::close).get();
        }
        origin.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private OriginPool pool(OriginGate gate) throws Exception {
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(0));
        Loop loop = new Loop(
                executor, settings, new LoopRecorder("edge-0", "DEV", new RowBudget(10, 10, 1), _ -> true), _ -> "XX");
        SslContext context = SslContextBuilder.forClient().build();
        OriginPool pool = new OriginPool(
                loop, settings, NioSocketChannel.class, names, gate, new OriginPool.Tls(context, context), 10);
        pools.add(pool);
        return pool;
    }

    private OriginPool pool(OriginPolicy policy) throws Exception {
        return pool(new OriginGate(policy));
    }

    private Object acquired(OriginPool pool, boolean fresh, String... hosts) throws Exception {
        BlockingQueue<Object> got = new LinkedBlockingQueue<>();
        OriginTarget target = new OriginTarget(List.of(hosts), origin.getLocalPort(), false, false, null);
        executor.execute(() -> pool.acquire(target, "site.example", fresh, new OriginPool.Waiter() {
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

    private void assertConnected(Object outcome) {
        assertThat(outcome).isInstanceOf(OriginConnection.class);
        assertThat(((OriginConnection) outcome).address()).isEqualTo("127.0.0.1:" + origin.getLocalPort());
    }

    @Test
    void aNameThatLeadsWhereNobodyMayGoIsNotConnectedTo() throws Exception {
        names.answers("127.0.0.1");
        assertThat(acquired(pool(OriginPolicy.PUBLIC_ONLY), false, "evil.example"))
                .isEqualTo(new OriginFailure.Prohibited());
        assertThat(visits).hasValue(0);
    }

    @Test
    void aNameThatIsReboundIsJudgedByWhatItLeadsToNow() throws Exception {
        names.answers("127.0.0.1");
        names.answers(METADATA);
        OriginPool pool = pool(LOOPBACK);
        assertConnected(acquired(pool, true, "rebound.example"));
        assertThat(acquired(pool, true, "rebound.example")).isEqualTo(new OriginFailure.Prohibited());
        assertThat(acquired(pool, true, "rebound.example")).isEqualTo(new OriginFailure.Prohibited());
    }

    @Test
    void aNameIsLookedUpOnceForAConnectionSoThatNoSecondAnswerIsConnectedTo() throws Exception {
        // Had it been looked up once more to connect, the way would have led to loopback.
        names.answers(METADATA);
        names.answers("127.0.0.1");
        assertThat(acquired(pool(LOOPBACK), true, "rebound.example")).isEqualTo(new OriginFailure.Prohibited());
        assertThat(names.asked).containsExactly("rebound.example");
        assertThat(visits).hasValue(0);
    }

    @Test
    void ofSeveralAddressesOnlyThoseAreTriedThatMayBe() throws Exception {
        names.answers(METADATA, "10.0.0.1", "0.0.0.0", "::", "fd00:ec2::254", "127.0.0.1");
        assertConnected(acquired(pool(LOOPBACK), true, "many.example"));
    }

    @Test
    void ofSeveralAddressesThatMustNotBeNoneIsTried() throws Exception {
        names.answers("127.0.0.1", METADATA, "10.0.0.1");
        assertThat(acquired(pool(OriginPolicy.PUBLIC_ONLY), true, "many.example"))
                .isEqualTo(new OriginFailure.Prohibited());
        assertThat(visits).hasValue(0);
    }

    @RepeatedTest(5)
    void anAddressInARecordIsJudgedToo() throws Exception {
        assertConnected(acquired(pool(LOOPBACK), true, METADATA, "127.0.0.1", "::ffff:169.254.169.254"));
        assertThat(acquired(pool(LOOPBACK), true, METADATA)).isEqualTo(new OriginFailure.Prohibited());
        assertThat(acquired(pool(OriginPolicy.PUBLIC_ONLY), true, "::ffff:127.0.0.1"))
                .isEqualTo(new OriginFailure.Prohibited());
        assertThat(names.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2130706433", "127.1", "0x7f.0.0.1", "0177.0.0.1", "0x7f000001", "localhost", "127.0.0.1."})
    void whatOtherProgramsTakeForAnAddressIsANameAndJudgedByItsAnswer(String host) throws Exception {
        names.answers("127.0.0.1");
        assertThat(acquired(pool(OriginPolicy.PUBLIC_ONLY), true, host)).isEqualTo(new OriginFailure.Prohibited());
        assertThat(names.asked).containsExactly(host);
        assertThat(visits).hasValue(0);
    }

    @Test
    void ourOwnListenersAreNotConnectedTo() throws Exception {
        OriginGate gate = new OriginGate(LOOPBACK);
        gate.own(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), origin.getLocalPort()));
        names.answers("127.0.0.1");
        OriginPool pool = pool(gate);
        assertThat(acquired(pool, true, "127.0.0.1")).isEqualTo(new OriginFailure.Ourselves());
        assertThat(acquired(pool, true, "ourselves.example")).isEqualTo(new OriginFailure.Ourselves());
        assertThat(visits).hasValue(0);
    }

    @Test
    void aNameWithoutAnAddressIsUnresolved() throws Exception {
        names.answers();
        assertThat(acquired(pool(LOOPBACK), true, "nowhere.example"))
                .isEqualTo(new OriginFailure.Unresolved("nowhere.example"));
    }

    @Test
    void aConnectionThatIsKeptIsUsedAgainWithoutAnyJudgement() throws Exception {
        names.answers("127.0.0.1");
        names.answers(METADATA);
        OriginPool pool = pool(LOOPBACK);
        Object first = acquired(pool, false, "kept.example");
        assertConnected(first);
        executor.submit(() -> pool.offer((OriginConnection) first)).get();
        assertThat(acquired(pool, false, "kept.example")).isSameAs(first);
        assertThat(names.asked).hasSize(1);
    }
}
