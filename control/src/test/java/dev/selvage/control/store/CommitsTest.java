package dev.selvage.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommitsTest {
    @TempDir
    Path directory;

    private final AtomicInteger commits = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Path file;
    private Commits store;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("store.db");
        try (Session session = Session.open(file, false)) {
            session.execute("create table counter (name text primary key, value integer not null)");
            session.execute("create table parent (id integer primary key)");
            session.execute("create table child (parent integer references parent (id) deferrable initially deferred)");
            session.execute("insert into counter values ('a', 0)");
        }
        store = new Commits(file, Session.open(file, false), new ReentrantLock(), commits::incrementAndGet);
    }

    @AfterEach
    void stop() {
        threads.close();
        store.close();
    }

    @Test
    void whatWaitsTogetherIsCommittedTogether() throws Exception {
        List<Future<Integer>> written = waitingTogether(50, i -> tx -> insert(tx, "w" + i));
        for (Future<Integer> one : written) {
            assertThat(one.get()).isEqualTo(1);
        }
        assertThat(commits).hasValueLessThanOrEqualTo(1 + 5);
        assertThat(names()).isEqualTo(1 + 50);
    }

    @Test
    void whatThrowsUndoesOnlyWhatItWroteItself() throws Exception {
        List<Future<Integer>> written = waitingTogether(40, i -> tx -> {
            insert(tx, "w" + i);
            if (i % 4 == 0) {
                throw new IllegalArgumentException("refused " + i);
            }
            if (i % 4 == 1) {
                // The key is there already: the statement fails, and with it the work.
                insert(tx, "a");
            }
            return 1;
        });
        for (int i = 0; i < written.size(); i++) {
            Future<Integer> one = written.get(i);
            switch (i % 4) {
                case 0 -> assertThatThrownBy(one::get).rootCause().hasMessage("refused " + i);
                case 1 -> assertThatThrownBy(one::get).hasCauseInstanceOf(StoreFailure.class);
                default -> assertThat(one.get()).isEqualTo(1);
            }
        }
        assertThat(names()).isEqualTo(1 + 20);
        assertThat(commits).hasValueLessThanOrEqualTo(1 + 5);
    }

    @Test
    void aCommitThatFailsFailsEveryWorkInItAndNothingStays() throws Exception {
        List<Future<Integer>> written = waitingTogether(20, i -> tx -> {
            insert(tx, "w" + i);
            if (i == 7) {
                // Refused at the commit, not before.
                tx.run("insert into child (parent) values (99)");
            }
            return 1;
        });
        int failed = 0;
        for (Future<Integer> one : written) {
            try {
                one.get();
            } catch (ExecutionException failure) {
                assertThat(failure).hasCauseInstanceOf(StoreFailure.class);
                failed++;
            }
        }
        assertThat(failed).isGreaterThan(1);
        assertThat(names()).as("acknowledged, and only that").isEqualTo(1 + 20 - failed);
        int later = store.run(tx -> insert(tx, "later"), true);
        assertThat(later).isEqualTo(1);
    }

    @Test
    void noUpdateIsLost() throws Exception {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            writers.add(threads.submit(() -> {
                for (int j = 0; j < 100; j++) {
                    store.run(
                            tx -> {
                                long value = tx.number("select value as n from counter where name = 'a'");
                                return tx.run("update counter set value = ? where name = 'a'", value + 1);
                            },
                            true);
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        assertThat(value()).isEqualTo(800);
    }

    @Test
    void aRehearsalAmongOthersLeavesNothing() throws Exception {
        List<Future<Integer>> written = waitingTogether(
                20, i -> tx -> tx.run("update counter set value = value + 1 where name = 'a'"), i -> i % 2 == 0);
        for (Future<Integer> one : written) {
            assertThat(one.get()).isEqualTo(1);
        }
        assertThat(value()).isEqualTo(10);
    }

    @Test
    void aTransactionWithinATransactionIsRefused() {
        assertThatThrownBy(() -> store.run(tx -> store.run(inner -> insert(inner, "b"), true), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("within a transaction");
        int later = store.run(tx -> insert(tx, "c"), true);
        assertThat(later).isEqualTo(1);
    }

    @Test
    void closingAnswersWhatWasAcceptedAndRefusesTheRest() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> held = threads.submit(() -> store.run(
                tx -> {
                    running.countDown();
                    await(go);
                    return insert(tx, "held");
                },
                true));
        running.await();
        Future<?> closing = threads.submit(store::close);
        go.countDown();
        closing.get();
        assertThat(held.get()).isEqualTo(1);
        assertThatThrownBy(() -> store.run(tx -> insert(tx, "late"), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void afterAFullDiskNothingIsHalfThereAndTheNextWriteWorks() throws Exception {
        long pages = store.run(tx -> tx.number("select page_count as n from pragma_page_count"), true);
        List<Future<Integer>> written = waitingTogether(10, i -> tx -> {
            if (i == 0) {
                tx.list(row -> 0, "pragma max_page_count = " + (pages + 4));
            }
            for (int j = 0; j < 40; j++) {
                insert(tx, "w" + i + "-" + j + "x".repeat(1_000));
            }
            return 1;
        });
        int failed = 0;
        for (Future<Integer> one : written) {
            try {
                one.get();
            } catch (ExecutionException failure) {
                assertThat(failure.getCause())
                        .isInstanceOfSatisfying(
                                StoreFailure.class,
                                full -> assertThat(full.reason()).isEqualTo(StoreFailure.Reason.FULL));
                failed++;
            }
        }
        assertThat(failed).isPositive();
        assertThat(names()).isEqualTo(1 + 40 * (10 - failed));
        // The limit was the connection's, which is a new one now: there is room again.
        int later = store.run(tx -> insert(tx, "later" + "x".repeat(50_000)), true);
        assertThat(later).isEqualTo(1);
        assertThat(integrity()).isEqualTo("ok");
    }

    @Test
    void aDatabaseThatCannotBeWrittenIsUnusableAndNotMore() throws Exception {
        store.run(tx -> tx.run("pragma query_only = on"), true);
        assertThatThrownBy(() -> store.run(tx -> insert(tx, "b"), true))
                .isInstanceOfSatisfying(
                        StoreFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(StoreFailure.Reason.UNUSABLE));
        assertThat(names()).isEqualTo(1);
        // That was the connection's, which is a new one now.
        int later = store.run(tx -> insert(tx, "b"), true);
        assertThat(later).isEqualTo(1);
    }

    private interface Written {
        Store.Work<Integer> by(int writer);
    }

    private interface Kept {
        boolean by(int writer);
    }

    private List<Future<Integer>> waitingTogether(int count, Written work) throws Exception {
        return waitingTogether(count, work, _ -> true);
    }

    /// Holds the store until all of them wait, in order.
    private List<Future<Integer>> waitingTogether(int count, Written work, Kept kept) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> holder = threads.submit(() -> store.run(
                tx -> {
                    running.countDown();
                    await(go);
                    return 0;
                },
                true));
        running.await();
        List<Future<Integer>> written = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int writer = i;
            written.add(threads.submit(() -> store.run(work.by(writer), kept.by(writer))));
            while (store.waiting() <= i) {
                Thread.onSpinWait();
            }
        }
        go.countDown();
        try {
            holder.get();
        } catch (ExecutionException shared) {
            // It may be in the same commit.
            assertThat(shared).hasCauseInstanceOf(StoreFailure.class);
        }
        return written;
    }

    private static int insert(Tx tx, String name) {
        return tx.run("insert into counter (name, value) values (?, 0)", name);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private long names() throws Exception {
        try (Session reader = Session.open(file, true)) {
            return new Tx(reader).number("select count(*) as n from counter");
        }
    }

    private long value() throws Exception {
        try (Session reader = Session.open(file, true)) {
            return new Tx(reader).number("select value as n from counter where name = 'a'");
        }
    }

    private String integrity() throws Exception {
        try (Session reader = Session.open(file, true)) {
            return new Tx(reader)
                    .first(row -> row.text("integrity_check"), "pragma integrity_check")
                    .orElseThrow();
        }
    }
}
