package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandTest {
    private static final long ARRIVED = 1_000_000;

    private static Entry entry(boolean mustRevalidate, String... fields) {
        return new Entry(
                200,
                Headers.of(fields),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                0,
                new Storing.Yes(60, 0, 0, -1, mustRevalidate),
                new PurgeFences.Birth(0, 0),
                ARRIVED,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }

    @ParameterizedTest
    @CsvSource({
        // directives, seconds since it arrived (60 fresh), will do
        "'',              59, true",
        "no-cache,         1, false",
        "max-age=10,      10, true",
        "max-age=10,      11, false",
        "max-age=0,        0, false",
        "min-fresh=10,    50, true",
        "min-fresh=10,    51, false",
        "max-stale=10,    59, true",
        "x=y,             59, true",
    })
    void aFreshEntryWillDo(String said, int age, boolean accepted) {
        assertThat(Demand.of(said, true).acceptsFresh(entry(false), ARRIVED + age * 1000L))
                .isEqualTo(accepted);
        assertThat(Demand.of(said, false).acceptsFresh(entry(false), ARRIVED + age * 1000L))
                .as("heard only by the letter")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                       61, false",
        "max-stale,                 9999, true",
        "max-stale=10,              70, true",
        "max-stale=10,              71, false",
        "'max-stale=10, max-age=65', 66, false",
        "'max-stale, no-cache',     61, false",
        "'max-stale, min-fresh=1',  61, false",
    })
    void aStaleEntryWillDo(String said, int age, boolean accepted) {
        long now = ARRIVED + age * 1000L;
        assertThat(Demand.of(said, true).acceptsStale(entry(false), now)).isEqualTo(accepted);
        assertThat(Demand.of(said, true).acceptsStale(entry(true), now))
                .as("must-revalidate wins")
                .isFalse();
        assertThat(Demand.of(said, false).acceptsStale(entry(false), now)).isFalse();
    }

    @Test
    void whatNeverChangesNeedNotBeReloadedUnlessNoCacheSaysSo() {
        Entry immutable = entry(false, "cache-control", "max-age=60, immutable");
        assertThat(Demand.of("max-age=0", true).acceptsFresh(immutable, ARRIVED))
                .isTrue();
        assertThat(Demand.of("no-cache", true).acceptsFresh(immutable, ARRIVED)).isFalse();
    }

    @Test
    void onlyIfCachedIsAlwaysHeard() {
        assertThat(Demand.of("only-if-cached", false).onlyIfCached()).isTrue();
        assertThat(Demand.of("only-if-cached", true).onlyIfCached()).isTrue();
        assertThat(Demand.of(null, true)).isSameAs(Demand.NONE);
    }
}
