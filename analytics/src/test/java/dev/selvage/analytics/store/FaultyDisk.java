package dev.selvage.analytics.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A disk of which a step fails: once, as when it is full for a moment, or that one and all later ones,
/// as when the power is cut. What is appended in that step gets there by half.
final class FaultyDisk implements Disk {
    private final Disk disk = Disk.local();
    private final long failing;
    private final boolean forEver;
    private long steps;

    /// @param failing the number of the step, from 1; 0 for none
    FaultyDisk(long failing, boolean forEver) {
        this.failing = failing;
        this.forEver = forEver;
    }

    long steps() {
        return steps;
    }

    private boolean fails() {
        steps++;
        return steps == failing || (forEver && failing > 0 && steps > failing);
    }

    private void step(String what) throws IOException {
        if (fails()) {
            throw new IOException("No space left on device: " + what + " in step " + steps);
        }
    }

    @Override
    public Growing create(Path file) throws IOException {
        step("create");
        Growing local = disk.create(file);
        return new Growing() {
            @Override
            public void append(ByteBuffer[] bytes) throws IOException {
                if (fails()) {
                    if (steps == failing) {
                        ByteBuffer last = bytes[bytes.length - 1].duplicate();
                        bytes[bytes.length - 1] = last.limit(last.position() + last.remaining() / 2);
                        local.append(bytes);
                    }
                    throw new IOException("No space left on device: append in step " + steps);
                }
                local.append(bytes);
            }

            @Override
            public void force() throws IOException {
                step("force");
                local.force();
            }

            @Override
            public void truncate(long size) throws IOException {
                step("truncate");
                local.truncate(size);
            }

            @Override
            public void close() throws IOException {
                local.close();
            }
        };
    }

    @Override
    public void force(Path file) throws IOException {
        step("force " + file.getFileName());
        disk.force(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step("force directory " + directory.getFileName());
        disk.forceDirectory(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step("move " + to.getFileName());
        disk.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        step("delete " + file.getFileName());
        disk.delete(file);
    }
}
