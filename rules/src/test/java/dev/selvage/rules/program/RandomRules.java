package dev.selvage.rules.program;

import dev.selvage.rules.Expressions;
import dev.selvage.rules.Facts;
import dev.selvage.rules.GivenFacts;
import dev.selvage.rules.Reading;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/// Expressions and requests by chance, made of the same few words so that they meet.
final class RandomRules {
    private static final List<String> WORDS = List.of(
            "a", "b", "A", "/", "/a", "/ab/", "abc", "ABC", ".", "www.", "x.test", "jpg", "%41", "+", "=", "&", "é",
            "-", "1", "23", "\u0000", "aa", "");
    private static final List<String> PATTERNS = List.of(
            "^/a",
            "a+b",
            "(?i)abc$",
            "[0-9]+",
            "\\.jpg$",
            "^$",
            "a|b",
            ".",
            "^/(ab|b)/",
            "(a|b)*c",
            "x\\.test",
            "[^a]{2,3}",
            "\\bab");
    private static final List<String> WILDCARDS =
            List.of("*", "a*", "*a", "*a*", "/a*b*", "*.jpg", "abc", "*\\**", "/AB/*", "*aa*a");

    private final Random random;
    private int refused;

    RandomRules(Random random) {
        this.random = random;
    }

    // ---- expressions

    /// One that is accepted: the grammar here knows nothing of functions that may be used only once.
    String condition() {
        while (true) {
            String text = condition(random.nextInt(4));
            if (Expressions.condition(text, Scope.RESPONSE) instanceof Reading.Accepted<?>) {
                return text;
            }
            refused++;
        }
    }

    String text() {
        while (true) {
            String text = text(3);
            if (Expressions.text(text, Scope.RESPONSE) instanceof Reading.Accepted<?>) {
                return text;
            }
            refused++;
        }
    }

    int refused() {
        return refused;
    }

    private String condition(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return comparison(depth);
        }
        return switch (random.nextInt(6)) {
            case 0 -> "not " + atom(depth - 1);
            case 1 -> atom(depth - 1) + " or " + atom(depth - 1) + " or " + atom(depth - 1);
            case 2 -> atom(depth - 1) + " xor " + atom(depth - 1);
            case 3 -> one("true", "false");
            default -> atom(depth - 1) + " and " + atom(depth - 1);
        };
    }

    private String atom(int depth) {
        return "(" + condition(depth) + ")";
    }

    private String comparison(int depth) {
        return switch (random.nextInt(12)) {
            case 0 -> field(Type.BOOLEAN);
            case 1 -> number(depth) + " " + order() + " " + integer();
            case 2 -> number(depth) + " in {" + integer() + " 3..9}";
            case 3 -> address() + " in {10.0.0.0/8 192.0.2.1 ::/64 10.1.0.0..10.3.255.255}";
            case 4 -> address() + " " + order() + " " + one("10.2.3.4", "::1", "192.0.2.1");
            case 5 -> one("any", "all") + "(" + element(array()) + ")";
            case 6 -> one("starts_with", "ends_with") + "(" + text(depth) + ", " + literal() + ")";
            default -> compared(text(depth));
        };
    }

    private String compared(String text) {
        return text
                + switch (random.nextInt(8)) {
                    case 0 -> " " + order() + " " + literal();
                    case 1 -> " contains " + literal();
                    case 2 -> " matches r\"" + pick(PATTERNS) + "\"";
                    case 3 -> " wildcard r\"" + pick(WILDCARDS) + "\"";
                    case 4 -> " strict wildcard r\"" + pick(WILDCARDS) + "\"";
                    case 5 -> " in {" + literal() + " " + literal() + " " + literal() + "}";
                    default -> " eq " + literal();
                };
    }

    private String element(String array) {
        String each = array + "[*]";
        return switch (random.nextInt(6)) {
            case 0 -> "starts_with(" + each + ", " + literal() + ")";
            case 1 -> "len(" + each + ") " + order() + " " + random.nextInt(4);
            case 2 -> compared("lower(" + each + ")[*]");
            case 3 -> compared("concat(" + each + ", " + text(0) + ")[*]");
            case 4 -> compared("url_decode(upper(" + each + ")[*], \"r\")[*]");
            default -> compared(each);
        };
    }

    private String array() {
        return random.nextInt(4) == 0
                ? "split(" + text(0) + ", \"a\", " + (1 + random.nextInt(4)) + ")"
                : random.nextBoolean() ? field(Type.STRINGS) : field(Type.MAP) + "[" + name() + "]";
    }

    private String name() {
        return one("\"a\"", "\"b\"", "\"x-a\"");
    }

    private String text(int depth) {
        if (depth <= 0 || random.nextInt(2) == 0) {
            return random.nextInt(4) == 0 ? array() + "[" + random.nextInt(3) + "]" : often();
        }
        String inner = text(depth - 1);
        return switch (random.nextInt(13)) {
            case 0 -> "upper(" + inner + ")";
            case 1 -> "concat(" + inner + ", " + literal() + ", " + number(0) + ")";
            case 2 -> "concat(" + inner + ", " + one(address(), text(0)) + ")";
            case 3 -> "substring(" + inner + ", " + (random.nextInt(9) - 4) + ")";
            case 4 -> "substring(" + inner + ", " + (random.nextInt(9) - 4) + ", " + (random.nextInt(9) - 4) + ")";
            case 5 -> "url_decode(" + inner + one("", ", \"u\"", ", \"r\"") + ")";
            case 6 -> "remove_bytes(" + inner + ", \"a./\")";
            case 7 -> "to_string(" + one(number(0), field(Type.BOOLEAN), address()) + ")";
            case 8 -> "wildcard_replace(" + text(0) + ", \"*a*\", \"${2}x${1}\")";
            case 9 -> "join(" + array() + ", \",\")";
            case 10 -> "encode_base64(" + inner + ")";
            default -> "lower(" + inner + ")";
        };
    }

    /// A field that rules are often about.
    private String often() {
        return random.nextInt(3) == 0
                ? field(Type.STRING)
                : one("http.host", "http.request.uri.path", "http.request.uri.path.extension", "http.user_agent");
    }

    private String number(int depth) {
        return random.nextInt(3) == 0
                ? "len(" + (random.nextBoolean() ? text(depth - 1) : array()) + ")"
                : field(Type.INTEGER);
    }

    private String address() {
        return one("ip.src", "cf.edge.server_ip", "cidr(ip.src, 8, 64)", "cidr6(cidr(ip.src, 24, 128), 32)");
    }

    private String field(Type type) {
        return pick(fields(field -> field.type() == type)).spelled();
    }

    private static List<RuleField> fields(Predicate<RuleField> wanted) {
        return Arrays.stream(RuleField.values()).filter(wanted).toList();
    }

    private String order() {
        return one("eq", "ne", "lt", "le", "gt", "ge", "==", "!=", "<", ">=");
    }

    private String integer() {
        return String.valueOf(random.nextInt(8) - 1);
    }

    private String literal() {
        StringBuilder literal = new StringBuilder("\"");
        words().chars()
                .forEach(c -> literal.append(
                        c >= ' ' && c < 127 && c != '"' && c != '\\'
                                ? String.valueOf((char) c)
                                : String.format("\\x%02x", c)));
        return literal.append('"').toString();
    }

    private String words() {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            text.append(pick(WORDS));
        }
        return text.toString();
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // ---- requests

    Facts facts() {
        GivenFacts facts = new GivenFacts();
        for (RuleField field : fields(field -> field.scope() == Scope.REQUEST || random.nextBoolean())) {
            if (random.nextInt(5) == 0) {
                continue;
            }
            switch (field.type()) {
                case STRING -> facts.text(field, words());
                case INTEGER -> facts.number(field, random.nextInt(10) - 1);
                case BOOLEAN -> facts.number(field, random.nextInt(2));
                case IP -> {
                    switch (random.nextInt(3)) {
                        case 0 -> facts.address(field, 10, random.nextInt(4), 3, 4);
                        case 1 -> facts.address(field, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 2, 3, 4);
                        default -> facts.address(field, 0, 0, 0, 0, 0, 0, 0, random.nextInt(2), 0, 0, 0, 0, 0, 0, 0, 1);
                    }
                }
                case STRINGS -> {
                    for (int i = random.nextInt(4); i > 0; i--) {
                        facts.element(field, words());
                    }
                }
                case MAP -> {
                    for (int i = random.nextInt(4); i > 0; i--) {
                        facts.pair(field, one("a", "b", "x-a"), words());
                    }
                }
                case BOOLEANS, INTEGERS -> throw new AssertionError("no field is of " + field.type());
            }
        }
        return facts;
    }
}
