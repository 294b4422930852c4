package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.EngineFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The files that make commits durable: records with a checksum, one after the other.
///
/// Each file begins with `SELVSEG` and the version of the form, a byte; then follow records: i32 length,
/// i32 CRC-32C of the content, the content. Nothing is ever changed in place; a file is deleted when all
/// it holds lies in other files. Not thread-safe.
final class Segments implements AutoCloseable {
    /// The version that this program writes.
    static final int VERSION = 1;

    /// A file beyond this is followed by another.
    static final long MAX_BYTES = 64L << 20;

    private static final byte[] MAGIC = "SELVSEG".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MAGIC.length + 1;
    private static final String SUFFIX = ".seg";

    /// Where a record begins, or where the next will.
    record Position(int segment, long offset) {
        /// Before everything.
        static final Position START = new Position(0, 0);
    }

    /// Takes the records that were found.
    interface Taker {
        void take(SegmentRecord record, Position at) throws IOException, EngineFailure;
    }

    private final Path directory;
    private final Disk disk;
    private Disk.@Nullable Growing file;
    private int number;
    private long length;
    /// Of all files.
    private long bytes;

    /// @param directory exists
    Segments(Path directory, Disk disk) throws IOException {
        this.directory = directory;
        this.disk = disk;
        for (int known : numbers()) {
            number = Math.max(number, known);
            bytes += Files.size(path(known));
        }
    }

    private NavigableSet<Integer> numbers() throws IOException {
        TreeSet<Integer> numbers = new TreeSet<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path each : files) {
                number(each).ifPresent(numbers::add);
            }
        }
        return numbers;
    }

    private static OptionalInt number(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(SUFFIX)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(name, 0, name.length() - SUFFIX.length(), 10));
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    private Path path(int segment) {
        return directory.resolve(String.format(Locale.ROOT, "%08d%s", segment, SUFFIX));
    }

    /// Refuses what a newer program wrote; changes nothing.
    void check() throws IOException, NewerVersion {
        for (int each : numbers()) {
            try (RandomAccessFile in = new RandomAccessFile(path(each).toFile(), "r")) {
                byte[] head = head(in);
                if (head.length == HEAD && begins(head) && head[HEAD - 1] > VERSION) {
                    throw new NewerVersion("the analytics store has segments of version " + head[HEAD - 1]
                            + ", written by a newer Selvage; this one knows versions up to " + VERSION
                            + ": start the newer one, or move the directory away to begin anew");
                }
            }
        }
    }

    private static byte[] head(RandomAccessFile in) throws IOException {
        byte[] head = new byte[(int) Math.min(HEAD, in.length())];
        in.readFully(head);
        return head;
    }

    private static boolean begins(byte[] head) {
        return Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /// Hands over every whole record from a position on, in the order in which they were written.
    ///
    /// What a power cut left of a last record is passed over: nobody was told that it is durable.
    ///
    /// @return what is damaged otherwise, for people; empty when all is well
    List<String> replay(Position from, Taker taker) throws IOException, EngineFailure {
        List<String> damaged = new ArrayList<>();
        for (int each : numbers().tailSet(from.segment())) {
            try (RandomAccessFile in = new RandomAccessFile(path(each).toFile(), "r")) {
                byte[] head = head(in);
                if (head.length < HEAD) {
                    continue;
                }
                if (!begins(head) || head[HEAD - 1] != VERSION) {
                    damaged.add(path(each) + " does not begin as a segment does");
                    continue;
                }
                long bad = replay(in, each, each == from.segment() ? Math.max(HEAD, from.offset()) : HEAD, taker);
                if (bad >= 0) {
                    damaged.add(path(each) + " is damaged at byte " + bad + "; the " + (in.length() - bad)
                            + " bytes from there on were passed over");
                }
            }
        }
        return damaged;
    }

    /// The offset of a damaged record, or -1.
    private static long replay(RandomAccessFile in, int segment, long from, Taker taker)
            throws IOException, EngineFailure {
        long size = in.length();
        long at = from;
        while (size - at >= 8) {
            in.seek(at);
            int length = in.readInt();
            int checksum = in.readInt();
            if (length <= 0 || length > size - at - 8) {
                return length > 0 || zeros(in) ? -1 : at;
            }
            byte[] content = new byte[length];
            in.readFully(content);
            CRC32C actual = new CRC32C();
            actual.update(content);
            if ((int) actual.getValue() != checksum) {
                return at + 8 + length == size ? -1 : at;
            }
            taker.take(SegmentRecord.decode(content), new Position(segment, at));
            at += 8 + length;
        }
        return -1;
    }

    /// True when only zeros follow: space that was granted and never written.
    private static boolean zeros(RandomAccessFile in) throws IOException {
        byte[] buffer = new byte[8_192];
        for (int count; (count = in.read(buffer)) > 0; ) {
            for (int i = 0; i < count; i++) {
                if (buffer[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Where the next record goes.
    Position end() {
        return file == null ? new Position(number + 1, 0) : new Position(number, length);
    }

    /// Adds a record; when it returns, the record is durable, and when it throws, there is no trace of
    /// it.
    ///
    /// @return where the record begins
    Position append(SegmentRecord record) throws IOException {
        if (length > MAX_BYTES) {
            rotate();
        }
        List<ByteBuffer> content = record.encode();
        CRC32C checksum = new CRC32C();
        long size = 0;
        for (ByteBuffer each : content) {
            size += each.remaining();
            checksum.update(each.duplicate());
        }
        ByteBuffer head = ByteBuffer.allocate(8)
                .putInt(Math.toIntExact(size))
                .putInt((int) checksum.getValue())
                .flip();
        content.addFirst(head);
        Disk.Growing current = file == null ? begin() : file;
        Position at = new Position(number, length);
        try {
            current.append(content.toArray(ByteBuffer[]::new));
            current.force();
        } catch (IOException failure) {
            undo(current, failure);
            throw failure;
        }
        length += 8 + size;
        bytes += 8 + size;
        return at;
    }

    private Disk.Growing begin() throws IOException {
        number++;
        length = 0;
        Disk.Growing begun = disk.create(path(number));
        try {
            byte[] head = Arrays.copyOf(MAGIC, HEAD);
            head[HEAD - 1] = VERSION;
            begun.append(new ByteBuffer[] {ByteBuffer.wrap(head)});
            begun.force();
            disk.forceDirectory(directory);
        } catch (IOException failure) {
            try {
                begun.close();
                disk.delete(path(number));
            } catch (IOException also) {
                failure.addSuppressed(also);
            }
            throw failure;
        }
        file = begun;
        length = HEAD;
        bytes += HEAD;
        return begun;
    }

    /// Takes back half a record, so that it is not taken for a whole one later.
    private void undo(Disk.Growing current, IOException failure) {
        try {
            current.truncate(length);
            current.force();
        } catch (IOException also) {
            failure.addSuppressed(also);
            // What it holds at its end nobody knows: no record follows it there.
            rotate();
        }
    }

    /// Lets the next record begin another file.
    void rotate() {
        Disk.Growing old = file;
        file = null;
        length = 0;
        if (old != null) {
            try {
                old.close();
            } catch (IOException _) {
                // Every record in it was made durable when it was added.
            }
        }
    }

    /// Deletes the files before a position.
    void forget(Position needed) throws IOException {
        for (int each : numbers().headSet(needed.segment())) {
            long size = Files.size(path(each));
            disk.delete(path(each));
            bytes -= size;
        }
    }

    /// How many bytes they take.
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        rotate();
    }
}
