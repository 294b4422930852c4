package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.SetCache;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Whether a response may be stored, and for how long it is fresh (RFC 9111 sections 3 and 4.2).
public sealed interface Storing {
    /// Not to be stored.
    record No(MissReason why) implements Storing {}

    /// To be stored.
    ///
    /// @param lifetime seconds of freshness counted from the response's generation; 0 is stale at once
    /// @param initialAge seconds that the response was old when it arrived
    /// @param staleWhileRevalidate seconds after expiry in which it may be served while it is fetched
    ///     anew
    /// @param staleIfError seconds after expiry in which it may be served when the origin fails; -1
    ///     when not said
    /// @param mustRevalidate it is never served stale
    /// @param withheld fields that must not be stored with it (a qualified `no-cache` or `private`),
    ///     lower case
    record Yes(
            long lifetime,
            long initialAge,
            long staleWhileRevalidate,
            long staleIfError,
            boolean mustRevalidate,
            List<String> withheld)
            implements Storing {
        /// With all its fields.
        public Yes(
                long lifetime, long initialAge, long staleWhileRevalidate, long staleIfError, boolean mustRevalidate) {
            this(lifetime, initialAge, staleWhileRevalidate, staleIfError, mustRevalidate, List.of());
        }
    }

    /// Longest heuristic freshness, seconds.
    long HEURISTIC_MOST = 86_400;

    /// No rule says how long.
    long LEFT_TO_ORIGIN = Long.MIN_VALUE;

    /// What the decision looks at.
    ///
    /// @param armored the ending of the request's path that the media type must belong to; null when any will do
    /// @param authorized the request carries `Authorization`
    /// @param located the response names the target itself in `Content-Location`
    /// @param byTheLetter RFC 9111 to the letter; else what is risky for owners who do not know it is
    ///     left out
    /// @param tiered the response came through another edge, which may have kept it for a time
    /// @param requestTime epoch milliseconds when the request was sent
    /// @param responseTime epoch milliseconds when the response's head arrived
    record Facts(
            CachePlan plan,
            String method,
            @Nullable String armored,
            boolean authorized,
            boolean requestNoStore,
            boolean located,
            boolean byTheLetter,
            boolean tiered,
            long requestTime,
            long responseTime) {
        /// Of a response that the origin gave.
        public Facts(
                CachePlan plan,
                String method,
                @Nullable String armored,
                boolean authorized,
                boolean requestNoStore,
                boolean located,
                boolean byTheLetter,
                long requestTime,
                long responseTime) {
            this(
                    plan,
                    method,
                    armored,
                    authorized,
                    requestNoStore,
                    located,
                    byTheLetter,
                    false,
                    requestTime,
                    responseTime);
        }
    }

    /// Decides.
    static Storing decide(Facts facts, int status, Headers headers) {
        CachePlan plan = facts.plan();
        if (!plan.eligible()) {
            return new No(plan.whyNot());
        }
        boolean post = facts.method().equals("POST");
        if (!facts.method().equals("GET") && !(post && facts.located() && facts.byTheLetter())) {
            return new No(MissReason.METHOD);
        }
        if (status == 206) {
            return new No(MissReason.RANGE);
        }
        if (status == 304) {
            // Nothing was asked conditionally, or it would not come here: no response to anybody else.
            return new No(MissReason.STATUS);
        }
        if (headers.members("vary").contains("*")) {
            return new No(MissReason.VARY_STAR);
        }
        if (exposed(facts.armored(), status, headers)) {
            return new No(MissReason.CONTENT_TYPE);
        }
        CacheControl targeted = TargetedControl.of(headers);
        CacheControl control = targeted == null ? CacheControl.parse(headers.joined("cache-control")) : targeted;
        boolean expiresCounts = targeted == null;
        long ruled = ruledLifetime(plan.edgeTtl(), status);
        boolean overridden = ruled != LEFT_TO_ORIGIN;
        if (overridden && ruled < 0) {
            return new No(MissReason.NO_STORE);
        }
        if (!overridden) {
            MissReason forbidden = forbidden(facts, status, control);
            if (forbidden != null) {
                return new No(forbidden);
            }
        }
        long explicit = explicitLifetime(control, headers, expiresCounts, facts.responseTime());
        if (headers.has("set-cookie")
                && !control.withheld().contains("set-cookie")
                && !facts.byTheLetter()
                && !(explicit > 0 && plan.byRule())) {
            return new No(MissReason.SET_COOKIE);
        }
        if (facts.authorized() && !control.isPublic() && control.sMaxAge() < 0 && !control.mustRevalidate()) {
            return new No(MissReason.AUTHORIZATION);
        }
        boolean validator = headers.has("etag") || headers.has("last-modified");
        long lifetime;
        if (overridden) {
            lifetime = ruled;
        } else if (control.noCache()) {
            lifetime = 0;
        } else if (explicit >= 0) {
            lifetime = explicit;
        } else if (post) {
            // RFC 9110 section 9.3.3: only with freshness of its own.
            return new No(MissReason.METHOD);
        } else if (disguised(plan, status, headers)) {
            return new No(MissReason.CONTENT_TYPE);
        } else {
            // RFC 9111 section 4.2.2 allows a guess where `public` stands; an error that says so hardly means it.
            boolean guess = control.isPublic() && (status < 500 || facts.byTheLetter());
            lifetime = implicitLifetime(plan, status, headers, guess, facts.responseTime());
            if (lifetime < 0) {
                return new No(MissReason.STATUS);
            }
        }
        // The owner's time counts from the origin's answer, through however many edges it came.
        long age = overridden ? (facts.tiered() ? ageField(headers) + delay(facts) : 0) : initialAge(headers, facts);
        boolean staleAtOnce = lifetime <= age;
        boolean must = overridden ? lifetime == 0 : forbidsStale(control, facts.byTheLetter());
        long whileRevalidate = Math.max(0, control.staleWhileRevalidate());
        boolean usableStale = !must && (whileRevalidate > 0 || control.staleIfError() > 0);
        if (staleAtOnce && !((validator || usableStale) && (plan.originControl() || overridden))) {
            return new No(MissReason.NO_CACHE);
        }
        return new Yes(lifetime, age, whileRevalidate, control.staleIfError(), must, control.withheld());
    }

    /// True when the response must not be served stale (RFC 9111 section 4.2.4).
    ///
    /// By the letter `s-maxage` forbids it even where the same field allows it (section 5.2.2.10).
    /// Owners who write both mean the permission, and it is theirs to give.
    private static boolean forbidsStale(CacheControl control, boolean byTheLetter) {
        boolean permitted = control.staleWhileRevalidate() > 0 || control.staleIfError() > 0;
        return control.noCache()
                || control.mustRevalidate()
                || control.proxyRevalidate()
                || (control.sMaxAge() >= 0 && (byTheLetter || !permitted));
    }

    private static @Nullable MissReason forbidden(Facts facts, int status, CacheControl control) {
        // RFC 9111 section 5.2.2.3: who understands the status goes by the rest, and leaves `no-store` aside.
        if (control.mustUnderstand() && !understood(status)) {
            return MissReason.STATUS;
        }
        if (control.noStore() && !control.mustUnderstand()) {
            return MissReason.NO_STORE;
        }
        if (control.isPrivate()) {
            return MissReason.PRIVATE;
        }
        if (control.noCache() && !facts.plan().originControl()) {
            return MissReason.NO_CACHE;
        }
        return facts.requestNoStore() ? MissReason.REQUEST_NO_STORE : null;
    }

    /// True for the final statuses of RFC 9110 section 15 whose caching this cache conforms to.
    private static boolean understood(int status) {
        return switch (status) {
            case 200, 201, 202, 203, 204, 205, 206 -> true;
            case 300, 301, 302, 303, 304, 307, 308 -> true;
            case 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417 -> true;
            case 421, 422, 426 -> true;
            case 500, 501, 502, 503, 504, 505 -> true;
            default -> false;
        };
    }

    /// What a rule says for this status: seconds, -1 for no-store, or that it leaves it to the origin.
    private static long ruledLifetime(SetCache.@Nullable EdgeTtl rule, int status) {
        if (rule == null) {
            return LEFT_TO_ORIGIN;
        }
        for (SetCache.StatusTtl ttl : rule.byStatus()) {
            if (status >= ttl.from() && status <= ttl.to()) {
                return ttl.seconds();
            }
        }
        // A time for everything is meant for what the origin serves, not for its errors, which one visitor's odd
        // request may have brought about: those have a time of their own, by status, or none.
        boolean served = status < 400 || status == 404 || status == 410;
        return served && rule.mode() == SetCache.Mode.OVERRIDE_ORIGIN && rule.seconds() != null
                ? rule.seconds()
                : LEFT_TO_ORIGIN;
    }

    /// RFC 9111 section 4.2.1; -1 when the response says nothing.
    private static long explicitLifetime(
            CacheControl control, Headers headers, boolean expiresCounts, long responseTime) {
        if (control.sMaxAge() >= 0) {
            return control.sMaxAge();
        }
        if (control.maxAge() >= 0) {
            return control.maxAge();
        }
        if (!expiresCounts || !headers.has("expires")) {
            return -1;
        }
        OptionalLong expires = HttpDate.parse(headers.first("expires"));
        if (expires.isEmpty()) {
            return 0;
        }
        long date = HttpDate.parse(headers.first("date")).orElse(responseTime / 1000);
        return Math.max(0, expires.getAsLong() - date);
    }

    /// True for a page that is called like a file: only its name made it eligible, and an origin that ignores what
    /// follows the name of a page makes it for whoever is logged in (web cache deception).
    private static boolean disguised(CachePlan plan, int status, Headers headers) {
        if (plan.rfc9111() || plan.byRule() || status >= 300) {
            return false;
        }
        return ContentTypes.page(ContentTypes.mediaType(headers.first("content-type")));
    }

    /// True for what is not of the media type that its name promises, where the owner wants that looked at. It may
    /// be a page that an origin made for one visitor, whatever else it says of itself; an error page too. What a
    /// redirect says in its body is nobody's.
    private static boolean exposed(@Nullable String ending, int status, Headers headers) {
        return ending != null
                && (status < 300 || status >= 400)
                && !ContentTypes.belongs(ending, ContentTypes.mediaType(headers.first("content-type")));
    }

    private static long implicitLifetime(
            CachePlan plan, int status, Headers headers, boolean guess, long responseTime) {
        SetCache.EdgeTtl rule = plan.edgeTtl();
        if (rule != null && rule.mode() == SetCache.Mode.BYPASS_BY_DEFAULT) {
            return -1;
        }
        if (!plan.rfc9111()) {
            return switch (status) {
                case 200, 206, 301 -> plan.defaultTtl();
                case 302, 303 -> 1_200;
                case 404, 410 -> 180;
                case 403 -> 60;
                default -> -1;
            };
        }
        boolean heuristic = switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> guess;
        };
        OptionalLong modified = HttpDate.parse(headers.first("last-modified"));
        if (!heuristic || modified.isEmpty()) {
            return -1;
        }
        long date = HttpDate.parse(headers.first("date")).orElse(responseTime / 1000);
        return Math.clamp((date - modified.getAsLong()) / 10, 0, HEURISTIC_MOST);
    }

    /// RFC 9111 section 4.2.3: the corrected initial age, seconds.
    private static long initialAge(Headers headers, Facts facts) {
        long responseTime = facts.responseTime() / 1000;
        OptionalLong date = HttpDate.parse(headers.first("date"));
        long apparent = date.isPresent() ? Math.max(0, responseTime - date.getAsLong()) : 0;
        return Math.max(apparent, ageField(headers) + delay(facts));
    }

    private static long delay(Facts facts) {
        return Math.max(0, facts.responseTime() - facts.requestTime()) / 1000;
    }

    /// The seconds of an `Age` field, 0 when there is none that can be read.
    ///
    /// The first member counts (RFC 9111 section 5.1); what is not a whole number is as if it were
    /// not there.
    static long ageField(Headers headers) {
        String text = headers.first("age");
        if (text == null) {
            return 0;
        }
        int comma = text.indexOf(',');
        return Math.max(0, CacheControl.deltaSeconds((comma < 0 ? text : text.substring(0, comma)).strip()));
    }
}
