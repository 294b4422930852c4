package dev.selvage.model.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
    @Test
    void trueMatchesEveryHost() {
        assertThat(accepted("true").matches("a.example")).isTrue();
        assertThat(accepted("  true ").matches("b.example")).isTrue();
    }

    @Test
    void aHostConditionMatchesThatHostInAnyCase() {
        Expression expression = accepted("http.host eq \"WWW.Example.com\"");
        assertThat(expression.matches("www.example.com")).isTrue();
        assertThat(expression.matches("example.com")).isFalse();
        assertThat(accepted("http.host == \"a.b\"").matches("a.b")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "false | (1:1): expected `true`",
                "http.host ne \"a\" | (1:11): expected the operator `eq`",
                "http.hosteq \"a\" | (1:10): expected the operator `eq`",
                "http.host eq a | (1:14): expected a host name in double quotes",
                "http.host eq\"a\" | (1:13): expected a host name in double quotes",
                "http.host eq \"a | (1:14): the quotation mark is never closed",
                "http.host eq \"a\" or true | (1:17): expected the end",
                "http.host eq \"\" | (1:15): expected a host name of",
                "http.host eq \"a b\" | (1:15): expected a host name of",
            })
    void anythingElseIsRefusedWithItsColumn(String text, String reason) {
        assertThat(Expression.parse(text))
                .isInstanceOfSatisfying(
                        Expression.Refused.class,
                        refused -> assertThat(refused.message()).contains(reason));
    }

    @Test
    void anExpressionBeyondTheBoundIsRefusedShortened() {
        assertThat(Expression.parse("x".repeat(Expression.MAX_LENGTH + 1)))
                .isInstanceOfSatisfying(
                        Expression.Refused.class,
                        refused -> assertThat(refused.message())
                                .contains("longer than 4096")
                                .hasSizeLessThan(500));
    }

    private static Expression accepted(String text) {
        return switch (Expression.parse(text)) {
            case Expression.Accepted(Expression expression) -> expression;
            case Expression.Refused(String message) -> throw new AssertionError(message);
        };
    }
}
