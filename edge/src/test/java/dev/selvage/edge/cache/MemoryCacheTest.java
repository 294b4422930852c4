package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.event.MissReason;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryCacheTest {
    private static final long NOW = 1_000_000;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryCache cache = new MemoryCache(1 << 20);
    private final PurgeFences fences = new PurgeFences();
    private final PurgeFences.Fence fence = fences.of("zone");

    @AfterEach
    void nothingLeaks() {
        cache.close();
        assertThat(held()).isZero();
    }

    private long held() {
        return allocator.metric().usedDirectMemory();
    }

    private static CacheKey key(String path) {
        return CacheKey.of("zone", false, "site.example", path);
    }

    private Entry entry(int bytes, Headers headers, Map<String, String> request) {
        Body body = new Body(allocator, Runnable::run, bytes);
        body.append(Unpooled.wrappedBuffer(new byte[bytes]), bytes);
        body.finish(true, Headers.EMPTY);
        return new Entry(
                200,
                headers,
                body,
                bytes,
                new Storing.Yes(60, 0, 0, -1, false),
                fence.now(),
                NOW,
                new Entry.Selection(request::get, Variance.AS_SENT, ""));
    }

    /// Stores as a fill does: its own reference goes afterwards.
    private Entry stored(CacheKey key, int bytes, Headers headers, Map<String, String> request) {
        Entry entry = entry(bytes, headers, request);
        cache.store(key, entry, fence, () -> true);
        entry.body().release();
        return entry;
    }

    private Entry stored(String path, int bytes) {
        return stored(key(path), bytes, Headers.EMPTY, Map.of());
    }

    private @Nullable Entry storedPart(CacheKey key, Map<String, String> request) {
        Entry part = entry(5, Headers.of("vary", "x"), request).partial(new ContentRange(0, 4, 10));
        cache.storePart(key, part, fence, () -> true);
        part.body().release();
        return cache.holds(key, part) ? part : null;
    }

    @Test
    void aPartGivesWayToTheWholeButNotTheOtherWayRound() {
        CacheKey key = key("/part");
        Entry part = storedPart(key, Map.of("x", "1"));
        assertThat(part).isNotNull();
        assertThat(storedPart(key, Map.of("x", "1"))).as("a newer part").isNotNull();
        Entry whole = stored(key, 10, Headers.of("vary", "x"), Map.of("x", "1"));
        assertThat(storedPart(key, Map.of("x", "1"))).isNull();
        assertThat(cache.holds(key, whole)).isTrue();
        assertThat(storedPart(key, Map.of("x", "2"))).as("another variant").isNotNull();
        fences.purgeEverything("zone");
        assertThat(storedPart(key, Map.of("x", "1"))).as("the whole is purged").isNotNull();
        assertThat(cache.holds(key, whole)).isFalse();
    }

    @Test
    void oneEntryIsForgottenWithoutItsVariants() {
        CacheKey key = key("/forgotten");
        Entry one = stored(key, 10, Headers.of("vary", "x"), Map.of("x", "1"));
        Entry other = stored(key, 10, Headers.of("vary", "x"), Map.of("x", "2"));
        cache.forget(key, one);
        assertThat(cache.holds(key, one)).isFalse();
        assertThat(cache.holds(key, other)).isTrue();
        cache.forget(key, one);
        cache.forget(key, other);
        cache.forget(key, other);
        assertThat(cache.holds(key, other)).isFalse();
        assertThat(cache.count()).isZero();
    }

    private MemoryCache.Found find(CacheKey key, Map<String, String> request, long now) {
        MemoryCache.Found found = cache.find(key, fence, request::get, now);
        if (found instanceof MemoryCache.Stored(Entry entry)) {
            entry.body().release();
        }
        return found;
    }

    private @Nullable Entry found(String path) {
        return find(key(path), Map.of(), NOW) instanceof MemoryCache.Stored(Entry entry) ? entry : null;
    }

    @Test
    void whatWasStoredIsFoundUnderItsKeyAlone() {
        Entry entry = stored("/a", 100);
        assertThat(found("/a")).isSameAs(entry);
        assertThat(find(key("/b"), Map.of(), NOW)).isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, true));
        assertThat(cache.count()).isEqualTo(1);
    }

    @Test
    void whatIsFoundIsRetainedForTheReader() {
        Entry entry = stored("/a", 100);
        assertThat(cache.find(key("/a"), fence, _ -> null, NOW)).isInstanceOf(MemoryCache.Stored.class);
        cache.remove(key("/a"));
        assertThat(held()).as("the reader still has it").isEqualTo(100);
        entry.body().release();
        assertThat(held()).isZero();
        assertThat(found("/a")).isNull();
    }

    @Test
    void aNewerResponseTakesThePlaceOfTheOlderOne() {
        stored("/a", 100);
        Entry newer = stored("/a", 70);
        assertThat(found("/a")).isSameAs(newer);
        assertThat(held()).as("the older one's memory is free").isEqualTo(70);
        assertThat(cache.count()).isEqualTo(1);
    }

    @Test
    void storingAConfirmedEntryKeepsItsBody() {
        Entry entry = stored("/a", 100);
        assertThat(entry.body().tryRetain()).isTrue();
        Entry confirmed = entry.confirmed(
                Headers.EMPTY,
                entry.storing(),
                fence.now(),
                NOW + 1,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
        cache.store(key("/a"), confirmed, fence, () -> true);
        entry.body().release();
        assertThat(held()).isEqualTo(100);
        assertThat(found("/a")).isSameAs(confirmed);
    }

    @Test
    void whatIsRenewedMustStillBeThere() {
        Entry entry = stored("/a", 100);
        assertThat(entry.body().tryRetain()).isTrue();
        Entry renewed = entry.confirmed(
                Headers.EMPTY,
                entry.storing(),
                fence.now(),
                NOW + 1,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
        cache.renew(key("/a"), entry, renewed, fence);
        assertThat(found("/a")).isSameAs(renewed);
        cache.remove(key("/a"));
        cache.renew(key("/a"), renewed, entry, fence);
        assertThat(cache.count()).as("what was purged does not come back").isZero();
        entry.body().release();
    }

    @Test
    void variantsAreKeptApart() {
        Headers vary = Headers.of("vary", "accept-encoding");
        Entry gzip = stored(key("/a"), 10, vary, Map.of("accept-encoding", "gzip"));
        Entry brotli = stored(key("/a"), 20, vary, Map.of("accept-encoding", "br"));
        assertThat(find(key("/a"), Map.of("accept-encoding", "gzip"), NOW)).isEqualTo(new MemoryCache.Stored(gzip));
        assertThat(find(key("/a"), Map.of("accept-encoding", "br"), NOW)).isEqualTo(new MemoryCache.Stored(brotli));
        assertThat(find(key("/a"), Map.of(), NOW)).isEqualTo(new MemoryCache.Absent(MissReason.VARY, true));
        Entry newer = stored(key("/a"), 5, vary, Map.of("accept-encoding", "gzip"));
        assertThat(find(key("/a"), Map.of("accept-encoding", "gzip"), NOW)).isEqualTo(new MemoryCache.Stored(newer));
        assertThat(held()).isEqualTo(25);
        cache.remove(key("/a"));
        assertThat(held()).isZero();
    }

    @Test
    void variantsAreBoundedAndTheOldestGo() {
        Headers vary = Headers.of("vary", "accept");
        for (int i = 0; i < 100; i++) {
            stored(key("/a"), 10, vary, Map.of("accept", "v" + i));
        }
        assertThat(held()).isEqualTo(320);
        assertThat(find(key("/a"), Map.of("accept", "v99"), NOW)).isInstanceOf(MemoryCache.Stored.class);
        assertThat(find(key("/a"), Map.of("accept", "v68"), NOW)).isInstanceOf(MemoryCache.Stored.class);
        assertThat(find(key("/a"), Map.of("accept", "v67"), NOW)).isInstanceOf(MemoryCache.Absent.class);
    }

    @Test
    void itHoldsNoMoreThanItMay() {
        for (int i = 0; i < 2_000; i++) {
            stored("/" + i, 10_000);
            assertThat(held()).isLessThanOrEqualTo((1 << 20) + 10_000);
        }
        assertThat(cache.bytes()).isBetween(500_000L, 1L << 20);
        assertThat(held()).isBetween(500_000L, cache.bytes());
        assertThat(cache.count()).isBetween(50L, 104L);
        assertThat(cache.maxBytes()).isEqualTo(1 << 20);
    }

    @Test
    void manySmallEntriesAreCountedWithWhatTheyCostBesidesTheirBytes() {
        for (int i = 0; i < 10_000; i++) {
            stored("/" + i, 1);
        }
        assertThat(cache.count()).isLessThan((1 << 20) / 512);
    }

    @Test
    void whatIsLargerThanTheCacheIsNotKept() {
        stored("/a", 2 << 20);
        assertThat(found("/a")).isNull();
        assertThat(held()).isZero();
    }

    @Test
    void anEntryBornBeforeItsZonesPurgeIsNeverFound() {
        stored("/a", 10);
        fences.purgeEverything("other");
        assertThat(found("/a")).isNotNull();
        fences.purgeEverything("zone");
        assertThat(find(key("/a"), Map.of(), NOW)).isEqualTo(new MemoryCache.Absent(MissReason.PURGED, true));
        Entry newer = stored("/a", 20);
        assertThat(found("/a")).isSameAs(newer);
    }

    @Test
    void whatIsNoLongerAllowedIsNotStored() {
        Entry before = stored("/a", 10);
        Entry late = entry(20, Headers.EMPTY, Map.of());
        cache.store(key("/a"), late, fence, () -> false);
        late.body().release();
        assertThat(held()).isEqualTo(10);
        assertThat(found("/a")).as("what was there stays").isSameAs(before);
        Entry other = entry(20, Headers.EMPTY, Map.of());
        cache.store(key("/b"), other, fence, () -> false);
        other.body().release();
        assertThat(found("/b")).isNull();
        assertThat(held()).isEqualTo(10);
    }

    @Test
    void whatIsGoneAlreadyIsNotStored() {
        Entry gone = entry(20, Headers.EMPTY, Map.of());
        gone.body().release();
        cache.store(key("/a"), gone, fence, () -> true);
        assertThat(found("/a")).isNull();
    }

    @Test
    void aPurgeThatMeetsAStoreComesBeforeItAndIsSeenOrAfterItAndRemoves() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            AtomicBoolean purged = new AtomicBoolean();
            Entry entry = entry(10, Headers.EMPTY, Map.of());
            Thread purger = Thread.ofVirtual().start(() -> {
                purged.set(true);
                cache.remove(key("/a"));
            });
            cache.store(key("/a"), entry, fence, () -> !purged.get());
            entry.body().release();
            purger.join();
            assertThat(found("/a")).as("round %s", round).isNull();
            assertThat(held()).isZero();
        }
    }

    // ---- composed keys

    private static CacheKey composed(String path, String value) {
        return KeyTemplate.ORDINARY
                .write(new CacheKey.Probe(), "zone", Keyed.get(path, "origin", value))
                .copy();
    }

    private @Nullable Entry found(CacheKey key) {
        if (cache.find(key, fence, _ -> null, NOW) instanceof MemoryCache.Stored(Entry entry)) {
            entry.body().release();
            return entry;
        }
        return null;
    }

    @Test
    void aPurgeOfAPrimaryKeyHidesEverythingThatIsComposedFromIt() {
        CacheKey one = composed("/a", "one");
        CacheKey two = composed("/a", "two");
        CacheKey other = composed("/b", "one");
        for (CacheKey key : new CacheKey[] {one, two, other, one.primary()}) {
            stored(key, 10, Headers.EMPTY, Map.of());
        }
        Entry before = Objects.requireNonNull(found(one));
        assertThat(cache.families()).isEqualTo(2);
        cache.purge(one.primary(), fences.next());
        assertThat(found(one)).isNull();
        assertThat(found(two)).isNull();
        assertThat(found(one.primary())).isNull();
        assertThat(found(other)).isNotNull();
        assertThat(cache.holds(one, before))
                .as("so that a 304 does not bring it back")
                .isFalse();
        Entry newer = stored(one, 20, Headers.EMPTY, Map.of());
        assertThat(found(one)).isSameAs(newer);
        assertThat(found(two)).isNull();
    }

    @Test
    void whatIsComposedIsForgottenWithItsLastMember() {
        CacheKey one = composed("/a", "one");
        CacheKey two = composed("/a", "two");
        stored(one, 10, Headers.EMPTY, Map.of());
        stored(one, 10, Headers.EMPTY, Map.of());
        Entry entry = stored(two, 10, Headers.EMPTY, Map.of());
        cache.rememberUncacheable(composed("/c", "x"), NOW + 1_000);
        assertThat(cache.families()).isEqualTo(1);
        cache.remove(one);
        assertThat(cache.families()).isEqualTo(1);
        cache.forget(two, entry);
        assertThat(cache.families()).isZero();
        Entry refused = entry(10, Headers.EMPTY, Map.of());
        cache.store(one, refused, fence, () -> false);
        refused.body().release();
        assertThat(cache.families()).isZero();
        for (int i = 0; i < 3_000; i++) {
            stored(composed("/" + i, "x"), 1_000, Headers.EMPTY, Map.of());
        }
        assertThat(cache.families()).as("what is evicted").isEqualTo((int) cache.count());
    }

    @Test
    void aPurgeThatMeetsAStoreUnderAComposedKeyIsSeenOrHides() throws InterruptedException {
        CacheKey key = composed("/a", "one");
        for (int round = 0; round < 2_000; round++) {
            AtomicBoolean purged = new AtomicBoolean();
            Entry entry = entry(10, Headers.EMPTY, Map.of());
            Thread purger = Thread.ofVirtual().start(() -> {
                purged.set(true);
                cache.purge(key.primary(), fences.next());
            });
            cache.store(key, entry, fence, () -> !purged.get());
            entry.body().release();
            purger.join();
            assertThat(found(key)).as("round %s", round).isNull();
        }
    }

    @Test
    void aKeyIsRememberedAsUncacheableForAWhile() {
        cache.rememberUncacheable(key("/a"), NOW + 1_000);
        assertThat(find(key("/a"), Map.of(), NOW)).isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, false));
        assertThat(find(key("/a"), Map.of(), NOW + 999))
                .isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, false));
        assertThat(find(key("/a"), Map.of(), NOW + 1_000))
                .isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, true));
        cache.rememberUncacheable(key("/a"), NOW + 5_000);
        assertThat(find(key("/a"), Map.of(), NOW + 4_999))
                .isEqualTo(new MemoryCache.Absent(MissReason.FIRST_SEEN, false));
        Entry entry = stored("/a", 10);
        assertThat(found("/a")).as("until something can be stored").isSameAs(entry);
    }

    @Test
    void whatIsStoredOutlivesAnUncacheableResponse() {
        Entry entry = stored("/a", 10);
        cache.rememberUncacheable(key("/a"), NOW + 1_000);
        assertThat(found("/a")).isSameAs(entry);
        assertThat(held()).isEqualTo(10);
    }

    @Test
    void aProbeFindsWhatWasStoredUnderItsCopy() {
        CacheKey.Probe probe = new CacheKey.Probe();
        probe.begin("zone", false);
        probe.append("site.example\n/a");
        Entry entry = stored(probe.finish().copy(), 10, Headers.EMPTY, Map.of());
        probe.begin("zone", true);
        probe.append("site.example\n/a");
        assertThat(find(probe.finish(), Map.of(), NOW)).isInstanceOf(MemoryCache.Absent.class);
        probe.begin("zone", false);
        probe.append("site.example\n/a");
        assertThat(find(probe.finish(), Map.of(), NOW)).isEqualTo(new MemoryCache.Stored(entry));
    }

    @Test
    void lookupsStoresAndRemovalsAtOnceLeakNothing() throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(t);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 2_500; i++) {
                        CacheKey key = key("/" + random.nextInt(40));
                        switch (random.nextInt(8)) {
                            case 0, 1 ->
                                stored(
                                        key,
                                        1 + random.nextInt(60_000),
                                        Headers.of("vary", "accept"),
                                        Map.of("accept", "v" + random.nextInt(3)));
                            case 2 -> cache.remove(key);
                            default -> {
                                if (cache.find(key, fence, _ -> "v1", NOW) instanceof MemoryCache.Stored(Entry entry)) {
                                    if (entry.body().memory() != entry.length()) {
                                        throw new AssertionError("an entry was found whose memory is gone");
                                    }
                                    entry.body().release();
                                }
                            }
                        }
                    }
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
    }

    private Form form(Coding coding, int bytes) {
        Body body = new Body(allocator, Runnable::run, bytes);
        body.append(Unpooled.wrappedBuffer(new byte[bytes]), bytes);
        body.finish(true, Headers.EMPTY);
        return new Form(coding, body);
    }

    @Test
    void aFormIsWeighedOnceItIsCompleteAndGoesWithItsEntry() {
        Entry entry = stored("/a", 10_000);
        long before = cache.bytes();
        assertThat(entry.body().keep(form(Coding.GZIP, 3_000))).isTrue();
        cache.weighAgain(key("/a"));

        assertThat(cache.bytes() - before).isBetween(3_000L, 3_500L);
        assertThat(found("/a")).as("nothing else has changed").isSameAs(entry);
        assertThat(held()).isEqualTo(13_000);
        cache.weighAgain(key("/b"));
        assertThat(cache.count()).isEqualTo(1);
        cache.remove(key("/a"));
        assertThat(held()).isZero();
    }

    @Test
    void aFormThatMakesAnEntryTooHeavyEvictsIt() {
        Entry entry = stored("/a", 600_000);
        assertThat(entry.body().keep(form(Coding.BROTLI, 500_000))).isTrue();
        cache.weighAgain(key("/a"));

        assertThat(found("/a")).isNull();
        assertThat(held()).isZero();
    }

    @Test
    void aConfirmedEntryKeepsTheFormsOfItsBody() {
        Entry entry = stored("/a", 10_000);
        Form form = form(Coding.GZIP, 3_000);
        assertThat(entry.body().keep(form)).isTrue();
        cache.store(
                key("/a"),
                entry.confirmed(
                        Headers.EMPTY,
                        new Storing.Yes(90, 0, 0, -1, false),
                        fence.now(),
                        NOW,
                        new Entry.Selection(_ -> null, Variance.AS_SENT, "")),
                fence,
                () -> true);

        Entry confirmed = Objects.requireNonNull(found("/a"));
        assertThat(confirmed).isNotSameAs(entry);
        assertThat(confirmed.body().form(Coding.GZIP)).isSameAs(form);
    }

    @Test
    void whatTheOriginEncodedAndWhatItDidNotAreKeptSideBySide() {
        Entry gzip =
                stored(key("/a"), 100, Headers.of("content-encoding", "gzip"), Map.of("accept-encoding", "gzip, br"));
        assertThat(find(key("/a"), Map.of(), NOW)).isEqualTo(new MemoryCache.Absent(MissReason.VARY, true));
        Entry plain = stored(key("/a"), 200, Headers.EMPTY, Map.of());

        assertThat(find(key("/a"), Map.of(), NOW)).isEqualTo(new MemoryCache.Stored(plain));
        assertThat(held()).isEqualTo(300);
        Entry newer = stored(key("/a"), 150, Headers.of("content-encoding", "gzip"), Map.of("accept-encoding", "gzip"));
        assertThat(find(key("/a"), Map.of("accept-encoding", "x-gzip;q=0.1"), NOW))
                .isEqualTo(new MemoryCache.Stored(newer));
        assertThat(find(key("/a"), Map.of("accept-encoding", "br"), NOW)).isEqualTo(new MemoryCache.Stored(plain));
        assertThat(gzip.body().tryRetain()).as("replaced by the newer one").isFalse();
        assertThat(held()).isEqualTo(350);
    }
}
