package dev.selvage.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    @TempDir
    Path directory;

    @Test
    void aQueryMayRunTheSameSqlForEachOfItsRows() throws Exception {
        try (Session session = Session.open(directory.resolve("a.db"), false)) {
            String sql = "select value as n from json_each(?)";
            List<List<Long>> seen = session.query(
                    10, row -> session.query(10, inner -> inner.number("n"), sql, "[1,2]"), sql, "[7,8,9]");
            assertThat(seen).containsExactly(List.of(1L, 2L), List.of(1L, 2L), List.of(1L, 2L));
        }
    }

    @Test
    void statementsAreKeptWithoutTheirArgumentsAndNotWithoutBound() throws Exception {
        try (Session session = Session.open(directory.resolve("a.db"), false)) {
            for (int i = 0; i < 3 * Session.KEPT; i++) {
                int number = i;
                assertThat(session.query(1, row -> row.number("n"), "select ? + " + i + " as n", 1))
                        .containsExactly(number + 1L);
            }
            assertThat(session.kept()).isEqualTo(Session.KEPT);
            assertThat(session.query(1, row -> row.text("t"), "select ? as t", "once"))
                    .containsExactly("once");
            assertThat(session.query(1, row -> row.textOrNull("t") == null, "select ? as t"))
                    .containsExactly(true);
        }
    }

    @Test
    void aBrokenPageIsSaidAndWhatIsNotOnItCanBeRead() throws Exception {
        Path file = directory.resolve("a.db");
        try (Session session = Session.open(file, false)) {
            session.execute("create table good (n integer)");
            session.execute("insert into good values (5)");
            session.execute("create table bad (n integer, t text)");
            session.execute("insert into bad select value, hex(zeroblob(500)) from (with recursive c(value) as"
                    + " (select 1 union all select value + 1 from c where value < 500) select value from c)");
        }
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(20 * 4096);
            raw.write(new byte[40 * 4096]);
        }
        try (Session session = Session.open(file, true)) {
            assertThatThrownBy(() -> session.query(1_000, row -> row.text("t"), "select t from bad"))
                    .isInstanceOfSatisfying(
                            StoreFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(StoreFailure.Reason.BROKEN));
            assertThat(session.query(1, row -> row.number("n"), "select n from good"))
                    .containsExactly(5L);
        }
    }
}
