package dev.selvage.analytics.store;

import java.nio.ByteBuffer;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/// A mergeable count of distinct client addresses (HyperLogLog, lgK 11: 2.3 % standard error).
public final class Visitors {
    /// The precision that edges send.
    public static final int LG_K = 11;

    /// Beyond this no sketch of our precision is, in any of its forms.
    private static final int MAX_BYTES = 16 << 10;

    private final HllUnion union = new HllUnion(LG_K);

    /// Adds a serialised sketch.
    ///
    /// @throws IllegalArgumentException when the bytes are none
    public void add(byte[] sketch) {
        if (sketch.length == 0) {
            return;
        }
        if (sketch.length > MAX_BYTES) {
            throw new IllegalArgumentException("a visitor sketch of " + sketch.length + " bytes is too large");
        }
        try {
            union.update(HllSketch.heapify(sketch));
        } catch (RuntimeException malformed) {
            // The library throws its own, index and argument errors alike for bytes that are no sketch.
            throw new IllegalArgumentException("not a visitor sketch", malformed);
        }
    }

    void add(ByteBuffer sketch) {
        byte[] bytes = new byte[sketch.remaining()];
        sketch.duplicate().get(bytes);
        add(bytes);
    }

    /// About how many distinct addresses were added.
    public long count() {
        return Math.round(union.getEstimate());
    }

    boolean isEmpty() {
        return union.isEmpty();
    }

    byte[] toBytes() {
        return union.getResult(TgtHllType.HLL_4).toCompactByteArray();
    }
}
