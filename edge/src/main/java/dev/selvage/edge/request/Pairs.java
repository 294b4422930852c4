package dev.selvage.edge.request;

import dev.selvage.rules.Slice;
import java.util.Arrays;

/// Names and values as ranges of arrays that somebody else owns; reused, so that filling it again allocates
/// nothing. Grows with what a request's head can hold.
final class Pairs {
    private static final byte[] NOTHING = new byte[0];

    private byte[][] nameBytes = new byte[32][];
    private byte[][] valueBytes = new byte[32][];
    private int[] nameStart = new int[32];
    private int[] nameLength = new int[32];
    private int[] valueStart = new int[32];
    private int[] valueLength = new int[32];
    private int count;

    Pairs() {
        Arrays.fill(nameBytes, NOTHING);
        Arrays.fill(valueBytes, NOTHING);
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    void add(byte[] names, int name, int nameCount, byte[] values, int value, int valueCount) {
        if (count == nameStart.length) {
            int room = 2 * count;
            nameBytes = Arrays.copyOf(nameBytes, room);
            valueBytes = Arrays.copyOf(valueBytes, room);
            Arrays.fill(nameBytes, count, room, NOTHING);
            Arrays.fill(valueBytes, count, room, NOTHING);
            nameStart = Arrays.copyOf(nameStart, room);
            nameLength = Arrays.copyOf(nameLength, room);
            valueStart = Arrays.copyOf(valueStart, room);
            valueLength = Arrays.copyOf(valueLength, room);
        }
        nameBytes[count] = names;
        nameStart[count] = name;
        nameLength[count] = nameCount;
        valueBytes[count] = values;
        valueStart[count] = value;
        valueLength[count] = valueCount;
        count++;
    }

    /// Puts a value without a name before the i-th.
    void insert(int i, byte[] values, int value, int valueCount) {
        add(NOTHING, 0, 0, values, value, valueCount);
        int moved = count - 1 - i;
        System.arraycopy(valueBytes, i, valueBytes, i + 1, moved);
        System.arraycopy(valueStart, i, valueStart, i + 1, moved);
        System.arraycopy(valueLength, i, valueLength, i + 1, moved);
        valueBytes[i] = values;
        valueStart[i] = value;
        valueLength[i] = valueCount;
    }

    void name(int i, Slice into) {
        into.set(nameBytes[i], nameStart[i], nameLength[i]);
    }

    void value(int i, Slice into) {
        into.set(valueBytes[i], valueStart[i], valueLength[i]);
    }
}
