package dev.selvage.rules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.selvage.rules.regex.Automaton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the text of one expression.
///
/// Precedence, high to low: `not`, `and`, `xor`, `or`.
final class Parser {
    /// Deepest nesting of parentheses, functions and `not`.
    static final int MAX_DEPTH = 100;

    /// Largest regular expression, in instructions of RE2/J.
    static final int MAX_PROGRAM = 2_000;

    private final Source source;
    private final Scope scope;
    private int depth;
    private boolean replaces;

    /// A condition; with an array it is one of each element.
    private record Test(Condition condition, @Nullable Value array) {}

    /// A value; with an array it is one of each element.
    private record Operand(Value value, @Nullable Value array) {}

    private Parser(Source source, Scope scope) {
        this.source = source;
        this.scope = scope;
    }

    static Reading<Condition> condition(String text, Scope scope) {
        return read(text, scope, parser -> {
            Test test = parser.or();
            if (test.array != null) {
                throw parser.source.refusal(
                        0,
                        parser.source.text().length(),
                        "`[*]` makes an array of booleans; fold it with any() or all()");
            }
            return test.condition;
        });
    }

    static Reading<Value> text(String text, Scope scope) {
        return read(text, scope, parser -> {
            parser.source.skipBlanks();
            int start = parser.source.at();
            Operand operand = parser.argument();
            int end = parser.source.at();
            if (operand.array != null) {
                throw parser.source.refusal(start, end, "`[*]` makes an array; a value of the type String is needed");
            }
            if (operand.value.type() != Type.STRING) {
                throw parser.source.refusal(
                        start,
                        end,
                        "this is of the type " + operand.value.type().spelled()
                                + ", and a String is needed: to_string() makes one of a number");
            }
            return operand.value;
        });
    }

    private interface Body<T> {
        T read(Parser parser) throws Refusal;
    }

    private static <T> Reading<T> read(String text, Scope scope, Body<T> body) {
        Source source = new Source(text);
        try {
            if (text.length() > Expressions.MAX_LENGTH) {
                throw source.refusal(
                        Expressions.MAX_LENGTH,
                        Expressions.MAX_LENGTH + 1,
                        "the expression is longer than " + Expressions.MAX_LENGTH + " characters");
            }
            source.skipBlanks();
            if (source.ended()) {
                throw source.refusal(0, 1, "the expression is empty; `true` is for every request");
            }
            Parser parser = new Parser(source, scope);
            T tree = body.read(parser);
            source.skipBlanks();
            if (!source.ended()) {
                throw parser.unexpected();
            }
            return new Reading.Accepted<>(tree);
        } catch (Refusal refusal) {
            return refusal.reading();
        }
    }

    /// What stands where the expression should end or be joined.
    private Refusal unexpected() {
        int start = source.at();
        String word = source.peekWord();
        String lower = word.toLowerCase(java.util.Locale.ROOT);
        if (!word.equals(lower) && List.of("and", "or", "xor", "not").contains(lower)) {
            return source.refusal(start, start + word.length(), "keywords are lower case: `" + lower + "`");
        }
        if (!word.isEmpty()) {
            RuleFunction function = RuleFunction.named(word).orElse(null);
            if (function != null) {
                return source.refusal(
                        start,
                        start + word.length(),
                        "`" + word + "` is a function, not an operator: " + word + "(field, …)");
            }
            return source.refusal(
                    start,
                    start + word.length(),
                    "unknown operator `" + Names.shown(word) + "`" + Names.meant(word, Operator.SPELLINGS));
        }
        return source.peek() == '=' || source.peek() == '&' || source.peek() == '|' || source.peek() == '^'
                ? source.refusal(
                        start,
                        start + 1,
                        "`" + source.peek() + "` is no operator; did you mean `" + source.peek() + source.peek() + "`?")
                : source.refusal(
                        start,
                        start + 1,
                        "unrecognised input; expected `and`, `or`, `xor` or the end of the expression");
    }

    // ---- conditions

    private Test or() throws Refusal {
        return joined(this::xor, "or", "||", Condition.Or::new);
    }

    private Test xor() throws Refusal {
        return joined(this::and, "xor", "^^", Condition.Xor::new);
    }

    private Test and() throws Refusal {
        return joined(this::unary, "and", "&&", Condition.And::new);
    }

    private interface Level {
        Test read() throws Refusal;
    }

    private Test joined(Level level, String word, String symbol, Function<List<Condition>, Condition> join)
            throws Refusal {
        Test first = level.read();
        List<Condition> all = new ArrayList<>(List.of(first.condition));
        while (true) {
            source.skipBlanks();
            int start = source.at();
            if (!source.takeWord(word) && !source.take(symbol)) {
                break;
            }
            int operator = source.at();
            Test next = level.read();
            if ((first.array == null) != (next.array == null)) {
                throw source.refusal(
                        start, operator, "one side is an array of booleans; fold it with any() or all() first");
            }
            if (first.array != null && !first.array.equals(next.array)) {
                throw source.refusal(start, operator, "`[*]` may go through one array only within any() or all()");
            }
            all.add(next.condition);
        }
        return all.size() == 1 ? first : new Test(join.apply(all), first.array);
    }

    private Test unary() throws Refusal {
        source.skipBlanks();
        int start = source.at();
        if (source.takeWord("not") || (source.peek() == '!' && !source.startsWith("!=") && source.take("!"))) {
            enter(start);
            Test test = unary();
            depth--;
            return new Test(new Condition.Not(test.condition), test.array);
        }
        if (source.take("(")) {
            enter(start);
            Test test = or();
            source.skipBlanks();
            if (!source.take(")")) {
                throw source.ended()
                        ? source.refusal(start, start + 1, "this parenthesis is never closed")
                        : unexpected();
            }
            depth--;
            return test;
        }
        return comparison();
    }

    private void enter(int start) throws Refusal {
        if (++depth > MAX_DEPTH) {
            throw source.refusal(start, start + 1, "the expression nests deeper than " + MAX_DEPTH + " levels");
        }
    }

    private Test comparison() throws Refusal {
        int start = source.at();
        if (source.ended()) {
            throw source.refusal(start, start + 1, "the expression ends where a condition is expected");
        }
        if (source.literalAhead()) {
            throw source.refusal(
                    start, start + 1, "a comparison starts with a field or a function; literals stand on its right");
        }
        String word = source.peekWord();
        if (word.equals("true") || word.equals("false")) {
            source.takeWord(word);
            return new Test(new Condition.Constant(word.equals("true")), null);
        }
        if (word.equals("any") || word.equals("all")) {
            Condition quantified = quantified(word);
            if (quantified != null) {
                return new Test(quantified, null);
            }
        }
        Operand left = value();
        int end = source.at();
        source.skipBlanks();
        Operator operator = Operator.take(source);
        if (operator != null) {
            return new Test(compared(left.value, operator, start, end), left.array);
        }
        Type type = left.value.type();
        if (type == Type.BOOLEANS && left.array == null && left.value instanceof Value.Mapped mapped) {
            return new Test(new Condition.Truth(mapped.each()), mapped.array());
        }
        if (type != Type.BOOLEAN) {
            if (!source.ended() && source.peek() != ')' && !source.joinAhead()) {
                throw unexpected();
            }
            throw source.refusal(
                    start,
                    end,
                    "this is of the type " + type.spelled() + " and needs an operator, such as "
                            + Operator.examples(type));
        }
        return new Test(new Condition.Truth(left.value), left.array);
    }

    /// `any(…)` or `all(…)`; null when no parenthesis follows.
    private @Nullable Condition quantified(String word) throws Refusal {
        int start = source.at();
        source.takeWord(word);
        source.skipBlanks();
        if (!source.take("(")) {
            source.back(start);
            return null;
        }
        enter(start);
        Test test = or();
        source.skipBlanks();
        if (!source.take(")")) {
            throw source.ended()
                    ? source.refusal(start, start + word.length(), "the parenthesis of " + word + "( is never closed")
                    : unexpected();
        }
        depth--;
        if (test.array == null) {
            throw source.refusal(
                    start,
                    source.at(),
                    word
                            + "() folds an array of booleans, which `[*]` makes: any(http.request.headers.names[*] eq \"dnt\")");
        }
        return new Condition.Quantified(word.equals("all"), test.array, test.condition);
    }

    // ---- the right side

    private Condition compared(Value left, Operator operator, int start, int end) throws Refusal {
        Type type = left.type();
        source.skipBlanks();
        if (!operator.takes(type)) {
            throw source.refusal(
                    start,
                    end,
                    "`" + operator.spelled() + "` does not apply to the type " + type.spelled()
                            + (Operator.examples(type).isEmpty() ? "" : "; what does: " + Operator.examples(type)));
        }
        return switch (operator) {
            case EQ, NE, LT, LE, GT, GE -> ordered(left, operator.order());
            case CONTAINS -> new Condition.Contains(left, cased(left, source.text(Source.Escapes.STRING)));
            case MATCHES -> matches(left);
            case WILDCARD -> wildcard(left, false);
            case STRICT_WILDCARD -> wildcard(left, true);
            case IN -> in(left);
        };
    }

    private Condition ordered(Value left, Condition.Order order) throws Refusal {
        return switch (left.type()) {
            case STRING -> new Condition.CompareText(left, order, cased(left, source.text(Source.Escapes.STRING)));
            case INTEGER -> new Condition.CompareNumber(left, order, source.integer());
            case IP -> new Condition.CompareAddress(left, order, source.address());
            case BOOLEAN, BOOLEANS, INTEGERS, STRINGS, MAP ->
                throw new IllegalStateException("no order of " + left.type().spelled());
        };
    }

    /// Host names have no case, and `http.host` is lower case: so is what it is held against.
    private static String cased(Value left, String literal) {
        return left instanceof Value.Read(RuleField field) && field == RuleField.HTTP_HOST
                ? Bytes.lower(literal)
                : literal;
    }

    private Condition matches(Value left) throws Refusal {
        int start = source.at();
        String text = source.text(Source.Escapes.REGEX);
        int end = source.at();
        if (!Regexes.bounded(text)) {
            throw source.refusal(
                    start, end, "the repetitions in this regular expression multiply to more than " + Regexes.MOST);
        }
        String bytes = Regexes.withoutUnicodeFlag(text);
        if (!Automaton.readable(bytes)) {
            throw source.refusal(
                    start, end, "a regular expression is one of bytes, up to \\xff, and nests 200 levels at most");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(bytes);
        } catch (PatternSyntaxException wrong) {
            throw source.refusal(
                    start,
                    end,
                    "this is no regular expression of RE2's syntax: " + wrong.getDescription()
                            + (wrong.getPattern() == null || wrong.getPattern().isEmpty()
                                    ? ""
                                    : " `" + Names.shown(wrong.getPattern()) + "`")
                            + "; look-around and back-references are not known");
        }
        if (pattern.programSize() > MAX_PROGRAM) {
            throw source.refusal(
                    start,
                    end,
                    "this regular expression is too large: " + pattern.programSize() + " instructions of at most "
                            + MAX_PROGRAM);
        }
        Automaton automaton = Automaton.of(bytes).orElse(null);
        if (automaton == null) {
            throw source.refusal(
                    start,
                    end,
                    "this regular expression costs too much: what it has to keep track of at once multiplies; bound or "
                            + "anchor its repetitions");
        }
        return new Condition.Matches(left, pattern, automaton);
    }

    private Condition wildcard(Value left, boolean strict) throws Refusal {
        int start = source.at();
        String pattern = cased(left, source.text(Source.Escapes.WILDCARD));
        String wrong = Wildcards.wrong(pattern);
        if (wrong != null) {
            throw source.refusal(start, source.at(), wrong);
        }
        return new Condition.Wildcard(left, pattern, strict);
    }

    private Condition in(Value left) throws Refusal {
        int start = source.at();
        if (source.take("$")) {
            String name = source.peekWord();
            throw source.refusal(
                    start,
                    start + 1 + name.length(),
                    "there are no lists here: `$" + Names.shown(name) + "`; write its values in `{ … }`");
        }
        if (!source.take("{")) {
            throw source.refusal(start, start + 1, "expected `{` and a list of values, separated by blanks");
        }
        List<String> texts = new ArrayList<>();
        List<Condition.Numbers> numbers = new ArrayList<>();
        List<Condition.Addresses> addresses = new ArrayList<>();
        while (true) {
            source.skipBlanks();
            if (source.take("}")) {
                break;
            }
            if (source.ended()) {
                throw source.refusal(start, start + 1, "this list is never closed");
            }
            if (source.peek() == ',') {
                throw source.refusal(
                        source.at(), source.at() + 1, "the values of a list are separated by blanks, not by commas");
            }
            switch (left.type()) {
                case STRING -> texts.add(cased(left, source.text(Source.Escapes.STRING)));
                case INTEGER -> numbers.add(source.integers());
                case IP -> addresses.add(source.addresses());
                case BOOLEAN, BOOLEANS, INTEGERS, STRINGS, MAP ->
                    throw new IllegalStateException("no list of " + left.type().spelled());
            }
        }
        if (texts.size() + numbers.size() + addresses.size() == 0) {
            throw source.refusal(start, source.at(), "the list is empty");
        }
        return switch (left.type()) {
            case STRING -> new Condition.TextIn(left, texts);
            case INTEGER -> new Condition.NumberIn(left, numbers);
            case IP, BOOLEAN, BOOLEANS, INTEGERS, STRINGS, MAP -> new Condition.AddressIn(left, addresses);
        };
    }

    // ---- values

    private Operand value() throws Refusal {
        int start = source.at();
        String word = source.peekWord();
        if (word.isEmpty()) {
            throw source.refusal(start, start + 1, "expected a field or a function");
        }
        source.takeWord(word);
        int end = source.at();
        source.skipBlanks();
        Operand operand;
        if (source.peek() == '(') {
            RuleFunction function = RuleFunction.named(word).orElse(null);
            if (function == null) {
                String remark = word.equals("any") || word.equals("all")
                        ? "`" + word + "` comes to a boolean and cannot be part of a value"
                        : "unknown function `" + Names.shown(word) + "`" + Names.meantFunction(word);
                throw source.refusal(start, end, remark);
            }
            operand = call(function, start, end);
        } else {
            source.back(end);
            operand = new Operand(new Value.Read(field(word, start, end)), null);
        }
        return indexed(operand, start);
    }

    private RuleField field(String word, int start, int end) throws Refusal {
        RuleField field = RuleField.named(word).orElse(null);
        if (field == null) {
            String lower = word.toLowerCase(java.util.Locale.ROOT);
            if (!word.equals(lower)
                    && List.of("and", "or", "xor", "not", "true", "false").contains(lower)) {
                throw source.refusal(start, end, "keywords are lower case: `" + lower + "`");
            }
            if (RuleFunction.named(word).isPresent()) {
                throw source.refusal(start, end, "`" + word + "` is a function: its arguments follow in parentheses");
            }
            throw source.refusal(
                    start,
                    end,
                    "unknown field `" + Names.shown(word) + "`" + Names.outside(word)
                            + Names.meant(word, RuleField.names()));
        }
        if (field.scope() == Scope.RESPONSE && scope == Scope.REQUEST) {
            throw source.refusal(
                    start, end, "`" + word + "` is of the response, which there is none of yet in this phase");
        }
        return field;
    }

    private Operand indexed(Operand operand, int start) throws Refusal {
        Operand indexed = operand;
        while (source.peek() == '[') {
            int bracket = source.at();
            source.take("[");
            source.skipBlanks();
            Value value = indexed.value;
            Type type = value.type();
            if (source.take("*")) {
                if (!type.array()) {
                    throw source.refusal(
                            start,
                            source.at(),
                            "`[*]` goes through an array, and this is of the type " + type.spelled()
                                    + (type == Type.MAP ? "; name one of its entries first: [\"name\"][*]" : ""));
                }
                if (indexed.array != null) {
                    throw source.refusal(start, source.at(), "`[*]` may be used once on an array");
                }
                indexed = value instanceof Value.Mapped(Value array, Value each)
                        ? new Operand(each, array)
                        : new Operand(new Value.Element(type.element()), value);
            } else if (source.literalAhead() && source.peek() != '-' && !source.digitAhead()) {
                if (type != Type.MAP) {
                    throw source.refusal(
                            start,
                            bracket,
                            "this is of the type " + type.spelled() + ", which has no names to look up");
                }
                String name = source.text(Source.Escapes.STRING);
                indexed = new Operand(new Value.Named(value, ofField(value) ? Bytes.lower(name) : name), indexed.array);
            } else {
                int place = source.at();
                long index = source.integer();
                if (!type.array()) {
                    throw source.refusal(
                            start,
                            bracket,
                            "this is of the type " + type.spelled() + ", which has no places to look up");
                }
                if (index < 0 || index > 10_000) {
                    throw source.refusal(place, source.at(), "a place in an array is 0 to 10000");
                }
                indexed = new Operand(new Value.Item(value, (int) index), indexed.array);
            }
            source.skipBlanks();
            if (!source.take("]")) {
                throw source.refusal(bracket, bracket + 1, "this bracket is never closed");
            }
        }
        return indexed;
    }

    /// True for header fields, whose names have no case and are lower case here.
    private static boolean ofField(Value map) {
        return map instanceof Value.Read(RuleField field)
                && (field == RuleField.HTTP_REQUEST_HEADERS || field == RuleField.HTTP_RESPONSE_HEADERS);
    }

    private Operand call(RuleFunction function, int start, int end) throws Refusal {
        enter(start);
        source.take("(");
        List<Value> arguments = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        Value array = null;
        source.skipBlanks();
        while (!source.take(")")) {
            if (source.ended()) {
                throw source.refusal(start, end, "the parenthesis of " + function.spelled() + "( is never closed");
            }
            if (!arguments.isEmpty() && !source.take(",")) {
                throw source.refusal(source.at(), source.at() + 1, "expected `,` or `)`");
            }
            source.skipBlanks();
            int place = source.at();
            places.add(place);
            Operand argument = argument();
            if (argument.array != null) {
                if (!arguments.isEmpty()) {
                    throw source.refusal(place, source.at(), "`[*]` may stand in the first argument only");
                }
                array = argument.array;
            }
            arguments.add(argument.value);
            source.skipBlanks();
        }
        depth--;
        if (function == RuleFunction.REGEX_REPLACE || function == RuleFunction.WILDCARD_REPLACE) {
            if (replaces) {
                throw source.refusal(
                        start, end, "regex_replace() and wildcard_replace() may be used once in an expression");
            }
            replaces = true;
        }
        boolean edge = function == RuleFunction.STARTS_WITH || function == RuleFunction.ENDS_WITH;
        if (edge && arguments.size() == 2 && arguments.get(1) instanceof Value.Text(String literal)) {
            arguments.set(1, new Value.Text(cased(arguments.getFirst(), literal)));
        }
        Type type = new Signature(function, arguments, places, source, start).check();
        Value call = new Value.Call(function, arguments, type);
        if (array == null) {
            return new Operand(call, null);
        }
        return switch (type) {
            case BOOLEAN, INTEGER, STRING -> new Operand(new Value.Mapped(array, call), null);
            case IP, BOOLEANS, INTEGERS, STRINGS, MAP ->
                throw source.refusal(
                        start,
                        end,
                        function.spelled() + "() comes to " + type.spelled() + ", which cannot be an element");
        };
    }

    private Operand argument() throws Refusal {
        source.skipBlanks();
        if (source.digitAhead() || source.peek() == '-') {
            return new Operand(new Value.Whole(source.integer()), null);
        }
        if (source.literalAhead()) {
            return new Operand(new Value.Text(source.text(Source.Escapes.REGEX_OR_STRING)), null);
        }
        return value();
    }
}
