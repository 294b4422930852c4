package dev.selvage.analytics.duckdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/// The engine's native library, which comes as a resource: unpacked into a directory and loaded from
/// there.
///
/// Its file is named by its checksum, so that each version has its own; the others are deleted. A file
/// that is not what it should be is replaced.
final class NativeLibrary {
    /// A process loads a native library once, whatever it opens afterwards.
    private static final AtomicReference<@Nullable CApi> LOADED = new AtomicReference<>();

    private static final String PREFIX = "duckdb-";

    private final URL resource;
    private final long size;
    private final long checksum;

    private NativeLibrary(URL resource, long size, long checksum) {
        this.resource = resource;
        this.size = size;
        this.checksum = checksum;
    }

    /// Loads the library, unless this process has loaded it.
    static CApi load(Path directory) throws EngineFailure {
        synchronized (LOADED) {
            CApi loaded = LOADED.get();
            if (loaded == null) {
                loaded = new CApi(open(
                        unpack(directory, resource(System.getProperty("os.name"), System.getProperty("os.arch")))));
                LOADED.set(loaded);
            }
            return loaded;
        }
    }

    /// The name of the resource for a platform.
    static String resource(String system, String processor) throws EngineFailure {
        String os = system.toLowerCase(Locale.ROOT);
        String family = os.startsWith("linux")
                ? "linux"
                : os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : "";
        String cpu = switch (processor.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> "";
        };
        if (family.isEmpty() || cpu.isEmpty()) {
            throw unsupported(system, processor);
        }
        return "libduckdb_java.so_" + family + "_" + cpu;
    }

    private static EngineFailure unsupported(String system, String processor) {
        return new EngineFailure(
                EngineFailure.Kind.OTHER, "the analytics engine does not run on " + system + " " + processor);
    }

    /// Unpacks the library where it is not unpacked yet.
    ///
    /// @return its file
    static Path unpack(Path directory, String name) throws EngineFailure {
        URL resource = NativeLibrary.class.getClassLoader().getResource(name);
        if (resource == null) {
            throw new EngineFailure(
                    EngineFailure.Kind.OTHER, "the analytics engine does not run on this platform: no " + name);
        }
        try {
            Files.createDirectories(directory);
            return of(resource).unpackInto(directory);
        } catch (IOException failure) {
            throw new EngineFailure(
                    EngineFailure.Kind.FILE,
                    "cannot unpack the engine's native library into " + directory + ": " + failure);
        }
    }

    private static NativeLibrary of(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return new NativeLibrary(
                    resource, jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
        }
        try (CheckedInputStream in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
            long size = in.transferTo(OutputStream.nullOutputStream());
            return new NativeLibrary(resource, size, in.getChecksum().getValue());
        }
    }

    private Path unpackInto(Path directory) throws IOException {
        Path file = directory.resolve(PREFIX + Long.toHexString(checksum) + ".so");
        // One process at a time unpacks; what another one left half written is deleted.
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("duckdb.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!intact(file)) {
                try (DirectoryStream<Path> others = Files.newDirectoryStream(directory, PREFIX + "*")) {
                    for (Path other : others) {
                        Files.delete(other);
                    }
                }
                write(file);
            }
        }
        return file;
    }

    private boolean intact(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != size) {
            return false;
        }
        try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getChecksum().getValue() == checksum;
        }
    }

    private void write(Path file) throws IOException {
        FileAttribute<?>[] ownersOnly =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                        }
                        : new FileAttribute<?>[0];
        Path unfinished = Files.createTempFile(file.getParent(), PREFIX, ".tmp", ownersOnly);
        try {
            try (InputStream in = resource.openStream();
                    CheckedOutputStream out = new CheckedOutputStream(Files.newOutputStream(unfinished), new CRC32())) {
                in.transferTo(out);
                if (out.getChecksum().getValue() != checksum) {
                    throw new IOException("the library in the program is damaged");
                }
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup open(Path file) throws EngineFailure {
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException failure) {
            throw new EngineFailure(
                    EngineFailure.Kind.OTHER,
                    "cannot load the engine's native library " + file + ": " + failure.getMessage());
        }
    }
}
