package dev.selvage.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrsTest {
    private static byte[] address(String text) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
        assertThat(address).isNotNull();
        return address;
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,        10.255.255.255,  true",
        "10.0.0.0/8,        11.0.0.0,        false",
        "10.1.2.3/8,        10.9.9.9,        true",
        "192.168.4.0/22,    192.168.7.255,   true",
        "192.168.4.0/22,    192.168.8.0,     false",
        "192.168.4.0/22,    192.168.3.255,   false",
        "192.0.2.128/25,    192.0.2.128,     true",
        "192.0.2.128/25,    192.0.2.127,     false",
        "192.0.2.1,         192.0.2.1,       true",
        "192.0.2.1,         192.0.2.2,       false",
        "192.0.2.1/32,      192.0.2.1,       true",
        "0.0.0.0/0,         203.0.113.9,     true",
        "0.0.0.0/0,         2001:db8::1,     false",
        "2001:db8::/32,     2001:db8:ffff::, true",
        "2001:db8::/32,     2001:db9::,      false",
        "2001:db8::/33,     2001:db8:8000::, false",
        "2001:db8::1,       2001:db8::1,     true",
        "::/0,              10.0.0.1,        false",
    })
    void anAddressLiesInItsBlock(String block, String address, boolean inside) {
        assertThat(new Cidrs(List.of(block)).test(address(address))).isEqualTo(inside);
    }

    @Test
    void oneOfSeveralBlocksIsEnough() {
        Cidrs cidrs = new Cidrs(List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.1"));
        assertThat(cidrs.test(address("192.0.2.1"))).isTrue();
        assertThat(cidrs.test(address("2001:db8::9"))).isTrue();
        assertThat(cidrs.test(address("192.0.2.2"))).isFalse();
        assertThat(new Cidrs(List.of()).test(address("10.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0/8",
                "10.0.0.256",
                "2001:db8::/129",
                "site.example",
                "10.0.0.0/8/8",
                "10.0.0.0 /8"
            })
    void whatIsNoBlockIsRefusedByName(String text) {
        assertThatThrownBy(() -> new Cidrs(List.of("10.0.0.0/8", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("10.0.0.0/8");
    }
}
