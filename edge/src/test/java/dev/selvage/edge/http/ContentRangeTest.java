package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes 0-0/1,           0, 0, 1",
        "bytes 0-4/10,          0, 4, 10",
        "Bytes 5-9/10,          5, 9, 10",
        "bytes 007-008/009,     7, 8, 9",
        "bytes 0-999999999999999998/999999999999999999, 0, 999999999999999998, 999999999999999999",
    })
    void aValidOneIsRead(String field, long first, long last, long complete) {
        assertThat(ContentRange.parse(field)).isEqualTo(new ContentRange(first, last, complete));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes ",
                "bytes */10",
                "bytes 0-4/*",
                "bytes 0-4",
                "bytes 0/10",
                "bytes 5-4/10",
                "bytes 0-10/10",
                "bytes 10-10/10",
                "bytes -5/10",
                "bytes 5-/10",
                "bytes -5-9/10",
                "bytes 0--4/10",
                "bytes +0-4/10",
                "bytes 0-4/-10",
                "bytes 0-4/10, bytes 5-9/10",
                "bytes 0-4/10 ",
                "bytes  0-4/10",
                "bytes 0 - 4/10",
                "bytes 0-4 /10",
                "bytes=0-4/10",
                "items 0-4/10",
                "bytes 0-1/0000000000000000002",
                "bytes 0-99999999999999999999/999999999999999999999",
            })
    void whatIsNotValidOrNamesNoLengthIsNothing(String field) {
        assertThat(ContentRange.parse(field)).isNull();
    }

    @Test
    void noFieldIsNothing() {
        assertThat(ContentRange.parse(null)).isNull();
    }

    @Test
    void itKnowsWhatItHolds() {
        ContentRange part = new ContentRange(5, 9, 20);
        assertThat(part.length()).isEqualTo(5);
        assertThat(part.whole()).isFalse();
        assertThat(part.holds(5, 10)).isTrue();
        assertThat(part.holds(4, 10)).isFalse();
        assertThat(part.holds(5, 11)).isFalse();
        assertThat(part).hasToString("bytes 5-9/20");
        assertThat(new ContentRange(0, 9, 10).whole()).isTrue();
        assertThat(new ContentRange(0, 8, 10).whole()).isFalse();
        assertThat(new ContentRange(1, 9, 10).whole()).isFalse();
    }
}
