package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Certainty;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.MergedField;
import graphql.execution.MergedSelectionSet;
import graphql.execution.ValuesResolver;
import graphql.introspection.Introspection;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gives the elements of a dataset the shape that was asked for.
///
/// The library resolves each field of each element anew: which fields there are, who fetches them, and
/// where in the answer they stand. Here that is found out once for all elements, which are plain maps.
final class Shaping extends AsyncExecutionStrategy {
    Shaping(DataFetcherExceptionHandler failures) {
        super(failures);
    }

    @Override
    protected FieldValueInfo completeValueForList(
            ExecutionContext context, ExecutionStrategyParameters parameters, Iterable<Object> elements) {
        MergedField field = Objects.requireNonNull(parameters.getField());
        GraphQLType type =
                GraphQLTypeUtil.unwrapAll(parameters.getExecutionStepInfo().getType());
        if (!Execution.DATASETS.contains(field.getName()) || !(type instanceof GraphQLObjectType object)) {
            return super.completeValueForList(context, parameters, elements);
        }
        Shape shape = Shape.of(context, object, field);
        List<Object> shaped = new ArrayList<>();
        for (Object element : elements) {
            shaped.add(shape.of((Map<?, ?>) element));
        }
        return new FieldValueInfo(FieldValueInfo.CompleteValueType.LIST, shaped);
    }

    /// What is wanted of an object.
    private record Shape(List<Wanted> fields) {
        static Shape of(ExecutionContext context, GraphQLObjectType type, MergedField field) {
            MergedSelectionSet selected = new FieldCollector()
                    .collectFields(
                            FieldCollectorParameters.newParameters()
                                    .schema(context.getGraphQLSchema())
                                    .objectType(type)
                                    .fragments(context.getFragmentsByName())
                                    .variables(context.getCoercedVariables().toMap())
                                    .graphQLContext(context.getGraphQLContext())
                                    .build(),
                            field);
            List<Wanted> fields = new ArrayList<>();
            for (String key : selected.getKeys()) {
                fields.add(Wanted.of(context, type, key, Objects.requireNonNull(selected.getSubField(key))));
            }
            return new Shape(fields);
        }

        Map<String, Object> of(Map<?, ?> source) {
            Map<String, Object> shaped = LinkedHashMap.newLinkedHashMap(fields.size());
            for (Wanted each : fields) {
                shaped.put(each.key, each.of(source));
            }
            return shaped;
        }
    }

    /// A field of an object.
    ///
    /// @param key its name in the answer
    /// @param name its name in the schema
    /// @param typename the answer to `__typename`; null for any other field
    /// @param level of the intervals that it is of; NaN for any other field
    /// @param shape of the object, or of each in the list, that it is; null where it holds plain values
    /// @param scalar of these; null where it holds objects
    private record Wanted(
            String key,
            String name,
            @Nullable String typename,
            double level,
            boolean list,
            @Nullable Shape shape,
            @Nullable GraphQLScalarType scalar,
            ExecutionContext context) {
        static Wanted of(ExecutionContext context, GraphQLObjectType type, String key, MergedField field) {
            String name = field.getName();
            if (name.equals(Introspection.TypeNameMetaFieldDef.getName())) {
                return new Wanted(key, name, type.getName(), Double.NaN, false, null, null, context);
            }
            GraphQLFieldDefinition definition = type.getFieldDefinition(name);
            boolean list = GraphQLTypeUtil.unwrapNonNull(definition.getType()) instanceof GraphQLList;
            double level = Double.NaN;
            if (name.equals(Certainty.FIELD)) {
                Map<String, Object> arguments = ValuesResolver.getArgumentValues(
                        context.getGraphQLSchema().getCodeRegistry(),
                        definition.getArguments(),
                        field.getArguments(),
                        context.getCoercedVariables(),
                        context.getGraphQLContext(),
                        context.getLocale());
                level = Fetchers.level(arguments.get("level"));
            }
            GraphQLType bare = GraphQLTypeUtil.unwrapAll(definition.getType());
            return bare instanceof GraphQLObjectType object
                    ? new Wanted(key, name, null, level, list, Shape.of(context, object, field), null, context)
                    : new Wanted(key, name, null, level, list, null, (GraphQLScalarType) bare, context);
        }

        @Nullable
        Object of(Map<?, ?> source) {
            if (typename != null) {
                return typename;
            }
            Object value = source.get(name);
            if (value instanceof Certainty certainty) {
                value = certainty.at(level);
            }
            if (value == null) {
                if (name.equals(Fetchers.PREVIOUS)) {
                    return null;
                }
                throw new IllegalStateException("an element lacks " + name);
            }
            if (!list) {
                return one(value);
            }
            List<Object> all = new ArrayList<>();
            for (Object each : (List<?>) value) {
                all.add(one(each));
            }
            return all;
        }

        private Object one(Object value) {
            if (shape != null) {
                return shape.of((Map<?, ?>) value);
            }
            GraphQLScalarType of = Objects.requireNonNull(scalar);
            return Objects.requireNonNull(
                    of.getCoercing().serialize(value, context.getGraphQLContext(), context.getLocale()));
        }
    }
}
