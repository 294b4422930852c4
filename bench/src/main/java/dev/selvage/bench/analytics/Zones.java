package dev.selvage.bench.analytics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The zones of the benchmark's store and what each of them serves on its one busy day.
///
/// @param known of the sizes that questions are asked about, the smallest first
/// @param others small ones, by falling size (Zipf)
record Zones(List<Zone> known, List<Zone> others) {
    /// The account of them all.
    static final String ACCOUNT = "f037e56e89293a057740de681ac9abbe";

    /// @param id as the API shows it
    /// @param requests in a day; of the smallest known zone in a month
    record Zone(String id, long requests) {}

    /// @param largest requests of the largest zone
    static Zones of(long largest, int others) {
        List<Zone> known = new ArrayList<>();
        known.add(new Zone(id(0), 5));
        for (long requests = 10_000; requests <= largest; requests *= 10) {
            known.add(new Zone(id(known.size()), requests));
        }
        List<Zone> small = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            small.add(new Zone(id(1_000 + i), Math.max(1, Math.round(40_000.0 / (i + 1)))));
        }
        return new Zones(List.copyOf(known), List.copyOf(small));
    }

    private static String id(int number) {
        // Spread over the whole range of ids, as real ones are.
        return String.format(
                Locale.ROOT,
                "%016x%016x",
                number * 0x9E3779B97F4A7C15L ^ 0x5DEECE66DL,
                number * 0xC2B2AE3D27D4EB4FL ^ 0x2545F491L);
    }
}
