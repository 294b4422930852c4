package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    private static final String HUGE = "99999999999999999999999999999999";

    private static Ranges.@Nullable Selection selected(String field, long length) {
        Ranges ranges = Ranges.parse(field);
        return ranges == null ? null : ranges.of(length);
    }

    /// The parts as text: `0-1 5-9`.
    private static String parts(String field, long length) {
        return switch (selected(field, length)) {
            case null -> "ignored";
            case Ranges.Whole _ -> "whole";
            case Ranges.Unsatisfiable _ -> "unsatisfiable";
            case Ranges.Parts(List<Ranges.Part> parts) ->
                String.join(
                        " ",
                        parts.stream()
                                .map(part -> part.start() + "-" + (part.end() - 1))
                                .toList());
        };
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,       0-0",
        "bytes=0-99,      0-99",
        "bytes=0-,        0-99",
        "bytes=5-9,       5-9",
        "bytes=99-,       99-99",
        "bytes=50-1000,   50-99",
        "bytes=-1,        99-99",
        "bytes=-100,      0-99",
        "bytes=-5000,     0-99",
        "bytes=007-008,   7-8",
        "Bytes=5-9,       5-9",
        "BYTES=5-9,       5-9",
        "bytes=0-" + HUGE + ",    0-99",
        "bytes=-" + HUGE + ",     0-99",
        "bytes=5-9223372036854775807, 5-99",
        "bytes=0-00000000000000000000000000000000009, 0-9",
    })
    void onePartOfAHundredBytesIsFound(String field, String part) {
        assertThat(parts(field, 100)).isEqualTo(part);
        assertThat(parts(" " + field + "\t", 100)).isEqualTo(part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=100-",
                "bytes=100-200",
                "bytes=" + HUGE + "-",
                "bytes=" + HUGE + "-" + HUGE + "0",
                "bytes=-0",
                "bytes=-000",
                "bytes=100-,-0",
            })
    void aPartBeyondTheEndCannotBeSatisfied(String field) {
        assertThat(parts(field, 100)).isEqualTo("unsatisfiable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ,",
                "bytes=-",
                "bytes=0-1,-",
                "bytes=5",
                "bytes=5-4",
                "bytes=0-1,5-4",
                "bytes=" + HUGE + "1-" + HUGE + "0",
                "bytes=a-b",
                "bytes=0-1x",
                "bytes=+0-1",
                "bytes=--1",
                "bytes=0 - 1",
                "bytes= 0-1",
                "bytes=0-1;3-4",
                "bytes=0-1 3-4",
                "bytes=0-1,bytes=3-4",
                "bytes=0x0-1",
                "bytes=-1-2",
                "bytes=0-1,2",
                "bytes=0-\u0661",
                "bytes =0-1",
                "items=0-1",
                "0-1"
            })
    void whatHasNoRangesOfBytesByTheGrammarIsIgnored(String field) {
        assertThat(parts(field, 100)).isEqualTo("ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0,200-299         | 0-0 200-299",
                "bytes=200-299,0-0         | 200-299 0-0",
                "bytes=0-0, 200-299        | 0-0 200-299",
                "bytes=0-0 ,\t200-299      | 0-0 200-299",
                "bytes=,0-0,,200-299,      | 0-0 200-299",
                "bytes=0-0,-1              | 0-0 999-999",
                "bytes=-1,0-0,500-500      | 999-999 0-0 500-500",
                "bytes=0-0,1000-           | 0-0",
                "bytes=2000-3000,-0,7-     | 7-999",
            })
    void severalPartsKeepTheirOrder(String field, String parts) {
        assertThat(parts(field, 1_000)).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-9,5-19              | 0-19",
                "bytes=0-9,0-9,0-9           | 0-9",
                "bytes=0-9,10-19             | 0-19",
                "bytes=0-9,90-99             | 0-99",
                "bytes=0-9,91-99             | 0-9 91-99",
                "bytes=500-599,0-0,550-      | 500-999 0-0",
                "bytes=900-,0-0,800-850,400- | 400-999 0-0",
                "bytes=0-0,2-2,4-4,6-6       | 0-6",
                "bytes=0-999,5-5,-1          | 0-999",
            })
    void rangesThatOverlapOrNearlyTouchBecomeOne(String field, String parts) {
        assertThat(parts(field, 1_000)).isEqualTo(parts);
    }

    private static String spread(int count) {
        StringBuilder field = new StringBuilder("bytes=");
        for (int i = 0; i < count; i++) {
            field.append(1_000 * i).append('-').append(1_000 * i).append(',');
        }
        return field.toString();
    }

    @Test
    void tooManyPartsAreTheWhole() {
        assertThat(parts(spread(16), 1_000_000).split(" ", -1)).hasSize(16);
        assertThat(parts(spread(17), 1_000_000)).isEqualTo("whole");
        assertThat(parts(spread(17), 15_001))
                .as("those beyond the end do not count")
                .contains("15000-15000");
        assertThat(parts(spread(128), 1_000_000)).isEqualTo("whole");
        assertThat(parts(spread(129), 1_000_000)).isEqualTo("ignored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-1", "bytes=-100", "bytes=0-,-1"})
    void nothingHasNoLastBytes(String field) {
        assertThat(parts(field, 0)).as("the whole of it is sent").isEqualTo("whole");
        assertThat(parts("bytes=0-", 0)).isEqualTo("unsatisfiable");
        assertThat(parts("bytes=-0", 0)).isEqualTo("unsatisfiable");
    }

    @Test
    void whereItBeginsIsKnownUnlessItCountsFromTheEnd() {
        assertThat(Ranges.parse("bytes=700-,5-9")).extracting(Ranges::first).isEqualTo(5L);
        assertThat(Ranges.parse("bytes=700-,-9")).extracting(Ranges::first).isEqualTo(-1L);
        assertThat(Ranges.parse("bytes=7-")).extracting(Ranges::single).isEqualTo(true);
        assertThat(Ranges.parse("bytes=7-,7-")).extracting(Ranges::single).isEqualTo(false);
    }

    // ---- against an oracle

    /// The bytes that a field asks for, one by one; null when it is not by the grammar.
    private static @Nullable BitSet asked(String field, int length) {
        if (!field.toLowerCase(Locale.ROOT).startsWith("bytes=")) {
            return null;
        }
        BitSet asked = new BitSet();
        String set = field.substring(6);
        if (set.startsWith(" ") || set.startsWith("\t")) {
            if (!set.split(",", -1)[0].isBlank() || !set.contains(",")) {
                return null;
            }
        }
        int found = 0;
        for (String element : set.split(",", -1)) {
            String range = element.strip();
            if (range.isEmpty()) {
                continue;
            }
            found++;
            if (!range.matches("[0-9]+-[0-9]*|-[0-9]+")) {
                return null;
            }
            int dash = range.indexOf('-');
            BigInteger last = dash + 1 == range.length() ? null : new BigInteger(range.substring(dash + 1));
            if (dash == 0) {
                for (int i = 0; i < length; i++) {
                    if (last != null && BigInteger.valueOf(length - i).compareTo(last) <= 0) {
                        asked.set(i);
                    }
                }
                continue;
            }
            BigInteger first = new BigInteger(range.substring(0, dash));
            if (last != null && last.compareTo(first) < 0) {
                return null;
            }
            for (int i = 0; i < length; i++) {
                BigInteger place = BigInteger.valueOf(i);
                if (place.compareTo(first) >= 0 && (last == null || place.compareTo(last) <= 0)) {
                    asked.set(i);
                }
            }
        }
        return found == 0 ? null : asked;
    }

    private static String anyField(Random random) {
        String[] units = {"bytes=", "bytes=", "bytes=", "Bytes=", "bytes = ", "octets="};
        String[] gaps = {",", ",", ", ", " ,", ",,", " , ,", " "};
        StringBuilder field = new StringBuilder(units[random.nextInt(units.length)]);
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            int a = random.nextInt(700);
            int b = random.nextInt(700);
            field.append(
                    switch (random.nextInt(16)) {
                        case 0 -> "-" + a;
                        case 1 -> a + "-";
                        case 2 -> "-";
                        case 3 -> a + "-" + b;
                        case 4 -> a + HUGE + "-" + b + HUGE;
                        case 5 -> "";
                        case 6 -> "-" + HUGE;
                        default -> Math.min(a, b) + "-" + Math.max(a, b);
                    });
            field.append(gaps[random.nextInt(gaps.length)]);
        }
        return field.toString();
    }

    @Test
    void nothingIsSentThatWasNotAskedForAndNothingIsLeftOut() {
        Random random = new Random(20_260_801);
        int parted = 0;
        for (int i = 0; i < 20_000; i++) {
            String field = anyField(random);
            int length = random.nextInt(600);
            BitSet asked = asked(field.strip(), length);
            Ranges.Selection selected = selected(field, length);
            if (asked == null) {
                assertThat(selected).as(field).isNull();
                continue;
            }
            assertThat(selected).as(field).isNotNull();
            if (!(selected instanceof Ranges.Parts(List<Ranges.Part> parts))) {
                assertThat(asked.isEmpty()).as(field + " of " + length).isTrue();
                continue;
            }
            parted++;
            assertThat(parts).as(field).isNotEmpty().hasSizeLessThanOrEqualTo(Ranges.MOST_PARTS);
            BitSet sent = new BitSet();
            for (Ranges.Part part : parts) {
                assertThat(part.start()).isBetween(0L, part.end() - 1);
                assertThat(part.end()).isLessThanOrEqualTo(length);
                assertThat(sent.get((int) part.start(), (int) part.end()).isEmpty())
                        .as("no byte twice: " + field)
                        .isTrue();
                sent.set((int) part.start(), (int) part.end());
            }
            BitSet missing = (BitSet) asked.clone();
            missing.andNot(sent);
            assertThat(missing.isEmpty()).as(field + " of " + length).isTrue();
            // What was not asked for lies in narrow gaps.
            BitSet extra = (BitSet) sent.clone();
            extra.andNot(asked);
            for (int at = extra.nextSetBit(0); at >= 0; ) {
                int end = extra.nextClearBit(at);
                assertThat(end - at).as(field).isLessThanOrEqualTo(Ranges.NARROW_GAP);
                assertThat(at > 0 && asked.get(at - 1) && asked.get(end))
                        .as(field)
                        .isTrue();
                at = extra.nextSetBit(end);
            }
            List<Long> starts = new ArrayList<>();
            parts.forEach(part -> starts.add(part.start()));
            if (asked.cardinality() == sent.cardinality() && parts.size() == 1) {
                assertThat(starts.getFirst()).isEqualTo(asked.nextSetBit(0));
            }
        }
        assertThat(parted).as("the fields make sense often enough").isGreaterThan(4_000);
    }
}
