package dev.selvage.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory this program may think of as its own. Read from the kernel's files: the management beans would cost
/// a tenth of a second at start.
final class Memory {
    private static final long MIB = 1L << 20;
    private static final String DIRECT = "-XX:MaxDirectMemorySize=";
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+([0-9]{1,15}) kB$");

    private Memory() {}

    /// The machine's memory, or this container's part of it, in bytes.
    static long total() {
        return total(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup/memory.max"));
    }

    static long total(Path meminfo, Path limit) {
        long total = Runtime.getRuntime().maxMemory() * 4; // where there is no /proc: the heap is a quarter by default
        try {
            Matcher matcher = TOTAL.matcher(Files.readString(meminfo));
            if (matcher.find()) {
                total = Long.parseLong(matcher.group(1)) * 1_024;
            }
            String max = Files.exists(limit) ? Files.readString(limit).strip() : "max";
            if (max.matches("[0-9]{1,18}")) {
                total = Math.min(total, Long.parseLong(max));
            }
        } catch (IOException unreadable) {
            return total;
        }
        return total;
    }

    /// The most that this process may have outside of the heap, in bytes.
    static long direct() {
        return direct(Path.of("/proc/self/cmdline"), Runtime.getRuntime().maxMemory());
    }

    /// @param commandLine the process's arguments, each ended by NUL; `ProcessHandle` sees only their first 4 KiB,
    /// which a
    /// class path fills
    /// @param usual what the virtual machine takes where nothing is said
    static long direct(Path commandLine, long usual) {
        long direct = usual;
        try {
            for (String argument :
                    Files.readString(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1)) {
                direct = argument.startsWith(DIRECT) ? bytes(argument.substring(DIRECT.length())) : direct;
            }
        } catch (IOException unreadable) {
            return usual;
        }
        return direct;
    }

    /// What a size on Java's command line says: the virtual machine has accepted it already.
    static long bytes(String size) {
        String number = size.replaceAll("[^0-9]", "");
        long unit = switch (size.isEmpty() ? '0' : Character.toLowerCase(size.charAt(size.length() - 1))) {
            case 'k' -> 1L << 10;
            case 'm' -> MIB;
            case 'g' -> 1L << 30;
            case 't' -> 1L << 40;
            default -> 1;
        };
        return Long.parseLong(number) * unit;
    }

    /// An eighth of `total`, in whole MiB, between the limits.
    static long eighth(long total, long min, long max) {
        return Math.clamp(total / 8 / MIB * MIB, min, max);
    }
}
