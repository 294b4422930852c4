package dev.selvage.bench.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void thereAreFiveLoads() {
        assertThat(Load.all().stream().map(load -> load.name() + " " + load.size()))
                .containsExactly("1k 1024", "10k 10240", "100k 102400", "1m 1048576", "zipf 10240");
        assertThat(Load.all().getLast().paths()).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void ranksAreAskedForInProportionToTheirInverse() {
        int[] ranks = Load.ranks(10_000, 500_000, 1);
        long first = count(ranks, 0);
        assertThat(first).isCloseTo(Math.round(500_000 / 9.7876), Percentage.withPercentage(3)); // H(10,000)
        assertThat(count(ranks, 1)).isCloseTo(first / 2, Percentage.withPercentage(5));
        assertThat(count(ranks, 9)).isCloseTo(first / 10, Percentage.withPercentage(8));
        assertThat(IntStream.of(ranks)).allMatch(rank -> rank >= 0 && rank < 10_000);
        assertThat(IntStream.of(ranks).distinct().count()).isGreaterThan(9_000);
    }

    @Test
    void everyRunIsTheSame() {
        assertThat(Load.zipf(50).sequence()).isEqualTo(Load.zipf(50).sequence());
        Load load = Load.zipf(2);
        assertThat(load.content("/zipf/00000"))
                .hasSize(10 << 10)
                .isEqualTo(load.content("/zipf/00000"))
                .isNotEqualTo(load.content("/zipf/00001"));
    }

    private static long count(int[] ranks, int rank) {
        return IntStream.of(ranks).filter(drawn -> drawn == rank).count();
    }
}
