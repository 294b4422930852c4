package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheControlTest {
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t"})
    void anAbsentFieldSaysNothing(@Nullable String value) {
        assertThat(CacheControl.parse(value)).isSameAs(CacheControl.NONE);
        assertThat(CacheControl.NONE.present()).isFalse();
    }

    @Test
    void everyDirectiveIsRead() {
        CacheControl all = CacheControl.parse(
                "no-store, no-cache, private, public, must-revalidate, proxy-revalidate, must-understand, immutable,"
                        + " only-if-cached, no-transform, max-age=1, s-maxage=2, stale-while-revalidate=3,"
                        + " stale-if-error=4, max-stale=5, min-fresh=6");
        assertThat(all.present()).isTrue();
        assertThat(List.of(
                        all.noStore(),
                        all.noCache(),
                        all.isPrivate(),
                        all.isPublic(),
                        all.mustRevalidate(),
                        all.proxyRevalidate(),
                        all.mustUnderstand(),
                        all.immutable(),
                        all.onlyIfCached(),
                        all.noTransform()))
                .doesNotContain(false);
        assertThat(List.of(
                        all.maxAge(),
                        all.sMaxAge(),
                        all.staleWhileRevalidate(),
                        all.staleIfError(),
                        all.maxStale(),
                        all.minFresh()))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(all.withheld()).isEmpty();
    }

    @Test
    void unknownDirectivesAreIgnored() {
        assertThat(CacheControl.parse("x=\"no-store, private\", y=no-store, z"))
                .usingRecursiveComparison()
                .ignoringFields("present")
                .isEqualTo(CacheControl.NONE);
    }

    @Test
    void maxStaleWithoutAnArgumentTakesAnyStaleness() {
        assertThat(CacheControl.parse("max-stale").maxStale()).isEqualTo(CacheControl.ANY_STALENESS);
        assertThat(CacheControl.parse("max-stale=x").maxStale()).isZero();
        assertThat(CacheControl.parse("max-age=1").maxStale()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-store",
                "NO-STORE",
                " no-store ",
                ",no-store,",
                "max-age=60,no-store",
                "max-age=60 ,\tno-store",
                "x=\"a\\\"b, c\", no-store",
                "no-store=1",
                "max-age, no-store",
                "=, no-store",
                "x=\"a, no-store",
                "x=\"a\\\", no-store"
            })
    void noStoreIsHeardHoweverItIsWritten(String value) {
        assertThat(CacheControl.parse(value).noStore()).as(value).isTrue();
    }

    @Test
    void aListOfFieldsIsWithheldAndNotTheWholeResponse() {
        CacheControl control = CacheControl.parse("private=\"X-A, x-b\", no-cache=\"Set-Cookie\", max-age=5");
        assertThat(control.isPrivate()).isFalse();
        assertThat(control.noCache()).isFalse();
        assertThat(control.maxAge()).isEqualTo(5);
        assertThat(control.withheld()).containsExactly("x-a", "x-b", "set-cookie");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-cache=\"x\", no-cache",
                "no-cache=x",
                "no-cache=\"\"",
                "no-cache=\" , \"",
                "no-cache=",
                "no-cache=\"x",
                "No-Cache"
            })
    void anythingButAQuotedListMeansTheWholeResponse(String value) {
        assertThat(CacheControl.parse(value).noCache()).as(value).isTrue();
        assertThat(CacheControl.parse(value.replace("no-cache", "private").replace("No-Cache", "Private"))
                        .isPrivate())
                .as(value)
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'max-age=60',                        60",
        "'Max-Age=60',                        60",
        "'max-age = 60 ',                     60",
        "'max-age=\"60\"',                    60",
        "'max-age=060',                       60",
        "'max-age=00000000000000000000060',     60",
        "'max-age=0',                         0",
        "'max-age',                           0",
        "'max-age=',                          0",
        "'max-age=-5',                        0",
        "'max-age=+5',                        0",
        "'max-age=1.5',                       0",
        "'max-age=5s',                        0",
        "'max-age=2147483647',                2147483647",
        "'max-age=2147483649',                2147483648",
        "'max-age=99999999999999999999999',   2147483648",
        "'max-age=60, max-age=30',            30",
        "'max-age=30, max-age=60',            30",
        "'max-age=x, max-age=60',             0",
        "'x-max-age=60',                      -1",
    })
    void anAgeIsAPlainNumberOfSecondsAndTheShortestCounts(String value, long maxAge) {
        assertThat(CacheControl.parse(value).maxAge()).isEqualTo(maxAge);
        assertThat(CacheControl.parse(value.replace("max-age", "s-maxage").replace("Max-Age", "S-MaxAge"))
                        .sMaxAge())
                .isEqualTo(maxAge);
    }
}
