package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where among the rules of a ruleset a rule goes.
sealed interface Position {
    /// Before the rule with this id; before all when it is empty.
    record Before(String rule) implements Position {}

    /// After the rule with this id; after all when it is empty.
    record After(String rule) implements Position {}

    /// At this place, from 1.
    record At(int index) implements Position {}

    String FIELD = "position";

    /// The position that a body asks for; null when it asks for none.
    static @Nullable Position read(Body body) {
        Body position = body.object(FIELD);
        if (position == null) {
            return null;
        }
        position.only(Set.of("before", "after", "index"));
        long given = List.of("before", "after", "index").stream()
                .filter(position::has)
                .count();
        if (given != 1) {
            position.problems().add(position.pointer(), "expected exactly one of \"before\", \"after\" and \"index\"");
            return null;
        }
        String before = position.text("before", 100);
        String after = position.text("after", 100);
        Integer index = position.number("index", 1, RuleForm.MOST);
        return before != null
                ? new Before(before)
                : after != null ? new After(after) : index != null ? new At(index) : null;
    }

    /// Where that is among `ids`, those of the other rules; -1 when there is no such place, which becomes a problem of
    /// `body`.
    default int among(List<String> ids, Body body) {
        int place = switch (this) {
            case Before(String rule) -> rule.isEmpty() ? 0 : ids.indexOf(rule);
            case After(String rule) -> rule.isEmpty() ? ids.size() : after(ids.indexOf(rule));
            case At(int index) -> index - 1 <= ids.size() ? index - 1 : -1;
        };
        if (place < 0) {
            String field = switch (this) {
                case Before _ -> "before";
                case After _ -> "after";
                case At _ -> "index";
            };
            body.problems()
                    .add(
                            body.pointer() + "/" + FIELD + "/" + field,
                            field.equals("index")
                                    ? "\"index\" must be a whole number from 1 to " + (ids.size() + 1)
                                    : "there is no other rule with this id in the ruleset");
        }
        return place;
    }

    private static int after(int place) {
        return place < 0 ? -1 : place + 1;
    }
}
