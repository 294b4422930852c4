package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The names that an origin gives a response in `Cache-Tag`, by which its owner can purge it.
///
/// The field is a list, in any number of lines. A name is of printable ASCII without spaces and commas,
/// and its
/// letters' case does not count. What is no such name cannot be asked for in a purge, and is left out.
public final class CacheTags {
    /// Longest field that is read, all lines together, bytes.
    static final int MOST_BYTES = 16 << 10;

    /// Longest name, bytes.
    static final int LONGEST = 1_024;

    private static final long[] NONE = new long[0];

    /// Of a response whose field is too long to be read: every purge of tags covers it, so that what is
    /// past the
    /// bound is not missed.
    private static final long[] TOO_MANY = new long[1];

    private CacheTags() {}

    /// The hashes of a response's tags.
    static long[] of(Headers headers) {
        if (!headers.has("cache-tag")) {
            return NONE;
        }
        String value = headers.joined("cache-tag");
        if (value == null || value.isEmpty()) {
            return NONE;
        }
        if (value.length() > MOST_BYTES) {
            return TOO_MANY;
        }
        return names(value).stream().mapToLong(PurgeNames::tag).toArray();
    }

    /// A response's tags, lower case, for people to read.
    public static List<String> named(Headers headers) {
        String value = headers.joined("cache-tag");
        return value == null || value.length() > MOST_BYTES ? List.of() : new ArrayList<>(names(value));
    }

    private static Set<String> names(String value) {
        Set<String> names = new LinkedHashSet<>();
        for (String member : value.split(",", -1)) {
            String name = member.strip().toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && name.length() <= LONGEST && name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                names.add(name);
            }
        }
        return names;
    }

    static boolean tooMany(long[] tags) {
        return tags.length == 1 && tags[0] == 0;
    }

    /// Bits that a resource of these tags has in the index: two for each.
    static long bloom(long[] tags) {
        if (tooMany(tags)) {
            return -1;
        }
        long bits = 0;
        for (long tag : tags) {
            bits |= bits(tag);
        }
        return bits;
    }

    static long bits(long tag) {
        return (1L << (tag >>> 58)) | (1L << ((tag >>> 52) & 63));
    }
}
