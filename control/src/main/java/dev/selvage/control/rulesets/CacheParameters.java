package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.BrowserTtl;
import dev.selvage.model.rules.SetCache.EdgeTtl;
import dev.selvage.model.rules.SetCache.Mode;
import dev.selvage.model.rules.SetCache.StatusTtl;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The parameters of the action `set_cache_settings`.
final class CacheParameters {
    private static final Set<String> FLAGS =
            Set.of("cache", "origin_cache_control", "origin_error_page_passthru", "respect_strong_etags");

    /// Checked and stored; the edge does not act on them.
    static final Set<String> UNAPPLIED =
            Set.of("additional_cacheable_ports", "cache_reserve", "origin_range_requests", "shared_dictionary", "vary");

    private static final Set<String> FIELDS = Stream.of(
                    FLAGS, UNAPPLIED, Set.of("browser_ttl", "cache_key", "edge_ttl", "read_timeout", "serve_stale"))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /// Of the phase `http_response_cache_settings`.
    private static final Set<String> OF_RESPONSES = Set.of("strip_etags", "strip_last_modified", "strip_set_cookie");

    private static final Set<String> EDGE_MODES = Set.of("respect_origin", "override_origin", "bypass_by_default");
    private static final Set<String> BROWSER_MODES =
            Set.of("respect_origin", "override_origin", "bypass_by_default", "bypass");

    /// A year, as in the API.
    private static final int LONGEST = 31_536_000;

    /// Seconds, as of the zone setting `proxy_read_timeout`.
    private static final int LONGEST_READ = 6_000;

    private static final int MOST_PORTS = 20;

    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 999;

    private CacheParameters() {}

    static void check(Body parameters) {
        for (String field : OF_RESPONSES) {
            if (parameters.has(field)) {
                parameters
                        .problems()
                        .add(
                                parameters.pointer(field),
                                "\"" + field + "\" belongs to the phase http_response_cache_settings, which is not"
                                        + " available");
                parameters.node().remove(field);
            }
        }
        parameters.only(FIELDS);
        if (FIELDS.stream().noneMatch(parameters::has)) {
            parameters
                    .problems()
                    .add(parameters.pointer(), "expected at least one setting, such as \"cache\" or \"edge_ttl\"");
        }
        FLAGS.forEach(parameters::flag);
        Body edge = parameters.object("edge_ttl");
        if (edge != null) {
            edge.only(Set.of("mode", "default", "status_code_ttl"));
            ttl(edge, EDGE_MODES);
            for (Body status : edge.objects("status_code_ttl", 100)) {
                status(status);
            }
        }
        Body browser = parameters.object("browser_ttl");
        if (browser != null) {
            browser.only(Set.of("mode", "default"));
            ttl(browser, BROWSER_MODES);
        }
        Body key = parameters.object("cache_key");
        if (key != null) {
            CacheKeyParameters.check(key);
        }
        Body stale = parameters.object("serve_stale");
        if (stale != null) {
            stale.only(Set.of("disable_stale_while_updating"));
            if (stale.require("disable_stale_while_updating")) {
                stale.flag("disable_stale_while_updating");
            }
        }
        parameters.number("read_timeout", 1, LONGEST_READ);
        unapplied(parameters);
    }

    /// Checks what the edge does not act on.
    private static void unapplied(Body parameters) {
        ArrayNode ports = parameters.array("additional_cacheable_ports");
        if (ports != null
                && (ports.isEmpty()
                        || ports.size() > MOST_PORTS
                        || !ports.valueStream().allMatch(CacheParameters::port))) {
            parameters
                    .problems()
                    .add(
                            parameters.pointer("additional_cacheable_ports"),
                            "\"additional_cacheable_ports\" must have 1 to " + MOST_PORTS + " numbers from 1 to 65535");
        }
        Body reserve = parameters.object("cache_reserve");
        if (reserve != null) {
            reserve.only(Set.of("eligible", "minimum_file_size"));
            if (reserve.require("eligible")) {
                reserve.flag("eligible");
            }
            reserve.number("minimum_file_size", 0, Integer.MAX_VALUE);
        }
        Body ranges = parameters.object("origin_range_requests");
        if (ranges != null) {
            ranges.only(Set.of("mode"));
            if (ranges.require("mode")) {
                ranges.choice("mode", Set.of("on", "off", "default"));
            }
        }
        Body dictionary = parameters.object("shared_dictionary");
        if (dictionary != null) {
            dictionary.only(Set.of("match_pattern"));
            String pattern = dictionary.require("match_pattern") ? dictionary.text("match_pattern", 1_024) : null;
            if (pattern != null && pattern.isEmpty()) {
                dictionary.problems().add(dictionary.pointer("match_pattern"), "\"match_pattern\" must not be empty");
            }
        }
        Body vary = parameters.object("vary");
        if (vary != null) {
            VaryParameters.check(vary);
        }
    }

    private static boolean port(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 1 && node.intValue() <= 65_535;
    }

    /// A mode, and the seconds that only one of them has.
    private static void ttl(Body ttl, Set<String> modes) {
        String mode = ttl.require("mode") ? ttl.choice("mode", modes) : null;
        ttl.number("default", 0, LONGEST);
        if (mode == null) {
            return;
        }
        boolean override = mode.equals("override_origin");
        if (override && !ttl.has("default")) {
            ttl.problems().add(ttl.pointer("default"), "\"default\" is required in override_origin mode");
        }
        if (!override && ttl.has("default")) {
            ttl.problems().add(ttl.pointer("default"), "\"default\" is useless in " + mode + " mode; leave it out");
        }
    }

    private static void status(Body status) {
        status.only(Set.of("status_code", "status_code_range", "value"));
        if (status.require("value")) {
            status.number("value", -1, LONGEST);
        }
        if (status.has("status_code") == status.has("status_code_range")) {
            status.problems().add(status.pointer(), "expected either \"status_code\" or \"status_code_range\"");
        }
        status.number("status_code", LOWEST_STATUS, HIGHEST_STATUS);
        Body range = status.object("status_code_range");
        if (range != null) {
            range.only(Set.of("from", "to"));
            Integer from = range.number("from", LOWEST_STATUS, HIGHEST_STATUS);
            Integer to = range.number("to", LOWEST_STATUS, HIGHEST_STATUS);
            if (!range.has("from") && !range.has("to")) {
                range.problems().add(range.pointer(), "expected \"from\", \"to\" or both");
            }
            if (from != null && to != null && from > to) {
                range.problems().add(range.pointer(), "\"from\" must not be above \"to\"");
            }
        }
    }

    /// The rule for the edge; `rule` passed [#check].
    static SetCache compile(JsonNode rule) {
        JsonNode parameters = rule.path("action_parameters");
        JsonNode edge = parameters.path("edge_ttl");
        JsonNode browser = parameters.path("browser_ttl");
        JsonNode key = parameters.path("cache_key");
        JsonNode timeout = parameters.path("read_timeout");
        Boolean unstale = flag(parameters.path("serve_stale").path("disable_stale_while_updating"));
        return new SetCache(
                flag(parameters.path("cache")),
                edge.isObject() ? new EdgeTtl(mode(edge), seconds(edge), statuses(edge.path("status_code_ttl"))) : null,
                browser.isObject() ? new BrowserTtl(mode(browser), seconds(browser)) : null,
                key.isObject() ? CacheKeyParameters.compile(key) : null,
                unstale == null ? null : !unstale,
                flag(parameters.path("respect_strong_etags")),
                flag(parameters.path("origin_error_page_passthru")),
                flag(parameters.path("origin_cache_control")),
                timeout.isNumber() ? timeout.intValue() : null);
    }

    static @Nullable Boolean flag(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : null;
    }

    private static Mode mode(JsonNode ttl) {
        return Mode.valueOf(ttl.path("mode").stringValue().toUpperCase(Locale.ROOT));
    }

    private static @Nullable Integer seconds(JsonNode ttl) {
        JsonNode seconds = ttl.path("default");
        return seconds.isNumber() ? seconds.intValue() : null;
    }

    private static List<StatusTtl> statuses(JsonNode list) {
        List<StatusTtl> statuses = new ArrayList<>();
        for (JsonNode entry : list) {
            JsonNode one = entry.path("status_code");
            JsonNode range = entry.path("status_code_range");
            int from = one.isNumber() ? one.intValue() : bound(range.path("from"), LOWEST_STATUS);
            int to = one.isNumber() ? one.intValue() : bound(range.path("to"), HIGHEST_STATUS);
            statuses.add(new StatusTtl(from, to, entry.path("value").intValue()));
        }
        return statuses;
    }

    private static int bound(JsonNode node, int absent) {
        return node.isNumber() ? node.intValue() : absent;
    }
}
