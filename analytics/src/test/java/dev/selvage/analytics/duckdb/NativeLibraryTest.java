package dev.selvage.analytics.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
    @TempDir
    private Path directory;

    private Path unpack() throws EngineFailure {
        return NativeLibrary.unpack(
                directory, NativeLibrary.resource(System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    private static byte[] resource() throws Exception {
        String name = NativeLibrary.resource(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream in = NativeLibraryTest.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void itIsUnpackedOnceAndOnlyForItsOwner() throws Exception {
        Path library = unpack();
        assertThat(Files.readAllBytes(library)).isEqualTo(resource());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library)))
                .isEqualTo("rwx------");
        FileTime written = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(library, written);

        assertThat(unpack()).isEqualTo(library);

        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);
        assertThat(files()).containsExactlyInAnyOrder(library.getFileName().toString(), "duckdb.lock");
    }

    @Test
    void aDamagedFileIsReplacedAndLeftoversGo() throws Exception {
        Path library = unpack();
        byte[] intact = resource();
        byte[] damaged = intact.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(library, damaged);
        Files.writeString(directory.resolve("duckdb-123.tmp"), "of one that was killed");
        Files.writeString(directory.resolve("duckdb-abcdef.so"), "of another version");

        unpack();

        assertThat(Files.readAllBytes(library)).isEqualTo(intact);
        assertThat(files()).containsExactlyInAnyOrder(library.getFileName().toString(), "duckdb.lock");

        Files.write(library, new byte[0]);
        unpack();
        assertThat(Files.size(library)).isEqualTo(intact.length);
    }

    @Test
    void twoProcessesThatStartAtOnceBothFindIt() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starts.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        }
        assertThat(files()).hasSize(2);
    }

    /// A process that opens the engine and asks it something.
    static final class Starts {
        private Starts() {}

        public static void main(String[] arguments) throws EngineFailure {
            try (DuckDb engine = DuckDb.open(Path.of(arguments[0]), Map.of());
                    Session session = engine.session()) {
                session.execute("SELECT 1");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux_amd64",
        "Linux, aarch64, linux_arm64",
        "Mac OS X, aarch64, macos_arm64",
        "Windows Server 2025, amd64, windows_amd64"
    })
    void everyPlatformHasItsOwn(String system, String processor, String name) throws EngineFailure {
        String resource = NativeLibrary.resource(system, processor);

        assertThat(resource).endsWith(name);
        assertThat(NativeLibraryTest.class.getClassLoader().getResource(resource))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Linux, riscv64", "AIX, ppc64", "Mac OS X, x86_64"})
    void aPlatformWithoutOneIsSaid(String system, String processor) {
        assertThatThrownBy(() -> NativeLibrary.unpack(directory, NativeLibrary.resource(system, processor)))
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining("does not run on");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsSaid() throws Exception {
        Path file = Files.writeString(directory.resolve("a file"), "");

        assertThatThrownBy(() -> NativeLibrary.unpack(
                        file, NativeLibrary.resource(System.getProperty("os.name"), System.getProperty("os.arch"))))
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining("cannot unpack")
                .extracting(failure -> ((EngineFailure) failure).kind())
                .isEqualTo(EngineFailure.Kind.FILE);
    }
}
