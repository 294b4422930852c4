package dev.selvage.edge.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a chunked body apart (RFC 9112 section 7.1), strictly: sizes are plain hex digits, every line ends in
/// CRLF, extensions have their grammar, and with the trailers a bound.
///
/// Usage: call [#step] until it says NEED_MORE; on DATA take at most [#dataLength] bytes and say so
/// with [#took].
public final class ChunkedDecoder {
    /// What stands at the front of the input.
    public enum Step {
        /// Nothing more can be said before more bytes come.
        NEED_MORE,
        /// [#dataLength] bytes of body.
        DATA,
        /// The body is over; [#trailers] are known.
        END,
        /// The coding is broken, see [#reason].
        BROKEN
    }

    private enum State {
        SIZE,
        SIZE_GAP,
        EXTENSION_START,
        EXTENSION_NAME,
        EXTENSION_NAME_GAP,
        EXTENSION_VALUE_START,
        EXTENSION_VALUE,
        EXTENSION_QUOTED,
        EXTENSION_ESCAPED,
        EXTENSION_QUOTED_END,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_LF,
        DONE
    }

    /// Trailers that would change framing, routing, authentication or how the content is read (RFC 9110
    /// section 6.5.1) are dropped, and those that concern one connection or that the edge vouches for: a
    /// recipient may merge trailers into the header.
    private static final Set<String> FORBIDDEN_TRAILERS = Set.of(
            "age",
            "authorization",
            "cache-control",
            "cdn-loop",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "expect",
            "expires",
            "forwarded",
            "host",
            "keep-alive",
            "location",
            "max-forwards",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "true-client-ip",
            "upgrade",
            "vary",
            "warning",
            "www-authenticate");

    private static final List<String> FORBIDDEN_FAMILIES = List.of("cf-", "if-", "proxy-", "x-forwarded-");

    private static final int MAX_EXTENSION = 1_024;
    private static final int MAX_TRAILERS = 8_192;

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extension;
    private long overhead;
    private String reason = "";
    private final StringBuilder line = new StringBuilder();
    private int trailerBytes;
    private final List<String> trailers = new ArrayList<>();

    /// Looks at the front of `in`, consuming everything that is not body.
    public Step step(ByteBuf in) {
        while (true) {
            if (state == State.DATA) {
                if (size == 0) {
                    state = State.DATA_CR;
                    continue;
                }
                return in.isReadable() ? Step.DATA : Step.NEED_MORE;
            }
            if (state == State.DONE) {
                return Step.END;
            }
            if (!in.isReadable()) {
                return Step.NEED_MORE;
            }
            byte b = in.readByte();
            overhead++;
            String problem = accept(b);
            if (problem != null) {
                reason = problem;
                return Step.BROKEN;
            }
        }
    }

    private @Nullable String accept(byte b) {
        switch (state) {
            case SIZE -> {
                int digit = Character.digit(b, 16);
                if (digit >= 0 && b > 0) {
                    if (++digits > 15) {
                        return "a chunk size of more than 15 digits";
                    }
                    size = size << 4 | digit;
                } else if (digits == 0) {
                    return "a chunk size that is not hexadecimal";
                } else {
                    return afterSize(b);
                }
            }
            case SIZE_GAP,
                    EXTENSION_START,
                    EXTENSION_NAME,
                    EXTENSION_NAME_GAP,
                    EXTENSION_VALUE_START,
                    EXTENSION_VALUE,
                    EXTENSION_QUOTED,
                    EXTENSION_ESCAPED,
                    EXTENSION_QUOTED_END -> {
                return b != '\r' && ++extension > MAX_EXTENSION
                        ? "chunk extensions of more than " + MAX_EXTENSION + " bytes"
                        : acceptExtension(b);
            }
            case SIZE_LF -> {
                if (b != '\n') {
                    return "a chunk size line that does not end in CRLF";
                }
                state = size == 0 ? State.TRAILER : State.DATA;
                digits = 0;
            }
            case DATA_CR -> {
                if (b != '\r') {
                    return "a chunk longer than its size says";
                }
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                if (b != '\n') {
                    return "a chunk that does not end in CRLF";
                }
                state = State.SIZE;
                size = 0;
            }
            case TRAILER -> {
                if (b == '\r') {
                    state = State.TRAILER_LF;
                } else if (!Syntax.value(b)) {
                    return "a control character in a trailer";
                } else if (++trailerBytes > MAX_TRAILERS) {
                    return "trailers of more than " + MAX_TRAILERS + " bytes";
                } else {
                    line.append((char) (b & 0xff));
                }
            }
            case TRAILER_LF -> {
                if (b != '\n') {
                    return "a trailer that does not end in CRLF";
                }
                if (line.isEmpty()) {
                    state = State.DONE;
                } else {
                    String problem = trailer(line.toString());
                    line.setLength(0);
                    state = State.TRAILER;
                    return problem;
                }
            }
            case DATA, DONE -> throw new IllegalStateException("no byte is expected in " + state);
        }
        return null;
    }

    /// What may stand behind a size: the line's end, or an extension. Blanks in between are bad but to be borne
    /// (RFC 9110 section 5.6.3); behind the last extension, or without one, they are not.
    private @Nullable String afterSize(byte b) {
        switch (b) {
            case '\r' -> state = State.SIZE_LF;
            case ';' -> state = State.EXTENSION_START;
            case ' ', '\t' -> state = State.SIZE_GAP;
            default -> {
                return "a chunk size that is not hexadecimal";
            }
        }
        return null;
    }

    /// One more byte of `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`.
    private @Nullable String acceptExtension(byte b) {
        boolean blank = b == ' ' || b == '\t';
        State next = switch (state) {
            case SIZE_GAP -> blank ? State.SIZE_GAP : b == ';' ? State.EXTENSION_START : null;
            case EXTENSION_START -> blank ? State.EXTENSION_START : Syntax.token(b) ? State.EXTENSION_NAME : null;
            case EXTENSION_NAME ->
                Syntax.token(b)
                        ? State.EXTENSION_NAME
                        : blank ? State.EXTENSION_NAME_GAP : b == '=' ? State.EXTENSION_VALUE_START : nextExtension(b);
            case EXTENSION_NAME_GAP ->
                blank
                        ? State.EXTENSION_NAME_GAP
                        : b == '=' ? State.EXTENSION_VALUE_START : b == ';' ? State.EXTENSION_START : null;
            case EXTENSION_VALUE_START ->
                blank
                        ? State.EXTENSION_VALUE_START
                        : b == '"' ? State.EXTENSION_QUOTED : Syntax.token(b) ? State.EXTENSION_VALUE : null;
            case EXTENSION_VALUE -> Syntax.token(b) ? State.EXTENSION_VALUE : blank ? State.SIZE_GAP : nextExtension(b);
            case EXTENSION_QUOTED ->
                b == '"'
                        ? State.EXTENSION_QUOTED_END
                        : b == '\\' ? State.EXTENSION_ESCAPED : Syntax.value(b) ? State.EXTENSION_QUOTED : null;
            case EXTENSION_ESCAPED -> Syntax.value(b) ? State.EXTENSION_QUOTED : null;
            case EXTENSION_QUOTED_END -> blank ? State.SIZE_GAP : nextExtension(b);
            case SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_LF, DONE ->
                throw new IllegalStateException("no extension is expected in " + state);
        };
        if (next == null) {
            return "a chunk extension that is not a name with a value";
        }
        state = next;
        return null;
    }

    private static @Nullable State nextExtension(byte b) {
        return b == ';' ? State.EXTENSION_START : b == '\r' ? State.SIZE_LF : null;
    }

    private @Nullable String trailer(String text) {
        int colon = text.indexOf(':');
        byte[] name = text.substring(0, Math.max(0, colon)).getBytes(StandardCharsets.ISO_8859_1);
        boolean token = name.length > 0;
        for (byte b : name) {
            token &= Syntax.token(b);
        }
        if (!token) {
            return "a trailer that is not a field";
        }
        String lower = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String plain = FieldNames.unmasked(lower);
        boolean forbidden = FORBIDDEN_TRAILERS.contains(plain)
                || FORBIDDEN_FAMILIES.stream().anyMatch(plain::startsWith);
        if (!forbidden && trailers.size() < 64) {
            trailers.add(lower);
            trailers.add(text.substring(colon + 1).strip());
        }
        return null;
    }

    /// Bytes left of the current chunk.
    public long dataLength() {
        return size;
    }

    /// Says that `count` bytes of the current chunk were taken.
    public void took(long count) {
        size -= count;
    }

    /// Why the coding is broken.
    public String reason() {
        return reason;
    }

    /// The fields after the last chunk that may be passed on.
    public Headers trailers() {
        return new Headers(trailers);
    }

    /// Bytes of coding so far: all but the body's own.
    public long overhead() {
        return overhead;
    }
}
