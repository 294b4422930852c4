package dev.selvage.control.rulesets;

import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.rules.Condition;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.RuleFunction;
import dev.selvage.rules.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a request says of the one visitor that sends it, and no other should be answered by.
sealed interface Personal {
    /// A cookie by its name.
    record Cookie(String name) implements Personal {}

    /// The header field with all cookies.
    ///
    /// @param text what it is compared with; empty when that is not known
    record Cookies(String text) implements Personal {}

    /// A header field, by its name in lower case.
    record Header(String name) implements Personal {}

    /// The visitor's certificate.
    record Certificate() implements Personal {}

    /// Fields that say who asks.
    Set<String> HEADERS = Set.of(
            "authorization",
            "proxy-authorization",
            "x-access-token",
            "x-api-key",
            "x-auth-token",
            "x-csrf-token",
            "x-session-id",
            "x-session-token",
            "x-xsrf-token");

    /// What a condition asks for.
    ///
    /// @param needed some requests meet the condition only because they have it
    /// @param excluded some meet it only because they do not
    record Asked(Set<Personal> needed, Set<Personal> excluded) {}

    static Asked of(Condition condition) {
        Asked asked = new Asked(new LinkedHashSet<>(), new LinkedHashSet<>());
        walk(condition, true, asked);
        return asked;
    }

    /// What a value is made of.
    static Set<Personal> of(Value value) {
        Set<Personal> found = new LinkedHashSet<>();
        walk(value, "", found);
        return found;
    }

    /// A comparison with what is absent is not met, so that it asks for what it compares: also one for difference.
    private static void walk(Condition condition, boolean plain, Asked asked) {
        switch (condition) {
            case Condition.Constant _ -> {}
            case Condition.Not(Condition inner) -> walk(inner, !plain, asked);
            case Condition.And(List<Condition> all) -> all.forEach(each -> walk(each, plain, asked));
            case Condition.Or(List<Condition> any) -> any.forEach(each -> walk(each, plain, asked));
            case Condition.Xor(List<Condition> odd) ->
                odd.forEach(each -> {
                    walk(each, plain, asked);
                    walk(each, !plain, asked);
                });
            case Condition.Truth(Value value) -> leaf(value, literal(value), plain, asked);
            case Condition.CompareText(Value left, Condition.Order order, String right) ->
                leaf(left, right, plain != (order == Condition.Order.EQ && right.isEmpty()), asked);
            case Condition.CompareNumber(Value left, Condition.Order order, long right) ->
                leaf(left, "", plain != none(left, order, right), asked);
            case Condition.CompareAddress compared -> leaf(compared.left(), "", plain, asked);
            case Condition.Contains(Value left, String part) -> leaf(left, part, plain, asked);
            case Condition.Matches matches ->
                leaf(matches.left(), matches.pattern().pattern(), plain, asked);
            case Condition.Wildcard wildcard -> leaf(wildcard.left(), wildcard.pattern(), plain, asked);
            case Condition.TextIn(Value left, List<String> members) ->
                leaf(left, String.join("\n", members), plain, asked);
            case Condition.NumberIn in -> leaf(in.left(), "", plain, asked);
            case Condition.AddressIn in -> leaf(in.left(), "", plain, asked);
            case Condition.Quantified quantified -> {
                Value array = quantified.array();
                Condition each = quantified.each();
                leaf(array, "", plain, asked);
                if (reads(array, RuleField.HTTP_REQUEST_HEADERS_NAMES::equals)) {
                    named(each).stream()
                            .filter(HEADERS::contains)
                            .forEach(name -> (plain ? asked.needed : asked.excluded).add(new Header(name)));
                }
                walk(each, plain, asked);
            }
        }
    }

    private static void leaf(Value value, String compared, boolean plain, Asked asked) {
        walk(value, compared, plain ? asked.needed : asked.excluded);
    }

    /// True for `len(…) eq 0` and its like.
    private static boolean none(Value left, Condition.Order order, long right) {
        boolean length = left instanceof Value.Call call && call.function() == RuleFunction.LEN;
        return length
                && switch (order) {
                    case EQ, LE -> right == 0;
                    case LT -> right == 1;
                    case NE, GT, GE -> false;
                };
    }

    /// The texts that an element is compared with.
    private static List<String> named(Condition each) {
        return switch (each) {
            case Condition.CompareText compared
            when compared.order() == Condition.Order.EQ ->
                List.of(compared.right().toLowerCase(Locale.ROOT));
            case Condition.TextIn in -> in.members();
            case Condition _ -> List.of();
        };
    }

    private static void walk(Value value, String compared, Set<Personal> found) {
        switch (value) {
            case Value.Text _, Value.Whole _, Value.Element _ -> {}
            case Value.Read(RuleField field) -> {
                if (field == RuleField.HTTP_COOKIE || field == RuleField.HTTP_REQUEST_COOKIES) {
                    found.add(new Cookies(compared));
                } else if (field.spelled().startsWith("cf.tls_client_auth.")) {
                    found.add(new Certificate());
                }
            }
            case Value.Item item -> walk(item.array(), compared, found);
            case Value.Named(Value map, String name) -> {
                if (reads(map, RuleField.HTTP_REQUEST_COOKIES::equals)) {
                    found.add(new Cookie(name));
                } else if (reads(map, RuleField.HTTP_REQUEST_HEADERS::equals)) {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (lower.equals("cookie")) {
                        found.add(new Cookies(compared));
                    } else if (HEADERS.contains(lower)) {
                        found.add(new Header(lower));
                    }
                }
            }
            case Value.Mapped(Value array, Value each) -> {
                walk(array, compared, found);
                walk(each, compared, found);
            }
            case Value.Call call -> call.arguments().forEach(argument -> walk(argument, compared, found));
        }
    }

    private static boolean reads(Value value, Predicate<RuleField> field) {
        return value instanceof Value.Read(RuleField read) && field.test(read);
    }

    /// The text that a function compares with, as `starts_with` does.
    private static String literal(Value value) {
        return value instanceof Value.Call call
                        && call.arguments().size() > 1
                        && call.arguments().get(1) instanceof Value.Text(String text)
                ? text
                : "";
    }

    /// True when requests that differ in it are answered by different stored responses.
    default boolean in(@Nullable KeyForm key) {
        if (key == null) {
            return false;
        }
        return switch (this) {
            case Cookie(String name) ->
                key.cookie() != null && key.cookie().included().contains(name);
            case Cookies(String text) ->
                key.cookie() != null
                        && key.cookie().included().stream().anyMatch(name -> text.isEmpty() || text.contains(name));
            case Header(String name) ->
                key.header() != null && key.header().included().contains(name);
            case Certificate() -> false;
        };
    }

    /// For messages.
    default String told() {
        return switch (this) {
            case Cookie(String name) -> "the cookie \"" + name + "\"";
            case Cookies _ -> "cookies";
            case Header(String name) -> "the header field " + name;
            case Certificate() -> "the visitor's certificate";
        };
    }

    /// What would tell such requests apart.
    default String remedy() {
        return switch (this) {
            case Cookie _, Cookies _ -> "name the cookie in cache_key.custom_key.cookie.include";
            case Header _ -> "name it in cache_key.custom_key.header.include";
            case Certificate() -> "no cache key has a certificate";
        };
    }
}
