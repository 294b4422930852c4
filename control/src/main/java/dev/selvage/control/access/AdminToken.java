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
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The bearer token with every permission.
final class AdminToken {
    private static final String FILE = "admin-token";
    private static final int LENGTH = 40;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final Set<PosixFilePermission> OWNER_ONLY = Set.of(OWNER_READ, OWNER_WRITE);

    /// What may stand after `Bearer ` (RFC 6750, `b64token`).
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

    private final byte[] hash;

    private AdminToken(String token) {
        hash = hash(token);
    }

    /// The token given by the settings, else the one in the data directory, which is made when it is
    /// not there.
    ///
    /// @throws IOException when the token cannot be used, read or written; the message does not show it
    static AdminToken open(Path directory, @Nullable String given) throws IOException {
        if (given != null) {
            if (!BEARER.matcher(given).matches()) {
                throw new IOException("the admin token given by SELVAGE_TOKEN cannot be a bearer token: expected 1 to"
                        + " 512 letters, digits and - . _ ~ + /");
            }
            return new AdminToken(given);
        }
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            String token = Files.readString(file).strip();
            if (!BEARER.matcher(token).matches()) {
                throw new IOException(file + " does not hold a bearer token; remove it to have a new one made");
            }
            if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            return new AdminToken(token);
        }
        String token = random();
        write(file, token);
        return new AdminToken(token);
    }

    boolean matches(String candidate) {
        return MessageDigest.isEqual(hash, hash(candidate));
    }

    private static String random() {
        SecureRandom random = new SecureRandom();
        StringBuilder token = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return token.toString();
    }

    /// Whole or not at all, and never readable by others, not even for a moment.
    private static void write(Path file, String token) throws IOException {
        Path draft = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap((token + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
