package dev.selvage.rules.regex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a text must have for a pattern to be found in it: one of a few literals.
///
/// Letters of any ASCII case are one, in lower case.
public final class Needs {
    /// Stands for the start of the text.
    public static final char START = 0x100;

    /// Stands for the end of the text.
    public static final char END = 0x101;

    /// Most literals of which one is needed.
    private static final int MOST = 32;

    /// Most bytes that one place of a literal may be.
    private static final int MOST_BYTES = 4;

    private static final int LONGEST = 64;

    /// @param exact all that a part can be, start and end included; empty when that is too much
    /// @param best literals of which one stands in whatever the part is; empty when none are known
    private record Known(List<String> exact, List<String> best) {}

    private static final Known NOTHING = new Known(List.of(), List.of());
    private static final Known EMPTY = new Known(List.of(""), List.of());

    private Needs() {}

    static List<String> of(Node node) {
        return best(known(node));
    }

    private static List<String> best(Known known) {
        List<String> best = better(known.exact, known.best);
        return best.contains("") ? List.of() : best;
    }

    private static Known known(Node node) {
        return switch (node) {
            case Node.One(Bytes set) -> bytes(set);
            case Node.At(Node.Place place) ->
                switch (place) {
                    case TEXT_START -> new Known(List.of(String.valueOf(START)), List.of());
                    case TEXT_END -> new Known(List.of(String.valueOf(END)), List.of());
                    case LINE_START, LINE_END, WORD_EDGE, NO_WORD_EDGE -> EMPTY;
                };
            case Node.Sequence(List<Node> parts) ->
                sequence(parts.stream().map(Needs::known).toList());
            case Node.Either(List<Node> branches) -> either(branches);
            case Node.Repeat repeat -> repeated(repeat);
        };
    }

    private static Known bytes(Bytes set) {
        Set<String> exact = new LinkedHashSet<>();
        for (int i = 0; i < 256 && exact.size() <= MOST_BYTES; i++) {
            if (set.has(i)) {
                exact.add(String.valueOf((char) (i >= 'A' && i <= 'Z' ? i + 32 : i)));
            }
        }
        return exact.size() <= MOST_BYTES ? new Known(List.copyOf(exact), List.of()) : NOTHING;
    }

    private static Known sequence(List<Known> parts) {
        List<String> run = List.of("");
        List<String> best = List.of();
        boolean whole = true;
        for (Known part : parts) {
            List<String> joined = joined(run, part.exact);
            if (joined.isEmpty()) {
                whole = false;
                best = better(better(best, run), part.best);
                run = part.exact.isEmpty() ? List.of("") : part.exact;
            } else {
                run = joined;
            }
        }
        return new Known(whole ? run : List.of(), better(best, run));
    }

    /// Each of the first before each of the second; empty when those are too many, or cannot be told.
    private static List<String> joined(List<String> first, List<String> second) {
        if (first.size() * second.size() > MOST) {
            return List.of();
        }
        Set<String> joined = new LinkedHashSet<>();
        for (String one : first) {
            for (String other : second) {
                boolean ended = one.endsWith(String.valueOf(END)) && !other.isEmpty();
                boolean started = other.startsWith(String.valueOf(START)) && !one.isEmpty();
                if (ended || started || one.length() + other.length() > LONGEST) {
                    return List.of();
                }
                joined.add(one + other);
            }
        }
        return List.copyOf(joined);
    }

    private static Known either(List<Node> branches) {
        Set<String> exact = new LinkedHashSet<>();
        Set<String> best = new LinkedHashSet<>();
        boolean exactly = true;
        boolean known = true;
        for (Node branch : branches) {
            Known of = known(branch);
            exactly &= !of.exact.isEmpty();
            exact.addAll(of.exact);
            List<String> literals = best(of);
            known &= !literals.isEmpty();
            best.addAll(literals);
        }
        return new Known(
                exactly && exact.size() <= MOST ? List.copyOf(exact) : List.of(),
                known && best.size() <= MOST ? List.copyOf(best) : List.of());
    }

    private static Known repeated(Node.Repeat repeat) {
        if (repeat.most() == 0) {
            return EMPTY;
        }
        Known once = known(repeat.node());
        if (repeat.least() == 0) {
            if (repeat.most() != 1 || once.exact.isEmpty() || once.exact.size() == MOST) {
                return NOTHING;
            }
            Set<String> exact = new LinkedHashSet<>(once.exact);
            exact.add("");
            return new Known(List.copyOf(exact), List.of());
        }
        if (repeat.least() == 1 && repeat.most() == 1) {
            return once;
        }
        List<Known> parts = new ArrayList<>();
        for (int i = 0; i < Math.min(repeat.least(), MOST); i++) {
            parts.add(once);
        }
        Known known = sequence(parts);
        return repeat.most() == repeat.least() && repeat.least() <= MOST ? known : new Known(List.of(), best(known));
    }

    /// Of two lists the one of the longer literals; of equals the shorter list.
    private static List<String> better(List<String> one, List<String> other) {
        int byLength = Integer.compare(shortest(one), shortest(other));
        return byLength > 0 || (byLength == 0 && one.size() <= other.size()) ? one : other;
    }

    private static int shortest(List<String> literals) {
        return literals.stream().mapToInt(String::length).min().orElse(0);
    }
}
