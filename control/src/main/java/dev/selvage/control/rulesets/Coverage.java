package dev.selvage.control.rulesets;

import dev.selvage.rules.Condition;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.RuleFunction;
import dev.selvage.rules.Value;
import java.util.ArrayList;
import java.util.List;

/// Which URLs a condition can be met by, as far as its plain parts say.
///
/// @param limits what each URL must meet; none is every URL
record Coverage(List<Limit> limits) {
    /// The host or the path is one of these, or begins with one of these.
    record Limit(RuleField field, boolean prefix, List<String> texts) {
        boolean overlaps(Limit other) {
            return field != other.field
                    || texts.stream()
                            .anyMatch(a -> other.texts.stream().anyMatch(b -> overlap(a, prefix, b, other.prefix)));
        }

        private static boolean overlap(String a, boolean prefixA, String b, boolean prefixB) {
            return a.equals(b) || (prefixA && b.startsWith(a)) || (prefixB && a.startsWith(b));
        }
    }

    Coverage {
        limits = List.copyOf(limits);
    }

    static Coverage of(Condition condition) {
        List<Limit> limits = new ArrayList<>();
        collect(condition, limits);
        return new Coverage(limits);
    }

    private static void collect(Condition condition, List<Limit> limits) {
        switch (condition) {
            case Condition.And(List<Condition> all) -> all.forEach(each -> collect(each, limits));
            case Condition.CompareText(Value.Read(RuleField field), Condition.Order order, String text)
            when order == Condition.Order.EQ && ofUrls(field) -> limits.add(new Limit(field, false, List.of(text)));
            case Condition.TextIn(Value.Read(RuleField field), List<String> members)
            when ofUrls(field) -> limits.add(new Limit(field, false, members));
            case Condition.Truth(Value.Call call)
            when call.function() == RuleFunction.STARTS_WITH
                    && call.arguments().get(0) instanceof Value.Read(RuleField field)
                    && ofUrls(field)
                    && call.arguments().get(1) instanceof Value.Text(String text) ->
                limits.add(new Limit(field, true, List.of(text)));
            case Condition _ -> {}
        }
    }

    private static boolean ofUrls(RuleField field) {
        return field == RuleField.HTTP_HOST || field == RuleField.HTTP_REQUEST_URI_PATH;
    }

    /// False when no URL is among both.
    boolean overlaps(Coverage other) {
        return limits.stream().allMatch(limit -> other.limits.stream().allMatch(limit::overlaps));
    }
}
