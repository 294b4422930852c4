package dev.selvage.edge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.config.Lease;
import dev.selvage.edge.config.PurgeReceiver;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.connection.Cidrs;
import dev.selvage.edge.connection.Listener;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fills;
import dev.selvage.edge.fill.OriginGate;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.geo.Countries;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.loop.Time;
import dev.selvage.edge.purge.Purger;
import dev.selvage.edge.purge.Rewarmer;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.edge.refill.Refills;
import dev.selvage.edge.request.Phases;
import dev.selvage.edge.request.Rewarming;
import dev.selvage.edge.request.Shared;
import dev.selvage.edge.request.Tracing;
import dev.selvage.edge.tier.PurgeSequences;
import dev.selvage.edge.tier.Tiering;
import dev.selvage.edge.tier.Upper;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.model.purge.PurgeAgent;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReports;
import dev.selvage.model.trace.Tracer;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.metrics.Metrics;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/// A running edge.
public final class Edge implements AutoCloseable {
    private static final long LEAST_ENCODING_MEMORY = 32L << 20;
    private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup loops;
    private final List<Listener.Lane> lanes;
    private final List<OriginPool> pools;
    private final RowBudget budget;
    private final OriginGate gate;
    private final DnsAddressResolverGroup resolvers;
    private final MemoryCache cache;
    private final Fills fills;
    private final Encodings encodings;
    private final RateTable rates = new RateTable();
    private final PurgeSequences sequences = new PurgeSequences();
    private final Tiering tiering;
    private final Refills refills = new Refills();
    private final Purger purger;
    private final Replica replica;
    private final Listener listener;
    private final Loop tracingLoop;
    private final Tracing tracing;
    private volatile int port;
    private volatile Rewarmer rewarmer = Rewarmer.NONE;

    /// The transport of this machine: epoll on Linux, NIO elsewhere.
    private record Transport(
            IoHandlerFactory handler,
            Class<? extends ServerChannel> server,
            Class<? extends SocketChannel> client,
            Class<? extends DatagramChannel> datagram) {
        static Transport ofThisMachine() {
            return Epoll.isAvailable()
                    ? new Transport(
                            EpollIoHandler.newFactory(),
                            EpollServerSocketChannel.class,
                            EpollSocketChannel.class,
                            EpollDatagramChannel.class)
                    : new Transport(
                            NioIoHandler.newFactory(),
                            NioServerSocketChannel.class,
                            NioSocketChannel.class,
                            NioDatagramChannel.class);
        }
    }

    private Edge(
            EdgeSettings settings,
            List<InetSocketAddress> neighbours,
            ChangeLog log,
            TrafficSink sink,
            PurgeReports reports,
            Health health,
            Metrics metrics,
            Trust trust)
            throws IOException {
        if (System.getProperty("io.netty.leakDetection.level") == null) {
            // Its samples cost 4 % of a hit; tests run with it set to paranoid.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        Transport transport = Transport.ofThisMachine();
        Cidrs trusted = new Cidrs(settings.trustedProxies());
        cache = new MemoryCache(settings.cacheBytes());
        PurgeFences fences = new PurgeFences();
        fills = new Fills(cache, fences, settings.maxObject(), settings.byTheLetter());
        encodings = new Encodings(
                settings.compression(),
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                Math.max(LEAST_ENCODING_MEMORY, settings.cacheBytes() / 8));
        tiering = new Tiering(settings.tier(), sequences, settings.timeouts().originFirstByte());
        Lease lease = new Lease(settings.purgeLease(), Time.SYSTEM);
        BooleanSupplier follows = () -> lease.holds(Time.SYSTEM.nanos());
        purger = new Purger(
                new Purger.Pop(settings.colo(), follows, this::purgeScope, () -> port),
                cache,
                fences,
                reports,
                this::rewarm);
        replica = Replica.start(log, fences, new Purges(), lease, health);
        loops = new MultiThreadIoEventLoopGroup(
                settings.threads(), new DefaultThreadFactory("edge", true), transport.handler());
        resolvers = new DnsAddressResolverGroup(new DnsNameResolverBuilder().datagramChannelType(transport.datagram()));
        gate = new OriginGate(settings.origins());
        neighbours.forEach(gate::own);
        Countries countries = Countries.loading();
        Shared shared = new Shared(settings, replica, cache, fills, encodings, rates, trusted, tiering, refills);
        Map<EventLoop, Listener.Lane> byLoop = new HashMap<>();
        lanes = new ArrayList<>();
        pools = new ArrayList<>();
        budget = new RowBudget(settings.rows().perZone(), settings.rows().total(), settings.threads());
        // Of this start alone: with it a batch's source and sequence are never used again.
        String life = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
        for (EventExecutor executor : loops) {
            EventLoop eventLoop = (EventLoop) executor;
            LoopRecorder recorder =
                    new LoopRecorder("edge-" + lanes.size() + "-" + life, settings.colo(), budget, sink);
            Loop loop = new Loop(eventLoop, settings, recorder, countries.newLookup()::country);
            OriginPool pool = new OriginPool(loop, settings, transport.client(), resolvers, gate, trust.tls());
            Listener.Lane lane = new Listener.Lane(loop, new Phases(loop, shared, pool));
            lanes.add(lane);
            pools.add(pool);
            byLoop.put(eventLoop, lane);
            loop.start();
        }
        try {
            listener = new Listener(settings.http(), loops, transport.server(), byLoop, settings, trusted);
        } catch (IOException failure) {
            stopLoops(Duration.ZERO);
            encodings.close();
            replica.close();
            purger.close();
            throw failure;
        }
        tracingLoop = lanes.getFirst().loop();
        tracing = new Tracing(tracingLoop, shared, pools.getFirst());
        Rewarming rewarming = new Rewarming(
                lanes.stream()
                        .map(lane -> new Rewarming.Lane(lane.loop(), lane.phases()))
                        .toList(),
                replica,
                settings.limits());
        rewarmer = rewarming;
        budget.start(sink::share);
        gate.own(listener.address());
        port = listener.port();
        measure(metrics);
        measureRewarming(metrics, rewarming);
        purger.measure(metrics);
        health.report("edge", Health.State.UP, "listening on port " + listener.port());
    }

    /// What the edge believes of origins' certificates.
    private record Trust(OriginPool.Tls tls) {
        static Trust ofThisMachine() throws IOException {
            try {
                SslContext verifying = SslContextBuilder.forClient().build();
                SslContext trusting = SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
                return new Trust(new OriginPool.Tls(verifying, trusting));
            } catch (SSLException failure) {
                throw new IOException("the trusted authorities of this machine cannot be read", failure);
            }
        }
    }

    /// Starts serving what the change log says.
    ///
    /// @param reports told how far each purge is
    /// @param neighbours where the program listens beside the edge: never origins, as the edge itself is none
    /// @throws IOException when the address cannot be bound; the message says what would be right
    public static Edge start(
            EdgeSettings settings,
            List<InetSocketAddress> neighbours,
            ChangeLog log,
            TrafficSink sink,
            PurgeReports reports,
            Health health,
            Metrics metrics)
            throws IOException {
        return new Edge(settings, neighbours, log, sink, reports, health, metrics, Trust.ofThisMachine());
    }

    private void measure(Metrics metrics) {
        Map<String, String> none = Map.of();
        metrics.counter(
                "selvage_edge_connections_accepted", "Visitors' connections accepted", none, listener::accepted);
        metrics.counter(
                "selvage_edge_connections_refused",
                "Visitors' connections closed because there were too many",
                none,
                listener::refused);
        metrics.gauge("selvage_edge_connections", "Visitors' connections open", none, listener::open);
        metrics.gauge("selvage_edge_cache_bytes", "Memory that stored responses take", none, cache::bytes);
        metrics.gauge("selvage_edge_cache_bytes_limit", "Memory that they may take", none, cache::maxBytes);
        metrics.gauge("selvage_edge_cache_resources", "Resources stored", none, cache::count);
        metrics.gauge(
                "selvage_edge_changes_silence_ms",
                "Since when nothing is known of changes; beyond the setting purge.lease the origin is asked each time",
                none,
                () -> replica.lease().silence().toMillis());
        metrics.gauge("selvage_edge_fills", "Fills in progress that may store something", none, fills::active);
        metrics.counter(
                "selvage_edge_origins_refused",
                "Addresses of origins that were not connected to because they are not allowed",
                none,
                gate::refused);
        for (Coding coding : Coding.values()) {
            metrics.counter(
                    "selvage_edge_encodings",
                    "Bodies that the edge began to compress",
                    Map.of("coding", coding.token()),
                    () -> encodings.begun(coding));
        }
        metrics.gauge("selvage_edge_encoding_memory", "Memory that compressing takes", none, encodings::reserved);
        metrics.gauge("selvage_edge_encodings_active", "Bodies being compressed", none, encodings::active);
        metrics.counter(
                "selvage_edge_encodings_declined",
                "Bodies sent as they are because there was no room to compress them",
                none,
                encodings::declined);
        metrics.counter(
                "selvage_edge_encodings_failed",
                "Bodies broken off because compressing them failed",
                none,
                encodings::failures);
        metrics.counter("selvage_edge_encoding_bytes_in", "Bytes compressed", none, encodings::bytesIn);
        metrics.counter("selvage_edge_encoding_bytes_out", "Bytes that they became", none, encodings::bytesOut);
        metrics.counter(
                "selvage_edge_rates_displaced",
                "Keys of rate limits that were forgotten because there were too many",
                none,
                rates::displaced);
        metrics.counter(
                "selvage_edge_rates_uncounted",
                "Requests that a rate limit did not count because its place was busy",
                none,
                rates::uncounted);
        measureTiers(metrics);
        measureRefills(metrics);
        for (int i = 0; i < lanes.size(); i++) {
            Map<String, String> label = Map.of("loop", Integer.toString(i));
            metrics.counter(
                    "selvage_edge_requests",
                    "Requests recorded",
                    label,
                    lanes.get(i).loop().recorder()::requests);
            metrics.counter(
                    "selvage_edge_rows",
                    "Requests kept as rows",
                    label,
                    lanes.get(i).loop().recorder()::rows);
            metrics.counter(
                    "selvage_edge_rows_thinnings",
                    "Times that rows which analytics did not take were thinned; the weights of the others rise",
                    label,
                    lanes.get(i).loop().recorder()::thinnings);
            metrics.gauge("selvage_edge_origin_connections", "Connections to origins", label, pools.get(i)::open);
        }
    }

    private static void measureRewarming(Metrics metrics, Rewarming rewarming) {
        Map<String, String> none = Map.of();
        metrics.gauge(
                "selvage_edge_rewarm_waiting",
                "Purged resources that wait to be fetched again",
                none,
                rewarming::waiting);
        metrics.counter(
                "selvage_edge_rewarm_fetched", "Purged resources that were fetched again", none, rewarming::fetched);
        metrics.counter(
                "selvage_edge_rewarm_failed",
                "Purged resources that could not be fetched again",
                none,
                rewarming::failed);
        metrics.counter(
                "selvage_edge_rewarm_skipped",
                "Purged resources that were left to visitors, because too many waited or their host is gone",
                none,
                rewarming::skipped);
    }

    private void rewarm(String zone, List<CacheKey> keys) {
        rewarmer.rewarm(zone, keys);
    }

    private void measureRefills(Metrics metrics) {
        Map<String, String> none = Map.of();
        metrics.counter(
                "selvage_edge_refills_queued",
                "Fills of what was purged that waited for a turn to ask the origin",
                none,
                refills::queued);
        metrics.counter(
                "selvage_edge_refills_refused",
                "Fills of what was purged that were refused because too many waited",
                none,
                refills::refused);
        metrics.counter(
                "selvage_edge_refills_stale",
                "Requests answered with what a purge made stale because there was no turn to ask the origin",
                none,
                refills::stale);
        metrics.gauge("selvage_edge_refills_waiting", "Fills that wait for a turn", none, refills::waiting);
    }

    private void measureTiers(Metrics metrics) {
        Map<String, String> none = Map.of();
        metrics.counter("selvage_edge_tier_served", "Requests of lower edges", none, tiering::served);
        metrics.counter(
                "selvage_edge_tier_waited",
                "Requests of lower edges that waited for a purge or a configuration that these knew of",
                none,
                tiering::waited);
        metrics.counter(
                "selvage_edge_tier_behind",
                "Requests of lower edges for which it did not come in time, so that the origin was asked",
                none,
                tiering::behind);
        Upper upper = tiering.upper();
        if (upper == null) {
            return;
        }
        metrics.counter("selvage_edge_upper_requests", "Requests to the upper edge", none, upper::asked);
        metrics.counter("selvage_edge_upper_answers", "Its answers that were taken", none, upper::answered);
        metrics.counter(
                "selvage_edge_upper_behind",
                "Its answers that came from the origin because it was behind with a purge",
                none,
                upper::behind);
        metrics.counter(
                "selvage_edge_upper_fallbacks",
                "Requests to the origin because the upper edge had no answer that will do",
                none,
                upper::fellBack);
        metrics.counter(
                "selvage_edge_upper_passed_by",
                "Requests to the origin because the upper edge had failed before",
                none,
                upper::passedBy);
    }

    /// Tells all whom a purge concerns.
    private final class Purges implements PurgeReceiver {
        @Override
        public void apply(PurgeCommand command, PurgeScope scope) {
            // Before any fill can be younger than it: what such a fill asks an upper edge for must not be older.
            sequences.begin(command.zone(), command.sequence(), command.acceptedAt() / 1_000);
            refills.purging(fills.fence(command.zone()), System.nanoTime());
            purger.apply(command, scope);
        }

        @Override
        public void skip(PurgeCommand command) {
            sequences.begin(command.zone(), command.sequence(), command.acceptedAt() / 1_000);
            purger.skip(command);
        }
    }

    /// What the rules of a zone make of URLs; asked after the replica has started.
    private PurgeScope purgeScope(String zone) {
        return replica.scope(zone);
    }

    /// What the management plane can ask about purges.
    public PurgeAgent purgeAgent() {
        return purger;
    }

    /// Says what would happen to a request.
    public Tracer tracer() {
        return (asked, patience) -> {
            try {
                return CompletableFuture.supplyAsync(() -> tracing.trace(asked), tracingLoop.executor())
                        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException | ExecutionException | TimeoutException _) {
                return new Tracer.Answer.Unavailable();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return new Tracer.Answer.Unavailable();
            }
        };
    }

    /// Why this edge never connects to an origin at `address`, a resolved one; empty when it may.
    public Optional<String> refuses(InetSocketAddress address) {
        return gate.judge(address).map(OriginGate.Refusal::why);
    }

    /// The port that visitors connect to in the clear.
    public int httpPort() {
        return listener.port();
    }

    /// Accepts nobody more, lets requests under way finish for at most `patience`, hands over what was
    /// recorded, stops.
    public void drain(Duration patience) {
        listener.drain();
        long deadline = System.nanoTime() + patience.toNanos();
        while (listener.open() > 0 && System.nanoTime() - deadline < 0) {
            pause();
        }
        stopLoops(HAND_OVER_PATIENCE);
        budget.close();
        encodings.close();
        replica.close();
        purger.close();
        cache.close();
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopLoops(Duration patience) {
        CountDownLatch handedOver = new CountDownLatch(lanes.size());
        long deadline = System.nanoTime() + patience.toNanos();
        for (int i = 0; i < lanes.size(); i++) {
            Loop loop = lanes.get(i).loop();
            OriginPool pool = pools.get(i);
            loop.executor().execute(() -> {
                pool.close();
                handOver(loop, deadline, handedOver);
            });
        }
        try {
            handedOver.await(patience.toMillis() + 100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        resolvers.close();
        loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1_000);
    }

    /// Hands over until the sink has taken everything; it may be full for a moment.
    private static void handOver(Loop loop, long deadline, CountDownLatch done) {
        if (loop.recorder().handOver() || System.nanoTime() - deadline > 0) {
            done.countDown();
        } else {
            loop.executor().schedule(() -> handOver(loop, deadline, done), 10, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
