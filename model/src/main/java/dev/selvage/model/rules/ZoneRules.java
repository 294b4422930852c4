package dev.selvage.model.rules;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The enabled rules of a zone, by phase, in the order in which a request meets the phases.
///
/// Of a record that lacks a phase, it has no rules.
public record ZoneRules(
        PhaseRules<Redirect> dynamicRedirect,
        PhaseRules<RewriteUrl> transform,
        PhaseRules<SetConfig> configSettings,
        PhaseRules<Route> origin,
        PhaseRules<Screening> firewallCustom,
        PhaseRules<RateLimit> rateLimit,
        PhaseRules<ModifyHeaders> lateTransform,
        PhaseRules<SetCache> cacheSettings,
        PhaseRules<ModifyHeaders> responseHeadersTransform,
        PhaseRules<ServeError> customErrors) {

    /// No rules.
    public static final ZoneRules NONE = new ZoneRules(
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none(),
            PhaseRules.none());

    public ZoneRules {
        dynamicRedirect = given(dynamicRedirect);
        transform = given(transform);
        configSettings = given(configSettings);
        origin = given(origin);
        firewallCustom = given(firewallCustom);
        rateLimit = given(rateLimit);
        lateTransform = given(lateTransform);
        cacheSettings = given(cacheSettings);
        responseHeadersTransform = given(responseHeadersTransform);
        customErrors = given(customErrors);
    }

    private static <A> PhaseRules<A> given(@Nullable PhaseRules<A> rules) {
        return Objects.requireNonNullElse(rules, PhaseRules.none());
    }
}
