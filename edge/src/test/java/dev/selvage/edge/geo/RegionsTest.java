package dev.selvage.edge.geo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegionsTest {
    @Test
    void everyCountryIsOnAContinent() {
        assertThat(Stream.concat(Stream.of("XK"), Arrays.stream(Locale.getISOCountries())))
                .allSatisfy(country -> assertThat(Regions.continent(country))
                        .as(country)
                        .isIn("AF", "AN", "AS", "EU", "NA", "OC", "SA"));
        assertThat(Regions.continent("NL")).isEqualTo("EU");
        assertThat(Regions.continent("JP")).isEqualTo("AS");
        assertThat(Regions.continent("XX")).isEmpty();
    }

    @Test
    void theUnionHas27Members() {
        assertThat(Arrays.stream(Locale.getISOCountries()).filter(Regions::european))
                .hasSize(27)
                .contains("NL", "GR", "CY")
                .doesNotContain("GB", "CH", "NO");
    }
}
