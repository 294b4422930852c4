package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.rules.Scope;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `rewrite` for a URL: another path, another query.
final class UrlParameters {
    /// Longest path or query that is given as it is, in characters.
    private static final int LONGEST = 4_096;

    private UrlParameters() {}

    static void check(Body parameters) {
        parameters.only(Set.of("uri"));
        Body uri = parameters.require("uri") ? parameters.object("uri") : null;
        if (uri == null) {
            return;
        }
        uri.only(Set.of("path", "query"));
        if (!uri.has("path") && !uri.has("query")) {
            uri.problems().add(uri.pointer(), "expected \"path\", \"query\" or both");
        }
        Body path = uri.object("path");
        if (path != null) {
            Expressed.computed(path, Scope.REQUEST, LONGEST, UrlParameters::wrongPath);
        }
        Body query = uri.object("query");
        if (query != null) {
            Expressed.computed(query, Scope.REQUEST, LONGEST, UrlParameters::wrongQuery);
        }
    }

    private static Optional<String> wrongPath(String path) {
        if (!path.startsWith("/")) {
            return Optional.of("a path must begin with a slash");
        }
        return path.indexOf('?') >= 0 || path.indexOf('#') >= 0
                ? Optional.of("a path has no question mark and no number sign; the query stands in \"query\"")
                : Expressed.wrongInUrl(path);
    }

    private static Optional<String> wrongQuery(String query) {
        return query.startsWith("?") || query.indexOf('#') >= 0
                ? Optional.of("a query is given without its question mark and has no number sign")
                : Expressed.wrongInUrl(query);
    }

    /// The rule for the edge; `rule` passed [#check].
    static RewriteUrl compile(JsonNode rule) {
        JsonNode uri = rule.path("action_parameters").path("uri");
        return new RewriteUrl(Expressed.compile(uri.path("path")), Expressed.compile(uri.path("query")));
    }
}
