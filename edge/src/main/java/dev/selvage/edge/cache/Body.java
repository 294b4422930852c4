package dev.selvage.edge.cache;

import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A response body that one fill writes and any number of deliveries read while it grows.
///
/// The fill appends on its event loop; readers, on theirs, see bytes up to [#available] and leave a
/// wake-up call for more. Nobody locks: what is published is published by one volatile write. The body
/// starts in *kept* form, where every byte stays until the last reference goes; it can turn *windowed*,
/// once and for good, where bytes that every reader has passed are let go and nobody can join: the form
/// of what is not stored.
///
/// References: the fill has one, each reader one, the cache one per stored entry.
public final class Body {
    private static final int FIRST_CHUNK = 16 << 10;
    private static final int LARGEST_CHUNK = 256 << 10;

    /// How the writing stands.
    public enum State {
        GROWING,
        COMPLETE,
        /// The fill ended before the body did; readers must not present it as whole.
        BROKEN
    }

    private record Waiter(
            Executor loop, Runnable call, @Nullable Waiter next) {}

    private final ByteBufAllocator allocator;
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicReference<@Nullable Waiter> waiters = new AtomicReference<>();
    private final AtomicReferenceArray<@Nullable Form> forms = new AtomicReferenceArray<>(Coding.COUNT);

    // Written by the fill; published by the volatile write of `available` or `state`.
    private volatile @Nullable ByteBuf[] chunks = new ByteBuf[1];
    private volatile long[] starts = new long[1];
    private volatile int chunkCount;
    private volatile long available;
    private volatile State state = State.GROWING;
    private volatile boolean windowed;
    private Headers trailers = Headers.EMPTY;

    // Only the fill's loop uses these.
    private final Executor loop;
    private long expected;
    private int firstKept;
    private final Map<Object, Long> places = new HashMap<>();
    private final AtomicInteger joined = new AtomicInteger();
    private @Nullable Runnable onProgress;

    /// @param loop the loop of the fill that writes this body
    /// @param expected bytes announced, or negative when unknown
    public Body(ByteBufAllocator allocator, Executor loop, long expected) {
        this.allocator = allocator;
        this.loop = loop;
        this.expected = expected;
    }

    /// A body that begins with what is there of `before`, which has ended and which the caller holds a
    /// reference to. The bytes are shared, not copied.
    ///
    /// @param expected bytes of both
    public static Body continuing(Body before, ByteBufAllocator allocator, Executor loop, long expected) {
        Body body = new Body(allocator, loop, expected);
        long bytes = before.available;
        int count = before.chunkCount;
        @Nullable ByteBuf[] shared = new ByteBuf[count + 1];
        long[] places = Arrays.copyOf(before.starts, count + 1);
        int used = 0;
        while (used < count && places[used] < bytes) {
            shared[used] = before.slice(used, places[used], bytes);
            used++;
        }
        body.chunks = shared;
        body.starts = places;
        body.chunkCount = used;
        body.available = bytes;
        return body;
    }

    // ---- the fill's side, on its loop

    /// Appends and publishes what is readable in `in`, `count` bytes of it.
    public void append(ByteBuf in, int count) {
        int left = count;
        while (left > 0) {
            ByteBuf chunk = chunkWithRoom();
            int n = Math.min(left, chunk.writableBytes());
            chunk.writeBytes(in, n);
            left -= n;
        }
        long published = available + count;
        available = published;
        wake();
    }

    /// Says how long the body will be, once that is known: its last chunk will not be larger than it
    /// must be.
    public void expect(long length) {
        expected = length;
    }

    private ByteBuf chunkWithRoom() {
        int count = chunkCount;
        if (count > 0) {
            ByteBuf last = chunks[count - 1];
            if (last != null && last.isWritable()) {
                return last;
            }
        }
        long written = count == 0 ? 0 : starts[count - 1] + capacity(count - 1);
        long wanted = expected >= 0
                ? Math.min(LARGEST_CHUNK, Math.max(1, expected - written))
                : Math.min(LARGEST_CHUNK, (long) FIRST_CHUNK << Math.min(4, count));
        ByteBuf chunk = allocator.directBuffer((int) wanted, (int) wanted);
        if (count == chunks.length) {
            chunks = Arrays.copyOf(chunks, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
        }
        chunks[count] = chunk;
        starts[count] = written;
        chunkCount = count + 1;
        return chunk;
    }

    private long capacity(int index) {
        ByteBuf chunk = chunks[index];
        // A chunk is let go only when it is full, that is, when another one follows it.
        return chunk == null ? starts[index + 1] - starts[index] : chunk.capacity();
    }

    /// Says that the body is whole and what followed it, or that it will never be whole.
    public void finish(boolean whole, Headers trailers) {
        this.trailers = trailers;
        state = whole ? State.COMPLETE : State.BROKEN;
        wake();
    }

    /// Turns to the windowed form; `onProgress` is called on this loop whenever the slowest reader moved.
    public void window(Runnable onProgress) {
        this.onProgress = onProgress;
        windowed = true;
        letGo();
    }

    /// Bytes that the slowest reader has yet to read; all of them while a reader is still unknown.
    public long unread() {
        return available - slowest();
    }

    /// How many readers there are, those still on their way included.
    public int readers() {
        return joined.get();
    }

    private long slowest() {
        if (places.size() < joined.get()) {
            return starts[firstKept];
        }
        long least = available;
        for (long place : places.values()) {
            least = Math.min(least, place);
        }
        return least;
    }

    private void letGo() {
        // The last reader may be giving its reference back on its own loop: only one of the two may free a chunk.
        if (!tryRetain()) {
            return;
        }
        long slowest = slowest();
        while (firstKept < chunkCount - 1 && starts[firstKept + 1] <= slowest) {
            ByteBuf chunk = chunks[firstKept];
            if (chunk != null) {
                chunks[firstKept] = null;
                chunk.release();
            }
            firstKept++;
        }
        release();
    }

    private void moved(Object reader, long place) {
        if (place < 0) {
            places.remove(reader);
            joined.decrementAndGet();
        } else {
            places.merge(reader, place, Math::max);
        }
        if (windowed) {
            letGo();
        }
        if (onProgress != null) {
            onProgress.run();
        }
    }

    /// Called by the fill when it wants to know of readers that come and go.
    public void onProgress(Runnable call) {
        onProgress = call;
    }

    private void wake() {
        Waiter waiter = waiters.getAndSet(null);
        while (waiter != null) {
            waiter.loop().execute(waiter.call());
            waiter = waiter.next();
        }
    }

    // ---- references

    /// Takes a reference; false when the body is gone already.
    public boolean tryRetain() {
        int now = references.get();
        while (now > 0) {
            if (references.compareAndSet(now, now + 1)) {
                return true;
            }
            now = references.get();
        }
        return false;
    }

    /// Takes another reference, for one who holds one.
    public void retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("a body was retained by somebody who holds no reference");
        }
    }

    /// Gives a reference back.
    public void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("a body was released more often than retained");
        }
        if (left == 0) {
            for (int i = 0; i < chunkCount; i++) {
                ByteBuf chunk = chunks[i];
                if (chunk != null) {
                    chunks[i] = null;
                    chunk.release();
                }
            }
            for (int i = 0; i < Coding.COUNT; i++) {
                Form form = forms.getAndSet(i, null);
                if (form != null) {
                    form.drop();
                }
            }
        }
    }

    // ---- its forms in content codings, for those who hold a reference

    /// The form in a coding that is kept, or being made to be kept; null when there is none.
    public @Nullable Form form(Coding coding) {
        return forms.get(coding.ordinal());
    }

    /// Keeps a form, whose body was retained for this; false when there is one of its coding already.
    public boolean keep(Form form) {
        return forms.compareAndSet(form.coding().ordinal(), null, form);
    }

    /// Lets go of a form that is not to be kept after all.
    public void drop(Form form) {
        if (forms.compareAndSet(form.coding().ordinal(), form, null)) {
            form.drop();
        }
    }

    // ---- the readers' side

    /// Says that a reader will come; before the body can turn windowed without it. Called where the
    /// fill's loop or a reference keeps the body from ending.
    public void join(Object reader) {
        joined.incrementAndGet();
        loop.execute(() -> moved(reader, 0));
    }

    /// Says how far a reader that joined has come.
    public void progress(Object reader, long place) {
        loop.execute(() -> moved(reader, place));
    }

    /// Says that a reader that joined is gone.
    public void leave(Object reader) {
        loop.execute(() -> moved(reader, -1));
    }

    public boolean windowed() {
        return windowed;
    }

    /// Bytes published so far.
    public long available() {
        return available;
    }

    public State state() {
        return state;
    }

    /// The fields that followed a complete body.
    public Headers trailers() {
        return trailers;
    }

    /// Bytes of memory that the body holds, its complete forms included.
    public long memory() {
        long sum = 0;
        for (int i = 0; i < Coding.COUNT; i++) {
            Form form = forms.get(i);
            sum += form == null ? 0 : form.memory();
        }
        for (int i = 0; i < chunkCount; i++) {
            ByteBuf chunk = chunks[i];
            sum += chunk == null ? 0 : chunk.capacity();
        }
        return sum;
    }

    /// The one chunk of a complete body that has just one; null otherwise. The caller's reference keeps
    /// it alive.
    public @Nullable ByteBuf only() {
        return chunkCount == 1 ? chunks[0] : null;
    }

    /// The index of the chunk that holds the byte at `place`, which must be below [#available].
    public int chunkAt(long place, int from) {
        int index = from;
        int count = chunkCount;
        while (index + 1 < count && starts[index + 1] <= place) {
            index++;
        }
        return index;
    }

    /// A retained view of the bytes from `place` to at most `end`, within chunk `index`.
    public ByteBuf slice(int index, long place, long end) {
        ByteBuf chunk = chunks[index];
        if (chunk == null) {
            throw new IllegalStateException("a reader came back to bytes that it had passed");
        }
        long start = starts[index];
        int offset = (int) (place - start);
        int count = (int) Math.min(end - place, chunk.capacity() - offset);
        return chunk.retainedSlice(offset, count);
    }

    /// Leaves a wake-up call on `loop` for when more is available or the state differs from what the
    /// caller saw; the call comes even if that has happened meanwhile.
    public void await(long seen, State seenState, Executor loop, Runnable call) {
        Waiter waiter;
        Waiter head;
        do {
            head = waiters.get();
            waiter = new Waiter(loop, call, head);
        } while (!waiters.compareAndSet(head, waiter));
        if (available != seen || state != seenState) {
            // Publication and registration crossed: wake everybody, the caller among them.
            wake();
        }
    }
}
