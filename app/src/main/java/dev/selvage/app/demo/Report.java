package dev.selvage.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the demo says at its end.
///
/// @param seen what the clients saw
/// @param counted what the program counted; empty when it could not be asked
/// @param originRequests what the origin answered during the replay
/// @param originBytes what it sent with them
/// @param perfect the hit ratio of a cache that never forgets, on GET requests with 200
record Report(
        Tally.Sums seen,
        Optional<Numbers.Sums> counted,
        long originRequests,
        long originBytes,
        double perfect,
        Duration took) {

    /// True when every request was answered and the program counted what the clients saw.
    boolean holds() {
        return seen.failed() == 0 && agrees();
    }

    private boolean agrees() {
        return counted.isPresent()
                && counted.get().requests() == seen.requests()
                && counted.get().cachedRequests() == seen.hits();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        add(lines, "requests", number(seen.requests()) + " in " + tenths(took.toMillis() / 1e3) + " s");
        add(
                lines,
                "hit ratio",
                percent(seen.hits(), seen.requests()) + "  (" + number(seen.hits()) + " requests from the cache)");
        add(
                lines,
                "  of GET with 200",
                percent(seen.plainHits(), seen.plain()) + "  (a cache that never forgets, filled by these alone: "
                        + String.format(Locale.ROOT, "%.2f %%", 100 * perfect) + ")");
        add(lines, "bytes to visitors", size(seen.bytes()));
        add(lines, "bytes from the origin", size(originBytes) + " in " + number(originRequests) + " requests");
        long saved = seen.bytes() - originBytes;
        add(lines, "bytes saved", size(saved) + "  (" + percent(saved, seen.bytes()) + ")");
        if (seen.failed() > 0) {
            add(lines, "failed", number(seen.failed()) + " requests, the last: " + seen.lastFailure());
        }
        if (seen.unlike() > 0) {
            add(lines, "another status", number(seen.unlike()) + " answers than the log has");
        }
        counted.ifPresent(api -> add(
                lines,
                "the API counts",
                number(api.requests()) + " requests, " + number(api.cachedRequests()) + " from the cache, "
                        + size(api.bytes()) + "; origin " + number(api.originRequests()) + " requests, "
                        + size(api.originResponseBytes())
                        + (agrees() ? "" : "  (this differs from what the clients saw)")));
        return lines;
    }

    /// A size for people, in powers of 1,000.
    static String size(long bytes) {
        String sign = bytes < 0 ? "-" : "";
        double size = Math.abs((double) bytes);
        for (String unit : List.of("B", "kB", "MB", "GB")) {
            if (size < 1_000 || unit.equals("GB")) {
                return sign + String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.2f %s", size, unit);
            }
            size /= 1_000;
        }
        throw new AssertionError("the last unit takes every size");
    }

    private static void add(List<String> lines, String label, String value) {
        lines.add("  " + label + " ".repeat(22 - label.length()) + value);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String tenths(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }
}
