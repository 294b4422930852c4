package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class PurgeFencesTest {
    private final PurgeFences fences = new PurgeFences();

    @Test
    void whatWasBornBeforeAPurgeIsHiddenAndWhatIsBornAfterItIsNot() {
        PurgeFences.Fence fence = fences.of("a");
        long before = fences.now();
        assertThat(fence.hides(before)).isFalse();
        fences.purgeEverything("a");
        assertThat(fence.hides(before)).isTrue();
        assertThat(fence.hides(fences.now())).isFalse();
    }

    @Test
    void anotherZonesPurgeHidesNothing() {
        long before = fences.now();
        fences.purgeEverything("b");
        assertThat(fences.of("a").hides(before)).isFalse();
        assertThat(fences.of("b").hides(before)).isTrue();
    }

    @Test
    void aZoneKeepsItsFence() {
        PurgeFences.Fence fence = fences.of("a");
        fences.purgeEverything("a");
        assertThat(fences.of("a")).isSameAs(fence);
    }

    private Entry member(String groups) {
        return new Entry(
                200,
                Headers.of("cache-groups", groups),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                0,
                new Storing.Yes(60, 0, 0, -1, false),
                fences.now(),
                0,
                new Entry.Selection(_ -> null, Variance.AS_SENT, "psite"));
    }

    private void invalidate(String groups) {
        fences.invalidateGroups(
                "a", CacheGroups.invalidatedBy(Headers.of("cache-group-invalidation", groups), "psite"));
    }

    @Test
    void membersOfAnInvalidGroupAreHiddenAndTheirSuccessorsAreNot() {
        PurgeFences.Fence fence = fences.of("a");
        Entry first = member("\"x\", \"y\"");
        Entry other = member("\"z\"");
        Entry none = member("");
        invalidate("\"y\"");
        assertThat(fence.hides(first)).isTrue();
        assertThat(fence.hides(other)).isFalse();
        assertThat(fence.hides(none)).isFalse();
        assertThat(fence.hides(member("\"y\""))).isFalse();
        invalidate("\"Z\", y");
        assertThat(fence.hides(other))
                .as("case counts, and a token is no string")
                .isFalse();
    }

    @Test
    void groupsOfAnotherOriginOfTheZoneAreOthers() {
        Entry entry = member("\"x\"");
        fences.invalidateGroups(
                "a", CacheGroups.invalidatedBy(Headers.of("cache-group-invalidation", "\"x\""), "sother"));
        assertThat(fences.of("a").hides(entry)).isFalse();
    }

    @Test
    void whenNamesAreTooManyToRememberEveryGroupIsHidden() {
        Entry entry = member("\"x\"");
        Entry none = member("");
        for (int i = 0; i < 5_000; i++) {
            invalidate("\"g" + i + "\"");
        }
        assertThat(fences.of("a").hides(entry)).isTrue();
        assertThat(fences.of("a").hides(none)).isFalse();
        assertThat(fences.of("a").hides(member("\"x\""))).isFalse();
    }
}
