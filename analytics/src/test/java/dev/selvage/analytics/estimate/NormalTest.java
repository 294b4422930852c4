package dev.selvage.analytics.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalTest {
    @Test
    void itsQuantileIsThatOfTheTables() {
        assertThat(Normal.quantile(0.95)).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(Normal.quantile(0.5)).isCloseTo(0.6744897501960817, within(1e-12));
        assertThat(Normal.quantile(0.999)).isCloseTo(3.290526731491926, within(1e-11));
    }
}
