package dev.selvage.edge.cache;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The directives of a `Cache-Control` field (RFC 9111 section 5.2, RFC 5861).
///
/// Ages are seconds, -1 when absent; an age that is not a plain number counts as 0, which is stale
/// (section 4.2.1).
public record CacheControl(
        boolean present,
        boolean noStore,
        boolean noCache,
        boolean isPrivate,
        boolean isPublic,
        boolean mustRevalidate,
        boolean proxyRevalidate,
        boolean onlyIfCached,
        long maxAge,
        long sMaxAge,
        long staleWhileRevalidate,
        long staleIfError) {

    /// No directives.
    public static final CacheControl NONE =
            new CacheControl(false, false, false, false, false, false, false, false, -1, -1, -1, -1);

    /// Parses a field's value, all lines joined; null when the field is absent.
    public static CacheControl parse(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return NONE;
        }
        boolean noStore = false;
        boolean noCache = false;
        boolean isPrivate = false;
        boolean isPublic = false;
        boolean mustRevalidate = false;
        boolean proxyRevalidate = false;
        boolean onlyIfCached = false;
        long maxAge = -1;
        long sMaxAge = -1;
        long staleWhileRevalidate = -1;
        long staleIfError = -1;
        int p = 0;
        int n = value.length();
        while (p < n) {
            int nameStart = p;
            while (p < n && value.charAt(p) != '=' && value.charAt(p) != ',') {
                p++;
            }
            String name = value.substring(nameStart, p).strip().toLowerCase(Locale.ROOT);
            String argument = null;
            if (p < n && value.charAt(p) == '=') {
                int start = ++p;
                while (p < n && value.charAt(p) == ' ') {
                    p++;
                }
                // A quotation mark that is never closed quotes nothing: it must not hide the directives after it.
                if (p < n && value.charAt(p) == '"' && closed(value, p)) {
                    StringBuilder quoted = new StringBuilder();
                    p++;
                    while (p < n && value.charAt(p) != '"') {
                        if (value.charAt(p) == '\\' && p + 1 < n) {
                            p++;
                        }
                        quoted.append(value.charAt(p++));
                    }
                    argument = quoted.toString();
                    while (p < n && value.charAt(p) != ',') {
                        p++;
                    }
                } else {
                    while (p < n && value.charAt(p) != ',') {
                        p++;
                    }
                    argument = value.substring(start, p).strip();
                }
            }
            p++;
            switch (name) {
                case "no-store" -> noStore = true;
                // A field list narrows no-cache and private; treating it as the whole response is the safe reading.
                case "no-cache" -> noCache = true;
                case "private" -> isPrivate = true;
                case "public" -> isPublic = true;
                case "must-revalidate" -> mustRevalidate = true;
                case "proxy-revalidate" -> proxyRevalidate = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "max-age" -> maxAge = least(maxAge, seconds(argument));
                case "s-maxage" -> sMaxAge = least(sMaxAge, seconds(argument));
                case "stale-while-revalidate" -> staleWhileRevalidate = seconds(argument);
                case "stale-if-error" -> staleIfError = seconds(argument);
                default -> {
                    // RFC 9111 section 5.2.3: directives that are not known are ignored.
                }
            }
        }
        return new CacheControl(
                true,
                noStore,
                noCache,
                isPrivate,
                isPublic,
                mustRevalidate,
                proxyRevalidate,
                onlyIfCached,
                maxAge,
                sMaxAge,
                staleWhileRevalidate,
                staleIfError);
    }

    /// True when the quotation mark at `open` has its partner.
    private static boolean closed(String value, int open) {
        for (int i = open + 1; i < value.length(); i++) {
            if (value.charAt(i) == '\\') {
                i++;
            } else if (value.charAt(i) == '"') {
                return true;
            }
        }
        return false;
    }

    /// Of two ages that contradict each other the shorter one is the safe one.
    private static long least(long before, long now) {
        return before < 0 ? now : Math.min(before, now);
    }

    private static long seconds(@Nullable String text) {
        if (text == null || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        // RFC 9111 section 1.2.2: what does not fit counts as 2^31.
        return text.length() > 10 ? 1L << 31 : Math.min(1L << 31, Long.parseLong(text));
    }
}
