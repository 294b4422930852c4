package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    private static Answer to(Extent extent, int status, @Nullable String contentRange, long length) {
        Headers headers = contentRange == null ? Headers.EMPTY : Headers.of("content-range", contentRange);
        return Answer.to(extent, status, headers, length);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 0-9/20,       10",
        "bytes 0-9/20,       -2",
        "Bytes 0-9/20,       10",
    })
    void aPartOfCertainPlaceIsAPart(String contentRange, long length) {
        Answer part = new Answer.Part(new ContentRange(0, 9, 20));
        assertThat(to(new Extent.AsAsked(), 206, contentRange, length)).isEqualTo(part);
        assertThat(to(Extent.WHOLE, 206, contentRange, length)).isEqualTo(part);
    }

    @ParameterizedTest
    @CsvSource({
        ",                            10",
        "bytes 0-9/20,                9",
        "bytes 0-9/20,                11",
        "bytes 0-9/20,                0",
        "bytes 0-9/*,                 10",
        "bytes */20,                  10",
        "bytes 0-20/20,               21",
        "bytes -9/20,                 10",
        "bytes 9-0/20,                10",
        "'bytes 0-9/20, bytes 0-9/20', 10",
        "items 0-9/20,                10",
    })
    void aPartOfUncertainPlaceIsNeverStored(@Nullable String contentRange, long length) {
        assertThat(to(new Extent.AsAsked(), 206, contentRange, length)).isInstanceOf(Answer.ForTheOneWhoAsked.class);
        assertThat(to(Extent.WHOLE, 206, contentRange, length)).isInstanceOf(Answer.Untrusted.class);
    }

    @Test
    void severalPartsAreForTheOneWhoAsked() {
        Headers several =
                Headers.of("content-type", " Multipart/ByteRanges; boundary=x", "content-range", "bytes 0-9/20");
        assertThat(Answer.to(new Extent.AsAsked(), 206, several, 10)).isInstanceOf(Answer.ForTheOneWhoAsked.class);
        assertThat(Answer.to(Extent.WHOLE, 206, several, 10)).isInstanceOf(Answer.Untrusted.class);
    }

    @Test
    void allOfItIsTheWhole() {
        assertThat(to(new Extent.AsAsked(), 206, "bytes 0-9/10", 10))
                .isEqualTo(new Answer.AllOfIt(new ContentRange(0, 9, 10)));
    }

    @ParameterizedTest
    @CsvSource({"400", "403", "404", "412", "416", "500", "503", "301", "204"})
    void whatARangeMayHaveCausedIsForTheOneWhoAsked(int status) {
        assertThat(to(new Extent.AsAsked(), status, null, 0)).isInstanceOf(Answer.ForTheOneWhoAsked.class);
        if (status == 416) {
            assertThat(to(Extent.WHOLE, status, null, 0)).isInstanceOf(Answer.Untrusted.class);
        } else {
            assertThat(to(Extent.WHOLE, status, null, 0)).isInstanceOf(Answer.Resource.class);
        }
    }

    @Test
    void theWholeInAnswerToARangeIsTheWhole() {
        assertThat(to(new Extent.AsAsked(), 200, null, 10)).isInstanceOf(Answer.Resource.class);
    }
}
