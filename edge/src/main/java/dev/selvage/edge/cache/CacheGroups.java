package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import java.util.ArrayList;
import java.util.List;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;

/// The groups that a response belongs to, or makes invalid (RFC 9875).
///
/// A group is of one origin: its full name is the origin's and its own.
public final class CacheGroups {
    private CacheGroups() {}

    /// The full names of the groups that a response belongs to.
    ///
    /// @param origin what tells origins of a zone apart
    static List<String> of(Headers headers, String origin) {
        return named(headers, "cache-groups", origin);
    }

    /// The full names of the groups that a response to an unsafe request makes invalid (section 3).
    public static List<String> invalidatedBy(Headers headers, String origin) {
        return named(headers, "cache-group-invalidation", origin);
    }

    private static List<String> named(Headers headers, String field, String origin) {
        String value = headers.joined(field);
        if (value == null) {
            return List.of();
        }
        List<ListElement<? extends Object>> members;
        try {
            members = Parser.parseList(value).get();
        } catch (ParseException _) {
            // A Structured Field that does not parse is ignored whole (RFC 9651 section 4.2).
            return List.of();
        }
        List<String> names = new ArrayList<>(members.size());
        for (ListElement<?> member : members) {
            if (!(member instanceof StringItem name)) {
                return List.of();
            }
            names.add(origin + '\n' + name.get());
        }
        return List.copyOf(names);
    }
}
