package dev.selvage.bench.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Which objects are asked for, and in which order.
///
/// @param name what `--only` calls it
/// @param label what a person reads
/// @param size of each object, in bytes
/// @param paths of the objects
/// @param sequence indices into `paths`, repeated; empty where there is one object
public record Load(String name, String label, int size, List<String> paths, int[] sequence) {
    /// The exponent of the Zipf distribution: the object of rank r is asked for in proportion to r^-S.
    static final double S = 1.0;

    static final int ZIPF_OBJECTS = 10_000;
    private static final int ZIPF_REQUESTS = 1 << 18;
    private static final long SEED = 20_150_517;

    public Load {
        paths = List.copyOf(paths);
    }

    /// All of them, in the order in which they are measured.
    static List<Load> all() {
        return List.of(
                single("1k", "1 KiB", 1 << 10),
                single("10k", "10 KiB", 10 << 10),
                single("100k", "100 KiB", 100 << 10),
                single("1m", "1 MiB", 1 << 20),
                zipf(ZIPF_OBJECTS));
    }

    static Load single(String name, String label, int size) {
        return new Load(name, label, size, List.of("/" + name), new int[0]);
    }

    static Load zipf(int objects) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            paths.add(String.format(Locale.ROOT, "/zipf/%05d", i));
        }
        String label = String.format(Locale.ROOT, "Zipf (s = %.1f) over %,d objects of 10 KiB", S, objects);
        return new Load("zipf", label, 10 << 10, paths, ranks(objects, ZIPF_REQUESTS, SEED));
    }

    /// `count` ranks, from 0, drawn by inverting the cumulative weights.
    static int[] ranks(int objects, int count, long seed) {
        double[] cumulative = new double[objects];
        double sum = 0;
        for (int i = 0; i < objects; i++) {
            sum += Math.pow(i + 1.0, -S);
            cumulative[i] = sum;
        }
        var random = new SplittableRandom(seed);
        int[] ranks = new int[count];
        for (int i = 0; i < count; i++) {
            int found = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
            ranks[i] = Math.min(found < 0 ? -found - 1 : found, objects - 1);
        }
        return ranks;
    }

    /// The content of the object at `path`: the same in every run, and incompressible.
    byte[] content(String path) {
        byte[] content = new byte[size];
        new SplittableRandom(path.hashCode()).nextBytes(content);
        return content;
    }
}
