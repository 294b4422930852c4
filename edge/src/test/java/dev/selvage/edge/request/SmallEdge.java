package dev.selvage.edge.request;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.config.HandMadeLog;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.Lease;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fills;
import dev.selvage.edge.fill.OriginGate;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.HeadScanner;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.loop.Time;
import dev.selvage.edge.purge.HandPurger;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.lifecycle.Health;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// An edge without sockets: one loop, the real phases, zones whose origins have no address, and a
/// visitor that remembers what it is given.
public final class SmallEdge implements AutoCloseable, Visitor {
    /// An address that is trusted as a proxy's.
    public static byte[] proxy() {
        return new byte[] {10, 0, 0, 1};
    }

    /// What the visitor was given.
    ///
    public record Given(
            int status,
            @Nullable Entry entry,
            long start,
            long end,
            long whole,
            boolean withBody,
            long age,
            String cacheStatus,
            String text,
            String fields,
            boolean close) {}

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<RequestEvent> events = new ArrayList<>();
    private final List<Given> given = new ArrayList<>();
    private final MemoryCache cache = new MemoryCache(1 << 20);
    private final PurgeFences fences = new PurgeFences();
    private final Encodings encodings;
    private final Fills fills;
    private final HandMadeLog log = new HandMadeLog();
    private final Replica replica;
    private final Loop loop;
    private final OriginPool pool;
    private final Phases phases;
    private final Exchange exchange;
    private final HostMemory memory = new HostMemory();
    private final RequestParser parser = new RequestParser(1_000, 8_000, 100);

    /// How far the monotonic clock is ahead of the machine's.
    private final AtomicLong aheadNanos = new AtomicLong();

    private final Time time = new Time() {
        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime() + aheadNanos.get();
        }
    };

    /// The visitor's address.
    public byte[] address = {(byte) 192, 0, 2, 7};

    private final byte[] serverAddress = {(byte) 198, 51, 100, 1};

    /// Where visitors are from; asked for once per address.
    public Supplier<String> country = () -> "NL";

    /// Sees each response before it is given.
    public Consumer<Exchange> delivering = _ -> {};

    /// The visitor uses TLS.
    public boolean tls;

    /// The port that the visitor connected to.
    public int port = 80;

    /// @param zones what the edge serves
    public SmallEdge(Zones... zones) {
        this(new Encodings(false, 1, 0), zones);
    }

    /// @param encodings what it compresses; closed with it
    SmallEdge(Encodings encodings, Zones... zones) {
        this.encodings = encodings;
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(0));
        for (Zones zone : zones) {
            log.inSnapshot(zone.entry());
        }
        replica = Replica.start(log, fences, (_, _) -> {}, new Lease(settings.purgeLease(), time), new Health());
        LoopRecorder recorder = new LoopRecorder(
                "edge-0",
                settings.colo(),
                new RowBudget(1_000, 50_000, 1),
                batch -> events.addAll(batch.rows().events()));
        loop = new Loop(channel.eventLoop(), time, settings, recorder, _ -> country.get());
        SslContext context;
        try {
            context = SslContextBuilder.forClient().build();
        } catch (SSLException impossible) {
            throw new IllegalStateException(impossible);
        }
        pool = new OriginPool(
                loop,
                settings,
                NioSocketChannel.class,
                DefaultAddressResolverGroup.INSTANCE,
                new OriginGate(settings.origins()),
                new OriginPool.Tls(context, context));
        fills = new Fills(cache, fences, 1 << 20, false);
        phases = new Phases(
                loop,
                new Shared(
                        settings,
                        replica,
                        cache,
                        fills,
                        encodings,
                        new RateTable(),
                        peer -> peer.length == 4 && peer[0] == 10),
                pool);
        exchange = new Exchange(this, phases);
    }

    /// The exchange that every request of the visitor uses.
    public Exchange exchange() {
        return exchange;
    }

    /// Has the edge know another configuration of a zone before this returns.
    void change(Zones zone) {
        try {
            log.say(zone.entry());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Has the edge hear of no changes for so long.
    void cutOff(Duration length) {
        try {
            log.hang();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        aheadNanos.addAndGet(length.toNanos());
    }

    /// Lets changes arrive again; returns when the edge knows all.
    void heal() {
        try {
            log.heal();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    MemoryCache cache() {
        return cache;
    }

    PurgeFences fences() {
        return fences;
    }

    /// Asks and answers what was given.
    public Given ask(String head) {
        ByteBuf in = Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1);
        if (parser.scan(in) != HeadScanner.Result.COMPLETE) {
            throw new AssertionError(parser.reason());
        }
        given.clear();
        exchange.begin();
        channel.runPendingTasks();
        if (given.size() != 1) {
            throw new AssertionError(given.size() + " responses");
        }
        return given.getFirst();
    }

    public Given get(String target, String... fields) {
        return ask("GET " + target + " HTTP/1.1\r\nHost: site.example\r\n"
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
    }

    /// The row of the last request.
    public RequestEvent event() {
        loop.recorder().handOver();
        return events.getLast();
    }

    /// Puts a complete response in the cache, as a fill for this visitor would.
    ///
    /// @param secondsAgo when it arrived
    Entry store(
            String zone, String host, String target, Storing storing, int secondsAgo, String body, String... fields) {
        return store(200, zone, host, target, storing, secondsAgo, body, fields);
    }

    /// The same with another status.
    Entry storeStatus(int status, String zone, String host, String target, Storing storing, String body) {
        return store(status, zone, host, target, storing, 0, body);
    }

    private Entry store(
            int status,
            String zone,
            String host,
            String target,
            Storing storing,
            int secondsAgo,
            String body,
            String... fields) {
        Body bytes = new Body(UnpooledByteBufAllocator.DEFAULT, channel.eventLoop(), body.length());
        bytes.append(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), body.length());
        bytes.finish(true, Headers.EMPTY);
        Entry entry = new Entry(
                status,
                Headers.of(fields),
                bytes,
                body.length(),
                storing,
                fences.of(zone).now(),
                System.currentTimeMillis() - secondsAgo * 1000L,
                new Entry.Selection(Map.<String, String>of()::get, Variance.AS_SENT, ""));
        cache.store(CacheKey.of(zone, tls, host.toLowerCase(Locale.ROOT), target), entry, fences.of(zone), () -> true);
        bytes.release();
        return entry;
    }

    /// Purges a URL as the edge does.
    void purge(String host, String url) {
        purge(host, PurgeSelection.ofUrls(List.of(PurgedUrl.of(url))), false);
    }

    /// Purges as the edge does.
    void purge(String host, PurgeSelection selection, boolean soft) {
        HostBinding binding = bound(host);
        new HandPurger(cache, fences, binding.purgeScope(), Duration.ZERO)
                .purge(binding.zone().id(), selection, soft, 0);
    }

    HostBinding bound(String host) {
        if (replica.find(host, () -> {}) instanceof Replica.Answer.Bound(HostBinding binding)) {
            return binding;
        }
        throw new AssertionError("no zone has " + host);
    }

    /// Asks for what is not stored, and puts it in the cache under the key of that request.
    CacheKey storeFor(String target, String body, String... fields) {
        return storeFor(new Storing.Yes(600, 0, 0, -1, false), 0, target, body, fields);
    }

    /// The same of what was decided about storing it, so many seconds ago.
    CacheKey storeFor(Storing storing, int secondsAgo, String target, String body, String... fields) {
        get(target, fields);
        CacheKey key = Objects.requireNonNull(exchange.key, "the request is not eligible");
        Body bytes = new Body(UnpooledByteBufAllocator.DEFAULT, channel.eventLoop(), body.length());
        bytes.append(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), body.length());
        bytes.finish(true, Headers.EMPTY);
        PurgeFences.Fence fence = Objects.requireNonNull(exchange.binding).fence();
        Entry entry = new Entry(
                200,
                Headers.EMPTY,
                bytes,
                body.length(),
                storing,
                fence.now(),
                System.currentTimeMillis() - secondsAgo * 1000L,
                new Entry.Selection(Map.<String, String>of()::get, Variance.AS_SENT, ""));
        cache.store(key, entry, fence, () -> true);
        bytes.release();
        return key;
    }

    /// Puts a response that is fresh for a minute in the cache.
    public void store(String zone, String host, String target, int secondsAgo, String body, String... fields) {
        store(zone, host, target, new Storing.Yes(60, 0, 0, -1, false), secondsAgo, body, fields);
    }

    @Override
    public void close() {
        pool.close();
        channel.finishAndReleaseAll();
        encodings.close();
        replica.close();
        cache.close();
    }

    // ---- the visitor

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public byte[] address() {
        return address;
    }

    @Override
    public boolean trusted() {
        return address[0] == 10;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public byte[] serverAddress() {
        return serverAddress;
    }

    @Override
    public boolean tls() {
        return tls;
    }

    @Override
    public String tlsVersion() {
        return tls ? "TLSv1.3" : "none";
    }

    @Override
    public RequestParser head() {
        return parser;
    }

    @Override
    public HostMemory hostMemory() {
        return memory;
    }

    @Override
    public int interim(int status, Headers headers) {
        return 0;
    }

    @Override
    public void deliver(Exchange exchange) {
        delivering.accept(exchange);
        Response response = exchange.response();
        byte[] text = response.text;
        given.add(new Given(
                response.status,
                response.entry,
                response.start,
                response.end,
                response.whole,
                response.withBody,
                response.age,
                said(response),
                text == null ? "" : new String(text, StandardCharsets.UTF_8),
                spelled(response.fields),
                response.close));
        exchange.sent(100);
        exchange.delivered();
    }

    private static String spelled(Headers fields) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            lines.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
        }
        return lines.toString();
    }

    /// The value of `Cache-Status` as it is put together.
    static String said(Response response) {
        return response.cacheStatus + (response.hasTtl ? "; ttl=" + response.ttl : "") + response.cacheStatusDetail;
    }

    @Override
    public void finished(Exchange exchange) {}

    @Override
    public void readBody() {}

    @Override
    public void pause(boolean paused) {}

    @Override
    public void startTunnel(Exchange exchange, Headers headers) {}

    @Override
    public boolean toVisitor(ByteBuf bytes) {
        bytes.release();
        return true;
    }

    @Override
    public void endTunnel() {}
}
