package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final List<ExecutorService> loops = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    @AfterEach
    void stopLoops() throws InterruptedException {
        for (ExecutorService loop : loops) {
            loop.shutdownNow();
            assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// A thread of its own that remembers the first failure of its tasks.
    private Executor loop() {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        loops.add(thread);
        return task -> thread.execute(() -> {
            try {
                task.run();
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            }
        });
    }

    private Body body(long expected) {
        return new Body(allocator, Runnable::run, expected);
    }

    private long held() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private static byte at(long place) {
        return (byte) (place * 31 + (place >>> 8));
    }

    private static void append(Body body, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = at(body.available() + i);
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        body.append(in, count);
        assertThat(in.isReadable()).isFalse();
    }

    /// Reads from `place` up to what is published and checks every byte; answers the new place.
    private static long read(Body body, long place, int[] chunk) {
        long end = body.available();
        long now = place;
        while (now < end) {
            chunk[0] = body.chunkAt(now, chunk[0]);
            ByteBuf slice = body.slice(chunk[0], now, end);
            try {
                while (slice.isReadable()) {
                    byte b = slice.readByte();
                    if (b != at(now)) {
                        throw new AssertionError("byte " + now + " is " + b);
                    }
                    now++;
                }
            } finally {
                slice.release();
            }
        }
        return now;
    }

    // ---- continuing

    @Test
    void aBodyMayBeginWithTheBytesOfAnotherThatEnded() {
        for (int first : new int[] {0, 1, 5_000, 300_000, 512 << 10, 1_000_001}) {
            for (boolean known : new boolean[] {true, false}) {
                Body before = body(known ? 2_000_000 : -1);
                append(before, first);
                before.finish(false, Headers.EMPTY);
                Body body = Body.continuing(before, allocator, Runnable::run, 2_000_000);
                assertThat(body.available()).isEqualTo(first);
                before.release();
                int[] chunk = {0};
                long place = read(body, 0, chunk);
                while (body.available() < 2_000_000) {
                    append(body, (int) Math.min(70_000, 2_000_000 - body.available()));
                    place = read(body, place, chunk);
                }
                assertThat(place).isEqualTo(2_000_000);
                assertThat(read(body, 0, new int[] {0})).isEqualTo(2_000_000);
                assertThat(read(body, 1_999_999, new int[] {0})).isEqualTo(2_000_000);
                assertThat(body.memory()).isEqualTo(2_000_000);
                body.release();
                assertThat(held()).isZero();
            }
        }
    }

    @Test
    void whatIsContinuedStaysAsItWas() {
        Body before = body(1_000);
        append(before, 600);
        before.finish(false, Headers.EMPTY);
        Body body = Body.continuing(before, allocator, Runnable::run, 1_000);
        append(body, 400);
        body.finish(true, Headers.EMPTY);
        assertThat(before.available()).isEqualTo(600);
        assertThat(before.state()).isEqualTo(Body.State.BROKEN);
        body.release();
        assertThat(read(before, 0, new int[] {0})).isEqualTo(600);
        before.release();
        assertThat(held()).isZero();
    }

    // ---- growing

    @Test
    void itGrowsOverAnyNumberOfChunks() {
        Body body = body(-1);
        Random random = new Random(1);
        long sum = 0;
        int[] chunk = {0};
        long place = 0;
        while (sum < 3 << 20) {
            int count = random.nextInt(100_000);
            append(body, count);
            sum += count;
            assertThat(body.available()).isEqualTo(sum);
            place = read(body, place, chunk);
            assertThat(place).isEqualTo(sum);
        }
        assertThat(chunk[0]).as("chunks").isGreaterThan(10);
        assertThat(read(body, 0, new int[] {0})).isEqualTo(sum);
        assertThat(read(body, 123_456, new int[] {0})).as("from the middle").isEqualTo(sum);
        assertThat(body.memory()).isBetween(sum, sum + (256 << 10)).isEqualTo(held());
        body.release();
        assertThat(held()).isZero();
    }

    @Test
    void aBodyOfKnownLengthTakesNoMoreMemoryThanThat() {
        for (int length : new int[] {1, 100, 16 << 10, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 1_000_000}) {
            Body body = body(length);
            append(body, length / 2);
            append(body, length - length / 2);
            assertThat(body.memory()).isEqualTo(length).isEqualTo(held());
            assertThat(read(body, 0, new int[] {0})).isEqualTo(length);
            body.release();
            assertThat(held()).isZero();
        }
    }

    @Test
    void aSmallBodyIsOneChunk() {
        Body body = body(5);
        assertThat(body.only()).isNull();
        append(body, 5);
        ByteBuf only = Objects.requireNonNull(body.only());
        assertThat(only.readableBytes()).isEqualTo(5);
        body.release();
        Body large = body(300_000);
        append(large, 300_000);
        assertThat(large.only()).isNull();
        large.release();
    }

    @Test
    void itEndsWholeWithTrailersOrBroken() {
        Body whole = body(-1);
        assertThat(whole.state()).isEqualTo(Body.State.GROWING);
        whole.finish(true, Headers.of("x-sum", "1"));
        assertThat(whole.state()).isEqualTo(Body.State.COMPLETE);
        assertThat(whole.trailers().first("x-sum")).isEqualTo("1");
        Body broken = body(-1);
        broken.finish(false, Headers.EMPTY);
        assertThat(broken.state()).isEqualTo(Body.State.BROKEN);
    }

    // ---- waiting

    @Test
    void whoWaitsIsCalledOnceWhenMoreComes() {
        Body body = body(-1);
        Queue<Runnable> loop = new ArrayDeque<>();
        AtomicInteger calls = new AtomicInteger();
        body.await(0, Body.State.GROWING, loop::add, calls::incrementAndGet);
        assertThat(loop).isEmpty();
        append(body, 3);
        assertThat(loop).as("called on its own loop").hasSize(1);
        append(body, 3);
        assertThat(loop).as("only once").hasSize(1);
        body.finish(true, Headers.EMPTY);
        assertThat(loop).hasSize(1);
        body.release();
    }

    @Test
    void everybodyWhoWaitsIsCalledAtTheEnd() {
        Body body = body(-1);
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            body.await(0, Body.State.GROWING, Runnable::run, calls::incrementAndGet);
        }
        body.finish(false, Headers.EMPTY);
        assertThat(calls).hasValue(10);
    }

    @Test
    void whoWaitsForWhatHasHappenedIsCalledAtOnce() {
        Body body = body(-1);
        append(body, 3);
        AtomicInteger calls = new AtomicInteger();
        body.await(2, Body.State.GROWING, Runnable::run, calls::incrementAndGet);
        assertThat(calls).hasValue(1);
        body.finish(true, Headers.EMPTY);
        body.await(3, Body.State.GROWING, Runnable::run, calls::incrementAndGet);
        assertThat(calls).hasValue(2);
        body.await(3, Body.State.COMPLETE, Runnable::run, calls::incrementAndGet);
        assertThat(calls).as("nothing new").hasValue(2);
        body.release();
    }

    // ---- references

    @Test
    void itsMemoryGoesWithTheLastReferenceAndNotBefore() {
        Body body = body(-1);
        append(body, 100_000);
        assertThat(body.tryRetain()).isTrue();
        assertThat(body.tryRetain()).isTrue();
        body.release();
        body.release();
        assertThat(held()).isEqualTo(body.memory()).isPositive();
        assertThat(read(body, 0, new int[] {0})).isEqualTo(100_000);
        ByteBuf slice = body.slice(0, 10, 20);
        body.release();
        assertThat(slice.refCnt()).as("what is being sent stays").isEqualTo(1);
        assertThat(slice.getByte(0)).isEqualTo(at(10));
        slice.release();
        assertThat(held()).isZero();
    }

    @Test
    void whatIsGoneCannotBeTaken() {
        Body body = body(-1);
        append(body, 5);
        body.release();
        assertThat(body.tryRetain()).isFalse();
        assertThat(body.memory()).isZero();
        assertThatThrownBy(body::release).isInstanceOf(IllegalStateException.class);
        assertThat(held()).isZero();
    }

    // ---- windowed

    @Test
    void aWindowedBodyLetsGoOfWhatEveryReaderHasPassed() {
        Body body = body(-1);
        body.join("a");
        body.join("b");
        AtomicInteger moves = new AtomicInteger();
        body.window(moves::incrementAndGet);
        assertThat(body.windowed()).isTrue();
        append(body, 2 << 20);
        long whole = held();
        assertThat(body.unread()).isEqualTo(2 << 20);
        body.progress("a", 2 << 20);
        assertThat(held()).as("b has yet to read it").isEqualTo(whole);
        assertThat(body.unread()).isEqualTo(2 << 20);
        body.progress("b", 1 << 20);
        assertThat(body.unread()).isEqualTo(1 << 20);
        assertThat(held()).isBetween(1L << 20, (1L << 20) + (512 << 10));
        assertThat(read(body, 1 << 20, new int[] {0})).isEqualTo(2 << 20);
        body.leave("b");
        assertThat(body.unread()).isZero();
        assertThat(held()).isLessThanOrEqualTo(256 << 10);
        assertThat(moves).hasValue(3);
        assertThatThrownBy(() -> body.slice(0, 0, 10)).isInstanceOf(IllegalStateException.class);
        body.release();
        assertThat(held()).isZero();
    }

    @Test
    void aChunkStaysUntilItsLastByteHasBeenRead() {
        Body body = body(-1);
        body.join("a");
        body.window(() -> {});
        append(body, 100_000);
        long whole = held();
        int first = 16 << 10;
        body.progress("a", first - 1);
        assertThat(held()).isEqualTo(whole);
        assertThat(read(body, first - 1, new int[] {0})).isEqualTo(100_000);
        body.progress("a", first);
        assertThat(held()).isEqualTo(whole - first);
        body.release();
        assertThat(held()).isZero();
    }

    @Test
    void nothingIsLetGoBeforeAReaderWhoIsOnItsWayHasCome() {
        Queue<Runnable> loop = new ArrayDeque<>();
        Body body = new Body(allocator, loop::add, -1);
        body.window(() -> {});
        body.join("early");
        loop.remove().run();
        append(body, 1 << 20);
        body.progress("early", 1 << 20);
        body.join("late");
        loop.remove().run();
        assertThat(body.readers()).isEqualTo(2);
        assertThat(held()).as("the late one starts at the first byte").isGreaterThanOrEqualTo(1 << 20);
        loop.remove().run();
        assertThat(read(body, 0, new int[] {0})).isEqualTo(1 << 20);
        body.leave("late");
        loop.remove().run();
        assertThat(held()).isLessThanOrEqualTo(256 << 10);
        assertThat(body.readers()).isEqualTo(1);
        body.release();
    }

    @Test
    void whatWasKeptIsLetGoWhenTheBodyTurnsWindowed() {
        Body body = body(-1);
        body.join("a");
        append(body, 1 << 20);
        body.progress("a", 1 << 20);
        assertThat(held()).isGreaterThanOrEqualTo(1 << 20);
        body.window(() -> {});
        assertThat(held()).isLessThanOrEqualTo(256 << 10);
        body.release();
        assertThat(held()).isZero();
    }

    @Test
    void aReaderThatSeemsToGoBackDoesNotHoldAnythingUp() {
        Body body = body(-1);
        body.join("a");
        body.window(() -> {});
        append(body, 100);
        body.progress("a", 80);
        body.progress("a", 30);
        assertThat(body.unread()).isEqualTo(20);
        body.release();
    }

    @Test
    void withoutReadersNothingIsUnread() {
        Body body = body(-1);
        append(body, 100);
        assertThat(body.unread()).isZero();
        assertThat(body.readers()).isZero();
        body.release();
    }

    // ---- threads

    /// A delivery on a loop of its own.
    private final class Reader {
        private final Body body;
        private final Executor loop;
        private final boolean joins;
        private final CountDownLatch done;
        private final Random random;
        private final int[] chunk = {0};
        private long place;

        Reader(Body body, boolean joins, CountDownLatch done, long seed) {
            this.body = body;
            this.loop = loop();
            this.joins = joins;
            this.done = done;
            this.random = new Random(seed);
        }

        void run() {
            while (true) {
                // The state before the length: what is complete has its last length.
                Body.State state = body.state();
                long seen = body.available();
                long end = random.nextInt(4) == 0 ? place + (seen - place) / 2 : seen;
                while (place < end) {
                    chunk[0] = body.chunkAt(place, chunk[0]);
                    ByteBuf slice = body.slice(chunk[0], place, end);
                    while (slice.isReadable()) {
                        if (slice.readByte() != at(place++)) {
                            failure.compareAndSet(null, new AssertionError("byte " + (place - 1)));
                        }
                    }
                    slice.release();
                }
                if (joins) {
                    body.progress(this, place);
                }
                if (place < seen) {
                    continue;
                }
                if (state != Body.State.GROWING) {
                    if (joins) {
                        body.leave(this);
                    }
                    body.release();
                    done.countDown();
                    return;
                }
                if (body.available() == seen) {
                    body.await(seen, state, loop, this::run);
                    return;
                }
            }
        }
    }

    @Test
    void readersOnOtherThreadsSeeEveryByteInOrder() throws InterruptedException {
        Random random = new Random(11);
        for (int round = 0; round < 40; round++) {
            long length = random.nextInt(1 << 20);
            boolean windowed = random.nextBoolean();
            Executor writer = loop();
            Body body = new Body(allocator, writer, random.nextBoolean() ? length : -1);
            int readers = 1 + random.nextInt(4);
            CountDownLatch done = new CountDownLatch(readers);
            for (int i = 0; i < readers; i++) {
                Reader reader = new Reader(body, windowed, done, random.nextLong());
                assertThat(body.tryRetain()).isTrue();
                if (windowed) {
                    body.join(reader);
                }
                reader.loop.execute(reader::run);
            }
            Random pieces = new Random(random.nextLong());
            long windowAt = windowed ? pieces.nextLong(length + 1) : Long.MAX_VALUE;
            writer.execute(() -> {
                while (body.available() < length) {
                    append(body, (int) Math.min(length - body.available(), 1 + pieces.nextInt(40_000)));
                    if (body.available() >= windowAt && !body.windowed()) {
                        body.window(() -> {});
                    }
                }
                body.finish(true, Headers.EMPTY);
                body.release();
            });
            assertThat(done.await(20, TimeUnit.SECONDS))
                    .as("round %s: %s", round, failure.get())
                    .isTrue();
            stopLoopsGently();
            assertThat(failure.get()).isNull();
            assertThat(body.available()).isEqualTo(length);
            assertThat(body.tryRetain()).as("all references are back").isFalse();
            assertThat(held()).as("round %s", round).isZero();
        }
    }

    private void stopLoopsGently() throws InterruptedException {
        for (ExecutorService loop : loops) {
            loop.shutdown();
            assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        loops.clear();
    }

    @Test
    void theLastReaderMayLeaveWhileTheWindowMoves() throws InterruptedException {
        Executor writer = loop();
        for (int round = 0; round < 3_000; round++) {
            // Announcing nothing makes each byte a chunk: much to let go, much to collide on.
            Body body = new Body(allocator, writer, 0);
            Object reader = new Object();
            assertThat(body.tryRetain()).isTrue();
            CountDownLatch ready = new CountDownLatch(1);
            body.join(reader);
            writer.execute(() -> {
                append(body, 64);
                body.window(() -> {});
                body.finish(true, Headers.EMPTY);
                body.release();
                ready.countDown();
            });
            assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
            // The writer is awake and about to look when the reader goes.
            AtomicBoolean go = new AtomicBoolean();
            writer.execute(() -> {
                while (!go.get()) {
                    Thread.onSpinWait();
                }
            });
            body.progress(reader, 64);
            body.leave(reader);
            go.set(true);
            for (int i = round % 200; i > 0; i--) {
                Thread.onSpinWait();
            }
            body.release();
            CountDownLatch over = new CountDownLatch(1);
            writer.execute(over::countDown);
            assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(failure.get()).as("round %s", round).isNull();
            assertThat(held()).as("round %s", round).isZero();
        }
    }
}
