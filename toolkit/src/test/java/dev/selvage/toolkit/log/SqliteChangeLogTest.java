package dev.selvage.toolkit.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.toolkit.log.ChangeLog.Entry;
import dev.selvage.toolkit.log.ChangeLog.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteChangeLogTest extends ChangeLogContract {
    @TempDir
    Path directory;

    private final SetClock clock = new SetClock();

    @Override
    protected ChangeLog open() throws IOException {
        // The ? is part of the name: the driver must not take what follows it for settings.
        return SqliteChangeLog.open(directory.resolve("a ?journal_mode=off.db"), new ReentrantLock(), clock);
    }

    @Test
    void commandsAreForgottenAfterAWeekAndStateIsNot() throws Exception {
        log.appendState(List.of(new Entry("zones", "a", new byte[] {1})));
        log.appendCommands(List.of(new Entry("purges", "a", "old".getBytes(UTF_8))));
        clock.now = clock.now.plus(SqliteChangeLog.COMMANDS_KEPT).plusSeconds(1);
        assertThat(log.commands("purges").entries()).isEmpty();
        log.appendCommands(List.of(new Entry("purges", "a", "new".getBytes(UTF_8))));
        assertThat(log.commands("purges").entries()).hasSize(1);
        assertThat(log.read(Position.START, 10, Duration.ZERO).entries()).hasSize(2);
        assertThat(log.snapshot().entries()).hasSize(1);
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Path other = directory.resolve("other.db");
        Files.writeString(other, "this is not a database, and long enough to be seen as one ".repeat(40));
        assertThatThrownBy(() -> SqliteChangeLog.open(other, new ReentrantLock(), clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other.db");
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
