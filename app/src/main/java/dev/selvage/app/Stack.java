package dev.selvage.app;

import static java.lang.System.Logger.Level.ERROR;

import java.util.ArrayDeque;
import java.util.Deque;

/// What was started, to be stopped in the opposite order.
final class Stack implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Stack.class.getName());

    private final Deque<Part> parts = new ArrayDeque<>();

    /// Stops a part.
    interface Stop {
        void run() throws Exception;
    }

    private record Part(String name, Stop stop) {}

    synchronized void push(String name, Stop stop) {
        parts.push(new Part(name, stop));
    }

    /// Stops everything; one part's failure does not keep the next from stopping.
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.stop().run();
            } catch (Exception failure) {
                LOG.log(ERROR, "stopping the " + part.name() + " failed", failure);
            }
        }
    }
}
