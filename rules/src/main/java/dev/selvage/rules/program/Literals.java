package dev.selvage.rules.program;

import dev.selvage.rules.Slice;
import dev.selvage.rules.regex.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds in one pass which of many literals stand in a text (Aho and Corasick's automaton, with a table for all
/// steps), and marks the rules that wait for them. Immutable.
final class Literals {
    /// Most nodes: as many as a table of characters can tell apart.
    static final int MAX_NODES = 1 << 16;

    /// Most entries of the table.
    private static final int MAX_TABLE = 1 << 22;

    private static final int START = 1;
    private static final int END = 2;

    private final byte[] classes = new byte[256];
    private final int width;
    private final char[] table;

    /// By node, the nearest node, itself included, that is the end of a literal and a suffix of it; 0 for none.
    private final char[] ends;

    /// By node, the next shorter such one.
    private final char[] shorter;

    /// By node, the rules that wait for it, in words of 64: the numbers of the words, and the words.
    private final int[][] words;

    private final long[][] rules;

    /// True when every literal starts with the text: at the root there is nothing more to find.
    private final boolean anchored;

    private Literals(Builder builder) {
        width = builder.width;
        System.arraycopy(builder.classes, 0, classes, 0, 256);
        int count = builder.edges.size();
        table = new char[count * width];
        ends = new char[count];
        shorter = new char[count];
        words = new int[count][];
        rules = new long[count][];
        anchored = builder.anchored;
        link(builder);
    }

    /// Collects literals and the rules that wait for them.
    static final class Builder {
        private final List<Map<Character, Integer>> edges = new ArrayList<>(List.of(new HashMap<>()));
        private final Map<Integer, List<Integer>> waiting = new HashMap<>();
        private final byte[] classes = new byte[256];
        private int width = 3;
        private boolean anchored = true;

        /// False when that would be too much; the builder is then as it was.
        boolean add(List<String> literals, int rule) {
            int most = edges.size();
            for (String literal : literals) {
                most += literal.length();
            }
            if (most > MAX_NODES || (long) most * (width + 64) > MAX_TABLE) {
                return false;
            }
            literals.forEach(literal -> add(literal, rule));
            return true;
        }

        private void add(String literal, int rule) {
            anchored &= literal.charAt(0) == Needs.START;
            int node = 0;
            for (int i = 0; i < literal.length(); i++) {
                char c = literal.charAt(i);
                if (c < 256 && classes[c] == 0) {
                    classes[c] = (byte) width++;
                }
                Integer next = edges.get(node).get(c);
                if (next == null) {
                    next = edges.size();
                    edges.get(node).put(c, next);
                    edges.add(new HashMap<>(2));
                }
                node = next;
            }
            waiting.computeIfAbsent(node, _ -> new ArrayList<>()).add(rule);
        }

        Literals build() {
            for (int c = 'A'; c <= 'Z'; c++) {
                classes[c] = classes[c + 32];
            }
            return new Literals(this);
        }
    }

    private int symbol(char c) {
        return c == Needs.START ? START : c == Needs.END ? END : classes[c] & 0xff;
    }

    private void link(Builder builder) {
        int count = builder.edges.size();
        int[] fails = new int[count];
        int[] queue = new int[count];
        int tail = 0;
        queue[tail++] = 0;
        for (int head = 0; head < tail; head++) {
            int node = queue[head];
            int fail = fails[node];
            // Every step as from the longest proper suffix, but for those of the node's own.
            if (node != 0) {
                System.arraycopy(table, fail * width, table, node * width, width);
            }
            List<Integer> waiting = builder.waiting.get(node);
            if (waiting != null) {
                wait(node, waiting);
                shorter[node] = ends[fail];
                ends[node] = (char) node;
            } else {
                ends[node] = node == 0 ? 0 : ends[fail];
            }
            for (Map.Entry<Character, Integer> edge : builder.edges.get(node).entrySet()) {
                int symbol = symbol(edge.getKey());
                int child = edge.getValue();
                fails[child] = node == 0 ? 0 : table[fail * width + symbol];
                table[node * width + symbol] = (char) child;
                queue[tail++] = child;
            }
        }
    }

    private void wait(int node, List<Integer> waiting) {
        int[] numbers = waiting.stream().mapToInt(rule -> rule >> 6).distinct().toArray();
        long[] bits = new long[numbers.length];
        for (int rule : waiting) {
            bits[Arrays.binarySearch(numbers, rule >> 6)] |= 1L << rule;
        }
        words[node] = numbers;
        rules[node] = bits;
    }

    /// Marks the rules that wait for what stands in a text.
    void mark(Slice text, long[] into) {
        char[] table = this.table;
        byte[] classes = this.classes;
        byte[] b = text.bytes;
        int end = text.start + text.length;
        int node = table[START];
        for (int i = text.start; i < end; i++) {
            if (ends[node] != 0) {
                mark(node, into);
            }
            node = table[node * width + (classes[b[i] & 0xff] & 0xff)];
            if (node == 0 && anchored) {
                return;
            }
        }
        if (ends[node] != 0) {
            mark(node, into);
        }
        node = table[node * width + END];
        if (ends[node] != 0) {
            mark(node, into);
        }
    }

    private void mark(int node, long[] into) {
        for (int i = ends[node]; i != 0; i = shorter[i]) {
            int[] numbers = words[i];
            long[] bits = rules[i];
            for (int j = 0; j < numbers.length; j++) {
                into[numbers[j]] |= bits[j];
            }
        }
    }
}
