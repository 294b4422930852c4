package dev.selvage.edge.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The normal form of a request target: what the cache key, static-file detection, rules, purges and the
/// origin see.
///
/// It is made once, where the head is read, and nothing behind the parser ever sees another spelling: the
/// origin is asked for exactly what the key says. Two targets have one normal form only where RFC 3986
/// section 6.2.2 makes them equivalent:
///
/// - percent-encodings are in upper case (`%c3` → `%C3`), those of unreserved characters are decoded
///   (`%7Euser` → `~user`, `%2E` → `.`);
/// - dot segments are removed (`/a/./b/../c` → `/a/c`), the empty path is `/`;
/// - everything else stays byte for byte: empty segments (`//`), encoded delimiters (`%2F`, `%3B`, `%3F`,
///   `%23`, `%5C`), the letters' case, bytes that are no UTF-8, and the whole query.
///
/// Refused is what an origin may well read as another path than we do: encodings that are none (`%zz`),
/// encoded control characters (`%00`, `%0A`), backslashes, dot segments that climb above the root, and dot
/// segments that only a decoder of delimiters sees (`..%2F`, `..%5C`, `..;x`).
public final class NormalTarget {
    /// Why a target has no normal form.
    enum Refusal {
        PERCENT("the request path has a percent sign that no two hexadecimal digits follow"),
        CONTROL("the request path has an encoded control character"),
        BACKSLASH("the request path has a backslash, which some would read as a slash"),
        ABOVE_ROOT("the request path climbs above its root"),
        HIDDEN_DOTS("the request path has a dot segment beside an encoded delimiter, which only some would see");

        final String reason;

        Refusal(String reason) {
            this.reason = reason;
        }
    }

    private static final Refusal[] REFUSALS = Refusal.values();

    private NormalTarget() {}

    /// Rewrites the target in `b` to its normal form, which is never longer.
    ///
    /// @param start of a path that begins with `/` and consists of characters that a target may have
    /// @return the new length, or a negative number that [#refusal] explains
    static int normalize(byte[] b, int start, int length) {
        int end = start + length;
        int write = start + 1;
        int segment = write;
        boolean delimiters = false;
        int read = write;
        for (; read < end && b[read] != '?'; read++) {
            byte c = b[read];
            if (c == '/') {
                write = closed(b, start, segment, write, delimiters);
                if (write < 0) {
                    return write;
                }
                b[write++] = '/';
                segment = write;
                delimiters = false;
            } else if (c == '%') {
                int value = read + 2 < end ? decoded(b, read) : -1;
                if (value < 0) {
                    return refused(Refusal.PERCENT);
                }
                if (value < 0x20 || value == 0x7f) {
                    return refused(Refusal.CONTROL);
                }
                if (Syntax.unreserved((byte) value)) {
                    b[write++] = (byte) value;
                } else {
                    b[write] = '%';
                    b[write + 1] = upper(b[read + 1]);
                    b[write + 2] = upper(b[read + 2]);
                    write += 3;
                    delimiters = true;
                }
                read += 2;
            } else if (c == '\\') {
                return refused(Refusal.BACKSLASH);
            } else {
                delimiters |= c == ';';
                b[write++] = c;
            }
        }
        boolean directory = dots(b, segment, write) > 0;
        write = closed(b, start, segment, write, delimiters);
        if (write < 0) {
            return write;
        }
        if (directory) {
            b[write++] = '/';
        }
        System.arraycopy(b, read, b, write, end - read);
        return write + end - read - start;
    }

    /// What [#normalize] refused.
    static Refusal refusal(int negative) {
        return REFUSALS[-1 - negative];
    }

    private static int refused(Refusal why) {
        return -1 - why.ordinal();
    }

    /// Where to go on writing after a segment: behind it, or before it and its slash where it was dots.
    private static int closed(byte[] b, int start, int segment, int write, boolean delimiters) {
        if (delimiters && hidesDots(b, segment, write)) {
            return refused(Refusal.HIDDEN_DOTS);
        }
        return switch (dots(b, segment, write)) {
            case 1 -> segment - 1;
            case 2 -> {
                int slash = segment - 1;
                if (slash == start) {
                    yield refused(Refusal.ABOVE_ROOT);
                }
                do {
                    slash--;
                } while (b[slash] != '/');
                yield slash;
            }
            default -> write;
        };
    }

    /// 1 and 2 for a segment of so many dots, 0 for any other.
    private static int dots(byte[] b, int from, int to) {
        int count = to - from;
        boolean dots = count > 0 && count <= 2 && b[from] == '.' && b[to - 1] == '.';
        return dots ? count : 0;
    }

    /// True when a piece of the segment is dots, to a reader for whom encoded slashes and backslashes separate
    /// segments and `;`, `?` and `#` end their names.
    private static boolean hidesDots(byte[] b, int from, int to) {
        int piece = from;
        int nameEnd = -1;
        for (int i = from; i < to; ) {
            int c = b[i];
            int width = 1;
            if (c == '%') {
                c = decoded(b, i);
                width = 3;
            }
            boolean slash = width == 3 && (c == '/' || c == '\\');
            if (slash) {
                if (dots(b, piece, nameEnd < 0 ? i : nameEnd) > 0) {
                    return true;
                }
                piece = i + width;
                nameEnd = -1;
            } else if (nameEnd < 0 && (c == ';' || (width == 3 && (c == '?' || c == '#')))) {
                nameEnd = i;
            }
            i += width;
        }
        boolean whole = piece == from && nameEnd < 0;
        return !whole && dots(b, piece, nameEnd < 0 ? to : nameEnd) > 0;
    }

    private static int decoded(byte[] b, int percent) {
        int high = Character.digit(b[percent + 1], 16);
        int low = Character.digit(b[percent + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static byte upper(byte b) {
        return b >= 'a' ? (byte) (b - 32) : b;
    }

    /// The normal form of a path and query in any spelling; empty when no request for it would be admitted.
    public static Optional<String> of(String target) {
        if (!target.startsWith("/")) {
            return Optional.empty();
        }
        byte[] bytes = new byte[target.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = target.charAt(i);
            if (c > 0x7f || Syntax.target((byte) c) == Syntax.NEVER) {
                return Optional.empty();
            }
            bytes[i] = (byte) c;
        }
        int length = normalize(bytes, 0, bytes.length);
        return length < 0 ? Optional.empty() : Optional.of(new String(bytes, 0, length, StandardCharsets.US_ASCII));
    }

    /// Where the path ends: at the `?`, or at the end.
    public static int pathEnd(byte[] b, int start, int length) {
        int end = start;
        while (end < start + length && b[end] != '?') {
            end++;
        }
        return end;
    }

    /// Where the file name extension of a normal target starts; -1 when it has none that all readers agree on.
    ///
    /// Some origins end the path at an encoded `?`, `#` or `;`, split it at an encoded slash or backslash, decode
    /// it twice, or read invalid UTF-8 as what they please: to them `/account%3Fx.css` is `/account`. A path with
    /// such a thing in it has no extension, so that nobody's account is taken for a style sheet.
    public static int extension(byte[] b, int start, int length) {
        int end = start + length;
        int dot = -1;
        int wanted = 0;
        int low = 0x80;
        int high = 0xbf;
        for (int i = start; i < end && b[i] != '?'; i++) {
            byte c = b[i];
            if (c == '%') {
                int value = decoded(b, i);
                i += 2;
                if (wanted > 0) {
                    if (value < low || value > high) {
                        return -1;
                    }
                    wanted--;
                    low = 0x80;
                    high = 0xbf;
                } else if (value >= 0x80) {
                    wanted = continuations(value);
                    if (wanted < 0) {
                        return -1;
                    }
                    // RFC 3629 section 4: neither overlong forms, nor surrogates, nor beyond U+10FFFF.
                    low = value == 0xe0 ? 0xa0 : value == 0xf0 ? 0x90 : 0x80;
                    high = value == 0xed ? 0x9f : value == 0xf4 ? 0x8f : 0xbf;
                } else if (delimits(value)) {
                    return -1;
                }
            } else if (wanted > 0 || c == ';') {
                return -1;
            } else if (c == '/') {
                dot = -1;
            } else if (c == '.') {
                dot = i;
            }
        }
        return dot < 0 || wanted > 0 ? -1 : dot + 1;
    }

    private static int continuations(int lead) {
        if (lead < 0xc2 || lead > 0xf4) {
            return -1;
        }
        return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    }

    private static boolean delimits(int character) {
        return switch (character) {
            case '/', '\\', ';', '?', '#', '%' -> true;
            default -> false;
        };
    }
}
