package dev.selvage.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChildrenTest {
    @Test
    void stoppingAProcessStopsWhatItStarted() throws Exception {
        try (Children children = Children.inScratch()) {
            Process shell = shell(children, "sleep 300 & sleep 300 & echo started; wait");
            List<ProcessHandle> sleeps = descendants(shell, 2);
            children.stop(shell);
            assertThat(shell.isAlive()).isFalse();
            assertThat(sleeps).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aProcessThatIgnoresTheRequestIsKilled() throws Exception {
        try (Children children = Children.inScratch(Duration.ofMillis(300))) {
            Process shell = shell(children, "trap '' TERM; echo started; while :; do sleep 1; done");
            await(() -> children.tail("child").contains("started"));
            children.stop(shell);
            assertThat(shell.isAlive()).isFalse();
        }
    }

    @Test
    void closingStopsEverythingAndRemovesTheScratchDirectory() throws Exception {
        Children children = Children.inScratch();
        Path scratch = children.scratch();
        Process shell = shell(children, "mkdir a; echo x > a/b; echo started; sleep 300");
        await(() -> children.tail("child").contains("started"));
        children.close();
        assertThat(shell.isAlive()).isFalse();
        assertThat(scratch).doesNotExist();
        assertThatThrownBy(() -> shell(children, "true")).hasMessageContaining("being stopped");
        children.close(); // nothing is left to do
    }

    @Test
    void aSignalToTheBenchmarkStopsItsProcessesToo() throws Exception {
        Process benchmark = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartsAndWaits.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var lines =
                new BufferedReader(new InputStreamReader(benchmark.getInputStream(), StandardCharsets.UTF_8))) {
            String first = lines.readLine();
            assertThat(first).matches("\\d+ /.*");
            long child = Long.parseLong(first.substring(0, first.indexOf(' ')));
            ProcessHandle sleeping = ProcessHandle.of(child).orElseThrow();
            assertThat(sleeping.isAlive()).isTrue();
            benchmark.destroy(); // SIGTERM
            assertThat(benchmark.waitFor(30, TimeUnit.SECONDS)).isTrue();
            sleeping.onExit().get(30, TimeUnit.SECONDS);
            assertThat(Path.of(first.substring(first.indexOf(' ') + 1))).doesNotExist();
        } finally {
            benchmark.destroyForcibly();
        }
    }

    /// A benchmark that is in the middle of something.
    static final class StartsAndWaits {
        public static void main(String[] arguments) throws Exception {
            Children children = Children.inScratch();
            Process child = children.start("sleep", children.scratch(), List.of("sleep", "300"));
            System.out.println(child.pid() + " " + children.scratch());
            Thread.sleep(Duration.ofMinutes(5));
        }
    }

    @Test
    void runningReturnsWhatWasWritten() throws Exception {
        try (Children children = Children.inScratch()) {
            assertThat(children.run("say", children.scratch(), List.of("sh", "-c", "echo out; echo err >&2"), 20))
                    .isEqualTo("out\nerr\n");
        }
    }

    @Test
    void aRunThatFailsSaysWhatItWrote() throws Exception {
        try (Children children = Children.inScratch()) {
            assertThatThrownBy(() -> children.run(
                            "say", children.scratch(), List.of("sh", "-c", "echo no such thing; exit 3"), 20))
                    .isInstanceOf(IOException.class)
                    .hasMessage("sh ended with status 3: no such thing");
            assertThatThrownBy(() -> children.run("late", children.scratch(), List.of("sleep", "300"), 1))
                    .hasMessage("sleep did not end within 1 s");
        }
    }

    @Test
    void aProcessTreesCpuAndMemoryIncludeItsDescendants() throws Exception {
        try (Children children = Children.inScratch()) {
            Process shell = shell(children, "(while :; do :; done) & sleep 300 & wait");
            descendants(shell, 2);
            var tree = new ProcessTree(shell.pid());
            double before = tree.cpuSeconds();
            await(() -> tree.cpuSeconds() > before + 0.05);
            assertThat(tree.residentBytes()).isBetween(100L << 10, 100L << 20);
        }
    }

    @Test
    void portsAreDifferentAndFree() throws IOException {
        List<Integer> ports = Ports.free(5);
        assertThat(ports).doesNotHaveDuplicates().hasSize(5).allMatch(port -> port > 1_023);
    }

    @Test
    void theScratchDirectoryCanBeReadByServersThatDropTheirPrivileges() throws IOException {
        try (Children children = Children.inScratch()) {
            assertThat(Files.getPosixFilePermissions(children.scratch())).hasSize(7);
        }
    }

    private static Process shell(Children children, String script) throws IOException {
        return children.start("child", children.scratch(), List.of("sh", "-c", script));
    }

    private static List<ProcessHandle> descendants(Process process, int count) throws Exception {
        await(() -> process.descendants().count() >= count);
        return process.descendants().toList();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            Thread.onSpinWait();
        }
    }
}
