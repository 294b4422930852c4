package dev.selvage.edge.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The directives of a `Cache-Control` field, or of one that takes its place (RFC 9111 section 5.2, RFC
/// 5861, RFC 8246).
///
/// Ages are seconds, -1 when absent; an age that is not a plain number counts as 0, which is stale
/// (section 4.2.1). Directives that are not known are ignored (section 5.2.3).
public final class CacheControl {
    /// No directives.
    public static final CacheControl NONE = new Reading().none();

    /// RFC 9111 section 1.2.2: what does not fit counts as 2^31.
    static final long MOST = 1L << 31;

    /// A `max-stale` without an argument takes a response however stale.
    public static final long ANY_STALENESS = 1L << 40;

    private final boolean present;
    private final boolean noStore;
    private final boolean noCache;
    private final boolean isPrivate;
    private final boolean isPublic;
    private final boolean mustRevalidate;
    private final boolean proxyRevalidate;
    private final boolean mustUnderstand;
    private final boolean immutable;
    private final boolean onlyIfCached;
    private final boolean noTransform;
    private final long maxAge;
    private final long sMaxAge;
    private final long maxStale;
    private final long minFresh;
    private final long staleWhileRevalidate;
    private final long staleIfError;
    private final List<String> withheld;

    /// What has been read of a field so far.
    static final class Reading {
        private boolean noStore;
        private boolean noCache;
        private boolean isPrivate;
        private boolean isPublic;
        private boolean mustRevalidate;
        private boolean proxyRevalidate;
        private boolean mustUnderstand;
        private boolean immutable;
        private boolean onlyIfCached;
        private boolean noTransform;
        private long maxAge = -1;
        private long sMaxAge = -1;
        private long maxStale = -1;
        private long minFresh = -1;
        private long staleWhileRevalidate = -1;
        private long staleIfError = -1;
        private final List<String> withheld = new ArrayList<>();

        /// Takes one directive.
        ///
        /// @param name lower case
        /// @param quoted the argument was a quoted string
        void directive(String name, @Nullable String argument, boolean quoted) {
            switch (name) {
                case "no-store" -> noStore = true;
                case "no-cache" -> noCache |= !withholds(argument, quoted);
                case "private" -> isPrivate |= !withholds(argument, quoted);
                case "public" -> isPublic = true;
                case "must-revalidate" -> mustRevalidate = true;
                case "proxy-revalidate" -> proxyRevalidate = true;
                case "must-understand" -> mustUnderstand = true;
                case "immutable" -> immutable = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "no-transform" -> noTransform = true;
                case "max-age" -> maxAge = least(maxAge, seconds(argument));
                case "s-maxage" -> sMaxAge = least(sMaxAge, seconds(argument));
                case "max-stale" -> maxStale = argument == null ? ANY_STALENESS : seconds(argument);
                case "min-fresh" -> minFresh = Math.max(minFresh, seconds(argument));
                case "stale-while-revalidate" -> staleWhileRevalidate = seconds(argument);
                case "stale-if-error" -> staleIfError = seconds(argument);
                default -> {
                    // RFC 9111 section 5.2.3: ignored.
                }
            }
        }

        /// Notes the field names of a qualified `no-cache` or `private`; false when it names none, and
        /// so means the whole response. Names without quotation marks are no field list (section
        /// 5.2.2.4): the whole, to be safe.
        private boolean withholds(@Nullable String argument, boolean quoted) {
            if (argument == null || !quoted) {
                return false;
            }
            boolean any = false;
            for (String name : argument.split(",", -1)) {
                String trimmed = name.strip().toLowerCase(Locale.ROOT);
                if (!trimmed.isEmpty()) {
                    any = true;
                    withheld.add(trimmed);
                }
            }
            return any;
        }

        private CacheControl none() {
            return new CacheControl(this, false);
        }

        CacheControl read() {
            return new CacheControl(this, true);
        }
    }

    private CacheControl(Reading reading, boolean present) {
        this.present = present;
        this.noStore = reading.noStore;
        this.noCache = reading.noCache;
        this.isPrivate = reading.isPrivate;
        this.isPublic = reading.isPublic;
        this.mustRevalidate = reading.mustRevalidate;
        this.proxyRevalidate = reading.proxyRevalidate;
        this.mustUnderstand = reading.mustUnderstand;
        this.immutable = reading.immutable;
        this.onlyIfCached = reading.onlyIfCached;
        this.noTransform = reading.noTransform;
        this.maxAge = reading.maxAge;
        this.sMaxAge = reading.sMaxAge;
        this.maxStale = reading.maxStale;
        this.minFresh = reading.minFresh;
        this.staleWhileRevalidate = reading.staleWhileRevalidate;
        this.staleIfError = reading.staleIfError;
        this.withheld = List.copyOf(reading.withheld);
    }

    /// Parses a field's value, all lines joined; null when the field is absent.
    public static CacheControl parse(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return NONE;
        }
        Reading reading = new Reading();
        int p = 0;
        int n = value.length();
        while (p < n) {
            int nameStart = p;
            while (p < n && value.charAt(p) != '=' && value.charAt(p) != ',') {
                p++;
            }
            String name = value.substring(nameStart, p).strip().toLowerCase(Locale.ROOT);
            String argument = null;
            boolean quoted = false;
            if (p < n && value.charAt(p) == '=') {
                int start = ++p;
                while (p < n && value.charAt(p) == ' ') {
                    p++;
                }
                // A quotation mark that is never closed quotes nothing: it must not hide the directives after it.
                if (p < n && value.charAt(p) == '"' && closed(value, p)) {
                    quoted = true;
                    StringBuilder text = new StringBuilder();
                    p++;
                    while (p < n && value.charAt(p) != '"') {
                        if (value.charAt(p) == '\\' && p + 1 < n) {
                            p++;
                        }
                        text.append(value.charAt(p++));
                    }
                    argument = text.toString();
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
            reading.directive(name, argument, quoted);
        }
        return reading.read();
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
        return text == null ? 0 : Math.max(0, deltaSeconds(text));
    }

    /// RFC 9111 section 1.2.2: digits only; -1 for anything else.
    static long deltaSeconds(String text) {
        int n = text.length();
        if (n == 0) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = Math.min(MOST, value * 10 + (c - '0'));
        }
        return value;
    }

    /// False when there was no field.
    public boolean present() {
        return present;
    }

    public boolean noStore() {
        return noStore;
    }

    /// `no-cache` for the whole response.
    public boolean noCache() {
        return noCache;
    }

    /// `private` for the whole response.
    public boolean isPrivate() {
        return isPrivate;
    }

    public boolean isPublic() {
        return isPublic;
    }

    public boolean mustRevalidate() {
        return mustRevalidate;
    }

    public boolean proxyRevalidate() {
        return proxyRevalidate;
    }

    public boolean mustUnderstand() {
        return mustUnderstand;
    }

    public boolean immutable() {
        return immutable;
    }

    public boolean onlyIfCached() {
        return onlyIfCached;
    }

    public boolean noTransform() {
        return noTransform;
    }

    public long maxAge() {
        return maxAge;
    }

    public long sMaxAge() {
        return sMaxAge;
    }

    /// Seconds of staleness that a request accepts.
    public long maxStale() {
        return maxStale;
    }

    /// Seconds of freshness that a request wants left.
    public long minFresh() {
        return minFresh;
    }

    public long staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    public long staleIfError() {
        return staleIfError;
    }

    /// Fields that a qualified `no-cache` or `private` keeps out of what is stored, lower case.
    public List<String> withheld() {
        return withheld;
    }
}
