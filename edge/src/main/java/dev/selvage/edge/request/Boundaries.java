package dev.selvage.edge.request;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Boundaries of multipart bodies on one loop: random, so that no body has one in it by chance, and each
/// said once.
final class Boundaries {
    private final String start;
    private long count;

    Boundaries() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        start = HexFormat.of().formatHex(random);
    }

    String next() {
        return start + Long.toHexString(count++);
    }
}
