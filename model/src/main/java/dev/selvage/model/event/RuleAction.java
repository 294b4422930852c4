package dev.selvage.model.event;

import java.util.Locale;

/// What a rule did to a request, in the API's words. Of several rules the weightiest is told, of equal
/// ones the first; they stand in that order.
public enum RuleAction {
    /// No rule that is told of.
    NONE,
    /// It was only noted.
    LOG,
    /// Later rules were passed over.
    SKIP,
    /// The owner's error page took the place of another response.
    SERVE_ERROR,
    /// The visitor was sent elsewhere.
    REDIRECT,
    /// Refused, where the rule asked for a challenge.
    JS_CHALLENGE,
    /// The same, by its other name.
    MANAGED_CHALLENGE,
    /// The same, by its other name.
    CHALLENGE,
    /// Refused.
    BLOCK;

    private static final RuleAction[] ALL = values();

    private final String wire = this.name().equals("NONE") ? "" : name().toLowerCase(Locale.ROOT);

    /// As rules spell it; empty for none.
    public String wire() {
        return wire;
    }

    /// The value with this wire form.
    ///
    /// @throws IllegalArgumentException when there is none
    public static RuleAction of(String wire) {
        for (RuleAction each : ALL) {
            if (each.wire.equals(wire)) {
                return each;
            }
        }
        throw new IllegalArgumentException("unknown RuleAction: " + wire);
    }
}
