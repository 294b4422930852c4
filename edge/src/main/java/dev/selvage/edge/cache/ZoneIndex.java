package dev.selvage.edge.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Everything that is stored of a zone, in columns that are scanned from end to end: what a sieve asks
/// of a resource
/// takes 16 bytes beside each other, and a processor reads them faster than it follows the links of a tree.
///
/// The columns have no holes: the last resource moves to where one leaves. A scan goes from the end to
/// the front, so
/// that whatever moves meanwhile moves to where the scan has yet to come; what joins at the end is
/// younger than the
/// scan. Chunks double up to a bound, so that a small zone takes little and a large one never copies
/// much at once.
final class ZoneIndex {
    private static final int SMALLEST = 16;
    private static final int DOUBLINGS = 8;
    private static final int LARGEST = SMALLEST << DOUBLINGS;

    private record Chunk(
            long[] signatures, long[] blooms, @Nullable Place[] places) {
        static Chunk of(int capacity) {
            return new Chunk(new long[capacity], new long[capacity], new Place[capacity]);
        }
    }

    private final String zone;
    private final List<Chunk> chunks = new ArrayList<>();
    private int size;

    /// Set when it was taken out of use, because nothing is in it.
    private boolean gone;

    ZoneIndex(String zone) {
        this.zone = zone;
    }

    String name() {
        return zone;
    }

    synchronized int size() {
        return size;
    }

    /// Gives a resource its place; false when the index is out of use.
    synchronized boolean add(Place place, long signature, long bloom) {
        if (gone) {
            return false;
        }
        int chunk = chunk(size);
        if (chunk == chunks.size()) {
            chunks.add(Chunk.of(capacity(chunk)));
        }
        put(size, place, signature, bloom);
        size++;
        return true;
    }

    /// Notes the tags of a resource.
    synchronized void retag(Place place, long bloom) {
        chunks.get(chunk(place.position)).blooms()[offset(place.position)] = bloom;
    }

    /// Takes a resource out; true when it was the last, and the index is out of use from now on.
    synchronized boolean remove(Place place) {
        size--;
        Chunk last = chunks.get(chunk(size));
        int end = offset(size);
        Place moved = at(last, end);
        put(place.position, moved, last.signatures()[end], last.blooms()[end]);
        last.places()[end] = null;
        // One chunk is kept in reserve, so that a zone at a boundary does not make and drop one all the time.
        int used = size == 0 ? 0 : chunk(size - 1) + 1;
        if (chunks.size() > used + 1) {
            chunks.removeLast();
        }
        gone = size == 0;
        return gone;
    }

    /// What stands where there is something.
    private static Place at(Chunk chunk, int offset) {
        return Objects.requireNonNull(chunk.places()[offset]);
    }

    private void put(int position, Place place, long signature, long bloom) {
        Chunk chunk = chunks.get(chunk(position));
        int offset = offset(position);
        chunk.signatures()[offset] = signature;
        chunk.blooms()[offset] = bloom;
        chunk.places()[offset] = place;
        place.position = position;
    }

    /// Adds to `found` what a sieve lets through of the chunk before `end`.
    ///
    /// @param end a position; beyond the size stands for the size
    /// @return where to go on; 0 when there is no more
    synchronized int scan(PurgeSieve sieve, int end, List<Place> found) {
        int to = Math.min(end, size);
        if (to == 0) {
            return 0;
        }
        int number = chunk(to - 1);
        Chunk chunk = chunks.get(number);
        int from = to - 1 - offset(to - 1);
        long[] signatures = chunk.signatures();
        long[] blooms = chunk.blooms();
        for (int i = to - from - 1; i >= 0; i--) {
            if (sieve.passes(signatures[i], blooms[i])) {
                found.add(at(chunk, i));
            }
        }
        return from;
    }

    /// Chunks of 16, 16, 32, 64 … 2,048, then all of 4,096.
    private static int chunk(int position) {
        if (position >= LARGEST) {
            return DOUBLINGS + position / LARGEST;
        }
        return position < SMALLEST ? 0 : 28 - Integer.numberOfLeadingZeros(position);
    }

    private static int capacity(int chunk) {
        return chunk == 0 ? SMALLEST : chunk > DOUBLINGS ? LARGEST : SMALLEST << (chunk - 1);
    }

    private static int offset(int position) {
        if (position >= LARGEST) {
            return position % LARGEST;
        }
        return position < SMALLEST ? position : position - Integer.highestOneBit(position);
    }
}
