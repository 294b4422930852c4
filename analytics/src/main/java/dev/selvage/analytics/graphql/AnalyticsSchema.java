package dev.selvage.analytics.graphql;

import static graphql.schema.FieldCoordinates.coordinates;

import dev.selvage.analytics.query.Certainty;
import dev.selvage.analytics.query.Condition;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
import dev.selvage.analytics.query.Measure;
import dev.selvage.analytics.query.Operator;
import dev.selvage.analytics.query.QueryEngine;
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
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The GraphQL schema, made from the datasets' own lists of fields, so that the two cannot disagree.
final class AnalyticsSchema {
    private final Scalars scalars = new Scalars();
    private final GraphQLCodeRegistry.Builder code = GraphQLCodeRegistry.newCodeRegistry();
    private final QueryEngine engine;
    private final GraphQLScalarType int64;
    private final GraphQLScalarType bool;
    private final GraphQLObjectType interval;

    private AnalyticsSchema(QueryEngine engine) {
        this.engine = engine;
        int64 = scalar(ValueType.UINT64).transform(builder -> builder.name("int64"));
        bool = graphql.Scalars.GraphQLBoolean.transform(builder -> builder.name("bool"));
        interval = GraphQLObjectType.newObject()
                .name("Confidence")
                .field(output("estimate", scalar(ValueType.FLOAT64)))
                .field(output("lower", scalar(ValueType.FLOAT64)))
                .field(output("upper", scalar(ValueType.FLOAT64)))
                .field(output("sampleSize", int64))
                .field(output("isValid", bool))
                .build();
    }

    static GraphQLSchema of(QueryEngine engine) {
        return new AnalyticsSchema(engine).build();
    }

    private GraphQLSchema build() {
        // Every object of ours is a map by field name.
        code.defaultDataFetcher(DataFetcherFactories.useDataFetcher(
                environment -> environment.getSource() instanceof Map<?, ?> map
                        ? map.get(environment.getField().getName())
                        : null));
        GraphQLObjectType zone = scope(false);
        GraphQLObjectType account = scope(true);
        GraphQLObjectType viewer = GraphQLObjectType.newObject()
                .name("viewer")
                .field(output("budget", scalar(ValueType.UINT64)))
                .field(GraphQLFieldDefinition.newFieldDefinition()
                        .name("zones")
                        .description("The zones that the caller may read, by id; at most 10.")
                        .type(list(zone))
                        .argument(GraphQLArgument.newArgument().name("filter").type(zoneFilter()))
                        .argument(GraphQLArgument.newArgument().name("limit").type(scalar(ValueType.UINT64))))
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
        code.dataFetcher(coordinates("viewer", "accounts"), (DataFetcher<Object>) Fetchers::accounts);
        code.dataFetcher(coordinates("zone", "zoneTag"), (DataFetcher<Object>) Fetchers::tag);
        code.dataFetcher(coordinates("account", "accountTag"), (DataFetcher<Object>) Fetchers::tag);
        return GraphQLSchema.newSchema().query(query).codeRegistry(code.build()).build();
    }

    private GraphQLScalarType scalar(ValueType type) {
        return scalars.of(type);
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

    private GraphQLObjectType scope(boolean account) {
        String name = account ? "account" : "zone";
        GraphQLObjectType.Builder type = GraphQLObjectType.newObject()
                .name(name)
                .field(output(account ? "accountTag" : "zoneTag", scalar(ValueType.STRING)));
        for (Dataset dataset : Dataset.values()) {
            String prefix = (account ? "Account" : "Zone")
                    + Character.toUpperCase(dataset.wire().charAt(0))
                    + dataset.wire().substring(1);
            List<Dimension> dimensions = dataset.dimensions(account);
            Map<String, Condition.Key> keys = new HashMap<>();
            Map<String, Fetchers.OrderValue> orders = new LinkedHashMap<>();
            GraphQLObjectType group =
                    dataset.rollup() ? rollup(prefix, dimensions, orders) : adaptive(prefix, dimensions, orders);
            type.field(GraphQLFieldDefinition.newFieldDefinition()
                    .name(dataset.wire())
                    .type(list(group))
                    .argument(GraphQLArgument.newArgument()
                            .name("filter")
                            .type(GraphQLNonNull.nonNull(filter(prefix, dimensions, keys))))
                    .argument(GraphQLArgument.newArgument()
                            .name("limit")
                            .type(GraphQLNonNull.nonNull(scalar(ValueType.UINT64))))
                    .argument(GraphQLArgument.newArgument()
                            .name("orderBy")
                            .type(GraphQLList.list(GraphQLNonNull.nonNull(order(prefix, orders))))));
            code.dataFetcher(coordinates(name, dataset.wire()), (DataFetcher<Object>)
                    new Fetchers.Groups(engine, dataset, dimensions, keys));
        }
        return type.build();
    }

    /// The filter type: every dimension with every operator that its type knows, and `AND`, `OR`.
    private GraphQLInputObjectType filter(String prefix, List<Dimension> dimensions, Map<String, Condition.Key> keys) {
        String name = prefix + "Filter_InputObject";
        GraphQLInputObjectType.Builder filter =
                GraphQLInputObjectType.newInputObject().name(name);
        for (String join : List.of("AND", "OR")) {
            filter.field(GraphQLInputObjectField.newInputObjectField()
                    .name(join)
                    .type(GraphQLList.list(GraphQLTypeReference.typeRef(name))));
        }
        for (Dimension dimension : dimensions) {
            GraphQLScalarType scalar = scalar(dimension.type());
            for (Operator operator : Operator.of(dimension.type())) {
                String key = dimension.name() + operator.suffix();
                keys.put(key, new Condition.Key(dimension, operator));
                filter.field(GraphQLInputObjectField.newInputObjectField()
                        .name(key)
                        .type(operator.list() ? GraphQLList.list(GraphQLNonNull.nonNull(scalar)) : scalar));
            }
        }
        return filter.build();
    }

    private static GraphQLEnumType order(String prefix, Map<String, Fetchers.OrderValue> orders) {
        GraphQLEnumType.Builder order = GraphQLEnumType.newEnum().name(prefix + "OrderBy");
        orders.forEach((value, meaning) -> order.value(value, meaning));
        return order.build();
    }

    private static void orderable(Map<String, Fetchers.OrderValue> orders, String path) {
        orders.put(path + "_ASC", new Fetchers.OrderValue(path, false));
        orders.put(path + "_DESC", new Fetchers.OrderValue(path, true));
    }

    private GraphQLObjectType adaptive(
            String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder group = GraphQLObjectType.newObject().name(prefix);
        group.field(field("dimensions", dimensions(prefix, dimensions, orders)));
        Map<String, GraphQLObjectType.Builder> parts = new LinkedHashMap<>();
        Map<String, GraphQLObjectType.Builder> bounds = new LinkedHashMap<>();
        for (Measure measure : Dataset.adaptiveMeasures()) {
            orderable(orders, measure.path());
            GraphQLFieldDefinition field = output(measure.name(), scalar(measure.type()));
            if (measure.group().isEmpty()) {
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
        parts.forEach((name, part) -> group.field(field(name, part.build())));
        GraphQLObjectType.Builder certainty = GraphQLObjectType.newObject()
                .name(prefix + "Confidence")
                .field(output("level", scalar(ValueType.FLOAT64)))
                .field(output("count", interval));
        bounds.forEach((name, part) -> certainty.field(field(name, part.build())));
        group.field(GraphQLFieldDefinition.newFieldDefinition()
                .name(Certainty.FIELD)
                .type(GraphQLNonNull.nonNull(certainty.build()))
                .argument(GraphQLArgument.newArgument()
                        .name("level")
                        .type(GraphQLNonNull.nonNull(scalar(ValueType.FLOAT64)))));
        code.dataFetcher(coordinates(prefix, Certainty.FIELD), (DataFetcher<Object>) Fetchers::confidence);
        return group.build();
    }

    private static String capitalised(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private GraphQLObjectType rollup(
            String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder sum = GraphQLObjectType.newObject().name(prefix + "Sum");
        for (String field : RollupPlan.sumFields()) {
            orderable(orders, "sum_" + field);
            sum.field(output(field, scalar(ValueType.UINT64)));
        }
        for (RollupPlan.Breakdown breakdown : RollupPlan.Breakdown.values()) {
            sum.field(GraphQLFieldDefinition.newFieldDefinition()
                    .name(breakdown.wire())
                    .type(list(element(
                            prefix, breakdown.wire(), breakdown.value(), breakdown.type(), breakdown.numbers()))));
        }
        sum.field(GraphQLFieldDefinition.newFieldDefinition()
                .name("threatPathingMap")
                .type(list(element(
                        prefix, "threatPathingMap", "threatPathingName", ValueType.STRING, List.of("requests")))));
        GraphQLObjectType.Builder average = GraphQLObjectType.newObject().name(prefix + "Avg");
        for (String field : List.of("bytes", "edgeRequestBytes", "sampleInterval")) {
            orderable(orders, "avg_" + field);
            average.field(output(field, scalar(ValueType.FLOAT64)));
        }
        orderable(orders, "uniq_uniques");
        GraphQLObjectType uniq = GraphQLObjectType.newObject()
                .name(prefix + "Uniq")
                .field(output("uniques", scalar(ValueType.UINT64)))
                .build();
        return GraphQLObjectType.newObject()
                .name(prefix)
                .field(field("dimensions", dimensions(prefix, dimensions, orders)))
                .field(field("sum", sum.build()))
                .field(field("avg", average.build()))
                .field(field("uniq", uniq))
                .build();
    }

    private GraphQLObjectType element(String prefix, String map, String value, ValueType type, List<String> numbers) {
        GraphQLObjectType.Builder element = GraphQLObjectType.newObject()
                .name(prefix + Character.toUpperCase(map.charAt(0)) + map.substring(1) + "Elem")
                .field(output(value, scalar(type)));
        numbers.forEach(number -> element.field(output(number, scalar(ValueType.UINT64))));
        return element.build();
    }

    private GraphQLObjectType dimensions(
            String prefix, List<Dimension> dimensions, Map<String, Fetchers.OrderValue> orders) {
        GraphQLObjectType.Builder type = GraphQLObjectType.newObject().name(prefix + "Dimensions");
        List<Dimension> groupable = new ArrayList<>(dimensions);
        groupable.removeIf(dimension -> !dimension.groupable());
        for (Dimension dimension : groupable) {
            orderable(orders, dimension.name());
            type.field(output(dimension.name(), scalar(dimension.type())));
        }
        return type.build();
    }

    private static GraphQLFieldDefinition field(String name, GraphQLOutputType type) {
        return GraphQLFieldDefinition.newFieldDefinition().name(name).type(type).build();
    }
}
