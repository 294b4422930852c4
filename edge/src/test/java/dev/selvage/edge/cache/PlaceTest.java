package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceTest {
    private static final long HOUR = 3_600_000;
    private static final long NOW = 500_000 * HOUR;

    private final Place place = new Place(CacheKey.of("z", false, "h", "/"), new ZoneIndex("z"));

    @Test
    void hitsCountForAnHour() {
        for (int i = 0; i < 100; i++) {
            place.hit(NOW + HOUR - 1);
        }
        assertThat(place.hits(NOW + HOUR - 1)).isEqualTo(100);
        assertThat(place.hits(NOW + HOUR + HOUR / 2)).as("half an hour later").isEqualTo(50);
        assertThat(place.hits(NOW + 2 * HOUR)).isZero();
    }

    @Test
    void theLastFullHourCountsByTheShareOfItThatLiesWithin() {
        for (int i = 0; i < 100; i++) {
            place.hit(NOW);
        }
        for (int i = 0; i < 10; i++) {
            place.hit(NOW + HOUR + HOUR / 4);
        }
        assertThat(place.hits(NOW + HOUR + HOUR / 4)).isEqualTo(85);
        place.hit(NOW + 3 * HOUR);
        assertThat(place.hits(NOW + 3 * HOUR))
                .as("an hour without any lies between")
                .isEqualTo(1);
    }
}
