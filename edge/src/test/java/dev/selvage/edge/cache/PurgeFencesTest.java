package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class PurgeFencesTest {
    private static final String ZONE = "a";
    private static final CacheKey KEY = CacheKey.of(ZONE, false, "site.example", "/shop/shoes/red.png?v=1");

    private final PurgeFences fences = new PurgeFences();
    private final PurgeFences.Fence fence = fences.of(ZONE);
    private long sequence;

    private Entry entry(String... headers) {
        return new Entry(
                200,
                Headers.of(headers),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                0,
                new Storing.Yes(60, 0, 0, -1, false),
                fence.now(),
                1_000_000,
                new Entry.Selection(_ -> null, Variance.AS_SENT, "psite"));
    }

    private static PurgeTargets prefix(String host, String path) {
        PurgeTargets targets = PurgeTargets.none();
        targets.addPrefix(new PurgeNames().read(CacheKey.of(ZONE, false, host, path), ZONE.length()));
        return targets;
    }

    private static PurgeTargets url(CacheKey key) {
        PurgeTargets targets = PurgeTargets.none();
        targets.addUrl(new PurgeNames().read(key, ZONE.length()));
        return targets;
    }

    private static PurgeTargets tag(String name) {
        PurgeTargets targets = PurgeTargets.none();
        targets.addTag(name);
        return targets;
    }

    private void apply(PurgeTargets targets) {
        fence.apply(targets, ++sequence, false, 0);
    }

    private boolean hidden(PurgeTargets targets, CacheKey key) {
        Entry entry = entry();
        apply(targets);
        boolean hidden = fence.hides(key, entry);
        assertThat(fence.hides(key, entry())).as("its successor").isFalse();
        return hidden;
    }

    @Test
    void whatWasBornBeforeAPurgeIsHiddenAndWhatIsBornAfterItIsNot() {
        Entry before = entry();
        assertThat(fence.hides(KEY, before)).isFalse();
        apply(PurgeTargets.EVERYTHING);
        assertThat(fence.hides(KEY, before)).isTrue();
        assertThat(fence.hides(KEY, entry())).isFalse();
    }

    @Test
    void anotherZonesPurgeHidesNothing() {
        Entry before = entry();
        fences.purgeEverything("b");
        assertThat(fence.hides(KEY, before)).isFalse();
        assertThat(fences.of("b").hides(KEY, before)).isTrue();
    }

    @Test
    void aZoneKeepsItsFence() {
        fences.purgeEverything(ZONE);
        assertThat(fences.of(ZONE)).isSameAs(fence);
    }

    @Test
    void aPrefixCoversWholeSegmentsOfItsHostInAnyScheme() {
        String host = "site.example";
        for (String covering :
                new String[] {"/shop", "/shop/", "/shop/shoes", "/shop/shoes/", "/shop/shoes/red.png", "/"}) {
            assertThat(hidden(prefix(host, covering), KEY)).as(covering).isTrue();
            assertThat(hidden(prefix(host, covering), CacheKey.of(ZONE, true, host + ":8443", "/shop/shoes/red.png")))
                    .as(covering)
                    .isTrue();
            assertThat(hidden(prefix("other.example", covering), KEY))
                    .as(covering)
                    .isFalse();
        }
        for (String other :
                new String[] {"/sho", "/shop/s", "/shop/shoes/red.png/", "/shop/shoes/red", "/Shop", "/shoes"}) {
            assertThat(hidden(prefix(host, other), KEY)).as(other).isFalse();
        }
        assertThat(hidden(prefix(host, "/shop"), CacheKey.of(ZONE, false, host, "/shop?x")))
                .isTrue();
        assertThat(hidden(prefix(host, "/shop/"), CacheKey.of(ZONE, false, host, "/shop?x/y")))
                .isFalse();
        assertThat(hidden(prefix(host, "/shop"), CacheKey.of(ZONE, false, host, "/shopping")))
                .isFalse();
        assertThat(hidden(prefix(host, "/shop"), CacheKey.of(ZONE, false, host, "/shop//x")))
                .isTrue();
        assertThat(hidden(prefix("[::1]", "/"), CacheKey.of(ZONE, false, "[::1]:8080", "/x")))
                .isTrue();
        assertThat(hidden(prefix("[::1]", "/"), CacheKey.of(ZONE, false, "[::2]:8080", "/x")))
                .isFalse();
    }

    @Test
    void aPrefixMayBeAsDeepAsThirtyOneSlashes() {
        String deep = "/d".repeat(31);
        assertThat(hidden(prefix("h", deep), CacheKey.of(ZONE, false, "h", deep + "/x?y")))
                .isTrue();
        assertThat(hidden(prefix("h", "/d".repeat(30) + "/"), CacheKey.of(ZONE, false, "h", deep)))
                .isTrue();
        assertThat(hidden(prefix("h", deep), CacheKey.of(ZONE, false, "h", "/d".repeat(30))))
                .isFalse();
        assertThat(hidden(
                        url(CacheKey.of(ZONE, false, "h", "/d".repeat(100))),
                        CacheKey.of(ZONE, true, "h", "/d".repeat(100))))
                .isTrue();
    }

    @Test
    void whatIsStoredUnderTheOriginsHostIsAnyVisitors() {
        CacheKey resolved = CacheKey.of(ZONE, false, true, "origin.example", "/a");
        PurgeTargets targets = PurgeTargets.none();
        targets.addPrefix(new PurgeNames().read(CacheKey.of(ZONE, false, true, "site.example", "/a"), ZONE.length()));
        assertThat(hidden(targets, resolved)).isTrue();
        assertThat(hidden(targets, CacheKey.of(ZONE, false, "origin.example", "/a")))
                .isFalse();
    }

    @Test
    void aUrlIsOneWithItsQueryAndInItsCase() {
        assertThat(hidden(url(KEY), KEY)).isTrue();
        assertThat(hidden(url(KEY), CacheKey.of(ZONE, true, "site.example:1", "/shop/shoes/red.png?v=1")))
                .isTrue();
        assertThat(hidden(url(KEY), CacheKey.of(ZONE, false, "site.example", "/shop/shoes/red.png")))
                .isFalse();
        assertThat(hidden(url(KEY), CacheKey.of(ZONE, false, "site.example", "/shop/shoes/red.png?V=1")))
                .isFalse();
        assertThat(hidden(url(KEY), CacheKey.of(ZONE, false, "site.example", "/shop/shoes/Red.png?v=1")))
                .isFalse();
        assertThat(hidden(url(KEY), KEY.ofRange("bytes=0-1"))).isTrue();
    }

    @Test
    void tagsAreComparedWholeAndInAnyCase() {
        Entry entry = entry("cache-tag", "Shoes, red ,,a b", "cache-tag", "x");
        for (String other : new String[] {"shoe", "a b", "a", "", "shoes,red"}) {
            apply(tag(other));
            assertThat(fence.hides(KEY, entry)).as(other).isFalse();
        }
        apply(tag("SHOES"));
        assertThat(fence.hides(KEY, entry)).isTrue();
        assertThat(fence.hides(KEY, entry())).isFalse();
        Entry second = entry("cache-tag", "Shoes, red ,,a b", "cache-tag", "x");
        apply(tag("x"));
        assertThat(fence.hides(KEY, second)).isTrue();
        apply(prefix("other.example", "/"));
        assertThat(fence.hides(KEY, second)).as("still").isTrue();
    }

    @Test
    void moreTagsThanAreReadAreCoveredByEveryPurgeOfATag() {
        Entry entry = entry("cache-tag", "t".repeat(1_000) + ",", "cache-tag", "u".repeat(16 << 10));
        apply(prefix("site.example", "/other"));
        assertThat(fence.hides(KEY, entry)).isFalse();
        apply(tag("anything"));
        assertThat(fence.hides(KEY, entry)).isTrue();
        Entry most = entry("cache-tag", "12345678,".repeat(1_820));
        apply(tag("anything"));
        assertThat(fence.hides(KEY, most)).isFalse();
        apply(tag("12345678"));
        assertThat(fence.hides(KEY, most)).isTrue();
    }

    @Test
    void aSoftPurgeSaysSinceWhenAndTheHarderOneCounts() {
        Entry entry = entry();
        fence.apply(prefix("site.example", "/shop"), 1, true, 1_005_000);
        assertThat(fence.validUntil(KEY, entry)).isEqualTo(1_005_000);
        assertThat(fence.validUntil(KEY, entry())).isEqualTo(PurgeFences.KEPT);
        fence.apply(PurgeTargets.EVERYTHING, 2, true, 1_003_000);
        assertThat(fence.validUntil(KEY, entry)).isEqualTo(1_003_000);
        assertThat(entry.expiredAt(1_003_000).fresh(1_003_000)).isFalse();
        assertThat(entry.expiredAt(1_003_000).fresh(1_002_999)).isTrue();
        apply(url(KEY));
        assertThat(fence.hides(KEY, entry)).isTrue();
    }

    @Test
    void aFillIsSharedOnlyWhileNothingWasPurgedThatItMayBring() {
        long born = fence.now().tick();
        assertThat(fence.shares(KEY, born, null)).isTrue();
        apply(prefix("site.example", "/other"));
        assertThat(fence.shares(KEY, born, null)).isTrue();
        Entry tagged = entry("cache-tag", "t");
        long later = fence.now().tick();
        apply(tag("other"));
        assertThat(fence.shares(KEY, later, null))
                .as("nobody knows its tags yet")
                .isTrue();
        assertThat(fence.shares(KEY, later, tagged)).isTrue();
        apply(tag("t"));
        assertThat(fence.shares(KEY, later, tagged)).isFalse();
        fence.apply(prefix("site.example", "/shop"), 9, true, 5);
        assertThat(fence.shares(KEY, later, null)).as("soft").isFalse();
        assertThat(fence.shares(KEY, fence.now().tick(), null)).isTrue();
    }

    @Test
    void whatIsForgottenKeepsOlderFillsFromStoring() {
        Entry old = entry();
        apply(prefix("site.example", "/elsewhere"));
        assertThat(fence.admits(KEY, old)).isTrue();
        assertThat(fence.names()).isEqualTo(1);
        fence.forget(fence.now().tick());
        assertThat(fence.names()).isZero();
        assertThat(fence.memory()).isZero();
        assertThat(fence.admits(KEY, old)).isFalse();
        assertThat(fence.admits(KEY, entry())).isTrue();
        assertThat(fence.shares(KEY, old.born(), null)).isFalse();
    }

    @Test
    void forgettingTheOlderKeepsTheNewer() {
        Entry entry = entry();
        long first = fence.apply(prefix("site.example", "/a"), 1, false, 0);
        apply(prefix("site.example", "/shop"));
        fence.forget(first);
        assertThat(fence.names()).isEqualTo(1);
        assertThat(fence.hides(KEY, entry)).isTrue();
    }

    @Test
    void beyondItsBoundEverythingOfTheZoneIsPurged() {
        Entry entry = entry();
        PurgeTargets many = PurgeTargets.none();
        for (int i = 0; i <= PurgeFences.Fence.MOST_NAMES; i++) {
            many.addTag("t" + i);
        }
        apply(many);
        assertThat(fence.names()).isZero();
        assertThat(fence.hides(KEY, entry)).isTrue();
        assertThat(fence.hides(KEY, entry())).isFalse();
    }

    @Test
    void aHundredThousandNamesAreFoundAmongEachOther() {
        Entry entry = entry();
        for (int i = 0; i < 100_000; i++) {
            fence.apply(prefix("site.example", "/" + i), ++sequence, i % 2 == 1, i);
        }
        for (int i = 0; i < 100_000; i++) {
            long until = fence.validUntil(CacheKey.of(ZONE, false, "site.example", "/" + i + "/x"), entry);
            assertThat(until).isEqualTo(i % 2 == 1 ? i : PurgeFences.GONE);
        }
        assertThat(fence.validUntil(KEY, entry)).isEqualTo(PurgeFences.KEPT);
        assertThat(fence.memory() / 100_000).isLessThan(200);
    }

    private Entry member(String groups) {
        return entry("cache-groups", groups);
    }

    private void invalidate(String groups) {
        fences.invalidateGroups(
                ZONE, CacheGroups.invalidatedBy(Headers.of("cache-group-invalidation", groups), "psite"));
    }

    @Test
    void membersOfAnInvalidGroupAreHiddenAndTheirSuccessorsAreNot() {
        Entry first = member("\"x\", \"y\"");
        Entry other = member("\"z\"");
        Entry none = member("");
        invalidate("\"y\"");
        assertThat(fence.hides(KEY, first)).isTrue();
        assertThat(fence.hides(KEY, other)).isFalse();
        assertThat(fence.hides(KEY, none)).isFalse();
        assertThat(fence.hides(KEY, member("\"y\""))).isFalse();
        invalidate("\"Z\", y");
        assertThat(fence.hides(KEY, other))
                .as("case counts, and a token is no string")
                .isFalse();
    }

    @Test
    void groupsOfAnotherOriginOfTheZoneAreOthers() {
        Entry entry = member("\"x\"");
        fences.invalidateGroups(
                ZONE, CacheGroups.invalidatedBy(Headers.of("cache-group-invalidation", "\"x\""), "sother"));
        assertThat(fence.hides(KEY, entry)).isFalse();
    }

    @Test
    void whenNamesAreTooManyToRememberEveryGroupIsHidden() {
        Entry entry = member("\"x\"");
        Entry none = member("");
        for (int i = 0; i < 5_000; i++) {
            invalidate("\"g" + i + "\"");
        }
        assertThat(fence.hides(KEY, entry)).isTrue();
        assertThat(fence.hides(KEY, none)).isFalse();
        assertThat(fence.hides(KEY, member("\"x\""))).isFalse();
    }
}
