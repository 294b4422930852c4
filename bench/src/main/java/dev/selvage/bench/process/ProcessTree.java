package dev.selvage.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A process and its descendants, as Linux's `/proc` shows them.
public final class ProcessTree {
    /// Linux reports CPU time to programs in hundredths of a second (`USER_HZ`), on every architecture that Java runs
    /// on.
    private static final double TICKS_PER_SECOND = 100;

    private final Path proc;
    private final long root;

    public ProcessTree(long root) {
        this(Path.of("/proc"), root);
    }

    ProcessTree(Path proc, long root) {
        this.proc = proc;
        this.root = root;
    }

    /// CPU seconds, user and system, that the tree has used so far; those of children that ended are their parent's.
    public double cpuSeconds() throws IOException {
        long ticks = 0;
        for (long process : processes()) {
            // utime, stime, cutime and cstime are fields 14 to 17; the name, field 2, may hold spaces.
            String stat = read(process, "stat");
            if (!stat.isEmpty()) {
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                for (int field = 14; field <= 17; field++) {
                    ticks += Long.parseLong(fields[field - 3]);
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /// Bytes of memory that the tree holds in RAM; pages that processes share are counted once.
    public long residentBytes() throws IOException {
        long kibibytes = 0;
        for (long process : processes()) {
            for (String line : read(process, "smaps_rollup").lines().toList()) {
                if (line.startsWith("Pss:")) {
                    kibibytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return kibibytes << 10;
    }

    private List<Long> processes() {
        return Stream.concat(
                        Stream.of(root),
                        ProcessHandle.of(root).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid))
                .toList();
    }

    /// Empty when the process has ended in the meantime.
    private String read(long process, String file) throws IOException {
        Path path = proc.resolve(Long.toString(process)).resolve(file);
        try {
            return Files.readString(path);
        } catch (IOException gone) {
            if (Files.exists(path.getParent()) && process == root) {
                throw gone;
            }
            return "";
        }
    }
}
