package dev.selvage.edge.http;

import java.util.Locale;

/// The header fields that the edge itself looks at, found without allocation.
public enum Field {
    /// Any field not named here.
    OTHER,
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CACHE_CONTROL,
    CDN_LOOP,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    EXPECT,
    HOST,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    KEEP_ALIVE,
    ORIGIN,
    PRAGMA,
    RANGE,
    REFERER,
    SELVAGE_TIER,
    TRANSFER_ENCODING,
    UPGRADE,
    USER_AGENT,
    X_FORWARDED_FOR,
    X_FORWARDED_PROTO;

    static final int COUNT = values().length;

    private static final Field[][] BY_SHAPE = new Field[256][];

    static {
        for (Field field : values()) {
            String name = field.lowerCase;
            int shape = shape(name.length(), name.charAt(0), name.charAt(name.length() - 1));
            Field[] same = BY_SHAPE[shape] == null ? new Field[0] : BY_SHAPE[shape];
            Field[] more = java.util.Arrays.copyOf(same, same.length + 1);
            more[same.length] = field;
            BY_SHAPE[shape] = more;
        }
    }

    private final String lowerCase = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The field whose name stands in `bytes` from `start`, in any case.
    static Field of(byte[] bytes, int start, int length) {
        Field[] candidates = BY_SHAPE[shape(length, bytes[start] | 0x20, bytes[start + length - 1] | 0x20)];
        if (candidates != null) {
            for (Field field : candidates) {
                if (field != OTHER && field.is(bytes, start, length)) {
                    return field;
                }
            }
        }
        return OTHER;
    }

    private boolean is(byte[] bytes, int start, int length) {
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[start + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int shape(int length, int first, int last) {
        return (length * 31 + first * 7 + last) & 0xff;
    }
}
