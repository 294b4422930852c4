package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.OriginPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The setting `origin.allow`.
class OriginAllowTest {
    private static final long DIRECT = 64L << 30;

    @TempDir
    Path temporary;

    private OriginPolicy read(String yaml) throws IOException, CannotStart {
        Path file = Files.writeString(temporary.resolve("s.yaml"), yaml);
        return UpSettings.read(file, List.of(), DIRECT).edge().origins();
    }

    @Test
    void loopbackAndPrivateAddressesAreAllowedUnlessTheOperatorSaysOtherwise() throws Exception {
        assertThat(read("log: info\n")).isEqualTo(OriginPolicy.NEARBY);
        assertThat(read("origin.allow: []\n")).isEqualTo(OriginPolicy.PUBLIC_ONLY);
        assertThat(read("origin.allow: ''\n")).isEqualTo(OriginPolicy.PUBLIC_ONLY);
    }

    @Test
    void theOperatorNamesTheKinds() throws Exception {
        OriginPolicy both = new OriginPolicy(Set.of(AddressKind.PRIVATE, AddressKind.LINK_LOCAL));
        assertThat(read("origin.allow: [link-local, private]\n")).isEqualTo(both);
        assertThat(read("origin:\n  allow:\n    - private\n    - link-local\n")).isEqualTo(both);
        assertThat(read("origin.allow: private, link-local\n")).isEqualTo(both);
        assertThat(read("origin.allow: benchmarking\n")).isEqualTo(new OriginPolicy(Set.of(AddressKind.BENCHMARKING)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata",
                "[loopback, metadata]",
                "public",
                "all",
                "'*'",
                "Loopback",
                "link_local",
                "127.0.0.0/8",
                "true",
                "5",
                "[loopback, '']"
            })
    void whatIsNoKindThatCanBeAllowedRefusesToStart(String value) {
        assertThatThrownBy(() -> read("log: info\norigin.allow: " + value + "\n"))
                .isInstanceOfSatisfying(
                        CannotStart.class, refused -> assertThat(refused.exit()).isEqualTo(Exit.CONFIG))
                .hasMessageContaining("s.yaml:2")
                .hasMessageContaining("origin.allow")
                .hasMessageContaining("loopback, private, link-local, benchmarking");
    }
}
