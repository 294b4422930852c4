package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.RateLimit;
import dev.selvage.rules.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What a rule of the phase `http_ratelimit` has beside its action: what is counted, and how much is too much.
final class RateLimitForm {
    private static final Set<String> FIELDS = Set.of(
            "characteristics",
            "period",
            "requests_per_period",
            "mitigation_timeout",
            "counting_expression",
            "requests_to_origin");

    private static final Set<Integer> PERIODS = Set.of(10, 60, 120, 300, 600, 3_600);

    private static final int MOST_REQUESTS = 1_000_000;
    private static final int LONGEST_TIMEOUT = 86_400;
    private static final int MOST_CHARACTERISTICS = 10;

    /// Fields of which each value is counted apart.
    private static final Set<String> PLAIN = Set.of(
            "cf.colo.id",
            "cf.unique_visitor_id",
            "http.host",
            "http.request.uri.path",
            "ip.geoip.asnum",
            "ip.geoip.country",
            "ip.src",
            "ip.src.asnum",
            "ip.src.country");

    /// Maps of which each value of one name is counted apart.
    private static final Set<String> NAMED =
            Set.of("http.request.cookies", "http.request.headers", "http.request.uri.args");

    private RateLimitForm() {}

    static void check(Body limit) {
        limit.only(FIELDS);
        limit.require("characteristics");
        characteristics(limit);
        Integer period = limit.require("period") ? limit.number("period", 1, 3_600) : null;
        if (period != null && !PERIODS.contains(period)) {
            limit.problems()
                    .add(
                            limit.pointer("period"),
                            "\"period\" must be one of " + new TreeSet<>(PERIODS) + " seconds, not " + period);
        }
        if (limit.require("requests_per_period")) {
            limit.number("requests_per_period", 1, MOST_REQUESTS);
        }
        limit.number("mitigation_timeout", 0, LONGEST_TIMEOUT);
        limit.flag("requests_to_origin");
        if (limit.node().path("counting_expression").asString("absent").isEmpty()) {
            // In the API's own form for "as the rule's expression".
            limit.node().remove("counting_expression");
        }
        Expressed.condition(limit, "counting_expression", Scope.RESPONSE);
    }

    private static void characteristics(Body limit) {
        List<String> characteristics = limit.texts("characteristics", MOST_CHARACTERISTICS, 256);
        if (limit.node().path("characteristics").isArray()
                && limit.node().path("characteristics").isEmpty()) {
            limit.problems().add(limit.pointer("characteristics"), "expected at least one, such as \"ip.src\"");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < characteristics.size(); i++) {
            String characteristic = characteristics.get(i);
            if (!known(characteristic) || !seen.add(characteristic)) {
                limit.problems()
                        .add(
                                limit.pointer("characteristics") + "/" + i,
                                "expected different ones of " + String.join(", ", new TreeSet<>(PLAIN))
                                        + ", http.request.cookies[\"name\"], http.request.headers[\"name\"] with a name in"
                                        + " lower case and http.request.uri.args[\"name\"], not \"" + characteristic
                                        + "\"");
            }
        }
    }

    /// A name of a header field is lower case, as everywhere in the rules language.
    private static boolean known(String characteristic) {
        int bracket = characteristic.indexOf("[\"");
        if (bracket < 0 || !characteristic.endsWith("\"]") || characteristic.length() < bracket + 4) {
            return PLAIN.contains(characteristic);
        }
        String map = characteristic.substring(0, bracket);
        String name = characteristic.substring(bracket + 2, characteristic.length() - 2);
        boolean lower = name.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
        return NAMED.contains(map) && FieldNames.wrong(name).isEmpty() && (lower || !map.endsWith("headers"));
    }

    /// The rule for the edge; `rule` passed [#check].
    static RateLimit compile(JsonNode rule) {
        JsonNode limit = rule.path("ratelimit");
        List<String> characteristics = new ArrayList<>();
        limit.path("characteristics").forEach(each -> characteristics.add(each.stringValue()));
        JsonNode counting = limit.path("counting_expression");
        return new RateLimit(
                ScreeningParameters.compile(rule),
                characteristics,
                limit.path("period").intValue(),
                limit.path("requests_per_period").intValue(),
                limit.path("mitigation_timeout").asInt(0),
                counting.isString() ? counting.stringValue() : null,
                limit.path("requests_to_origin").asBoolean(false));
    }
}
