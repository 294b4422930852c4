package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    @TempDir
    Path directory;

    @Test
    void theMachinesMemoryCountsUnlessTheContainerHasLess() throws IOException {
        Path meminfo = Files.writeString(directory.resolve("meminfo"), "MemTotal:       8388608 kB\nMemFree: 1 kB\n");
        Path limit = directory.resolve("memory.max");

        assertThat(Memory.total(meminfo, limit)).isEqualTo(8L << 30);
        Files.writeString(limit, "max\n");
        assertThat(Memory.total(meminfo, limit)).isEqualTo(8L << 30);
        Files.writeString(limit, "1073741824\n");
        assertThat(Memory.total(meminfo, limit)).isEqualTo(1L << 30);
    }

    @Test
    void withoutTheKernelsFilesTheHeapIsTheMeasure() {
        assertThat(Memory.total(directory.resolve("none"), directory.resolve("none")))
                .isPositive();
    }

    @Test
    void anEighthKeepsItsLimits() {
        assertThat(Memory.eighth(16L << 30, 64 << 20, 4L << 30)).isEqualTo(2L << 30);
        assertThat(Memory.eighth(256L << 20, 64 << 20, 4L << 30)).isEqualTo(64L << 20);
        assertThat(Memory.eighth(1L << 40, 64 << 20, 4L << 30)).isEqualTo(4L << 30);
    }

    @Test
    void sizesOfJavasCommandLineAreUnderstood() {
        assertThat(Memory.bytes("512m")).isEqualTo(512L << 20);
        assertThat(Memory.bytes("2G")).isEqualTo(2L << 30);
        assertThat(Memory.bytes("1024")).isEqualTo(1024);
    }

    @Test
    void theLastLimitOfTheCommandLineCountsHoweverLongTheLineIs() throws IOException {
        Path line = Files.writeString(
                directory.resolve("cmdline"),
                "java\0-XX:MaxDirectMemorySize=1g\0-cp\0" + "x".repeat(50_000)
                        + "\0-XX:MaxDirectMemorySize=2g\0Main\0");

        assertThat(Memory.direct(line, 7)).isEqualTo(2L << 30);
        assertThat(Memory.direct(Files.writeString(line, "java\0Main\0"), 7)).isEqualTo(7);
        assertThat(Memory.direct(directory.resolve("none"), 7)).isEqualTo(7);
    }
}
