package dev.selvage.edge.refill;

import io.netty.util.concurrent.EventExecutor;
import java.util.function.LongSupplier;

/// What asking for a turn came to.
public sealed interface Turn {
    /// It may go on.
    record Now() implements Turn {}

    /// There are so many waiting that its turn would come too late.
    ///
    /// @param seconds until the last of those who wait now has had its turn
    record Refused(int seconds) implements Turn {}

    /// It waits.
    final class Later implements Turn {
        private final RefillQueue queue;
        private final LongSupplier nanos;
        private final EventExecutor executor;
        private final Runnable granted;
        boolean over;

        Later(RefillQueue queue, LongSupplier nanos, EventExecutor executor, Runnable granted) {
            this.queue = queue;
            this.nanos = nanos;
            this.executor = executor;
            this.granted = granted;
        }

        long now() {
            return nanos.getAsLong();
        }

        EventExecutor executor() {
            return executor;
        }

        void grant() {
            executor.execute(granted);
        }

        /// Waits no more; false when its turn has come already.
        public boolean leave() {
            return queue.leave(this);
        }
    }
}
