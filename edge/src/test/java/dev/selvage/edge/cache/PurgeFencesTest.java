package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

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
}
