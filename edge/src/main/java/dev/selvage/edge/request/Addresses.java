package dev.selvage.edge.request;

import io.netty.util.NetUtil;
import java.util.function.Predicate;

/// The address of the visitor behind a request.
final class Addresses {
    /// The longest text form of an address.
    static final int MOST_TEXT = 39;

    private Addresses() {}

    /// The peer's address, or, where the peer is a trusted proxy, the last address of `X-Forwarded-For`
    /// that is not one.
    static byte[] of(Exchange x, Predicate<byte[]> trusted) {
        byte[] address = x.visitor.address();
        if (!x.visitor.trusted()) {
            return address;
        }
        String forwarded = x.field("x-forwarded-for");
        if (forwarded == null) {
            return address;
        }
        String[] hops = forwarded.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && i >= hops.length - 32; i--) {
            byte[] hop = NetUtil.createByteArrayFromIpAddressString(hops[i].strip());
            if (hop == null) {
                return address;
            }
            address = hop;
            if (!trusted.test(hop)) {
                return address;
            }
        }
        return address;
    }

    /// 64 bits of an address (FNV-1a, finished).
    static long hash(byte[] address) {
        long h = 0xcbf29ce484222325L;
        for (byte b : address) {
            h = (h ^ (b & 0xff)) * 0x100000001b3L;
        }
        return h ^ h >>> 32;
    }

    /// Writes an address as [NetUtil#bytesToIpAddress] does (RFC 5952), without allocating.
    ///
    /// @param into room for at least [#MOST_TEXT] characters
    /// @return how many characters it has
    static int text(byte[] address, byte[] into) {
        return switch (address.length) {
            case 4 -> version4(address, into);
            case 16 -> version6(address, into);
            default -> 0;
        };
    }

    private static int version4(byte[] address, byte[] into) {
        int at = 0;
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                into[at++] = '.';
            }
            int value = address[i] & 0xff;
            if (value >= 100) {
                into[at++] = (byte) ('0' + value / 100);
            }
            if (value >= 10) {
                into[at++] = (byte) ('0' + value / 10 % 10);
            }
            into[at++] = (byte) ('0' + value % 10);
        }
        return at;
    }

    private static int version6(byte[] address, byte[] into) {
        // RFC 5952 section 4.2: the longest run of at least two zeros is left out, of equal ones the first.
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; ) {
            int end = i;
            while (end < 8 && group(address, end) == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = end + 1;
        }
        int at = 0;
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                into[at++] = ':';
                into[at++] = ':';
                i += runLength - 1;
                continue;
            }
            if (i > 0 && into[at - 1] != ':') {
                into[at++] = ':';
            }
            int group = group(address, i);
            boolean begun = false;
            for (int shift = 12; shift >= 0; shift -= 4) {
                int digit = (group >> shift) & 0xf;
                begun |= digit != 0 || shift == 0;
                if (begun) {
                    into[at++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
                }
            }
        }
        return at;
    }

    private static int group(byte[] address, int index) {
        return ((address[2 * index] & 0xff) << 8) | (address[2 * index + 1] & 0xff);
    }
}
