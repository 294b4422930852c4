package dev.selvage.analytics.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GammaTest {
    @ParameterizedTest
    @CsvSource({
        "1, 0.0005, -3.2905267314918945, 0.0005001250416822983",
        "1, 0.025, -1.9599639845400545, 0.025317807984289876",
        "1, 0.5, 0, 0.6931471805599455",
        "1, 0.975, 1.959963984540054, 3.6888794541139354",
        "1, 0.9995, 3.2905267314919255, 7.600902459542192",
        "1.5, 0.0005, -3.2905267314918945, 0.007639483621621476",
        "1.5, 0.025, -1.9599639845400545, 0.10789764131194893",
        "1.5, 0.975, 1.959963984540054, 4.674201802248074",
        "3, 0.025, -1.9599639845400545, 0.6186721228956014",
        "3, 0.9995, 3.2905267314919255, 12.051399497491873",
        "10, 0.0005, -3.2905267314918945, 2.6990331060328097",
        "10, 0.5, 0, 9.668714614714128",
        "10, 0.975, 1.959963984540054, 17.084803451419166",
        "100, 0.025, -1.9599639845400545, 81.36399125092314",
        "1234.5, 0.975, 1.959963984540054, 1304.3064251562787",
        "99999, 0.0005, -3.2905267314918945, 98961.7240294371",
        "99999, 0.9995, 3.2905267314919255, 101042.82767118269"
    })
    void itsQuantileIsThatOfTheTables(double shape, double p, double z, double quantile) {
        assertThat(Gamma.quantile(shape, p, z)).isCloseTo(quantile, withinPercentage(1e-7));
    }

    @ParameterizedTest
    @CsvSource({
        "100000, 0.0005, -3.2905267314918945",
        "100000, 0.975, 1.959963984540054",
        "1e12, 0.025, -1.9599639845400545"
    })
    void aLargeShapeIsAsRightAsASmallOne(double shape, double p, double z) {
        double x = Gamma.quantile(shape, p, z);
        double below = Gamma.quantile(shape * (1 - 1e-9), p, z);
        assertThat(x).isCloseTo(below, withinPercentage(1e-5));
        assertThat((x - shape) / Math.sqrt(shape)).isCloseTo(z, within(0.02));
    }
}
