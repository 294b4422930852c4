package dev.selvage.toolkit.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291).
public final class Network {
    /// What may be given to `InetAddress` without it asking a name server.
    private static final Pattern V4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");

    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final byte[] address;
    private final int prefix;

    private Network(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /// The block that `text` names: an address, or an address, `/` and the number of its leading bits.
    public static Kind.Parsed<Network> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!V4.matcher(literal).matches() && !V6.matcher(literal).matches()) {
            return new Kind.Invalid<>("is not an IP address");
        }
        byte[] address;
        try {
            address = InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException malformed) {
            return new Kind.Invalid<>("is not an IP address");
        }
        int bits = address.length * 8;
        if (slash < 0) {
            return new Kind.Valid<>(new Network(address, bits));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            return new Kind.Invalid<>("has a prefix length that is not from 0 to " + bits);
        }
        int prefix = Integer.parseInt(length);
        byte[] first = masked(address, prefix);
        if (!Arrays.equals(first, address)) {
            return new Kind.Invalid<>(
                    "has bits set beyond its prefix; " + new Network(first, prefix) + " would be the block");
        }
        return new Kind.Valid<>(new Network(address, prefix));
    }

    /// True when `other`, the 4 or 16 bytes of an address, lies in this block.
    public boolean contains(byte[] other) {
        return other.length == address.length && Arrays.equals(masked(other, prefix), address);
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - i * 8L, 0, 8);
            masked[i] &= (byte) (0xff00 >> kept);
        }
        return masked;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && prefix == that.prefix && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
