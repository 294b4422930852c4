package dev.selvage.analytics.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DuckDbTest {
    /// Runs for minutes when nobody ends it.
    private static final String ENDLESS =
            "SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range > 3";

    @TempDir
    private static Path directory;

    private DuckDb engine;
    private Session session;

    @BeforeEach
    void open() throws EngineFailure {
        engine = DuckDb.open(directory, Map.of("threads", "2", "memory_limit", "256MB"));
        session = engine.session();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private interface Read<T> {
        T of(Row row);
    }

    private <T> List<T> all(String sql, Read<T> read, Object... values) throws EngineFailure {
        List<T> rows = new ArrayList<>();
        session.query(sql, List.of(values), Long.MAX_VALUE, row -> rows.add(read.of(row)));
        return rows;
    }

    private <T> T one(String sql, Read<T> read, Object... values) throws EngineFailure {
        List<T> rows = all(sql, read, values);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private long number(String sql, Object... values) throws EngineFailure {
        return one(sql, row -> row.getLong(0), values);
    }

    private double fraction(String sql, Object... values) throws EngineFailure {
        return one(sql, row -> row.getDouble(0), values);
    }

    private String text(String sql, Object... values) throws EngineFailure {
        return one(sql, row -> row.getString(0), values);
    }

    private byte[] bytes(String sql, Object... values) throws EngineFailure {
        return one(sql, row -> row.getBytes(0), values);
    }

    private boolean none(String sql, Object... values) throws EngineFailure {
        return one(sql, row -> row.isNull(0), values);
    }

    private interface Fails {
        void run() throws EngineFailure;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> failure(EngineFailure.Kind kind, Fails step) {
        return assertThatThrownBy(step::run)
                .asInstanceOf(type(EngineFailure.class))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind))
                .asInstanceOf(THROWABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true::BOOLEAN",
                "1::TINYINT",
                "1::SMALLINT",
                "1::INTEGER",
                "1::BIGINT",
                "1::UTINYINT",
                "1::USMALLINT",
                "1::UINTEGER",
                "1::UBIGINT",
                "1::HUGEINT",
                "1::UHUGEINT",
                "1.25::FLOAT",
                "1.25::DOUBLE",
                "1.25::DECIMAL(4,2)",
                "1.25::DECIMAL(9,2)",
                "1.25::DECIMAL(18,2)",
                "1.25::DECIMAL(38,2)"
            })
    void aNumberOfAnyTypeIsRead(String value) throws EngineFailure {
        assertThat(number("SELECT " + value)).isEqualTo(1);
        assertThat(fraction("SELECT " + value)).isEqualTo(value.startsWith("1.25") ? 1.25 : 1);
        assertThat(none("SELECT " + value)).isFalse();
        assertThat(text("SELECT " + value))
                .isEqualTo(value.startsWith("true") ? "true" : value.substring(0, value.indexOf(':')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL(38,0)", "DECIMAL(3,0)"})
    void aNegativeNumberIsRead(String type) throws EngineFailure {
        assertThat(number("SELECT -100::" + type)).isEqualTo(-100);
        assertThat(fraction("SELECT -100::" + type)).isEqualTo(-100);
        assertThat(text("SELECT -100::" + type)).isEqualTo("-100");
    }

    @Test
    void theLargestNumbersAreRead() throws EngineFailure {
        assertThat(all(
                        "SELECT 255::UTINYINT, 65535::USMALLINT, 4294967295::UINTEGER",
                        row -> List.of(row.getLong(0), row.getLong(1), row.getLong(2))))
                .containsExactly(List.of(255L, 65_535L, 4_294_967_295L));
        assertThat(fraction("SELECT 18446744073709551615::UBIGINT")).isEqualTo(0x1p64);
        assertThat(text("SELECT 18446744073709551615::UBIGINT")).isEqualTo("18446744073709551615");
        assertThat(text("SELECT '-170141183460469231731687303715884105728'::HUGEINT"))
                .isEqualTo("-170141183460469231731687303715884105728");
        assertThat(number("SELECT sum(x) FROM (VALUES (9223372036854775806), (1)) t(x)"))
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "18446744073709551615::UBIGINT", "9223372036854775808::HUGEINT", "-9223372036854775809::HUGEINT",
                "1e300::DOUBLE", "'nan'::DOUBLE", "1e19::DECIMAL(38,2)"
            })
    void aNumberThatIsNo64BitIntegerFailsClearly(String value) {
        failure(EngineFailure.Kind.OTHER, () -> number("SELECT " + value)).hasMessageContaining("no 64-bit integer");
    }

    @Test
    void aTypeThatIsNotKnownFailsClearly() {
        failure(EngineFailure.Kind.OTHER, () -> number("SELECT [1, 2]")).hasMessageContaining("column 0");
        failure(EngineFailure.Kind.OTHER, () -> number("SELECT 'text'")).hasMessageContaining("VARCHAR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BIGINT", "DOUBLE", "VARCHAR", "BLOB", "HUGEINT", "DECIMAL(9,2)", "BOOLEAN"})
    void nullReadsAsNothing(String type) throws EngineFailure {
        String sql = "SELECT NULL::" + type;

        assertThat(number(sql)).isZero();
        assertThat(fraction(sql)).isZero();
        assertThat(text(sql)).isEmpty();
        assertThat(bytes(sql)).isEmpty();
        assertThat(none(sql)).isTrue();
        assertThat(none("SELECT NULL")).isTrue();
    }

    @Test
    void everyThirdOfManyRowsIsNull() throws EngineFailure {
        List<Long> read = all(
                "SELECT CASE WHEN range % 3 = 0 THEN NULL ELSE range END, 'a text of some length ' || range FROM"
                        + " range(10000) ORDER BY range",
                row -> {
                    assertThat(row.getString(1)).startsWith("a text of some length ");
                    return row.isNull(0) ? -1 : row.getLong(0);
                });

        assertThat(read).hasSize(10_000);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(i % 3 == 0 ? -1 : i);
        }
    }

    private static List<String> hostile() {
        return List.of(
                "",
                "'; DROP TABLE t; --",
                "\"quoted\" \\ ' '' %s ? $1",
                "NUL \0 inside, and more than twelve bytes",
                "\0",
                "\0\0\0 12 bytes",
                "ünïcödé 漢字 \uD83D\uDE00",
                "twelve bytes",
                "thirteen byte",
                "x".repeat(1 << 20));
    }

    @Test
    void hostileTextsComeBackAsTheyWereBound() throws EngineFailure {
        for (String text : hostile()) {
            assertThat(text("SELECT ?::VARCHAR", text)).isEqualTo(text);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(bytes("SELECT ?::BLOB", bytes)).isEqualTo(bytes);
        }
        assertThat(text("SELECT ?::VARCHAR", "half \uD83D of a pair")).isEqualTo("half ? of a pair");
    }

    @Test
    void valuesOfEveryTypeAreBound() throws EngineFailure {
        assertThat(all(
                        "SELECT ?, ?, ?, ?, typeof(?), typeof(?)",
                        row -> List.of(
                                row.getLong(0),
                                row.getLong(1),
                                row.getDouble(2),
                                row.getLong(3),
                                row.getString(4),
                                row.getString(5)),
                        Long.MIN_VALUE,
                        Integer.MIN_VALUE,
                        -0.1,
                        true,
                        1,
                        1L))
                .containsExactly(List.of(Long.MIN_VALUE, (long) Integer.MIN_VALUE, -0.1, 1L, "INTEGER", "BIGINT"));
    }

    @Test
    void aStatementThatIsWrongFailsAndTheNextRuns() throws EngineFailure {
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELEKT 1")).hasMessageContaining("SELEKT");
        failure(EngineFailure.Kind.OTHER, () -> session.execute("")).isNotNull();
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT 1; SELECT 2"))
                .isNotNull();
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT 1 \0 no more"))
                .hasMessageContaining("U+0000");
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT ?")).hasMessageContaining("binds 1");
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT 1", 1L)).hasMessageContaining("binds 0");
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT CAST('x' AS BIGINT)"))
                .isNotNull();
        failure(EngineFailure.Kind.FILE, () -> session.execute("SELECT * FROM read_parquet('/no/such/file')"))
                .isNotNull();
        failure(EngineFailure.Kind.FILE, () -> session.execute("COPY (SELECT 1) TO '/no/such/directory/file'"))
                .isNotNull();

        assertThat(number("SELECT 7")).isEqualTo(7);
    }

    @Test
    void whatNeedsTooMuchMemoryFailsAsThat() throws EngineFailure {
        session.execute("SET max_temp_directory_size = '1MB'");

        failure(
                        EngineFailure.Kind.MEMORY,
                        () -> session.execute(
                                "SELECT list(range) FROM (SELECT a.range FROM range(100000) a, range(10000)) GROUP BY range % 7"))
                .isNotNull();

        assertThat(number("SELECT 7")).isEqualTo(7);
    }

    @Test
    void anOptionThatIsWrongFailsClearly() {
        failure(
                        EngineFailure.Kind.OTHER,
                        () -> DuckDb.open(directory, Map.of("no_such_option", "1"))
                                .close())
                .hasMessageContaining("no_such_option");
        failure(
                        EngineFailure.Kind.OTHER,
                        () -> DuckDb.open(directory, Map.of("threads", "many")).close())
                .isNotNull();
    }

    @Test
    void aStatementEndsAtItsDeadline() throws EngineFailure {
        long began = System.nanoTime();

        failure(EngineFailure.Kind.LATE, () -> session.query(ENDLESS, List.of(), began + 100_000_000, _ -> {}))
                .isNotNull();

        assertThat(System.nanoTime() - began).isBetween(100_000_000L, 10_000_000_000L);
        assertThat(number("SELECT 7")).isEqualTo(7);
        failure(EngineFailure.Kind.LATE, () -> session.query("SELECT 1", List.of(), System.nanoTime(), _ -> {}))
                .isNotNull();
        session.query(
                "SELECT 1",
                List.of(),
                System.nanoTime() + 60_000_000_000L,
                row -> assertThat(row.getLong(0)).isEqualTo(1));
    }

    @Test
    void aTransactionWithALateStatementCanOnlyBeRolledBack() throws EngineFailure {
        session.execute("CREATE TABLE t (x BIGINT)");
        session.execute("BEGIN TRANSACTION");
        session.execute("INSERT INTO t VALUES (1)");

        failure(
                        EngineFailure.Kind.LATE,
                        () -> session.query(ENDLESS, List.of(), System.nanoTime() + 50_000_000, _ -> {}))
                .isNotNull();

        failure(EngineFailure.Kind.OTHER, () -> number("SELECT count(*) FROM t"))
                .hasMessageContaining("ROLLBACK");
        session.execute("ROLLBACK");
        assertThat(number("SELECT count(*) FROM t")).isZero();
    }

    @Test
    void aDeadlineHoldsWhileRowsAreTaken() throws EngineFailure {
        long deadline = System.nanoTime() + 200_000_000;
        List<Long> taken = new ArrayList<>();

        failure(
                        EngineFailure.Kind.LATE,
                        () -> session.query(
                                "SELECT range FROM range(100000) ORDER BY range", List.of(), deadline, row -> {
                                    taken.add(row.getLong(0));
                                    while (System.nanoTime() < deadline) {
                                        Thread.onSpinWait();
                                    }
                                }))
                .isNotNull();

        assertThat(taken).isNotEmpty().hasSizeLessThan(100_000);
        assertThat(number("SELECT 7")).isEqualTo(7);
    }

    @Test
    void aRunningStatementIsCancelledFromAnotherThread() throws Exception {
        AtomicReference<Throwable> ended = new AtomicReference<>();
        session.cancel();
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                session.execute(ENDLESS);
            } catch (EngineFailure failure) {
                ended.set(failure);
            }
        });
        while (ended.get() == null) {
            session.cancel();
            Thread.onSpinWait();
        }
        asking.join();

        assertThat(ended.get())
                .asInstanceOf(type(EngineFailure.class))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(EngineFailure.Kind.LATE));
        assertThat(number("SELECT 7")).isEqualTo(7);
    }

    @Test
    void closingEndsWhatRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Throwable> ended = new AtomicReference<>();
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                begun.countDown();
                session.execute(ENDLESS);
            } catch (EngineFailure failure) {
                ended.set(failure);
            }
        });
        begun.await();
        engine.close();
        asking.join();

        assertThat(ended.get()).isInstanceOf(EngineFailure.class);
    }

    @Test
    void afterClosingEverythingFailsClearly() throws EngineFailure {
        session.execute("CREATE TABLE t (x BIGINT)");
        Appender appender = session.appender("t");
        appender.beginRow().append(1).endRow();
        AtomicReference<Row> kept = new AtomicReference<>();
        session.query("SELECT 'a text of more than twelve bytes'", List.of(), Long.MAX_VALUE, kept::set);
        assertThatThrownBy(() -> kept.get().getString(0)).isInstanceOf(RuntimeException.class);

        session.close();
        session.close();
        failure(EngineFailure.Kind.OTHER, appender::close).hasMessageContaining("closed");
        appender.close();
        failure(EngineFailure.Kind.OTHER, appender::beginRow).hasMessageContaining("closed");
        failure(EngineFailure.Kind.OTHER, () -> session.execute("SELECT 1")).hasMessageContaining("closed");
        failure(EngineFailure.Kind.OTHER, () -> session.appender("t")).hasMessageContaining("closed");
        session.cancel();

        Session other = engine.session();
        engine.close();
        engine.close();
        failure(EngineFailure.Kind.OTHER, () -> other.execute("SELECT 1")).hasMessageContaining("closed");
        failure(EngineFailure.Kind.OTHER, engine::session).hasMessageContaining("closed");
    }

    @Test
    void aTakerMayAskAndCloseAndThrow() throws EngineFailure {
        List<Long> inner = new ArrayList<>();
        session.query("SELECT range FROM range(3) ORDER BY range", List.of(), Long.MAX_VALUE, row -> {
            try {
                inner.add(number("SELECT ? + 1", row.getLong(0)));
            } catch (EngineFailure failure) {
                throw new AssertionError(failure);
            }
        });
        assertThat(inner).containsExactly(1L, 2L, 3L);

        assertThatThrownBy(() -> one("SELECT 1", _ -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(number("SELECT 7")).isEqualTo(7);

        List<String> read = new ArrayList<>();
        failure(
                        EngineFailure.Kind.LATE,
                        () -> session.query(
                                "SELECT 'a text of some length' FROM range(5000)", List.of(), Long.MAX_VALUE, row -> {
                                    engine.close();
                                    read.add(row.getString(0));
                                }))
                .isNotNull();
        assertThat(read).isNotEmpty().allMatch("a text of some length"::equals);
    }

    @Test
    void aTransactionCoversWhatIsAppended() throws EngineFailure {
        session.execute("CREATE TABLE t (x BIGINT NOT NULL, y VARCHAR NOT NULL)");
        Session other = engine.session();

        session.execute("BEGIN TRANSACTION");
        append("t", 300_000);
        assertThat(number("SELECT count(*) FROM t")).isEqualTo(300_000);
        session.execute("ROLLBACK");
        assertThat(number("SELECT count(*) FROM t")).isZero();

        session.execute("BEGIN TRANSACTION");
        append("t", 5_000);
        other.query(
                "SELECT count(*) FROM t",
                List.of(),
                Long.MAX_VALUE,
                row -> assertThat(row.getLong(0)).isZero());
        session.execute("COMMIT");
        other.query("SELECT count(*), sum(x), count(DISTINCT y) FROM t", List.of(), Long.MAX_VALUE, row -> {
            assertThat(row.getLong(0)).isEqualTo(5_000);
            assertThat(row.getLong(1)).isEqualTo(5_000L * 4_999 / 2);
            assertThat(row.getLong(2)).isEqualTo(5_000);
        });
    }

    private void append(String table, int rows) throws EngineFailure {
        try (Appender appender = session.appender(table)) {
            for (int i = 0; i < rows; i++) {
                appender.beginRow().append(i).append("the text of row " + i).endRow();
            }
        }
    }

    @Test
    void everyTypeIsAppended() throws EngineFailure {
        session.execute(
                "CREATE TABLE t (a TINYINT, b SMALLINT, c INTEGER, d BIGINT, e HUGEINT, f UTINYINT, g USMALLINT,"
                        + " h UINTEGER, i UBIGINT, j BOOLEAN, k FLOAT, l DOUBLE, m DOUBLE, n VARCHAR, o BLOB)");
        try (Appender appender = session.appender("t")) {
            for (int i = 0; i < 3; i++) {
                appender.beginRow();
                for (int k = 0; k < 9; k++) {
                    appender.append(k < 5 ? -100L - i : 100L + i);
                }
                appender.append(1).append(0.5 + i).append(0.25 + i).append((long) i);
                appender.append("text " + i).appendBlob(new byte[] {(byte) i, (byte) 0xFF});
                appender.endRow();
            }
        }

        List<String> read = all("SELECT * FROM t ORDER BY a DESC", row -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 14; i++) {
                text.append(row.getString(i)).append(' ');
            }
            return text + Arrays.toString(row.getBytes(14));
        });
        assertThat(read)
                .containsExactly(
                        "-100 -100 -100 -100 -100 100 100 100 100 true 0.5 0.25 0.0 text 0 [0, -1]",
                        "-101 -101 -101 -101 -101 101 101 101 101 true 1.5 1.25 1.0 text 1 [1, -1]",
                        "-102 -102 -102 -102 -102 102 102 102 102 true 2.5 2.25 2.0 text 2 [2, -1]");
    }

    @Test
    void hostileTextsComeBackAsTheyWereAppended() throws EngineFailure {
        session.execute("CREATE TABLE t (i BIGINT, a VARCHAR, b VARCHAR, c BLOB)");
        List<String> texts = hostile();
        try (Appender appender = session.appender("t")) {
            for (int i = 0; i < texts.size(); i++) {
                byte[] utf8 = ("<<" + texts.get(i) + ">").getBytes(StandardCharsets.UTF_8);
                appender.beginRow()
                        .append(i)
                        .append(texts.get(i))
                        .append(utf8, 2, utf8.length - 3)
                        .appendBlob(utf8)
                        .endRow();
            }
        }

        List<String> read = all("SELECT * FROM t ORDER BY i", row -> {
            String text = row.getString(1);
            assertThat(row.getString(2)).isEqualTo(text);
            assertThat(new String(row.getBytes(3), StandardCharsets.UTF_8)).isEqualTo("<<" + text + ">");
            return text;
        });
        assertThat(read).isEqualTo(texts);
    }

    @Test
    void bytesThatAreNoTextNeverReachTheEngine() throws EngineFailure {
        session.execute("CREATE TABLE t (i BIGINT, a VARCHAR)");
        Random random = new Random(7);
        List<String> expected = new ArrayList<>();
        try (Appender appender = session.appender("t")) {
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                for (int k = 0; k < bytes.length; k++) {
                    // Mostly what UTF-8 is made of, so that some of it is valid.
                    bytes[k] = random.nextInt(4) == 0 ? bytes[k] : (byte) (bytes[k] & 0x7F);
                }
                expected.add(new String(bytes, StandardCharsets.UTF_8));
                appender.beginRow().append(i).append(bytes, 0, bytes.length).endRow();
            }
        }

        assertThat(all("SELECT a FROM t ORDER BY i", row -> row.getString(0))).isEqualTo(expected);
        assertThat(number("SELECT count(*) FROM t WHERE length(a) >= 0 AND upper(a) IS NOT NULL"))
                .isEqualTo(20_000);
    }

    @Test
    void aRowThatDoesNotFitFailsAndNothingIsAdded() throws EngineFailure {
        session.execute("CREATE TABLE t (a TINYINT NOT NULL, b VARCHAR NOT NULL)");
        List<Fails> wrong = List.of(
                () -> broken(appender -> appender.beginRow().append(128)),
                () -> broken(appender -> appender.beginRow().append("text")),
                () -> broken(appender -> appender.beginRow().append(0.5)),
                () -> broken(appender -> appender.beginRow().append(1).append(2)),
                () -> broken(appender -> appender.beginRow().append(1).endRow()),
                () -> broken(
                        appender -> appender.beginRow().append(1).append("text").append(1)),
                () -> broken(appender -> appender.beginRow().beginRow()),
                () -> broken(appender -> appender.append(1)),
                () -> broken(Appender::endRow),
                () -> broken(appender -> appender.beginRow().append(1).append("text")),
                () -> session.appender("no_such_table"));
        for (Fails each : wrong) {
            failure(EngineFailure.Kind.OTHER, each).isNotNull();
        }
        session.execute("CREATE TABLE checked (x BIGINT CHECK (x < 100))");
        failure(EngineFailure.Kind.OTHER, () -> {
                    try (Appender appender = session.appender("checked")) {
                        for (int i = 0; i < 5_000; i++) {
                            appender.beginRow().append(i).endRow();
                        }
                    }
                })
                .hasMessageContaining("CHECK");

        assertThat(number("SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM checked)"))
                .isZero();
    }

    private interface Appends {
        void to(Appender appender) throws EngineFailure;
    }

    private void broken(Appends appends) throws EngineFailure {
        try (Appender appender = session.appender("t")) {
            appender.beginRow().append(1).append("a row that is well").endRow();
            appends.to(appender);
        }
    }

    @Test
    void manySessionsWorkAtOnce() throws Exception {
        session.execute("CREATE TABLE t (x BIGINT, y VARCHAR)");
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                work.add(pool.submit(() -> {
                    try (Session own = engine.session()) {
                        for (int k = 0; k < 10; k++) {
                            own.execute("BEGIN TRANSACTION");
                            try (Appender appender = own.appender("t")) {
                                for (int r = 0; r < 100; r++) {
                                    appender.beginRow()
                                            .append(r)
                                            .append("some text of row " + r)
                                            .endRow();
                                }
                            }
                            own.execute("COMMIT");
                            own.query(
                                    "SELECT count(*) % 100, min(y) FROM t WHERE x >= ?",
                                    List.of(0L), System.nanoTime() + 60_000_000_000L, row -> {
                                        assertThat(row.getLong(0)).isZero();
                                        assertThat(row.getString(1)).isEqualTo("some text of row 0");
                                    });
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : work) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(number("SELECT count(*) FROM t")).isEqualTo(32_000);
    }

    @Test
    void aSessionIsClosedWhileOthersUseItAndNothingBreaks() throws Exception {
        session.execute("CREATE TABLE t (x BIGINT, y VARCHAR)");
        for (int round = 0; round < 20; round++) {
            Session shared = engine.session();
            CountDownLatch begun = new CountDownLatch(3);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean appends = i == 0;
                threads.add(Thread.ofPlatform().start(() -> {
                    begun.countDown();
                    try (Appender appender = shared.appender("t")) {
                        while (true) {
                            if (appends) {
                                appender.beginRow()
                                        .append(1)
                                        .append("more than twelve bytes")
                                        .endRow();
                            } else {
                                shared.query("SELECT range FROM range(3000)", List.of(), Long.MAX_VALUE, _ -> {});
                            }
                        }
                    } catch (EngineFailure | IllegalStateException | NoSuchElementException _) {
                        // It was closed.
                    }
                }));
            }
            begun.await();
            shared.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(number("SELECT 7")).isEqualTo(7);
    }

    @Test
    void aKeptStatementSeesWhatIsThereWhenItIsExecuted() throws EngineFailure {
        List<String> statements = List.of(
                "SELECT count(*) FROM t",
                "SELECT count(*) FROM t WHERE kind = 3",
                "SELECT count(*) FROM t WHERE kind = 3 AND bucket >= ?",
                "SELECT coalesce(max(bucket), 0) FROM t",
                "SELECT coalesce(sum(bucket), 0) FROM t WHERE kind IN (3, 4)",
                "SELECT count(*) FROM (SELECT kind FROM t WHERE kind = 3 UNION ALL SELECT kind FROM t WHERE kind = 1)",
                "SELECT count(*) FROM t WHERE text IN ('y')",
                "SELECT count(*) FROM t WHERE maybe IS NULL",
                "SELECT count(maybe) FROM t");
        session.execute("CREATE TABLE t (kind INTEGER, bucket BIGINT, text VARCHAR, maybe INTEGER)");
        try (Session keeping = engine.session().keeping(1_000);
                Session fresh = engine.session()) {
            for (int round = 0; round < 6; round++) {
                // Statements of each moment, planned when the table looked otherwise, in each later one.
                for (int made = 0; made <= round; made++) {
                    for (String statement : statements) {
                        Object[] values = statement.contains("?") ? new Object[] {5L} : new Object[0];
                        assertThat(first(keeping, statement + " -- " + made, values))
                                .as("made in %d, executed in %d: %s", made, round, statement)
                                .isEqualTo(first(fresh, statement, values));
                    }
                }
                session.execute(
                        "INSERT INTO t SELECT CASE WHEN ? < 2 THEN 1 ELSE ? END, CASE WHEN ? < 4 THEN 10 + i ELSE 1e15::BIGINT END,"
                                + " CASE WHEN ? < 3 THEN 'x' ELSE 'y' END, CASE WHEN ? < 3 THEN 1 END FROM range(3000) x(i)",
                        round,
                        round,
                        round,
                        round,
                        round);
            }
        }
    }

    private static long first(Session session, String sql, Object... values) throws EngineFailure {
        long[] first = new long[1];
        session.query(sql, List.of(values), Long.MAX_VALUE, row -> first[0] = row.getLong(0));
        return first[0];
    }

    @Test
    void keptStatementsTakeOtherValuesAndOutliveFailuresAndTables() throws EngineFailure {
        try (Session keeping = engine.session().keeping(2)) {
            for (int round = 0; round < 3; round++) {
                for (long i = 0; i < 5; i++) {
                    assertThat(first(keeping, "SELECT ? + " + i, i)).isEqualTo(2 * i);
                    assertThat(first(keeping, "SELECT ? + 7", i)).isEqualTo(7 + i);
                }
            }
            String failing = "SELECT CAST(? AS INTEGER)";
            assertThat(first(keeping, failing, "12")).isEqualTo(12);
            long failures = keeping.failures();
            assertThatThrownBy(() -> first(keeping, failing, "x")).isInstanceOf(EngineFailure.class);
            assertThat(keeping.failures()).isEqualTo(failures + 1);
            assertThat(first(keeping, failing, "13")).isEqualTo(13);

            keeping.execute("CREATE TABLE gone (a INTEGER)");
            assertThat(first(keeping, "SELECT count(*) FROM gone")).isZero();
            session.execute("DROP TABLE gone");
            assertThatThrownBy(() -> first(keeping, "SELECT count(*) FROM gone"))
                    .isInstanceOf(EngineFailure.class);
            session.execute("CREATE TABLE gone AS SELECT 'text' AS a");
            assertThat(first(keeping, "SELECT count(*) FROM gone")).isEqualTo(1);
            keeping.forgetStatements();
            assertThat(first(keeping, "SELECT count(*) FROM gone")).isEqualTo(1);
        }
    }

    @Test
    void aKeptStatementMayRunWithinItself() throws EngineFailure {
        try (Session keeping = engine.session().keeping(8)) {
            String sql = "SELECT range + ? FROM range(3)";
            List<Long> seen = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                keeping.query(sql, List.of(10L), Long.MAX_VALUE, row -> {
                    seen.add(row.getLong(0));
                    try {
                        keeping.query(sql, List.of(20L), Long.MAX_VALUE, inner -> seen.add(inner.getLong(0)));
                    } catch (EngineFailure failure) {
                        throw new IllegalStateException(failure);
                    }
                });
            }
            assertThat(seen).hasSize(24).containsOnly(10L, 11L, 12L, 20L, 21L, 22L);
        }
    }
}
