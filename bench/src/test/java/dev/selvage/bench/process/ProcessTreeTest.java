package dev.selvage.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest {
    /// A number that no process has.
    private static final long NOBODY = 1L << 40;

    @TempDir
    private Path proc;

    @Test
    void aNameWithSpacesAndParenthesesDoesNotShiftTheFields() throws IOException {
        process("(a b) c) S 1 1 1 0 -1 4194304 5 6 7 8 150 50 25 75 20 0 1 0 100 0 0", "");
        assertThat(new ProcessTree(proc, NOBODY).cpuSeconds()).isEqualTo(3.0);
    }

    @Test
    void memoryIsTheProportionalShare() throws IOException {
        process(
                "(a) S",
                "5581f000-7ffd [rollup]\nRss:             4000 kB\nPss:             1024 kB\nPss_Anon: 7 kB\n");
        assertThat(new ProcessTree(proc, NOBODY).residentBytes()).isEqualTo(1 << 20);
    }

    @Test
    void aProcessThatEndedHasNothing() throws IOException {
        assertThat(new ProcessTree(proc, NOBODY).cpuSeconds()).isZero();
        assertThat(new ProcessTree(proc, NOBODY).residentBytes()).isZero();
    }

    @Test
    void aProcessThatCannotBeReadIsSaid() throws IOException {
        Files.createDirectories(proc.resolve(Long.toString(NOBODY)));
        assertThatThrownBy(() -> new ProcessTree(proc, NOBODY).cpuSeconds()).isInstanceOf(IOException.class);
    }

    private void process(String stat, String rollup) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Long.toString(NOBODY)));
        Files.writeString(directory.resolve("stat"), NOBODY + " " + stat + "\n");
        Files.writeString(directory.resolve("smaps_rollup"), rollup);
    }
}
