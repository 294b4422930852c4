package dev.selvage.edge.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EncodingsTest {
    private static final long SOON = TimeUnit.SECONDS.toNanos(20);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final ExecutorService origin = Executors.newSingleThreadExecutor();
    private final ExecutorService visitors = Executors.newCachedThreadPool();
    private final AtomicInteger kept = new AtomicInteger();
    private final Encodings encodings = new Encodings(true, 2, 256L << 20);

    @BeforeEach
    void load() throws Exception {
        for (Coding coding : Coding.values()) {
            long accept = AcceptEncoding.parse(coding.token());
            until("the library of " + coding, () -> encodings.choose(accept, true) == coding);
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        until("the encodings end", () -> encodings.active() == 0);
        encodings.close();
        origin.shutdown();
        visitors.shutdown();
        assertThat(origin.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(encodings.reserved()).isZero();
        assertThat(allocator.metric().usedDirectMemory())
                .as("the sources' memory")
                .isZero();
    }

    private static void until(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + SOON;
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.onSpinWait();
            TimeUnit.MICROSECONDS.sleep(200);
        }
    }

    private static byte[] text(int length) {
        Random random = new Random(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ('a' + random.nextInt(8));
        }
        return text;
    }

    private Body growing() {
        return new Body(allocator, origin, -1);
    }

    private void atOrigin(Runnable call) throws Exception {
        origin.submit(call).get(20, TimeUnit.SECONDS);
    }

    private void append(Body body, byte[] bytes, int from, int to) throws Exception {
        atOrigin(() -> body.append(Unpooled.wrappedBuffer(bytes, from, to - from), to - from));
    }

    private Body complete(byte[] content) throws Exception {
        Body body = growing();
        append(body, content, 0, content.length);
        atOrigin(() -> body.finish(true, Headers.EMPTY));
        return body;
    }

    private @Nullable Form open(Body source, Coding coding, Object reader) {
        return encodings.open(source, coding, reader, kept::incrementAndGet);
    }

    /// Reads a joined form to its end as a connection does; null when it was broken.
    private static byte @Nullable [] read(Form form, Object reader) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Body body = form.body();
        long place = 0;
        int chunk = 0;
        try {
            while (true) {
                Body.State state = body.state();
                long available = body.available();
                if (place < available) {
                    chunk = body.chunkAt(place, chunk);
                    ByteBuf slice = body.slice(chunk, place, available);
                    byte[] piece = new byte[slice.readableBytes()];
                    slice.readBytes(piece);
                    slice.release();
                    bytes.writeBytes(piece);
                    place += piece.length;
                    body.progress(reader, place);
                } else if (state != Body.State.GROWING) {
                    return state == Body.State.COMPLETE ? bytes.toByteArray() : null;
                } else {
                    CountDownLatch more = new CountDownLatch(1);
                    body.await(available, state, Runnable::run, more::countDown);
                    assertThat(more.await(20, TimeUnit.SECONDS)).isTrue();
                }
            }
        } finally {
            body.leave(reader);
            body.release();
        }
    }

    private static byte[] decoded(Coding coding, byte @Nullable [] compressed) throws IOException {
        InputStream in = new ByteArrayInputStream(Objects.requireNonNull(compressed, "broken"));
        try (InputStream decoder = switch (coding) {
            case GZIP -> new GZIPInputStream(in);
            case BROTLI -> new BrotliInputStream(in);
            case ZSTD -> new ZstdInputStream(in);
        }) {
            return decoder.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompleteBodyIsCompressedOnceForEverybody(Coding coding) throws Exception {
        byte[] content = text(300_000);
        Body source = complete(content);
        List<Future<byte @Nullable []>> reads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            reads.add(visitors.submit((Callable<byte @Nullable []>) () -> {
                Object reader = new Object();
                return read(Objects.requireNonNull(open(source, coding, reader)), reader);
            }));
        }
        byte[] first = reads.getFirst().get();
        assertThat(decoded(coding, first)).isEqualTo(content);
        for (Future<byte @Nullable []> read : reads) {
            assertThat(Arrays.equals(read.get(), first)).isTrue();
        }
        assertThat(encodings.begun(coding)).isEqualTo(1);
        until("it is kept", () -> kept.get() == 1);
        Form form = Objects.requireNonNull(source.form(coding));
        assertThat(form.complete()).isTrue();
        assertThat(source.memory()).isGreaterThan(content.length + (long) Objects.requireNonNull(first).length);
        until("the room is given back", () -> encodings.reserved() == 0);
        source.release();
        assertThat(form.body().tryRetain()).as("the form goes with its source").isFalse();
    }

    @Test
    void aSmallFormTakesNoMoreMemoryThanItNeeds() throws Exception {
        Body source = complete(text(5_000));
        Object reader = new Object();
        byte[] bytes = read(Objects.requireNonNull(open(source, Coding.GZIP, reader)), reader);
        Form form = Objects.requireNonNull(source.form(Coding.GZIP));
        assertThat(form.body().memory()).isEqualTo(Objects.requireNonNull(bytes).length);
        source.release();
    }

    @ParameterizedTest
    @EnumSource
    void aGrowingBodyIsCompressedWhileItGrows(Coding coding) throws Exception {
        byte[] content = text(200_000);
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, coding, reader));
        long before = 0;
        for (int at = 0; at < content.length; at += 50_000) {
            append(source, content, at, at + 50_000);
            long seen = before;
            // Before the source has ended: the visitor of a slow origin gets what there is.
            until("bytes come out", () -> form.body().available() > seen);
            before = form.body().available();
        }
        atOrigin(() -> source.finish(true, Headers.EMPTY));
        assertThat(decoded(coding, read(form, reader))).isEqualTo(content);
        source.release();
    }

    @Test
    void anybodyJoinsWhileItGrows() throws Exception {
        byte[] content = text(600_000);
        for (int round = 0; round < 10; round++) {
            Random random = new Random(round);
            Body source = growing();
            List<Future<byte @Nullable []>> reads = new ArrayList<>();
            Callable<byte @Nullable []> visit = () -> {
                Object reader = new Object();
                return read(Objects.requireNonNull(open(source, Coding.GZIP, reader)), reader);
            };
            for (int at = 0; at < content.length; ) {
                reads.add(visitors.submit(visit));
                int to = Math.min(content.length, at + 1 + random.nextInt(200_000));
                append(source, content, at, to);
                at = to;
            }
            reads.getFirst();
            atOrigin(() -> source.finish(true, Headers.EMPTY));
            for (Future<byte @Nullable []> read : reads) {
                assertThat(Arrays.equals(decoded(Coding.GZIP, read.get()), content))
                        .isTrue();
            }
            source.release();
        }
        assertThat(encodings.begun(Coding.GZIP)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBrokenStaysBroken(Coding coding) throws Exception {
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, coding, reader));
        append(source, text(100_000), 0, 100_000);
        atOrigin(() -> source.finish(false, Headers.EMPTY));
        assertThat(read(form, reader)).isNull();
        assertThat(source.form(coding)).isNull();
        assertThat(kept).hasValue(0);
        source.release();
    }

    @Test
    void whatGetsNoSmallerIsNotTriedAgain() throws Exception {
        byte[] noise = new byte[100_000];
        new Random(5).nextBytes(noise);
        Body source = complete(noise);
        Object reader = new Object();
        assertThat(decoded(Coding.GZIP, read(Objects.requireNonNull(open(source, Coding.GZIP, reader)), reader)))
                .isEqualTo(noise);
        until("it is known", () -> encodings.active() == 0);
        assertThat(Objects.requireNonNull(source.form(Coding.GZIP)).useless()).isTrue();
        assertThat(open(source, Coding.GZIP, reader)).isNull();
        assertThat(encodings.begun(Coding.GZIP)).isEqualTo(1);
        assertThat(source.memory()).isLessThan(200_000);
        source.release();
    }

    /// What is not stored is never far ahead of who reads it, and holds its source back in turn.
    @ParameterizedTest
    @EnumSource
    void aSlowReaderOfWhatIsNotKeptSlowsTheSource(Coding coding) throws Exception {
        byte[] noise = new byte[4 << 20];
        new Random(6).nextBytes(noise);
        Body source = growing();
        AtomicLong unread = new AtomicLong();
        atOrigin(() -> source.window(() -> unread.set(source.unread())));
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, coding, reader));
        append(source, noise, 0, noise.length);
        Body body = form.body();
        long[] seen = {0, 0};
        until("it pauses", () -> {
            seen[1] = body.available() == seen[0] && seen[0] > 200 << 10 ? seen[1] + 1 : 0;
            seen[0] = body.available();
            return seen[1] > 200;
        });
        assertThat(body.available()).isLessThan(600 << 10);
        atOrigin(() -> source.finish(true, Headers.EMPTY));
        assertThat(source.unread()).as("the source is held back").isGreaterThan(3 << 20);
        assertThat(Arrays.equals(decoded(coding, read(form, reader)), noise)).isTrue();
        until("the source is read", () -> source.unread() == 0);
        assertThat(source.form(coding)).isNull();
        source.release();
    }

    @Test
    void whenTheOnlyReaderOfWhatIsNotKeptLeavesTheSourceIsLetGo() throws Exception {
        Body source = growing();
        atOrigin(() -> source.window(() -> {}));
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, Coding.BROTLI, reader));
        append(source, text(10_000), 0, 10_000);
        assertThat(source.readers()).isEqualTo(1);
        form.body().leave(reader);
        form.body().release();
        until("the source has no reader", () -> source.readers() == 0);
        atOrigin(() -> source.finish(false, Headers.EMPTY));
        source.release();
    }

    @Test
    void whatIsKeptIsFinishedWithoutReaders() throws Exception {
        byte[] content = text(500_000);
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, Coding.ZSTD, reader));
        form.body().leave(reader);
        form.body().release();
        append(source, content, 0, content.length);
        atOrigin(() -> source.finish(true, Headers.EMPTY));
        until("it is kept", () -> kept.get() == 1);
        Object late = new Object();
        assertThat(decoded(Coding.ZSTD, read(Objects.requireNonNull(open(source, Coding.ZSTD, late)), late)))
                .isEqualTo(content);
        assertThat(encodings.begun(Coding.ZSTD)).isEqualTo(1);
        source.release();
    }

    @Test
    void aSourceThatTurnsWindowedTakesItsFormAlong() throws Exception {
        byte[] noise = new byte[3 << 20];
        new Random(8).nextBytes(noise);
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, Coding.GZIP, reader));
        append(source, noise, 0, 1 << 20);
        atOrigin(() -> source.window(() -> {}));
        append(source, noise, 1 << 20, noise.length);
        until("the form is windowed", () -> form.body().windowed());
        assertThat(source.form(Coding.GZIP)).isNull();
        assertThat(form.join(new Object())).as("too late to join").isFalse();
        atOrigin(() -> source.finish(true, Headers.EMPTY));
        assertThat(Arrays.equals(decoded(Coding.GZIP, read(form, reader)), noise))
                .isTrue();
        source.release();
    }

    @Test
    void withoutRoomNothingIsCompressed() throws Exception {
        Body source = complete(text(10_000));
        try (Encodings small = new Encodings(true, 1, 100_000)) {
            assertThat(small.open(source, Coding.GZIP, new Object(), () -> {})).isNull();
            assertThat(small.declined()).isEqualTo(1);
            assertThat(small.reserved()).isZero();
        }
        assertThat(source.form(Coding.GZIP)).isNull();
        source.release();
    }

    @Test
    void slowReadersOfWhatIsNotKeptLeaveRoomForWhatIs() throws Exception {
        Body passing = growing();
        atOrigin(() -> passing.window(() -> {}));
        Body kept = complete(text(10_000));
        try (Encodings small = new Encodings(true, 1, 3 << 20)) {
            List<Form> slow = new ArrayList<>();
            Object reader = new Object();
            for (Form form = small.open(passing, Coding.GZIP, reader, () -> {}); form != null; ) {
                slow.add(form);
                form = small.open(passing, Coding.GZIP, reader, () -> {});
            }
            assertThat(slow).hasSizeBetween(1, 5);
            Form form = Objects.requireNonNull(small.open(kept, Coding.GZIP, reader, () -> {}));
            assertThat(read(form, reader)).isNotNull();
            for (Form each : slow) {
                each.body().leave(reader);
                each.body().release();
            }
            until("all is given back", () -> small.active() == 0 && small.reserved() == 0);
        }
        atOrigin(() -> passing.finish(false, Headers.EMPTY));
        passing.release();
        kept.release();
    }

    @Test
    void whenTheRoomEndsHalfWayTheFormIsReadButNotKept() throws Exception {
        byte[] noise = new byte[2 << 20];
        new Random(9).nextBytes(noise);
        Body source = complete(noise);
        try (Encodings small = new Encodings(true, 1, 800 << 10)) {
            Object reader = new Object();
            Form form = Objects.requireNonNull(small.open(source, Coding.GZIP, reader, kept::incrementAndGet));
            assertThat(Arrays.equals(decoded(Coding.GZIP, read(form, reader)), noise))
                    .isTrue();
            until("all is given back", () -> small.active() == 0 && small.reserved() == 0);
        }
        assertThat(source.form(Coding.GZIP)).isNull();
        assertThat(kept).hasValue(0);
        source.release();
    }

    @Test
    void digestsOfWhatItWasDoNotFollowIt() throws Exception {
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, Coding.GZIP, reader));
        append(source, text(1_000), 0, 1_000);
        atOrigin(() -> source.finish(true, Headers.of("content-digest", "sha-256=:AA==:", "server-timing", "db")));
        assertThat(read(form, reader)).isNotNull();
        assertThat(form.body().trailers().has("content-digest")).isFalse();
        assertThat(form.body().trailers().first("server-timing")).isEqualTo("db");
        source.release();
    }

    @Test
    void closingBreaksOffWhatIsUnderWay() throws Exception {
        Body source = growing();
        Object reader = new Object();
        Form form = Objects.requireNonNull(open(source, Coding.GZIP, reader));
        Future<byte @Nullable []> read = visitors.submit((Callable<byte @Nullable []>) () -> read(form, reader));
        encodings.close();
        assertThat(read.get()).isNull();
        assertThat(open(source, Coding.GZIP, reader)).isNull();
        atOrigin(() -> source.finish(false, Headers.EMPTY));
        source.release();
    }

    /// Everything at once, at random: what was read whole decodes to the source, and nothing stays behind.
    @Test
    void atRandomNothingWrongIsReadAndNothingStays() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 40; round++) {
            byte[] content = text(1 + random.nextInt(400_000));
            boolean whole = random.nextInt(4) > 0;
            boolean windows = random.nextBoolean();
            Body source = growing();
            if (windows && random.nextBoolean()) {
                atOrigin(() -> source.window(() -> {}));
                windows = false;
            }
            List<Future<Boolean>> reads = new ArrayList<>();
            for (int at = 0; at < content.length; ) {
                int to = Math.min(content.length, at + 1 + random.nextInt(100_000));
                if (!source.windowed() || at == 0) {
                    Coding coding = Coding.values()[random.nextInt(3)];
                    boolean leaves = random.nextInt(3) == 0;
                    Object reader = new Object();
                    Form form = open(source, coding, reader);
                    if (form != null) {
                        reads.add(visitors.submit(() -> visit(form, reader, leaves, content)));
                    }
                }
                append(source, content, at, to);
                at = to;
                if (windows && random.nextInt(5) == 0) {
                    windows = false;
                    atOrigin(() -> source.window(() -> {}));
                }
            }
            atOrigin(() -> source.finish(whole, Headers.EMPTY));
            for (Future<Boolean> read : reads) {
                assertThat(read.get(20, TimeUnit.SECONDS)).as("round " + round).isTrue();
            }
            source.release();
        }
    }

    private static boolean visit(Form form, Object reader, boolean leaves, byte[] content) throws Exception {
        if (leaves) {
            form.body().leave(reader);
            form.body().release();
            return true;
        }
        byte[] bytes = read(form, reader);
        return bytes == null || Arrays.equals(decoded(form.coding(), bytes), content);
    }
}
