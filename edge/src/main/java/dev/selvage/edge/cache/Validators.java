package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The validators of a response (RFC 9110 section 8.8), above all the strong ones: what proves that two parts are
/// of the same bytes.
public final class Validators {
    private Validators() {}

    /// A strong validator that an `If-Range` to the origin can carry; null when there is none.
    public static @Nullable String strong(Entry entry) {
        String etag = entry.etag();
        if (etag != null) {
            // A weak tag says that equal dates prove nothing either.
            return strongTag(etag) ? etag : null;
        }
        return entry.strongDate() ? entry.headers().first("last-modified") : null;
    }

    /// True when a response with these fields is about the same bytes as `entry`.
    public static boolean same(Entry entry, Headers headers) {
        String validator = strong(entry);
        String tag = headers.joined("etag");
        return validator != null
                && validator.equals(entry.etag() == null && tag == null ? headers.joined("last-modified") : tag);
    }

    /// True when an `If-Range` field, where there is one, allows to send a part (RFC 9110 section 13.1.5).
    public static boolean allow(@Nullable String ifRange, Entry entry) {
        return ifRange == null || names(ifRange, entry);
    }

    private static boolean names(String ifRange, Entry entry) {
        String validator = ifRange.strip();
        if (validator.startsWith("\"")) {
            return strongTag(validator) && validator.equals(entry.etag());
        }
        OptionalLong date = HttpDate.parse(validator);
        OptionalLong modified = entry.lastModified();
        return date.isPresent()
                && modified.isPresent()
                && date.getAsLong() == modified.getAsLong()
                && entry.strongDate();
    }

    /// An entity tag without the mark of a weak one: equal ones are the same by weak comparison (section 8.8.3.2).
    public static String opaque(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    /// True for one well-formed strong entity tag.
    private static boolean strongTag(String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != '"' || text.charAt(last) != '"') {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '"' || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
