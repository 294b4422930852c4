package dev.selvage.control.rulesets;

import dev.selvage.control.api.Permission;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The phases that have rules here.
public enum Phase {
    HTTP_REQUEST_ORIGIN("route", Permission.ORIGIN_READ, Permission.ORIGIN_WRITE),
    HTTP_REQUEST_CACHE_SETTINGS("set_cache_settings", Permission.CACHE_SETTINGS_READ, Permission.CACHE_SETTINGS_WRITE);

    /// Phases of the API that are not available here.
    private static final Set<String> ELSEWHERE = Set.of(
            "ddos_l4",
            "ddos_l7",
            "http_config_settings",
            "http_custom_errors",
            "http_log_custom_fields",
            "http_ratelimit",
            "http_request_dynamic_redirect",
            "http_request_firewall_custom",
            "http_request_firewall_managed",
            "http_request_late_transform",
            "http_request_redirect",
            "http_request_sanitize",
            "http_request_sbfm",
            "http_request_select_configuration",
            "http_request_transform",
            "http_response_cache_settings",
            "http_response_compression",
            "http_response_firewall_managed",
            "http_response_headers_transform",
            "magic_transit",
            "magic_transit_ids_managed",
            "magic_transit_managed");

    private final String action;
    private final Permission read;
    private final Permission write;

    Phase(String action, Permission read, Permission write) {
        this.action = action;
        this.read = read;
        this.write = write;
    }

    /// What it takes to read the rules of a phase, by its name; what is not available here needs no more
    /// than the zone itself.
    static Permission toRead(String id) {
        return named(id).map(phase -> phase.read).orElse(Permission.ZONE_READ);
    }

    /// What it takes to change them.
    static Permission toWrite(String id) {
        return named(id).map(phase -> phase.write).orElse(Permission.ZONE_WRITE);
    }

    /// The only action of its rules.
    String action() {
        return action;
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
