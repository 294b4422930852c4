package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(CacheControl.parse(value)).isEqualTo(CacheControl.NONE);
        assertThat(CacheControl.NONE.present()).isFalse();
    }

    @Test
    void everyDirectiveIsRead() {
        assertThat(CacheControl.parse(
                        "no-store, no-cache, private, public, must-revalidate, proxy-revalidate, only-if-cached,"
                                + " max-age=1, s-maxage=2, stale-while-revalidate=3, stale-if-error=4"))
                .isEqualTo(new CacheControl(true, true, true, true, true, true, true, true, 1, 2, 3, 4));
    }

    @Test
    void unknownDirectivesAreIgnored() {
        assertThat(CacheControl.parse("immutable, x=\"no-store, private\", max-stale, y=no-store"))
                .isEqualTo(new CacheControl(true, false, false, false, false, false, false, false, -1, -1, -1, -1));
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
    void aListOfFieldsCountsForTheWholeResponse() {
        CacheControl control = CacheControl.parse("private=\"x-a, x-b\", no-cache=\"set-cookie\", max-age=5");
        assertThat(control.isPrivate()).isTrue();
        assertThat(control.noCache()).isTrue();
        assertThat(control.maxAge()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "'max-age=60',                        60",
        "'Max-Age=60',                        60",
        "'max-age = 60 ',                     60",
        "'max-age=\"60\"',                    60",
        "'max-age=060',                       60",
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
