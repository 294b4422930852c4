package dev.selvage.rules.program;

import dev.selvage.rules.Slice;

/// Where bytes are kept that an evaluation computes. Bounded: what does not fit is given memory of its own.
final class Arena {
    static final int SIZE = 1 << 16;

    private final byte[] bytes = new byte[SIZE];
    private int top;

    /// Points to room for so many bytes.
    void room(int length, Slice into) {
        if (length <= SIZE - top) {
            into.set(bytes, top, length);
            top += length;
        } else {
            into.set(new byte[length], 0, length);
        }
    }

    int top() {
        return top;
    }

    /// Gives back what was taken since it was at `top`.
    void back(int top) {
        this.top = top;
    }
}
