package dev.selvage.control.rulesets;

import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Mode;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds rules by which what is one visitor's own would be stored and given to others.
///
/// Three kinds of them, each only where nothing in the cache key tells the visitors apart:
///
/// 1. A cache rule stores responses to requests because of what is personal in them.
/// 2. A cache rule stores, for every URL, what the origin says is private.
/// 3. A rule before the cache has the origin see something else, or another origin asked, by what is personal, and a
///    cache rule for the same URLs stores the response.
///
/// A rule for requests *without* a cookie is none of these, and neither is one that leaves out the cookie's holders.
final class SharedVariants {
    /// The phases that it is about.
    static final Set<Phase> PHASES = Set.of(
            Phase.HTTP_REQUEST_TRANSFORM,
            Phase.HTTP_REQUEST_ORIGIN,
            Phase.HTTP_REQUEST_LATE_TRANSFORM,
            Phase.HTTP_REQUEST_CACHE_SETTINGS);

    /// Something to be told.
    ///
    /// @param rule its place in the ruleset, from 0
    record Finding(Phase phase, int rule, String text) {}

    /// An enabled rule.
    private record Ruled(int index, ObjectNode rule, String expression, Condition condition, Personal.Asked asked) {
        boolean always() {
            return condition instanceof Condition.Constant(boolean met) && met;
        }
    }

    /// A cache rule, and what it comes to with those that apply wherever it does.
    private record Storing(Ruled rule, SetCache own, SetCache whole, Coverage coverage) {}

    private final Map<Phase, List<Ruled>> rules = new EnumMap<>(Phase.class);
    private final List<Storing> storing = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private SharedVariants(List<Ruleset> rulesets) {
        for (Ruleset ruleset : rulesets) {
            if (PHASES.contains(ruleset.phase())) {
                rules.put(ruleset.phase(), ruled(ruleset));
            }
        }
    }

    /// What is to be said of the rules of a zone.
    static List<Finding> in(List<Ruleset> rulesets) {
        SharedVariants variants = new SharedVariants(rulesets);
        variants.storing();
        variants.storing.forEach(variants::becauseOfThePersonal);
        variants.storing.forEach(variants::whatIsPrivate);
        variants.beforeTheCache();
        return variants.findings;
    }

    private static List<Ruled> ruled(Ruleset ruleset) {
        List<Ruled> ruled = new ArrayList<>();
        List<ObjectNode> each = ruleset.each();
        for (int i = 0; i < each.size(); i++) {
            String expression = each.get(i).get("expression").stringValue();
            if (each.get(i).get("enabled").booleanValue()
                    && Expressions.condition(expression, Scope.REQUEST)
                            instanceof Reading.Accepted<Condition>(Condition condition)) {
                ruled.add(new Ruled(i, each.get(i), expression.strip(), condition, Personal.of(condition)));
            }
        }
        return ruled;
    }

    private List<Ruled> of(Phase phase) {
        return rules.getOrDefault(phase, List.of());
    }

    /// A later rule that applies wherever an earlier one does overrides it.
    private void storing() {
        List<Ruled> all = of(Phase.HTTP_REQUEST_CACHE_SETTINGS);
        List<SetCache> actions =
                all.stream().map(rule -> CacheParameters.compile(rule.rule)).toList();
        for (int i = 0; i < all.size(); i++) {
            SetCache own = actions.get(i);
            if (!stores(own)) {
                continue;
            }
            SetCache whole = new SetCache(null, null, null);
            for (int j = 0; j < all.size(); j++) {
                boolean applies = all.get(j).always() || all.get(j).expression.equals(all.get(i).expression);
                if (applies) {
                    whole = over(whole, actions.get(j));
                }
            }
            if (stores(whole)) {
                storing.add(new Storing(all.get(i), own, whole, Coverage.of(all.get(i).condition)));
            }
        }
    }

    private static boolean stores(SetCache action) {
        boolean bypass = Boolean.FALSE.equals(action.cache());
        return !bypass && (Boolean.TRUE.equals(action.cache()) || overrides(action));
    }

    private static boolean overrides(SetCache action) {
        SetCache.EdgeTtl ttl = action.edgeTtl();
        return ttl != null && ttl.mode() == Mode.OVERRIDE_ORIGIN && ttl.seconds() != null && ttl.seconds() > 0;
    }

    private static SetCache over(SetCache first, SetCache then) {
        return new SetCache(
                then.cache() == null ? first.cache() : then.cache(),
                then.edgeTtl() == null ? first.edgeTtl() : then.edgeTtl(),
                null,
                then.cacheKey() == null ? first.cacheKey() : then.cacheKey(),
                null,
                null,
                null,
                null,
                null);
    }

    private void becauseOfThePersonal(Storing storing) {
        for (Personal personal : storing.rule.asked.needed()) {
            if (!personal.in(storing.whole.cacheKey())) {
                add(
                        Phase.HTTP_REQUEST_CACHE_SETTINGS,
                        storing.rule,
                        "stores responses to requests with " + personal.told() + ", which others are given too; "
                                + personal.remedy() + ", or set \"cache\" to false for these requests");
                return;
            }
        }
    }

    private void whatIsPrivate(Storing storing) {
        KeyForm key = storing.whole.cacheKey();
        boolean apart = key != null && (key.cookie() != null || key.header() != null);
        boolean spared = of(Phase.HTTP_REQUEST_CACHE_SETTINGS).stream()
                .anyMatch(other -> other.index > storing.rule.index
                        && !other.asked.needed().isEmpty()
                        && Boolean.FALSE.equals(
                                CacheParameters.compile(other.rule).cache()));
        if (storing.rule.always() && overrides(storing.own) && overrides(storing.whole) && !apart && !spared) {
            add(
                    Phase.HTTP_REQUEST_CACHE_SETTINGS,
                    storing.rule,
                    "stores every response, also what the origin says is private, for all visitors; limit the rule to"
                            + " URLs that are for everybody, add a later rule that sets \"cache\" to false for requests"
                            + " with your session's cookie, or use the mode \"respect_origin\"");
        }
    }

    private void beforeTheCache() {
        for (Ruled rule : of(Phase.HTTP_REQUEST_LATE_TRANSFORM)) {
            Set<Personal> seen = new LinkedHashSet<>();
            for (JsonNode change : rule.rule.path("action_parameters").path("headers")) {
                if (!change.path("operation").asString("").equals("remove")) {
                    seen.addAll(rule.asked.needed());
                    seen.addAll(computed(change));
                }
            }
            stored(Phase.HTTP_REQUEST_LATE_TRANSFORM, rule, seen, "tells the origin of ");
        }
        for (Ruled rule : of(Phase.HTTP_REQUEST_TRANSFORM)) {
            JsonNode query = rule.rule.path("action_parameters").path("uri").path("query");
            Set<Personal> seen = new LinkedHashSet<>(computed(query));
            if (!query.isMissingNode()) {
                seen.addAll(rule.asked.needed());
            }
            stored(Phase.HTTP_REQUEST_TRANSFORM, rule, seen, "tells the origin by the query of ");
        }
        for (Ruled rule : of(Phase.HTTP_REQUEST_ORIGIN)) {
            stored(Phase.HTTP_REQUEST_ORIGIN, rule, rule.asked.needed(), "chooses the origin by ");
        }
    }

    private static Set<Personal> computed(JsonNode computed) {
        JsonNode text = computed.path("expression");
        return text.isString()
                        && Expressions.text(text.stringValue(), Scope.REQUEST)
                                instanceof Reading.Accepted<Value>(Value value)
                ? Personal.of(value)
                : Set.of();
    }

    /// Says so where a response to what `rule` changed is stored for all.
    private void stored(Phase phase, Ruled rule, Set<Personal> seen, String does) {
        if (seen.isEmpty()) {
            return;
        }
        Coverage coverage = Coverage.of(rule.condition);
        for (Storing each : storing) {
            Optional<Personal> shared = seen.stream()
                    .filter(personal -> !apart(phase, personal, each))
                    .findFirst();
            if (shared.isPresent() && coverage.overlaps(each.coverage)) {
                add(
                        phase,
                        rule,
                        does + shared.get().told() + ", and the cache rule "
                                + each.rule.rule.path("ref").stringValue() + " gives the response to others too; "
                                + shared.get().remedy() + ", or set \"cache\" to false for these requests");
                return;
            }
        }
    }

    private static boolean apart(Phase phase, Personal personal, Storing storing) {
        KeyForm key = storing.whole.cacheKey();
        boolean left = storing.rule.asked.excluded().stream()
                .anyMatch(excluded -> kind(excluded).equals(kind(personal)));
        return left
                || personal.in(key)
                || switch (phase) {
                    // The key is made of the URL as it was rewritten.
                    case HTTP_REQUEST_TRANSFORM -> wholeQuery(key);
                    case HTTP_REQUEST_ORIGIN -> key != null && Boolean.TRUE.equals(key.hostResolved());
                    case HTTP_REQUEST_DYNAMIC_REDIRECT,
                            HTTP_CONFIG_SETTINGS,
                            HTTP_REQUEST_FIREWALL_CUSTOM,
                            HTTP_RATELIMIT,
                            HTTP_REQUEST_LATE_TRANSFORM,
                            HTTP_REQUEST_CACHE_SETTINGS,
                            HTTP_RESPONSE_HEADERS_TRANSFORM,
                            HTTP_CUSTOM_ERRORS -> false;
                };
    }

    private static boolean wholeQuery(@Nullable KeyForm key) {
        SetCache.Query query = key == null ? null : key.query();
        return query == null || (query.included() && query.all());
    }

    private static String kind(Personal personal) {
        return switch (personal) {
            case Personal.Cookie _, Personal.Cookies _ -> "cookie";
            case Personal.Header(String name) -> name;
            case Personal.Certificate _ -> "certificate";
        };
    }

    private void add(Phase phase, Ruled rule, String text) {
        findings.add(new Finding(
                phase, rule.index, "the rule " + rule.rule.path("ref").stringValue() + " " + text));
    }
}
