package dev.selvage.app.demo;

import java.util.concurrent.TimeUnit;

/// The time that a replay keeps to.
interface Pace {
    /// Nanoseconds from some origin.
    long now();

    /// Returns when [#now] has reached `instant`, at once when it has already.
    void awaitUntil(long instant) throws InterruptedException;

    /// Real time.
    static Pace real() {
        return new Pace() {
            @Override
            public long now() {
                return System.nanoTime();
            }

            @Override
            public void awaitUntil(long instant) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(instant - now());
            }
        };
    }
}
