package dev.selvage.analytics.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What the store consists of at this moment, and at the earlier ones that somebody still reads.
///
/// Thread-safe.
final class Catalog {
    /// A moment: files, and the generations that are not in files, oldest first.
    record State(Manifest manifest, List<Hot> hots) {
        State {
            hots = List.copyOf(hots);
        }

        /// The generation that grows.
        Hot growing() {
            return hots.getLast();
        }
    }

    /// What no one reads any more and is not part of the store.
    record Garbage(List<StoredFile> files, List<Hot> hots) {}

    private static final class Held {
        private final State state;
        private int readers;

        Held(State state) {
            this.state = state;
        }
    }

    /// Oldest first; the last is the present.
    private final Deque<Held> moments = new ArrayDeque<>();

    Catalog(State first) {
        moments.add(new Held(first));
    }

    synchronized State present() {
        return moments.getLast().state;
    }

    /// The present, to be kept until it is [#release]d.
    synchronized State hold() {
        Held present = moments.getLast();
        present.readers++;
        return present.state;
    }

    @SuppressWarnings("ReferenceEquality")
    synchronized void release(State state) {
        for (Held each : moments) {
            if (each.state == state) {
                each.readers--;
                return;
            }
        }
        throw new IllegalStateException("released once too often");
    }

    synchronized void replace(State next) {
        moments.add(new Held(next));
    }

    /// What only moments held that are over and have no reader; it is handed out once.
    @SuppressWarnings("ReferenceEquality")
    synchronized Garbage sweep() {
        List<StoredFile> files = new ArrayList<>();
        List<Hot> hots = new ArrayList<>();
        while (moments.size() > 1 && moments.getFirst().readers == 0) {
            State over = moments.removeFirst().state;
            State next = moments.getFirst().state;
            // A later moment never gets back what one before it lost.
            List<StoredFile> kept = next.manifest().files();
            if (kept != over.manifest().files()) {
                java.util.Set<StoredFile> alive = new java.util.HashSet<>(kept);
                over.manifest().files().stream()
                        .filter(file -> !alive.contains(file))
                        .forEach(files::add);
            }
            over.hots().stream().filter(hot -> !next.hots().contains(hot)).forEach(hots::add);
        }
        return new Garbage(files, hots);
    }
}
