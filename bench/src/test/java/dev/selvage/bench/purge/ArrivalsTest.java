package dev.selvage.bench.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void theLastEdgeCounts() throws Exception {
        Arrivals arrivals = new Arrivals(3);
        long before = System.nanoTime();
        arrivals.effective("a");
        arrivals.effective("a");
        arrivals.effective("b");
        assertThatThrownBy(() -> arrivals.last("a", Duration.ofMillis(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 edges");
        long between = System.nanoTime();
        arrivals.effective("a");
        assertThat(arrivals.last("a", Duration.ofSeconds(1))).isBetween(between, System.nanoTime());
        assertThat(between).isGreaterThanOrEqualTo(before);
    }
}
