package dev.selvage.control.names;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/// Checks host names and IP addresses. A host name comes out in lower-case punycode, without a trailing
/// dot.
public final class HostName {
    private static final int LONGEST = 253;
    private static final int LONGEST_LABEL = 63;

    private HostName() {}

    /// What a text is.
    public sealed interface Reading {}

    /// A host name in its canonical form.
    public record Host(String name) implements Reading {}

    /// No host name.
    ///
    /// @param why for people, in the middle of a sentence
    public record Wrong(String why) implements Reading {}

    /// A host name of one label or more.
    public static Optional<String> of(String text) {
        return name(read(text, false));
    }

    /// A host name whose first label may be `*`.
    public static Optional<String> orWildcard(String text) {
        return name(read(text, true));
    }

    /// A host name, or why it is none.
    ///
    /// @param wildcard whether the first label may be `*`
    public static Reading read(String text, boolean wildcard) {
        try {
            return new Host(parse(text, wildcard));
        } catch (BadName wrong) {
            return new Wrong(wrong.why());
        }
    }

    /// What readers can mistake in a canonical name; empty for names that are what they seem.
    public static Optional<String> lookAlike(String name) {
        if (!name.contains("xn--")) {
            return Optional.empty();
        }
        for (String label : name.split("\\.", -1)) {
            String seen = Idna.unicode(label);
            Optional<String> mistake = LookAlike.of(seen);
            if (mistake.isPresent()) {
                return Optional.of(
                        "\"" + seen + "\" in " + name + " " + mistake.get() + " and can be mistaken for another name");
            }
        }
        return Optional.empty();
    }

    /// True when `name` is `domain` or below it; both canonical.
    public static boolean within(String name, String domain) {
        return name.equals(domain) || name.endsWith("." + domain);
    }

    /// Four decimal numbers without leading zeros.
    public static boolean isIpv4(String text) {
        int parts = 0;
        int at = 0;
        while (at <= text.length() && parts < 4) {
            int dot = text.indexOf('.', at);
            int end = dot < 0 ? text.length() : dot;
            if (!isOctet(text, at, end)) {
                return false;
            }
            parts++;
            at = end + 1;
        }
        return parts == 4 && at == text.length() + 1;
    }

    /// An IPv6 address without brackets and scope.
    public static boolean isIpv6(String text) {
        return ipv6(text).isPresent();
    }

    /// The same text for the same IPv6 address, however it was written; other text is itself.
    public static String comparable(String text) {
        return ipv6(text).map(InetAddress::getHostAddress).orElse(text);
    }

    private static boolean isOctet(String text, int from, int to) {
        int length = to - from;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
            return false;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            value = 10 * value + c - '0';
        }
        return value <= 255;
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

    private static Optional<String> name(Reading reading) {
        return switch (reading) {
            case Host(String name) -> Optional.of(name);
            case Wrong _ -> Optional.empty();
        };
    }

    private static String parse(String text, boolean wildcard) throws BadName {
        if (text.isEmpty()) {
            throw new BadName("it is empty");
        }
        if (text.length() > LONGEST + 1) {
            throw new BadName("it has more than " + LONGEST + " characters");
        }
        String ascii = Idna.ascii(text);
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        if (name.length() > LONGEST) {
            throw new BadName("it has " + name.length() + " characters in ASCII; at most " + LONGEST + " are allowed");
        }
        int from = 0;
        while (from <= name.length()) {
            int dot = name.indexOf('.', from);
            int to = dot < 0 ? name.length() : dot;
            boolean star = wildcard && from == 0 && to == 1 && name.charAt(0) == '*';
            if (!star) {
                checkLabel(name, from, to);
            }
            from = to + 1;
        }
        return name;
    }

    /// Underscores are not for hosts, but for names such as `_acme-challenge`, and appear in private
    /// networks.
    private static void checkLabel(String name, int from, int to) throws BadName {
        if (from == to) {
            throw new BadName("a label is empty");
        }
        if (to - from > LONGEST_LABEL) {
            throw new BadName("a label has " + (to - from) + " characters; at most " + LONGEST_LABEL + " are allowed");
        }
        for (int i = from; i < to; i++) {
            char c = name.charAt(i);
            boolean known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!known) {
                throw new BadName("labels are made of letters, digits, - and _");
            }
        }
        if (name.charAt(from) == '-' || name.charAt(to - 1) == '-') {
            throw new BadName("a label starts or ends with -");
        }
    }
}
