package dev.selvage.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EmbeddedStoreTest extends AnalyticsStoreContract {
    private static StoreSettings settings(Path directory, long disk, int hotRows) {
        return new StoreSettings(
                directory,
                256,
                1,
                disk,
                Duration.ofDays(30),
                Duration.ofDays(365),
                Duration.ofDays(30),
                Duration.ofDays(365),
                hotRows);
    }

    private AnalyticsStore open(Path place, Disk disk) throws Exception {
        return open(settings(place, 10L << 30, StoreSettings.HOT_ROWS), disk);
    }

    private AnalyticsStore open(StoreSettings settings, Disk disk) throws Exception {
        return EmbeddedStore.open(settings, clock(), () -> (now.get() - START) * 1_000_000, disk, _ -> {});
    }

    @Override
    AnalyticsStore open() throws Exception {
        return open(directory, Disk.local());
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whereverADiskFailsNothingIsLostOrCountedTwice() throws Exception {
        long steps = play(0, false);
        assertThat(steps).isGreaterThan(50);
        Random random = new Random(7);
        for (int i = 0; i < 8; i++) {
            // Spread over all steps, which differ from one another.
            long step = 1 + (i * steps + random.nextLong(steps)) / 8;
            play(step, false);
            play(step, true);
        }
    }

    /// Commits, rolls, merges and forgets on a disk of which a step fails; then opens the store again,
    /// offers every batch once more, and compares.
    ///
    /// @return how many steps it took
    private long play(long failing, boolean forEver) throws Exception {
        Path place = Files.createDirectory(directory.resolve("play" + failing + forEver));
        now.set(START);
        FaultyDisk disk = new FaultyDisk(failing, forEver);
        List<TrafficBatch> batches = new ArrayList<>();
        long rows = 0;
        String when = "step " + failing + (forEver ? " and all later" : "");
        AnalyticsStore faulty = null;
        try {
            faulty = open(place, disk);
        } catch (IOException refused) {
            assertThat(failing).as(String.valueOf(refused.getMessage())).isPositive();
        }
        if (faulty != null) {
            for (int hour = 0; hour < 28; hour++) {
                if (hour % 12 < 2) {
                    Batch batch = new Batch();
                    for (int i = 0; i < 5; i++) {
                        batch.add(++rows, now.get());
                    }
                    TrafficBatch made = batch.done("edge-0", batches.size() + 1);
                    batches.add(made);
                    for (int attempt = 0; attempt < 2; attempt++) {
                        try {
                            faulty.commit(List.of(made));
                            break;
                        } catch (IOException full) {
                            assertThat(failing)
                                    .as(String.valueOf(full.getMessage()))
                                    .isPositive();
                        }
                    }
                }
                now.addAndGet(HOUR);
                try {
                    faulty.roll(now.get());
                    while (faulty.tidy(now.get())) {
                        faulty.roll(now.get());
                    }
                } catch (IOException full) {
                    assertThat(failing).as(String.valueOf(full.getMessage())).isPositive();
                    assertThat(faulty.trouble()).contains("No space left");
                }
            }
            if (!forEver) {
                try (Snapshot snapshot = faulty.snapshot()) {
                    assertThat(Sums.of(snapshot).rows()).as(when).isEqualTo(rows);
                    Sums.checkIndex(snapshot);
                }
            }
            faulty.close();
        }
        try (AnalyticsStore again = open(place, Disk.local())) {
            assertThat(again.trouble()).as(when).isEmpty();
            for (TrafficBatch each : batches) {
                again.commit(List.of(each));
            }
            for (int round = 0; round < 2; round++) {
                try (Snapshot snapshot = again.snapshot()) {
                    Sums sums = Sums.of(snapshot);
                    assertThat(sums.rows()).as(when).isEqualTo(rows);
                    for (Level level : Level.values()) {
                        assertThat(sums.counted(level)).as(when).isEqualTo(rows);
                    }
                }
                now.addAndGet(2 * DAY);
                again.roll(now.get());
                while (again.tidy(now.get())) {
                    again.roll(now.get());
                }
            }
            again.roll(now.get());
            // Nothing lies about that the manifest does not name.
            assertThat(files(place, ".parquet"))
                    .hasSize((int) again.statistics().files());
        }
        return disk.steps();
    }

    @Test
    @Timeout(180)
    void aKilledProcessKeepsWhatWasAcknowledgedAndNothingTwice() throws Exception {
        Random random = new Random(11);
        Path place = Files.createDirectory(directory.resolve("killed"));
        for (int round = 0; round < 4; round++) {
            Path said = directory.resolve("said" + round);
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Committer.class.getName(),
                            place.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(said.toFile())
                    .start();
            int enough = 30 + random.nextInt(200);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (lines(said).size() < enough) {
                assertThat(child.isAlive()).isTrue();
                assertThat(System.nanoTime()).isLessThan(until);
                Thread.onSpinWait();
            }
            child.destroyForcibly();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            long acknowledged = Long.parseLong(lines(said).getLast());
            try (EmbeddedStore again =
                    EmbeddedStore.open(settings(place, 10L << 30, 2_000), Clock.systemUTC(), _ -> {})) {
                long durable = again.sequences().getOrDefault(Committer.SOURCE, 0L);
                assertThat(durable).isBetween(acknowledged, acknowledged + 1);
                try (Snapshot snapshot = again.snapshot()) {
                    Sums sums = Sums.of(snapshot);
                    assertThat(sums.rows()).isEqualTo(durable * Committer.ROWS);
                    for (Level level : Level.values()) {
                        assertThat(sums.counted(level)).isEqualTo(durable * Committer.ROWS);
                    }
                    Sums.checkIndex(snapshot);
                }
            }
        }
    }

    private static List<String> lines(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /// A process that commits, rolls and merges until it is killed, and says what was acknowledged.
    static final class Committer {
        static final String SOURCE = "edge-0";
        static final int ROWS = 50;

        private Committer() {}

        /// @param arguments the store's directory
        public static void main(String[] arguments) throws Exception {
            try (EmbeddedStore store =
                    EmbeddedStore.open(settings(Path.of(arguments[0]), 10L << 30, 2_000), Clock.systemUTC(), _ -> {})) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (true) {
                        try {
                            store.roll(System.currentTimeMillis());
                            store.tidy(System.currentTimeMillis());
                        } catch (IOException failure) {
                            throw new java.io.UncheckedIOException(failure);
                        }
                    }
                });
                long sequence = store.sequences().getOrDefault(SOURCE, 0L);
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (System.nanoTime() < end) {
                    sequence++;
                    Batch batch = new Batch();
                    for (int i = 0; i < ROWS; i++) {
                        batch.add(sequence * ROWS + i, System.currentTimeMillis() - i * 60_000L);
                    }
                    while (!committed(store, batch.done(SOURCE, sequence))) {
                        Thread.onSpinWait();
                    }
                    System.out.println(sequence);
                }
            }
        }

        private static boolean committed(EmbeddedStore store, TrafficBatch batch) {
            try {
                store.commit(List.of(batch));
                return true;
            } catch (IOException noRoom) {
                return false;
            }
        }
    }

    @Test
    void aTornTailIsCutOffAndDamageInTheMiddleIsSaid() throws Exception {
        for (int i = 0; i < 5; i++) {
            commit(new Batch().add(i, START));
        }
        store.close();
        Path segment = files(directory, ".seg").getLast();
        long size = Files.size(segment);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(size - 3);
        }
        store = open();
        assertThat(sums().rows()).isEqualTo(4);
        assertThat(store.trouble()).isEmpty();
        commit(new Batch().add(10, START));
        store.close();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(size / 2);
            file.write(file.read() ^ 0xFF);
        }
        store = open();
        // The records before the damage, and those of the next segment.
        assertThat(sums().rows()).isBetween(2L, 4L);
        assertThat(sums().counted(Level.MINUTE)).isEqualTo(sums().rows());
        assertThat(store.trouble()).contains("is damaged at byte").contains(".seg");
    }

    @Test
    void aStoreOfANewerVersionIsRefusedAndLeftAsItIs() throws Exception {
        commit(new Batch().add(1, START));
        store.close();
        Path manifest = directory.resolve(Manifest.FILE);
        String old = Files.readString(manifest);
        Files.writeString(manifest, old.replace("selvage-analytics 1", "selvage-analytics 99"));
        Path stray = Files.writeString(
                Files.createDirectories(directory.resolve("rows")).resolve("x.parquet"), "");
        assertThatThrownBy(this::open)
                .isInstanceOf(NewerVersion.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("start the newer one");
        assertThat(stray).exists();
        Files.writeString(manifest, old);
        Path segment = files(directory, ".seg").getLast();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[7] = 9;
        Files.write(segment, bytes);
        assertThatThrownBy(this::open).isInstanceOf(NewerVersion.class).hasMessageContaining("segments of version 9");
        assertThat(stray).exists();
        bytes[7] = Segments.VERSION;
        Files.write(segment, bytes);
        store = open();
        assertThat(stray).doesNotExist();
        assertThat(sums().rows()).isEqualTo(1);
    }

    @Test
    void aDamagedOrMissingManifestIsRefusedAndNothingDeleted() throws Exception {
        commit(new Batch().add(1, START));
        settle(START + 2 * HOUR);
        store.close();
        List<Path> before = files(directory, ".parquet");
        Path manifest = directory.resolve(Manifest.FILE);
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("file rows 0", "file rows 1"));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("checksum");
        Files.delete(manifest);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("no MANIFEST");
        assertThat(files(directory, ".parquet")).isEqualTo(before).isNotEmpty();
        Files.writeString(manifest, text);
        store = open();
        assertThat(sums().rows()).isEqualTo(1);
    }

    @Test
    void aFullStoreForgetsTheOldestRowsFirstThenTightensSamplingAndKeepsItsTotals() throws Exception {
        for (int day = 0; day < 6; day++) {
            Batch batch = new Batch();
            for (int i = 0; i < 3_000; i++) {
                long ray = day * 3_000L + i;
                batch.add(Batch.event(ray, Batch.ZONE, now.get(), Sampling.ALL, "/" + Sampling.unit(ray)));
            }
            commit(batch);
            settle(now.get() + DAY);
        }
        long bytes = store.statistics().tierBytes().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                + store.statistics().counterBytes();
        store.close();
        store = open(settings(directory, bytes / 2, StoreSettings.HOT_ROWS), Disk.local());
        settle(now.get());
        assertThat(sums().rows()).isBetween(1L, 12_000L);
        assertThat(sums().counted(Level.DAY)).isEqualTo(18_000);
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.pieces(START + 5 * DAY, START + 6 * DAY)
                            .getFirst()
                            .tiers()
                            .getFirst())
                    .isNotEmpty();
            Sums.checkIndex(snapshot);
        }
        assertThat(store.rateFactor()).isEqualTo(1);
        store.close();
        store = open(settings(directory, 10_000, StoreSettings.HOT_ROWS), Disk.local());
        commit(new Batch().add(-1, now.get()));
        settle(now.get() + 2 * HOUR);
        assertThat(store.rateFactor()).isLessThan(1);
        assertThat(store.trouble()).contains("the store is full");
        assertThat(sums().counted(Level.DAY)).isEqualTo(18_001);
    }

    @Test
    void aFloodOfHostsAndPathsIsMovedToFilesBeforeItFillsMemory() throws Exception {
        store.close();
        store = open(settings(directory, 10L << 30, 20_000), Disk.local());
        for (int i = 0; i < 20; i++) {
            Batch batch = new Batch();
            for (int j = 0; j < 5_000; j++) {
                long ray = i * 5_000L + j;
                batch.add(Batch.event(ray, Batch.ZONE, START, Sampling.ALL, "/" + Sampling.unit(ray)));
            }
            commit(batch);
            store.roll(START);
            assertThat(store.statistics().hotRows()).isLessThanOrEqualTo(20_000);
        }
        assertThat(sums().rows()).isEqualTo(100_000);
        assertThat(store.statistics().rolls()).isGreaterThanOrEqualTo(4);
        // What cannot be moved away keeps further rows out, and in the edge's hands.
        Batch batch = new Batch();
        for (int i = 0; i < 45_000; i++) {
            batch.add(-1 - i, START);
        }
        commit(batch);
        assertThatThrownBy(() -> commit(new Batch().add(-100_000, START)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("as many rows wait in memory");
        store.roll(START);
        commit(new Batch().add(-100_000, START));
        assertThat(sums().rows()).isEqualTo(145_001);
    }

    @Test
    void aClockThatJumpsAheadForgetsNothing() throws Exception {
        commit(new Batch().add(1, START));
        settle(START + 2 * HOUR);
        long nanos = now.get();
        store.close();
        store = EmbeddedStore.open(
                settings(directory, 10L << 30, StoreSettings.HOT_ROWS),
                clock(),
                () -> (nanos - START) * 1_000_000,
                Disk.local(),
                _ -> {});
        settle(START + 3_000 * DAY);
        settle(START + 3 * HOUR);
        assertThat(sums().rows()).isEqualTo(1);
        assertThat(sums().counted(Level.MINUTE)).isEqualTo(1);
    }

    @Test
    void aStatementReachesNoOtherFile() throws Exception {
        Path secret = Files.writeString(Files.createTempFile("other", ".csv"), "a,b\n1,2\n");
        try (Snapshot snapshot = store.snapshot()) {
            assertThatThrownBy(() -> snapshot.session().execute("SELECT * FROM read_csv('" + secret + "')"))
                    .hasMessageContaining("disabled");
            assertThatThrownBy(() -> snapshot.session().execute("SET enable_external_access = true"))
                    .hasMessageContaining("");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void aRefererIsCutToItsHost() {
        assertThat(RefererHost.of("https://user:pw@Example.com:8443/a?b#c")).isEqualTo("example.com");
        assertThat(RefererHost.of("http://[2001:db8::1]:80/")).isEqualTo("[2001:db8::1]");
        assertThat(RefererHost.of("http://example.com?x")).isEqualTo("example.com");
        assertThat(RefererHost.of("android-app://com.example")).isEqualTo("com.example");
        assertThat(RefererHost.of("")).isEmpty();
        assertThat(RefererHost.of("nonsense")).isEmpty();
        assertThat(RefererHost.of("http://" + "x".repeat(3_000))).isEmpty();
    }
}
