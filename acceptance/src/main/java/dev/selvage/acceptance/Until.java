package dev.selvage.acceptance;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/// Waits for something to become true, for a bounded time.
public final class Until {
    private Until() {}

    /// Asks again and again until the answer fits, and gives it.
    ///
    /// @throws AssertionError with the last answer when the time is over
    public static <T> T holds(String what, Duration patience, Callable<T> question, Predicate<T> fits)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            T answer = question.call();
            if (fits.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + what + "; last seen: " + answer);
            }
            Thread.sleep(5);
        }
    }
}
