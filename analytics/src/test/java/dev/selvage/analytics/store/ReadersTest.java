package dev.selvage.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
    @TempDir
    private static Path directory;

    private DuckDb engine;
    private Session writer;
    private Catalog catalog;
    private Readers readers;

    @BeforeEach
    void open() throws EngineFailure {
        engine = DuckDb.open(directory, Map.of("threads", "1"));
        writer = engine.session();
        catalog = new Catalog(state(1));
        readers = new Readers(engine, catalog);
        writer.execute("CREATE TABLE t (a INTEGER)");
    }

    @AfterEach
    void close() {
        readers.close();
        engine.close();
    }

    private Catalog.State state(int number) throws EngineFailure {
        return new Catalog.State(Manifest.empty(0), List.of(Hot.create(number, writer)));
    }

    private static long count(Session session) throws EngineFailure {
        long[] count = new long[1];
        session.query("SELECT count(*) FROM t", List.of(), Long.MAX_VALUE, row -> count[0] = row.getLong(0));
        return count[0];
    }

    private void commit() throws EngineFailure {
        writer.execute("INSERT INTO t VALUES (1)");
        readers.moveOn();
    }

    @Test
    void betweenTwoCommitsATransactionIsUsedAgain() throws EngineFailure {
        Readers.Reader first = readers.take();
        assertThat(count(first.session())).isZero();
        readers.give(first);
        // Nobody was told of it yet, so it may or may not be seen: the transaction is the same.
        writer.execute("INSERT INTO t VALUES (1)");
        Readers.Reader second = readers.take();
        assertThat(second).isSameAs(first);
        assertThat(count(second.session())).isZero();
        readers.give(second);
        readers.moveOn();
        Readers.Reader third = readers.take();
        assertThat(count(third.session())).isEqualTo(1);
        readers.give(third);
    }

    @Test
    void whatWasTakenBeforeACommitStaysAsItWasAndIsNotHandedOnAfterIt() throws EngineFailure {
        Readers.Reader before = readers.take();
        commit();
        Readers.Reader after = readers.take();
        assertThat(after).isNotSameAs(before);
        assertThat(count(before.session())).isZero();
        assertThat(count(after.session())).isEqualTo(1);
        readers.give(before);
        Readers.Reader again = readers.take();
        assertThat(count(again.session())).isEqualTo(1);
        readers.give(again);
        readers.give(after);
    }

    @Test
    void aCommitEndsTheTransactionsOfThoseWhoAreIdle() throws EngineFailure {
        Readers.Reader one = readers.take();
        Readers.Reader other = readers.take();
        readers.give(one);
        readers.give(other);
        assertThatThrownBy(() -> one.session().execute("BEGIN TRANSACTION")).isInstanceOf(EngineFailure.class);
        commit();
        other.session().execute("BEGIN TRANSACTION");
        other.session().execute("ROLLBACK");
    }

    @Test
    void aFailedStatementSpoilsNobodyElsesTransaction() throws EngineFailure {
        Readers.Reader reader = readers.take();
        assertThatThrownBy(() -> reader.session().execute("SELECT nothing")).isInstanceOf(EngineFailure.class);
        readers.give(reader);
        Readers.Reader next = readers.take();
        assertThat(count(next.session())).isZero();
        readers.give(next);
    }

    @Test
    void whenTheStoreConsistsOfOtherThingsTheyAreSeen() throws EngineFailure {
        readers.give(readers.take());
        Catalog.State next = state(2);
        catalog.replace(next);
        Readers.Reader reader = readers.take();
        assertThat(reader.state()).isSameAs(next);
        readers.give(reader);
        assertThat(catalog.sweep().hots()).hasSize(1);
    }

    @Test
    void afterTheEndNothingIsKept() throws EngineFailure {
        Readers.Reader reader = readers.take();
        readers.close();
        readers.give(reader);
        assertThatThrownBy(() -> count(reader.session())).isInstanceOf(EngineFailure.class);
    }
}
