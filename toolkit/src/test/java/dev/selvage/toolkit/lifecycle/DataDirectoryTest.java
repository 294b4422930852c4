package dev.selvage.toolkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataDirectoryTest {
    @TempDir
    Path temporary;

    @Test
    void aNewDirectoryIsMadeForItsOwnerOnly() throws IOException {
        Path path = temporary.resolve("above/data");
        try (DataDirectory directory = opened(path)) {
            assertThat(directory.path()).isEqualTo(path);
            assertThat(mode(path)).isEqualTo("rwx------");
            assertThat(mode(directory.child("control"))).isEqualTo("rwx------");
            assertThat(path.resolve("version")).hasContent("1\n");
        }
    }

    @Test
    void anEmptyDirectoryIsTakenAndClosedToOthers() throws IOException {
        Path path = Files.createDirectory(temporary.resolve("data"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        opened(path).close();
        assertThat(mode(path)).isEqualTo("rwx------");
    }

    @Test
    void whatIsInItIsThereWhenItIsOpenedAgain() throws IOException {
        Path path = temporary.resolve("data");
        try (DataDirectory directory = opened(path)) {
            Files.writeString(directory.child("control").resolve("kept"), "x");
        }
        try (DataDirectory directory = opened(path)) {
            assertThat(directory.child("control").resolve("kept")).hasContent("x");
        }
    }

    @Test
    void aDirectoryThatHoldsOtherThingsIsLeftAlone() throws IOException {
        Path path = Files.createDirectory(temporary.resolve("home"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(path.resolve("letter.txt"), "x");

        assertThat(refused(path)).satisfies(refused -> {
            assertThat(refused.reason()).isEqualTo(DataDirectory.Reason.FOREIGN);
            assertThat(refused.message()).contains(path.toString()).contains("name an empty or a new directory");
        });
        assertThat(mode(path)).isEqualTo("rwxr-xr-x");
        assertThat(path.resolve("lock")).doesNotExist();
    }

    @Test
    void aNewerVersionsDirectoryIsLeftAlone() throws IOException {
        Path path = temporary.resolve("data");
        opened(path).close();
        Files.writeString(path.resolve("version"), "7\n");

        assertThat(refused(path)).satisfies(refused -> {
            assertThat(refused.reason()).isEqualTo(DataDirectory.Reason.NEWER);
            assertThat(refused.message()).contains("data version 7").contains("reads up to 1");
        });
        assertThat(path.resolve("version")).hasContent("7\n");
    }

    @Test
    void aVersionThatIsNoNumberIsRefused() throws IOException {
        Path path = temporary.resolve("data");
        opened(path).close();
        Files.writeString(path.resolve("version"), "soon\n");

        assertThat(refused(path).message()).contains("does not hold a version number");
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "x");

        assertThat(refused(file).message()).contains(file + " is a file where a directory is needed");
        assertThat(refused(file.resolve("below")).message()).contains(file + " is a file where a directory is needed");
        assertThat(refused(file).reason()).isEqualTo(DataDirectory.Reason.UNUSABLE);
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsRefused() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("root may write everywhere")
                .isNotEqualTo("root");
        Path above = Files.createDirectory(temporary.resolve("above"));
        Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("r-x------"));

        assertThat(refused(above.resolve("data"))).satisfies(refused -> {
            assertThat(refused.reason()).isEqualTo(DataDirectory.Reason.UNUSABLE);
            assertThat(refused.message()).contains("no permission for");
        });
    }

    @Test
    void aPlaceWhereNoDirectoryCanBeMadeIsRefused() {
        assertThat(refused(Path.of("/proc/selvage-data")).reason()).isEqualTo(DataDirectory.Reason.UNUSABLE);
    }

    @Test
    void anotherProcessKeepsItLockedUntilItDiesHoweverItDies() throws Exception {
        Path path = temporary.resolve("data");
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("held");

            assertThat(refused(path)).satisfies(refused -> {
                assertThat(refused.reason()).isEqualTo(DataDirectory.Reason.LOCKED);
                assertThat(refused.message()).contains("in use by the process " + holder.pid());
            });
        } finally {
            holder.destroyForcibly();
        }
        assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        opened(path).close();
    }

    /// Holds a data directory until it is killed.
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            if (DataDirectory.open(Path.of(arguments[0])) instanceof DataDirectory.Opened) {
                System.out.println("held");
                Thread.sleep(60_000);
            }
        }
    }

    private static DataDirectory opened(Path path) {
        return switch (DataDirectory.open(path)) {
            case DataDirectory.Opened(DataDirectory directory) -> directory;
            case DataDirectory.Refused(DataDirectory.Reason reason, String message) ->
                throw new AssertionError(reason + " " + message);
        };
    }

    private static DataDirectory.Refused refused(Path path) {
        if (DataDirectory.open(path) instanceof DataDirectory.Refused refused) {
            return refused;
        }
        throw new AssertionError("opened");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
