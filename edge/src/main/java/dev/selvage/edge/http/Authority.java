package dev.selvage.edge.http;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Whom a request is for: `host [":" port]`, from `Host` or an absolute target (RFC 9110 section 7.2).
///
/// The host is a name of letters, digits, `-` and `_`, an IPv4 address, or an IPv6 address in brackets. Its
/// normal form is in lower case without a trailing dot, an IPv6 address as RFC 5952 writes it.
public final class Authority {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    private Authority() {}

    /// The port that the authority in `b` names, 0 when it names none, -1 when it is no authority.
    static int port(byte[] b, int start, int length) {
        int end = start + length;
        int hostEnd = length > 0 && b[start] == '[' ? addressEnd(b, start, end) : nameEnd(b, start, end);
        if (hostEnd < 0 || hostEnd == end) {
            return hostEnd < 0 ? -1 : 0;
        }
        int digits = end - hostEnd - 1;
        if (b[hostEnd] != ':' || digits > 5) {
            return -1;
        }
        int port = 0;
        for (int i = hostEnd + 1; i < end; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return -1;
            }
            port = port * 10 + b[i] - '0';
        }
        return port > 65_535 || (port == 0 && digits > 0) ? -1 : port;
    }

    /// Where the name ends that starts at `start`; -1 when it is none.
    private static int nameEnd(byte[] b, int start, int end) {
        int label = start;
        int i = start;
        for (; i < end; i++) {
            if (!Syntax.name(b[i])) {
                if (b[i] != '.') {
                    break;
                }
                if (i == label || i - label > MAX_LABEL) {
                    return -1;
                }
                label = i + 1;
            }
        }
        int length = i - start;
        boolean rooted = length > 0 && b[i - 1] == '.';
        return length == 0 || i - label > MAX_LABEL || length - (rooted ? 1 : 0) > MAX_NAME ? -1 : i;
    }

    /// Where the address in brackets ends; -1 when it is none.
    private static int addressEnd(byte[] b, int start, int end) {
        int bracket = start;
        while (bracket < end && b[bracket] != ']') {
            if (b[bracket] == '%') {
                return -1;
            }
            bracket++;
        }
        boolean closed = bracket < end && bracket - start <= 46;
        return closed
                        && NetUtil.isValidIpV6Address(
                                new String(b, start + 1, bracket - start - 1, StandardCharsets.ISO_8859_1))
                ? bracket + 1
                : -1;
    }

    /// True when `b` has an authority there whose host is this one in normal form.
    public static boolean names(byte[] b, int start, int length, String host) {
        if (port(b, start, length) < 0) {
            return false;
        }
        if (b[start] == '[') {
            return host(new String(b, start, length, StandardCharsets.ISO_8859_1))
                    .filter(host::equals)
                    .isPresent();
        }
        int end = start;
        while (end < start + length && b[end] != ':') {
            end++;
        }
        if (b[end - 1] == '.') {
            end--;
        }
        if (end - start != host.length()) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            byte c = b[start + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != host.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The normal form of the host of `authority`; empty when that is no authority.
    public static Optional<String> host(String authority) {
        byte[] bytes = authority.getBytes(StandardCharsets.UTF_8);
        if (port(bytes, 0, bytes.length) < 0) {
            return Optional.empty();
        }
        if (bytes[0] == '[') {
            byte[] address =
                    NetUtil.createByteArrayFromIpAddressString(authority.substring(0, authority.indexOf(']') + 1));
            return address == null ? Optional.empty() : Optional.of('[' + NetUtil.bytesToIpAddress(address) + ']');
        }
        int colon = authority.indexOf(':');
        int end = colon < 0 ? authority.length() : colon;
        if (authority.charAt(end - 1) == '.') {
            end--;
        }
        return Optional.of(authority.substring(0, end).toLowerCase(Locale.ROOT));
    }
}
