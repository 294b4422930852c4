package dev.selvage.model.origin;

import java.util.Locale;

/// What an IP address is for, by the special-purpose registries of IANA (RFC 6890).
public enum AddressKind {
    /// Any host of the Internet.
    PUBLIC,
    /// This machine: 127.0.0.0/8, ::1.
    LOOPBACK,
    /// A site's or a provider's own network: RFC 1918, RFC 6598, unique local addresses (RFC 4193) and
    /// what was site-local (RFC 3879).
    PRIVATE,
    /// The link: 169.254.0.0/16 (RFC 3927), fe80::/10.
    LINK_LOCAL,
    /// Services that a cloud offers to its machines, credentials among them.
    METADATA,
    /// No address yet: 0.0.0.0/8, ::. Many systems take it for themselves.
    UNSPECIFIED,
    /// A group: 224.0.0.0/4, ff00::/8.
    MULTICAST,
    /// Everybody on the link: 255.255.255.255.
    BROADCAST,
    /// Not given to anybody, or to a protocol that no origin speaks.
    RESERVED,
    /// Tests of networks: 198.18.0.0/15 (RFC 2544), 2001:2::/48 (RFC 5180).
    BENCHMARKING,
    /// Examples in texts: RFC 5737, RFC 3849, RFC 9637.
    DOCUMENTATION;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The name in settings, messages and logs.
    public String wire() {
        return wire;
    }

    /// The kind of the address with these 4 or 16 bytes. An IPv6 address that stands for an IPv4 address
    /// has that one's ([EmbeddedIpv4]).
    public static AddressKind of(byte[] address) {
        byte[] reached = EmbeddedIpv4.unwrap(address);
        return switch (reached.length) {
            case 4 -> v4(int32(reached, 0));
            case 16 -> v6(reached);
            default -> throw new IllegalArgumentException("an address of " + address.length + " bytes");
        };
    }

    private static AddressKind v4(int ip) {
        return switch (ip >>> 24) {
            case 0 -> UNSPECIFIED;
            case 10 -> PRIVATE;
            case 100 -> in(ip, 0x64400000, 10) ? ip == 0x646464c8 ? METADATA : PRIVATE : PUBLIC;
            case 127 -> LOOPBACK;
            case 168 -> ip == 0xa83f8110 ? METADATA : PUBLIC;
            case 169 -> in(ip, 0xa9fe0000, 16) ? linkLocal(ip) : PUBLIC;
            case 172 -> in(ip, 0xac100000, 12) ? PRIVATE : PUBLIC;
            case 192 -> v4Of192(ip);
            case 198 -> in(ip, 0xc6120000, 15) ? BENCHMARKING : in(ip, 0xc6336400, 24) ? DOCUMENTATION : PUBLIC;
            case 203 -> in(ip, 0xcb007100, 24) ? DOCUMENTATION : PUBLIC;
            default -> ip >>> 28 == 14 ? MULTICAST : ip == -1 ? BROADCAST : ip >>> 28 == 15 ? RESERVED : PUBLIC;
        };
    }

    /// 169.254.169.0/24 and 169.254.170.0/24 hold the instance and task services of nearly every cloud;
    /// 169.254.0.23 and 169.254.42.42 are those of two more.
    private static AddressKind linkLocal(int ip) {
        boolean service = in(ip, 0xa9fea900, 24) || in(ip, 0xa9feaa00, 24) || ip == 0xa9fe0017 || ip == 0xa9fe2a2a;
        return service ? METADATA : LINK_LOCAL;
    }

    private static AddressKind v4Of192(int ip) {
        return switch (ip >>> 8 & 0xffff) {
            // IETF protocol assignments, of which two anycast addresses are global (RFC 7723, RFC 8155).
            case 0 ->
                switch (ip & 0xff) {
                    case 9, 10 -> PUBLIC;
                    case 192 -> METADATA;
                    default -> RESERVED;
                };
            case 2 -> DOCUMENTATION;
            // 192.88.99.0/24, the relays of 6to4 (RFC 7526).
            case 88 << 8 | 99 -> RESERVED;
            default -> in(ip, 0xc0a80000, 16) ? PRIVATE : PUBLIC;
        };
    }

    private static AddressKind v6(byte[] address) {
        long high = int64(address, 0);
        long low = int64(address, 8);
        return switch ((int) (high >>> 56)) {
            case 0x00 -> v6Of0(high, low);
            case 0x20 -> v6Of20(high, low);
            case 0x3f -> high >>> 44 == 0x3fff0 ? DOCUMENTATION : PUBLIC;
            case 0xfc, 0xfd -> uniqueLocal(high, low);
            case 0xfe ->
                switch ((int) (high >>> 54 & 3)) {
                    case 2 -> low == 0xa9fea9feL ? METADATA : LINK_LOCAL;
                    case 3 -> PRIVATE;
                    default -> RESERVED;
                };
            case 0xff -> MULTICAST;
            // Only 2000::/3 has been given out (RFC 4291 section 2.4, RFC 3587).
            default -> high >>> 61 == 1 ? PUBLIC : RESERVED;
        };
    }

    /// A network's own NAT64 in 64:ff9b:1::/48 (RFC 8215) is reserved, because where it keeps the IPv4
    /// address is not known; the IPv4-compatible form is no longer in use (RFC 4291 section 2.5.5.1).
    private static AddressKind v6Of0(long high, long low) {
        if (high == 0 && low == 0) {
            return UNSPECIFIED;
        }
        return high == 0 && low == 1 ? LOOPBACK : RESERVED;
    }

    private static AddressKind v6Of20(long high, long low) {
        if (high >>> 32 == 0x20010db8) {
            return DOCUMENTATION;
        }
        if (high >>> 41 != 0x20010000 >>> 9) {
            return PUBLIC;
        }
        // IETF protocol assignments (RFC 2928): by what the registry calls globally reachable.
        int second = (int) (high >>> 32) & 0xffff;
        return switch (second) {
            case 1 -> high << 32 == 0 && low >= 1 && low <= 3 ? PUBLIC : RESERVED;
            case 2 -> (high >>> 16 & 0xffff) == 0 ? BENCHMARKING : RESERVED;
            case 3 -> PUBLIC;
            case 4 -> (high >>> 16 & 0xffff) == 0x112 ? PUBLIC : RESERVED;
            default -> second >>> 4 == 2 || second >>> 4 == 3 ? PUBLIC : RESERVED;
        };
    }

    /// The services of AWS (fd00:ec2::/32), Google (fd20:ce::254), Scaleway (fd00:42::42) and Akamai
    /// (fd00:a9fe:a9fe::/48).
    private static AddressKind uniqueLocal(long high, long low) {
        boolean service = high >>> 32 == 0xfd000ec2L
                || high >>> 16 == 0xfd00a9fea9feL
                || (high == 0xfd2000ce00000000L && low == 0x254)
                || (high == 0xfd00004200000000L && low == 0x42);
        return service ? METADATA : PRIVATE;
    }

    /// True when `ip` begins with the first `length` bits of `block`.
    private static boolean in(int ip, int block, int length) {
        return (ip ^ block) >>> (32 - length) == 0;
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }

    private static long int64(byte[] bytes, int at) {
        return ((long) int32(bytes, at) << 32) | (int32(bytes, at + 4) & 0xffffffffL);
    }
}
