package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ZoneIndexTest {
    private static final String ZONE = "zone";

    private static CacheKey key(int i) {
        return CacheKey.of(ZONE, false, "h" + i % 3, "/a" + i % 7 + "/b" + i % 50 + "/" + i);
    }

    private static PurgeTargets prefix(String host, String path) {
        PurgeTargets targets = PurgeTargets.none();
        targets.addPrefix(new PurgeNames().read(CacheKey.of(ZONE, false, host, path), ZONE.length()));
        return targets;
    }

    private static Place added(ZoneIndex index, int i, long bloom) {
        Place place = new Place(key(i), index);
        assertThat(index.add(place, new PurgeNames().read(key(i), ZONE.length()).signature(), bloom))
                .isTrue();
        return place;
    }

    private static Set<Place> scanned(ZoneIndex index, PurgeSieve sieve) {
        List<Place> found = new ArrayList<>();
        int end = Integer.MAX_VALUE;
        do {
            end = index.scan(sieve, end, found);
        } while (end > 0);
        assertThat(found).doesNotHaveDuplicates();
        return new HashSet<>(found);
    }

    @Test
    void itHoldsExactlyWhatIsThereWhateverComesAndGoes() {
        ZoneIndex index = new ZoneIndex(ZONE);
        Map<Integer, Place> there = new HashMap<>();
        Random random = new Random(7);
        Place keeper = added(index, -1, 0);
        for (int i = 0; i < 60_000; i++) {
            // It grows to many chunks, and shrinks again.
            boolean grow = random.nextInt(10) < (i < 30_000 ? 7 : 3);
            if (grow || there.isEmpty()) {
                there.put(i, added(index, i, 0));
            } else {
                Integer any = there.keySet().iterator().next();
                assertThat(index.remove(Objects.requireNonNull(there.remove(any))))
                        .isFalse();
            }
            if (i % 6_000 == 0) {
                assertThat(index.size()).isEqualTo(there.size() + 1);
                Set<Place> all = new HashSet<>(there.values());
                all.add(keeper);
                assertThat(scanned(index, PurgeSieve.open())).isEqualTo(all);
            }
        }
        there.values().forEach(place -> assertThat(index.remove(place)).isFalse());
        assertThat(index.remove(keeper)).as("the last").isTrue();
        assertThat(index.add(new Place(key(1), index), 0, 0)).as("out of use").isFalse();
    }

    @Test
    void aSieveLetsThroughAllThatIsCoveredAndLittleMore() {
        ZoneIndex index = new ZoneIndex(ZONE);
        for (int i = 0; i < 20_000; i++) {
            added(index, i, 0);
        }
        for (PurgeTargets targets : List.of(
                prefix("h1", "/a3"),
                prefix("h1", "/a3/"),
                prefix("h2", "/"),
                prefix("h1", "/a3/b10/"),
                prefix("h0", key(21).url(ZONE.length()).path()))) {
            PurgeFences.Fence fence = PurgeFences.imagined(ZONE, targets);
            Entry entry = Entries.of(new PurgeFences().of(ZONE).now());
            Set<Place> found = scanned(index, new PurgeSieve().add(targets));
            Set<Place> covered = new HashSet<>();
            for (Place place : scanned(index, PurgeSieve.open())) {
                if (fence.covers(place.key(), entry)) {
                    covered.add(place);
                }
            }
            assertThat(covered).isNotEmpty();
            assertThat(found).containsAll(covered).hasSizeLessThan(covered.size() + 40);
        }
    }

    @Test
    void tagsAreFoundByTheirBitsAndAfterTheyChanged() {
        ZoneIndex index = new ZoneIndex(ZONE);
        Place red = added(index, 1, CacheTags.bits(PurgeNames.tag("red")));
        Place blue = added(index, 2, CacheTags.bits(PurgeNames.tag("blue")));
        Place any = added(index, 3, -1);
        PurgeTargets targets = PurgeTargets.none();
        targets.addTag("RED");
        assertThat(scanned(index, new PurgeSieve().add(targets))).containsExactlyInAnyOrder(red, any);
        index.retag(blue, CacheTags.bits(PurgeNames.tag("red")));
        assertThat(scanned(index, new PurgeSieve().add(targets))).containsExactlyInAnyOrder(red, blue, any);
    }

    @Test
    void whatStaysIsFoundByAScanWhileOthersComeAndGo() throws InterruptedException {
        CacheIndex index = new CacheIndex();
        Set<Place> stay = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 30_000; i++) {
            stay.add(index.join(ZONE, key(i), 0));
        }
        Thread busy = Thread.ofPlatform().start(() -> {
            List<Place> passing = new ArrayList<>();
            Random random = new Random(3);
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                if (passing.size() < 5_000) {
                    passing.add(index.join(ZONE, key(100_000 + i), 0));
                } else {
                    for (int k = 0; k < 4_000; k++) {
                        index.leave(passing.remove(random.nextInt(passing.size())));
                    }
                }
            }
        });
        try {
            for (int round = 0; round < 200; round++) {
                Set<Place> found = new HashSet<>();
                assertThat(index.scan(ZONE, PurgeSieve.open(), found::add, _ -> true))
                        .isTrue();
                assertThat(found.containsAll(stay)).as("round %s", round).isTrue();
            }
        } finally {
            busy.interrupt();
            busy.join();
        }
    }

    @Test
    void aZoneWithNothingStoredTakesNothing() {
        CacheIndex index = new CacheIndex();
        Place place = index.join(ZONE, key(1), 0);
        assertThat(index.size(ZONE)).isEqualTo(1);
        index.leave(place);
        assertThat(index.size(ZONE)).isZero();
        assertThat(index.join(ZONE, key(1), 0).zone).isNotSameAs(place.zone);
    }
}
