package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The store on one machine: segments make a commit durable, the engine's memory makes it queryable, and
/// Parquet files keep it.
///
/// The engine holds nothing that could not be made again from segments and files. One manifest names the
/// files that are alive and where in the segments that begins which is in no file.
public final class EmbeddedStore implements AnalyticsStore {
    /// From this tier on rows may be kept longer than the finer ones.
    static final int THIN = Export.ALWAYS;

    /// Rows whose ray ids are remembered.
    static final int REMEMBERED_RAYS = 200_000;

    /// A source that has not been heard of for so long is forgotten.
    private static final long SOURCES_KEPT = 400 * Level.DAY.milliseconds();

    /// Rows of an hour are expected until so long after it ended.
    private static final long HOUR_CLOSES = Level.MINUTE.milliseconds();

    /// The share of the engine's memory that rows may take before they are moved to files.
    private static final double HOT_SHARE = 0.3;

    private static final long CLOSE_PATIENCE_NANOS = 10_000_000_000L;

    private static final System.Logger LOG = System.getLogger(EmbeddedStore.class.getName());

    private final StoreSettings settings;
    private final Path directory;
    private final Disk disk;
    private final Clock clock;
    private final DuckDb engine;
    private final Catalog catalog;
    private final AtomicInteger next;
    private final AtomicLong rolls = new AtomicLong();
    private final AtomicInteger reading = new AtomicInteger();
    private final ReentrantLock rolling = new ReentrantLock();
    private final ReentrantLock tidyings = new ReentrantLock();
    private final AtomicLong segmentBytes = new AtomicLong();
    private final Readers readers;
    private final Tidying tidying;

    /// Whoever writes the manifest, which is read, changed and written as one.
    private final ReentrantLock naming = new ReentrantLock();
    /// Files that a manifest was to name which was perhaps not written. Guarded by `naming`.
    private final ArrayDeque<StoredFile> abandoned = new ArrayDeque<>();

    /// Whoever commits, or lets the next commit go into another generation.
    private final ReentrantLock writing = new ReentrantLock();

    // Guarded by `writing`.
    private final Segments segments;
    private final Session writer;
    private final RecentRays rays = new RecentRays(REMEMBERED_RAYS);
    private final Map<String, Manifest.Heard> heard;
    private @Nullable Unapplied unapplied;

    // Of the thread that rolls.
    private final Session roller;
    private final Session merging;
    /// Generations that are to be moved to files, oldest first, and what comes after each.
    private final List<Closed> closing = new ArrayList<>();
    /// The first segment that was not deleted.
    private int forgotten;

    private volatile String damage = "";
    private volatile String trouble = "";
    private volatile boolean closed;

    /// A durable record that the engine has not taken yet.
    private record Unapplied(SegmentRecord record, Segments.Position at, Map<String, Manifest.Heard> before) {}

    /// A generation that grows no more.
    private record Closed(Hot hot, Segments.Position needed, Map<String, Manifest.Heard> sources) {}

    /// Opens the store of a directory, and makes it when absent.
    ///
    /// @param progress hears what takes long
    /// @throws NewerVersion when a newer program wrote it; nothing was changed then
    /// @throws IOException when it cannot be opened; what it holds is left as it is
    public static EmbeddedStore open(StoreSettings settings, Clock clock, Consumer<String> progress)
            throws IOException, NewerVersion {
        return open(settings, clock, System::nanoTime, Disk.local(), progress);
    }

    static EmbeddedStore open(
            StoreSettings settings, Clock clock, LongSupplier nanos, Disk disk, Consumer<String> progress)
            throws IOException, NewerVersion {
        Path directory = settings.directory().toAbsolutePath();
        Files.createDirectories(directory.resolve("segments"));
        Segments segments = new Segments(directory.resolve("segments"), disk);
        segments.check();
        Manifest manifest = manifest(directory, disk, clock.millis());
        sweep(directory, manifest, disk);
        DuckDb engine = null;
        try {
            engine = engine(settings, directory);
            EmbeddedStore store =
                    new EmbeddedStore(settings, directory, disk, clock, engine, nanos, segments, manifest);
            store.replay(manifest, progress);
            return store;
        } catch (EngineFailure failure) {
            if (engine != null) {
                engine.close();
            }
            throw new IOException("the analytics engine does not start: " + failure.getMessage(), failure);
        } catch (IOException | RuntimeException failure) {
            if (engine != null) {
                engine.close();
            }
            throw failure;
        }
    }

    private static Manifest manifest(Path directory, Disk disk, long now) throws IOException, NewerVersion {
        if (Files.exists(directory.resolve(Manifest.FILE))) {
            return Manifest.read(directory);
        }
        if (Files.exists(directory.resolve("rows")) || Files.exists(directory.resolve("counters"))) {
            throw new IOException(directory + " holds files of the analytics store, but no " + Manifest.FILE
                    + " that says which of them count: bring it back, or move the directory away to begin anew");
        }
        Manifest first = Manifest.empty(now);
        first.write(directory, disk);
        return first;
    }

    /// Deletes what no manifest names: files of a roll or merge that did not end.
    private static void sweep(Path directory, Manifest manifest, Disk disk) throws IOException {
        Set<Path> alive = new HashSet<>();
        for (StoredFile file : manifest.files()) {
            Path path = directory.resolve(file.name());
            if (!Files.exists(path)) {
                throw new IOException(path + " is missing, which " + Manifest.FILE + " names");
            }
            alive.add(path);
        }
        List<Path> orphans = new ArrayList<>();
        for (String folder : List.of("rows", "index", "counters", "visitors", Export.NEW, "engine/tmp")) {
            if (Files.isDirectory(directory.resolve(folder))) {
                try (Stream<Path> files = Files.walk(directory.resolve(folder))) {
                    files.filter(file -> Files.isRegularFile(file) && !alive.contains(file))
                            .forEach(orphans::add);
                }
            }
        }
        for (Path orphan : orphans) {
            disk.delete(orphan);
        }
        Files.createDirectories(directory.resolve(Export.NEW));
        Files.createDirectories(directory.resolve("engine"));
    }

    private static DuckDb engine(StoreSettings settings, Path directory) throws EngineFailure {
        DuckDb engine = DuckDb.open(
                directory.resolve("engine"),
                Map.of(
                        "memory_limit",
                        settings.memoryMegabytes() + "MB",
                        "threads",
                        Integer.toString(settings.threads()),
                        // A checkpoint of what is in memory only compresses it, again and again while rows come in.
                        "checkpoint_threshold",
                        "1TB",
                        "autoinstall_known_extensions",
                        "false",
                        "autoload_known_extensions",
                        "false",
                        "preserve_insertion_order",
                        "false"));
        try (Session session = engine.session()) {
            // A file never changes under its name, so what was read of it stays right.
            session.execute("SET GLOBAL parquet_metadata_cache = true");
            // No statement reaches another file, and none undoes that.
            session.execute("SET allowed_directories = [" + Export.text(directory) + "]");
            session.execute("SET enable_external_access = false");
            session.execute("SET lock_configuration = true");
            return engine;
        } catch (EngineFailure failure) {
            engine.close();
            throw failure;
        }
    }

    private EmbeddedStore(
            StoreSettings settings,
            Path directory,
            Disk disk,
            Clock clock,
            DuckDb engine,
            LongSupplier nanos,
            Segments segments,
            Manifest manifest)
            throws EngineFailure {
        this.settings = settings;
        this.directory = directory;
        this.disk = disk;
        this.clock = clock;
        this.engine = engine;
        this.segments = segments;
        writer = engine.session();
        roller = engine.session();
        merging = engine.session();
        next = new AtomicInteger(manifest.next());
        heard = new HashMap<>(manifest.sources());
        catalog = new Catalog(new Catalog.State(manifest, List.of(Hot.create(next.getAndIncrement(), writer))));
        readers = new Readers(engine, catalog);
        tidying = new Tidying(this, new SteadyTime(manifest.written(), clock.millis(), nanos));
    }

    private void replay(Manifest manifest, Consumer<String> progress) throws IOException {
        writing.lock();
        try {
            rememberRays(manifest);
            long[] done = new long[1];
            List<String> damaged = segments.replay(manifest.needed(), (record, at) -> {
                if (!known(record)) {
                    remember(record);
                    apply(record);
                    done[0] += record.rowCount();
                    progress.accept("reading back what was not in files yet: " + done[0] + " rows so far");
                }
            });
            segmentBytes.set(segments.bytes());
            if (!damaged.isEmpty()) {
                damage = String.join("; ", damaged);
                LOG.log(System.Logger.Level.ERROR, "a segment of the analytics store is damaged: " + damage);
            }
        } catch (EngineFailure failure) {
            throw new IOException("the segments could not be read back: " + failure.getMessage(), failure);
        } finally {
            writing.unlock();
        }
    }

    /// A record that was written once more because nobody knew what had become of it.
    private boolean known(SegmentRecord record) {
        for (SegmentRecord.BatchId batch : record.batches()) {
            Manifest.Heard last = heard.get(batch.source());
            if (last == null || last.sequence() < batch.sequence()) {
                return false;
            }
        }
        return !record.batches().isEmpty();
    }

    /// The ray ids of the newest rows that are in files.
    private void rememberRays(Manifest manifest) throws EngineFailure {
        StoredFile newest = null;
        for (StoredFile file : manifest.files()) {
            if (file.kind() == StoredFile.Kind.ROWS
                    && file.level() == 0
                    && (newest == null || file.until() > newest.until())) {
                newest = file;
            }
        }
        if (newest != null) {
            writer.query(
                    "SELECT ray FROM " + Export.parquet(List.of(directory.resolve(newest.name())))
                            + " ORDER BY started DESC LIMIT " + REMEMBERED_RAYS / 2,
                    List.of(),
                    Long.MAX_VALUE,
                    row -> rays.add(row.getLong(0)));
        }
    }

    private void remember(SegmentRecord record) {
        for (SegmentRecord.BatchId batch : record.batches()) {
            heard.merge(
                    batch.source(),
                    new Manifest.Heard(batch.sequence(), record.received()),
                    (known, fresh) -> fresh.sequence() > known.sequence() ? fresh : known);
        }
        for (var block : record.rows()) {
            var cursor = block.cursor();
            while (cursor.next()) {
                rays.add(cursor.i64(dev.selvage.model.event.EventRows.RAY));
            }
        }
    }

    private void apply(SegmentRecord record) throws EngineFailure {
        try {
            catalog.present().growing().append(record, writer);
        } finally {
            readers.moveOn();
        }
    }

    @Override
    public Committed commit(List<TrafficBatch> batches) throws IOException {
        writing.lock();
        try {
            catchUp();
            if (hotRows() >= 2L * hotBound()) {
                throw new IOException("as many rows wait in memory as may: they could not be moved to files yet");
            }
            long now = clock.millis();
            Batches made = new Batches(
                    now,
                    now - settings.keepRows().toMillis(),
                    heard,
                    rays,
                    batches.stream().mapToInt(batch -> batch.rows().count()).sum());
            batches.forEach(made::add);
            SegmentRecord record = made.record();
            Committed committed = made.outcome(record);
            if (record.batches().isEmpty()) {
                return committed;
            }
            Segments.Position at = segments.append(record);
            segmentBytes.set(segments.bytes());
            try {
                apply(record);
            } catch (EngineFailure failure) {
                unapplied = new Unapplied(record, at, new HashMap<>(heard));
                throw new IOException("the engine did not take rows: " + failure.getMessage(), failure);
            } finally {
                remember(record);
            }
            return committed;
        } finally {
            writing.unlock();
        }
    }

    /// Gives the engine what is durable and not queryable yet.
    private void catchUp() throws IOException {
        Unapplied waiting = unapplied;
        if (waiting != null) {
            try {
                apply(waiting.record());
                unapplied = null;
            } catch (EngineFailure failure) {
                throw new IOException("the engine does not take rows: " + failure.getMessage(), failure);
            }
        }
    }

    private long hotRows() {
        return catalog.present().hots().stream().mapToLong(Hot::rowCount).sum();
    }

    /// How many rows may wait in memory; fewer when they are large.
    private long hotBound() {
        Catalog.State state = catalog.present();
        long rows = 0;
        long bytes = 0;
        for (Hot hot : state.hots()) {
            rows += hot.rowCount();
            bytes += hot.bytes();
        }
        double room = HOT_SHARE * ((long) settings.memoryMegabytes() << 20);
        double each = rows == 0 ? 1 : (double) bytes / rows;
        return Math.max(1, (long) Math.min(settings.hotRows(), room / each));
    }

    @Override
    public Map<String, Long> sequences() {
        writing.lock();
        try {
            Map<String, Long> sequences = new HashMap<>();
            heard.forEach((source, last) -> sequences.put(source, last.sequence()));
            return sequences;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Snapshot snapshot() throws EngineFailure {
        reading.incrementAndGet();
        try {
            return snapshotOfPresent();
        } catch (EngineFailure | RuntimeException failure) {
            reading.decrementAndGet();
            throw failure;
        }
    }

    private Snapshot snapshotOfPresent() throws EngineFailure {
        if (closed) {
            throw new EngineFailure(EngineFailure.Kind.OTHER, "the analytics store is closed");
        }
        Readers.Reader reader = readers.take();
        return new EmbeddedSnapshot(directory, reader.state(), reader.session(), () -> {
            readers.give(reader);
            reading.decrementAndGet();
        });
    }

    @Override
    public boolean roll(long now) throws IOException {
        rolling.lock();
        try {
            if (closed) {
                return false;
            }
            collect();
            forgetSegments();
            if (closing.isEmpty()) {
                begin(now);
            }
            boolean did = false;
            while (!closing.isEmpty()) {
                move(closing.getFirst(), now);
                closing.removeFirst();
                did = true;
            }
            collect();
            forgetSegments();
            trouble = "";
            return did;
        } catch (EngineFailure failure) {
            throw failed("rows in memory could not be moved to files: ", failure);
        } catch (IOException failure) {
            throw failed("rows in memory could not be moved to files: ", failure);
        } finally {
            rolling.unlock();
        }
    }

    private IOException failed(String what, Exception failure) {
        String message = what + failure.getMessage();
        trouble = message;
        return new IOException(message, failure);
    }

    /// Lets commits go into a new generation when it is time for the growing one.
    private void begin(long now) throws EngineFailure {
        writing.lock();
        try {
            Catalog.State state = catalog.present();
            Hot old = state.growing();
            long hourEnds = old.firstReceived()
                    - Math.floorMod(old.firstReceived(), Level.HOUR.milliseconds())
                    + Level.HOUR.milliseconds();
            boolean due = !old.isEmpty() && (now >= hourEnds + HOUR_CLOSES || old.rowCount() >= hotBound());
            if (!due) {
                return;
            }
            Hot fresh = Hot.create(next.getAndIncrement(), writer);
            Unapplied waiting = unapplied;
            if (waiting == null) {
                segments.rotate();
            }
            closing.add(new Closed(
                    old,
                    waiting == null ? segments.end() : waiting.at(),
                    waiting == null ? new HashMap<>(heard) : waiting.before()));
            List<Hot> hots = new ArrayList<>(state.hots());
            hots.add(fresh);
            change(present -> new Catalog.State(present.manifest(), hots));
        } finally {
            writing.unlock();
        }
    }

    private void change(UnaryOperator<Catalog.State> change) {
        naming.lock();
        try {
            catalog.replace(change.apply(catalog.present()));
        } finally {
            naming.unlock();
        }
    }

    /// Moves a generation to files.
    private void move(Closed generation, long now) throws EngineFailure, IOException {
        Hot hot = generation.hot();
        try (Export export = new Export(directory, disk, roller)) {
            if (hot.rowCount() > 0) {
                for (Period period :
                        periods(StoredFile.Kind.ROWS, 0, hot.rows(), "started", hot.earliest(), hot.latest())) {
                    export.rows(next.getAndIncrement(), hot.rows(), period.from(), period.until());
                }
            }
            for (Level level : Level.values()) {
                for (Period period : periods(
                        StoredFile.Kind.COUNTERS,
                        level.ordinal(),
                        hot.counters(),
                        "bucket",
                        hot.earliestBucket(),
                        hot.latestBucket())) {
                    int piece = next.getAndIncrement();
                    export.counters(level, piece, hot.counters(), period.from(), period.until());
                    export.visitors(level, piece, merging, hot.visitors(), period.from(), period.until());
                }
            }
            name(export, Set.of(), generation, now);
        }
        rolls.incrementAndGet();
    }

    /// Deletes the segments whose records all lie in files.
    private void forgetSegments() throws IOException {
        Segments.Position needed = manifest().needed();
        if (needed.segment() > forgotten) {
            writing.lock();
            try {
                segments.forget(needed);
                segmentBytes.set(segments.bytes());
            } finally {
                writing.unlock();
            }
            forgotten = needed.segment();
        }
    }

    private record Period(long from, long until) {}

    /// The periods in which a table holds something.
    private List<Period> periods(StoredFile.Kind kind, int level, String table, String time, long first, long last)
            throws EngineFailure {
        List<Period> periods = new ArrayList<>();
        for (long from = StoredFile.period(kind, level, first); from <= last; ) {
            long until = StoredFile.end(kind, level, from);
            long[] count = new long[1];
            roller.query(
                    "SELECT count(*) FROM " + table + " WHERE " + time + " >= " + from + " AND " + time + " < " + until,
                    List.of(),
                    Long.MAX_VALUE,
                    row -> count[0] = row.getLong(0));
            if (count[0] > 0) {
                periods.add(new Period(from, until));
            }
            from = until;
        }
        return periods;
    }

    /// Makes what was exported part of the store, in place of files and of a generation.
    private void name(Export export, Set<StoredFile> replaced, @Nullable Closed generation, long now)
            throws IOException {
        List<StoredFile> made = export.publish();
        naming.lock();
        try {
            Catalog.State present = catalog.present();
            Manifest old = present.manifest();
            List<StoredFile> files = new ArrayList<>(old.files());
            files.removeIf(replaced::contains);
            files.addAll(made);
            Map<String, Manifest.Heard> sources = new HashMap<>(old.sources());
            if (generation != null) {
                sources.putAll(generation.sources());
                sources.values().removeIf(source -> source.at() < now - SOURCES_KEPT);
            }
            Manifest manifest = new Manifest(
                    now, next.get(), generation == null ? old.needed() : generation.needed(), sources, files);
            try {
                manifest.write(directory, disk);
            } catch (IOException failure) {
                // The disk may hold this manifest or the last one: only the next tells that they are not needed.
                abandoned.addAll(made);
                throw failure;
            }
            for (StoredFile each; (each = abandoned.poll()) != null; ) {
                delete(each);
            }
            List<Hot> hots = new ArrayList<>(present.hots());
            if (generation != null) {
                hots.remove(generation.hot());
            }
            catalog.replace(new Catalog.State(manifest, hots));
        } finally {
            naming.unlock();
        }
    }

    /// Makes a merge part of the store, in place of the files that were merged.
    void replace(Export export, Set<StoredFile> merged, long now) throws IOException {
        name(export, merged, null, now);
    }

    /// Takes files out of the store.
    void drop(Set<StoredFile> files, long now) throws IOException {
        try (Export nothing = new Export(directory, disk, roller)) {
            name(nothing, files, null, now);
        }
    }

    /// Deletes what nobody reads any more.
    private void collect() throws EngineFailure {
        Catalog.Garbage garbage = catalog.sweep();
        garbage.files().forEach(this::delete);
        if (!garbage.hots().isEmpty()) {
            readers.moveOn();
        }
        for (Hot hot : garbage.hots()) {
            hot.drop(roller);
        }
    }

    private void delete(StoredFile file) {
        try {
            disk.delete(directory.resolve(file.name()));
        } catch (IOException failure) {
            // No manifest names it: the next start deletes it.
            LOG.log(System.Logger.Level.WARNING, "a file of the analytics store was not deleted", failure);
        }
    }

    @Override
    public boolean tidy(long now) throws IOException {
        tidyings.lock();
        try {
            return !closed && tidying.step(now);
        } finally {
            tidyings.unlock();
        }
    }

    Export export(Session session) {
        return new Export(directory, disk, session);
    }

    Session session() throws EngineFailure {
        return engine.session();
    }

    int number() {
        return next.getAndIncrement();
    }

    Manifest manifest() {
        return catalog.present().manifest();
    }

    StoreSettings settings() {
        return settings;
    }

    Path path(StoredFile file) {
        return directory.resolve(file.name());
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String trouble() {
        List<String> troubles = new ArrayList<>();
        for (String each : List.of(trouble, tidying.trouble(), damage.isEmpty() ? "" : "damaged: " + damage)) {
            if (!each.isEmpty()) {
                troubles.add(each);
            }
        }
        return String.join("; ", troubles);
    }

    @Override
    public long newest() {
        Catalog.State state = catalog.present();
        long newest = 0;
        for (Hot hot : state.hots()) {
            newest = Math.max(newest, hot.latestBucket());
        }
        for (StoredFile file : state.manifest().files()) {
            if (file.kind() == StoredFile.Kind.COUNTERS && file.level() == Level.MINUTE.ordinal()) {
                newest = Math.max(newest, file.until() - Level.MINUTE.milliseconds());
            }
        }
        return newest;
    }

    @Override
    public Statistics statistics() {
        List<StoredFile> files = manifest().files();
        long[] tiers = new long[dev.selvage.model.event.Sampling.TIERS];
        long counters = 0;
        for (StoredFile file : files) {
            if (file.kind() == StoredFile.Kind.ROWS) {
                tiers[file.level()] += file.bytes();
            } else {
                counters += file.bytes();
            }
        }
        return new Statistics(
                segmentBytes.get(),
                hotRows(),
                java.util.Arrays.stream(tiers).boxed().toList(),
                counters,
                files.size(),
                rolls.get(),
                tidying.merges(),
                settings.diskBytes() - used());
    }

    /// What the store takes of the disk.
    long used() {
        return segmentBytes.get()
                + manifest().files().stream().mapToLong(StoredFile::bytes).sum();
    }

    @Override
    public double rateFactor() {
        return tidying.rateFactor();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // What is under way ends early; whatever it did not name in a manifest it had not done.
        tidying.close();
        roller.cancel();
        rolling.lock();
        tidyings.lock();
        writing.lock();
        try {
            segments.close();
            readers.close();
            writer.close();
            roller.close();
            merging.close();
            long patience = System.nanoTime() + CLOSE_PATIENCE_NANOS;
            while (reading.get() > 0 && System.nanoTime() < patience) {
                LockSupport.parkNanos(1_000_000);
            }
            if (reading.get() == 0) {
                engine.close();
            } else {
                // Closing the engine under a reader would take the process down.
                LOG.log(System.Logger.Level.WARNING, "the analytics engine stays open: it is still read");
            }
        } finally {
            writing.unlock();
            tidyings.unlock();
            rolling.unlock();
        }
    }
}
