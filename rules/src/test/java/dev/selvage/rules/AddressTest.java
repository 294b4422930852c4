package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static Address address(String text) {
        return Address.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1",
        "255.255.255.255,255.255.255.255",
        "::,::",
        "::1,::1",
        "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
        "1::8,1::8",
        "fe80::,fe80::",
        "::ffff:192.0.2.1,192.0.2.1",
        "64:ff9b::192.0.2.33,64:ff9b::c000:221",
        "1:0:3:4:5:6:7:8,1:0:3:4:5:6:7:8"
    })
    void addressesAreReadAndWrittenInTheirShortestForm(String text, String canonical) {
        assertThat(address(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.",
                ":",
                ":::",
                "1::2::3",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1.2.3",
                "g::",
                "1:2:3:4:5:6:7::8",
                "::-1"
            })
    void whatIsNoAddressIsEmpty(String text) {
        assertThat(Address.parse(text)).isEmpty();
    }

    @Test
    void networksHaveTheirEnds() {
        assertThat(address("192.0.2.77").network(24)).hasToString("192.0.2.0");
        assertThat(address("192.0.2.77").broadcast(24)).hasToString("192.0.2.255");
        assertThat(address("192.0.2.77").network(0)).hasToString("0.0.0.0");
        assertThat(address("192.0.2.77").broadcast(0)).hasToString("255.255.255.255");
        assertThat(address("192.0.2.77").network(32)).isEqualTo(address("192.0.2.77"));
        assertThat(address("2001:db8::1").network(32)).hasToString("2001:db8::");
        assertThat(address("2001:db8::1").broadcast(100)).hasToString("2001:db8::fff:ffff");
        assertThat(address("2001:db8:ffff::1").network(33)).hasToString("2001:db8:8000::");
    }

    @Test
    void addressesAreOrderedAsNumbers() {
        assertThat(address("9.0.0.0")).isLessThan(address("200.0.0.0"));
        assertThat(address("255.0.0.0")).isLessThan(address("::"));
        assertThat(address("7fff::")).isLessThan(address("8000::"));
        assertThat(address("::7fff:ffff:ffff:ffff")).isLessThan(address("::8000:0:0:0"));
    }
}
