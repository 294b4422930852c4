package dev.selvage.model.event;

import java.util.Locale;

/// Why a request was not answered from the cache: a value, shown in `Cache-Status`, in the event and in
/// the dashboard.
public enum MissReason {
    /// It was answered from the cache.
    NONE,
    /// Nothing stored under this key.
    FIRST_SEEN,
    /// A stored response had expired.
    EXPIRED,
    /// A stored response had been purged.
    PURGED,
    /// Stored, but for other values of the headers that `Vary` names.
    VARY,
    /// The method is not GET or HEAD.
    METHOD,
    /// Not one of the paths that are cached by default, and no rule makes it eligible.
    NOT_ELIGIBLE,
    /// A rule says bypass.
    RULE,
    /// The zone is in development mode, or paused.
    DEVELOPMENT_MODE,
    /// The request carries `Authorization` and the response does not allow it.
    AUTHORIZATION,
    /// The request says `no-store`.
    REQUEST_NO_STORE,
    /// A stored response was fresh, but the request asked for a newer one.
    REQUEST_DIRECTIVE,
    /// This edge is cut off and does not know what was purged: the origin is asked about what is stored.
    CUT_OFF,
    /// The request has a query string and the cache level is basic.
    QUERY,
    /// The response says `no-store`.
    NO_STORE,
    /// The response says `private`.
    PRIVATE,
    /// The response says `no-cache` or has no time to live.
    NO_CACHE,
    /// The response sets a cookie.
    SET_COOKIE,
    /// The status has no default time to live and the response no freshness of its own.
    STATUS,
    /// A file by its name, a page by its `Content-Type`.
    CONTENT_TYPE,
    /// `Vary: *`.
    VARY_STAR,
    /// Larger than the cache stores.
    TOO_LARGE,
    /// The connection became another protocol (WebSocket).
    UPGRADE,
    /// The request asks for bytes that are not stored of a resource of which others are, or the response
    /// answers a range in a way that cannot be stored.
    RANGE;

    private static final MissReason[] ALL = values();

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The form of `Cache-Status`'s `detail` and of the GraphQL API.
    public String wire() {
        return wire;
    }

    /// The value with this wire form.
    ///
    /// @throws IllegalArgumentException when there is none
    public static MissReason of(String wire) {
        for (MissReason each : ALL) {
            if (each.wire.equals(wire)) {
                return each;
            }
        }
        throw new IllegalArgumentException("unknown MissReason: " + wire);
    }
}
