package dev.selvage.edge.http;

import java.util.Locale;
import java.util.Set;

/// Parses the head of an origin's response (RFC 9112 section 4), as strictly as a request's: an origin
/// can be hostile too.
///
/// One per origin connection's loop; what it found is valid until the next [#scan].
public final class ResponseParser extends HeadScanner {
    /// The body ends with the connection.
    public static final long UNTIL_CLOSE = -2;

    /// The body is chunked.
    public static final long CHUNKED = -1;

    private static final Set<String> CHANGES_BYTES =
            Set.of("gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd");

    private int statusCode;
    private int minorVersion;
    private long bodyLength;

    public ResponseParser(int maxHead, int maxFields) {
        super(maxHead, maxFields);
    }

    @Override
    Result scanStart() {
        byte[] b = bytes;
        int n = length;
        String wanted = "HTTP/1.# ###";
        for (int i = 0; i < wanted.length(); i++) {
            if (i >= n) {
                return Result.INCOMPLETE;
            }
            char c = wanted.charAt(i);
            if (c == '#' ? b[i] < '0' || b[i] > '9' : b[i] != c) {
                return refuse(502, "the status line does not start with HTTP/1.1 and a status");
            }
        }
        minorVersion = Math.min(1, b[7] - '0');
        statusCode = (b[9] - '0') * 100 + (b[10] - '0') * 10 + (b[11] - '0');
        if (statusCode < 100) {
            return refuse(502, "the status is below 100");
        }
        int p = 12;
        if (p < n && b[p] != ' ' && b[p] != '\r') {
            return refuse(502, "the status is not three digits");
        }
        while (p < n && Syntax.value(b[p])) {
            p++;
        }
        if (p + 1 >= n && (p >= n || b[p] == '\r')) {
            return Result.INCOMPLETE;
        }
        if (b[p] != '\r' || b[p + 1] != '\n') {
            return refuse(502, "the status line does not end in CRLF");
        }
        placeAfterStart(p + 2);
        return Result.COMPLETE;
    }

    @Override
    Result check() {
        int lengths = occurrences(Field.CONTENT_LENGTH);
        int codings = occurrences(Field.TRANSFER_ENCODING);
        bodyLength = UNTIL_CLOSE;
        if (codings > 0) {
            if (lengths > 0) {
                return refuse(502, "both Transfer-Encoding and Content-Length");
            }
            int index = index(Field.TRANSFER_ENCODING);
            String coding = text(valueStart(index), valueLength(index));
            boolean chunked = coding.equalsIgnoreCase("chunked");
            if (codings > 1 || minorVersion == 0 || !(chunked || meansNothing(coding))) {
                return refuse(502, "a transfer coding other than a single `chunked`");
            }
            bodyLength = chunked ? CHUNKED : UNTIL_CLOSE;
        } else if (lengths > 0) {
            int index = index(Field.CONTENT_LENGTH);
            bodyLength = lengths > 1 ? -1 : RequestParser.digits(bytes, valueStart(index), valueLength(index));
            if (bodyLength < 0) {
                return refuse(502, "Content-Length must be there once, as digits");
            }
        }
        return Result.COMPLETE;
    }

    /// True for one token that no recipient takes for a coding: the body then ends with the connection, which serves
    /// nothing else (RFC 9112 section 6.3, rule 4), so that no two recipients can disagree about what follows it.
    ///
    /// What another might read as `chunked`, and what changes the bytes, is refused: nobody asked for it in `TE`.
    private static boolean meansNothing(String coding) {
        String lower = coding.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) > 127 || !Syntax.token((byte) lower.charAt(i))) {
                return false;
            }
        }
        return !lower.isEmpty() && !lower.contains("chunk") && !CHANGES_BYTES.contains(lower);
    }

    /// 100..999.
    public int statusCode() {
        return statusCode;
    }

    /// Bytes of the body as framed, [#CHUNKED] or [#UNTIL_CLOSE]; what the request's method and the
    /// status make of it is [#bodyLength(String)].
    long framedLength() {
        return bodyLength;
    }

    /// Bytes of the body of a response to `method` (RFC 9112 section 6.3), [#CHUNKED] or [#UNTIL_CLOSE].
    public long bodyLength(String method) {
        if (method.equals("HEAD") || statusCode < 200 || statusCode == 204 || statusCode == 304) {
            return 0;
        }
        return bodyLength;
    }

    /// True when the origin keeps the connection after this response.
    public boolean keepAlive() {
        if (minorVersion == 1) {
            return !lists(Field.CONNECTION, "close");
        }
        return lists(Field.CONNECTION, "keep-alive");
    }
}
