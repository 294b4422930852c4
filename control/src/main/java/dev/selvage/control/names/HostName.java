package dev.selvage.control.names;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Checks host names and IP addresses. A host name comes out in lower-case punycode, without a trailing
/// dot.
public final class HostName {
    private static final int LONGEST = 253;

    /// Underscores are not for hosts, but for names such as `_acme-challenge`, and appear in private
    /// networks.
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    private HostName() {}

    /// A host name of one label or more.
    public static Optional<String> of(String text) {
        return parse(text, false);
    }

    /// A host name whose first label may be `*`.
    public static Optional<String> orWildcard(String text) {
        return parse(text, true);
    }

    /// True when `name` is `domain` or below it; both canonical.
    public static boolean within(String name, String domain) {
        return name.equals(domain) || name.endsWith("." + domain);
    }

    public static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    /// An IPv6 address without brackets and scope.
    public static boolean isIpv6(String text) {
        return ipv6(text).isPresent();
    }

    /// The same text for the same IPv6 address, however it was written; other text is itself.
    public static String comparable(String text) {
        return ipv6(text).map(InetAddress::getHostAddress).orElse(text);
    }

    private static Optional<InetAddress> ipv6(String text) {
        boolean plausible = text.length() <= 45
                && text.indexOf(':') >= 0
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')
                && text.chars().allMatch(c -> c < 128);
        if (!plausible) {
            return Optional.empty();
        }
        try {
            return Optional.of(Inet6Address.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> parse(String text, boolean wildcard) {
        if (text.isEmpty() || text.length() > LONGEST + 1) {
            return Optional.empty();
        }
        String ascii;
        try {
            ascii = text.chars().allMatch(c -> c < 128) ? text : IDN.toASCII(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        String name = ascii.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.isEmpty() || name.length() > LONGEST) {
            return Optional.empty();
        }
        String[] labels = name.split("\\.", -1);
        for (int i = 0; i < labels.length; i++) {
            boolean star = wildcard && i == 0 && labels[i].equals("*");
            if (!star && !LABEL.matcher(labels[i]).matches()) {
                return Optional.empty();
            }
        }
        return Optional.of(name);
    }
}
