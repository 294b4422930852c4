package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.Redirect;
import dev.selvage.rules.Scope;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `redirect`: where the visitor is sent.
final class RedirectParameters {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final int USUAL_STATUS = 301;

    /// Longest URL that is given as it is, in characters.
    private static final int LONGEST = 2_048;

    private RedirectParameters() {}

    static void check(Body parameters) {
        if (parameters.has("from_list")) {
            parameters
                    .problems()
                    .add(parameters.pointer("from_list"), "there are no lists of redirects here; use \"from_value\"");
            return;
        }
        parameters.only(Set.of("from_value"));
        Body from = parameters.require("from_value") ? parameters.object("from_value") : null;
        if (from == null) {
            return;
        }
        from.only(Set.of("status_code", "target_url", "preserve_query_string"));
        Integer status = from.number("status_code", 300, 399);
        if (status != null && !STATUSES.contains(status)) {
            from.problems()
                    .add(
                            from.pointer("status_code"),
                            "\"status_code\" must be 301, 302, 303, 307 or 308, not " + status);
        }
        Boolean preserve = from.flag("preserve_query_string");
        Body target = from.require("target_url") ? from.object("target_url") : null;
        if (target != null) {
            Expressed.computed(target, Scope.REQUEST, LONGEST, RedirectParameters::wrong);
            String value = target.node().path("value").asString("");
            if (Boolean.TRUE.equals(preserve) && value.indexOf('?') >= 0) {
                from.problems()
                        .add(
                                from.pointer("preserve_query_string"),
                                "the target has a query of its own; leave it out of the target or set"
                                        + " \"preserve_query_string\" to false");
            }
        }
    }

    private static Optional<String> wrong(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        int host = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        boolean absolute = host >= 0 && host < url.length() && "/?#".indexOf(url.charAt(host)) < 0;
        boolean path = url.startsWith("/") && !url.startsWith("//");
        return absolute || path
                ? Expressed.wrongInUrl(url)
                : Optional.of("the target must be a URL that begins with http:// or https:// and a host, or a path"
                        + " that begins with one slash");
    }

    /// The rule for the edge; `rule` passed [#check].
    static Redirect compile(JsonNode rule) {
        JsonNode from = rule.path("action_parameters").path("from_value");
        Computed target = Objects.requireNonNull(Expressed.compile(from.path("target_url")));
        return new Redirect(
                from.path("status_code").asInt(USUAL_STATUS),
                target,
                from.path("preserve_query_string").asBoolean(false));
    }
}
