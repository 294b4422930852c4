package dev.selvage.toolkit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void aBlockContainsItsAddressesAndNoOther() throws UnknownHostException {
        assertThat(contains("10.1.0.0/15", "10.1.255.255")).isFalse();
        assertThat(contains("10.2.0.0/15", "10.3.255.255")).isTrue();
        assertThat(contains("10.2.0.0/15", "10.4.0.0")).isFalse();
        assertThat(contains("0.0.0.0/0", "255.255.255.255")).isTrue();
        assertThat(contains("192.0.2.7", "192.0.2.7")).isTrue();
        assertThat(contains("192.0.2.7", "192.0.2.8")).isFalse();
        assertThat(contains("2001:db8::/33", "2001:db8:7fff::1")).isTrue();
        assertThat(contains("2001:db8::/33", "2001:db8:8000::1")).isFalse();
    }

    @Test
    void theTwoFamiliesDoNotMix() throws UnknownHostException {
        assertThat(contains("0.0.0.0/0", "::1")).isFalse();
        assertThat(contains("::/0", "127.0.0.1")).isFalse();
    }

    @Test
    void whatIsNoBlockIsRefused() {
        for (String wrong : List.of(
                "",
                "localhost",
                "example.com/8",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "1.2.3",
                "256.1.1.1",
                "10.0.0.0/8/8",
                ":",
                "::1%lo")) {
            assertThat(Network.parse(wrong)).as(wrong).isInstanceOf(Kind.Invalid.class);
        }
    }

    private static boolean contains(String block, String address) throws UnknownHostException {
        return switch (Network.parse(block)) {
            case Kind.Valid<Network>(Network network) ->
                network.contains(InetAddress.getByName(address).getAddress());
            case Kind.Invalid<Network> _ -> false;
        };
    }
}
