package dev.selvage.edge.tier;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the edges of a hierarchy have in common; by it they know each other. It is never sent.
public final class TierSecret {
    /// Fewest characters: a secret that can be guessed is none.
    public static final int LEAST = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /// @param text at least [#LEAST] characters
    public TierSecret(String text) {
        if (text.length() < LEAST) {
            throw new IllegalArgumentException("a secret of less than " + LEAST + " characters");
        }
        this.key = new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /// The authentication code of a text, 64 lower-case hex digits (RFC 2104).
    String sign(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java has HMAC with SHA-256", impossible);
        }
    }

    /// True for the code that [#sign] gives; takes as long whatever is wrong with it.
    boolean signed(String text, String code) {
        return MessageDigest.isEqual(
                sign(text).getBytes(StandardCharsets.US_ASCII), code.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
