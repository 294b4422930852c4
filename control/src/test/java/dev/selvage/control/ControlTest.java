package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.access.Access;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog.Position;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {
    @TempDir
    Path directory;

    @Test
    void theFirstStartMakesATokenThatOnlyItsOwnerCanRead() throws Exception {
        Path data = directory.resolve("a/b");
        open(data, null).close();
        Path file = data.resolve("admin-token");
        String token = Files.readString(file).strip();
        assertThat(token).matches("[A-Za-z0-9_-]{40}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Control control = open(data, null)) {
            assertThat(control.access().authenticate(shown("Bearer " + token))).isPresent();
        }
        assertThat(Files.readString(file).strip()).isEqualTo(token);
    }

    @Test
    void aGivenTokenCountsAloneAndIsWrittenNowhere() throws Exception {
        open(directory, null).close();
        String kept = Files.readString(directory.resolve("admin-token")).strip();
        String given = "a.given-token_with~all+kinds/of=letters==".replace("=l", "-l");
        try (Control control = open(directory, given)) {
            assertThat(control.access().authenticate(shown("Bearer " + given))).isPresent();
            assertThat(control.access().authenticate(shown("Bearer " + kept))).isEmpty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(content).doesNotContain(given);
                if (!file.endsWith("admin-token")) {
                    assertThat(content).doesNotContain(kept);
                }
            }
        }
        assertThat(new ControlSettings(directory, given).toString()).doesNotContain(given);
    }

    @Test
    void aTokenThatCannotBeOneIsRefusedWithoutBeingShown() {
        for (String token : new String[] {"", "two words", "x".repeat(600), "ünicode"}) {
            assertThatThrownBy(() -> open(directory, token))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SELVAGE_TOKEN")
                    .satisfies(failure -> {
                        if (!token.isEmpty()) {
                            assertThat(failure.getMessage()).doesNotContain(token);
                        }
                    });
        }
    }

    @Test
    void aTokenFileIsClosedToOthersAndRefusedWhenItHoldsNone() throws Exception {
        Path file = directory.resolve("admin-token");
        Files.writeString(file, "my-own-token\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (Control control = open(directory, null)) {
            assertThat(control.access().authenticate(shown("Bearer my-own-token")))
                    .isPresent();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.writeString(file, "not a token");
        assertThatThrownBy(() -> open(directory, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin-token")
                .hasMessageContaining("remove it");
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedAndUntouched() throws Exception {
        open(directory, "token").close();
        int version = version();
        sql("pragma user_version = 99");
        byte[] before = Files.readAllBytes(directory.resolve("control.db"));
        assertThatThrownBy(() -> open(directory, "token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer version of Selvage (schema 99")
                .hasMessageContaining("control.db");
        assertThat(Arrays.equals(before, Files.readAllBytes(directory.resolve("control.db"))))
                .isTrue();
        sql("pragma user_version = " + version);
        open(directory, "token").close();
    }

    @Test
    void aDatabaseOfAnotherProgramIsRefusedAndUntouched() throws Exception {
        sql("create table theirs (id integer)");
        byte[] before = Files.readAllBytes(directory.resolve("control.db"));
        assertThatThrownBy(() -> open(directory, "token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not one of Selvage");
        assertThat(Arrays.equals(before, Files.readAllBytes(directory.resolve("control.db"))))
                .isTrue();
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Files.writeString(directory.resolve("control.db"), "something else entirely; ".repeat(100));
        assertThatThrownBy(() -> open(directory, "token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("control.db");
    }

    @Test
    void aDirectoryThatCannotBeIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> open(file, "token")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open(file.resolve("below"), "token")).isInstanceOf(IOException.class);
    }

    @Test
    void aRefusedStartHoldsNothingOpen() throws Exception {
        assertThatThrownBy(() -> open(directory, "")).isInstanceOf(IOException.class);
        open(directory, "token").close();
    }

    @Test
    void aChangeIsInTheLogWithinFiftyMillisecondsOfItsAnswer() throws Exception {
        try (TestControl api = TestControl.open(directory)) {
            String zone = api.zone("example.com");
            api.published(zone, _ -> true);
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                Position after = api.control.changeLog().snapshot().next();
                api.record(zone, "A", "n" + i, "192.0.2.1", true);
                long answered = System.nanoTime();
                while (api.latest(zone).orElseThrow().hosts().size() <= i) {
                    after = api.control
                            .changeLog()
                            .read(after, 100, Duration.ofSeconds(20))
                            .next();
                }
                best = Math.min(best, System.nanoTime() - answered);
            }
            // The best of twenty: this is about waking rather than polling, on a machine that may be busy.
            assertThat(best).isLessThan(Duration.ofMillis(50).toNanos());
        }
    }

    private static Access.Presented shown(String authorization) {
        return new Access.Presented(authorization, null, null, "127.0.0.1");
    }

    private static Control open(Path directory, @Nullable String token) throws IOException {
        return Control.open(new ControlSettings(directory, token), new Health(), new Metrics());
    }

    private int version() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("control.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("pragma user_version")) {
            return rows.getInt(1);
        }
    }

    private void sql(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("control.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
