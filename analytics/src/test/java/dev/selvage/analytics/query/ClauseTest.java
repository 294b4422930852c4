package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.analytics.store.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClauseTest {
    private static final List<String> TEXTS =
            List.of("", "a", "A", "ab%", "a_b", "a\\b", "x'y", "/p/1", "/p/2", "ünï", "b\"; DROP TABLE t");

    private record Line(long started, String path, long status) {}

    private static Condition random(Random random, int depth) {
        int kind = random.nextInt(depth > 0 ? 5 : 3);
        if (kind >= 3) {
            List<Condition> parts = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                parts.add(random(random, depth - 1));
            }
            return kind == 3 ? new Condition.All(parts) : new Condition.Any(parts);
        }
        List<String> times = List.of("datetime", "datetimeMinute", "datetimeHour", "date");
        String name = kind == 0
                ? times.get(random.nextInt(times.size()))
                : kind == 1 ? "clientRequestPath" : "edgeResponseStatus";
        Dimension dimension = RowAnswerTest.dimension(name);
        List<Operator> operators = Operator.of(dimension.type());
        Operator operator = operators.get(random.nextInt(operators.size()));
        List<Object> values = new ArrayList<>();
        for (int i = operator.list() ? random.nextInt(3) : 1; i > 0; i--) {
            switch (kind) {
                case 0 -> values.add(moment(random));
                case 1 -> values.add(TEXTS.get(random.nextInt(TEXTS.size())));
                default -> values.add(200L + random.nextInt(4));
            }
        }
        return new Condition.Compare(dimension, operator, values);
    }

    /// Often a boundary.
    private static long moment(Random random) {
        long moment = random.nextLong(200_000_000);
        return switch (random.nextInt(3)) {
            case 0 -> moment;
            case 1 -> moment - moment % 60_000;
            default -> moment - moment % 3_600_000;
        };
    }

    /// What a condition means, without SQL.
    private static boolean holds(Condition condition, Line line) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) -> parts.stream().allMatch(part -> holds(part, line));
            case Condition.Any(List<Condition> parts) -> parts.stream().anyMatch(part -> holds(part, line));
            case Condition.Compare(Dimension dimension, Operator operator, List<Object> values) ->
                dimension.bucket() > 0
                        ? numbers(operator, line.started() - line.started() % dimension.bucket(), values)
                        : dimension.name().equals("clientRequestPath")
                                ? texts(operator, line.path(), values)
                                : numbers(operator, line.status(), values);
        };
    }

    private static boolean numbers(Operator operator, long own, List<Object> values) {
        return switch (operator) {
            case IN -> values.contains(own);
            case NOT_IN -> !values.contains(own);
            default -> compared(operator, Long.compare(own, (Long) values.getFirst()));
        };
    }

    private static boolean texts(Operator operator, String own, List<Object> values) {
        return switch (operator) {
            case IN -> values.contains(own);
            case NOT_IN -> !values.contains(own);
            case LIKE -> like(own, values.getFirst().toString());
            case NOT_LIKE -> !like(own, values.getFirst().toString());
            default -> compared(operator, own.compareTo(values.getFirst().toString()));
        };
    }

    private static boolean compared(Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case UNEQUAL -> order != 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            default -> throw new IllegalArgumentException(operator.name());
        };
    }

    private static boolean like(String text, String pattern) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        if (pattern.charAt(0) == '%') {
            return like(text, pattern.substring(1)) || (!text.isEmpty() && like(text.substring(1), pattern));
        }
        return !text.isEmpty() && text.charAt(0) == pattern.charAt(0) && like(text.substring(1), pattern.substring(1));
    }

    @Test
    void aFilterSelectsWhatItMeans(@TempDir Path directory) throws Exception {
        Random random = new Random(20260204);
        List<Line> lines = new ArrayList<>();
        try (DuckDb engine = DuckDb.open(directory, Map.of("threads", "1"));
                Session session = engine.session()) {
            session.execute("CREATE TABLE t (id BIGINT, started BIGINT, path VARCHAR, status BIGINT)");
            for (int i = 0; i < 200; i++) {
                Line line = new Line(moment(random), TEXTS.get(random.nextInt(TEXTS.size())), 200L + random.nextInt(4));
                lines.add(line);
                session.execute(
                        "INSERT INTO t VALUES (?, ?, ?, ?)", (long) i, line.started(), line.path(), line.status());
            }
            for (int round = 0; round < 400; round++) {
                Condition condition = random(random, 3);
                Clause clause = Clause.of(condition, "started", 1, each -> String.valueOf(each.row()));
                List<Long> found = new ArrayList<>();
                session.query(
                        "SELECT id FROM t WHERE " + clause.sql() + " ORDER BY id",
                        clause.values(),
                        Long.MAX_VALUE,
                        row -> found.add(row.getLong(0)));
                List<Long> expected = new ArrayList<>();
                Window window = Window.of(condition);
                for (int i = 0; i < lines.size(); i++) {
                    Line line = lines.get(i);
                    boolean holds = holds(condition, line);
                    if (holds) {
                        expected.add((long) i);
                        assertThat(line.started())
                                .isGreaterThanOrEqualTo(clause.from())
                                .isLessThan(clause.until());
                    }
                    // Taken apart it means the same.
                    assertThat(line.started() >= window.from()
                                    && line.started() < window.until()
                                    && window.rest().stream().allMatch(part -> holds(part, line)))
                            .isEqualTo(holds);
                }
                assertThat(found).as("%s as %s", condition, clause).isEqualTo(expected);
            }
        }
    }

    @Test
    void manyZonesAreSelectedAsFewAre(@TempDir Path directory) throws Exception {
        try (DuckDb engine = DuckDb.open(directory, Map.of("threads", "1"));
                Session session = engine.session()) {
            session.execute("CREATE TABLE t AS SELECT 'z' || i AS zone FROM range(1000) r(i)");
            for (int count : new int[] {1, Clause.FEW, Clause.FEW + 1, 700}) {
                List<String> zones = new ArrayList<>(List.of("none"));
                for (int i = 0; i < count; i++) {
                    zones.add("z" + i * 7 % 1_000);
                }
                Clause clause = Clause.zones(zones);
                long[] found = new long[1];
                session.query(
                        "SELECT count(*) FROM t WHERE " + clause.sql(),
                        clause.values(),
                        Long.MAX_VALUE,
                        row -> found[0] = row.getLong(0));
                assertThat(found[0]).isEqualTo(count);
            }
        }
    }

    @Test
    void aFilterOfTimesSaysWhichRangeItNeeds() {
        Dimension datetime = RowAnswerTest.dimension("datetime");
        Condition early = new Condition.Compare(datetime, Operator.AT_LEAST, List.of(60_000L));
        Condition late = new Condition.Compare(datetime, Operator.LESS, List.of(120_500L));
        Clause both = Clause.of(new Condition.All(List.of(early, late)), "t", 1, Dimension::name);
        assertThat(both.from()).isEqualTo(60_000);
        assertThat(both.until()).isEqualTo(121_000);
        assertThat(both.decidedBy(60_000, Long.MAX_VALUE)).isFalse();
        // What lies ahead of now decides nothing.
        assertThat(both.decidedBy(60_000, 121_000)).isTrue();
        Clause either = Clause.of(new Condition.Any(List.of(early, late)), "t", 1, Dimension::name);
        assertThat(either.from()).isEqualTo(Long.MIN_VALUE);
        assertThat(either.until()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aLongTimeIsReadAsDaysAndItsEndsAsHoursAndMinutes() {
        long day = Level.DAY.milliseconds();
        long hour = Level.HOUR.milliseconds();
        Random random = new Random(5);
        for (int round = 0; round < 1_000; round++) {
            long from = (1 + random.nextInt(10_000)) * 60_000L;
            long until = from + random.nextInt(10_000) * 60_000L;
            Counted counted = Counted.of(from, until, Level.DAY, Long.MAX_VALUE).orElseThrow();
            long at = from;
            for (Counted.Span span : counted.spans()) {
                assertThat(span.from()).isEqualTo(at);
                assertThat(span.from() % span.level().milliseconds()).isZero();
                assertThat(span.until() % span.level().milliseconds()).isZero();
                at = span.until();
            }
            assertThat(at).isEqualTo(until);
            assertThat(counted.spans()).hasSizeLessThanOrEqualTo(5);
        }
        assertThat(Counted.of(day + hour + 60_000, 3 * day, Level.DAY, Long.MAX_VALUE)
                        .orElseThrow()
                        .spans())
                .containsExactly(
                        new Counted.Span(Level.MINUTE, day + hour + 60_000, day + 2 * hour),
                        new Counted.Span(Level.HOUR, day + 2 * hour, 2 * day),
                        new Counted.Span(Level.DAY, 2 * day, 3 * day));
        assertThat(Counted.of(1, day, Level.DAY, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void durationsAreWrittenAsTheApiDoes() {
        assertThat(QueryEngine.words(Duration.ofDays(30).toMillis())).isEqualTo("4w2d");
        assertThat(QueryEngine.words(23_211_162_924L)).isEqualTo("38w2d15h32m42s924ms");
        assertThat(QueryEngine.words(0)).isEqualTo("0s");
    }
}
