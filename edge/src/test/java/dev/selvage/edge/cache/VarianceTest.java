package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VarianceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2         | 1 ,  2",
                "1,2         | 1\t,\t2",
                "1,2         | '  1, 2  '",
                "\"1 , 2\",3 | \"1 , 2\" , 3",
                "\"a\\\" ,b\",c | \"a\\\" ,b\" , c",
            })
    void whitespaceAroundTheMembersOfAListDoesNotMatter(String one, String other) {
        for (Variance variance : Variance.values()) {
            assertThat(variance.normal("foo", other)).isEqualTo(variance.normal("foo", one));
        }
    }

    @ParameterizedTest
    @CsvSource({"1 2, 12", "a, A", "'a,b', 'b,a'", "'\"a ,b\"', '\"a,b\"'", "'', 'a'"})
    void everythingElseOfAnUnknownFieldMatters(String one, String other) {
        for (Variance variance : Variance.values()) {
            assertThat(variance.normal("foo", one)).isNotEqualTo(variance.normal("foo", other));
        }
    }

    @ParameterizedTest
    @EnumSource(Variance.class)
    void languagesMeetWhateverTheirCaseWhitespaceAndWeightsSpelling(Variance variance) {
        String normal = variance.normal("accept-language", "en, de;q=0.5");
        assertThat(variance.normal("accept-language", "EN ,dE ; q=0.500")).isEqualTo(normal);
        assertThat(variance.normal("accept-language", "de;q=.5, en")).isNotEqualTo(normal);
        assertThat(variance.normal("accept-language", "de;q=0.5, en;Q=1.0")).isEqualTo(normal);
        assertThat(variance.normal("accept-language", "en, de")).isNotEqualTo(normal);
        assertThat(variance.normal("accept-language", null)).isNull();
    }

    @Test
    void theOrderOfLanguagesOfEqualWeightMattersUnlessTheirMeaningAloneDoes() {
        assertThat(Variance.AS_SENT.normal("accept-language", "en, de"))
                .isNotEqualTo(Variance.AS_SENT.normal("accept-language", "de, en"));
        assertThat(Variance.BY_MEANING.normal("accept-language", "en, de"))
                .isEqualTo(Variance.BY_MEANING.normal("accept-language", "de, en"));
    }

    @ParameterizedTest
    @CsvSource({
        "'fr;q=0.5, de;q=1.0', de, true",
        "'fr;q=0.5, de;q=1.0', DE, true",
        "'fr;q=0.5, de;q=1.0', fr, false",
        "'fr, de', de, false",
        "'de;q=0', de, false",
        "'de', 'de, fr', false",
    })
    void theOneLanguageLikedBestSelectsAResponseInIt(String accepted, String content, boolean selected) {
        assertThat(Variance.BY_MEANING.likesBest(accepted, content)).isEqualTo(selected);
        assertThat(Variance.AS_SENT.likesBest(accepted, content)).isFalse();
    }
}
