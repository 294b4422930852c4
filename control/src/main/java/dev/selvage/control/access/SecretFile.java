package dev.selvage.control.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// A secret of the operator: given by the settings, or made at the first start and kept in a file that
/// only its owner can read. Memory has its hash only.
final class SecretFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = Set.of(OWNER_READ, OWNER_WRITE);

    private final byte[] hash;

    private SecretFile(String secret) {
        hash = Secrets.hash(secret);
    }

    /// The secret in `directory`, which is made by `make` when it is not there.
    ///
    /// @param form what a secret must look like
    /// @throws IOException when it cannot be used, read or written; the message does not show it
    static SecretFile open(Path directory, String name, Pattern form, Supplier<String> make) throws IOException {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
            String secret = Files.readString(file).strip();
            if (!form.matcher(secret).matches()) {
                throw new IOException(file + " does not hold what it should, such as a bearer token; remove it to have"
                        + " a new one made");
            }
            if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            return new SecretFile(secret);
        }
        String secret = make.get();
        write(file, secret);
        return new SecretFile(secret);
    }

    /// The secret that the settings give.
    static SecretFile given(String secret) {
        return new SecretFile(secret);
    }

    /// Compares in constant time.
    boolean matches(String candidate) {
        return MessageDigest.isEqual(hash, Secrets.hash(candidate));
    }

    /// Whole or not at all, and never readable by others, not even for a moment.
    private static void write(Path file, String secret) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap((secret + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
