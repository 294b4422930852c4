package dev.selvage.toolkit.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory that holds everything a program must not forget, owned by one process at a time.
///
/// Its file `version` says which form its contents have; its file `lock` names the process that owns it. The lock is
/// the operating system's: it ends with the process, however that ends. Only the owner may look inside (mode 0700).
public final class DataDirectory implements AutoCloseable {
    /// The form of the contents that this version writes, and the newest it reads.
    public static final int VERSION = 1;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final String VERSION_FILE = "version";
    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// What opening came to.
    public sealed interface Opening {}

    /// This process owns the directory until it closes it.
    public record Opened(DataDirectory directory) implements Opening {}

    /// Nothing was changed.
    ///
    /// @param message what is wrong and what would be right
    public record Refused(Reason reason, String message) implements Opening {}

    /// Why a directory was refused.
    public enum Reason {
        /// It cannot be made, read or written.
        UNUSABLE,
        /// Something else is in it.
        FOREIGN,
        /// Another process owns it.
        LOCKED,
        /// A newer version wrote it.
        NEWER
    }

    /// Makes `path` if it is not there, and owns it.
    public static Opening open(Path path) {
        Path directory = path.toAbsolutePath().normalize();
        try {
            boolean made = make(directory);
            if (!made && !Files.exists(directory.resolve(VERSION_FILE)) && !fresh(directory)) {
                return new Refused(
                        Reason.FOREIGN,
                        directory + " holds other files and is not a data directory; name an empty or a new directory");
            }
            return own(directory, made);
        } catch (NotADirectory occupied) {
            return new Refused(
                    Reason.UNUSABLE,
                    occupied.getMessage() + " is a file where a directory is needed; name a directory");
        } catch (IOException failure) {
            return new Refused(
                    Reason.UNUSABLE,
                    "cannot use " + directory + " as the data directory: " + reason(failure)
                            + "; name a directory that this user may write");
        }
    }

    /// The absolute path.
    public Path path() {
        return path;
    }

    /// The directory `name` inside this one, made if it is not there.
    public Path child(String name) throws IOException {
        Path child = path.resolve(name);
        Files.createDirectories(child, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        return child;
    }

    /// Gives the directory up.
    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Makes the directory and those above it; false when it was there.
    private static boolean make(Path directory) throws IOException {
        for (Path above = directory; above != null; above = above.getParent()) {
            if (Files.exists(above, NOFOLLOW_LINKS)) {
                if (!Files.isDirectory(above)) {
                    throw new NotADirectory(above);
                }
                break;
            }
        }
        if (Files.isDirectory(directory)) {
            return false;
        }
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        return true;
    }

    /// True when the directory is empty but for what an opening that did not finish left behind.
    private static boolean fresh(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .allMatch(name -> name.equals(LOCK_FILE) || name.equals(VERSION_FILE + ".new"));
        }
    }

    private static Opening own(Path directory, boolean made) throws IOException {
        Path lockFile = directory.resolve(LOCK_FILE);
        @Nullable DataDirectory owned = null;
        FileChannel channel = FileChannel.open(
                lockFile,
                Set.of(CREATE, READ, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException mine) {
                lock = null;
            }
            if (lock == null) {
                return new Refused(
                        Reason.LOCKED,
                        directory + " is in use by " + holder(channel) + "; stop that one, or name another directory");
            }
            int version = version(directory);
            if (version > VERSION) {
                return new Refused(
                        Reason.NEWER,
                        directory + " was written by a newer version (data version " + version
                                + ", this one reads up to " + VERSION
                                + "); start that version, or name another directory");
            }
            if (version == 0) {
                if (!made) {
                    Files.setPosixFilePermissions(directory, OWNER_ONLY);
                }
                writeVersion(directory);
            }
            channel.truncate(0);
            channel.write(UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
            owned = new DataDirectory(directory, channel);
            return new Opened(owned);
        } finally {
            if (owned == null) {
                channel.close();
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        String pid = UTF_8.decode(buffer.flip()).toString().strip();
        return pid.matches("[0-9]+") ? "the process " + pid : "another process";
    }

    /// The version of the contents; 0 when there are none.
    private static int version(Path directory) throws IOException {
        Path file = directory.resolve(VERSION_FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        String text;
        try (var in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(64), UTF_8).strip();
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IOException(file + " does not hold a version number");
        }
        return Integer.parseInt(text);
    }

    private static void writeVersion(Path directory) throws IOException {
        Path next = directory.resolve(VERSION_FILE + ".new");
        try (FileChannel file = FileChannel.open(next, CREATE, WRITE)) {
            file.truncate(0);
            file.write(UTF_8.encode(VERSION + "\n"));
            file.force(true);
        }
        Files.move(next, directory.resolve(VERSION_FILE), ATOMIC_MOVE);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case NoSuchFileException gone -> gone.getFile() + " does not exist";
            case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }

    private static final class NotADirectory extends IOException {
        NotADirectory(Path path) {
            super(path.toString());
        }
    }
}
