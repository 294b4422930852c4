package dev.selvage.rules.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A pattern as a non-deterministic automaton (Thompson's construction): it has been found where [#MATCH] is
/// reached.
final class Program {
    /// Most instructions.
    static final int MAX_LENGTH = 4_000;

    static final int MATCH = 0;

    /// What an instruction does.
    enum Kind {
        MATCH,
        /// Takes a byte of a set and goes on.
        TAKE,
        /// Goes on both ways.
        FORK,
        /// Goes on where it stands at a place.
        AT
    }

    private final List<Kind> kinds = new ArrayList<>();
    private final List<Bytes> sets = new ArrayList<>();
    private final List<Node.Place> places = new ArrayList<>();
    private int[] next = new int[64];
    private int[] other = new int[64];

    /// By instruction: those of one number are the same place in copies of one optional part. What a copy can
    /// do, one with a higher address can do as well, and has as many or more copies to follow; so it stands for
    /// both.
    private int[] rivals = new int[64];

    private int rivalries;
    private final int start;

    private Program(Node node) throws Unsupported {
        emit(Kind.MATCH, Bytes.NONE, Node.Place.TEXT_END, 0, 0);
        int pattern = emit(node, MATCH);
        // What comes before a match is passed over.
        start = emit(Kind.FORK, Bytes.NONE, Node.Place.TEXT_END, pattern, 0);
        int passed = emit(Kind.TAKE, Bytes.ALL, Node.Place.TEXT_END, start, 0);
        other[start] = passed;
    }

    static Program of(Node node) throws Unsupported {
        return new Program(node);
    }

    int start() {
        return start;
    }

    int length() {
        return kinds.size();
    }

    Kind kind(int pc) {
        return kinds.get(pc);
    }

    Bytes set(int pc) {
        return sets.get(pc);
    }

    Node.Place place(int pc) {
        return places.get(pc);
    }

    int next(int pc) {
        return next[pc];
    }

    int other(int pc) {
        return other[pc];
    }

    /// 0 for none.
    int rivals(int pc) {
        return rivals[pc];
    }

    /// The largest of [#rivals(int)].
    int rivalries() {
        return rivalries;
    }

    boolean asks(Node.Place... any) {
        for (int pc = 0; pc < length(); pc++) {
            if (kinds.get(pc) == Kind.AT && Arrays.asList(any).contains(places.get(pc))) {
                return true;
            }
        }
        return false;
    }

    /// By byte, its class: bytes that no instruction tells apart are of one.
    int[] classes() {
        int[] classes = new int[256];
        int[] count = {1};
        for (Bytes set : sets.stream().distinct().toList()) {
            split(classes, set, count);
        }
        if (asks(Node.Place.WORD_EDGE, Node.Place.NO_WORD_EDGE)) {
            split(classes, Bytes.WORD, count);
        }
        if (asks(Node.Place.LINE_START, Node.Place.LINE_END)) {
            split(classes, Bytes.NEWLINE, count);
        }
        return classes;
    }

    private static void split(int[] classes, Bytes set, int[] count) {
        Map<Integer, Integer> inside = new HashMap<>();
        boolean[] outside = new boolean[count[0]];
        for (int i = 0; i < 256; i++) {
            outside[classes[i]] |= !set.has(i);
        }
        for (int i = 0; i < 256; i++) {
            if (set.has(i) && outside[classes[i]]) {
                classes[i] = inside.computeIfAbsent(classes[i], _ -> count[0]++);
            }
        }
    }

    private int emit(Kind kind, Bytes set, Node.Place place, int to, int or) throws Unsupported {
        int pc = kinds.size();
        if (pc == MAX_LENGTH) {
            throw new Unsupported("more than " + MAX_LENGTH + " steps");
        }
        kinds.add(kind);
        sets.add(set);
        places.add(place);
        if (pc == next.length) {
            next = Arrays.copyOf(next, 2 * pc);
            other = Arrays.copyOf(other, 2 * pc);
            rivals = Arrays.copyOf(rivals, 2 * pc);
        }
        next[pc] = to;
        other[pc] = or;
        return pc;
    }

    /// Emits what goes on at `then`; to where it starts.
    private int emit(Node node, int then) throws Unsupported {
        return switch (node) {
            case Node.One(Bytes set) -> emit(Kind.TAKE, set, Node.Place.TEXT_END, then, 0);
            case Node.At(Node.Place place) -> emit(Kind.AT, Bytes.NONE, place, then, 0);
            case Node.Sequence(List<Node> parts) -> {
                int at = then;
                for (Node part : parts.reversed()) {
                    at = emit(part, at);
                }
                yield at;
            }
            case Node.Either(List<Node> branches) -> {
                int at = emit(branches.getLast(), then);
                for (Node branch : branches.reversed().subList(1, branches.size())) {
                    at = emit(Kind.FORK, Bytes.NONE, Node.Place.TEXT_END, emit(branch, then), at);
                }
                yield at;
            }
            case Node.Repeat repeat -> emitRepeat(repeat, then);
        };
    }

    private int emitRepeat(Node.Repeat repeat, int then) throws Unsupported {
        int at = then;
        if (repeat.most() == Node.Repeat.ENDLESS) {
            at = emit(Kind.FORK, Bytes.NONE, Node.Place.TEXT_END, then, then);
            int body = emit(repeat.node(), at);
            next[at] = body;
        } else {
            int first = 0;
            for (int i = repeat.least(); i < repeat.most(); i++) {
                int base = length();
                at = emit(Kind.FORK, Bytes.NONE, Node.Place.TEXT_END, emit(repeat.node(), at), then);
                if (first == 0) {
                    first = rivalries + 1;
                    rivalries += length() - base;
                }
                for (int pc = base; pc < length(); pc++) {
                    rivals[pc] = rivals[pc] == 0 ? first + pc - base : rivals[pc];
                }
            }
        }
        for (int i = 0; i < repeat.least(); i++) {
            at = emit(repeat.node(), at);
        }
        return at;
    }
}
