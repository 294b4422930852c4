package dev.selvage.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The processes that a benchmark started, and its scratch directory. All of it is gone after [#close], which also runs
/// when this process ends by itself or by a signal. Thread-safe.
public final class Children implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(8);

    private final Path scratch;
    private final Deque<Process> processes = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::stopAll, "stop-children");
    private final Duration grace;
    private boolean closed;

    private Children(Path scratch, Duration grace) {
        this.scratch = scratch;
        this.grace = grace;
    }

    /// Makes a scratch directory that servers which drop their privileges can read too.
    public static Children inScratch() throws IOException {
        return inScratch(GRACE);
    }

    static Children inScratch(Duration grace) throws IOException {
        Path scratch = Files.createTempDirectory("selvage-bench-");
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        var children = new Children(scratch, grace);
        Runtime.getRuntime().addShutdownHook(children.atExit);
        return children;
    }

    /// Where everything that a benchmark writes goes.
    public Path scratch() {
        return scratch;
    }

    /// Starts a process whose output goes to `NAME.out` in the scratch directory.
    public synchronized Process start(String name, Path directory, List<String> command) throws IOException {
        if (closed) {
            throw new IOException("the benchmark is being stopped");
        }
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output(name).toFile())
                .start();
        process.getOutputStream().close();
        processes.push(process);
        return process;
    }

    /// Runs a process to its end and returns what it wrote.
    ///
    /// @throws IOException when it ends with another status than 0, or not in time
    public String run(String name, Path directory, List<String> command, long seconds)
            throws IOException, InterruptedException {
        Process process = start(name, directory, command);
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + seconds + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.getFirst() + " ended with status " + process.exitValue() + ": " + tail(name));
            }
            return Files.readString(output(name));
        } finally {
            stop(process);
        }
    }

    /// The last lines of what a process wrote, for a message.
    public String tail(String name) throws IOException {
        List<String> lines = Files.exists(output(name)) ? Files.readAllLines(output(name)) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }

    /// Stops a process, then what it started and left behind: by SIGTERM, and after a grace period by SIGKILL.
    public void stop(Process process) {
        synchronized (this) {
            processes.remove(process);
        }
        List<ProcessHandle> descendants = process.descendants().toList();
        List<ProcessHandle> tree = Stream.concat(Stream.of(process.toHandle()), descendants.stream())
                .toList();
        process.destroy();
        ended(tree.subList(0, 1));
        descendants.forEach(ProcessHandle::destroy);
        if (!ended(tree)) {
            tree.forEach(ProcessHandle::destroyForcibly);
            ended(tree);
        }
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyEnding) {
            // then the hook does it once more, which finds nothing
        }
    }

    private Path output(String name) {
        return scratch.resolve(name + ".out");
    }

    private void stopAll() {
        List<Process> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(processes);
        }
        left.forEach(this::stop);
        try {
            delete(scratch);
        } catch (IOException failure) {
            throw new UncheckedIOException("the scratch directory could not be removed", failure);
        }
    }

    private boolean ended(List<ProcessHandle> processes) {
        long until = System.nanoTime() + grace.toNanos();
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                return false;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            } catch (ExecutionException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return true;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
