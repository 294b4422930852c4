package dev.selvage.control.pagerules;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.UrlPattern;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// What a page rule may do: its id in the API is its own in lower case.
enum Action {
    ALWAYS_ONLINE(new ActionValue.Toggle(), Applied.WHOLE),
    ALWAYS_USE_HTTPS(new ActionValue.None(), Applied.WHOLE),
    AUTOMATIC_HTTPS_REWRITES(new ActionValue.Toggle(), Applied.NONE),
    BROWSER_CACHE_TTL(new ActionValue.Seconds(0), Applied.WHOLE),
    BROWSER_CHECK(new ActionValue.Toggle(), Applied.NONE),
    BYPASS_CACHE_ON_COOKIE(new ActionValue.CookieExpression(), Applied.WHOLE),
    CACHE_BY_DEVICE_TYPE(new ActionValue.Toggle(), Applied.WHOLE),
    CACHE_DECEPTION_ARMOR(new ActionValue.Toggle(), Applied.WHOLE),
    CACHE_KEY_FIELDS(new ActionValue.KeyFields(), Applied.KEY),
    CACHE_LEVEL(
            new ActionValue.Choice("bypass", "basic", "simplified", "aggressive", "cache_everything"), Applied.WHOLE),
    CACHE_ON_COOKIE(new ActionValue.CookieExpression(), Applied.WHOLE),
    CACHE_TTL_BY_STATUS(new ActionValue.SecondsByStatus(), Applied.WHOLE),
    DISABLE_APPS(new ActionValue.None(), Applied.NONE),
    DISABLE_PERFORMANCE(new ActionValue.None(), Applied.NONE),
    DISABLE_RAILGUN(new ActionValue.None(), Applied.NONE),
    DISABLE_SECURITY(new ActionValue.None(), Applied.NONE),
    DISABLE_ZARAZ(new ActionValue.None(), Applied.NONE),
    EDGE_CACHE_TTL(new ActionValue.Seconds(1), Applied.WHOLE),
    EMAIL_OBFUSCATION(new ActionValue.Toggle(), Applied.NONE),
    EXPLICIT_CACHE_CONTROL(new ActionValue.Toggle(), Applied.WHOLE),
    FORWARDING_URL(new ActionValue.Forwarding(), Applied.WHOLE),
    HOST_HEADER_OVERRIDE(new ActionValue.Host(false), Applied.WHOLE),
    IP_GEOLOCATION(new ActionValue.Toggle(), Applied.ON),
    MINIFY(new ActionValue.Minify(), Applied.NONE),
    MIRAGE(new ActionValue.Toggle(), Applied.NONE),
    OPPORTUNISTIC_ENCRYPTION(new ActionValue.Toggle(), Applied.NONE),
    ORIGIN_ERROR_PAGE_PASS_THRU(new ActionValue.Toggle(), Applied.ON),
    POLISH(new ActionValue.Choice("off", "lossless", "lossy"), Applied.NONE),
    RESOLVE_OVERRIDE(new ActionValue.Host(true), Applied.WHOLE),
    RESPECT_STRONG_ETAG(new ActionValue.Toggle(), Applied.WHOLE),
    RESPONSE_BUFFERING(new ActionValue.Toggle(), Applied.NONE),
    ROCKET_LOADER(new ActionValue.Toggle(), Applied.NONE),
    SECURITY_LEVEL(
            new ActionValue.Choice("off", "essentially_off", "low", "medium", "high", "under_attack"), Applied.NONE),
    SERVER_SIDE_EXCLUDE(new ActionValue.Toggle(), Applied.NONE),
    SORT_QUERY_STRING_FOR_CACHE(new ActionValue.Toggle(), Applied.WHOLE),
    SSL(new ActionValue.Choice("off", "flexible", "full", "strict", "origin_pull"), Applied.WHOLE),
    TRUE_CLIENT_IP_HEADER(new ActionValue.Toggle(), Applied.NONE),
    WAF(new ActionValue.Toggle(), Applied.NONE);

    /// What of an action the edge acts on.
    private enum Applied {
        WHOLE,
        /// All but what leaves out header fields that are no part of the key anyway.
        KEY,
        /// What `on` asks for, always.
        ON,
        NONE
    }

    private static final Map<String, Action> BY_ID =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Action::id, Function.identity()));

    /// Neither may stand beside any other.
    private static final Set<Action> EXCLUSIVE = Set.of(ALWAYS_USE_HTTPS, FORWARDING_URL);

    /// A record of unmodifiable values, which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ActionValue value;

    private final Applied applied;

    Action(ActionValue value, Applied applied) {
        this.value = value;
        this.applied = applied;
    }

    static Optional<Action> named(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean exclusive() {
        return EXCLUSIVE.contains(this);
    }

    /// Says what is wrong with the value of an action.
    ///
    /// @param pattern the rule's; null when it is none
    void check(Body action, @Nullable UrlPattern pattern) {
        value.check(action, pattern);
    }

    /// The fields of its value, as the API lists them.
    ArrayNode properties() {
        return value.properties();
    }

    /// What of it the edge does not act on; empty when it acts on all of it.
    ///
    /// @param sent a value that passed [#check]
    Optional<String> unapplied(JsonNode sent) {
        return switch (applied) {
            case WHOLE -> Optional.empty();
            case KEY ->
                sent.path("header")
                                .path("exclude")
                                .valueStream()
                                .allMatch(name -> name.asString("").equalsIgnoreCase("origin"))
                        ? Optional.empty()
                        : Optional.of("header.exclude of " + id() + " is stored; of the header fields only origin is"
                                + " part of the key by itself");
            case ON ->
                sent.asString("").equals("on")
                        ? Optional.empty()
                        : Optional.of("\"off\" of " + id() + " is stored; the edge of this version always does what"
                                + " \"on\" asks for");
            case NONE -> Optional.of(id() + " is stored; the edge of this version does not act on it");
        };
    }
}
