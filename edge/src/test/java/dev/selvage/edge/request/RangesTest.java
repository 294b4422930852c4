package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,      0, 1",
        "bytes=0-99,     0, 100",
        "bytes=0-,       0, 100",
        "bytes=5-9,      5, 10",
        "bytes=99-,      99, 100",
        "bytes=50-1000,  50, 100",
        "bytes=-1,       99, 100",
        "bytes=-100,     0, 100",
        "bytes=-5000,    0, 100",
        "bytes=007-008,  7, 9",
        "bytes=0-999999999999999999, 0, 100",
    })
    void onePartOfAHundredBytesIsFound(String value, long start, long end) {
        assertThat(Ranges.of(value, 100)).isEqualTo(new Ranges(start, end));
        assertThat(Ranges.of(" " + value + "\t", 100)).isEqualTo(new Ranges(start, end));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=999999999999999999-", "bytes=-0", "bytes=-000"})
    void aPartBeyondTheEndCannotBeSatisfied(String value) {
        assertThat(Ranges.of(value, 100)).isSameAs(Ranges.UNSATISFIABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5",
                "bytes=5-4",
                "bytes=0-1,3-4",
                "bytes=0-1,",
                "bytes=a-b",
                "bytes=0-1x",
                "bytes=+0-1",
                "bytes=--1",
                "bytes=0 - 1",
                "bytes=0x0-1",
                "bytes=-1-2",
                "bytes=1000000000000000000-",
                "bytes =0-1",
                "items=0-1",
                "0-1"
            })
    void whatIsNotOneRangeOfBytesIsIgnored(String value) {
        assertThat(Ranges.of(value, 100)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-1", "bytes=-100"})
    void nothingHasNoLastBytes(String value) {
        assertThat(Ranges.of(value, 0)).as("the whole of it is sent").isNull();
        assertThat(Ranges.of("bytes=0-", 0)).isSameAs(Ranges.UNSATISFIABLE);
    }
}
