package dev.selvage.edge.http;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/// Where an input is cut into the pieces in which it arrives.
final class Cuts {
    private Cuts() {}

    /// All places of a short input, some of a long one: always the same of the same input.
    static int[] of(byte[] input) {
        if (input.length <= 64) {
            return IntStream.range(0, input.length).toArray();
        }
        return new Random(Arrays.hashCode(input))
                .ints(24, 0, input.length)
                .sorted()
                .distinct()
                .toArray();
    }
}
