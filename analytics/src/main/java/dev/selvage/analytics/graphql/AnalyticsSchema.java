package dev.selvage.analytics.graphql;

import static graphql.schema.FieldCoordinates.coordinates;

import dev.selvage.analytics.query.ByColoPlan;
import dev.selvage.analytics.query.Certainty;
import dev.selvage.analytics.query.Condition;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
import dev.selvage.analytics.query.Meanings;
import dev.selvage.analytics.query.Measure;
import dev.selvage.analytics.query.Operator;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Question;
import dev.selvage.analytics.query.RollupPlan;
import dev.selvage.analytics.query.ValueType;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetcherFactories;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLModifiedType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The GraphQL schema, made from the datasets' own lists of fields, so that the two cannot disagree.
///
/// There are two of it. The whole one shows tools every key of every filter, some ten thousand, and is
/// made when it is first asked for. The other is executed: its filters and orders are plain values that
/// [Condition] reads, which knows them by itself, and neither start nor query pays for what it does not name.
final class AnalyticsSchema {
    private static final String NOT_MEASURED = "Not measured: there for compatibility, the same in every element.";

    private final Scalars scalars = new Scalars();
    private final GraphQLCodeRegistry.Builder code = GraphQLCodeRegistry.newCodeRegistry();
    /// Every type by its name.
    private final Map<String, GraphQLNamedType> types = new LinkedHashMap<>();

    private final QueryEngine engine;
    private final boolean whole;
    private final GraphQLObjectType interval;
    private final GraphQLObjectType datasetSettings;
    private final GraphQLEnumType period;

    private AnalyticsSchema(QueryEngine engine, boolean whole) {
        this.engine = engine;
        this.whole = whole;
        GraphQLScalarType int64 = scalar(ValueType.INT64);
        GraphQLScalarType bool = scalar(ValueType.FLAG);
        interval = GraphQLObjectType.newObject()
                .name("Confidence")
                .field(output("estimate", scalar(ValueType.FLOAT64)))
                .field(output("lower", scalar(ValueType.FLOAT64)))
                .field(output("upper", scalar(ValueType.FLOAT64)))
                .field(output("sampleSize", int64))
                .field(output("isValid", bool))
                .build();
        datasetSettings = GraphQLObjectType.newObject()
                .name("Settings")
                .field(output("enabled", bool))
                .field(GraphQLFieldDefinition.newFieldDefinition()
                        .name("availableFields")
                        .description("The paths of the fields that hold something, such as sum_requests.")
                        .type(list(scalar(ValueType.STRING))))
                .field(output("maxDuration", int64))
                .field(output("maxNumberOfFields", int64))
                .field(output("maxPageSize", int64))
                .field(output("notOlderThan", int64))
                .build();
        GraphQLEnumType.Builder periods = GraphQLEnumType.newEnum().name("CompareTo");
        for (Question.Period each : Question.Period.values()) {
            periods.value(each.name().toLowerCase(Locale.ROOT), each);
        }
        period = periods.build();
    }

    /// What queries are executed with.
    static GraphQLSchema executed(QueryEngine engine) {
        return new AnalyticsSchema(engine, false).build();
    }

    /// What tools are shown.
    static GraphQLSchema whole(QueryEngine engine) {
        return new AnalyticsSchema(engine, true).build();
    }

    private GraphQLSchema build() {
        // Every object of ours is a map by field name.
        code.defaultDataFetcher(DataFetcherFactories.useDataFetcher(
                environment -> environment.getSource() instanceof Map<?, ?> map
                        ? map.get(environment.getField().getName())
                        : null));
        GraphQLFieldDefinition zones = GraphQLFieldDefinition.newFieldDefinition()
                .name("zones")
                .description("The zones that the caller may read, by id; at most 10.")
                .type(list(scope(false, null)))
                .argument(GraphQLArgument.newArgument().name("filter").type(zoneFilter()))
                .argument(GraphQLArgument.newArgument().name("limit").type(scalar(ValueType.UINT64)))
                .build();
        GraphQLObjectType account = scope(true, zones);
        GraphQLObjectType viewer = GraphQLObjectType.newObject()
                .name("viewer")
                .field(output("budget", scalar(ValueType.UINT64)))
                .field(zones)
                .field(GraphQLFieldDefinition.newFieldDefinition()
                        .name("accounts")
                        .type(list(account))
                        .argument(GraphQLArgument.newArgument()
                                .name("filter")
                                .type(GraphQLNonNull.nonNull(accountFilter()))))
                .build();
        GraphQLObjectType query = GraphQLObjectType.newObject()
                .name("Query")
                .field(output("cost", scalar(ValueType.UINT64)))
                .field(GraphQLFieldDefinition.newFieldDefinition()
                        .name("viewer")
                        .type(viewer))
                .build();
        code.dataFetcher(coordinates("Query", "viewer"), (DataFetcher<Object>) _ -> Map.of());
        code.dataFetcher(coordinates("Query", "cost"), (DataFetcher<Object>)
                environment -> Fetchers.asker(environment).cost());
        code.dataFetcher(coordinates("viewer", "budget"), (DataFetcher<Object>)
                environment -> Fetchers.asker(environment).budget());
        code.dataFetcher(coordinates("viewer", "zones"), (DataFetcher<Object>) Fetchers::zones);
        code.dataFetcher(coordinates("account", "zones"), (DataFetcher<Object>) Fetchers::zones);
        code.dataFetcher(coordinates("viewer", "accounts"), (DataFetcher<Object>) Fetchers::accounts);
        code.dataFetcher(coordinates("zone", "zoneTag"), (DataFetcher<Object>) Fetchers::tag);
        code.dataFetcher(coordinates("account", "accountTag"), (DataFetcher<Object>) Fetchers::tag);
        know(query);
        // Its own check of the schema takes longer than everything else; the tests check it.
        return new GraphQLSchema.FastBuilder(code, query, null, null)
                .addTypes(types.values())
                .withValidation(false)
                .build();
    }

    private GraphQLScalarType scalar(ValueType type) {
        return scalars.of(type);
    }

    /// Notes a type and those that it leads to.
    private void know(GraphQLType type) {
        GraphQLType bare = type;
        while (bare instanceof GraphQLModifiedType modified) {
            bare = modified.getWrappedType();
        }
        if (!(bare instanceof GraphQLNamedType named)
                || named instanceof GraphQLTypeReference
                || types.putIfAbsent(named.getName(), named) != null) {
            return;
        }
        if (named instanceof GraphQLObjectType object) {
            for (GraphQLFieldDefinition field : object.getFieldDefinitions()) {
                know(field.getType());
                field.getArguments().forEach(argument -> know(argument.getType()));
            }
        } else if (named instanceof GraphQLInputObjectType input) {
            input.getFields().forEach(field -> know(field.getType()));
        }
    }

    private static GraphQLFieldDefinition output(String name, GraphQLOutputType type) {
        return GraphQLFieldDefinition.newFieldDefinition()
                .name(name)
                .type(GraphQLNonNull.nonNull(type))
                .build();
    }

    private static GraphQLOutputType list(GraphQLType type) {
        return GraphQLNonNull.nonNull(GraphQLList.list(GraphQLNonNull.nonNull(type)));
    }

    private GraphQLInputObjectType zoneFilter() {
        return GraphQLInputObjectType.newInputObject()
                .name("ZoneFilter_InputObject")
                .field(input("zoneTag", scalar(ValueType.STRING)))
                .field(input("zoneTag_gt", scalar(ValueType.STRING)))
                .field(GraphQLInputObjectField.newInputObjectField()
                        .name("zoneTag_in")
                        .type(GraphQLList.list(GraphQLNonNull.nonNull(scalar(ValueType.STRING)))))
                .build();
    }

    private GraphQLInputObjectType accountFilter() {
        return GraphQLInputObjectType.newInputObject()
                .name("AccountFilter_InputObject")
                .field(GraphQLInputObjectField.newInputObjectField()
                        .name("accountTag")
                        .type(GraphQLNonNull.nonNull(scalar(ValueType.STRING))))
                .build();
    }

    private static GraphQLInputObjectField input(String name, GraphQLScalarType type) {
        return GraphQLInputObjectField.newInputObjectField()
                .name(name)
                .type(type)
                .build();
    }

    /// @param zones of an account
    private GraphQLObjectType scope(boolean account, @Nullable GraphQLFieldDefinition zones) {
        String name = account ? "account" : "zone";
        GraphQLObjectType.Builder type = GraphQLObjectType.newObject()
                .name(name)
                .field(output(account ? "accountTag" : "zoneTag", scalar(ValueType.STRING)));
        GraphQLObjectType.Builder settings =
                GraphQLObjectType.newObject().name((account ? "Account" : "Zone") + "Settings");
        for (Dataset dataset : Dataset.values()) {
            if (account && !dataset.inAccounts()) {
                continue;
            }
            String prefix = (account ? "Account" : "Zone")
                    + Character.toUpperCase(dataset.wire().charAt(0))
                    + dataset.wire().substring(1);
            List<Dimension> dimensions = dataset.dimensions(account);
            Map<String, Condition.Key> keys = new LinkedHashMap<>();
            Map<String, Fetchers.OrderValue> orders = new LinkedHashMap<>();
            GraphQLObjectType element = element(dataset, prefix, dimensions, orders);
            GraphQLFieldDefinition.Builder field = GraphQLFieldDefinition.newFieldDefinition()
                    .name(dataset.wire())
                    .type(list(element))
                    .argument(GraphQLArgument.newArgument()
                            .name("filter")
                            .type(GraphQLNonNull.nonNull(filter(prefix, dimensions, keys))))
                    .argument(GraphQLArgument.newArgument()
                            .name("limit")
                            .type(GraphQLNonNull.nonNull(scalar(ValueType.UINT64))))
                    .argument(GraphQLArgument.newArgument()
                            .name("orderBy")
                            .type(GraphQLList.list(GraphQLNonNull.nonNull(order(prefix, orders)))));
            if (element.getFieldDefinition(Fetchers.PREVIOUS) != null) {
                field.argument(GraphQLArgument.newArgument()
                        .name("compareTo")
                        .description("An earlier time whose numbers \"previous\" holds, group by group.")
                        .type(period));
            }
            type.field(field);
            code.dataFetcher(coordinates(name, dataset.wire()), (DataFetcher<Object>)
                    new Fetchers.Groups(engine, dataset, dimensions, keys, orders, whole));
            settings.field(field(dataset.wire(), datasetSettings));
        }
        type.field(field("settings", settings.build()));
        if (zones != null) {
            type.field(zones);
        }
        code.dataFetcher(coordinates(name, "settings"), (DataFetcher<Object>)
                _ -> DatasetSettings.shown(account, engine.limits()));
        return type.build();
    }

    private GraphQLFieldDefinition described(Dataset dataset, String group, String name, ValueType type) {
        return output(name, scalar(type)).transform(field -> field.description(meaning(dataset, group + name)));
    }

    /// For those who look at the schema; nobody sees the one that is executed.
    private @Nullable String meaning(Dataset dataset, String path) {
        return whole ? Meanings.of(dataset, path).orElse(null) : null;
    }

    private GraphQLObjectType element(
            Dataset dataset, String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        return switch (dataset.form()) {
            case ROWS -> row(dataset, prefix, dimensions, orders);
            case GROUPS, PURGES, BY_COLO, NOTHING ->
                groups(dataset, prefix, dimensions, orders).build();
            case ROLLUP -> rollup(dataset, prefix, dimensions, orders);
        };
    }

    /// The filter type: every dimension with every operator that its type knows, and `AND`, `OR`.
    private GraphQLInputType filter(String prefix, List<Dimension> dimensions, Map<String, Condition.Key> keys) {
        for (Dimension dimension : dimensions) {
            for (Operator operator : Operator.of(dimension.type())) {
                keys.put(dimension.name() + operator.suffix(), new Condition.Key(dimension, operator));
            }
        }
        return whole ? everyKey(prefix, keys) : Scalars.PLAIN;
    }

    private GraphQLInputObjectType everyKey(String prefix, Map<String, Condition.Key> keys) {
        String name = prefix + "Filter_InputObject";
        GraphQLInputObjectType.Builder filter =
                GraphQLInputObjectType.newInputObject().name(name);
        for (String join : List.of("AND", "OR")) {
            filter.field(GraphQLInputObjectField.newInputObjectField()
                    .name(join)
                    .type(GraphQLList.list(GraphQLTypeReference.typeRef(name))));
        }
        keys.forEach((each, key) -> {
            GraphQLScalarType scalar =
                    scalar(key.operator().operand(key.dimension().type()));
            filter.field(GraphQLInputObjectField.newInputObjectField()
                    .name(each)
                    .type(key.operator().list() ? GraphQLList.list(GraphQLNonNull.nonNull(scalar)) : scalar));
        });
        return filter.build();
    }

    private GraphQLInputType order(String prefix, Map<String, Fetchers.OrderValue> orders) {
        if (!whole) {
            return Scalars.PLAIN;
        }
        GraphQLEnumType.Builder order = GraphQLEnumType.newEnum().name(prefix + "OrderBy");
        orders.keySet().forEach(order::value);
        return order.build();
    }

    private static void orderable(Map<String, Fetchers.OrderValue> orders, String path) {
        orders.put(path + "_ASC", new Fetchers.OrderValue(path, false));
        orders.put(path + "_DESC", new Fetchers.OrderValue(path, true));
    }

    /// One stored row.
    private GraphQLObjectType row(
            Dataset dataset, String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder type = GraphQLObjectType.newObject().name(prefix);
        fields(type, dataset, prefix, dimensions, orders);
        return type.build();
    }

    /// A field for each dimension that may be grouped by, or shown of a row.
    private void fields(
            GraphQLObjectType.Builder type,
            Dataset dataset,
            String prefix,
            List<Dimension> dimensions,
            Map<String, Fetchers.OrderValue> orders) {
        for (Dimension dimension : dimensions) {
            if (!dimension.groupable()) {
                continue;
            }
            if (dimension.type() != ValueType.PAIRS) {
                orderable(orders, dimension.name());
            }
            type.field(GraphQLFieldDefinition.newFieldDefinition()
                    .name(dimension.name())
                    .description(dimension.measured() ? meaning(dataset, dimension.name()) : NOT_MEASURED)
                    .type(
                            dimension.type() == ValueType.PAIRS
                                    ? list(pairs(prefix, dimension.name()))
                                    : output(dimension.type())));
        }
    }

    private GraphQLObjectType pairs(String prefix, String name) {
        return GraphQLObjectType.newObject()
                .name(prefix + capitalised(name) + "Elem")
                .field(output(name.equals("metadata") ? "key" : "name", scalar(ValueType.STRING)))
                .field(output("value", scalar(name.equals("metadata") ? ValueType.STRING : ValueType.FLOAT64)))
                .build();
    }

    private GraphQLOutputType output(ValueType type) {
        return type.list() ? list(scalar(type)) : GraphQLNonNull.nonNull(scalar(type));
    }

    private GraphQLObjectType.Builder groups(
            Dataset dataset, String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder group = GraphQLObjectType.newObject().name(prefix);
        group.field(field("dimensions", dimensions(dataset, prefix, dimensions, orders)));
        Map<String, GraphQLObjectType.Builder> parts = new LinkedHashMap<>();
        Map<String, GraphQLObjectType.Builder> bounds = new LinkedHashMap<>();
        boolean counted = false;
        for (Measure measure : dataset.measures()) {
            orderable(orders, measure.path());
            GraphQLFieldDefinition field = GraphQLFieldDefinition.newFieldDefinition()
                    .name(measure.name())
                    .description(measure.measured() ? meaning(dataset, measure.path()) : NOT_MEASURED)
                    .type(output(measure.type()))
                    .build();
            if (measure.group().isEmpty()) {
                counted = true;
                group.field(field);
            } else {
                parts.computeIfAbsent(
                                measure.group(),
                                part -> GraphQLObjectType.newObject().name(prefix + capitalised(part)))
                        .field(field);
                if (measure.bounded()) {
                    bounds.computeIfAbsent(
                                    measure.group(),
                                    part -> GraphQLObjectType.newObject()
                                            .name(prefix + capitalised(part) + "Confidence"))
                            .field(output(measure.name(), interval));
                }
            }
        }
        if (dataset.form() == Dataset.Form.BY_COLO) {
            GraphQLObjectType.Builder sum = Objects.requireNonNull(parts.get("sum"));
            for (ByColoPlan.Breakdown breakdown : ByColoPlan.Breakdown.values()) {
                sum.field(GraphQLFieldDefinition.newFieldDefinition()
                        .name(breakdown.wire())
                        .type(list(element(
                                prefix, breakdown.wire(), breakdown.value(), breakdown.type(), breakdown.numbers()))));
            }
            sum.field(threats(prefix));
        }
        parts.forEach((name, part) -> group.field(field(name, part.build())));
        if (dataset.form() == Dataset.Form.GROUPS) {
            GraphQLObjectType.Builder certainty = GraphQLObjectType.newObject()
                    .name(prefix + "Confidence")
                    .field(output("level", scalar(ValueType.FLOAT64)));
            if (counted) {
                certainty.field(output("count", interval));
            }
            bounds.forEach((name, part) -> certainty.field(field(name, part.build())));
            group.field(GraphQLFieldDefinition.newFieldDefinition()
                    .name(Certainty.FIELD)
                    .type(GraphQLNonNull.nonNull(certainty.build()))
                    .argument(GraphQLArgument.newArgument()
                            .name("level")
                            .type(GraphQLNonNull.nonNull(scalar(ValueType.FLOAT64)))));
        }
        return dataset.form() == Dataset.Form.PURGES || dataset.form() == Dataset.Form.NOTHING
                ? group
                : comparable(group, prefix);
    }

    private static GraphQLObjectType.Builder comparable(GraphQLObjectType.Builder group, String prefix) {
        return group.field(GraphQLFieldDefinition.newFieldDefinition()
                .name(Fetchers.PREVIOUS)
                .description("The same group in the time of compareTo; null when nothing was in it.")
                .type(GraphQLTypeReference.typeRef(prefix)));
    }

    private GraphQLFieldDefinition threats(String prefix) {
        return GraphQLFieldDefinition.newFieldDefinition()
                .name("threatPathingMap")
                .description(NOT_MEASURED)
                .type(list(element(
                        prefix, "threatPathingMap", "threatPathingName", ValueType.STRING, List.of("requests"))))
                .build();
    }

    private static String capitalised(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private GraphQLObjectType rollup(
            Dataset dataset, String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder sum = GraphQLObjectType.newObject().name(prefix + "Sum");
        for (String field : RollupPlan.sumFields()) {
            orderable(orders, "sum_" + field);
            sum.field(described(dataset, "sum_", field, ValueType.UINT64));
        }
        for (RollupPlan.Breakdown breakdown : RollupPlan.Breakdown.values()) {
            sum.field(GraphQLFieldDefinition.newFieldDefinition()
                    .name(breakdown.wire())
                    .type(list(element(
                            prefix, breakdown.wire(), breakdown.value(), breakdown.type(), breakdown.numbers()))));
        }
        sum.field(threats(prefix));
        GraphQLObjectType.Builder average = GraphQLObjectType.newObject().name(prefix + "Avg");
        for (String field : List.of("bytes", "edgeRequestBytes", "sampleInterval")) {
            orderable(orders, "avg_" + field);
            average.field(described(dataset, "avg_", field, ValueType.FLOAT64));
        }
        orderable(orders, "uniq_uniques");
        GraphQLObjectType uniq = GraphQLObjectType.newObject()
                .name(prefix + "Uniq")
                .field(described(dataset, "uniq_", "uniques", ValueType.UINT64))
                .build();
        GraphQLObjectType.Builder group = GraphQLObjectType.newObject()
                .name(prefix)
                .field(field("dimensions", dimensions(dataset, prefix, dimensions, orders)))
                .field(field("sum", sum.build()))
                .field(field("avg", average.build()))
                .field(field("uniq", uniq));
        return comparable(group, prefix).build();
    }

    private GraphQLObjectType element(String prefix, String map, String value, ValueType type, List<String> numbers) {
        GraphQLObjectType.Builder element = GraphQLObjectType.newObject()
                .name(prefix + Character.toUpperCase(map.charAt(0)) + map.substring(1) + "Elem")
                .field(output(value, scalar(type)));
        numbers.forEach(number -> element.field(output(number, scalar(ValueType.UINT64))));
        return element.build();
    }

    private GraphQLObjectType dimensions(
            Dataset dataset, String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder type = GraphQLObjectType.newObject().name(prefix + "Dimensions");
        fields(type, dataset, prefix, dimensions, orders);
        return type.build();
    }

    private static GraphQLFieldDefinition field(String name, GraphQLOutputType type) {
        return GraphQLFieldDefinition.newFieldDefinition().name(name).type(type).build();
    }
}
