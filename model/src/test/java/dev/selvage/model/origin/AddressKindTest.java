package dev.selvage.model.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressKindTest {
    private static final int ROUNDS = 50_000;

    private static AddressKind kind(String address) {
        return AddressKind.of(bytes(address));
    }

    private static byte[] bytes(String address) {
        return InetAddress.ofLiteral(address).getAddress();
    }

    /// 16 bytes from eight groups: `InetAddress` turns the mapped form into an IPv4 address by itself.
    private static byte[] groups(String text) {
        String[] groups = text.split(":", 8);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            int group = Integer.parseInt(groups[i], 16);
            bytes[2 * i] = (byte) (group >> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        return bytes;
    }

    /// Each block with its first and last address and what lies before and after it.
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.255.255.255, UNSPECIFIED, , PUBLIC",
        "10.0.0.0, 10.255.255.255, PRIVATE, PUBLIC, PUBLIC",
        "100.64.0.0, 100.127.255.255, PRIVATE, PUBLIC, PUBLIC",
        "100.100.100.200, 100.100.100.200, METADATA, PRIVATE, PRIVATE",
        "127.0.0.0, 127.255.255.255, LOOPBACK, PUBLIC, PUBLIC",
        "168.63.129.16, 168.63.129.16, METADATA, PUBLIC, PUBLIC",
        "169.254.0.0, 169.254.0.22, LINK_LOCAL, PUBLIC, METADATA",
        "169.254.0.23, 169.254.0.23, METADATA, LINK_LOCAL, LINK_LOCAL",
        "169.254.42.42, 169.254.42.42, METADATA, LINK_LOCAL, LINK_LOCAL",
        "169.254.169.0, 169.254.170.255, METADATA, LINK_LOCAL, LINK_LOCAL",
        "169.254.171.0, 169.254.255.255, LINK_LOCAL, METADATA, PUBLIC",
        "172.16.0.0, 172.31.255.255, PRIVATE, PUBLIC, PUBLIC",
        "192.0.0.0, 192.0.0.8, RESERVED, PUBLIC, PUBLIC",
        "192.0.0.9, 192.0.0.10, PUBLIC, RESERVED, RESERVED",
        "192.0.0.11, 192.0.0.191, RESERVED, PUBLIC, METADATA",
        "192.0.0.192, 192.0.0.192, METADATA, RESERVED, RESERVED",
        "192.0.0.193, 192.0.0.255, RESERVED, METADATA, PUBLIC",
        "192.0.2.0, 192.0.2.255, DOCUMENTATION, PUBLIC, PUBLIC",
        "192.31.196.0, 192.31.196.255, PUBLIC, PUBLIC, PUBLIC",
        "192.52.193.0, 192.52.193.255, PUBLIC, PUBLIC, PUBLIC",
        "192.88.99.0, 192.88.99.255, RESERVED, PUBLIC, PUBLIC",
        "192.168.0.0, 192.168.255.255, PRIVATE, PUBLIC, PUBLIC",
        "192.175.48.0, 192.175.48.255, PUBLIC, PUBLIC, PUBLIC",
        "198.18.0.0, 198.19.255.255, BENCHMARKING, PUBLIC, PUBLIC",
        "198.51.100.0, 198.51.100.255, DOCUMENTATION, PUBLIC, PUBLIC",
        "203.0.113.0, 203.0.113.255, DOCUMENTATION, PUBLIC, PUBLIC",
        "224.0.0.0, 239.255.255.255, MULTICAST, PUBLIC, RESERVED",
        "240.0.0.0, 255.255.255.254, RESERVED, MULTICAST, BROADCAST",
        "255.255.255.255, 255.255.255.255, BROADCAST, RESERVED, ",
        "::, ::, UNSPECIFIED, , LOOPBACK",
        "::1, ::1, LOOPBACK, UNSPECIFIED, RESERVED",
        "::2, ::fffe:ffff:ffff, RESERVED, LOOPBACK, UNSPECIFIED",
        "::1:0:0:0, 64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, BROADCAST, UNSPECIFIED",
        "64:ff9b::1:0:0, 64:ff9b:0:ffff:ffff:ffff:ffff:ffff, RESERVED, BROADCAST, RESERVED",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, RESERVED, RESERVED, RESERVED",
        "100::, 100::1:ffff:ffff:ffff:ffff, RESERVED, RESERVED, RESERVED",
        "1fff::, 1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, RESERVED, PUBLIC",
        "2000::, 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, RESERVED, BROADCAST",
        "2001:1::, 2001:1::, RESERVED, UNSPECIFIED, PUBLIC",
        "2001:1::1, 2001:1::3, PUBLIC, RESERVED, RESERVED",
        "2001:1::4, 2001:1:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, PUBLIC, BENCHMARKING",
        "2001:2::, 2001:2:0:ffff:ffff:ffff:ffff:ffff, BENCHMARKING, RESERVED, RESERVED",
        "2001:2:1::, 2001:2:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, BENCHMARKING, PUBLIC",
        "2001:3::, 2001:3:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, RESERVED, RESERVED",
        "2001:4:112::, 2001:4:112:ffff:ffff:ffff:ffff:ffff, PUBLIC, RESERVED, RESERVED",
        "2001:10::, 2001:1f:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, RESERVED, PUBLIC",
        "2001:20::, 2001:3f:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, RESERVED, RESERVED",
        "2001:40::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, PUBLIC, PUBLIC",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, DOCUMENTATION, PUBLIC, PUBLIC",
        "2003::, 2003::, PUBLIC, BROADCAST, PUBLIC",
        "2620:4f:8000::, 2620:4f:8000:ffff:ffff:ffff:ffff:ffff, PUBLIC, PUBLIC, PUBLIC",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, DOCUMENTATION, PUBLIC, PUBLIC",
        "3fff:1000::, 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PUBLIC, DOCUMENTATION, RESERVED",
        "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, RESERVED, RESERVED",
        "fc00::, fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PRIVATE, RESERVED, PRIVATE",
        "fd00:42::42, fd00:42::42, METADATA, PRIVATE, PRIVATE",
        "fd00:ec2::, fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff, METADATA, PRIVATE, PRIVATE",
        "fd00:a9fe:a9fe::, fd00:a9fe:a9fe:ffff:ffff:ffff:ffff:ffff, METADATA, PRIVATE, PRIVATE",
        "fd20:ce::254, fd20:ce::254, METADATA, PRIVATE, PRIVATE",
        "fd20:ce::255, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PRIVATE, METADATA, RESERVED",
        "fe00::, fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff, RESERVED, PRIVATE, LINK_LOCAL",
        "fe80::a9fe:a9fe, fe80::a9fe:a9fe, METADATA, LINK_LOCAL, LINK_LOCAL",
        "fe80::a9fe:a9ff, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, LINK_LOCAL, METADATA, PRIVATE",
        "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PRIVATE, LINK_LOCAL, MULTICAST",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, MULTICAST, PRIVATE, ",
    })
    void aBlockBeginsAndEndsWhereTheRegistrySays(
            String first, String last, AddressKind kind, AddressKind before, AddressKind after) {
        assertThat(kind(first)).as(first).isEqualTo(kind);
        assertThat(kind(last)).as(last).isEqualTo(kind);
        if (before != null) {
            assertThat(AddressKind.of(beside(bytes(first), -1)))
                    .as("before " + first)
                    .isEqualTo(before);
        }
        if (after != null) {
            assertThat(AddressKind.of(beside(bytes(last), 1)))
                    .as("after " + last)
                    .isEqualTo(after);
        }
    }

    private static byte[] beside(byte[] address, int step) {
        byte[] next = address.clone();
        int at = next.length - 1;
        while ((next[at] += (byte) step) == (step > 0 ? 0 : (byte) 0xff)) {
            at--;
        }
        return next;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.170.2",
                "169.254.170.23",
                "169.254.169.253",
                "169.254.0.23",
                "169.254.42.42",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd20:ce::254",
                "fd00:42::42",
                "fd00:a9fe:a9fe::1",
                "fe80::a9fe:a9fe",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "2001:0:4136:e378:8000:63bf:5601:5601"
            })
    void whatGivesMachinesTheirCredentialsIsMetadata(String address) {
        assertThat(kind(address)).isEqualTo(AddressKind.METADATA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00::1", "2001:4860::"
            })
    void ordinaryAddressesArePublic(String address) {
        assertThat(kind(address)).isEqualTo(AddressKind.PUBLIC);
    }

    @Test
    void anIpv6AddressHasTheKindOfTheIpv4AddressInside() {
        Random random = new Random(20_261_123);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] inside = v4(random);
            AddressKind kind = AddressKind.of(inside);
            int high = ((inside[0] & 0xff) << 8) | (inside[1] & 0xff);
            int low = ((inside[2] & 0xff) << 8) | (inside[3] & 0xff);
            String tail = "%x:%x".formatted(high, low);
            String rest = "%x".formatted(random.nextInt(0x10000));
            for (String form : new String[] {
                "0:0:0:0:0:ffff:" + tail,
                "64:ff9b:0:0:0:0:" + tail,
                "2002:" + tail + ":" + rest + ":0:0:0:" + rest,
                "2001:0:" + rest + ":" + rest + ":0:0:" + "%x:%x".formatted(high ^ 0xffff, low ^ 0xffff)
            }) {
                assertThat(AddressKind.of(groups(form))).as(form).isEqualTo(kind);
                assertThat(EmbeddedIpv4.unwrap(groups(form))).as(form).isEqualTo(inside);
            }
        }
    }

    @Test
    void theKindsAgreeWithWhatThePlatformKnows() throws Exception {
        Random random = new Random(4_711);
        Set<AddressKind> seen = new HashSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = random.nextBoolean() ? v4(random) : v6(random);
            byte[] reached = EmbeddedIpv4.unwrap(bytes);
            InetAddress address = InetAddress.getByAddress(reached);
            AddressKind kind = AddressKind.of(bytes);
            seen.add(kind);
            String text = address.getHostAddress() + " is " + kind;
            assertThat(kind == AddressKind.MULTICAST).as(text).isEqualTo(address.isMulticastAddress());
            assertThat(kind == AddressKind.LOOPBACK).as(text).isEqualTo(address.isLoopbackAddress());
            if (address.isAnyLocalAddress()) {
                assertThat(kind).as(text).isEqualTo(AddressKind.UNSPECIFIED);
            }
            if (address.isSiteLocalAddress()) {
                assertThat(kind).as(text).isEqualTo(AddressKind.PRIVATE);
            }
            if (address.isLinkLocalAddress()) {
                assertThat(kind).as(text).isIn(AddressKind.LINK_LOCAL, AddressKind.METADATA);
            }
            if (kind == AddressKind.LINK_LOCAL) {
                assertThat(address.isLinkLocalAddress()).as(text).isTrue();
            }
            if (kind == AddressKind.PRIVATE && address instanceof Inet4Address && reached[0] != 100) {
                assertThat(address.isSiteLocalAddress()).as(text).isTrue();
            }
            if (address instanceof Inet6Address v6 && v6.isIPv4CompatibleAddress()) {
                assertThat(kind).as(text).isNotEqualTo(AddressKind.PUBLIC);
            }
        }
        assertThat(seen).contains(AddressKind.values());
    }

    /// Half of them begin as special blocks do.
    private static byte[] v4(Random random) {
        byte[] bytes = new byte[4];
        random.nextBytes(bytes);
        String[] starts = {
            "0", "10", "100.100.100.200", "127", "169.254.169", "169.254", "172.20", "192.0.0", "192.0.2",
            "192.88.99", "192.168", "198.18", "198.51.100", "203.0.113", "255.255.255.255", "240", "192", "100"
        };
        if (random.nextBoolean()) {
            String[] parts = starts[random.nextInt(starts.length)].split("\\.", -1);
            for (int i = 0; i < parts.length; i++) {
                bytes[i] = (byte) Integer.parseInt(parts[i]);
            }
        }
        return bytes;
    }

    private static byte[] v6(Random random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String[] starts = {
            "::",
            "::1",
            "fe80::",
            "fec0::",
            "fc00::",
            "fd00::",
            "ff02::",
            "2001:db8::",
            "2001::",
            "2001:2::",
            "2002::",
            "3fff::",
            "64:ff9b::",
            "fd00:ec2::254",
            "fe80::a9fe:a9fe"
        };
        if (random.nextInt(4) != 0) {
            byte[] start = bytes(starts[random.nextInt(starts.length)]);
            System.arraycopy(start, 0, bytes, 0, random.nextInt(17));
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17})
    void onlyFourOrSixteenBytesAreAnAddress(int length) {
        assertThatThrownBy(() -> AddressKind.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreWordsWithHyphens() {
        assertThat(AddressKind.LINK_LOCAL.wire()).isEqualTo("link-local");
        assertThat(AddressKind.METADATA.wire()).isEqualTo("metadata");
    }
}
