package dev.selvage.rules;

import java.math.BigInteger;
import java.util.Optional;

/// An IP address as a number that orders it; IPv4 sorts before IPv6.
///
/// @param ipv6 true for one of 128 bits
/// @param high the upper 64 bits, 0 for IPv4
/// @param low the lower 64 bits
public record Address(boolean ipv6, long high, long low) implements Comparable<Address> {
    /// From 4 or 16 bytes; an IPv4 address mapped into IPv6 is the IPv4 address.
    public static Address of(byte[] b, int start, int length) {
        if (length == 4) {
            return new Address(false, 0, word(b, start, 4));
        }
        long high = word(b, start, 8);
        long low = word(b, start + 8, 8);
        return high == 0 && low >>> 32 == 0xffff
                ? new Address(false, 0, low & 0xffff_ffffL)
                : new Address(true, high, low);
    }

    private static long word(byte[] b, int start, int count) {
        long word = 0;
        for (int i = start; i < start + count; i++) {
            word = word << 8 | (b[i] & 0xff);
        }
        return word;
    }

    /// Reads dotted decimal or colon hex, without a zone; empty when it is neither.
    public static Optional<Address> parse(String text) {
        return text.indexOf(':') >= 0 ? six(text) : four(text);
    }

    private static Optional<Address> four(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        long value = 0;
        for (String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || (part.length() > 1 && part.charAt(0) == '0')
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')
                    || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return Optional.of(new Address(false, 0, value));
    }

    private static Optional<Address> six(String text) {
        String full = text;
        int dot = text.indexOf('.');
        if (dot >= 0) {
            int colon = text.lastIndexOf(':');
            Optional<Address> tail = four(text.substring(colon + 1));
            if (tail.isEmpty()) {
                return Optional.empty();
            }
            long low = tail.get().low;
            full = text.substring(0, colon + 1) + Long.toHexString(low >>> 16) + ':' + Long.toHexString(low & 0xffff);
        }
        int gap = full.indexOf("::");
        if (gap != full.lastIndexOf("::")) {
            return Optional.empty();
        }
        String[] before = words(gap < 0 ? full : full.substring(0, gap));
        String[] after = gap < 0 ? new String[0] : words(full.substring(gap + 2));
        int given = before.length + after.length;
        if (gap < 0 ? given != 8 : given > 7) {
            return Optional.empty();
        }
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < 8; i++) {
            String word = i < before.length ? before[i] : i >= 8 - after.length ? after[i - 8 + after.length] : "0";
            if (word.isEmpty()
                    || word.length() > 4
                    || !word.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
                return Optional.empty();
            }
            value = value.shiftLeft(16).or(BigInteger.valueOf(Integer.parseInt(word, 16)));
        }
        byte[] bytes = new byte[16];
        for (int i = 0; i < 16; i++) {
            bytes[i] = value.shiftRight(8 * (15 - i)).byteValue();
        }
        return Optional.of(of(bytes, 0, 16));
    }

    private static String[] words(String text) {
        return text.isEmpty() ? new String[0] : text.split(":", -1);
    }

    /// The first address of the network of so many bits.
    public Address network(int bits) {
        return masked(bits, false);
    }

    /// The last one.
    public Address broadcast(int bits) {
        return masked(bits, true);
    }

    private Address masked(int bits, boolean ones) {
        int width = ipv6 ? 128 : 32;
        int kept = Math.clamp(bits, 0, width);
        long highMask = ipv6 ? ones(Math.min(kept, 64)) : 0;
        long lowMask = ipv6 ? ones(Math.max(0, kept - 64)) : ones(32 + kept) & 0xffff_ffffL;
        long whole = ipv6 ? -1L : 0xffff_ffffL;
        long maskedHigh = high & highMask;
        long maskedLow = low & lowMask;
        return ones
                ? new Address(ipv6, ipv6 ? maskedHigh | ~highMask : 0, maskedLow | (~lowMask & whole))
                : new Address(ipv6, maskedHigh, maskedLow);
    }

    /// The upper `count` bits of 64.
    private static long ones(int count) {
        return count == 0 ? 0 : -1L << (64 - count);
    }

    /// Bits of an address of this kind.
    public int width() {
        return ipv6 ? 128 : 32;
    }

    @Override
    public int compareTo(Address other) {
        int kind = Boolean.compare(ipv6, other.ipv6);
        int upper = kind != 0 ? kind : Long.compareUnsigned(high, other.high);
        return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        if (!ipv6) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        int[] words = new int[8];
        for (int i = 0; i < 8; i++) {
            words[i] = (int) ((i < 4 ? high : low) >>> (16 * (3 - i % 4)) & 0xffff);
        }
        // RFC 5952: the longest run of zeros, the first of equals, two at least.
        int gap = -1;
        int run = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && words[end] == 0) {
                end++;
            }
            if (end - i > run) {
                gap = i;
                run = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += run - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(words[i]));
            }
        }
        return text.toString();
    }
}
