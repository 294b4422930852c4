package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.OriginPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Judges addresses on a machine whose interfaces have 10.0.0.7, 192.0.2.7 and 2001:db8::7.
class OriginGateTest {
    private static final Set<InetAddress> INTERFACES =
            Set.of(address("10.0.0.7"), address("192.0.2.7"), address("2001:db8::7"));

    private final OriginGate gate = new OriginGate(OriginPolicy.NEARBY, INTERFACES::contains);

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private static Optional<OriginFailure> asked(OriginGate gate, String literal, int port) {
        return gate.refusal(new InetSocketAddress(address(literal), port), "site.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "fd00:ec2::254",
                "100.100.100.200",
                "169.254.1.1",
                "fe80::1",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1",
                "255.255.255.255",
                "240.0.0.1",
                "198.18.0.1"
            })
    void whatIsNeitherPublicNorAllowedIsProhibited(String literal) {
        assertThat(asked(gate, literal, 80)).contains(new OriginFailure.Prohibited());
        assertThat(gate.refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.1.2.3", "fd12::1", "8.8.8.8", "2606:4700::1111", "203.0.113.1"})
    void publicAndAllowedAddressesAreOrigins(String literal) {
        assertThat(asked(gate, literal, 80)).isEmpty();
        assertThat(gate.refused()).isZero();
    }

    @Test
    void theOperatorDecidesAboutLoopbackPrivateAndLinkLocalAddresses() {
        OriginGate strict = new OriginGate(OriginPolicy.PUBLIC_ONLY, INTERFACES::contains);
        assertThat(asked(strict, "127.0.0.1", 80)).contains(new OriginFailure.Prohibited());
        assertThat(asked(strict, "10.1.2.3", 80)).contains(new OriginFailure.Prohibited());
        OriginGate linkLocal = new OriginGate(new OriginPolicy(Set.of(AddressKind.LINK_LOCAL)), INTERFACES::contains);
        assertThat(asked(linkLocal, "169.254.1.1", 80)).isEmpty();
        assertThat(asked(linkLocal, "169.254.169.254", 80)).contains(new OriginFailure.Prohibited());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, ::ffff:127.0.0.1, true",
        "127.0.0.1, 64:ff9b::7f00:1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, 10.0.0.7, false",
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 2002:a00:7::1, true",
        "10.0.0.7, 10.0.0.8, false",
        "2001:db8::7, 2001:db8:0::0:7, true",
        "0.0.0.0, 127.0.0.1, true",
        "0.0.0.0, 127.9.9.9, true",
        "0.0.0.0, ::1, true",
        "0.0.0.0, 10.0.0.7, true",
        "0.0.0.0, 192.0.2.7, true",
        "0.0.0.0, 192.0.2.8, false",
        "::, 127.0.0.1, true",
        "::, 2001:db8::7, true",
        "::, 64:ff9b::192.0.2.7, true",
        "::, 2001:db8::8, false",
    })
    void aListenerOfThisProgramIsNoOrigin(String bound, String literal, boolean ours) {
        gate.own(new InetSocketAddress(address(bound), 8_787));
        assertThat(asked(gate, literal, 8_787).isPresent()).isEqualTo(ours);
        assertThat(asked(gate, literal, 8_788)).isEmpty();
        if (ours) {
            assertThat(asked(gate, literal, 8_787)).contains(new OriginFailure.Ourselves());
        }
    }

    @Test
    void everyListenerCounts() {
        gate.own(new InetSocketAddress(address("127.0.0.1"), 8_080));
        gate.own(new InetSocketAddress(address("127.0.0.1"), 8_787));
        assertThat(asked(gate, "127.0.0.1", 8_080)).contains(new OriginFailure.Ourselves());
        assertThat(asked(gate, "127.0.0.1", 8_787)).contains(new OriginFailure.Ourselves());
        assertThat(asked(gate, "127.0.0.1", 8_081)).isEmpty();
    }

    @Test
    void theAddressesOfThisMachinesInterfacesAreKnown() throws Exception {
        MachineAddresses machine = new MachineAddresses();
        assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
                .isNotEmpty()
                .allMatch(machine);
        assertThat(machine.test(address("192.0.2.1"))).isFalse();
    }
}
