package dev.selvage.rules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.selvage.rules.regex.Automaton;
import java.util.List;
import java.util.Set;

/// What a function takes, held against what it is given.
final class Signature {
    private static final int MOST_ARGUMENTS = 64;
    private static final int MOST_PARTS = 128;

    /// Largest regular expression that is replaced, in instructions: RE2/J looks for it while a visitor waits.
    private static final int MAX_REPLACED = 200;

    private final RuleFunction function;
    private final List<Value> arguments;
    private final List<Integer> places;
    private final Source source;
    private final int start;

    /// @param places where each argument starts
    /// @param start where the function starts
    Signature(RuleFunction function, List<Value> arguments, List<Integer> places, Source source, int start) {
        this.function = function;
        this.arguments = arguments;
        this.places = places;
        this.source = source;
        this.start = start;
    }

    /// The type that it comes to.
    Type check() throws Refusal {
        switch (function) {
            case LOWER, UPPER, SHA256, UUIDV4 -> {
                counted(1, 1);
                is(0, Type.STRING);
            }
            case DECODE_BASE64 -> {
                counted(1, 1);
                computed(0, Type.STRING);
            }
            case STARTS_WITH, ENDS_WITH, REMOVE_BYTES -> {
                counted(2, 2);
                computed(0, Type.STRING);
                literal(1);
            }
            case LEN -> {
                counted(1, 1);
                is(0, Type.STRING, Type.STRINGS, Type.INTEGERS, Type.BOOLEANS);
            }
            case CONCAT -> {
                counted(2, MOST_ARGUMENTS);
                boolean array = arguments.getFirst().type() == Type.STRINGS;
                for (int i = 0; i < arguments.size(); i++) {
                    if (array) {
                        is(i, Type.STRINGS, Type.STRING);
                    } else {
                        is(i, Type.STRING, Type.INTEGER, Type.IP);
                    }
                }
                return array ? Type.STRINGS : Type.STRING;
            }
            case SUBSTRING -> {
                counted(2, 3);
                is(0, Type.STRING);
                is(1, Type.INTEGER);
                if (arguments.size() == 3) {
                    is(2, Type.INTEGER);
                }
            }
            case URL_DECODE -> {
                counted(1, 2);
                is(0, Type.STRING);
                option(1, Set.of("r", "u", "ur", "ru"));
            }
            case ENCODE_BASE64 -> {
                counted(1, 2);
                is(0, Type.STRING);
                option(1, Set.of("u", "p", "up", "pu"));
            }
            case LOOKUP_JSON_STRING, LOOKUP_JSON_INTEGER -> {
                counted(2, MOST_ARGUMENTS);
                computed(0, Type.STRING);
                for (int i = 1; i < arguments.size(); i++) {
                    boolean key = arguments.get(i) instanceof Value.Text
                            || (arguments.get(i) instanceof Value.Whole(long number) && number >= 0);
                    if (!key) {
                        throw wrong(i, "a key is a name in quotation marks or a place, 0 or more");
                    }
                }
            }
            case TO_STRING -> {
                counted(1, 1);
                is(0, Type.INTEGER, Type.BOOLEAN, Type.IP);
            }
            case SPLIT -> {
                counted(3, 3);
                is(0, Type.STRING);
                if (literal(1).isEmpty()) {
                    throw wrong(1, "the separator is empty");
                }
                between(2, 1, MOST_PARTS);
            }
            case JOIN -> {
                counted(2, 2);
                is(0, Type.STRINGS);
                literal(1);
            }
            case REGEX_REPLACE -> {
                counted(3, 3);
                computed(0, Type.STRING);
                String pattern = literal(1);
                if (!Regexes.bounded(pattern) || !compiles(pattern)) {
                    throw wrong(1, "this is no regular expression of RE2's syntax, or it is too large");
                }
                String replacement = literal(2);
                if (!Replacements.valid(replacement)) {
                    throw wrong(2, "in a replacement `$` stands before `$` or a group of the match, ${1} to ${8}");
                }
            }
            case WILDCARD_REPLACE -> {
                counted(3, 4);
                computed(0, Type.STRING);
                String reason = Wildcards.wrong(literal(1));
                if (reason != null) {
                    throw wrong(1, reason);
                }
                if (!Replacements.valid(literal(2))) {
                    throw wrong(
                            2, "in a replacement `$` stands before `$` or what an asterisk stood for, ${1} to ${8}");
                }
                option(3, Set.of("s"));
            }
            case REMOVE_QUERY_ARGS -> {
                counted(2, MOST_ARGUMENTS);
                boolean query = arguments.getFirst() instanceof Value.Read(RuleField field)
                        && (field == RuleField.HTTP_REQUEST_URI_QUERY || field == RuleField.RAW_HTTP_REQUEST_URI_QUERY);
                if (!query) {
                    throw wrong(0, "remove_query_args() works on http.request.uri.query or raw.http.request.uri.query");
                }
                for (int i = 1; i < arguments.size(); i++) {
                    literal(i);
                }
            }
            case CIDR -> {
                counted(3, 3);
                is(0, Type.IP);
                between(1, 1, 32);
                between(2, 1, 128);
            }
            case CIDR6 -> {
                counted(2, 2);
                is(0, Type.IP);
                between(1, 1, 128);
            }
            case IS_TIMED_HMAC_VALID_V0 -> {
                counted(4, 6);
                if (literal(0).isEmpty()) {
                    throw wrong(0, "the key is empty");
                }
                computed(1, Type.STRING);
                between(2, 1, Integer.MAX_VALUE);
                is(3, Type.INTEGER);
                if (arguments.size() > 4) {
                    between(4, 0, 255);
                }
                option(5, Set.of("s", ""));
            }
        }
        return function.type();
    }

    private static boolean compiles(String pattern) {
        String bytes = Regexes.withoutUnicodeFlag(pattern);
        try {
            return Automaton.readable(bytes) && Pattern.compile(bytes).programSize() <= MAX_REPLACED;
        } catch (PatternSyntaxException _) {
            return false;
        }
    }

    private void counted(int least, int most) throws Refusal {
        int given = arguments.size();
        if (given < least || given > most) {
            String wanted = least == most ? String.valueOf(least) : least + " to " + most;
            throw source.refusal(
                    start,
                    start + function.spelled().length(),
                    function.spelled() + "() takes " + wanted + " argument" + (most == 1 ? "" : "s") + ", not "
                            + given);
        }
    }

    private void is(int i, Type... wanted) throws Refusal {
        Type given = arguments.get(i).type();
        StringBuilder names = new StringBuilder();
        for (Type type : wanted) {
            if (type == given) {
                return;
            }
            names.append(names.isEmpty() ? "" : " or ").append(type.spelled());
        }
        throw wrong(
                i,
                "expected value of type " + names + " as argument " + (i + 1) + " of " + function.spelled() + "(), not "
                        + given.spelled());
    }

    /// Not a literal: what never changes need not be computed.
    private void computed(int i, Type wanted) throws Refusal {
        is(i, wanted);
        if (arguments.get(i) instanceof Value.Text || arguments.get(i) instanceof Value.Whole) {
            throw wrong(i, "argument " + (i + 1) + " of " + function.spelled() + "() must not be a literal");
        }
    }

    private String literal(int i) throws Refusal {
        if (arguments.get(i) instanceof Value.Text(String text)) {
            return text;
        }
        throw wrong(i, "argument " + (i + 1) + " of " + function.spelled() + "() must be a text in quotation marks");
    }

    private void option(int i, Set<String> known) throws Refusal {
        if (i < arguments.size() && !known.contains(literal(i))) {
            throw wrong(i, "this option of " + function.spelled() + "() is not known; known: " + sorted(known));
        }
    }

    private static String sorted(Set<String> known) {
        return "\""
                + String.join(
                        "\", \"",
                        known.stream()
                                .filter(option -> !option.isEmpty())
                                .sorted()
                                .toList()) + "\"";
    }

    private void between(int i, long least, long most) throws Refusal {
        if (!(arguments.get(i) instanceof Value.Whole(long number)) || number < least || number > most) {
            throw wrong(
                    i,
                    "argument " + (i + 1) + " of " + function.spelled() + "() must be a number from " + least + " to "
                            + most);
        }
    }

    private Refusal wrong(int i, String reason) {
        return source.refusal(places.get(i), places.get(i) + 1, reason);
    }
}
