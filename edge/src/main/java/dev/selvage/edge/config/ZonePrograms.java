package dev.selvage.edge.config;

import dev.selvage.edge.http.FieldNames;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.ServeError;
import dev.selvage.model.rules.ZoneRules;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.rules.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules of a zone that act on requests and responses, compiled once per version of its configuration.
///
/// A rule that this version cannot read, be it its expression or what it computes, matches nothing. Of a zone
/// that is paused there are none.
public final class ZonePrograms {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /// No rules.
    public static final ZonePrograms NONE = new ZonePrograms(ZoneRules.NONE);

    private final PhaseProgram<Redirecting> redirects;
    private final PhaseProgram<Rewriting> rewrites;
    private final PhaseProgram<Screening> firewall;
    private final PhaseProgram<Limiting> limits;
    private final PhaseProgram<List<HeaderChange>> requestHeaders;
    private final PhaseProgram<List<HeaderChange>> responseHeaders;
    private final PhaseProgram<ServeError> errors;
    private final boolean limitsByResponse;
    private final boolean limitsOrigin;

    /// Where a visitor is sent.
    public record Redirecting(int status, Text target, boolean preserveQuery) {}

    /// What becomes of the target; null leaves it.
    public record Rewriting(@Nullable Text path, @Nullable Text query) {}

    /// What happens to a header field.
    ///
    /// @param value null where it is removed
    public record HeaderChange(
            String name,
            ModifyHeaders.Operation operation,
            @Nullable Text value) {}

    private ZonePrograms(ZoneRules rules) {
        redirects = compiled(
                rules.dynamicRedirect(),
                Scope.REQUEST,
                rule -> Text.of(rule.target(), Scope.REQUEST)
                        .filter(_ -> REDIRECTS.contains(rule.status()))
                        .map(target -> new Redirecting(rule.status(), target, rule.preserveQuery())));
        rewrites = compiled(rules.transform(), Scope.REQUEST, ZonePrograms::rewriting);
        firewall = compiled(
                rules.firewallCustom(), Scope.REQUEST, rule -> Optional.of(rule).filter(ZonePrograms::answerable));
        limits = PhaseProgram.of(
                rules.rateLimit(),
                Scope.REQUEST,
                rule -> Limiting.of(rule).filter(limit -> answerable(limit.screening())));
        requestHeaders = compiled(rules.lateTransform(), Scope.REQUEST, rule -> changes(rule, Scope.REQUEST));
        responseHeaders =
                compiled(rules.responseHeadersTransform(), Scope.RESPONSE, rule -> changes(rule, Scope.RESPONSE));
        errors = compiled(
                rules.customErrors(), Scope.RESPONSE, rule -> Optional.of(rule).filter(ZonePrograms::servable));
        boolean byResponse = false;
        boolean toOrigin = false;
        for (int i = 0; i < limits.size(); i++) {
            byResponse |= limits.action(i).countsResponses();
            toOrigin |= limits.action(i).toOrigin();
        }
        limitsByResponse = byResponse;
        limitsOrigin = toOrigin;
    }

    /// Compiles the rules of a zone.
    public static ZonePrograms of(ZoneConfig zone) {
        return zone.paused() || zone.rules().equals(ZoneRules.NONE) ? NONE : new ZonePrograms(zone.rules());
    }

    private static <A, C> PhaseProgram<C> compiled(
            PhaseRules<A> phase, Scope scope, Function<A, Optional<C>> compiler) {
        return PhaseProgram.of(phase, scope, rule -> compiler.apply(rule.action()));
    }

    /// True when what it may answer can be sent: no status that means something else than a refusal.
    private static boolean answerable(Screening rule) {
        Screening.BlockResponse response = rule.response();
        return response == null || (response.status() >= 400 && response.status() <= 499);
    }

    private static boolean servable(ServeError rule) {
        Integer status = rule.status();
        return status == null || (status >= 400 && status <= 999);
    }

    private static Optional<Rewriting> rewriting(RewriteUrl rule) {
        Optional<Text> path = text(rule.path());
        Optional<Text> query = text(rule.query());
        boolean readable = path.isPresent() == (rule.path() != null) && query.isPresent() == (rule.query() != null);
        return readable ? Optional.of(new Rewriting(path.orElse(null), query.orElse(null))) : Optional.empty();
    }

    private static Optional<Text> text(@Nullable Computed computed) {
        return computed == null ? Optional.empty() : Text.of(computed, Scope.REQUEST);
    }

    private static Optional<List<HeaderChange>> changes(ModifyHeaders rule, Scope scope) {
        List<HeaderChange> changes = new ArrayList<>();
        for (ModifyHeaders.Change change : rule.changes()) {
            Computed value = change.value();
            Optional<Text> text = value == null ? Optional.empty() : Text.of(value, scope);
            boolean wanted = change.operation() != ModifyHeaders.Operation.REMOVE;
            if (!FieldNames.valid(change.name()) || (wanted && text.isEmpty())) {
                return Optional.empty();
            }
            changes.add(new HeaderChange(
                    change.name().toLowerCase(Locale.ROOT), change.operation(), wanted ? text.orElse(null) : null));
        }
        return Optional.of(List.copyOf(changes));
    }

    /// True when requests may be sent elsewhere or get another URL.
    public boolean turns() {
        return !redirects.isEmpty() || !rewrites.isEmpty();
    }

    /// True when requests may be refused.
    public boolean refuses() {
        return !firewall.isEmpty() || !limits.isEmpty();
    }

    /// Where visitors are sent (`http_request_dynamic_redirect`).
    public PhaseProgram<Redirecting> redirects() {
        return redirects;
    }

    /// What becomes of their URLs (`http_request_transform`).
    public PhaseProgram<Rewriting> rewrites() {
        return rewrites;
    }

    /// Who may go on (`http_request_firewall_custom`).
    public PhaseProgram<Screening> firewall() {
        return firewall;
    }

    /// How often (`http_ratelimit`).
    public PhaseProgram<Limiting> limits() {
        return limits;
    }

    /// True when some limit counts by what was answered.
    public boolean limitsByResponse() {
        return limitsByResponse;
    }

    /// True when some limit is only for what the origin is asked.
    public boolean limitsOrigin() {
        return limitsOrigin;
    }

    /// What changes of the header fields that the origin sees (`http_request_late_transform`).
    public PhaseProgram<List<HeaderChange>> requestHeaders() {
        return requestHeaders;
    }

    /// What changes of those that visitors see (`http_response_headers_transform`).
    public PhaseProgram<List<HeaderChange>> responseHeaders() {
        return responseHeaders;
    }

    /// The owner's error pages (`http_custom_errors`).
    public PhaseProgram<ServeError> errors() {
        return errors;
    }
}
