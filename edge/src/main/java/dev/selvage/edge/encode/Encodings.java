package dev.selvage.edge.encode;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.coding.Compressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// The encodings in progress, and the threads that they share. Thread-safe.
public final class Encodings implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Encodings.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// Slices of work that may wait per thread; beyond it nothing more is compressed.
    private static final int WAITING_PER_THREAD = 64;

    private static final int SCRATCH = 64 << 10;

    private final boolean enabled;
    private final long most;
    private final AtomicLong reserved = new AtomicLong();
    private final ScheduledThreadPoolExecutor threads;
    private final int mostWaiting;
    private final ThreadLocal<ByteBuffer> scratch = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SCRATCH));
    private final Set<Encoding> active = ConcurrentHashMap.newKeySet();
    private final AtomicInteger loading = new AtomicInteger(Coding.GZIP.bit());
    private volatile int loaded = Coding.GZIP.bit();
    private volatile int refused;
    private volatile boolean closed;

    private final AtomicLongArray begun = new AtomicLongArray(Coding.COUNT);
    private final AtomicLong declined = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();

    /// @param enabled false to compress nothing
    /// @param threads how many bodies are worked on at the same moment
    /// @param most memory that they may take together, bytes
    public Encodings(boolean enabled, int threads, long most) {
        this.enabled = enabled;
        this.most = most;
        this.mostWaiting = threads * WAITING_PER_THREAD;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ScheduledThreadPoolExecutor(
                threads,
                work -> {
                    Thread thread = new Thread(work, "encoder-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /// True when responses are compressed at all.
    public boolean enabled() {
        return enabled;
    }

    /// The coding to send what can be compressed in; null for none.
    ///
    /// A library is loaded when its coding is first wished for; until it is there another coding does.
    ///
    /// @param kept the outcome would be kept
    public @Nullable Coding choose(long accept, boolean kept) {
        int now = loaded;
        Coding wished = AcceptEncoding.best(accept, now | ~refused, kept);
        if (wished == null || (now & wished.bit()) != 0) {
            return wished;
        }
        load(wished);
        return AcceptEncoding.best(accept, now, kept);
    }

    private void load(Coding coding) {
        if ((loading.getAndUpdate(before -> before | coding.bit()) & coding.bit()) != 0) {
            return;
        }
        threads.execute(() -> {
            try {
                Compressor.load(coding);
                synchronized (this) {
                    loaded |= coding.bit();
                }
            } catch (IOException | RuntimeException | LinkageError failure) {
                LOG.log(
                        WARNING,
                        "responses are not compressed with " + coding.token() + " here: " + failure.getMessage());
                synchronized (this) {
                    refused |= coding.bit();
                }
            }
        });
    }

    /// A form of `source` that grows, or has grown; null when there is no room to make one.
    ///
    /// The caller holds `source`, and where that is still growing has joined it and read nothing of it.
    /// The form's body is retained and joined for `reader`.
    ///
    /// @param whenKept called on some thread when a form has been completed that stays with its source
    public @Nullable Form open(Body source, Coding coding, Object reader, Runnable whenKept) {
        boolean kept = !source.windowed();
        if (kept) {
            Form known = source.form(coding);
            if (known != null) {
                return known.join(reader) ? known : null;
            }
        }
        long length = source.state() == Body.State.COMPLETE ? source.available() : -1;
        long memory = Encoding.memory(coding, kept, length);
        if (closed || threads.getQueue().size() >= mostWaiting || !reserve(memory, kept)) {
            declined.incrementAndGet();
            return null;
        }
        if (!source.tryRetain()) {
            giveBack(memory);
            return null;
        }
        Encoding encoding = new Encoding(this, source, coding, length, kept, memory, whenKept);
        Form form = encoding.form();
        if (kept && !encoding.publish()) {
            encoding.discard();
            Form quicker = source.form(coding);
            return quicker != null && quicker.join(reader) ? quicker : null;
        }
        form.body().retain();
        form.body().join(reader);
        active.add(encoding);
        begun.incrementAndGet(coding.ordinal());
        encoding.start();
        return form;
    }

    // ---- what encodings ask

    /// Asks for memory. What is not kept, whose readers decide how long it takes, leaves half to what is.
    boolean reserve(long bytes, boolean kept) {
        if (reserved.addAndGet(bytes) > (kept ? most : most / 2)) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        reserved.addAndGet(-bytes);
    }

    boolean closed() {
        return closed;
    }

    /// An empty buffer of the calling thread, which it must leave empty.
    ByteBuffer scratch() {
        return scratch.get().clear();
    }

    void execute(Runnable work) {
        threads.execute(work);
    }

    void later(Runnable work, long millis) {
        threads.schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    void ended(Encoding encoding, long in, long out) {
        active.remove(encoding);
        bytesIn.addAndGet(in);
        bytesOut.addAndGet(out);
    }

    void failed(Coding coding, Throwable failure) {
        failed.incrementAndGet();
        LOG.log(WARNING, "compressing a response with " + coding.token() + " failed", failure);
    }

    // ---- what is measured

    /// Encodings in progress.
    public int active() {
        return active.size();
    }

    /// Memory that they take, about, in bytes.
    public long reserved() {
        return reserved.get();
    }

    /// Encodings begun with a coding.
    public long begun(Coding coding) {
        return begun.get(coding.ordinal());
    }

    /// Encodings not begun, because there was no room.
    public long declined() {
        return declined.get();
    }

    /// Encodings that ended because of a fault of the library.
    public long failures() {
        return failed.get();
    }

    /// Bytes that encodings have read, those in progress not counted.
    public long bytesIn() {
        return bytesIn.get();
    }

    /// Bytes that they made of them.
    public long bytesOut() {
        return bytesOut.get();
    }

    /// Breaks off what is in progress. The owner calls it when nobody asks for forms any more.
    @Override
    public void close() {
        closed = true;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Encoding encoding : active) {
            encoding.breakOff();
        }
        try {
            while (!active.isEmpty() && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            threads.shutdownNow();
            threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
