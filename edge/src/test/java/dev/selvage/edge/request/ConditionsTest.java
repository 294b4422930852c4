package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String AFTER = "Sunday, 06-Nov-94 08:49:38 GMT";

    /// Ten seconds after what is [#MODIFIED].
    private static final long ARRIVED = 784_111_787_000L;

    private static Entry entry(String... fields) {
        return new Entry(
                200,
                Headers.of(fields),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                0,
                new Storing.Yes(1, 0, 0, -1, false),
                new PurgeFences.Birth(0, 0),
                ARRIVED,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }

    private static boolean notModified(String etag, @Nullable String ifNoneMatch) {
        return Conditions.notModified(entry("etag", etag), ifNoneMatch, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"1\"   | w/\"1\"              | false",
                "\"1\"   | x\"1\"               | false",
                "\"1\"   | \"0\"x\"1\"          | false",
                "\"1\"   | x, W/\"1\"           | true",
                "\"1\"   | \",\",\"1\"          | true",
                "\"1\"   | \"1\"                | true",
                "\"1\"   | \"0\", \"1\" , \"2\" | true",
                "\"1\"   | \"0\",\"1\"          | true",
                "\"1\"   | W/\"1\"              | true",
                "W/\"1\" | \"1\"                | true",
                "W/\"1\" | W/\"1\"              | true",
                "\"1\"   | *                    | true",
                "\"1\"   | \"2\"                | false",
                "\"1\"   | \"11\"               | false",
                "\"1\"   | 1                    | false",
                "\"1\"   | \"1                  | false",
                "\"a,b\" | \"a\", \"b\"         | false",
                "\"a,b\" | \"x\", \"a,b\"       | true",
                "\"\"    | \"\"                 | true",
                "\"1\"   | \"*\"                | false",
            })
    void entityTagsAreComparedWeakly(String etag, String ifNoneMatch, boolean same) {
        assertThat(notModified(etag, ifNoneMatch)).isEqualTo(same);
    }

    @Test
    void withoutAnEntityTagOnlyAnAsteriskMatches() {
        assertThat(Conditions.notModified(entry(), "\"1\"", null)).isFalse();
        assertThat(Conditions.notModified(entry(), " * ", null)).isTrue();
    }

    @Test
    void theDateOfTheLastChangeIsCompared() {
        Entry dated = entry("last-modified", MODIFIED);
        assertThat(Conditions.notModified(dated, null, MODIFIED)).isTrue();
        assertThat(Conditions.notModified(dated, null, AFTER)).isTrue();
        assertThat(Conditions.notModified(dated, null, BEFORE)).isFalse();
        assertThat(Conditions.notModified(dated, null, "yesterday")).isFalse();
        assertThat(Conditions.notModified(dated, null, null)).isFalse();
        assertThat(Conditions.notModified(entry(), null, AFTER)).isFalse();
    }

    @Test
    void theEntityTagWinsOverTheDate() {
        Entry both = entry("etag", "\"1\"", "last-modified", MODIFIED);
        assertThat(Conditions.notModified(both, "\"2\"", AFTER)).isFalse();
        assertThat(Conditions.notModified(both, "\"1\"", BEFORE)).isTrue();
        assertThat(Conditions.notModified(both, "", AFTER)).isFalse();
    }

    @Test
    void aPartIsAllowedOfTheSameRepresentationOnly() {
        Entry both = entry("etag", "\"1\"", "last-modified", MODIFIED);
        assertThat(Conditions.rangeAllowed(both, null)).isTrue();
        assertThat(Conditions.rangeAllowed(both, "\"1\"")).isTrue();
        assertThat(Conditions.rangeAllowed(both, " \"1\" ")).isTrue();
        assertThat(Conditions.rangeAllowed(both, "\"2\"")).isFalse();
        assertThat(Conditions.rangeAllowed(both, "W/\"1\""))
                .as("a weak one proves nothing")
                .isFalse();
        assertThat(Conditions.rangeAllowed(both, MODIFIED)).isTrue();
        assertThat(Conditions.rangeAllowed(both, AFTER))
                .as("only the very date")
                .isFalse();
        assertThat(Conditions.rangeAllowed(both, BEFORE)).isFalse();
        assertThat(Conditions.rangeAllowed(both, "*")).isFalse();
        Entry weak = entry("etag", "W/\"1\"");
        assertThat(Conditions.rangeAllowed(weak, "\"1\"")).isFalse();
        assertThat(Conditions.rangeAllowed(weak, "W/\"1\"")).isFalse();
        assertThat(Conditions.rangeAllowed(entry(), MODIFIED)).isFalse();
        assertThat(Conditions.rangeAllowed(both, "\"1\", \"2\"")).isFalse();
        assertThat(Conditions.rangeAllowed(both, "")).isFalse();
        Entry junk = entry("etag", "\"1\", \"2\"");
        assertThat(Conditions.rangeAllowed(junk, "\"1\", \"2\"")).as("no list").isFalse();
        assertThat(Conditions.rangeAllowed(entry("etag", "\""), "\"")).isFalse();
    }

    @Test
    void aDateProvesSomethingOnlyWhenTheResponseIsYounger() {
        assertThat(Conditions.rangeAllowed(entry("last-modified", MODIFIED, "date", MODIFIED), MODIFIED))
                .as("it may have changed again within that second")
                .isFalse();
        assertThat(Conditions.rangeAllowed(entry("last-modified", MODIFIED, "date", BEFORE), MODIFIED))
                .isFalse();
        Entry older = entry("last-modified", MODIFIED, "date", AFTER);
        assertThat(Conditions.rangeAllowed(older, MODIFIED)).isTrue();
        Entry young = entry("last-modified", MODIFIED, "date", MODIFIED);
        Entry confirmed = young.confirmed(
                Headers.of("date", AFTER),
                young.storing(),
                new PurgeFences.Birth(1, 0),
                ARRIVED,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
        assertThat(Conditions.rangeAllowed(confirmed, MODIFIED))
                .as("a 304 makes the body no younger")
                .isFalse();
    }
}
