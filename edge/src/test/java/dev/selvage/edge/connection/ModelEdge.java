package dev.selvage.edge.connection;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.HandMadeLog;
import dev.selvage.edge.config.Lease;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fills;
import dev.selvage.edge.fill.OriginGate;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.loop.Time;
import dev.selvage.edge.purge.HandPurger;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.edge.request.Phases;
import dev.selvage.edge.request.Shared;
import dev.selvage.edge.tier.TierSettings;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.toolkit.lifecycle.Health;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The whole edge of one zone, on loops that run step by step, with visitors and an origin that are played: bytes
/// go in and come out as over TCP, and every response is shown to a [ModelOracle].
final class ModelEdge implements WireChannel.FarEnd, AutoCloseable {
    static final int LOOPS = 2;
    static final int VISITORS = 6;

    private static final String ZONE = "0123456789abcdef0123456789abcdef";
    private static final long START = 1_800_000_000_000L;

    /// The origin's resources last changed one after the other, long ago.
    private static final long CHANGED = 1_000_000_000;

    private static final EdgeSettings SETTINGS = settings();
    private static final OriginPool.Tls TLS = tls();

    final ModelOracle oracle;
    private final long cacheBytes;
    private final boolean byTheLetter;
    private final List<ModelOracle.Asked> requests = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final Map<WireChannel, OriginSide> origins = new LinkedHashMap<>();
    private final List<OriginSide> waiting = new ArrayList<>();
    private final List<OriginSide> growing = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private Program program;
    private boolean refusing;
    private long millis = START;
    private int order;

    /// @param cacheBytes how much memory the cache may take
    /// @param byTheLetter the cache policy is `strict`
    ModelEdge(long cacheBytes, boolean byTheLetter) {
        this.oracle = new ModelOracle(byTheLetter);
        this.cacheBytes = cacheBytes;
        this.byTheLetter = byTheLetter;
        for (int i = 0; i < VISITORS; i++) {
            visitors.add(new Visitor(i));
        }
        program = new Program();
    }

    private static EdgeSettings settings() {
        EdgeSettings defaults = EdgeSettings.defaults(new InetSocketAddress(0));
        return new EdgeSettings(
                defaults.http(),
                LOOPS,
                "DEV",
                defaults.cacheBytes(),
                1 << 20,
                false,
                false,
                List.of(),
                OriginPolicy.NEARBY,
                new EdgeSettings.Rows(1, 1),
                100,
                new EdgeSettings.Limits(1_000, 4_000, 50, 10_000, 4_000, 3),
                EdgeSettings.Timeouts.DEFAULTS,
                EdgeSettings.PURGE_LEASE,
                TierSettings.NONE);
    }

    private static OriginPool.Tls tls() {
        try {
            SslContext context = SslContextBuilder.forClient().build();
            return new OriginPool.Tls(context, context);
        } catch (SSLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    // ---- the program, from start to stop

    private final class Program {
        final PurgeFences fences = new PurgeFences();
        final MemoryCache cache = new MemoryCache(cacheBytes);
        final Fills fills = new Fills(cache, fences, SETTINGS.maxObject(), byTheLetter);
        final HandPurger purger = new HandPurger(cache, fences, PurgeScope.UNKNOWN, Duration.ZERO);
        final Replica replica;
        final List<StepLoop> executors = new ArrayList<>();
        final List<Listener.Lane> lanes = new ArrayList<>();
        final List<OriginPool> pools = new ArrayList<>();

        @SuppressWarnings("unchecked")
        Program() {
            Zones zone = Zones.zone(ZONE, "site.example").host("site.example", "192.0.2.1");
            zone.caching = DefaultCaching.RFC9111;
            zone.cache = new CacheSettings(CacheLevel.AGGRESSIVE, 0, 7_200, 0, false, false, 0);
            HandMadeLog log = new HandMadeLog();
            log.inSnapshot(zone.entry());
            // The model's time has nothing to do with that of the log's reader: nobody is cut off here.
            Lease lease = new Lease(Duration.ofNanos(Long.MAX_VALUE), Time.SYSTEM);
            replica = Replica.start(log, fences, (_, _) -> {}, lease, new Health());
            Shared shared = new Shared(
                    SETTINGS, replica, cache, fills, new Encodings(false, 1, 0), new RateTable(), _ -> false);
            Time time = new Time() {
                @Override
                public long millis() {
                    return millis;
                }

                @Override
                public long nanos() {
                    return millis * 1_000_000;
                }
            };
            for (int i = 0; i < LOOPS; i++) {
                StepLoop executor = new StepLoop(time::nanos);
                Loop loop = new Loop(
                        executor,
                        time,
                        SETTINGS,
                        new LoopRecorder("edge-" + i, "DEV", new RowBudget(1, 1, LOOPS), _ -> true),
                        _ -> "XX");
                OriginPool pool = new OriginPool(
                        loop,
                        SETTINGS,
                        WireChannel.class,
                        DefaultAddressResolverGroup.INSTANCE,
                        new OriginGate(SETTINGS.origins()),
                        TLS);
                loop.start();
                executors.add(executor);
                pools.add(pool);
                lanes.add(new Listener.Lane(loop, new Phases(loop, shared, pool)));
            }
        }

        void runAll() {
            for (int i = 0; i < 100_000; i++) {
                boolean some = false;
                for (StepLoop executor : executors) {
                    some |= executor.step();
                }
                if (!some) {
                    return;
                }
            }
            wrong.add("the loops never come to rest");
        }

        boolean idle() {
            return executors.stream().allMatch(StepLoop::idle);
        }

        void stop() {
            visitors.forEach(Visitor::leave);
            runAll();
            // The origin goes away, so that no fill waits for it, or asks it again.
            boolean refused = refusing;
            refusing = true;
            new ArrayList<>(origins.keySet()).forEach(WireChannel::end);
            runAll();
            refusing = refused;
            for (int i = 0; i < LOOPS; i++) {
                OriginPool pool = pools.get(i);
                executors.get(i).execute(pool::close);
            }
            runAll();
            if (fills.active() != 0) {
                wrong.add(fills.active() + " fills never end");
            }
            for (Listener.Lane lane : lanes) {
                if (lane.loop().watched() != 0) {
                    wrong.add(lane.loop().watched() + " connections never end");
                }
            }
            executors.forEach(StepLoop::end);
            cache.close();
            replica.close();
        }
    }

    // ---- playing

    /// Plays steps and lets what is under way come to an end.
    ///
    /// @return what went wrong, null when nothing did
    @Nullable
    String play(List<Step> steps) {
        for (Step step : steps) {
            order++;
            take(step);
            if (!wrong.isEmpty()) {
                return wrong.getFirst();
            }
        }
        finish();
        return wrong.isEmpty() ? null : wrong.getFirst();
    }

    private void finish() {
        refusing = false;
        visitors.forEach(visitor -> visitor.slow(false));
        program.runAll();
        for (int i = 0; i < 100 && !(waiting.isEmpty() && growing.isEmpty()); i++) {
            order++;
            if (growing.isEmpty()) {
                waiting.getFirst().answer(Step.Script.PLAIN);
            } else {
                growing.getFirst().rest();
            }
            program.runAll();
        }
        for (Visitor visitor : visitors) {
            if (visitor.asked != null) {
                wrong.add("never answered: " + visitor.asked);
            }
        }
    }

    private void take(Step step) {
        switch (step) {
            case Step.Ask ask -> visitors.get(ask.visitor()).ask(ask);
            case Step.Leave(int visitor) -> visitors.get(visitor).leave();
            case Step.Slow(int visitor, boolean on) -> visitors.get(visitor).slow(on);
            case Step.Run(int loop, int tasks) -> {
                for (int i = 0; i < tasks; i++) {
                    program.executors.get(loop).step();
                }
            }
            case Step.RunAll _ -> program.runAll();
            case Step.Answer(int pick, Step.Script script) -> {
                if (!waiting.isEmpty()) {
                    waiting.get(pick % waiting.size()).answer(script);
                }
            }
            case Step.Rest(int pick) -> {
                if (!growing.isEmpty()) {
                    growing.get(pick % growing.size()).rest();
                }
            }
            case Step.Cut(int pick) -> {
                List<OriginSide> all = new ArrayList<>(growing);
                all.addAll(waiting);
                if (!all.isEmpty()) {
                    all.get(pick % all.size()).cut();
                }
            }
            case Step.Refuse(boolean on) -> refusing = on;
            case Step.Advance(int by) -> millis += by;
            case Step.Purge(String path, Step.Reach reach, boolean soft) -> {
                program.purger.purge(ZONE, selection(path, reach), soft, 0);
                boolean all = reach == Step.Reach.HOST || reach == Step.Reach.EVERYTHING;
                for (String each : all ? List.of("/a", "/b?q") : List.of(path)) {
                    if (soft) {
                        oracle.madeStale(each, order, millis);
                    } else {
                        oracle.purged(each, order);
                    }
                }
            }
            case Step.Reclaim _ -> {
                program.purger.reclaim();
                oracle.reclaimed(order);
            }
            case Step.Evict(String path) -> {
                program.cache.remove(CacheKey.of(ZONE, false, "site.example", path));
                oracle.evicted(path, order);
            }
            case Step.Restart _ -> {
                program.stop();
                oracle.restarted(order);
                program = new Program();
            }
        }
    }

    private static PurgeSelection selection(String path, Step.Reach reach) {
        return switch (reach) {
            case URL -> PurgeSelection.ofUrls(List.of(PurgedUrl.of("https://SITE.example" + path)));
            case PREFIX -> PurgeSelection.ofPrefixes(List.of("site.example" + path.replace("?q", "")));
            case TAG -> PurgeSelection.ofTags(List.of("t" + path));
            case HOST -> PurgeSelection.ofHosts(List.of("site.example"));
            case EVERYTHING -> PurgeSelection.EVERYTHING;
        };
    }

    @Override
    public void close() {
        program.stop();
    }

    /// What went wrong while it stopped; null when nothing did.
    @Nullable
    String stopped() {
        wrong.clear();
        program.stop();
        return wrong.isEmpty() ? null : wrong.getFirst();
    }

    // ---- a visitor

    private final class Visitor implements WireChannel.FarEnd {
        private final int number;
        private @Nullable WireChannel channel;
        private ModelOracle.@Nullable Asked asked;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long headAt = -1;

        /// It has been slow, and may have been given up.
        private boolean dawdled;

        Visitor(int number) {
            this.number = number;
        }

        void ask(Step.Ask ask) {
            if (asked != null) {
                return;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("host", "site.example");
            fields.put("x-request", Integer.toString(requests.size()));
            if (ask.tone() > 0) {
                fields.put("x-tone", ask.tone() == 1 ? "warm" : "cold");
            }
            if (ask.size() > 0) {
                fields.put("x-size", "xl");
            }
            if (ask.authorized()) {
                fields.put("authorization", "Basic eDp5");
            }
            if (!ask.language().isEmpty()) {
                fields.put("accept-language", ask.language());
            }
            if (!ask.control().isEmpty()) {
                fields.put("cache-control", ask.control());
            }
            if (!ask.range().isEmpty()) {
                fields.put("range", ask.range());
            }
            condition(ask, fields);
            boolean post = ask.method().equals("POST");
            if (post) {
                fields.put("content-length", "3");
            }
            boolean quiet = cacheBytes > 1 << 20
                    && program.idle()
                    && waiting.isEmpty()
                    && growing.isEmpty()
                    && visitors.stream().allMatch(visitor -> visitor.asked == null);
            ModelOracle.Asked now = new ModelOracle.Asked(
                    requests.size(), ask, fields, order, millis, quiet && oracle.mustHit(ask, fields, millis));
            if (now.mustHit()) {
                oracle.count("must hit");
            }
            requests.add(now);
            asked = now;
            bytes.reset();
            headAt = -1;
            dawdled = channel != null && channel.slow();
            StringBuilder head = new StringBuilder(ask.method() + ' ' + ask.path() + " HTTP/1.1\r\n");
            fields.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            connected().say(latin(head + "\r\n" + (post ? "x=y" : "")), () -> {});
            if (now.mustHit()) {
                program.runAll();
            }
        }

        private void condition(Step.Ask ask, Map<String, String> fields) {
            ModelOracle.Message newest = oracle.newest(ask.path());
            String etag = newest == null ? null : newest.fields.get("etag");
            String date = newest == null ? null : newest.fields.get("last-modified");
            switch (ask.condition()) {
                case NONE -> {}
                case CURRENT_TAG -> fields.put("if-none-match", etag == null ? "\"x\"" : etag);
                case UNKNOWN_TAG -> fields.put("if-none-match", "\"x\"");
                case ANY_TAG -> fields.put("if-none-match", "*");
                case CURRENT_DATE ->
                    fields.put("if-modified-since", date == null ? "Thu, 01 Jan 1970 00:00:00 GMT" : date);
                case CURRENT_RANGE -> fields.put("if-range", etag == null ? "\"x\"" : etag);
                case UNKNOWN_RANGE -> fields.put("if-range", "\"x\"");
            }
        }

        private WireChannel connected() {
            WireChannel open = channel;
            if (open != null && open.isActive()) {
                return open;
            }
            Listener.Lane lane = program.lanes.get(number % LOOPS);
            WireChannel opened = new WireChannel(this);
            opened.pipeline()
                    .addLast(new Http1Connection(opened, lane.loop(), lane.phases(), SETTINGS, false, () -> {}));
            lane.loop().executor().register(opened);
            channel = opened;
            return opened;
        }

        void leave() {
            WireChannel open = channel;
            asked = null;
            channel = null;
            if (open != null) {
                open.slow(false);
                open.end();
            }
        }

        void slow(boolean on) {
            WireChannel open = channel;
            dawdled |= on;
            if (open != null) {
                open.slow(on);
            }
        }

        @Override
        public boolean accepts(WireChannel from) {
            throw new AssertionError("the edge connects to a visitor");
        }

        @Override
        public void received(WireChannel from, byte[] more) {
            if (from.equals(channel)) {
                bytes.writeBytes(more);
                read(false);
            }
        }

        @Override
        public void closed(WireChannel from) {
            if (from.equals(channel)) {
                channel = null;
                read(true);
            }
        }

        private void read(boolean ended) {
            ModelOracle.Asked current = asked;
            if (current == null) {
                if (bytes.size() > 0) {
                    wrong.add("bytes that nobody asked for: " + bytes.toString(StandardCharsets.ISO_8859_1));
                }
                return;
            }
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (ended && dawdled) {
                asked = null;
                bytes.reset();
                return;
            }
            if (head < 0) {
                if (ended) {
                    wrong.add("closed without an answer: " + current);
                }
                return;
            }
            if (headAt < 0) {
                headAt = millis;
            }
            int status = Integer.parseInt(text.substring(9, 12));
            Map<String, String> fields = fields(text.substring(0, head));
            byte[] rest = latin(text.substring(head + 4));
            boolean bodiless = current.ask().method().equals("HEAD") || status == 204 || status == 304;
            byte[] body = bodiless ? new byte[0] : body(fields, rest);
            if (body == null && !ended) {
                return;
            }
            asked = null;
            bytes.reset();
            boolean whole = body != null;
            String problem = oracle.forbidden(
                    current,
                    new ModelOracle.Got(
                            status,
                            fields,
                            whole && body != null ? body : unchunked(fields, rest),
                            whole,
                            dawdled ? current.at() : headAt));
            if (problem != null) {
                wrong.add(problem + "\n  asked: " + current + "\n  got: "
                        + text.substring(0, head).replace("\r\n", " | "));
            }
            String method = current.ask().method();
            if (!method.equals("GET") && !method.equals("HEAD") && status < 400 && whole) {
                // RFC 9111 section 4.4: nothing that the origin was asked for before this may be used from now on.
                oracle.invalidated(current.path(), current, order);
                String location = fields.get("location");
                if (location != null) {
                    oracle.invalidated(location, current, order);
                }
                String group = fields.get("cache-group-invalidation");
                if (group != null) {
                    oracle.invalidated(group, current, order);
                }
            }
        }

        /// The body; null while it is not whole.
        private byte @Nullable [] body(Map<String, String> fields, byte[] rest) {
            String length = fields.get("content-length");
            if (length != null) {
                return rest.length >= Integer.parseInt(length) ? rest : null;
            }
            String text = new String(rest, StandardCharsets.ISO_8859_1);
            return text.endsWith("0\r\n\r\n") && (text.length() == 5 || text.endsWith("\r\n0\r\n\r\n"))
                    ? unchunked(fields, rest)
                    : null;
        }

        private static byte[] unchunked(Map<String, String> fields, byte[] rest) {
            if (fields.containsKey("content-length")) {
                return rest;
            }
            String text = new String(rest, StandardCharsets.ISO_8859_1);
            StringBuilder body = new StringBuilder();
            int at = 0;
            int line = text.indexOf("\r\n", at);
            while (line > at) {
                int size = Integer.parseInt(text.substring(at, line), 16);
                body.append(text, line + 2, Math.min(text.length(), line + 2 + size));
                at = line + 2 + size + 2;
                line = at > text.length() ? -1 : text.indexOf("\r\n", at);
            }
            return latin(body.toString());
        }
    }

    // ---- the origin

    @Override
    public boolean accepts(WireChannel channel) {
        if (refusing) {
            oracle.originFailed("", order);
            return false;
        }
        origins.put(channel, new OriginSide(channel));
        return true;
    }

    @Override
    public void received(WireChannel channel, byte[] bytes) {
        OriginSide side = origins.get(channel);
        if (side != null) {
            side.received(bytes);
        }
    }

    @Override
    public void closed(WireChannel channel) {
        OriginSide side = origins.remove(channel);
        if (side != null) {
            waiting.remove(side);
            growing.remove(side);
            ModelOracle.Asked current = side.asked;
            if (current != null) {
                oracle.originFailed(current.path(), order);
            }
        }
    }

    private final class OriginSide {
        private final WireChannel channel;
        private final StringBuilder in = new StringBuilder();
        private ModelOracle.@Nullable Asked asked;
        private Map<String, String> fields = Map.of();
        private int askedOrder;
        private byte[] rest = new byte[0];
        private boolean closeAfter;
        private ModelOracle.@Nullable Message message;

        OriginSide(WireChannel channel) {
            this.channel = channel;
        }

        void received(byte[] bytes) {
            in.append(new String(bytes, StandardCharsets.ISO_8859_1));
            int head = in.indexOf("\r\n\r\n");
            if (head < 0) {
                return;
            }
            Map<String, String> received = fields(in.substring(0, head));
            int body = Integer.parseInt(received.getOrDefault("content-length", "0"));
            if (in.length() < head + 4 + body) {
                return;
            }
            in.setLength(0);
            ModelOracle.Asked current = requests.get(Integer.parseInt(received.getOrDefault("x-request", "-1")));
            asked = current;
            fields = received;
            askedOrder = order;
            waiting.add(this);
            String problem = oracle.originAsked(current);
            if (problem != null) {
                wrong.add(problem);
            }
        }

        void answer(Step.Script script) {
            ModelOracle.Asked current = asked;
            if (current == null) {
                throw new AssertionError("nothing was asked");
            }
            waiting.remove(this);
            int id = oracle.nextMessage();
            ModelOracle.Message confirmed = script.notModified() ? confirmed() : null;
            if (confirmed == null
                    && script.notModified()
                    && current.ask().method().equals("HEAD")) {
                confirmed = described(current);
            }
            boolean described = confirmed != null && !conditional();
            int status = confirmed == null ? script.status() : described ? confirmed.status : 304;
            byte[] body = new byte[confirmed == null ? script.bytes() : 0];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) ('a' + ((id + 1) * 7_919L + i * 31L + i / 26) % 26);
            }
            Map<String, String> said = said(script, confirmed, id);
            if (described && confirmed != null) {
                said.put("x-serial", Integer.toString(confirmed.id));
                said.put("content-length", Integer.toString(confirmed.body.length));
            }
            ModelOracle.Message made =
                    new ModelOracle.Message(id, current, script, status, body, confirmed, said, askedOrder, order);
            oracle.said(made);
            message = made;
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
            said.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            boolean bodiless = status == 304 || current.ask().method().equals("HEAD");
            byte[] coded = bodiless ? new byte[0] : body;
            closeAfter = false;
            if (confirmed == null) {
                switch (script.framing()) {
                    case LENGTH ->
                        head.append("content-length: ").append(body.length).append("\r\n");
                    case CHUNKED -> {
                        head.append("transfer-encoding: chunked\r\n");
                        coded = bodiless ? coded : chunked(body);
                    }
                    case CLOSE -> {
                        head.append("connection: close\r\n");
                        closeAfter = true;
                    }
                }
            }
            byte[] start = latin(head + "\r\n");
            int first = Math.min(coded.length, script.first());
            byte[] now = Arrays.copyOf(start, start.length + first);
            System.arraycopy(coded, 0, now, start.length, first);
            rest = Arrays.copyOfRange(coded, first, coded.length);
            if (rest.length == 0) {
                complete(made);
            } else {
                growing.add(this);
            }
            boolean all = rest.length == 0;
            channel.say(now, () -> {
                made.readAt = millis;
                made.settledOrder = all ? order : made.settledOrder;
            });
            if (rest.length == 0 && closeAfter) {
                channel.end();
            }
        }

        private boolean conditional() {
            return fields.containsKey("if-none-match") || fields.containsKey("if-modified-since");
        }

        /// What GET would bring, as far as it is known; null when nothing that has a validator.
        private ModelOracle.@Nullable Message described(ModelOracle.Asked head) {
            ModelOracle.Message newest = oracle.newest(head.path());
            return newest != null
                            && !conditional()
                            && newest.request.ask().method().equals("GET")
                            && ModelOracle.sameVariant(newest, head.fields())
                            && (newest.fields.containsKey("etag") || newest.fields.containsKey("last-modified"))
                    ? newest
                    : null;
        }

        /// The message that the request asks about; null when it asks for none that the origin knows.
        private ModelOracle.@Nullable Message confirmed() {
            String method = asked == null ? "" : asked.ask().method();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                return null;
            }
            String tag = fields.get("if-none-match");
            String since = fields.get("if-modified-since");
            for (int id = oracle.nextMessage() - 1; id >= 0; id--) {
                ModelOracle.Message known = oracle.message(id);
                String etag = known.fields.get("etag");
                boolean same = tag != null
                        ? etag != null && tag.contains(etag.replace("W/", ""))
                        : since != null && since.equals(known.fields.get("last-modified"));
                if (same && known.confirmed == null) {
                    return known;
                }
            }
            return null;
        }

        private Map<String, String> said(Step.Script script, ModelOracle.@Nullable Message confirmed, int id) {
            Map<String, String> said = new LinkedHashMap<>();
            said.put("cache-control", script.control().field(id));
            if (script.date()) {
                said.put("date", HttpDate.format(millis / 1_000));
            }
            if (!script.vary().isEmpty()) {
                said.put("vary", script.vary());
            }
            if (script.age() > 0) {
                said.put("age", Integer.toString(script.age()));
            }
            if (script.control().cookie()) {
                said.put("set-cookie", "id=" + id);
            }
            if (asked != null) {
                said.put("cache-tag", "other, T" + asked.path());
            }
            boolean safe = asked == null
                    || asked.ask().method().equals("GET")
                    || asked.ask().method().equals("HEAD");
            if (!script.group().isEmpty()) {
                said.put(safe ? "cache-groups" : "cache-group-invalidation", script.group());
            }
            if (!safe && asked != null) {
                switch (script.about()) {
                    case NOTHING -> {}
                    case TARGET -> said.put("content-location", asked.path());
                    case OTHER -> said.put("location", asked.path().equals("/a") ? "/b?q" : "/a");
                }
            }
            if (confirmed == null) {
                said.put("x-serial", Integer.toString(id));
                if (script.etag()) {
                    said.put("etag", (script.weak() ? "W/" : "") + "\"s" + id + '"');
                }
                if (script.lastModified()) {
                    said.put("last-modified", HttpDate.format(CHANGED + id));
                }
            } else if (script.about() == Step.About.OTHER && conditional()) {
                said.put("etag", "\"another\"");
            } else {
                for (String name : List.of("etag", "last-modified")) {
                    String value = confirmed.fields.get(name);
                    if (value != null) {
                        said.put(name, value);
                    }
                }
            }
            return said;
        }

        void rest() {
            growing.remove(this);
            ModelOracle.Message begun = message;
            if (begun != null) {
                complete(begun);
            }
            channel.say(rest, () -> {
                if (begun != null) {
                    begun.settledOrder = order;
                }
            });
            if (closeAfter) {
                channel.end();
            }
        }

        private void complete(ModelOracle.Message done) {
            done.completeOrder = order;
            asked = null;
        }

        void cut() {
            ModelOracle.Asked current = asked;
            if (current != null) {
                oracle.originFailed(current.path(), order);
            }
            if (message != null && closeAfter && growing.contains(this)) {
                // Nobody can tell this from an end: what came is the whole.
                growing.remove(this);
                rest();
                return;
            }
            if (message != null) {
                message.settledOrder = order;
            }
            waiting.remove(this);
            growing.remove(this);
            channel.end();
        }
    }

    private static byte[] chunked(byte[] body) {
        int half = body.length / 2;
        StringBuilder coded = new StringBuilder();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (String piece : List.of(text.substring(0, half), text.substring(half))) {
            if (!piece.isEmpty()) {
                coded.append(Integer.toHexString(piece.length()))
                        .append(";x\r\n")
                        .append(piece)
                        .append("\r\n");
            }
        }
        return latin(coded + "0\r\n\r\n");
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The fields of a head by lower-case name, several of a name joined.
    private static Map<String, String> fields(String head) {
        Map<String, String> fields = new HashMap<>();
        String[] lines = head.split("\r\n", -1);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            fields.merge(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        return fields;
    }
}
