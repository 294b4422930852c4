package dev.selvage.edge.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Header fields in order, names in lower case, values as ISO 8859-1 text. Immutable.
public final class Headers {
    /// None.
    public static final Headers EMPTY = new Headers(List.of());

    /// Fields that concern one connection only (RFC 9110 section 7.6.1), whether `Connection` names
    /// them or not.
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /// Fields for every recipient, which `Connection` cannot name (RFC 9110 section 7.6.1). Taking them out
    /// would hide from the cache what forbids or selects a stored response, while the peer goes by them.
    private static final Set<String> ALWAYS_END_TO_END = Set.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "age",
            "authorization",
            "cache-control",
            "cdn-cache-control",
            "cdn-loop",
            "cloudflare-cdn-cache-control",
            "content-encoding",
            "content-language",
            "content-length",
            "content-location",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "etag",
            "expires",
            "host",
            "last-modified",
            "location",
            "origin",
            "pragma",
            "set-cookie",
            "user-agent",
            "vary",
            "www-authenticate");

    private final List<String> flat;

    Headers(List<String> flat) {
        this.flat = List.copyOf(flat);
    }

    /// Fields from alternating names and values.
    public static Headers of(String... namesAndValues) {
        return new Headers(List.of(namesAndValues));
    }

    public int size() {
        return flat.size() / 2;
    }

    /// The name of the i-th field, lower case.
    public String name(int i) {
        return flat.get(2 * i);
    }

    public String value(int i) {
        return flat.get(2 * i + 1);
    }

    /// The value of the first field of that name (lower case), null when absent.
    public @Nullable String first(String name) {
        for (int i = 0; i < flat.size(); i += 2) {
            if (flat.get(i).equals(name)) {
                return flat.get(i + 1);
            }
        }
        return null;
    }

    /// The values of all fields of that name joined by `, ` (RFC 9110 section 5.3), null when absent.
    public @Nullable String joined(String name) {
        String found = null;
        for (int i = 0; i < flat.size(); i += 2) {
            if (flat.get(i).equals(name)) {
                found = found == null ? flat.get(i + 1) : found + ", " + flat.get(i + 1);
            }
        }
        return found;
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /// The members of a comma-separated list field, trimmed, lower case, without empty ones.
    public List<String> members(String name) {
        String joined = joined(name);
        if (joined == null) {
            return List.of();
        }
        List<String> members = new ArrayList<>();
        for (String member : joined.split(",", -1)) {
            String trimmed = member.strip();
            if (!trimmed.isEmpty()) {
                members.add(trimmed.toLowerCase(Locale.ROOT));
            }
        }
        return members;
    }

    /// The fields that `kept` says yes to.
    public Headers where(BiPredicate<String, String> kept) {
        List<String> result = new ArrayList<>(flat.size());
        for (int i = 0; i < flat.size(); i += 2) {
            if (kept.test(flat.get(i), flat.get(i + 1))) {
                result.add(flat.get(i));
                result.add(flat.get(i + 1));
            }
        }
        return new Headers(result);
    }

    /// The fields that travel end to end: without hop-by-hop ones and those that `Connection` names and may.
    public Headers endToEnd() {
        Set<String> named = has("connection") ? new TreeSet<>(members("connection")) : Set.of();
        return where(
                (name, _) -> !HOP_BY_HOP.contains(name) && (!named.contains(name) || ALWAYS_END_TO_END.contains(name)));
    }

    /// True for a field that `Connection` cannot name.
    ///
    /// @param name lower case
    public static boolean forEverybody(String name) {
        return ALWAYS_END_TO_END.contains(name);
    }

    /// These fields with every field that `newer` has replaced by what `newer` says.
    public Headers updatedBy(Headers newer) {
        List<String> result = new ArrayList<>(flat.size());
        for (int i = 0; i < flat.size(); i += 2) {
            if (!newer.has(flat.get(i))) {
                result.add(flat.get(i));
                result.add(flat.get(i + 1));
            }
        }
        result.addAll(newer.flat);
        return new Headers(result);
    }

    /// These fields and one more.
    public Headers with(String name, String value) {
        List<String> result = new ArrayList<>(flat);
        result.add(name);
        result.add(value);
        return new Headers(result);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Iterator<String> i = flat.iterator(); i.hasNext(); ) {
            text.append(i.next()).append(": ").append(i.next()).append('\n');
        }
        return text.toString();
    }
}
