package dev.selvage.model.origin;

import java.util.Arrays;

/// IPv6 addresses that stand for an IPv4 address, where packets to them arrive.
public final class EmbeddedIpv4 {
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] SIX_TO_FOUR = {0x20, 0x02};
    private static final byte[] TEREDO = {0x20, 0x01, 0, 0};

    private EmbeddedIpv4() {}

    /// The 4 bytes of the address inside, or `address` itself where there is none.
    ///
    /// Looks into IPv4-mapped addresses (RFC 4291 section 2.5.5.2), the well-known prefix of NAT64
    /// (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380).
    public static byte[] unwrap(byte[] address) {
        if (address.length != 16) {
            return address;
        }
        if (begins(address, MAPPED) || begins(address, NAT64)) {
            return Arrays.copyOfRange(address, 12, 16);
        }
        if (begins(address, SIX_TO_FOUR)) {
            return Arrays.copyOfRange(address, 2, 6);
        }
        if (begins(address, TEREDO)) {
            byte[] client = Arrays.copyOfRange(address, 12, 16);
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~client[i];
            }
            return client;
        }
        return address;
    }

    private static boolean begins(byte[] address, byte[] prefix) {
        return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
    }
}
