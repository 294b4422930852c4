package dev.selvage.analytics.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class GraphqlEndpointTest {
    @Test
    void whileItLoadsAQueryWaitsAMomentAndIsToldToComeBack() throws Exception {
        GraphqlEndpoint endpoint = new GraphqlEndpoint(
                _ -> Optional.of(new Nobody()), new Loading(), 10, new Metrics(), Clock.systemUTC());
        long before = System.nanoTime();
        Answer answer = endpoint.handle(call());
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        assertThat(answer.status()).isEqualTo(503);
        JsonNode json = Json.MAPPER.readTree(answer.body());
        assertThat(json.at("/errors/0/message").asString()).isEqualTo("analytics is starting, please try again later");
        assertThat(json.at("/extensions").toString()).isEqualTo("{\"watermark\":null}");
        assertThat(json.path("data").isNull()).isTrue();
    }

    @Test
    void aBudgetComesBackWithTheNextWindow() {
        Moving clock = new Moving();
        QueryBudget budget = new QueryBudget(10, clock);
        assertThat(budget.take("a", 4)).isEqualTo(6);
        assertThatThrownBy(() -> budget.take("a", 7)).isInstanceOf(Refusal.class);
        assertThat(budget.take("b", 10)).isZero();
        assertThat(budget.take("a", 6)).isZero();
        clock.now = clock.now.plus(Duration.ofMinutes(5));
        assertThat(budget.take("a", 10)).isZero();
    }

    @Test
    void timesAreReadInTheFormsThatClientsWrite() {
        long noon = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
        for (String text : List.of(
                "2026-01-31T12:00:00Z",
                "2026-01-31T12:00:00.000Z",
                "2026-01-31T13:00:00+01:00",
                "2026-01-31T12:00:00",
                "2026-01-31 12:00:00",
                " 2026-01-31T11:59:59.9999999Z ")) {
            assertThat(Moments.parse(text)).as(text).isEqualTo(noon);
        }
        assertThat(Moments.parse("2026-01-31")).isEqualTo(noon - 43_200_000);
        assertThat(Moments.time(noon)).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(Moments.date(noon)).isEqualTo("2026-01-31");
        for (String text : List.of("", "now", "2026-13-01", "2026-01-31T25:00:00Z", "9".repeat(5_000))) {
            assertThatThrownBy(() -> Moments.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .hasSizeLessThan(200);
        }
    }

    private static Call call() {
        return new Call(
                "POST",
                "/client/v4/graphql",
                Map.of(),
                Map.of(),
                Map.of(),
                "{\"query\":\"{cost}\"}".getBytes(StandardCharsets.UTF_8),
                "127.0.0.1");
    }

    private static final class Loading implements GraphqlEndpoint.StoreState {
        @Override
        public void await(Duration patience) {}

        @Override
        public boolean open() {
            return false;
        }

        @Override
        public String trouble() {
            return "loading";
        }

        @Override
        public OptionalLong watermark() {
            return OptionalLong.empty();
        }
    }

    private static final class Nobody implements Access.Principal {
        @Override
        public String id() {
            return "nobody";
        }

        @Override
        public Optional<Access.ZoneRef> zone(String id) {
            return Optional.empty();
        }

        @Override
        public List<Access.ZoneRef> zones(@Nullable String after, int limit) {
            return List.of();
        }

        @Override
        public List<Access.ZoneRef> accountZones(String account) {
            return List.of();
        }
    }

    private static final class Moving extends Clock {
        private Instant now = Instant.parse("2026-01-31T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
