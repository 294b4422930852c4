package dev.selvage.edge.request;

import io.netty.util.NetUtil;
import java.util.function.Predicate;

/// The address of the visitor behind a request.
final class Addresses {
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
}
