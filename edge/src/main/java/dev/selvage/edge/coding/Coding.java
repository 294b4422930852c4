package dev.selvage.edge.coding;

import org.jspecify.annotations.Nullable;

/// A content coding that the edge can apply (RFC 9110 section 8.4.1, RFC 7932, RFC 8878).
public enum Coding {
    GZIP("gzip"),
    BROTLI("br"),
    ZSTD("zstd");

    /// How many there are.
    public static final int COUNT = values().length;

    private final String token;

    Coding(String token) {
        this.token = token;
    }

    /// Its name in `Content-Encoding` and `Accept-Encoding`.
    public String token() {
        return token;
    }

    /// Its place in a set of codings.
    public int bit() {
        return 1 << ordinal();
    }

    /// The coding that a token names, in any case; null when it is not one of these. `x-gzip` is `gzip`.
    public static @Nullable Coding named(String token) {
        if (token.equalsIgnoreCase("x-gzip")) {
            return GZIP;
        }
        for (Coding coding : values()) {
            if (coding.token.equalsIgnoreCase(token)) {
                return coding;
            }
        }
        return null;
    }
}
