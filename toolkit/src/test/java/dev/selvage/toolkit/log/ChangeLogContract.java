package dev.selvage.toolkit.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.toolkit.log.ChangeLog.Batch;
import dev.selvage.toolkit.log.ChangeLog.Entry;
import dev.selvage.toolkit.log.ChangeLog.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every engine of the change log promises. A test of an engine extends this class.
public abstract class ChangeLogContract {
    protected ChangeLog log;

    /// Opens the log of this test; called again after a close, it opens the same log.
    protected abstract ChangeLog open() throws Exception;

    @BeforeEach
    final void start() throws Exception {
        log = open();
    }

    @AfterEach
    final void stop() {
        log.close();
    }

    @Test
    void anEmptyLogHasNothing() throws Exception {
        assertThat(log.snapshot().entries()).isEmpty();
        assertThat(log.commands("purges").entries()).isEmpty();
        assertThat(log.read(Position.START, 10, Duration.ZERO).entries()).isEmpty();
    }

    @Test
    void theSnapshotHoldsTheLatestValueOfEveryKey() {
        log.appendState(List.of(state("zones", "a", "1"), state("zones", "b", "1")));
        log.appendState(List.of(state("zones", "a", "2"), state("other", "a", "9")));
        assertThat(texts(log.snapshot())).containsExactlyInAnyOrder("zones/a=2", "zones/b=1", "other/a=9");
    }

    @Test
    void nothingIsMissedBetweenTheSnapshotAndTheTail() throws Exception {
        log.appendState(List.of(state("zones", "a", "1")));
        Position after = log.snapshot().next();
        log.appendState(List.of(state("zones", "a", "2"), state("zones", "b", "1")));
        log.appendCommands(List.of(state("purges", "a", "p")));
        assertThat(texts(log.read(after, 10, Duration.ZERO)))
                .containsExactlyInAnyOrder("zones/a=2", "zones/b=1", "purges/a=p");
    }

    @Test
    void aReaderThatWasAwayLearnsThatAThingIsGone() throws Exception {
        log.appendState(List.of(state("zones", "a", "1")));
        Position after = log.snapshot().next();
        log.appendState(List.of(state("zones", "a", null)));
        Batch batch = log.read(after, 10, Duration.ZERO);
        assertThat(batch.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.key()).isEqualTo("a");
            assertThat(entry.value()).isNull();
        });
        assertThat(log.snapshot().entries()).isEmpty();
        assertThat(log.read(batch.next(), 10, Duration.ZERO).entries()).isEmpty();
    }

    @Test
    void aThingThatCameBackIsThere() {
        log.appendState(List.of(state("zones", "a", null)));
        log.appendState(List.of(state("zones", "a", "3")));
        assertThat(texts(log.snapshot())).containsExactly("zones/a=3");
    }

    @Test
    void commandsAreAllKeptOldestFirst() {
        log.appendCommands(List.of(state("purges", "a", "1"), state("purges", "b", "2")));
        log.appendCommands(List.of(state("purges", "a", "3"), state("other", "a", "x")));
        assertThat(texts(log.commands("purges"))).containsExactly("purges/a=1", "purges/b=2", "purges/a=3");
        assertThat(log.snapshot().entries()).isEmpty();
    }

    @Test
    void theNewestCommandsCanBeHadAndTheLastOfEachKey() {
        log.appendCommands(List.of(
                state("purges", "a", "1"),
                state("purges", "b", "2"),
                state("purges", "a", "3"),
                state("other", "c", "x")));
        log.appendCommands(List.of(state("purges", "c", "4"), state("purges", "c", "5"), state("purges", "c", "6")));
        assertThat(texts(log.commands("purges", 2)))
                .containsExactly("purges/b=2", "purges/a=3", "purges/c=5", "purges/c=6");
        assertThat(texts(log.commands("purges", 100))).hasSize(6);
        assertThat(log.commandsKept()).isPositive();
    }

    @Test
    void nothingIsMissedBetweenTheCommandsAndTheTail() throws Exception {
        log.appendCommands(List.of(state("purges", "a", "1")));
        Position after = log.commands("purges").next();
        log.appendCommands(List.of(state("purges", "a", "2")));
        assertThat(texts(log.read(after, 10, Duration.ZERO))).containsExactly("purges/a=2");
    }

    @Test
    void aCommandWithoutValueIsRefusedAndNothingIsAppended() {
        List<Entry> entries = List.of(state("purges", "a", "1"), state("purges", "b", null));
        assertThatThrownBy(() -> log.appendCommands(entries)).isInstanceOf(IllegalArgumentException.class);
        assertThat(log.commands("purges").entries()).isEmpty();
    }

    @Test
    void aReaderGoesOnWhereItsBatchEnded() throws Exception {
        for (int i = 0; i < 25; i++) {
            log.appendState(List.of(state("zones", "k" + i, "v")));
        }
        List<String> seen = new ArrayList<>();
        Position at = Position.START;
        for (Batch batch = log.read(at, 10, Duration.ZERO);
                !batch.entries().isEmpty();
                batch = log.read(at, 10, Duration.ZERO)) {
            assertThat(batch.entries()).hasSizeLessThanOrEqualTo(10);
            batch.entries().forEach(entry -> seen.add(entry.key()));
            at = batch.next();
        }
        assertThat(seen).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    void aLimitBelowOneIsRefused() {
        assertThatThrownBy(() -> log.read(Position.START, 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPositionOfAnotherLogIsRefused() {
        assertThatThrownBy(() -> log.read(new Position("elsewhere"), 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("elsewhere");
    }

    @Test
    void aReaderWithoutNewsWaitsAsLongAsItsPatience() throws Exception {
        long from = System.nanoTime();
        Batch batch = log.read(log.snapshot().next(), 10, Duration.ofMillis(80));
        assertThat(batch.entries()).isEmpty();
        assertThat(System.nanoTime() - from)
                .isGreaterThanOrEqualTo(Duration.ofMillis(80).toNanos());
    }

    @Test
    void aWaitingReaderWakesAtAnAppend() throws Exception {
        Position after = log.snapshot().next();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> readers = new ArrayList<>();
            CountDownLatch started = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    started.countDown();
                    Batch batch = log.read(after, 10, Duration.ofSeconds(20));
                    long at = System.nanoTime();
                    assertThat(texts(batch)).containsExactly("zones/a=1");
                    return at;
                }));
            }
            started.await();
            log.appendState(List.of(state("zones", "a", "1")));
            long appended = System.nanoTime();
            for (Future<Long> reader : readers) {
                long woken = reader.get(10, TimeUnit.SECONDS);
                // Milliseconds in practice; the bound only has to tell waking from polling on a busy machine.
                assertThat(woken - appended).isLessThan(Duration.ofMillis(500).toNanos());
            }
        }
    }

    @Test
    void aReaderThatIsBeingStoppedLeaves() throws Exception {
        Position after = log.snapshot().next();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                log.read(after, 10, Duration.ofSeconds(20));
                interrupted.complete(false);
            } catch (InterruptedException _) {
                interrupted.complete(true);
            }
        });
        reader.interrupt();
        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingReleasesWaitingReaders() throws Exception {
        Position after = log.snapshot().next();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                log.read(after, 10, Duration.ofSeconds(20));
                failed.cancel(false);
            } catch (Throwable failure) {
                failed.complete(failure);
            }
        });
        log.close();
        assertThat(failed.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        log = open();
    }

    @Test
    void whatWasAppendedIsThereAfterReopeningAndPositionsStillHold() throws Exception {
        log.appendState(List.of(state("zones", "a", "1"), state("zones", "gone", "1")));
        Position after = log.snapshot().next();
        log.appendState(List.of(state("zones", "gone", null)));
        log.appendCommands(List.of(state("purges", "a", "p")));
        log.close();
        log = open();
        assertThat(texts(log.snapshot())).containsExactly("zones/a=1");
        assertThat(texts(log.commands("purges"))).containsExactly("purges/a=p");
        assertThat(texts(log.read(after, 10, Duration.ZERO))).containsExactly("zones/gone=", "purges/a=p");
        log.appendState(List.of(state("zones", "b", "1")));
        assertThat(texts(log.read(after, 10, Duration.ZERO))).containsExactly("zones/gone=", "purges/a=p", "zones/b=1");
    }

    @Test
    void aReaderSeesEveryAppendOfABusyWriter() throws Exception {
        int count = 200;
        Position start = log.snapshot().next();
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < count; i++) {
                log.appendCommands(List.of(state("purges", "z", Integer.toString(i))));
            }
        });
        List<String> seen = new ArrayList<>();
        Position at = start;
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (seen.size() < count && System.nanoTime() < deadline) {
            Batch batch = log.read(at, 7, Duration.ofSeconds(1));
            seen.addAll(texts(batch));
            at = batch.next();
        }
        writer.join();
        assertThat(seen).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(seen.get(i)).isEqualTo("purges/z=" + i);
        }
    }

    @Test
    void manyReadersOfSeveralWritersSeeEveryCommandOnceInTheOrderOfItsKey() throws Exception {
        int writers = 4;
        int each = 100;
        int readers = 8;
        Position start = log.snapshot().next();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> seen = new ArrayList<>();
            for (int r = 0; r < readers; r++) {
                int limit = 1 + 5 * r;
                seen.add(threads.submit(() -> {
                    List<String> texts = new ArrayList<>();
                    Position at = start;
                    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                    while (texts.size() < writers * each && System.nanoTime() < deadline) {
                        Batch batch = log.read(at, limit, Duration.ofSeconds(1));
                        texts.addAll(texts(batch));
                        at = batch.next();
                    }
                    return texts;
                }));
            }
            for (int w = 0; w < writers; w++) {
                String key = "w" + w;
                threads.submit(() -> {
                    for (int i = 0; i < each; i += 2) {
                        log.appendCommands(List.of(
                                state("purges", key, Integer.toString(i)),
                                state("purges", key, Integer.toString(i + 1))));
                    }
                });
            }
            for (Future<List<String>> one : seen) {
                List<String> texts = one.get(60, TimeUnit.SECONDS);
                assertThat(texts).hasSize(writers * each);
                for (int w = 0; w < writers; w++) {
                    String key = "purges/w" + w + "=";
                    assertThat(texts.stream().filter(text -> text.startsWith(key)))
                            .containsExactlyElementsOf(IntStream.range(0, each)
                                    .mapToObj(i -> key + i)
                                    .toList());
                }
            }
        }
    }

    private static Entry state(String stream, String key, @Nullable String value) {
        return new Entry(stream, key, value == null ? null : value.getBytes(UTF_8));
    }

    private static List<String> texts(Batch batch) {
        return batch.entries().stream()
                .map(entry -> entry + "=" + (entry.value() == null ? "" : new String(entry.value(), UTF_8)))
                .toList();
    }
}
