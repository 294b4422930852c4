package dev.selvage.analytics.duckdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Text for the engine, which trusts its texts to be UTF-8 (RFC 3629).
final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /// The bytes of a text; half a surrogate pair becomes a question mark.
    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The same text with what is not UTF-8 replaced by U+FFFD.
    static byte[] repaired(byte[] bytes, int offset, int length) {
        return of(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    /// True when the bytes are UTF-8 throughout.
    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (end - at >= Long.BYTES && ((long) LONG.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < end) {
            int lead = bytes[at];
            if (lead >= 0) {
                at++;
                continue;
            }
            int more = more(lead & 0xFF, end - at > 1 ? bytes[at + 1] & 0xFF : 0);
            if (more == 0 || end - at <= more) {
                return false;
            }
            for (int i = 2; i <= more; i++) {
                if ((bytes[at + i] & 0xC0) != 0x80) {
                    return false;
                }
            }
            at += 1 + more;
        }
        return true;
    }

    /// How many bytes follow the first one of a character (RFC 3629 section 4); 0 when the second may
    /// not.
    private static int more(int first, int second) {
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return 0;
        }
        return first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    }
}
