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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `set_cache_settings`.
final class CacheParameters {
    private static final Set<String> FIELDS = Set.of("cache", "edge_ttl", "browser_ttl");
    private static final Set<String> EDGE_MODES = Set.of("respect_origin", "override_origin", "bypass_by_default");
    private static final Set<String> BROWSER_MODES =
            Set.of("respect_origin", "override_origin", "bypass_by_default", "bypass");

    /// A year, as in the API.
    private static final int LONGEST = 31_536_000;

    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 999;

    private CacheParameters() {}

    static void check(Body parameters) {
        parameters.only(FIELDS);
        if (FIELDS.stream().noneMatch(parameters::has)) {
            parameters.problems().add(parameters.pointer(), "expected at least one of cache, edge_ttl, browser_ttl");
        }
        parameters.flag("cache");
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

    /// The rule for the edge; `parameters` passed [#check].
    static SetCache compile(JsonNode parameters) {
        JsonNode cache = parameters.path("cache");
        JsonNode edge = parameters.path("edge_ttl");
        JsonNode browser = parameters.path("browser_ttl");
        return new SetCache(
                cache.isBoolean() ? cache.booleanValue() : null,
                edge.isObject() ? new EdgeTtl(mode(edge), seconds(edge), statuses(edge.path("status_code_ttl"))) : null,
                browser.isObject() ? new BrowserTtl(mode(browser), seconds(browser)) : null);
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
