package dev.selvage.edge.http;

import org.jspecify.annotations.Nullable;

/// Parses the head of a request (RFC 9112 section 3), strictly, without allocating where the request is
/// an ordinary one.
///
/// One per event loop; what it found is valid until the next [#scan].
public final class RequestParser extends HeadScanner {
    /// How the request's body is framed.
    public static final long CHUNKED = -1;

    private static final int MAX_METHOD = 32;

    private final int maxTarget;
    private String method = "";
    private int targetStart;
    private int targetLength;

    /// The target as it was sent, where its normal form is another.
    private final byte[] raw;

    private int rawLength;
    private int minorVersion;
    private int hostStart;
    private int hostLength;
    private boolean absolute;
    private boolean odd;
    private boolean secure;
    private int port;
    private long bodyLength;

    /// @param maxTarget longest request target, bytes; beyond it 414
    /// @param maxHead largest head, bytes; beyond it 431
    /// @param maxFields most header fields; beyond it 431
    public RequestParser(int maxTarget, int maxHead, int maxFields) {
        super(maxHead, maxFields);
        this.maxTarget = maxTarget;
        this.raw = new byte[maxTarget];
    }

    @Override
    Result scanStart() {
        byte[] b = bytes;
        int n = length;
        int p = 0;
        // RFC 9112 section 2.2: an empty line before the request line is ignored, one at most.
        if (n > 0 && b[0] == '\r') {
            if (n < 2) {
                return Result.INCOMPLETE;
            }
            if (b[1] != '\n') {
                return refuse(400, "a carriage return stands alone");
            }
            p = 2;
        }
        int start = p;
        while (p < n && Syntax.token(b[p])) {
            p++;
        }
        if (p - start > MAX_METHOD) {
            return refuse(501, "the method is longer than " + MAX_METHOD + " characters");
        }
        if (p >= n) {
            return Result.INCOMPLETE;
        }
        if (b[p] != ' ' || p == start) {
            return refuse(400, "the request line does not start with a method and one blank");
        }
        method = method(b, start, p - start);
        targetStart = ++p;
        odd = false;
        for (; p < n; p++) {
            int kind = Syntax.target(b[p]);
            if (kind != Syntax.PLAIN) {
                if (kind == Syntax.NEVER) {
                    break;
                }
                odd |= kind == Syntax.ODD || b[p - 1] == '/';
            }
        }
        if (p - targetStart > maxTarget) {
            return refuse(414, "the request target is longer than " + maxTarget + " bytes");
        }
        if (p >= n) {
            return Result.INCOMPLETE;
        }
        targetLength = p - targetStart;
        if (b[p] != ' ' || targetLength == 0) {
            return refuse(
                    400, "the request target has a character that must be percent-encoded, or no version follows it");
        }
        p++;
        if (p + 10 > n) {
            return versionSoFar(p)
                    ? Result.INCOMPLETE
                    : refuse(400, "the request line does not end in HTTP/1.1 and CRLF");
        }
        if (!versionSoFar(p)) {
            return refuse(400, "the request line does not end in HTTP/1.1 and CRLF");
        }
        minorVersion = b[p + 7] - '0';
        if (minorVersion > 1) {
            return refuse(505, "this port speaks HTTP/1.1 and HTTP/1.0");
        }
        placeAfterStart(p + 10);
        return Result.COMPLETE;
    }

    /// True when what stands at `p` is, as far as it goes, `HTTP/1.x CRLF`.
    private boolean versionSoFar(int p) {
        String wanted = "HTTP/1.#\r\n";
        for (int i = 0; i < wanted.length() && p + i < length; i++) {
            byte b = bytes[p + i];
            if (wanted.charAt(i) == '#' ? b < '0' || b > '9' : b != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    Result check() {
        Result framing = checkFraming();
        if (framing != Result.COMPLETE) {
            return framing;
        }
        if (occurrences(Field.HOST) > 1) {
            return refuse(400, "more than one Host field");
        }
        absolute = false;
        rawLength = -1;
        port = 0;
        if (has(Field.HOST)) {
            hostStart = valueStart(index(Field.HOST));
            hostLength = valueLength(index(Field.HOST));
            port = Authority.port(bytes, hostStart, hostLength);
            if (port < 0) {
                return refuse(400, "the Host field is not a host name or address with an optional port");
            }
        } else if (minorVersion == 1) {
            return refuse(400, "an HTTP/1.1 request needs a Host field");
        } else {
            hostStart = 0;
            hostLength = 0;
        }
        return checkTarget();
    }

    /// RFC 9112 section 6: whatever could be read in two ways is refused.
    private Result checkFraming() {
        int lengths = occurrences(Field.CONTENT_LENGTH);
        int codings = occurrences(Field.TRANSFER_ENCODING);
        bodyLength = 0;
        if (codings > 0) {
            if (lengths > 0) {
                return refuse(400, "both Transfer-Encoding and Content-Length");
            }
            if (minorVersion == 0) {
                return refuse(400, "Transfer-Encoding in an HTTP/1.0 request");
            }
            int index = index(Field.TRANSFER_ENCODING);
            if (codings > 1 || !equalsIgnoreCase(valueStart(index), valueLength(index), "chunked")) {
                return refuse(501, "the only transfer coding known here is a single `chunked`");
            }
            bodyLength = CHUNKED;
        } else if (lengths > 0) {
            int index = index(Field.CONTENT_LENGTH);
            long parsed = lengths > 1 ? -1 : digits(bytes, valueStart(index), valueLength(index));
            if (parsed < 0) {
                return refuse(400, "Content-Length must be there once, as digits");
            }
            bodyLength = parsed;
        }
        return Result.COMPLETE;
    }

    private Result checkTarget() {
        if (method.equals("CONNECT")) {
            // Whatever its target: a successful answer to it has no body but a tunnel (RFC 9112 section 6.3).
            return refuse(501, "this is not a forward proxy: CONNECT is not known here");
        }
        if (method.equals("TRACE")) {
            // It would show a visitor, or a script in its browser, what the edge tells the origin.
            return refuse(501, "TRACE is not known here");
        }
        byte firstByte = bytes[targetStart];
        if (firstByte == '*' && targetLength == 1 && method.equals("OPTIONS")) {
            return Result.COMPLETE;
        }
        if (firstByte != '/') {
            Result taken = takeAuthority();
            if (taken != Result.COMPLETE || bytes[targetStart] == '*') {
                return taken;
            }
        }
        if (odd) {
            System.arraycopy(bytes, targetStart, raw, 0, targetLength);
            rawLength = targetLength;
            int normal = NormalTarget.normalize(bytes, targetStart, targetLength);
            if (normal < 0) {
                return refuse(400, NormalTarget.refusal(normal).reason);
            }
            targetLength = normal;
        }
        return Result.COMPLETE;
    }

    /// Takes the authority off an absolute target; it replaces Host (RFC 9112 section 3.2.2).
    private Result takeAuthority() {
        secure = startsWithIgnoreCase("https://");
        if (!secure && !startsWithIgnoreCase("http://")) {
            return refuse(400, "the request target is neither a path nor an absolute URL");
        }
        int p = targetStart + (secure ? 8 : 7);
        int end = targetStart + targetLength;
        hostStart = p;
        while (p < end && bytes[p] != '/' && bytes[p] != '?') {
            p++;
        }
        hostLength = p - hostStart;
        port = Authority.port(bytes, hostStart, hostLength);
        if (port < 0) {
            return refuse(400, "the absolute request target has no host name or address with an optional port");
        }
        absolute = true;
        targetStart = p;
        targetLength = end - p;
        if (targetLength == 0 || bytes[p] == '?') {
            // The path is empty, which means `/`, or the server itself (RFC 9112 section 3.2.4). There is room for
            // it: the version that followed the target has been read.
            boolean server = targetLength == 0 && method.equals("OPTIONS");
            System.arraycopy(bytes, p, bytes, p + 1, targetLength);
            bytes[p] = (byte) (server ? '*' : '/');
            targetLength++;
        }
        return Result.COMPLETE;
    }

    private boolean startsWithIgnoreCase(String prefix) {
        return targetLength > prefix.length() && equalsIgnoreCase(targetStart, prefix.length(), prefix);
    }

    private boolean equalsIgnoreCase(int start, int count, String lowerCase) {
        if (count != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            byte b = bytes[start + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The number written in plain digits, -1 when it is not one below 10¹⁸.
    static long digits(byte[] b, int start, int length) {
        if (length == 0 || length > 18) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < start + length; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return -1;
            }
            value = value * 10 + (b[i] - '0');
        }
        return value;
    }

    private static String method(byte[] b, int start, int length) {
        if (length == 3 && b[start] == 'G' && b[start + 1] == 'E' && b[start + 2] == 'T') {
            return "GET";
        }
        if (length == 4 && b[start] == 'H' && b[start + 1] == 'E' && b[start + 2] == 'A' && b[start + 3] == 'D') {
            return "HEAD";
        }
        return new String(b, start, length, java.nio.charset.StandardCharsets.US_ASCII);
    }

    /// The method, as sent.
    public String method() {
        return method;
    }

    /// Where the path and query start in [#bytes]; they are in normal form, see [NormalTarget].
    public int targetStart() {
        return targetStart;
    }

    public int targetLength() {
        return targetLength;
    }

    /// The path and query in normal form, or `*`.
    public String target() {
        return text(targetStart, targetLength);
    }

    /// Has the path and query as they were sent, from [#rawStart].
    public byte[] rawBytes() {
        return rawLength < 0 ? bytes : raw;
    }

    public int rawStart() {
        return rawLength < 0 ? targetStart : 0;
    }

    public int rawLength() {
        return rawLength < 0 ? targetLength : rawLength;
    }

    /// The path and query as they were sent.
    public String rawTarget() {
        return rawLength < 0 ? target() : new String(raw, 0, rawLength, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /// 0 or 1.
    public int minorVersion() {
        return minorVersion;
    }

    public int hostStart() {
        return hostStart;
    }

    /// Length of the host with its port; 0 when an HTTP/1.0 request names none.
    public int hostLength() {
        return hostLength;
    }

    /// The host as the visitor wrote it, with its port.
    public String host() {
        return text(hostStart, hostLength);
    }

    /// The port that the visitor named with the host, 0 when none.
    public int port() {
        return port;
    }

    /// True when the target was an absolute URL.
    public boolean absolute() {
        return absolute;
    }

    /// True when it was one of the scheme `https`.
    public boolean absoluteHttps() {
        return absolute && secure;
    }

    /// Bytes of the body, or [#CHUNKED].
    public long bodyLength() {
        return bodyLength;
    }

    /// True when the connection may carry another request after this one.
    public boolean keepAlive() {
        if (minorVersion == 1) {
            return !has(Field.CONNECTION) || !lists(Field.CONNECTION, "close");
        }
        return has(Field.CONNECTION) && lists(Field.CONNECTION, "keep-alive") && !lists(Field.CONNECTION, "close");
    }

    /// The protocol that the visitor changes to if the origin agrees, null when none: a WebSocket (RFC 6455
    /// section 4.1). Any other is not passed on, because whoever speaks HTTP within a tunnel (`h2c`) is past
    /// everything that the edge checks.
    public @Nullable String upgrade() {
        return has(Field.UPGRADE)
                        && minorVersion == 1
                        && bodyLength == 0
                        && method.equals("GET")
                        && lists(Field.CONNECTION, "upgrade")
                        && lists(Field.UPGRADE, "websocket")
                ? "websocket"
                : null;
    }
}
