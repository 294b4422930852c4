package dev.selvage.control.pagerules;

import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.SslMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The page rules of a zone, for the edges.
public final class ZonePageRules {
    private static final int PERMANENT = 301;

    private ZonePageRules() {}

    /// The active rules in the order in which they are tried. Those with nothing that the edge acts on are among
    /// them: where one matches, no other applies.
    public static List<PageRule> active(Tx tx, Zone zone) {
        return StoredPageRule.of(tx, zone).stream()
                .map(StoredPageRule::content)
                .filter(PageRuleForm::active)
                .map(ZonePageRules::compiled)
                .toList();
    }

    private static PageRule compiled(PageRuleForm form) {
        Map<Action, JsonNode> values = new EnumMap<>(Action.class);
        for (JsonNode action : form.actions()) {
            Action.named(action.get("id").stringValue()).ifPresent(known -> values.put(known, action.path("value")));
        }
        if (values.containsKey(Action.ALWAYS_USE_HTTPS)) {
            return PageRule.redirecting(form.pattern(), new PageRule.Redirect(null, PERMANENT));
        }
        JsonNode forwarding = values.get(Action.FORWARDING_URL);
        if (forwarding != null) {
            return PageRule.redirecting(
                    form.pattern(),
                    new PageRule.Redirect(
                            forwarding.get("url").stringValue(),
                            forwarding.get("status_code").intValue()));
        }
        String level = text(values, Action.CACHE_LEVEL);
        String ssl = text(values, Action.SSL);
        String originHost = text(values, Action.RESOLVE_OVERRIDE);
        return new PageRule(
                form.pattern(),
                null,
                level == null ? null : PageRule.Level.valueOf(level.toUpperCase(Locale.ROOT)),
                edgeTtl(values),
                number(values, Action.BROWSER_CACHE_TTL),
                toggle(values, Action.EXPLICIT_CACHE_CONTROL),
                toggle(values, Action.SORT_QUERY_STRING_FOR_CACHE),
                text(values, Action.BYPASS_CACHE_ON_COOKIE),
                text(values, Action.CACHE_ON_COOKIE),
                text(values, Action.HOST_HEADER_OVERRIDE),
                originHost == null ? null : HostName.of(originHost).orElse(originHost),
                ssl == null ? null : SslMode.valueOf(ssl.toUpperCase(Locale.ROOT)),
                toggle(values, Action.ALWAYS_ONLINE),
                KeyFields.compiled(
                        toggle(values, Action.CACHE_BY_DEVICE_TYPE),
                        toggle(values, Action.CACHE_DECEPTION_ARMOR),
                        value(values, Action.CACHE_KEY_FIELDS)),
                toggle(values, Action.RESPECT_STRONG_ETAG));
    }

    private static SetCache.@Nullable EdgeTtl edgeTtl(Map<Action, JsonNode> values) {
        Integer seconds = number(values, Action.EDGE_CACHE_TTL);
        JsonNode byStatus = values.get(Action.CACHE_TTL_BY_STATUS);
        if (seconds == null && byStatus == null) {
            return null;
        }
        return new SetCache.EdgeTtl(
                seconds == null ? SetCache.Mode.RESPECT_ORIGIN : SetCache.Mode.OVERRIDE_ORIGIN,
                seconds,
                byStatus == null ? List.of() : StatusTtls.compiled(byStatus));
    }

    private static JsonNode value(Map<Action, JsonNode> values, Action action) {
        return values.getOrDefault(action, MissingNode.getInstance());
    }

    private static @Nullable String text(Map<Action, JsonNode> values, Action action) {
        JsonNode value = value(values, action);
        return value.isString() ? value.stringValue() : null;
    }

    private static @Nullable Integer number(Map<Action, JsonNode> values, Action action) {
        JsonNode value = value(values, action);
        return value.isNumber() ? value.intValue() : null;
    }

    private static @Nullable Boolean toggle(Map<Action, JsonNode> values, Action action) {
        String value = text(values, action);
        return value == null ? null : value.equals("on");
    }
}
