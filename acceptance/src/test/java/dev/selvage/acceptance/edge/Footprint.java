package dev.selvage.acceptance.edge;

import dev.selvage.acceptance.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What the program's process holds at a moment.
///
/// @param descriptors open files and sockets
/// @param memory resident bytes, the Java heap and what lies outside of it
record Footprint(long descriptors, long memory) {
    static Footprint of(Program program) throws IOException {
        Path process = Path.of("/proc", String.valueOf(program.pid()));
        long resident = 0;
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return new Footprint(descriptors(program), resident);
    }

    static long descriptors(Program program) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(program.pid()), "fd"))) {
            return open.count();
        }
    }
}
