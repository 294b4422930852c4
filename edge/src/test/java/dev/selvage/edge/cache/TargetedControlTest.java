package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetedControlTest {
    private static CacheControl control(String... fields) {
        return Objects.requireNonNull(TargetedControl.of(Headers.of(fields)));
    }

    @Test
    void theNearestTargetWins() {
        String[] both = {"cdn-cache-control", "max-age=1", "cloudflare-cdn-cache-control", "max-age=2"};
        assertThat(control(both).maxAge()).isEqualTo(2);
        both[3] = "max-age=&";
        assertThat(control(both).maxAge()).as("an invalid one is passed over").isEqualTo(1);
        assertThat(TargetedControl.of(Headers.of("cache-control", "max-age=1"))).isNull();
    }

    @Test
    void directivesAreMembersOfADictionary() {
        CacheControl read = control(
                "cdn-cache-control",
                "max-age=1;ext=2, s-maxage=3, no-store, public=?1, private=?0, unknown=(a b), no-cache=\"x, y\"",
                "cdn-cache-control",
                "must-revalidate, stale-if-error=4");
        assertThat(read.maxAge()).isEqualTo(1);
        assertThat(read.sMaxAge()).isEqualTo(3);
        assertThat(read.staleIfError()).isEqualTo(4);
        assertThat(read.noStore()).isTrue();
        assertThat(read.isPublic()).isTrue();
        assertThat(read.isPrivate()).isFalse();
        assertThat(read.mustRevalidate()).isTrue();
        assertThat(read.noCache()).isFalse();
        assertThat(read.withheld()).containsExactly("x", "y");
    }

    @Test
    void ofAMemberThatComesTwiceTheLastCounts() {
        assertThat(control("cdn-cache-control", "max-age=1, max-age=2").maxAge())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "max-age=10, &&&",
                "max-age=\"10\"",
                "max-age=1.5",
                "max-age=-1",
                "max-age",
                "Max-Age=10",
                "max-age =10",
                "max-age= 10",
                "max-age=10,",
                "max-age=9999999999999999",
                "no-store=1",
                "no-store=\"a\"",
                "private=(a b)",
                "no-cache=\"unclosed",
                "é=1",
                "a=\"\u007f\""
            })
    void whatIsNotValidIsIgnoredWhole(String value) {
        assertThat(TargetedControl.parse(value)).as(value).isNull();
    }
}
