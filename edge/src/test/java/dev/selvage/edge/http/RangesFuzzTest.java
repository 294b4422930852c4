package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/// Any bytes as `Range`, of bodies of any length; and as `Content-Range`.
class RangesFuzzTest {
    private static final Pattern FIELD = Pattern.compile(
            "(?i)bytes=[\\t ]*+(?:,[\\t ]*+)*+" + "(?:[0-9]*-[0-9]*)(?:[\\t ]*+,[\\t ]*+(?:[0-9]*-[0-9]*)?)*+");

    /// @param first -1 for a suffix
    /// @param last -1 for the end
    private record Asked(BigInteger first, BigInteger last) {}

    private static final BigInteger NONE = BigInteger.ONE.negate();

    @FuzzTest(maxDuration = "3m")
    void anyRange(byte[] input) {
        if (input.length < 1 || input.length > 1_000) {
            return;
        }
        int length = (input[0] & 0xff) * (input[0] < 0 ? 7 : 1);
        String text = new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1);
        Ranges ranges = Ranges.parse(text);
        ContentRange part = ContentRange.parse(text);
        if (part != null) {
            assertThat(ContentRange.parse(part.toString())).isEqualTo(part);
            assertThat(part.first()).isBetween(0L, part.last());
            assertThat(part.last()).isLessThan(part.complete());
        }
        if (ranges == null) {
            return;
        }
        assertThat(text.strip()).matches(FIELD);
        List<Asked> asked = asked(text.strip().substring(6));
        assertThat(asked).isNotEmpty().hasSizeLessThanOrEqualTo(128);
        assertThat(ranges.single()).isEqualTo(asked.size() == 1);
        right(ranges.of(length), asked, length);
    }

    private static List<Asked> asked(String list) {
        List<Asked> asked = new ArrayList<>();
        for (String member : list.split(",", -1)) {
            String spec = member.strip();
            if (!spec.isEmpty()) {
                int dash = spec.indexOf('-');
                Asked one = new Asked(number(spec.substring(0, dash)), number(spec.substring(dash + 1)));
                boolean both = one.first().signum() >= 0 && one.last().signum() >= 0;
                assertThat(one.first().signum() >= 0 || one.last().signum() >= 0)
                        .isTrue();
                assertThat(both && one.last().compareTo(one.first()) < 0)
                        .as("a range that ends before it begins")
                        .isFalse();
                asked.add(one);
            }
        }
        return asked;
    }

    private static BigInteger number(String digits) {
        return digits.isEmpty() ? NONE : new BigInteger(digits);
    }

    private static void right(Ranges.Selection selection, List<Asked> asked, int length) {
        BitSet wanted = new BitSet(length);
        boolean endOfNothing = false;
        for (Asked one : asked) {
            if (one.first().signum() < 0) {
                wanted.set(Math.max(0, length - clamped(one.last(), length)), length);
                endOfNothing |= length == 0 && one.last().signum() > 0;
            } else if (clamped(one.first(), length) < length) {
                int last = one.last().signum() < 0 ? length - 1 : Math.min(length - 1, clamped(one.last(), length));
                wanted.set(clamped(one.first(), length), last + 1);
            }
        }
        switch (selection) {
            case Ranges.Unsatisfiable _ ->
                assertThat(wanted.isEmpty() && !endOfNothing).isTrue();
            case Ranges.Whole _ ->
                assertThat(asked.size() > Ranges.MOST_PARTS || (wanted.isEmpty() && endOfNothing))
                        .isTrue();
            case Ranges.Parts(List<Ranges.Part> parts) -> {
                assertThat(parts).isNotEmpty().hasSizeLessThanOrEqualTo(Ranges.MOST_PARTS);
                BitSet sent = new BitSet(length);
                for (Ranges.Part part : parts) {
                    assertThat(part.start()).isBetween(0L, part.end() - 1);
                    assertThat(part.end()).isLessThanOrEqualTo(length);
                    assertThat(sent.get((int) part.start(), (int) part.end()).isEmpty())
                            .as("no byte twice")
                            .isTrue();
                    sent.set((int) part.start(), (int) part.end());
                }
                BitSet missing = (BitSet) wanted.clone();
                missing.andNot(sent);
                assertThat(missing.isEmpty()).as("all that was asked for").isTrue();
                for (int at = sent.nextSetBit(0); at >= 0; at = sent.nextSetBit(at + 1)) {
                    boolean near = wanted.nextSetBit(at) >= 0
                            && wanted.nextSetBit(at) - wanted.previousSetBit(at) <= Ranges.NARROW_GAP + 1;
                    assertThat(wanted.get(at) || near).as("byte %s", at).isTrue();
                }
            }
        }
    }

    private static int clamped(BigInteger number, int length) {
        return number.min(BigInteger.valueOf(length)).intValue();
    }
}
