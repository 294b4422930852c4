package dev.selvage.edge.coding;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What an `Accept-Encoding` field says (RFC 9110 section 12.5.3), in a `long`, so that reading one
/// allocates nothing.
///
/// Ten bits for each of gzip, Brotli, zstd, `identity` and `*`: 0 when the field does not name it, else
/// its weight in thousandths plus one. A member that is not exactly a coding with at most a weight is
/// ignored; of a coding that is named twice the lower weight counts, because not to compress is never
/// wrong. A visitor without the field gets what has no coding: RFC 9110 would allow any, but who does
/// not ask often cannot decode.
public final class AcceptEncoding {
    /// No such field.
    public static final long ABSENT = 0;

    private static final int WIDTH = 10;
    private static final long WEIGHT = (1 << WIDTH) - 1;
    private static final int IDENTITY = Coding.COUNT;
    private static final int ANY = Coding.COUNT + 1;
    private static final long PRESENT = 1L << 62;
    private static final int MALFORMED = -1;

    /// For what is kept, the smallest first: it is compressed once and sent many times.
    private static final Coding[] SMALLEST = {Coding.BROTLI, Coding.ZSTD, Coding.GZIP};

    /// For what is not kept, the quickest first, relative to what it saves.
    private static final Coding[] QUICKEST = {Coding.ZSTD, Coding.BROTLI, Coding.GZIP};

    private static final String[] NORMAL = new String[2 << Coding.COUNT];

    static {
        for (int set = 0; set < NORMAL.length; set++) {
            StringBuilder text = new StringBuilder();
            for (Coding coding : Coding.values()) {
                if ((set & coding.bit()) != 0) {
                    text.append(text.isEmpty() ? "" : ", ").append(coding.token());
                }
            }
            if ((set & (1 << IDENTITY)) != 0) {
                text.append(text.isEmpty() ? "" : ", ").append("identity;q=0");
            }
            NORMAL[set] = text.isEmpty() ? "identity" : text.toString();
        }
    }

    private AcceptEncoding() {}

    /// Reads a field's value, all lines joined; null when it is absent.
    public static long parse(@Nullable String value) {
        if (value == null) {
            return ABSENT;
        }
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return with(ABSENT, bytes, 0, bytes.length);
    }

    /// What a further line of the field adds to `before`.
    public static long with(long before, byte[] bytes, int from, int length) {
        long said = before | PRESENT;
        int end = from + length;
        int p = from;
        while (p < end) {
            int start = p;
            while (p < end && bytes[p] != ',') {
                p++;
            }
            said = withMember(said, bytes, start, p);
            p++;
        }
        return said;
    }

    private static long withMember(long said, byte[] bytes, int from, int to) {
        int start = skipBlanks(bytes, from, to);
        int end = start;
        while (end < to && bytes[end] != ';' && !blank(bytes[end])) {
            end++;
        }
        int which = which(bytes, start, end - start);
        if (which == MALFORMED) {
            return said;
        }
        int p = skipBlanks(bytes, end, to);
        int weight = 1_000;
        if (p < to) {
            if (bytes[p] != ';') {
                return said;
            }
            weight = weight(bytes, skipBlanks(bytes, p + 1, to), to);
            if (weight == MALFORMED) {
                return said;
            }
        }
        long before = (said >>> (which * WIDTH)) & WEIGHT;
        long now = before == 0 ? weight + 1 : Math.min(before, weight + 1);
        return (said & ~(WEIGHT << (which * WIDTH))) | (now << (which * WIDTH));
    }

    private static int which(byte[] bytes, int at, int length) {
        return switch (length) {
            case 1 -> bytes[at] == '*' ? ANY : MALFORMED;
            case 2 -> is(bytes, at, "br") ? Coding.BROTLI.ordinal() : MALFORMED;
            case 4 ->
                is(bytes, at, "gzip")
                        ? Coding.GZIP.ordinal()
                        : is(bytes, at, "zstd") ? Coding.ZSTD.ordinal() : MALFORMED;
            case 6 -> is(bytes, at, "x-gzip") ? Coding.GZIP.ordinal() : MALFORMED;
            case 8 -> is(bytes, at, "identity") ? IDENTITY : MALFORMED;
            default -> MALFORMED;
        };
    }

    /// `q=0.123` in thousandths (RFC 9110 section 12.4.2).
    private static int weight(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from && blank(bytes[end - 1])) {
            end--;
        }
        if (end - from < 3 || end - from > 7 || (bytes[from] | 0x20) != 'q' || bytes[from + 1] != '=') {
            return MALFORMED;
        }
        int whole = bytes[from + 2] - '0';
        if (whole < 0 || whole > 1 || (end - from > 3 && bytes[from + 3] != '.')) {
            return MALFORMED;
        }
        int thousandths = whole * 1_000;
        int unit = 100;
        for (int i = from + 4; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            thousandths += digit * unit;
            unit /= 10;
        }
        return thousandths > 1_000 ? MALFORMED : thousandths;
    }

    private static boolean is(byte[] bytes, int at, String token) {
        for (int i = 0; i < token.length(); i++) {
            byte b = bytes[at + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != token.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int skipBlanks(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && blank(bytes[p])) {
            p++;
        }
        return p;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The weight of what the field names, in thousandths; negative when it does not name it.
    private static int named(long accept, int which) {
        return (int) ((accept >>> (which * WIDTH)) & WEIGHT) - 1;
    }

    /// True when a response in that coding may be sent.
    public static boolean accepts(long accept, Coding coding) {
        int named = named(accept, coding.ordinal());
        return named > 0 || (named < 0 && named(accept, ANY) > 0);
    }

    /// True when a response without a coding may be sent.
    public static boolean acceptsIdentity(long accept) {
        int named = named(accept, IDENTITY);
        return named > 0 || (named < 0 && named(accept, ANY) != 0);
    }

    /// The coding to compress with; null when it is better not to.
    ///
    /// The visitor's weights decide, then the edge's order. Whom `*` alone lets choose gets gzip, which
    /// everybody who decodes anything decodes.
    ///
    /// @param usable the codings that can be used, a set of [Coding#bit]
    /// @param kept what is compressed is kept
    public static @Nullable Coding best(long accept, int usable, boolean kept) {
        Coding best = null;
        int most = Math.max(0, named(accept, IDENTITY) - 1);
        for (Coding coding : kept ? SMALLEST : QUICKEST) {
            int weight = named(accept, coding.ordinal());
            if (weight < 0 && coding == Coding.GZIP) {
                weight = named(accept, ANY);
            }
            if (weight > most && (usable & coding.bit()) != 0) {
                best = coding;
                most = weight;
            }
        }
        return best;
    }

    /// The same for every spelling that accepts the same: what `Vary: Accept-Encoding` compares, and
    /// what a fill for the cache asks the origin with; null when the field is absent.
    public static @Nullable String normal(long accept) {
        if (accept == ABSENT) {
            return null;
        }
        int set = acceptsIdentity(accept) ? 0 : 1 << IDENTITY;
        for (Coding coding : SMALLEST) {
            if (accepts(accept, coding)) {
                set |= coding.bit();
            }
        }
        return NORMAL[set];
    }
}
