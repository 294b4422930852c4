package dev.selvage.edge.request;

import java.util.Arrays;

/// Bytes that are put together while a request is looked at. What was put before stays where it is, in the
/// array that [#bytes] was then, until the scratch is cleared.
final class Scratch {
    /// Kept from request to request at most, bytes.
    private static final int KEPT = 256 << 10;

    private byte[] bytes = new byte[4_096];
    private int length;

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[KEPT];
        }
    }

    /// Where the next byte goes.
    int place() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Makes sure that so many bytes more can be put in one piece: [#bytes] stays the same for them.
    void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    void put(int b) {
        bytes[length++] = (byte) b;
    }

    void put(byte[] from, int start, int count) {
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    /// Appends characters, each as one byte.
    @SuppressWarnings("deprecation") // the only copy of Latin-1 text that allocates nothing
    void put(String text) {
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    void putLower(byte[] from, int start, int count) {
        for (int i = start; i < start + count; i++) {
            byte b = from[i];
            bytes[length++] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
    }
}
