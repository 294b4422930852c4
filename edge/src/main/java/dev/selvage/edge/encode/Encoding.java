package dev.selvage.edge.encode;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.coding.Compressor;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One body being compressed: a reader of the source, and the writer of its form.
///
/// Everything below [#execute] runs one call at a time, on whichever thread is free. A step compresses
/// one slice and goes to the end of the queue, so that many bodies share the threads. A form that is
/// kept is written as fast as the source grows; any other is windowed, and stays a bounded way ahead of
/// its slowest reader.
final class Encoding implements Executor, Runnable, Compressor.Sink {
    /// Bytes of the source that are compressed in one go.
    private static final int SLICE = 64 << 10;

    /// Unread bytes of a windowed form at which the encoding pauses, and goes on.
    private static final long HIGH_WATER = 256 << 10;

    private static final long LOW_WATER = 64 << 10;

    /// Memory is asked for in steps of this, bytes.
    private static final long STEP = 64 << 10;

    /// How long what the source gave may be held back for more of it to come: each flush costs compression.
    private static final long LINGER_MILLIS = 5;

    /// Trailer fields that speak of the bytes as they were.
    private static final Set<String> DIGESTS = Set.of("content-md5", "digest", "content-digest", "repr-digest");

    private final Encodings owner;
    private final Body source;
    private final Form form;
    private final Body output;
    private final long length;
    private final Runnable whenKept;
    private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final boolean joined;

    // Only its own calls use these.
    private @Nullable Compressor compressor;
    private @Nullable ByteBuffer scratch;
    private boolean kept;
    private long held;
    private long place;
    private long told;
    private int chunk;
    private boolean unflushed;
    private boolean lingering;
    private boolean idle;
    private boolean paused;
    private boolean over;

    /// @param source retained for it
    /// @param length exact bytes of a complete source, or negative
    /// @param held memory reserved for it
    Encoding(Encodings owner, Body source, Coding coding, long length, boolean kept, long held, Runnable whenKept) {
        this.owner = owner;
        this.source = source;
        this.length = length;
        this.kept = kept;
        this.held = held;
        this.whenKept = whenKept;
        this.output = new Body(ByteBufAllocator.DEFAULT, this, -1);
        this.form = new Form(coding, output);
        this.joined = source.state() == Body.State.GROWING;
        if (joined) {
            source.join(this);
        }
    }

    /// What one takes at first, and, when it is not kept, at most.
    static long memory(Coding coding, boolean kept, long length) {
        return Compressor.memory(coding, kept, length) + (kept ? STEP : HIGH_WATER);
    }

    Form form() {
        return form;
    }

    /// Lets others find the form; false when another one was quicker.
    boolean publish() {
        output.retain();
        boolean first = source.keep(form);
        if (!first) {
            output.release();
        }
        return first;
    }

    /// Forgets it before it was started.
    void discard() {
        over = true;
        release();
    }

    void start() {
        execute(this::begin);
    }

    void breakOff() {
        execute(() -> end(false));
    }

    // ---- one call at a time

    @Override
    public void execute(Runnable call) {
        calls.add(call);
        if (waiting.getAndIncrement() == 0) {
            owner.execute(this);
        }
    }

    @Override
    public void run() {
        Runnable call = calls.poll();
        try {
            if (call != null) {
                call.run();
            }
        } catch (Throwable failure) {
            // Of whatever kind: the readers must not wait for ever.
            fail(failure);
        } finally {
            if (waiting.decrementAndGet() > 0) {
                owner.execute(this);
            }
        }
    }

    // ---- from the source to the form

    private void begin() {
        try {
            compressor = Compressor.open(form.coding(), kept, length);
        } catch (IOException failure) {
            fail(failure);
            return;
        }
        step();
    }

    private void step() {
        Compressor into = compressor;
        if (over || into == null) {
            return;
        }
        idle = false;
        if (!output.windowed() && (!kept || source.windowed())) {
            window();
        }
        if (output.windowed() && !readersWant()) {
            return;
        }
        // In this order: a state that says complete makes what is available all there is.
        Body.State state = source.state();
        long available = source.available();
        scratch = owner.scratch();
        try {
            compress(into, Math.min(available, place + SLICE));
            if (place == available && state == Body.State.COMPLETE) {
                into.finish(this);
                emit(true);
                end(true);
                return;
            }
            emit(false);
        } catch (IOException failure) {
            fail(failure);
            return;
        }
        if (place < available) {
            execute(this::step);
        } else if (state == Body.State.BROKEN) {
            end(false);
        } else {
            tell();
            idle = true;
            if (unflushed && !lingering) {
                lingering = true;
                owner.later(() -> execute(this::lingered), LINGER_MILLIS);
            }
            source.await(available, state, this, this::step);
        }
    }

    private void compress(Compressor into, long upTo) throws IOException {
        while (place < upTo) {
            chunk = source.chunkAt(place, chunk);
            ByteBuf slice = source.slice(chunk, place, upTo);
            try {
                place += slice.readableBytes();
                into.write(slice.nioBuffer(), this);
            } finally {
                slice.release();
            }
            unflushed = true;
        }
        if (place - told >= SLICE) {
            tell();
        }
    }

    private void tell() {
        if (joined && told != place) {
            told = place;
            source.progress(this, place);
        }
    }

    /// The source gave nothing for a while: what is held back goes out.
    private void lingered() {
        lingering = false;
        Compressor into = compressor;
        if (over || !idle || !unflushed || into == null) {
            return;
        }
        unflushed = false;
        scratch = owner.scratch();
        try {
            into.flush(this);
            emit(false);
        } catch (IOException failure) {
            fail(failure);
        }
    }

    @Override
    public ByteBuffer room() {
        ByteBuffer buffer = scratch;
        if (buffer == null) {
            throw new IllegalStateException("a compressor wrote outside of a step");
        }
        if (buffer.remaining() < LEAST_ROOM) {
            emit(false);
        }
        return buffer;
    }

    private void emit(boolean last) {
        ByteBuffer buffer = scratch;
        int count = buffer == null ? 0 : buffer.flip().remaining();
        if (buffer != null && count > 0) {
            if (last) {
                output.expect(output.available() + count);
            }
            output.append(Unpooled.wrappedBuffer(buffer), count);
            buffer.clear();
            account();
        } else if (buffer != null) {
            buffer.clear();
        }
    }

    private void account() {
        long needed = Compressor.memory(form.coding(), kept, length) + output.available();
        if (kept && needed > held) {
            long more = Math.max(STEP, needed - held);
            if (owner.reserve(more, true)) {
                held += more;
            } else {
                window();
            }
        }
    }

    // ---- a form that is not kept

    private void window() {
        if (kept) {
            kept = false;
            source.drop(form);
        }
        output.window(this::readersMoved);
    }

    /// False when there is nobody to go on for, or when the slowest of them must come after first.
    private boolean readersWant() {
        if (output.readers() == 0) {
            end(false);
            return false;
        }
        paused = output.unread() > (paused ? LOW_WATER : HIGH_WATER);
        return !paused;
    }

    private void readersMoved() {
        if (over) {
            return;
        }
        if (output.readers() == 0) {
            end(false);
        } else if (paused && output.unread() <= LOW_WATER) {
            step();
        }
    }

    // ---- the end

    private void fail(Throwable failure) {
        owner.failed(form.coding(), failure);
        end(false);
    }

    private void end(boolean whole) {
        if (over) {
            return;
        }
        over = true;
        // Before anybody can see the end: what is found from now on is whole and worth having.
        if (kept && !whole) {
            source.drop(form);
        } else if (kept && output.available() >= source.available()) {
            kept = false;
            form.tooLarge();
        }
        output.finish(whole, whole ? source.trailers().where((name, _) -> !DIGESTS.contains(name)) : Headers.EMPTY);
        try {
            if (kept && whole) {
                whenKept.run();
            }
        } finally {
            release();
        }
    }

    private void release() {
        Compressor ended = compressor;
        if (ended != null) {
            compressor = null;
            ended.close();
        }
        scratch = null;
        if (joined) {
            source.leave(this);
        }
        source.release();
        output.release();
        owner.giveBack(held);
        held = 0;
        owner.ended(this, place, output.available());
    }
}
