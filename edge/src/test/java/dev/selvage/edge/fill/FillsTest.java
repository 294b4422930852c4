package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.KeyTemplate;
import dev.selvage.edge.cache.Keyed;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeNames;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Fills that are told by hand what their origin says.
class FillsTest {
    private static final int CACHE = 1 << 20;
    private static final CacheKey KEY = CacheKey.of("z1", false, "site.example", "/a");
    private static final Headers CACHEABLE = Headers.of("cache-control", "max-age=60");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final MemoryCache cache = new MemoryCache(CACHE);
    private final PurgeFences fences = new PurgeFences();
    private final Fills fills = new Fills(cache, fences, 300_000, false);
    private final Loop loop;
    private final OriginPool pool;
    private final List<Body> bodies = new ArrayList<>();

    FillsTest() throws SSLException {
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(0));
        loop = new Loop(
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
    }

    @AfterEach
    void nothingLeaks() {
        channel.runPendingTasks();
        assertThat(fills.active()).isZero();
        cache.close();
        channel.finishAndReleaseAll();
        for (Body body : bodies) {
            assertThat(body.tryRetain()).as("all references are back").isFalse();
        }
    }

    /// Someone who waits for a fill and reads what it is given.
    private final class Waiter implements FillOwner {
        private final Headers fields;
        private final List<Filled> got = new ArrayList<>();
        private final List<String> interim = new ArrayList<>();

        Waiter(String... fields) {
            this.fields = Headers.of(fields);
        }

        Filled outcome() {
            channel.runPendingTasks();
            assertThat(got).hasSize(1);
            return got.getFirst();
        }

        Entry entry() {
            Filled outcome = outcome();
            assertThat(outcome).isInstanceOf(Filled.Use.class);
            return ((Filled.Use) outcome).entry();
        }

        void leave() {
            Entry entry = entry();
            entry.body().leave(this);
            entry.body().release();
            channel.runPendingTasks();
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public Headers fields() {
            return fields;
        }

        @Override
        public void filled(Filled outcome) {
            got.add(outcome);
            if (outcome instanceof Filled.Use(Entry entry, boolean _)) {
                bodies.add(entry.body());
            }
        }

        @Override
        public void interim(int status, Headers headers) {
            assertThat(got).as("not after the final response").isEmpty();
            interim.add(status + " " + headers);
        }

        @Override
        public void bodyWanted() {}

        @Override
        public void fromOrigin(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void originWritable() {}

        @Override
        public void originClosed() {}
    }

    private FillRequest request(@Nullable CacheKey key, @Nullable Entry stale, String... fields) {
        return request(key, stale, Extent.WHOLE, fields);
    }

    private FillRequest request(@Nullable CacheKey key, @Nullable Entry stale, Extent extent, String... fields) {
        CachePlan plan = new CachePlan(
                true,
                MissReason.NONE,
                CacheStatus.MISS,
                false,
                true,
                true,
                7_200,
                null,
                CachePlan.BrowserTtl.RESPECT,
                false,
                true);
        return new FillRequest(
                "z1",
                fences.of("z1"),
                new OriginTarget(List.of(), 80, false, false, null),
                "site.example",
                "GET",
                new byte[0],
                new byte[0],
                false,
                false,
                key,
                key,
                extent,
                plan,
                null,
                0,
                false,
                false,
                stale,
                Headers.of(fields),
                "psite.example",
                null,
                null,
                null);
    }

    /// A fill that has registered itself and waits for its origin, which never fails by itself.
    private Fill begun(@Nullable CacheKey key, @Nullable Waiter owner) {
        Fill fill = new Fill(loop, fills, pool, request(key, null), owner);
        if (key != null) {
            assertThat(fills.publish(key, fill)).isNull();
            fills.begin(fill);
        }
        fill.connected(connection());
        return fill;
    }

    private OriginConnection connection() {
        EmbeddedChannel origin = new EmbeddedChannel();
        OriginConnection connection = new OriginConnection(
                loop,
                new OriginTarget(List.of(), 80, false, false, null),
                "192.0.2.1:80",
                pool,
                origin,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
        origin.pipeline().addLast(connection);
        return connection;
    }

    private static void bytes(Fill fill, int count) {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[count]);
        fill.body(in, count);
        assertThat(in.isReadable()).isFalse();
    }

    private @Nullable Entry stored() {
        if (cache.find(KEY, fences.of("z1"), _ -> null, System.currentTimeMillis())
                instanceof MemoryCache.Stored(Entry entry)) {
            entry.body().release();
            return entry;
        }
        return null;
    }

    private Entry kept() {
        return Objects.requireNonNull(stored(), "nothing is stored");
    }

    private void answer(Fill fill, Headers headers, int... pieces) {
        long sum = 0;
        for (int piece : pieces) {
            sum += piece;
        }
        fill.head(200, headers, sum);
        for (int piece : pieces) {
            bytes(fill, piece);
        }
        fill.end(Headers.EMPTY);
        channel.runPendingTasks();
    }

    // ---- sharing

    @Test
    void aResponseIsStoredAndShared() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Waiter late = new Waiter();
        Fill fill = begun(KEY, owner);
        assertThat(fills.joinable(KEY)).isSameAs(fill);
        fill.join(other);
        channel.runPendingTasks();
        fill.head(200, CACHEABLE, 10);
        fill.join(late);
        assertThat(owner.entry()).isSameAs(other.entry()).isSameAs(late.entry());
        assertThat(owner.entry().body().readers()).isEqualTo(3);
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        assertThat(fills.joinable(KEY)).isNull();
        Entry entry = kept();
        assertThat(entry.length()).isEqualTo(10);
        assertThat(entry.body()).isSameAs(owner.entry().body());
        List.of(owner, other, late).forEach(Waiter::leave);
        Waiter tooLate = new Waiter();
        fill.join(tooLate);
        assertThat(tooLate.outcome()).isInstanceOf(Filled.LookAgain.class);
    }

    @Test
    void whoComesAfterTheHeadGetsNothingThatIsStale() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Waiter late = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.join(other);
        channel.runPendingTasks();
        fill.head(200, Headers.of("cache-control", "max-age=0, stale-while-revalidate=60", "etag", "\"1\""), 10);
        fill.join(late);
        assertThat(other.entry()).as("it came while this one waited").isSameAs(owner.entry());
        assertThat(late.outcome()).isInstanceOf(Filled.GoAlone.class);
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        List.of(owner, other).forEach(Waiter::leave);
    }

    @Test
    void onlyOneFillOfAKeyCanBeJoined() {
        Fill first = begun(KEY, null);
        Fill second = new Fill(loop, fills, pool, request(KEY, null), null);
        assertThat(fills.publish(KEY, second)).isSameAs(first);
        fills.unpublish(KEY, second);
        assertThat(fills.joinable(KEY)).as("only itself can withdraw").isSameAs(first);
        first.failed(new OriginFailure.Exhausted());
        assertThat(fills.joinable(KEY)).isNull();
    }

    @Test
    void anotherVariantGoesAlone() {
        Waiter owner = new Waiter("accept", "a");
        Waiter same = new Waiter("accept", "a");
        Waiter other = new Waiter("accept", "b");
        Fill fill = new Fill(loop, fills, pool, request(KEY, null, "accept", "a"), owner);
        fills.publish(KEY, fill);
        fills.begin(fill);
        fill.connected(connection());
        fill.join(same);
        fill.join(other);
        channel.runPendingTasks();
        answer(fill, Headers.of("cache-control", "max-age=60", "vary", "accept"), 5);
        assertThat(other.outcome()).isInstanceOf(Filled.GoAlone.class);
        owner.leave();
        same.leave();
    }

    @Test
    void whatMayNotBeStoredIsForItsOwnerAloneAndTheKeyIsRemembered() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.join(other);
        channel.runPendingTasks();
        fill.head(200, Headers.of("cache-control", "private"), 10);
        assertThat(other.outcome()).isInstanceOf(Filled.GoAlone.class);
        assertThat(owner.entry().storing()).isEqualTo(new Storing.No(MissReason.PRIVATE));
        assertThat(owner.entry().body().windowed()).isTrue();
        assertThat(fills.joinable(KEY)).isNull();
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        assertThat(cache.find(KEY, fences.of("z1"), _ -> null, System.currentTimeMillis()))
                .isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, false));
        owner.leave();
    }

    @Test
    void interimResponsesAreForTheOwnerAloneAndBeforeTheFinalOne() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.join(other);
        channel.runPendingTasks();
        fill.interim(103, Headers.of("link", "</a>", "connection", "x", "x", "y", "keep-alive", "z"));
        fill.interim(102, Headers.EMPTY);
        answer(fill, CACHEABLE, 5);
        fill.interim(103, Headers.of("link", "</late>"));
        channel.runPendingTasks();
        assertThat(owner.interim).containsExactly("103 link: </a>\n", "102 ");
        assertThat(other.interim).as("it may be about somebody else").isEmpty();
        assertThat(kept().headers().has("link")).isFalse();
        owner.leave();
        other.leave();
    }

    @Test
    void interimResponsesForNobodyAreDropped() {
        Fill fill = begun(KEY, null);
        fill.interim(103, Headers.of("link", "</a>"));
        answer(fill, CACHEABLE, 5);
        assertThat(stored()).isNotNull();
    }

    @Test
    void aFailureIsToldToEverybody() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.join(other);
        channel.runPendingTasks();
        OriginFailure failure = new OriginFailure.TimedOut("192.0.2.1:80");
        fill.failed(failure);
        assertThat(owner.outcome()).isEqualTo(new Filled.Failed(failure));
        assertThat(other.outcome()).isEqualTo(new Filled.Failed(failure));
    }

    @Test
    void anOriginWithoutAnAddressFailsAtOnce() {
        Waiter owner = new Waiter();
        Fill fill = new Fill(loop, fills, pool, request(KEY, null), owner);
        fill.start();
        assertThat(owner.outcome()).isEqualTo(new Filled.Failed(new OriginFailure.Unresolved("(none)")));
    }

    @Test
    void aSwitchOfProtocolsThatNobodyAskedForIsAFailureForEverybody() {
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.join(other);
        channel.runPendingTasks();
        fill.switched(Headers.of("upgrade", "x"));
        assertThat(owner.outcome()).isInstanceOf(Filled.Failed.class);
        assertThat(other.outcome()).isInstanceOf(Filled.Failed.class);
        assertThat(fills.active()).isZero();
    }

    @Test
    void aBodyThatBreaksOffIsBrokenAndNotStored() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, CACHEABLE, 10);
        bytes(fill, 5);
        fill.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
        assertThat(owner.entry().body().state()).isEqualTo(Body.State.BROKEN);
        assertThat(stored()).isNull();
        owner.leave();
    }

    // ---- purges

    private void purge(CacheKey key) {
        PurgeTargets targets = PurgeTargets.none();
        targets.addUrl(new PurgeNames().read(key, "z1".length()));
        fences.of("z1").apply(targets, fences.of("z1").applied() + 1, false, 0);
    }

    @Test
    void aPurgeOfItsKeyKeepsAFillFromStoringAndFromBeingJoined() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, CACHEABLE, 10);
        purge(KEY);
        assertThat(fills.joinable(KEY)).isNull();
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        assertThat(stored()).isNull();
        assertThat(owner.entry().body().state())
                .as("its reader is not disturbed")
                .isEqualTo(Body.State.COMPLETE);
        owner.leave();
        Waiter next = new Waiter();
        answer(begun(KEY, next), CACHEABLE, 10);
        assertThat(stored()).as("what comes after the purge is stored").isNotNull();
        next.leave();
    }

    @Test
    void aPurgeOfAUrlKeepsFillsOfItsComposedKeysFromStoring() {
        CacheKey composed = KeyTemplate.ORDINARY
                .write(new CacheKey.Probe(), "z1", Keyed.get("/a", "origin", "x"))
                .copy();
        assertThat(composed.primary()).isEqualTo(KEY);
        Waiter owner = new Waiter();
        Fill fill = begun(composed, owner);
        fill.head(200, CACHEABLE, 10);
        purge(KEY);
        assertThat(fills.joinable(composed)).isNull();
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        owner.leave();
        assertThat(cache.find(composed, fences.of("z1"), _ -> null, System.currentTimeMillis()))
                .isInstanceOf(MemoryCache.Absent.class);
    }

    @Test
    void aPurgeRemovesWhatIsStored() {
        Waiter owner = new Waiter();
        answer(begun(KEY, owner), CACHEABLE, 10);
        assertThat(stored()).isNotNull();
        purge(CacheKey.of("z1", false, "site.example", "/b"));
        assertThat(stored()).isNotNull();
        purge(KEY);
        assertThat(stored()).isNull();
        owner.leave();
    }

    @Test
    void aPurgeOfAnotherKeyDisturbsNoFill() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        purge(CacheKey.of("z1", false, "site.example", "/b"));
        assertThat(fills.joinable(KEY)).isSameAs(fill);
        answer(fill, CACHEABLE, 10);
        assertThat(stored()).isNotNull();
        owner.leave();
    }

    @Test
    void aPurgeOfItsZoneKeepsAFillFromStoringAndFromBeingJoined() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fences.purgeEverything("z2");
        assertThat(fills.joinable(KEY)).isSameAs(fill);
        fences.purgeEverything("z1");
        assertThat(fills.joinable(KEY)).isNull();
        answer(fill, CACHEABLE, 10);
        assertThat(stored()).isNull();
        owner.leave();
    }

    // ---- bounds

    @Test
    void whatIsAnnouncedTooLargeIsNotStored() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, CACHEABLE, 300_001);
        assertThat(owner.entry().storing()).isEqualTo(new Storing.No(MissReason.TOO_LARGE));
        bytes(fill, 300_001);
        fill.end(Headers.EMPTY);
        assertThat(stored()).isNull();
        owner.leave();
    }

    @Test
    void whatGrowsTooLargeIsNotStored() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, CACHEABLE, -1);
        bytes(fill, 300_000);
        assertThat(owner.entry().body().windowed()).isFalse();
        bytes(fill, 1);
        assertThat(owner.entry().body().windowed()).isTrue();
        assertThat(fills.joinable(KEY)).isNull();
        fill.end(Headers.EMPTY);
        assertThat(stored()).isNull();
        owner.leave();
    }

    @Test
    void bodiesInTheMakingTakeAtMostHalfOfTheCache() {
        assertThat(fills.reserve(CACHE / 2)).isTrue();
        assertThat(fills.reserve(1)).isFalse();
        assertThat(fills.reserve(0)).isTrue();
        fills.giveBack(10);
        assertThat(fills.reserve(11)).isFalse();
        assertThat(fills.reserve(10)).isTrue();
        fills.giveBack(CACHE / 2);
    }

    @Test
    void roomIsGivenBackHoweverAFillEnds() {
        for (int i = 0; i < 20; i++) {
            Waiter owner = new Waiter();
            Fill fill = begun(KEY, owner);
            fill.head(200, CACHEABLE, i % 2 == 0 ? 200_000 : -1);
            bytes(fill, 200_000);
            assertThat(owner.entry().storing()).as("round %s", i).isInstanceOf(Storing.Yes.class);
            assertThat(owner.entry().body().windowed()).as("round %s", i).isFalse();
            if (i % 3 == 0) {
                fill.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
            } else {
                fill.end(Headers.EMPTY);
            }
            owner.leave();
        }
        assertThat(fills.reserve(CACHE / 2)).isTrue();
    }

    @Test
    void whereThereIsNoRoomNothingIsStored() {
        assertThat(fills.reserve(CACHE / 2 - 100)).isTrue();
        Waiter owner = new Waiter();
        answer(begun(KEY, owner), CACHEABLE, 101);
        assertThat(owner.entry().storing()).isEqualTo(new Storing.No(MissReason.TOO_LARGE));
        owner.leave();
        Waiter small = new Waiter();
        answer(begun(KEY, small), CACHEABLE, 100);
        assertThat(stored()).isNotNull();
        small.leave();
    }

    // ---- stale entries

    private Entry stale(String... fields) {
        Waiter owner = new Waiter();
        answer(begun(KEY, owner), Headers.of(fields), 10);
        Entry entry = kept();
        owner.leave();
        assertThat(entry.body().tryRetain()).as("for the fill").isTrue();
        return entry;
    }

    private Fill revalidating(Entry stale, Waiter owner) {
        Fill fill = new Fill(loop, fills, pool, request(KEY, stale), owner);
        fills.publish(KEY, fill);
        fills.begin(fill);
        fill.connected(connection());
        return fill;
    }

    @Test
    void aConfirmedEntryIsFreshAgain() {
        Entry stale = stale("cache-control", "max-age=0", "etag", "\"1\"", "x", "old");
        Waiter owner = new Waiter();
        Fill fill = revalidating(stale, owner);
        fill.head(304, Headers.of("cache-control", "max-age=60", "x", "new"), 0);
        assertThat(owner.outcome()).isInstanceOf(Filled.Use.class);
        assertThat(((Filled.Use) owner.outcome()).confirmed()).isTrue();
        fill.end(Headers.EMPTY);
        Entry now = kept();
        assertThat(now.body()).isSameAs(stale.body());
        assertThat(now.fresh(System.currentTimeMillis())).isTrue();
        assertThat(now.headers().first("x")).isEqualTo("new");
        owner.leave();
    }

    @Test
    void aConfirmedEntryIsAsOldAsItsConfirmation() {
        Entry stale = stale(
                "cache-control", "max-age=60", "etag", "\"1\"", "age", "50", "date", "Sun, 06 Nov 1994 08:49:37 GMT");
        Waiter owner = new Waiter();
        Fill fill = revalidating(stale, owner);
        fill.head(304, Headers.of("cache-control", "max-age=60"), 0);
        fill.end(Headers.EMPTY);
        Entry now = kept();
        assertThat(now.age(System.currentTimeMillis())).isLessThan(5);
        assertThat(now.fresh(System.currentTimeMillis())).isTrue();
        owner.leave();
    }

    @Test
    void aConfirmationThatForbidsStoringRemovesTheEntry() {
        Entry stale = stale("cache-control", "max-age=0", "etag", "\"1\"");
        Waiter owner = new Waiter();
        Fill fill = revalidating(stale, owner);
        fill.head(304, Headers.of("cache-control", "no-store"), 0);
        fill.end(Headers.EMPTY);
        assertThat(stored()).isNull();
        assertThat(owner.entry().body()).isSameAs(stale.body());
        owner.leave();
    }

    @Test
    void aConfirmationThatIsForItsOwnerAloneIsNotShared() {
        Entry stale = stale("cache-control", "max-age=0", "etag", "\"1\"");
        Waiter owner = new Waiter();
        Waiter other = new Waiter();
        Fill fill = revalidating(stale, owner);
        fill.join(other);
        channel.runPendingTasks();
        fill.head(304, Headers.of("cache-control", "max-age=60", "set-cookie", "id=owner"), 0);
        fill.end(Headers.EMPTY);
        assertThat(other.outcome()).isInstanceOf(Filled.GoAlone.class);
        assertThat(owner.entry().headers().first("set-cookie")).isEqualTo("id=owner");
        assertThat(stored()).isNull();
        owner.leave();
    }

    @Test
    void aNewRepresentationTakesTheOldOnesPlace() {
        Entry stale = stale("cache-control", "max-age=0", "etag", "\"1\"");
        Waiter owner = new Waiter();
        Fill fill = revalidating(stale, owner);
        answer(fill, CACHEABLE, 7);
        Entry now = kept();
        assertThat(now.length()).isEqualTo(7);
        owner.leave();
        assertThat(stale.body().tryRetain()).as("the old one is gone").isFalse();
    }

    @Test
    void anErrorOfTheOriginIsToldWhereTheStaleEntryMayStandIn() {
        Entry lenient = stale("cache-control", "max-age=0, stale-if-error=600", "etag", "\"1\"");
        Waiter owner = new Waiter();
        revalidating(lenient, owner).head(503, Headers.EMPTY, 0);
        assertThat(owner.outcome()).isEqualTo(new Filled.Failed(new OriginFailure.AnsweredError(503)));
        cache.remove(KEY);
        Entry plain = stale("cache-control", "max-age=0", "etag", "\"1\"");
        Waiter other = new Waiter();
        Fill fill = revalidating(plain, other);
        fill.head(503, Headers.EMPTY, 0);
        fill.end(Headers.EMPTY);
        assertThat(other.entry().status()).isEqualTo(503);
        other.leave();
    }

    // ---- parts

    private static final Headers TAGGED = Headers.of("cache-control", "max-age=60", "etag", "\"1\"");

    private static Headers part(String contentRange, String... fields) {
        Headers headers = TAGGED.with("content-range", contentRange);
        for (int i = 0; i < fields.length; i += 2) {
            headers = headers.with(fields[i], fields[i + 1]);
        }
        return headers;
    }

    private Fill asking(Extent extent, Waiter owner) {
        Fill fill = new Fill(loop, fills, pool, request(KEY, null, extent), owner);
        assertThat(fills.publish(KEY, fill)).isNull();
        fills.begin(fill);
        fill.connected(connection());
        return fill;
    }

    private Entry storedPart(String contentRange, int count) {
        Waiter owner = new Waiter("range", "bytes=0-");
        Fill fill = asking(new Extent.AsAsked(), owner);
        fill.head(206, part(contentRange), count);
        bytes(fill, count);
        fill.end(Headers.EMPTY);
        Entry entry = kept();
        owner.leave();
        return entry;
    }

    private Fill completing(Entry held, Waiter owner) {
        assertThat(held.body().tryRetain()).isTrue();
        return asking(new Extent.Rest(held), owner);
    }

    @Test
    void aPartIsStoredAsAPartOfTheWhole() {
        Entry entry = storedPart("bytes 10-29/100", 20);
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.part()).isEqualTo(new ContentRange(10, 29, 100));
        assertThat(entry.length()).isEqualTo(20);
        assertThat(entry.headers().has("content-range")).isFalse();
        assertThat(entry.suffices(Headers.of("range", "bytes=10-29")::joined)).isTrue();
        assertThat(entry.suffices(Headers.of("range", "bytes=12-14,20-21")::joined))
                .isTrue();
        assertThat(entry.suffices(Headers.of("range", "bytes=100-")::joined)).isTrue();
        for (String other :
                new String[] {"bytes=9-29", "bytes=10-30", "bytes=10-", "bytes=-1", "bytes=12-14,5-6", "x"}) {
            assertThat(entry.suffices(Headers.of("range", other)::joined))
                    .as(other)
                    .isFalse();
        }
        assertThat(entry.suffices(Headers.EMPTY::joined)).isFalse();
        assertThat(entry.suffices(Headers.of("range", "bytes=12-14", "if-range", "\"2\"")::joined))
                .isFalse();
    }

    @Test
    void aPartThatIsAllThereIsIsTheWhole() {
        assertThat(storedPart("bytes 0-19/20", 20).part()).isNull();
    }

    @Test
    void aPartOfUnknownLengthMustComeToWhatItPromised() {
        for (int count : new int[] {19, 21}) {
            Waiter owner = new Waiter("range", "bytes=0-19");
            Fill fill = asking(new Extent.AsAsked(), owner);
            fill.head(206, part("bytes 0-19/100"), -2);
            bytes(fill, count);
            fill.end(Headers.EMPTY);
            assertThat(stored()).as(count + " bytes").isNull();
            assertThat(owner.entry().body().state()).isEqualTo(Body.State.BROKEN);
            owner.leave();
        }
        Waiter owner = new Waiter("range", "bytes=0-19");
        Fill fill = asking(new Extent.AsAsked(), owner);
        fill.head(206, part("bytes 0-19/100"), -2);
        bytes(fill, 20);
        fill.end(Headers.EMPTY);
        assertThat(kept().length()).isEqualTo(20);
        owner.leave();
    }

    @Test
    void aPartAndItsRestAreTheWhole() {
        Entry held = storedPart("bytes 0-29/100", 30);
        Waiter owner = new Waiter();
        Fill fill = completing(held, owner);
        fill.head(206, part("bytes 30-99/100", "x", "new"), 70);
        assertThat(owner.entry().body().available())
                .as("what is there is there at once")
                .isEqualTo(30);
        bytes(fill, 70);
        fill.end(Headers.EMPTY);
        Entry whole = kept();
        assertThat(whole.part()).isNull();
        assertThat(whole.length()).isEqualTo(100);
        assertThat(whole.headers().first("x")).isEqualTo("new");
        assertThat(whole.headers().has("content-range")).isFalse();
        owner.leave();
        assertThat(held.body().tryRetain()).as("the part is gone").isFalse();
    }

    @Test
    void whatFollowsAPartThatDoesNotBeginAtTheStartMakesALongerPart() {
        Entry held = storedPart("bytes 10-29/100", 20);
        Waiter owner = new Waiter("range", "bytes=20-50");
        Fill fill = completing(held, owner);
        fill.head(206, part("bytes 30-99/100"), 70);
        bytes(fill, 70);
        fill.end(Headers.EMPTY);
        assertThat(kept().part()).isEqualTo(new ContentRange(10, 99, 100));
        owner.leave();
    }

    @Test
    void aRestThatCannotBeCombinedLeadsToTheWhole() {
        Headers[] others = {
            part("bytes 31-99/100"),
            part("bytes 29-99/100"),
            part("bytes 30-98/100"),
            part("bytes 30-99/101"),
            part("bytes 30-100/101"),
            TAGGED,
            Headers.of("cache-control", "max-age=60", "content-range", "bytes 30-99/100"),
            Headers.of("cache-control", "max-age=60", "etag", "\"2\"", "content-range", "bytes 30-99/100"),
            Headers.of("cache-control", "max-age=60", "etag", "W/\"1\"", "content-range", "bytes 30-99/100"),
            Headers.of("cache-control", "no-store", "etag", "\"1\"", "content-range", "bytes 30-99/100"),
        };
        for (Headers other : others) {
            Entry held = storedPart("bytes 0-29/100", 30);
            Waiter owner = new Waiter();
            Fill fill = completing(held, owner);
            fill.head(206, other, -2);
            assertThat(stored()).as("forgotten").isNull();
            // It asks again, of an origin that has no address here.
            assertThat(owner.outcome())
                    .isInstanceOfSatisfying(
                            Filled.Failed.class,
                            failed -> assertThat(failed.failure()).isInstanceOf(OriginFailure.Unresolved.class));
        }
    }

    @Test
    void aPartThatNobodyAskedForGoesToNobodyWhoWantsTheWhole() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        Waiter inside = new Waiter("range", "bytes=3-4");
        Waiter outside = new Waiter("range", "bytes=20-29");
        Waiter all = new Waiter();
        fill.join(inside);
        fill.join(outside);
        fill.join(all);
        channel.runPendingTasks();
        fill.head(206, part("bytes 0-9/100"), 10);
        bytes(fill, 10);
        fill.end(Headers.EMPTY);
        assertThat(owner.outcome())
                .isInstanceOfSatisfying(
                        Filled.Failed.class,
                        failed -> assertThat(failed.failure().status()).isEqualTo(520));
        assertThat(inside.entry().part()).isEqualTo(new ContentRange(0, 9, 100));
        assertThat(outside.outcome()).isInstanceOf(Filled.GoAlone.class);
        assertThat(all.outcome()).isInstanceOf(Filled.GoAlone.class);
        inside.leave();
        assertThat(kept().part()).isNotNull();
    }

    @Test
    void whatIsCutOffIsAPart() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, TAGGED, 100);
        bytes(fill, 40);
        fill.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
        channel.runPendingTasks();
        assertThat(owner.entry().body().state()).isEqualTo(Body.State.BROKEN);
        owner.leave();
        Entry held = kept();
        assertThat(held.part()).isEqualTo(new ContentRange(0, 39, 100));
        Waiter later = new Waiter();
        Fill rest = completing(held, later);
        rest.head(206, part("bytes 40-99/100"), 60);
        bytes(rest, 10);
        rest.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
        later.leave();
        assertThat(kept().part()).as("and longer the next time").isEqualTo(new ContentRange(0, 49, 100));
    }

    @Test
    void whatIsCutOffWithoutAStrongValidatorOrALengthIsNothing() {
        for (Headers headers : new Headers[] {CACHEABLE, CACHEABLE.with("etag", "W/\"1\"")}) {
            Waiter owner = new Waiter();
            Fill fill = begun(KEY, owner);
            fill.head(200, headers, 100);
            bytes(fill, 40);
            fill.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
            assertThat(stored()).isNull();
            owner.leave();
        }
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.head(200, TAGGED, -2);
        bytes(fill, 40);
        fill.failed(new OriginFailure.Closed("192.0.2.1:80"), false);
        assertThat(stored()).isNull();
        owner.leave();
    }

    @Test
    void aPartDoesNotTakeThePlaceOfTheWhole() {
        Waiter owner = new Waiter();
        answer(begun(KEY, owner), TAGGED, 100);
        owner.leave();
        Waiter late = new Waiter("range", "bytes=0-29");
        Fill fill = asking(new Extent.AsAsked(), late);
        fill.head(206, part("bytes 0-29/100"), 30);
        bytes(fill, 30);
        fill.end(Headers.EMPTY);
        late.leave();
        assertThat(kept().part()).isNull();
    }

    // ---- leaving

    @Test
    void aFillThatCanBeStoredGoesOnWithoutItsOwner() {
        Waiter owner = new Waiter();
        Fill fill = begun(KEY, owner);
        fill.ownerLeft(false);
        answer(fill, CACHEABLE, 10);
        assertThat(stored()).isNotNull();
        owner.leave();
    }

    @Test
    void aFillThatIsForItsOwnerAloneEndsWithIt() {
        Waiter owner = new Waiter();
        Fill fill = begun(null, owner);
        fill.ownerLeft(false);
        assertThat(owner.outcome()).isInstanceOf(Filled.Failed.class);
    }
}
