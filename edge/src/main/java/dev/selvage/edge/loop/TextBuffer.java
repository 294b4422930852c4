package dev.selvage.edge.loop;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Bytes being put together on the heap, where writing them one by one is cheapest; copied out once.
public final class TextBuffer {
    private byte[] bytes = new byte[2_048];
    private int length;

    /// Starts anew.
    public TextBuffer clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    public TextBuffer put(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    public TextBuffer put(char c) {
        room(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /// Appends characters, each as one byte.
    @SuppressWarnings("deprecation") // the only copy of Latin-1 text that allocates nothing
    public TextBuffer put(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
        return this;
    }

    /// Appends a number in decimal.
    public TextBuffer put(long number) {
        if (number < 0) {
            return put('-').put(-number);
        }
        int digits = 1;
        for (long n = number; n >= 10; n /= 10) {
            digits++;
        }
        room(digits);
        long n = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + n % 10);
            n /= 10;
        }
        length += digits;
        return this;
    }

    /// Appends 16 hexadecimal digits.
    public TextBuffer putHex(long number) {
        room(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            int digit = (int) (number >>> shift) & 15;
            bytes[length++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        return this;
    }

    /// Copies everything to the end of `out`.
    public void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
