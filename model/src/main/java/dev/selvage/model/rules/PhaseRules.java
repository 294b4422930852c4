package dev.selvage.model.rules;

import java.util.List;

/// The enabled rules of one phase of a zone, in order.
///
/// @param ruleset id of the entry point that they are from; empty when there is none
/// @param version the entry point's; empty when there is none
public record PhaseRules<A>(String ruleset, String version, List<Rule<A>> rules) {
    public PhaseRules {
        rules = List.copyOf(rules);
    }

    /// No rules.
    public static <A> PhaseRules<A> none() {
        return new PhaseRules<>("", "", List.of());
    }
}
