package dev.selvage.analytics.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// What the store changes on the disk, step by step; after a step that says so the change survives a
/// power cut.
interface Disk {
    /// A file that only grows.
    interface Growing extends AutoCloseable {
        /// Adds all bytes at the end.
        void append(ByteBuffer[] bytes) throws IOException;

        /// Makes what was appended durable.
        void force() throws IOException;

        /// Cuts the file to its first `size` bytes.
        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Makes a new file.
    Growing create(Path file) throws IOException;

    /// Makes a file's content durable.
    void force(Path file) throws IOException;

    /// Makes durable which files a directory holds.
    void forceDirectory(Path directory) throws IOException;

    /// Gives a file another name, whose file it replaces, at once.
    void move(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /// The disk of this machine.
    static Disk local() {
        return new Disk() {
            @Override
            public Growing create(Path file) throws IOException {
                return new LocalFile(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            }

            @Override
            public void force(Path file) throws IOException {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }

            @Override
            public void forceDirectory(Path directory) throws IOException {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }

            @Override
            public void move(Path from, Path to) throws IOException {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }

            @Override
            public void delete(Path file) throws IOException {
                Files.deleteIfExists(file);
            }
        };
    }

    /// A file of this machine.
    record LocalFile(FileChannel channel) implements Growing {
        @Override
        public void append(ByteBuffer[] bytes) throws IOException {
            long left = 0;
            for (ByteBuffer each : bytes) {
                left += each.remaining();
            }
            while (left > 0) {
                left -= channel.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.position(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
