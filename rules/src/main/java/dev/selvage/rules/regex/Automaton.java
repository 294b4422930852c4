package dev.selvage.rules.regex;

import java.util.List;
import java.util.Optional;

/// A regular expression that is looked for in one step per byte, without allocation. Immutable.
///
/// Its size is bounded: a pattern of whose states there are too many to know beforehand has none.
public final class Automaton {
    private final String pattern;
    private final byte[] classes;

    /// By state and class, the state that follows; a state is the place of its row.
    private final char[] table;

    /// By row over the width, whether the end of the text there is a match.
    private final boolean[] ends;

    private final int width;
    private final int first;

    /// By byte, whether it leads away from the first state.
    private final boolean[] leaves = new boolean[256];

    private final List<String> needs;

    private Automaton(String pattern, States states, List<String> needs) {
        this.pattern = pattern;
        int[] classOf = states.classes();
        int most = 0;
        classes = new byte[256];
        for (int i = 0; i < 256; i++) {
            classes[i] = (byte) classOf[i];
            most = Math.max(most, classOf[i]);
        }
        width = most + 1;
        table = new char[states.count() * width];
        ends = new boolean[states.count()];
        for (int state = 0; state < states.count(); state++) {
            int[] steps = states.steps(state);
            for (int i = 0; i < width; i++) {
                table[state * width + i] = (char) (steps[i] * width);
            }
            ends[state] = steps[width] == States.FOUND;
        }
        first = states.first() * width;
        for (int i = 0; i < 256; i++) {
            leaves[i] = table[first + classOf[i]] != first;
        }
        this.needs = needs;
    }

    /// The automaton of a pattern that RE2/J accepts; empty when it would be too large.
    ///
    /// @param pattern each character a byte
    public static Optional<Automaton> of(String pattern) {
        try {
            Node node = Syntax.parse(pattern);
            return Optional.of(new Automaton(pattern, new States(Program.of(node)), Needs.of(node)));
        } catch (Unsupported _) {
            return Optional.empty();
        }
    }

    /// False for a pattern that names what is no byte, or nests too deep. RE2/J is not to be given one: on some
    /// code points it never comes to an end.
    public static boolean readable(String pattern) {
        try {
            Syntax.parse(pattern);
            return true;
        } catch (Unsupported wrong) {
            return !wrong.meaningless();
        }
    }

    /// Texts of which, letters of any ASCII case being one, at least one stands in whatever the pattern is found
    /// in; in lower case, with [Needs#START] and [Needs#END] for its ends. None when nothing is known.
    public List<String> needs() {
        return needs;
    }

    /// The pattern.
    @Override
    public String toString() {
        return pattern;
    }

    /// How much memory its table takes, in bytes.
    public int size() {
        return 2 * table.length;
    }

    /// True when the pattern is found anywhere.
    public boolean found(byte[] b, int start, int length) {
        char[] table = this.table;
        byte[] classes = this.classes;
        int end = start + length;
        int at = start;
        int state = first;
        int found = States.FOUND * width;
        if (state <= found) {
            return state == found;
        }
        while (true) {
            // Mostly nothing has begun yet; that a byte begins nothing takes no step.
            while (at < end && !leaves[b[at] & 0xff]) {
                at++;
            }
            do {
                if (at == end) {
                    return ends[state / width];
                }
                state = table[state + (classes[b[at++] & 0xff] & 0xff)];
                if (state <= found) {
                    return state == found;
                }
            } while (state != first);
        }
    }
}
