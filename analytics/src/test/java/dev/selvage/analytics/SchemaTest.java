package dev.selvage.analytics;

import static dev.selvage.analytics.FakeAccess.ACCOUNT;
import static dev.selvage.analytics.FakeAccess.ZONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.query.Condition;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
import dev.selvage.analytics.query.Operator;
import dev.selvage.analytics.query.ValueType;
import graphql.introspection.IntrospectionQuery;
import graphql.introspection.IntrospectionResultToSchema;
import graphql.schema.idl.SchemaParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Every field, operator and order that clients know is there, has its type and can be asked for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaTest {
    /// As many fields as one dataset may be asked for, less a few.
    private static final int SOME = 60;

    private final Instant since = Instant.now().minusSeconds(3_600);

    @TempDir
    private static Path directory;

    private Api api;

    @BeforeAll
    void recordSomething() throws Exception {
        api = new Api(directory);
        Traffic traffic = new Traffic("edge-0");
        for (int i = 0; i < 3; i++) {
            traffic.add(Traffic.request(i, since.toEpochMilli() + 60_000L * i)
                    .path("/" + i)
                    .rule("rule", dev.selvage.model.event.RuleAction.BLOCK)
                    .done());
        }
        api.record(traffic.batch());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private JsonNode type(String name) throws Exception {
        Api.Reply reply = api.ask(
                "query($n:String){__type(name:$n){fields{name type{...t}} inputFields{name}"
                        + " enumValues{name}}} fragment t on __Type{kind name ofType{kind name ofType{kind name ofType{kind name}}}}",
                Map.of("n", name));
        assertThat(reply.json().path("errors").isNull())
                .as(reply.json().toString())
                .isTrue();
        return reply.json().at("/data/__type");
    }

    private Map<String, String> fields(String type) throws Exception {
        Map<String, String> fields = new HashMap<>();
        for (JsonNode field : type(type).path("fields")) {
            fields.put(field.path("name").asString(), written(field.path("type")));
        }
        return fields;
    }

    private static String written(JsonNode type) {
        return switch (type.path("kind").asString()) {
            case "NON_NULL" -> written(type.path("ofType")) + "!";
            case "LIST" -> "[" + written(type.path("ofType")) + "]";
            default -> type.path("name").asString();
        };
    }

    private static Stream<String[]> known() throws IOException {
        try (InputStream in = Objects.requireNonNull(SchemaTest.class.getResourceAsStream("fields.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" ", -1)).toList().stream();
        }
    }

    private static String prefix(String dataset) {
        return "Zone" + Character.toUpperCase(dataset.charAt(0)) + dataset.substring(1);
    }

    @Test
    void everyFieldThatClientsKnowHasItsType() throws Exception {
        Map<String, Map<String, String>> types = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (String[] line : known().filter(line -> !line[1].equals("counts")).toList()) {
            String suffix = switch (line[1]) {
                case "-" -> "";
                case "confidence.sum" -> "SumConfidence";
                default -> Character.toUpperCase(line[1].charAt(0)) + line[1].substring(1);
            };
            String type = prefix(line[0]) + suffix;
            if (!types.containsKey(type)) {
                types.put(type, fields(type));
            }
            String found = types.get(type).get(line[2]);
            if (!line[3].equals(found)) {
                wrong.add(type + "." + line[2] + ": " + found + " instead of " + line[3]);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// Fields of ours, or dimensions that the API knows elsewhere, which make for more keys.
    @Test
    void thereAreAsManyFilterKeysAndOrdersAsClientsKnow() throws Exception {
        for (String[] line : known().filter(line -> line[1].equals("counts")).toList()) {
            JsonNode filter = type(prefix(line[0]) + "Filter_InputObject");
            JsonNode order = type(prefix(line[0]) + "OrderBy");
            assertThat(filter.path("inputFields").size()).as(line[0]).isGreaterThanOrEqualTo(Integer.parseInt(line[2]));
            // Of two datasets clients know one more order than there are fields to order by.
            int unknown = line[0].startsWith("firewallEventsAdaptive") ? 2 : 0;
            assertThat(order.path("enumValues").size())
                    .as(line[0])
                    .isGreaterThanOrEqualTo(Integer.parseInt(line[3]) - unknown);
        }
    }

    @Test
    void toolsCanReadTheWholeSchema() throws Exception {
        Api.Reply reply = api.ask(IntrospectionQuery.INTROSPECTION_QUERY);
        assertThat(reply.json().path("errors").isNull()).isTrue();
        Map<?, ?> data =
                dev.selvage.toolkit.json.Json.MAPPER.convertValue(reply.json().path("data"), Map.class);
        Map<String, Object> named = new LinkedHashMap<>();
        data.forEach((key, value) -> named.put(String.valueOf(key), value));
        String schema =
                graphql.language.AstPrinter.printAst(new IntrospectionResultToSchema().createSchemaDefinition(named));
        assertThat(new SchemaParser().parse(schema).types()).containsKey("ZoneHttpRequestsAdaptiveGroups");
    }

    private JsonNode ask(Dataset dataset, boolean account, String arguments, String selection) throws Exception {
        String scope = account ? "accounts(filter:{accountTag:\"" + ACCOUNT : "zones(filter:{zoneTag:\"" + ZONE;
        Api.Reply reply = api.ask(
                "{viewer{" + scope + "\"}){it:" + dataset.wire() + "(limit:10" + arguments + ")" + selection + "}}}");
        assertThat(reply.json().path("errors").isNull())
                .as(dataset + " " + reply.json())
                .isTrue();
        return reply.groups("it");
    }

    private String window(Dataset dataset) {
        boolean days = dataset.form() == Dataset.Form.ROLLUP || dataset == Dataset.DAYS_BY_COLO;
        return days ? "{date_geq:\"" + since.toString().substring(0, 10) + "\"}" : "{datetime_geq:\"" + since + "\"}";
    }

    private static Stream<Boolean> scopes(Dataset dataset) {
        return dataset.inAccounts() ? Stream.of(false, true) : Stream.of(false);
    }

    @ParameterizedTest
    @EnumSource
    void everyDimensionCanBeShownAndOrderedBy(Dataset dataset) throws Exception {
        for (boolean account : scopes(dataset).toList()) {
            List<Dimension> all = dataset.dimensions(account).stream()
                    .filter(Dimension::groupable)
                    .filter(each -> each.type() != ValueType.PAIRS)
                    .toList();
            for (int at = 0; at < all.size(); at += SOME / 2) {
                List<Dimension> some = all.subList(at, Math.min(all.size(), at + SOME / 2));
                String names =
                        String.join(" ", some.stream().map(Dimension::name).toList());
                String orders = String.join(
                        ",", some.stream().map(each -> each.name() + "_DESC").toList());
                boolean rows = dataset.form() == Dataset.Form.ROWS;
                JsonNode found = ask(
                        dataset,
                        account,
                        ",orderBy:[" + orders + "],filter:" + window(dataset),
                        rows ? "{" + names + "}" : "{dimensions{" + names + "}}");
                if (dataset.form() != Dataset.Form.NOTHING && dataset.form() != Dataset.Form.PURGES) {
                    assertThat(found.size()).as(dataset + " " + names).isPositive();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperatorOfEveryDimensionCanBeAsked(Dataset dataset) throws Exception {
        for (boolean account : scopes(dataset).toList()) {
            List<String> keys = new ArrayList<>();
            for (Dimension dimension : dataset.dimensions(account)) {
                for (Operator operator : Operator.of(dimension.type())) {
                    keys.add("{" + dimension.name() + operator.suffix() + ":" + value(dimension, operator) + "}");
                }
            }
            ask(
                    dataset,
                    account,
                    ",filter:{AND:[" + window(dataset) + "],OR:[" + String.join(",", keys) + "]}",
                    "{__typename}");
        }
    }

    private static String value(Dimension dimension, Operator operator) {
        String one = switch (operator.operand(dimension.type())) {
            case FLAG -> "true";
            case DATE, TIME -> "\"2026-01-31T00:00:00Z\"";
            case STRING -> "\"a%\"";
            default -> "1";
        };
        return operator.list() ? "[" + one + "," + one + "]" : one;
    }

    @ParameterizedTest
    @EnumSource
    void everyNumberCanBeAskedForAndOrderedBy(Dataset dataset) throws Exception {
        if (dataset.measures().isEmpty()) {
            return;
        }
        for (boolean account : scopes(dataset).toList()) {
            String type =
                    (account ? "Account" : "Zone") + prefix(dataset.wire()).substring("Zone".length());
            for (String part : List.of("count", "sum", "avg", "ratio", "quantiles", "max")) {
                if (!fields(type).containsKey(part)) {
                    continue;
                }
                Set<String> orders = new TreeSet<>();
                for (JsonNode value : type(type + "OrderBy").path("enumValues")) {
                    if (value.path("name").asString().matches(part + "_.*")) {
                        orders.add(value.path("name").asString());
                    }
                }
                String numbers = "";
                if (!part.equals("count")) {
                    Map<String, String> fields =
                            fields(type + Character.toUpperCase(part.charAt(0)) + part.substring(1));
                    fields.keySet().removeIf(name -> name.endsWith("Map"));
                    numbers = "{" + String.join(" ", fields.keySet()) + "}";
                }
                JsonNode found = ask(
                        dataset,
                        account,
                        ",orderBy:[" + String.join(",", orders) + "],filter:" + window(dataset),
                        "{" + part + numbers + "}");
                if (dataset.form() == Dataset.Form.GROUPS) {
                    assertThat(found.size()).as(dataset + " " + part).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void whatIsNotMeasuredFiltersAsWhatItShows() {
        Dimension score = Dataset.ADAPTIVE.dimensions(false).stream()
                .filter(each -> each.name().equals("botScore"))
                .findFirst()
                .orElseThrow();
        assertThat(score.measured()).isFalse();
        assertThat(score.constant()).isEqualTo(0L);
        assertThat(new Condition.Compare(score, Operator.LESS, List.of(30L)).holds(_ -> 0L))
                .isTrue();
        assertThat(new Condition.Compare(score, Operator.AT_LEAST, List.of(1L)).holds(_ -> 0L))
                .isFalse();
    }
}
