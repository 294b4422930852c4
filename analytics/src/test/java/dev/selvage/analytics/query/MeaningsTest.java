package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.store.CounterKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every field says what it means, in the schema and in `docs/graphql-fields.md`, which is made of the catalogue here.
class MeaningsTest {
    private static final Path PAGE = Path.of("../docs/graphql-fields.md");

    /// A field of one meaning, and where it is.
    private record Row(String name, String type, String meaning, String from, Collection<String> datasets) {}

    @Test
    void everyFieldThatIsMeasuredSaysWhatItMeans() {
        List<String> silent = new ArrayList<>();
        for (Dataset dataset : Dataset.values()) {
            Stream.concat(
                            dataset.dimensions(true).stream()
                                    .filter(Dimension::measured)
                                    .map(Dimension::name),
                            paths(dataset))
                    .filter(path -> Meanings.of(dataset, path).isEmpty())
                    .forEach(path -> silent.add(dataset.wire() + "/" + path));
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void nothingIsExplainedThatIsNotThere() {
        Set<String> known = new TreeSet<>();
        for (Dataset dataset : Dataset.values()) {
            Stream.concat(dataset.dimensions(true).stream().map(Dimension::name), paths(dataset))
                    .map(path -> path.replaceFirst("P\\d\\d$", ""))
                    .forEach(path -> {
                        known.add(path);
                        known.add(dataset.wire() + "/" + path);
                    });
        }
        assertThat(Meanings.all().keySet()).isSubsetOf(known);
        assertThat(Meanings.all().values()).allMatch(sentence -> sentence.endsWith("."));
    }

    @Test
    void thePageSaysWhatTheCatalogueSays() throws IOException {
        String page = page();
        Path made = Files.writeString(Path.of("target/graphql-fields.md"), page);
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/graphql-fields.md; as it should be it is at analytics/%s", made)
                .isEqualTo(page);
    }

    private static Stream<String> paths(Dataset dataset) {
        return dataset.form() == Dataset.Form.ROLLUP
                ? Stream.of(
                                RollupPlan.sumFields().stream().map(field -> "sum_" + field),
                                Stream.of("avg_bytes", "avg_edgeRequestBytes", "avg_sampleInterval", "uniq_uniques"))
                        .flatMap(each -> each)
                : dataset.measures().stream().filter(Measure::measured).map(Measure::path);
    }

    private static String page() {
        Map<List<String>, Row> dimensions = new TreeMap<>(MeaningsTest::compare);
        Map<List<String>, Row> measures = new TreeMap<>(MeaningsTest::compare);
        Map<String, Row> neutral = new TreeMap<>();
        for (Dataset dataset : Dataset.values()) {
            for (Dimension each : dataset.dimensions(true)) {
                if (each.measured()) {
                    add(dimensions, dataset, each.name(), type(each.type()), from(dataset, each));
                } else {
                    neutral.computeIfAbsent(
                                    each.name(),
                                    name -> new Row(
                                            name,
                                            type(each.type()),
                                            "",
                                            shown(Objects.requireNonNull(each.constant())),
                                            new TreeSet<>()))
                            .datasets()
                            .add(dataset.wire());
                }
            }
            if (dataset.form() == Dataset.Form.ROLLUP) {
                paths(dataset)
                        .forEach(path -> add(
                                measures,
                                dataset,
                                path,
                                path.startsWith("avg_") ? "float64" : "uint64",
                                path.startsWith("uniq_") ? "sketches of the counters" : "counters"));
            }
            for (Measure each : dataset.measures()) {
                if (each.measured()) {
                    add(measures, dataset, each.path(), type(each.type()), from(dataset, each));
                }
            }
        }
        return """
                # The fields of the GraphQL API

                What each field means here, and what it is read from. This page is made of the catalogue that the schema is
                made of, and a test keeps it so; the same sentences are the descriptions in the schema, which `/graphiql` shows.

                **From** says what can answer it. *Counters* are exact. *Rows* are exact while every request of the time has its
                row, and estimates beyond; an answer says which (`extensions`, `confidence`). *Counters of it* hold no other
                dimension of that kind beside it. Single requests and security events are always rows, and times that do not fall on
                whole minutes are answered from rows. [graphql.md](graphql.md) says more, [statistics.md](statistics.md) what an
                estimate is worth.

                ## Dimensions

                To group by, to filter by and to order by.

                """
                + table(dimensions.values())
                + """

                ## Numbers

                `sum_bytes` is `sum { bytes }`, and its order `sum_bytes_DESC`. A name with `…` stands for `P50`, `P95` and `P99`.

                """
                + table(measures.values())
                + """

                ## Not measured

                There because clients ask for them, the same in every element, and not in `availableFields`. They can be grouped,
                filtered and ordered by.

                | field | type | always |
                |---|---|---|
                """
                + neutral.values().stream()
                        .map(row -> "| `" + row.name() + "` | " + row.type() + " | " + row.from() + " |\n")
                        .collect(Collectors.joining());
    }

    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < one.size(); i++) {
            int found = one.get(i).compareTo(other.get(i));
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    private static void add(Map<List<String>, Row> rows, Dataset dataset, String path, String type, String from) {
        String name = path.replaceFirst("P\\d\\d$", "…");
        String meaning = Meanings.of(dataset, path).orElse("");
        rows.computeIfAbsent(
                        List.of(name, meaning, from), _ -> new Row(name, type, meaning, from, new LinkedHashSet<>()))
                .datasets()
                .add(dataset.wire());
    }

    private static String type(ValueType type) {
        return type.list() ? "list" : type.wire();
    }

    private static String shown(Object value) {
        return value instanceof List ? "an empty list" : value.equals("") ? "an empty text" : "`" + value + "`";
    }

    private static String from(Dataset dataset, Dimension dimension) {
        if (dataset.form() == Dataset.Form.PURGES) {
            return "purges";
        }
        if (dimension.constant() != null) {
            return "always the same";
        }
        if (dimension.kind() == null) {
            boolean bucketed = dimension.bucket() == 0 || dimension.bucket() >= 60_000;
            return dimension.universal() && bucketed ? "counters, rows" : "rows";
        }
        return dimension.kind() == CounterKind.CROSSED ? "counters, rows" : "counters of it, rows";
    }

    private static String from(Dataset dataset, Measure measure) {
        return switch (dataset.form()) {
            case PURGES -> "purges";
            case NOTHING -> "nothing";
            case BY_COLO -> "counters";
            default -> measure.counter() == null ? "rows" : "counters, rows";
        };
    }

    private static String table(Collection<Row> rows) {
        Map<String, String> names = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("| field | type | means | from | in |\n|---|---|---|---|---|\n");
        for (Row row : rows) {
            String in = row.datasets().stream()
                    .map(wire -> names.computeIfAbsent(wire, MeaningsTest::brief))
                    .collect(Collectors.joining(", "));
            table.append("| `")
                    .append(row.name())
                    .append("` | ")
                    .append(row.type())
                    .append(" | ")
                    .append(row.meaning())
                    .append(" | ")
                    .append(row.from())
                    .append(" | ")
                    .append(in)
                    .append(" |\n");
        }
        return table.toString();
    }

    /// `httpRequests1mGroups` is `1m`.
    private static String brief(String wire) {
        return wire.replace("httpRequests", "")
                .replace("firewallEvents", "firewall ")
                .replace("purgeEventsAdaptiveGroups", "purges")
                .replace("healthCheckEventsAdaptiveGroups", "health checks")
                .replace("loadBalancingRequestsAdaptiveGroups", "load balancing");
    }
}
