package dev.selvage.bench.purge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void sharesAreWhatSoManyDoNotExceed() {
        Samples samples = new Samples();
        assertThat(samples.at(0.5)).isNaN();
        for (int i = 3_000; i > 0; i--) {
            samples.add(i * 1_000L);
        }
        assertThat(samples.count()).isEqualTo(3_000);
        assertThat(samples.micros(0.5)).isEqualTo(1_501);
        assertThat(samples.micros(0.99)).isEqualTo(2_971);
        assertThat(samples.millis(1)).isEqualTo(3);
        samples.add(9_000_000);
        assertThat(samples.millis(1)).as("what comes later counts too").isEqualTo(9);
        assertThat(samples.inMillis()).isEqualTo("p50 1.50 ms, p99 2.97 ms, longest 9.00 ms");
    }
}
