package dev.selvage.model.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {
    private static final OriginPolicy EVERYTHING = new OriginPolicy(Set.copyOf(OriginPolicy.CHOICES));

    @Test
    void onlyPublicAndDocumentationAddressesAreAllowedUnasked() {
        for (AddressKind kind : AddressKind.values()) {
            boolean open = kind == AddressKind.PUBLIC || kind == AddressKind.DOCUMENTATION;
            assertThat(OriginPolicy.PUBLIC_ONLY.allows(kind)).as(kind.wire()).isEqualTo(open);
        }
    }

    @Test
    void nearbyAddsLoopbackAndPrivateAddresses() {
        Set<AddressKind> allowed = EnumSet.noneOf(AddressKind.class);
        for (AddressKind kind : AddressKind.values()) {
            if (OriginPolicy.NEARBY.allows(kind)) {
                allowed.add(kind);
            }
        }
        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        AddressKind.PUBLIC, AddressKind.DOCUMENTATION, AddressKind.LOOPBACK, AddressKind.PRIVATE);
    }

    @ParameterizedTest
    @EnumSource(names = {"METADATA", "UNSPECIFIED", "MULTICAST", "BROADCAST", "RESERVED"})
    void noOperatorCanAllowWhatIsNobodysOrHoldsCredentials(AddressKind kind) {
        assertThat(EVERYTHING.allows(kind)).isFalse();
        assertThatThrownBy(() -> new OriginPolicy(Set.of(kind)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(kind.wire());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, LOOPBACK",
        "127.1, LOOPBACK",
        "2130706433, LOOPBACK",
        "0, UNSPECIFIED",
        "::1, LOOPBACK",
        "[::1], LOOPBACK",
        "0:0:0:0:0:0:0:1, LOOPBACK",
        "::ffff:127.0.0.1, LOOPBACK",
        "::ffff:7f00:1, LOOPBACK",
        "64:ff9b::7f00:1, LOOPBACK",
        "2002:7f00:1::, LOOPBACK",
        "10.1.2.3, PRIVATE",
        "fd12::1, PRIVATE",
        "FE80::1, LINK_LOCAL",
        "169.254.169.254, METADATA",
        "::ffff:a9fe:a9fe, METADATA",
        "255.255.255.255, BROADCAST"
    })
    void anAddressInTextIsRefusedHoweverItIsWritten(String literal, AddressKind kind) {
        assertThat(OriginPolicy.PUBLIC_ONLY.refused(literal)).contains(kind);
        assertThat(EVERYTHING.refused(literal).isEmpty()).isEqualTo(OriginPolicy.CHOICES.contains(kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "2001:db8::1",
                "8.8.8.8",
                "origin.example",
                "site.test",
                "localhost",
                "metadata.google.internal",
                "127.0.0.1.example",
                "1.2.3.4.5",
                "::1::",
                "fe80::1%none",
                ""
            })
    void namesAndExamplesAreData(String host) {
        assertThat(OriginPolicy.PUBLIC_ONLY.refused(host)).isEmpty();
    }
}
