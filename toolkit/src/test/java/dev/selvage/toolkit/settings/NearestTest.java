package dev.selvage.toolkit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> ZONES = List.of("example.com", "example.org", "shop.example", "a.test");

    @ParameterizedTest
    @CsvSource({
        "exmaple.com, example.com",
        "example.co, example.com",
        "EXAMPLE.ORG, example.org",
        "shop.exampel, shop.example",
        "b.test, a.test"
    })
    void aSlipOfThePenIsUnderstood(String written, String meant) {
        assertThat(Nearest.among(written, ZONES)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"selvage.dev", "com", "''", "shop"})
    void whatIsNotNearIsNotGuessed(String written) {
        assertThat(Nearest.among(written, ZONES)).isEmpty();
    }

    @Test
    void ofTwoAsNearTheFirstByTheAlphabetIsNamed() {
        assertThat(Nearest.among("example.cor", List.of("example.org", "example.com")))
                .contains("example.com");
        assertThat(Nearest.among("x", List.of())).isEmpty();
    }

    @Test
    void namesOfAnyLengthCostLittle() {
        String longest = "x".repeat(1_000_000);

        assertThat(Nearest.among(longest, List.of(longest + "y", "short"))).contains(longest + "y");
    }
}
