package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Validators;
import dev.selvage.edge.http.HttpDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The visitor's conditions against an entry (RFC 9110 section 13).
final class Conditions {
    private Conditions() {}

    /// True when the visitor has this entry already: 304.
    ///
    /// @param ifNoneMatch wins over `ifModifiedSince` (section 13.1.3)
    static boolean notModified(Entry entry, @Nullable String ifNoneMatch, @Nullable String ifModifiedSince) {
        if (ifNoneMatch != null) {
            String etag = entry.etag();
            if (ifNoneMatch.strip().equals("*")) {
                return true;
            }
            return etag != null && listed(ifNoneMatch, Validators.opaque(etag));
        }
        OptionalLong since = HttpDate.parse(ifModifiedSince);
        // RFC 9111 section 4.3.2: where the response does not say when it changed, its Date stands for it.
        OptionalLong modified = entry.lastModified().isPresent()
                ? entry.lastModified()
                : HttpDate.parse(entry.headers().first("date"));
        return since.isPresent() && modified.isPresent() && modified.getAsLong() <= since.getAsLong();
    }

    /// True when a part may be sent: the visitor's other parts are of this very representation (section
    /// 13.1.5).
    static boolean rangeAllowed(Entry entry, @Nullable String ifRange) {
        return Validators.allow(ifRange, entry);
    }

    /// True when one of the entity tags in `list` is `opaque`, compared weakly. What is no entity tag (RFC 9110 section
    /// 8.8.3) is passed over.
    private static boolean listed(String list, String opaque) {
        int at = 0;
        while (at < list.length()) {
            int open = list.indexOf('"', at);
            int close = open < 0 ? -1 : list.indexOf('"', open + 1);
            if (close < 0) {
                return false;
            }
            if (list.substring(open, close + 1).equals(opaque) && beginsTag(list, at, open)) {
                return true;
            }
            at = close + 1;
        }
        return false;
    }

    /// True when nothing but blanks, and perhaps the mark of a weak tag, stands between the last comma and the
    /// quotation mark.
    private static boolean beginsTag(String list, int from, int quote) {
        String before = list.substring(Math.max(from, list.lastIndexOf(',', quote) + 1), quote);
        return before.isBlank() || before.strip().equals("W/");
    }
}
