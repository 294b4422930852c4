package dev.selvage.toolkit.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.toolkit.log.ChangeLog.Batch;
import dev.selvage.toolkit.log.ChangeLog.Entry;
import dev.selvage.toolkit.log.ChangeLog.Position;
import dev.selvage.toolkit.log.SqliteChangeLog.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteChangeLogTest extends ChangeLogContract {
    @TempDir
    Path directory;

    private final SetClock clock = new SetClock();

    @Override
    protected ChangeLog open() throws IOException {
        // The ? is part of the name: the driver must not take what follows it for settings.
        return SqliteChangeLog.open(file(), new Owner(file()), clock);
    }

    @Test
    void commandsAreForgottenAfterAWeekAndStateIsNot() throws Exception {
        log.appendState(List.of(new Entry("zones", "a", new byte[] {1})));
        log.appendCommands(List.of(new Entry("purges", "a", "old".getBytes(UTF_8))));
        clock.now = clock.now.plus(SqliteChangeLog.COMMANDS_KEPT).plusSeconds(1);
        assertThat(log.commands("purges").entries()).isEmpty();
        log.appendCommands(List.of(new Entry("purges", "a", "new".getBytes(UTF_8))));
        assertThat(log.commands("purges").entries()).hasSize(1);
        log.close();
        log = open();
        assertThat(log.read(Position.START, 10, Duration.ZERO).entries()).hasSize(2);
        assertThat(log.snapshot().entries()).hasSize(1);
    }

    @Test
    void whoFollowsCloselyIsServedWithoutTheDatabase() throws Exception {
        Position after = log.snapshot().next();
        log.appendCommands(List.of(command("a"), command("b")));
        Position between = log.read(after, 1, Duration.ZERO).next();
        new Owner(file()).write(tx -> tx.run("delete from change_log_command"));
        assertThat(keys(log.read(after, 10, Duration.ZERO))).containsExactly("a", "b");
        assertThat(keys(log.read(between, 10, Duration.ZERO))).containsExactly("b");
        assertThat(log.read(Position.START, 10, Duration.ZERO).next())
                .isEqualTo(log.read(after, 10, Duration.ZERO).next());
    }

    @Test
    void whoIsOlderThanTheMemoryReadsTheDatabase() throws Exception {
        Position start = log.snapshot().next();
        log.appendCommands(List.of(command("first")));
        Position second = log.read(start, 1, Duration.ZERO).next();
        log.appendCommands(Collections.nCopies(SqliteChangeLog.MOST_IN_MEMORY, command("later")));
        // Gone from the database, it is still in memory for whoever needs nothing older.
        new Owner(file()).write(tx -> tx.run("delete from change_log_command where key = 'later'"));
        assertThat(keys(log.read(start, 10, Duration.ZERO))).containsExactly("first");
        assertThat(keys(log.read(second, 2, Duration.ZERO))).containsExactly("later", "later");
    }

    @Test
    void aReopenedLogHasEverythingInTheDatabase() throws Exception {
        Position start = log.snapshot().next();
        log.appendCommands(List.of(command("a")));
        log.close();
        log = open();
        log.appendCommands(List.of(command("b")));
        Batch batch = log.read(start, 1, Duration.ZERO);
        assertThat(keys(batch)).containsExactly("a");
        assertThat(keys(log.read(batch.next(), 10, Duration.ZERO))).containsExactly("b");
    }

    private static Entry command(String key) {
        return new Entry("purges", key, new byte[] {1});
    }

    private static List<String> keys(Batch batch) {
        return batch.entries().stream().map(Entry::key).toList();
    }

    private Path file() {
        return directory.resolve("a ?journal_mode=off.db");
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Path other = directory.resolve("other.db");
        Files.writeString(other, "this is not a database, and long enough to be seen as one ".repeat(40));
        assertThatThrownBy(() -> SqliteChangeLog.open(other, new Owner(other), clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other.db");
    }

    /// Writes to the database, with a connection for each transaction.
    private record Owner(Path file) implements SqliteChangeLog.Shared {
        @Override
        public void write(Consumer<Statements> work) {
            synchronized (Owner.class) {
                try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + file.toAbsolutePath().toUri())) {
                    connection.setAutoCommit(false);
                    work.accept(statements(connection));
                    connection.commit();
                } catch (SQLException failure) {
                    throw new IllegalStateException(failure);
                }
            }
        }

        private static Statements statements(Connection connection) {
            return new Statements() {
                @Override
                public void run(String sql, @Nullable Object... arguments) {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        for (int i = 0; i < arguments.length; i++) {
                            statement.setObject(i + 1, arguments[i]);
                        }
                        statement.executeUpdate();
                    } catch (SQLException failure) {
                        throw new IllegalStateException(failure);
                    }
                }

                @Override
                public long number(String sql) {
                    try (PreparedStatement statement = connection.prepareStatement(sql);
                            ResultSet rows = statement.executeQuery()) {
                        return rows.getLong("n");
                    } catch (SQLException failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            };
        }
    }

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
