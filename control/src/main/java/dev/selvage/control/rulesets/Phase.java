package dev.selvage.control.rulesets;

import dev.selvage.control.api.Permission;
import dev.selvage.rules.Scope;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The phases that have rules here, in the order in which a request meets them.
public enum Phase {
    HTTP_REQUEST_DYNAMIC_REDIRECT(
            Scope.REQUEST, Permission.DYNAMIC_REDIRECTS_READ, Permission.DYNAMIC_REDIRECTS_WRITE, "redirect"),
    HTTP_REQUEST_TRANSFORM(Scope.REQUEST, Permission.TRANSFORM_RULES_READ, Permission.TRANSFORM_RULES_WRITE, "rewrite"),
    HTTP_CONFIG_SETTINGS(
            Scope.REQUEST, Permission.CONFIG_SETTINGS_READ, Permission.CONFIG_SETTINGS_WRITE, "set_config"),
    HTTP_REQUEST_ORIGIN(Scope.REQUEST, Permission.ORIGIN_READ, Permission.ORIGIN_WRITE, "route"),
    HTTP_REQUEST_FIREWALL_CUSTOM(
            Scope.REQUEST,
            Permission.WAF_READ,
            Permission.WAF_WRITE,
            "block",
            "challenge",
            "js_challenge",
            "log",
            "managed_challenge",
            "skip"),
    HTTP_RATELIMIT(
            Scope.REQUEST,
            Permission.WAF_READ,
            Permission.WAF_WRITE,
            "block",
            "challenge",
            "js_challenge",
            "log",
            "managed_challenge"),
    HTTP_REQUEST_LATE_TRANSFORM(
            Scope.REQUEST, Permission.TRANSFORM_RULES_READ, Permission.TRANSFORM_RULES_WRITE, "rewrite"),
    HTTP_REQUEST_CACHE_SETTINGS(
            Scope.REQUEST, Permission.CACHE_SETTINGS_READ, Permission.CACHE_SETTINGS_WRITE, "set_cache_settings"),
    HTTP_RESPONSE_HEADERS_TRANSFORM(
            Scope.RESPONSE, Permission.TRANSFORM_RULES_READ, Permission.TRANSFORM_RULES_WRITE, "rewrite"),
    HTTP_CUSTOM_ERRORS(Scope.RESPONSE, Permission.CUSTOM_ERRORS_READ, Permission.CUSTOM_ERRORS_WRITE, "serve_error");

    /// Phases of the API that are not available here.
    private static final Set<String> ELSEWHERE = Set.of(
            "ddos_l4",
            "ddos_l7",
            "http_log_custom_fields",
            "http_request_firewall_managed",
            "http_request_redirect",
            "http_request_sanitize",
            "http_request_sbfm",
            "http_request_select_configuration",
            "http_response_cache_settings",
            "http_response_compression",
            "http_response_firewall_managed",
            "magic_transit",
            "magic_transit_ids_managed",
            "magic_transit_managed",
            "magic_transit_ratelimit");

    private final Scope scope;
    private final Permission read;
    private final Permission write;

    /// Never changed.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<String> actions;

    Phase(Scope scope, Permission read, Permission write, String... actions) {
        this.scope = scope;
        this.read = read;
        this.write = write;
        this.actions = Set.of(actions);
    }

    /// What it takes to read the rules of a phase, by its name; what is not available here needs no more
    /// than the zone itself.
    static Permission toRead(String id) {
        return named(id).map(Phase::toRead).orElse(Permission.ZONE_READ);
    }

    /// What it takes to change them.
    static Permission toWrite(String id) {
        return named(id).map(Phase::toWrite).orElse(Permission.ZONE_WRITE);
    }

    Permission toRead() {
        return read;
    }

    Permission toWrite() {
        return write;
    }

    /// What it takes to read the rules of some phase.
    static Set<Permission> toReadAny() {
        return each(Phase::toRead);
    }

    /// What it takes to change those of some phase.
    static Set<Permission> toWriteAny() {
        return each(Phase::toWrite);
    }

    private static Set<Permission> each(Function<Phase, Permission> permission) {
        return Arrays.stream(values()).map(permission).collect(Collectors.toUnmodifiableSet());
    }

    /// What the conditions of its rules may ask for.
    Scope scope() {
        return scope;
    }

    /// What its rules may do.
    Set<String> actions() {
        return actions;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Phase> named(String id) {
        for (Phase phase : values()) {
            if (phase.id().equals(id)) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    /// True for a phase that the API knows, whether or not it is available here.
    static boolean known(String id) {
        return named(id).isPresent() || ELSEWHERE.contains(id);
    }
}
