package dev.selvage.rules.regex;

import java.util.List;

/// The tree of a pattern, without what matters to captures only.
sealed interface Node {
    Node EMPTY = new Sequence(List.of());

    /// One byte of a set.
    record One(Bytes set) implements Node {}

    /// One after the other.
    record Sequence(List<Node> parts) implements Node {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    record Either(List<Node> branches) implements Node {
        public Either {
            branches = List.copyOf(branches);
        }
    }

    /// @param most [#ENDLESS] for any number
    record Repeat(Node node, int least, int most) implements Node {
        static final int ENDLESS = -1;
    }

    /// Nothing, at certain places.
    record At(Place place) implements Node {}

    /// Where something may be asked to stand.
    enum Place {
        TEXT_START,
        LINE_START,
        TEXT_END,
        LINE_END,
        WORD_EDGE,
        NO_WORD_EDGE
    }
}
