package dev.selvage.control.pagerules;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.SetCache.StatusTtl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Times to live by status: `{"404": 30, "200-299": 3600, "500-599": "no-store"}`.
final class StatusTtls {
    private static final int MOST = 100;
    private static final int LOWEST = 100;
    private static final int HIGHEST = 999;

    /// Where several fit a status, the one for the fewest statuses counts.
    private static final Comparator<StatusTtl> NARROWEST =
            Comparator.<StatusTtl>comparingInt(ttl -> ttl.to() - ttl.from()).thenComparingInt(StatusTtl::from);

    private record Range(int from, int to) {}

    private StatusTtls() {}

    static void check(Body ttls) {
        Set<String> statuses = Set.copyOf(ttls.node().propertyNames());
        if (statuses.isEmpty() || statuses.size() > MOST) {
            ttls.problems().add(ttls.pointer(), "expected times for 1 to " + MOST + " statuses or ranges of them");
            return;
        }
        for (String status : statuses) {
            if (range(status).isEmpty()) {
                ttls.problems()
                        .add(
                                ttls.pointer(status),
                                "\"" + status + "\" must be a status from " + LOWEST + " to " + HIGHEST
                                        + ", or two with a hyphen between, such as 200-299");
            }
            JsonNode value = ttls.node().get(status);
            if (value.isString()) {
                ttls.choice(status, Set.of("no-cache", "no-store"));
            } else if (ttls.require(status)) {
                ttls.number(status, -1, ActionValue.LONGEST);
            }
        }
    }

    /// For the edge; `ttls` passed [#check].
    static List<StatusTtl> compiled(JsonNode ttls) {
        List<StatusTtl> compiled = new ArrayList<>();
        for (Map.Entry<String, JsonNode> ttl : ttls.properties()) {
            range(ttl.getKey())
                    .ifPresent(range -> compiled.add(new StatusTtl(range.from, range.to, seconds(ttl.getValue()))));
        }
        compiled.sort(NARROWEST);
        return compiled;
    }

    private static int seconds(JsonNode value) {
        if (value.isString()) {
            return value.stringValue().equals("no-store") ? -1 : 0;
        }
        return value.intValue();
    }

    private static Optional<Range> range(String text) {
        int hyphen = text.indexOf('-');
        int from = status(hyphen < 0 ? text : text.substring(0, hyphen));
        int to = status(hyphen < 0 ? text : text.substring(hyphen + 1));
        return from < 0 || to < from ? Optional.empty() : Optional.of(new Range(from, to));
    }

    private static int status(String digits) {
        boolean number = digits.length() == 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int status = number ? Integer.parseInt(digits) : -1;
        return status < LOWEST ? -1 : status;
    }
}
