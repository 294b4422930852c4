package dev.selvage.edge.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entries;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgeExplanation.Coverage;
import dev.selvage.model.purge.PurgeExplanation.Meaning;
import dev.selvage.model.purge.PurgeExplanation.State;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgePreview.Neighbour;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PurgerTest {
    private static final String ZONE = "0123456789abcdef0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final MemoryCache cache = new MemoryCache(64 << 20);
    private final PurgeFences fences = new PurgeFences();
    private final PurgeFences.Fence fence = fences.of(ZONE);
    private final HandPurger purger = new HandPurger(cache, fences, PurgeScope.UNKNOWN, Duration.ZERO);

    @AfterEach
    void close() {
        cache.close();
    }

    private static CacheKey key(String target) {
        return CacheKey.of(ZONE, false, "site.example", target);
    }

    private void store(String target, String... headers) {
        Entries.store(cache, fence, key(target), 100, headers);
    }

    private boolean served(String target) {
        return cache.find(key(target), fence, _ -> null, System.currentTimeMillis())
                        instanceof MemoryCache.Stored(var entry)
                && released(entry.fresh(System.currentTimeMillis()), entry.body()::release);
    }

    private static boolean released(boolean fresh, Runnable release) {
        release.run();
        return fresh;
    }

    private PurgeReport last() {
        return purger.reports().getLast();
    }

    @Test
    void aPurgeIsEffectiveAtOnceAndItsSpaceComesBackLater() {
        IntStream.range(0, 10_000).forEach(i -> store("/p/" + i));
        IntStream.range(0, 500).forEach(i -> store("/q/" + i));
        PurgeCommand purge = purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/p")), false, 0);
        assertThat(served("/p/77")).isFalse();
        assertThat(served("/q/77")).isTrue();
        assertThat(cache.count(ZONE)).isEqualTo(10_500);
        PurgeReport effective = last();
        assertThat(effective.purge()).isEqualTo(purge.id());
        assertThat(effective.effectiveAt()).isGreaterThanOrEqualTo(effective.receivedAt());
        assertThat(effective.reclaim()).isEqualTo(PurgeReport.Reclaim.AHEAD);
        purger.reclaim();
        assertThat(cache.count(ZONE)).isEqualTo(500);
        assertThat(last().reclaim().objects()).isEqualTo(10_000);
        assertThat(last().reclaim().bytes()).isGreaterThan(10_000 * 100);
        assertThat(last().reclaim().scanned()).isEqualTo(1);
        assertThat(last().reclaim().endedAt()).isGreaterThanOrEqualTo(effective.effectiveAt());
        assertThat(last().effectiveAt()).isEqualTo(effective.effectiveAt());
        assertThat(fence.names()).as("forgotten").isZero();
        assertThat(served("/q/77")).isTrue();
        assertThat(served("/p/77")).isFalse();
        store("/p/77");
        assertThat(served("/p/77")).isTrue();
    }

    @Test
    void aSoftPurgeLeavesEverythingThereAndStale() {
        store("/p/1");
        store("/p/2");
        purger.purge(ZONE, PurgeSelection.EVERYTHING, true, 0);
        assertThat(served("/p/1")).isFalse();
        assertThat(cache.count(ZONE)).isEqualTo(2);
        purger.reclaim();
        assertThat(last().reclaim().objects())
                .as("one was made stale by who asked for it")
                .isEqualTo(1);
        assertThat(cache.count(ZONE)).isEqualTo(2);
        assertThat(fence.names()).isZero();
        assertThat(served("/p/2")).as("stale for good").isFalse();
        assertThat(cache.peek(key("/p/2")).getFirst().expiredByPurge()).isTrue();
        purger.purge(ZONE, PurgeSelection.EVERYTHING, false, 0);
        purger.reclaim();
        assertThat(cache.count(ZONE)).isZero();
    }

    @Test
    void eachOfManyPurgesCountsWhatItTookAway() {
        IntStream.range(0, 100).forEach(i -> store("/a/" + i, "cache-tag", "t" + i % 2));
        PurgeCommand tag = purger.purge(ZONE, PurgeSelection.ofTags(List.of("t0")), false, 0);
        PurgeCommand prefix = purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/a/")), false, 0);
        PurgeCommand again = purger.purge(ZONE, PurgeSelection.ofHosts(List.of("site.example")), false, 0);
        purger.reclaim();
        assertThat(purger.reports())
                .filteredOn(report -> report.reclaim().endedAt() > 0)
                .extracting(PurgeReport::purge, report -> report.reclaim().objects())
                .containsExactly(tuple(tag.id(), 50L), tuple(prefix.id(), 50L), tuple(again.id(), 0L));
    }

    @Test
    void whereNothingIsStoredAPurgeHasEndedAtOnce() {
        purger.purge(ZONE, PurgeSelection.ofTags(List.of("t")), false, 0);
        assertThat(last().reclaim().endedAt()).isPositive();
        purger.reclaim();
        assertThat(fence.names()).isZero();
    }

    @Test
    void aUrlIsPurgedInAnySchemeAndSpelling() {
        store("/a%20b?x=1");
        store("/a%20b?x=2");
        purger.purge(ZONE, PurgeSelection.ofUrls(List.of(PurgedUrl.of("https://site.example/./a%20b?x=1"))), false, 0);
        assertThat(served("/a%20b?x=1")).isFalse();
        assertThat(served("/a%20b?x=2")).isTrue();
    }

    @Test
    void prefixesAreNormalAsRequestsAre() {
        store("/%C3%BC/x");
        purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/%c3%bc")), false, 0);
        assertThat(served("/%C3%BC/x")).isFalse();
        store("/~u/x");
        purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/b/../%7Eu/")), false, 0);
        assertThat(served("/~u/x")).isFalse();
    }

    @Test
    void theHottestOfWhatWasDroppedAreFetchedAgain() {
        for (int i = 0; i < 20; i++) {
            store("/r/" + i);
            for (int k = 0; k < i; k++) {
                served("/r/" + i);
            }
        }
        purger.purge(ZONE, PurgeSelection.EVERYTHING, false, 3);
        assertThat(purger.rewarmed()).isEmpty();
        purger.reclaim();
        assertThat(purger.rewarmed())
                .extracting(text -> text.substring(text.indexOf("/r/")))
                .containsExactly("/r/19", "/r/18", "/r/17");
    }

    @Test
    void aPreviewSaysWhatAPurgeWouldDropAndDropsNothing() {
        IntStream.range(0, 10).forEach(i -> store("/shop/" + i));
        store("/shopping/1");
        store("/shop");
        store("/other");
        IntStream.range(0, 30).forEach(_ -> served("/shop/3"));
        IntStream.range(0, 10).forEach(_ -> served("/other"));
        PurgePreview preview = purger.agent()
                .preview(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/shop")), PATIENCE)
                .orElseThrow();
        assertThat(preview.objects()).isEqualTo(11);
        assertThat(preview.bytes()).isGreaterThan(1_100);
        assertThat(preview.hits()).isEqualTo(30);
        assertThat(preview.zoneHits()).isEqualTo(40);
        assertThat(preview.originRequestsPerSecond()).isBetween(0.008, 0.0084);
        assertThat(preview.neighbours()).containsExactly(new Neighbour("site.example/shop", "site.example/shopping"));
        assertThat(cache.count(ZONE)).isEqualTo(13);
        assertThat(served("/shop/3")).isTrue();
        assertThat(purger.agent()
                        .preview(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/shop/")), PATIENCE)
                        .orElseThrow()
                        .neighbours())
                .containsExactly(new Neighbour("site.example/shop/", "site.example/shop"));
        assertThat(purger.agent().preview(ZONE, PurgeSelection.EVERYTHING, Duration.ZERO))
                .as("not in time")
                .isEmpty();
        purger.purge(ZONE, PurgeSelection.EVERYTHING, false, 0);
        assertThat(purger.agent()
                        .preview(ZONE, PurgeSelection.EVERYTHING, PATIENCE)
                        .orElseThrow()
                        .objects())
                .as("what is hidden already")
                .isZero();
    }

    @Test
    void anExplanationSaysWhatEachPurgeMeansForWhatIsStored() {
        store("/Shop/a?x=1", "cache-tag", "Red, blue");
        List<PurgeCommand> purges = List.of(
                purger.purge(ZONE, PurgeSelection.ofHosts(List.of("other.example")), false, 0),
                purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/shop")), false, 0),
                purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/Sho")), false, 0),
                purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/Shop/a/")), false, 0),
                purger.purge(
                        ZONE, PurgeSelection.ofUrls(List.of(PurgedUrl.of("http://site.example/Shop/a"))), false, 0),
                purger.purge(ZONE, PurgeSelection.ofTags(List.of("green")), false, 0),
                purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/else")), false, 0),
                purger.purge(ZONE, PurgeSelection.ofTags(List.of("red")), true, 0));
        PurgeExplanation explanation = explained(purges);
        assertThat(explanation.applied()).isEqualTo(8);
        assertThat(explanation.host()).isEqualTo("site.example");
        assertThat(explanation.path()).isEqualTo("/Shop/a");
        PurgeExplanation.Copy copy = explanation.copies().getFirst();
        assertThat(copy.tags()).containsExactly("red", "blue");
        assertThat(copy.state()).isEqualTo(State.STALE);
        assertThat(copy.sequence()).isZero();
        assertThat(copy.purges())
                .extracting(Coverage::meaning)
                .containsExactly(
                        Meaning.OTHER_HOST,
                        Meaning.OTHER_CASE,
                        Meaning.NEIGHBOUR,
                        Meaning.SLASH_AT_END,
                        Meaning.OTHER_QUERY,
                        Meaning.OTHER_TAGS,
                        Meaning.OTHER_PATH,
                        Meaning.COVERS);
        store("/Shop/a?x=1", "cache-tag", "red");
        PurgeExplanation.Copy newer = explained(purges).copies().getFirst();
        assertThat(newer.state()).isEqualTo(State.FRESH);
        assertThat(newer.sequence()).isEqualTo(8);
        assertThat(newer.purges().getLast().meaning()).isEqualTo(Meaning.FETCHED_AFTER);
        purger.purge(ZONE, PurgeSelection.EVERYTHING, false, 0);
        assertThat(explained(purges).copies().getFirst().state()).isEqualTo(State.PURGED);
        purger.reclaim();
        assertThat(explained(purges).copies()).isEmpty();
    }

    private PurgeExplanation explained(List<PurgeCommand> purges) {
        return purger.agent()
                .explain(ZONE, PurgedUrl.of("http://site.example/Shop/a?x=1"), purges, PATIENCE)
                .orElseThrow();
    }

    @Test
    void whoStoresWhileAPurgeIsReclaimedAndForgottenIsHiddenOrNotStored() throws InterruptedException {
        // Born before each purge, stored at any moment of it.
        for (int round = 0; round < 3_000; round++) {
            String target = "/race/" + round % 3;
            store("/race/other");
            PurgeFences.Birth birth = fence.now();
            Thread filling = Thread.ofVirtual().start(() -> Entries.store(cache, fence, birth, key(target)));
            purger.purge(ZONE, PurgeSelection.ofPrefixes(List.of("site.example/race")), false, 0);
            purger.reclaim();
            filling.join();
            assertThat(served(target)).as("round %s", round).isFalse();
        }
    }
}
