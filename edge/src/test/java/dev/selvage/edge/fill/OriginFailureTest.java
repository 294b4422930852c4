package dev.selvage.edge.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OriginFailureTest {
    private static final String ADDRESS = "192.0.2.1:80";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new OriginFailure.Closed(ADDRESS), 520, "closed"),
                Arguments.of(new OriginFailure.Malformed(ADDRESS, "two lengths"), 520, "two lengths"),
                Arguments.of(new OriginFailure.Prohibited(), 403, "1002"),
                Arguments.of(new OriginFailure.Ourselves(), 508, "leads back"),
                Arguments.of(new OriginFailure.Refused(ADDRESS), 521, "refused"),
                Arguments.of(new OriginFailure.ConnectTimedOut(ADDRESS), 522, "in time"),
                Arguments.of(new OriginFailure.Unresolved("origin.example"), 523, "resolved"),
                Arguments.of(new OriginFailure.Unreachable(ADDRESS), 523, "reached"),
                Arguments.of(new OriginFailure.TimedOut(ADDRESS), 524, "in time"),
                Arguments.of(new OriginFailure.TlsFailed(ADDRESS, false), 525, "TLS"),
                Arguments.of(new OriginFailure.TlsFailed(ADDRESS, true), 526, "certificate"),
                Arguments.of(new OriginFailure.Exhausted(), 503, "too many"),
                Arguments.of(new OriginFailure.AnsweredError(502), 502, "502"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureHasTheStatusThatOwnersKnowAndSaysWhatHappened(OriginFailure failure, int status, String said) {
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.explanation())
                .contains(said)
                .endsWith(".")
                .doesNotContain(ADDRESS)
                .doesNotContain("origin.example");
        if (failure.toString().contains(ADDRESS) || failure.toString().contains("origin.example")) {
            assertThat(failure.report())
                    .as("the log says where")
                    .containsAnyOf(ADDRESS, "origin.example")
                    .contains(said);
        } else {
            assertThat(failure.report()).isEmpty();
        }
        assertThat(failure.unreachable()).isEqualTo(!(failure instanceof OriginFailure.AnsweredError));
    }
}
