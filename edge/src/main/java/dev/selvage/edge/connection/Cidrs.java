package dev.selvage.edge.connection;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Tells whether an address lies in one of some CIDR blocks.
public final class Cidrs implements Predicate<byte[]> {
    private record Block(byte[] prefix, int bits) {}

    private final List<Block> blocks = new ArrayList<>();

    /// @param cidrs such as `10.0.0.0/8`, `2001:db8::/32` or a single address
    /// @throws IllegalArgumentException naming the first one that is none
    public Cidrs(List<String> cidrs) {
        for (String cidr : cidrs) {
            int slash = cidr.indexOf('/');
            byte[] prefix = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? cidr : cidr.substring(0, slash));
            int bits = prefix == null || slash < 0 ? -1 : bits(cidr.substring(slash + 1), prefix.length * 8);
            if (prefix == null || (slash >= 0 && bits < 0)) {
                throw new IllegalArgumentException(
                        "\"" + cidr + "\" is not a CIDR block such as 10.0.0.0/8 or an address");
            }
            blocks.add(new Block(prefix, slash < 0 ? prefix.length * 8 : bits));
        }
    }

    private static int bits(String text, int most) {
        try {
            int bits = Integer.parseInt(text);
            return bits >= 0 && bits <= most ? bits : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    @Override
    public boolean test(byte[] address) {
        for (Block block : blocks) {
            if (block.prefix().length == address.length && same(block, address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(Block block, byte[] address) {
        int whole = block.bits() / 8;
        for (int i = 0; i < whole; i++) {
            if (block.prefix()[i] != address[i]) {
                return false;
            }
        }
        int rest = block.bits() % 8;
        return rest == 0 || ((block.prefix()[whole] ^ address[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }
}
