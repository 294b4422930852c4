package dev.selvage.rules.program;

import dev.selvage.rules.RuleField;
import dev.selvage.rules.regex.Needs;

/// Bytes that stand in a field; ASCII letters of any case are one.
///
/// @param literal in lower case; [Needs#START] and [Needs#END] stand for the ends of the field
record Hint(RuleField field, String literal) {
    /// Longest literal: what is beyond tells little more.
    static final int LONGEST = 40;

    static Hint of(RuleField field, String literal) {
        if (literal.length() <= LONGEST) {
            return new Hint(field, literal);
        }
        boolean end = literal.charAt(literal.length() - 1) == Needs.END && literal.charAt(0) != Needs.START;
        return new Hint(field, end ? literal.substring(literal.length() - LONGEST) : literal.substring(0, LONGEST));
    }
}
