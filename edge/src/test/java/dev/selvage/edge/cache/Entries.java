package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/// Entries for tests of what happens to them.
public final class Entries {
    private Entries() {}

    /// An entry without body that is fresh for a minute.
    static Entry of(PurgeFences.Birth birth, String... headers) {
        return new Entry(
                200,
                Headers.of(headers),
                sealed(),
                0,
                new Storing.Yes(60, 0, 0, -1, false),
                birth,
                System.currentTimeMillis(),
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }

    private static Body sealed() {
        Body body = new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0);
        body.finish(true, Headers.EMPTY);
        return body;
    }

    /// Stores an entry with a body of so many bytes, fresh for a minute.
    public static void store(MemoryCache cache, PurgeFences.Fence fence, CacheKey key, int bytes, String... headers) {
        Body body = new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, bytes);
        body.append(Unpooled.wrappedBuffer(new byte[bytes]), bytes);
        body.finish(true, Headers.EMPTY);
        Entry entry = new Entry(
                200,
                Headers.of(headers),
                body,
                bytes,
                new Storing.Yes(60, 0, 0, -1, false),
                fence.now(),
                System.currentTimeMillis(),
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
        cache.store(key, entry, fence, () -> true);
        body.release();
    }

    /// Stores an entry whose fill began at `birth`.
    public static void store(MemoryCache cache, PurgeFences.Fence fence, PurgeFences.Birth birth, CacheKey key) {
        Entry entry = of(birth);
        cache.store(key, entry, fence, () -> true);
        entry.body().release();
    }
}
