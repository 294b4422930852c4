package dev.selvage.control.purge;

import dev.selvage.control.names.HostName;
import dev.selvage.control.names.HostName.Host;
import dev.selvage.control.names.HostName.Reading;
import dev.selvage.control.names.HostName.Wrong;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The parts of which purges are made, in the form that the cache knows them by.
final class HostText {
    /// Longer than any request target that an edge takes.
    static final int LONGEST = 8_192;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private HostText() {}

    /// A host without port: a name, in lower case and ASCII, or an IPv6 address in brackets.
    static Reading host(String text) {
        if (text.startsWith("[")) {
            boolean address = text.endsWith("]") && HostName.isIpv6(text.substring(1, text.length() - 1));
            return address ? new Host(text.toLowerCase(Locale.ROOT)) : new Wrong("it is no IPv6 address in brackets");
        }
        if (text.indexOf(':') >= 0) {
            return new Wrong("it has a port; a purge is for every port, so leave it out");
        }
        if (text.indexOf('*') >= 0) {
            return new Wrong("it has a wildcard; name each host, or a prefix, or purge everything");
        }
        return HostName.read(text, false);
    }

    /// A path with or without a query; what is not ASCII as its percent-encoded UTF-8, all else as it
    /// was sent. Empty when there is a space or what cannot be shown.
    static Optional<String> target(String text) {
        StringBuilder target = new StringBuilder(text.length() + 1);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c <= ' ' || Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                return Optional.empty();
            }
            if (c < 0x7f) {
                target.append((char) c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    target.append('%').append(HEX.toHexDigits(b));
                }
            }
        }
        return Optional.of(target.toString());
    }
}
