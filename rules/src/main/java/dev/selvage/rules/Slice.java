package dev.selvage.rules;

import java.nio.charset.StandardCharsets;

/// A range of bytes that somebody else owns; reused, so that reading a value allocates nothing. It is valid
/// until what it was read from is asked for another request.
public final class Slice {
    private static final byte[] NOTHING = new byte[0];

    public byte[] bytes = NOTHING;
    public int start;
    public int length;

    /// Points to a range.
    public void set(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
    }

    /// Points to a text, each of whose characters is a byte.
    public void set(String text) {
        byte[] copy = text.getBytes(StandardCharsets.ISO_8859_1);
        set(copy, 0, copy.length);
    }

    /// A copy as text, each of whose characters is a byte.
    public String text() {
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }
}
