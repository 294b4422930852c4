package dev.selvage.rules.program;

import java.nio.charset.StandardCharsets;

/// Bytes that are looked for in others, in time that grows with both lengths only (Knuth, Morris and Pratt).
final class Piece {
    private static final byte[] LOWER = new byte[256];

    static {
        for (int i = 0; i < 256; i++) {
            LOWER[i] = (byte) (i >= 'A' && i <= 'Z' ? i + 32 : i);
        }
    }

    private final byte[] bytes;
    private final boolean cased;

    /// How much still fits after so much did and one byte more did not.
    private final int[] borders;

    /// @param text each character a byte
    /// @param cased false where ASCII letters of any case are one
    Piece(String text, boolean cased) {
        this.cased = cased;
        bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (!cased) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = LOWER[bytes[i] & 0xff];
            }
        }
        borders = new int[bytes.length];
        int border = 0;
        for (int i = 1; i < bytes.length; i++) {
            while (border > 0 && bytes[i] != bytes[border]) {
                border = borders[border - 1];
            }
            if (bytes[i] == bytes[border]) {
                border++;
            }
            borders[i] = border;
        }
    }

    int length() {
        return bytes.length;
    }

    private byte of(byte b) {
        return cased ? b : LOWER[b & 0xff];
    }

    /// True when it stands at a place; there are bytes enough.
    boolean stands(byte[] b, int at) {
        for (int i = 0; i < bytes.length; i++) {
            if (of(b[at + i]) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where it stands first between two places; -1 when nowhere.
    int find(byte[] b, int from, int end) {
        int length = bytes.length;
        if (length == 0) {
            return from;
        }
        byte first = bytes[0];
        int fits = 0;
        int at = from;
        while (end - at >= length - fits) {
            if (fits == 0) {
                int last = end - length;
                while (at <= last && of(b[at]) != first) {
                    at++;
                }
                if (at > last) {
                    return -1;
                }
                at++;
                fits = 1;
            } else if (of(b[at]) == bytes[fits]) {
                at++;
                fits++;
            } else {
                fits = borders[fits - 1];
            }
            if (fits == length) {
                return at - length;
            }
        }
        return -1;
    }
}
