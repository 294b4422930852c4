package dev.selvage.rules.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads patterns. What RE2/J accepts is read as RE2/J reads it, or refused where it has no meaning for bytes;
/// what RE2/J does not accept comes to anything, but comes to an end.
final class Syntax {
    /// Deepest nesting of groups.
    static final int MAX_DEPTH = 200;

    private static final Map<String, Bytes> POSIX = Map.ofEntries(
            Map.entry("alnum", Bytes.DIGITS.or(Bytes.LOWER).or(Bytes.UPPER)),
            Map.entry("alpha", Bytes.LOWER.or(Bytes.UPPER)),
            Map.entry("ascii", Bytes.range(0, 0x7f)),
            Map.entry("blank", Bytes.range('\t', '\t').or(Bytes.range(' ', ' '))),
            Map.entry("cntrl", Bytes.range(0, 0x1f).or(Bytes.range(0x7f, 0x7f))),
            Map.entry("digit", Bytes.DIGITS),
            Map.entry("graph", Bytes.range('!', '~')),
            Map.entry("lower", Bytes.LOWER),
            Map.entry("print", Bytes.range(' ', '~')),
            Map.entry(
                    "punct",
                    Bytes.range('!', '/')
                            .or(Bytes.range(':', '@'))
                            .or(Bytes.range('[', '`'))
                            .or(Bytes.range('{', '~'))),
            Map.entry("space", Bytes.range('\t', '\r').or(Bytes.range(' ', ' '))),
            Map.entry("upper", Bytes.UPPER),
            Map.entry("word", Bytes.WORD),
            Map.entry("xdigit", Bytes.DIGITS.or(Bytes.range('a', 'f')).or(Bytes.range('A', 'F'))));

    private final String text;
    private final Map<String, Bytes> asked = new HashMap<>();
    private int at;
    private int depth;
    private boolean fold;
    private boolean dotAll;
    private boolean lines;

    private Syntax(String text) {
        this.text = text;
    }

    static Node parse(String text) throws Unsupported {
        Syntax syntax = new Syntax(text);
        Node node = syntax.either();
        if (syntax.more()) {
            throw new Unsupported("something follows the pattern");
        }
        return node;
    }

    private boolean more() {
        return at < text.length();
    }

    private boolean take(String what) {
        if (text.startsWith(what, at)) {
            at += what.length();
            return true;
        }
        return false;
    }

    private char next() throws Unsupported {
        if (!more()) {
            throw new Unsupported("the pattern ends within something");
        }
        return text.charAt(at++);
    }

    private Node either() throws Unsupported {
        List<Node> branches = new ArrayList<>();
        do {
            branches.add(sequence());
        } while (take("|"));
        return branches.size() == 1 ? branches.getFirst() : new Node.Either(branches);
    }

    private Node sequence() throws Unsupported {
        List<Node> parts = new ArrayList<>();
        while (more() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            if (take("\\Q")) {
                quoted(parts);
            } else if (!text.startsWith("(?", at) || !switched()) {
                parts.add(atom());
            }
            // A repetition after flags, or after an empty quotation, is one of what stands before those.
            if (!parts.isEmpty()) {
                parts.add(repeated(parts.removeLast()));
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(parts);
    }

    /// All up to `\E` as it is; what repeats the last character follows.
    private void quoted(List<Node> parts) {
        int end = text.indexOf("\\E", at);
        String literal = text.substring(at, end < 0 ? text.length() : end);
        at += literal.length();
        take("\\E");
        literal.chars().forEach(c -> parts.add(new Node.One(set(c, c))));
    }

    private Node repeated(Node node) {
        int least;
        int most = Node.Repeat.ENDLESS;
        if (take("*")) {
            least = 0;
        } else if (take("+")) {
            least = 1;
        } else if (take("?")) {
            least = 0;
            most = 1;
        } else {
            int start = at;
            int[] counts = counts();
            if (counts.length == 0) {
                at = start;
                return node;
            }
            least = counts[0];
            most = counts[1];
        }
        // To take as little as can be makes no difference to whether there is a match.
        take("?");
        return new Node.Repeat(node, least, most);
    }

    /// `{n}`, `{n,}` or `{n,m}`; nothing when what follows is none, and thus literal.
    private int[] counts() {
        if (!take("{")) {
            return new int[0];
        }
        int least = number();
        int most = least;
        if (take(",")) {
            most = more() && text.charAt(at) == '}' ? Node.Repeat.ENDLESS : number();
            if (most < Node.Repeat.ENDLESS) {
                return new int[0];
            }
        }
        return least >= 0 && take("}") ? new int[] {least, most} : new int[0];
    }

    private int number() {
        int start = at;
        while (more() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean number = at > start && at - start <= 8 && (text.charAt(start) != '0' || at == start + 1);
        return number ? Integer.parseInt(text, start, at, 10) : -2;
    }

    private Node atom() throws Unsupported {
        char c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> new Node.One(bracketed());
            case '.' -> new Node.One(dotAll ? Bytes.ALL : Bytes.NEWLINE.not());
            case '^' -> new Node.At(lines ? Node.Place.LINE_START : Node.Place.TEXT_START);
            case '$' -> new Node.At(lines ? Node.Place.LINE_END : Node.Place.TEXT_END);
            case '\\' -> escaped();
            default -> new Node.One(set(c, c));
        };
    }

    private Node group() throws Unsupported {
        boolean foldBefore = fold;
        boolean dotAllBefore = dotAll;
        boolean linesBefore = lines;
        if (take("?P<") || take("?<")) {
            while (next() != '>') {
                // The name matters to captures only.
            }
        } else if (take("?")) {
            flags();
        }
        if (++depth > MAX_DEPTH) {
            throw new Unsupported("groups nest deeper than " + MAX_DEPTH + " levels", true);
        }
        Node node = either();
        if (next() != ')') {
            throw new Unsupported("a group is never closed");
        }
        depth--;
        fold = foldBefore;
        dotAll = dotAllBefore;
        lines = linesBefore;
        return node;
    }

    /// Takes flags that hold for the rest of the group; false where a group follows them.
    private boolean switched() throws Unsupported {
        int start = at;
        boolean foldBefore = fold;
        boolean dotAllBefore = dotAll;
        boolean linesBefore = lines;
        at += 2;
        if (!text.startsWith("<", at) && !text.startsWith("P", at) && !flags()) {
            return true;
        }
        at = start;
        fold = foldBefore;
        dotAll = dotAllBefore;
        lines = linesBefore;
        return false;
    }

    /// Reads `i`, `m`, `s`, `U`, and `-` before those to switch off; true when a group follows.
    private boolean flags() throws Unsupported {
        boolean on = true;
        while (true) {
            switch (next()) {
                case 'i' -> fold = on;
                case 'm' -> lines = on;
                case 's' -> dotAll = on;
                case 'U' -> {
                    // Which match is preferred makes no difference to whether there is one.
                }
                case '-' -> on = false;
                case ':' -> {
                    return true;
                }
                case ')' -> {
                    return false;
                }
                default -> throw new Unsupported("an unknown flag");
            }
        }
    }

    private Node escaped() throws Unsupported {
        char c = next();
        return switch (c) {
            case 'A' -> new Node.At(Node.Place.TEXT_START);
            case 'z' -> new Node.At(Node.Place.TEXT_END);
            case 'b' -> new Node.At(Node.Place.WORD_EDGE);
            case 'B' -> new Node.At(Node.Place.NO_WORD_EDGE);
            default -> {
                at -= 2;
                if (classAhead()) {
                    yield new Node.One(classEscape());
                }
                int code = character();
                yield new Node.One(set(code, code));
            }
        };
    }

    /// What is between brackets, after the first.
    private Bytes bracketed() throws Unsupported {
        boolean negated = take("^");
        Bytes set = Bytes.NONE;
        boolean first = true;
        while (first || !take("]")) {
            first = false;
            if (text.startsWith("[:", at) && text.indexOf(":]", at) > 0) {
                set = set.or(posix());
            } else if (classAhead()) {
                set = set.or(classEscape());
            } else {
                int from = character();
                int to = from;
                if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
                    at++;
                    to = character();
                }
                set = set.or(set(from, to));
            }
        }
        return negated ? set.not() : set;
    }

    private Bytes posix() throws Unsupported {
        int end = text.indexOf(":]", at);
        String name = text.substring(at + 2, end);
        at = end + 2;
        boolean negated = name.startsWith("^");
        Bytes set = POSIX.get(negated ? name.substring(1) : name);
        if (set == null) {
            throw new Unsupported("no class is named " + name);
        }
        Bytes folded = fold ? set.folded() : set;
        return negated ? folded.not() : folded;
    }

    private boolean classAhead() {
        return at + 1 < text.length() && text.charAt(at) == '\\' && "dDsSwWpP".indexOf(text.charAt(at + 1)) >= 0;
    }

    private Bytes classEscape() throws Unsupported {
        int start = at;
        at++;
        return switch (next()) {
            case 'd' -> Bytes.DIGITS;
            case 'D' -> Bytes.DIGITS.not();
            case 's' -> Bytes.BLANKS;
            case 'S' -> Bytes.BLANKS.not();
            case 'w' -> Bytes.WORD;
            case 'W' -> Bytes.WORD.not();
            default -> {
                if (next() == '{') {
                    while (next() != '}') {
                        // The name is RE2/J's to know.
                    }
                }
                yield unicode((fold ? "(?i)" : "") + text.substring(start, at));
            }
        };
    }

    /// The bytes of a class of Unicode: RE2/J is asked for each.
    private Bytes unicode(String escape) throws Unsupported {
        Bytes known = asked.get(escape);
        if (known != null) {
            return known;
        }
        try {
            Pattern pattern = Pattern.compile(escape);
            Bytes set = Bytes.NONE;
            for (int i = 0; i < 256; i++) {
                if (pattern.matches(String.valueOf((char) i))) {
                    set = set.or(Bytes.range(i, i));
                }
            }
            asked.put(escape, set);
            return set;
        } catch (PatternSyntaxException _) {
            throw new Unsupported("no class is named " + escape);
        }
    }

    /// One character as it is or escaped, to its code point.
    private int character() throws Unsupported {
        char c = next();
        if (c != '\\') {
            return c;
        }
        c = next();
        return switch (c) {
            case 'a' -> 7;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            case 'x' -> hex();
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int code = c - '0';
                for (int i = 1; i < 3 && more() && text.charAt(at) >= '0' && text.charAt(at) <= '7'; i++) {
                    code = code * 8 + text.charAt(at++) - '0';
                }
                if (code > 0xff) {
                    throw new Unsupported("a code point beyond a byte", true);
                }
                yield code;
            }
            default -> c;
        };
    }

    private int hex() throws Unsupported {
        int start = at;
        int end;
        if (take("{")) {
            start = at;
            while (next() != '}') {
                // Up to the brace.
            }
            end = at - 1;
        } else {
            end = at + 2;
            at = end;
        }
        try {
            int code = Integer.parseInt(text, start, end, 16);
            if (code < 0 || code > 0xff) {
                throw new Unsupported("a code point beyond a byte", true);
            }
            return code;
        } catch (NumberFormatException | IndexOutOfBoundsException _) {
            throw new Unsupported("no code point");
        }
    }

    private Bytes set(int from, int to) {
        Bytes set = Bytes.range(from, to);
        return fold ? set.folded() : set;
    }
}
