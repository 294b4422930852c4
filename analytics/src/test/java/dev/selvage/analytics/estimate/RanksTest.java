package dev.selvage.analytics.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RanksTest {
    private static Interval between(double lower, double upper) {
        return new Interval((lower + upper) / 2, lower, upper, 100, true);
    }

    @Test
    void groupsWhoseIntervalsMeetMayChangePlaces() {
        Ranks ranks = Ranks.of(
                List.of(between(90, 110), between(50, 70), between(45, 65), between(30, 40)),
                List.of(between(10, 20)),
                5);
        assertThat(ranks.ranks())
                .containsExactly(
                        new Ranks.Rank(1, 1, false),
                        new Ranks.Rank(2, 3, true),
                        new Ranks.Rank(2, 3, true),
                        new Ranks.Rank(4, 4, false));
        assertThat(ranks.missing()).isEqualTo(20);
    }

    @Test
    void whatIsMissingMayBelongInTheList() {
        Ranks ranks = Ranks.of(List.of(between(90, 110), between(50, 70)), List.of(), 60);
        assertThat(ranks.ranks()).extracting(Ranks.Rank::overlaps).containsExactly(false, true);
        assertThat(ranks.missing()).isEqualTo(60);
    }

    @Test
    void exactNumbersHaveTheirRank() {
        Ranks ranks = Ranks.of(List.of(between(9, 9), between(7, 7), between(7, 7)), List.of(between(7, 7)), 0);
        assertThat(ranks.ranks()).noneMatch(Ranks.Rank::overlaps);
    }
}
