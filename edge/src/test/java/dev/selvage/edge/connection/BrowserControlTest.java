package dev.selvage.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CachePlan.BrowserTtl;
import dev.selvage.edge.cache.CachePlan.BrowserTtl.Form;
import dev.selvage.edge.http.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserControlTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String A_MINUTE_LATER = "Sun, 06 Nov 1994 08:50:37 GMT";
    private static final String A_DAY_LATER = "Mon, 07 Nov 1994 08:49:37 GMT";

    private static @Nullable String rewrite(Form form, int seconds, String... fields) {
        return BrowserControl.rewrite(Headers.of(fields), new BrowserTtl(form, seconds));
    }

    @Test
    void theOriginIsRespected() {
        assertThat(rewrite(Form.RESPECT, 0, "cache-control", "max-age=1")).isNull();
        assertThat(rewrite(Form.RESPECT, 0)).isNull();
    }

    @Test
    void aRuleSaysExactlyHowLong() {
        assertThat(rewrite(Form.EXACTLY, 60, "cache-control", "max-age=999")).isEqualTo("max-age=60");
        assertThat(rewrite(Form.EXACTLY, 0)).isEqualTo("max-age=0");
    }

    @Test
    void aRuleForbidsKeepingIt() {
        assertThat(rewrite(Form.BYPASS, 0, "cache-control", "max-age=999")).isEqualTo("no-store");
    }

    @Test
    void aRuleForbidsItWhereTheOriginSaysNothing() {
        assertThat(rewrite(Form.BYPASS_BY_DEFAULT, 0)).isEqualTo("no-cache");
        assertThat(rewrite(Form.BYPASS_BY_DEFAULT, 0, "cache-control", "max-age=9"))
                .isNull();
        assertThat(rewrite(Form.BYPASS_BY_DEFAULT, 0, "expires", A_DAY_LATER)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'max-age=10',                          'max-age=3600'",
                "'public',                              'public, max-age=3600'",
                "'s-maxage=99999',                      's-maxage=99999, max-age=3600'",
                "'max-age=x',                           'max-age=3600'",
                "'max-age=3599',                        'max-age=3600'",
                "'public, Max-Age = 60 , immutable',    'public, immutable, max-age=3600'",
                "'x=\"a, max-age=1\", max-age=\"1\"', 'x=\"a, max-age=1\", max-age=3600'",
                "'x=\"a\\\", max-age=1\"',           'x=\"a\\\", max-age=1\", max-age=3600'",
                "'x=\"a, max-age=1',                    'x=\"a, max-age=3600'",
                "'x=\"a\\',                           'x=\"a\\, max-age=3600'",
                "'max-age=3600',                        -",
                "'max-age=99999, public',               -",
            })
    void theSettingRaisesWhatIsLowerOrAbsentAndLeavesTheRest(String control, @Nullable String told) {
        assertThat(rewrite(Form.AT_LEAST, 3_600, "cache-control", control)).isEqualTo(told);
    }

    @Test
    void theSettingRaisesWhereTheOriginSaysNothing() {
        assertThat(rewrite(Form.AT_LEAST, 3_600)).isEqualTo("max-age=3600");
    }

    @Test
    void theSettingDoesNotShortenWhatExpiresSays() {
        assertThat(rewrite(Form.AT_LEAST, 3_600, "date", DATE, "expires", A_MINUTE_LATER))
                .isEqualTo("max-age=3600");
        assertThat(rewrite(Form.AT_LEAST, 3_600, "date", DATE, "expires", A_DAY_LATER))
                .isNull();
        assertThat(rewrite(Form.AT_LEAST, 3_600, "date", DATE, "expires", "0")).isEqualTo("max-age=3600");
        assertThat(rewrite(Form.AT_LEAST, 3_600, "date", DATE, "expires", A_DAY_LATER, "cache-control", "max-age=5"))
                .as("max-age is what browsers go by")
                .isEqualTo("max-age=3600");
    }
}
