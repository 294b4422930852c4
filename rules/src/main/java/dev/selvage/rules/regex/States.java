package dev.selvage.rules.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The subset construction: every set of instructions that a [Program] can be at, up to a bound.
final class States {
    /// Most entries of the table: states times classes of bytes.
    static final int MAX_TABLE = 1 << 16;

    /// Most instructions that are followed.
    static final int MAX_WORK = 1_000_000;

    /// Nothing can be found any more.
    static final int DEAD = 0;

    /// It has been found.
    static final int FOUND = 1;

    /// What stood before.
    private enum Before {
        NOTHING,
        NEWLINE,
        WORD,
        OTHER
    }

    private final Program program;
    private final int[] classes;
    private final int[] samples;

    /// By name, the number. A name is what stood before, where that matters, and the instructions.
    private final Map<String, Integer> numbers = new HashMap<>();

    private final List<String> names = new ArrayList<>();
    private final List<int[]> steps = new ArrayList<>();
    private final int first;

    private final int[] marks;
    private final int[] rivalMarks;
    private final int[] stack;
    private final int[] reached;
    private int mark;
    private int count;
    private int work;

    States(Program program) throws Unsupported {
        this.program = program;
        classes = program.classes();
        samples = new int[Arrays.stream(classes).max().orElse(0) + 1];
        for (int i = 255; i >= 0; i--) {
            samples[classes[i]] = i;
        }
        marks = new int[program.length()];
        rivalMarks = new int[program.rivalries() + 1];
        stack = new int[2 * program.length() + 2];
        reached = new int[program.length()];
        add("");
        add("\0");
        steps.add(new int[samples.length + 1]);
        int[] found = new int[samples.length + 1];
        Arrays.fill(found, FOUND);
        steps.add(found);
        mark++;
        int start = follow(program.start(), Before.NOTHING) ? FOUND : number(Before.NOTHING);
        for (int state = 2; state < names.size(); state++) {
            int[] to = new int[samples.length + 1];
            for (int i = 0; i < to.length; i++) {
                to[i] = step(names.get(state), i);
            }
            steps.add(to);
        }
        first = bury()[start] ? start : DEAD;
    }

    /// By byte, its class.
    int[] classes() {
        return classes;
    }

    int first() {
        return first;
    }

    int count() {
        return names.size();
    }

    /// By class, and last for the end of the text, the state that follows.
    int[] steps(int state) {
        return steps.get(state);
    }

    /// Where a state leads with a byte of a class, or with the end of the text.
    private int step(String name, int to) throws Unsupported {
        Before before = Before.values()[name.charAt(0)];
        boolean end = to == samples.length;
        int sample = end ? -1 : samples[to];
        // First all that is reached without a byte, now that it is known what follows.
        mark++;
        count = 0;
        work += name.length();
        for (int i = 1; i < name.length(); i++) {
            int pc = name.charAt(i);
            if (program.kind(pc) == Program.Kind.AT) {
                if (holds(program.place(pc), before, sample) && followEdges(program.next(pc), before, sample)) {
                    return FOUND;
                }
            } else {
                reach(pc);
            }
        }
        if (end) {
            return DEAD;
        }
        int[] here = Arrays.copyOf(reached, count);
        Before after = sample == '\n' ? Before.NEWLINE : Bytes.WORD.has(sample) ? Before.WORD : Before.OTHER;
        mark++;
        count = 0;
        for (int pc : here) {
            if (program.kind(pc) == Program.Kind.TAKE
                    && program.set(pc).has(sample)
                    && follow(program.next(pc), after)) {
                return FOUND;
            }
        }
        return number(after);
    }

    private void reach(int pc) {
        if (marks[pc] != mark) {
            marks[pc] = mark;
            reached[count++] = pc;
        }
    }

    /// Reaches all that needs no byte, and no knowledge of what follows; true when that is a match.
    private boolean follow(int from, Before before) throws Unsupported {
        return followed(from, before, -1, false);
    }

    /// The same where the byte that follows is known; -1 for the end.
    private boolean followEdges(int from, Before before, int sample) throws Unsupported {
        return followed(from, before, sample, true);
    }

    private boolean followed(int from, Before before, int sample, boolean known) throws Unsupported {
        int top = 0;
        stack[top++] = from;
        while (top > 0) {
            int pc = stack[--top];
            if (marks[pc] == mark) {
                continue;
            }
            if (++work > MAX_WORK) {
                throw new Unsupported("more than " + MAX_WORK + " steps to build");
            }
            switch (program.kind(pc)) {
                case MATCH -> {
                    return true;
                }
                case TAKE -> reach(pc);
                case FORK -> {
                    marks[pc] = mark;
                    stack[top++] = program.other(pc);
                    stack[top++] = program.next(pc);
                }
                case AT -> {
                    Node.Place place = program.place(pc);
                    if (known || place == Node.Place.TEXT_START || place == Node.Place.LINE_START) {
                        marks[pc] = mark;
                        if (holds(place, before, sample)) {
                            stack[top++] = program.next(pc);
                        }
                    } else {
                        reach(pc);
                    }
                }
            }
        }
        return false;
    }

    private static boolean holds(Node.Place place, Before before, int sample) {
        return switch (place) {
            case TEXT_START -> before == Before.NOTHING;
            case LINE_START -> before == Before.NOTHING || before == Before.NEWLINE;
            case TEXT_END -> sample < 0;
            case LINE_END -> sample < 0 || sample == '\n';
            case WORD_EDGE -> edge(before, sample);
            case NO_WORD_EDGE -> !edge(before, sample);
        };
    }

    private static boolean edge(Before before, int sample) {
        return (before == Before.WORD) != (sample >= 0 && Bytes.WORD.has(sample));
    }

    /// The number of the state of what has been reached.
    private int number(Before before) throws Unsupported {
        Arrays.sort(reached, 0, count);
        StringBuilder name = new StringBuilder(count + 1).append((char) Before.OTHER.ordinal());
        boolean asks = false;
        for (int i = count - 1; i >= 0; i--) {
            int pc = reached[i];
            if (stronger(pc)) {
                continue;
            }
            asks |= program.kind(pc) == Program.Kind.AT;
            name.append((char) pc);
        }
        if (asks) {
            name.setCharAt(0, (char) before.ordinal());
        }
        Integer known = numbers.get(name.toString());
        return known == null ? add(name.toString()) : known;
    }

    /// True when a rival with a higher address is in the state.
    private boolean stronger(int pc) {
        int rivals = program.rivals(pc);
        if (rivals == 0) {
            return false;
        }
        boolean stronger = rivalMarks[rivals] == mark;
        rivalMarks[rivals] = mark;
        return stronger;
    }

    private int add(String name) throws Unsupported {
        int number = names.size();
        if ((number + 1) * samples.length > MAX_TABLE) {
            throw new Unsupported("more than " + MAX_TABLE / samples.length + " states");
        }
        names.add(name);
        numbers.put(name, number);
        return number;
    }

    /// Turns steps to states from which nothing is ever found into steps to [#DEAD]; to which states are others.
    private boolean[] bury() {
        boolean[] alive = new boolean[count()];
        alive[FOUND] = true;
        int[] sources = new int[count() * (samples.length + 1)];
        int[] starts = new int[count() + 1];
        for (int[] to : steps) {
            for (int state : to) {
                starts[state + 1]++;
            }
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        int[] filled = starts.clone();
        for (int state = 0; state < count(); state++) {
            for (int target : steps.get(state)) {
                sources[filled[target]++] = state;
            }
        }
        int[] queue = new int[count()];
        int tail = 0;
        queue[tail++] = FOUND;
        for (int head = 0; head < tail; head++) {
            for (int i = starts[queue[head]]; i < starts[queue[head] + 1]; i++) {
                if (!alive[sources[i]]) {
                    alive[sources[i]] = true;
                    queue[tail++] = sources[i];
                }
            }
        }
        for (int[] to : steps) {
            for (int i = 0; i < to.length; i++) {
                to[i] = alive[to[i]] ? to[i] : DEAD;
            }
        }
        return alive;
    }
}
