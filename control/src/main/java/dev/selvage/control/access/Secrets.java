package dev.selvage.control.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// The forms of secrets, and how they are made and hashed.
///
/// They are random and long, so that one round of SHA-256 without salt is enough: there is nothing to
/// guess.
final class Secrets {
    /// What may stand after `Bearer ` (RFC 6750, `b64token`).
    static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

    /// API tokens: 40 characters, or the newer form with a prefix and a checksum.
    static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{40}|cf[ua]t_[A-Za-z0-9_-]{40,80}");

    static final Pattern KEY = Pattern.compile("[0-9a-f]{37,45}|cfk_[A-Za-z0-9_-]{40,80}");

    private static final int LENGTH = 40;
    private static final int KEY_LENGTH = 37;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /// 40 random letters, 240 bits.
    static String random() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /// A token of the user or of an account: a prefix that tells which, 40 random letters, and their
    /// checksum, by which tools that look for leaked secrets know it.
    static String token(boolean account) {
        String letters = (account ? "cfat_" : "cfut_") + random();
        return letters + checksum(letters);
    }

    /// A key of the older authentication scheme.
    static String key() {
        byte[] bytes = new byte[KEY_LENGTH / 2 + 1];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).substring(0, KEY_LENGTH);
    }

    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
