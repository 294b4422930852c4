package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
import graphql.introspection.Introspection;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Definition;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Type;
import graphql.language.TypeName;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Declares every variable anew, with the type of the place where it is used.
///
/// The API's clients declare variables with types that do not exist, or not at all, or declare some that
/// they do not use: 36 % of the queries found in public projects would fail a strict validator on this
/// alone. What they declare is taken for a comment, but for the default. A variable that is used in
/// places of several types becomes several.
final class Typing {
    /// Most values that a query may hold.
    static final int MAX_VALUES = 20_000;

    /// A variable of the rewritten document.
    ///
    /// @param source the client's name of it
    /// @param field where it is first used
    /// @param argument of that field, or the field of an input object
    /// @param required true when nothing may not stand there
    record Use(String name, String source, String field, String argument, boolean required) {}

    /// @param defaults what the client declared for variables that it does not send
    record Typed(Document document, List<Use> uses, Map<String, Value<?>> defaults, boolean declared) {
        Typed {
            uses = List.copyOf(uses);
            defaults = Map.copyOf(defaults);
        }

        /// The values of the rewritten document's variables.
        ///
        /// @param sent as parsed JSON: maps, lists, texts, numbers, booleans, nulls
        Map<String, Object> values(Map<String, Object> sent) {
            int[] count = new int[1];
            sent.forEach((name, value) -> count(name, value, count));
            Map<String, Object> values = new HashMap<>();
            for (Use use : uses) {
                Object value = sent.get(use.source());
                Value<?> byDefault = defaults.get(use.source());
                if (value == null && !sent.containsKey(use.source()) && byDefault != null) {
                    if (use.required()) {
                        throw Refusal.argument(use.field(), ValidationText.missing(use.argument()));
                    }
                    continue;
                }
                if (value == null && !sent.containsKey(use.source())) {
                    throw Refusal.argument(
                            use.field(),
                            "variable \"$" + use.source() + "\" has no value" + (declared ? " and is not declared" : "")
                                    + "; give it one in \"variables\"");
                }
                if (value == null && use.required()) {
                    throw Refusal.argument(use.field(), ValidationText.missing(use.argument()));
                }
                if (value != null) {
                    values.put(use.name(), without(value));
                }
            }
            return values;
        }

        private static void count(String name, @Nullable Object value, int[] count) {
            if (++count[0] > MAX_VALUES) {
                throw Refusal.argument(name, "the variables hold more than " + MAX_VALUES + " values");
            }
            if (value instanceof List<?> list) {
                list.forEach(each -> count(name, each, count));
            } else if (value instanceof Map<?, ?> map) {
                map.values().forEach(each -> count(name, each, count));
            }
        }

        /// A list without its nulls, which are the same as nothing.
        private static Object without(Object value) {
            if (value instanceof List<?> list) {
                List<Object> some = new ArrayList<>();
                for (Object each : list) {
                    if (each != null) {
                        some.add(without(each));
                    }
                }
                return some;
            }
            if (value instanceof Map<?, ?> map) {
                Map<String, Object> some = new LinkedHashMap<>();
                map.forEach((key, each) -> {
                    if (each != null) {
                        some.put(String.valueOf(key), without(each));
                    }
                });
                return some;
            }
            return value;
        }
    }

    /// A place where a value stands.
    private record Place(String field, String argument) {}

    private final GraphQLSchema schema;
    private final Map<String, Value<?>> defaults = new HashMap<>();

    /// By the client's name and the type.
    private final Map<List<String>, Use> uses = new LinkedHashMap<>();

    private final Map<String, VariableDefinition> definitions = new LinkedHashMap<>();
    private boolean declared;
    private int values;

    private Typing(GraphQLSchema schema) {
        this.schema = schema;
    }

    static Typed apply(GraphQLSchema schema, Document document) {
        return new Typing(schema).typed(document);
    }

    private Typed typed(Document document) {
        Map<String, Value<?>> open = new HashMap<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof OperationDefinition operation) {
                for (VariableDefinition variable : operation.getVariableDefinitions()) {
                    Value<?> byDefault = variable.getDefaultValue();
                    open.put(variable.getName(), byDefault == null ? NullValue.of() : byDefault);
                    declared = true;
                }
            }
        }
        defaults.putAll(open);
        List<Definition<?>> rewritten = new ArrayList<>();
        for (Definition<?> definition : document.getDefinitions()) {
            rewritten.add(
                    switch (definition) {
                        case OperationDefinition operation ->
                            operation.transform(builder -> builder.directives(
                                            directives("query", operation.getDirectives()))
                                    .selectionSet(selections(operation.getSelectionSet(), schema.getQueryType())));
                        case FragmentDefinition fragment ->
                            fragment.transform(builder -> builder.directives(
                                            directives("fragment", fragment.getDirectives()))
                                    .selectionSet(selections(
                                            fragment.getSelectionSet(),
                                            type(fragment.getTypeCondition().getName()))));
                        default -> definition;
                    });
        }
        // Fragments are shared, so every operation declares what any of them uses.
        List<VariableDefinition> all = List.copyOf(definitions.values());
        Document.Builder typed = Document.newDocument();
        for (Definition<?> definition : rewritten) {
            typed.definition(
                    definition instanceof OperationDefinition operation
                            ? operation.transform(builder -> builder.variableDefinitions(all))
                            : definition);
        }
        return new Typed(typed.build(), List.copyOf(uses.values()), defaults, declared);
    }

    private @Nullable GraphQLType type(String name) {
        return schema.getType(name);
    }

    private @Nullable SelectionSet selections(@Nullable SelectionSet set, @Nullable GraphQLType parent) {
        if (set == null) {
            return null;
        }
        List<Selection<?>> selections = new ArrayList<>();
        for (Selection<?> selection : set.getSelections()) {
            selections.add(
                    switch (selection) {
                        case Field field -> field(field, definition(parent, field.getName()));
                        case InlineFragment fragment -> {
                            TypeName condition = fragment.getTypeCondition();
                            GraphQLType within = condition == null ? parent : type(condition.getName());
                            yield fragment.transform(
                                    builder -> builder.directives(directives("fragment", fragment.getDirectives()))
                                            .selectionSet(selections(fragment.getSelectionSet(), within)));
                        }
                        case FragmentSpread spread ->
                            spread.transform(
                                    builder -> builder.directives(directives("fragment", spread.getDirectives())));
                        default -> selection;
                    });
        }
        return set.transform(builder -> builder.selections(selections));
    }

    private Field field(Field field, @Nullable GraphQLFieldDefinition definition) {
        if (field.getArguments().isEmpty()
                && field.getDirectives().isEmpty()
                && (field.getSelectionSet() == null || definition == null)) {
            return field;
        }
        return field.transform(builder -> builder.arguments(arguments(field, definition))
                .directives(directives(field.getName(), field.getDirectives()))
                .selectionSet(selections(
                        field.getSelectionSet(),
                        definition == null ? null : GraphQLTypeUtil.unwrapAll(definition.getType()))));
    }

    private @Nullable GraphQLFieldDefinition definition(@Nullable GraphQLType parent, String name) {
        if (name.equals(Introspection.TypeMetaFieldDef.getName())) {
            return schema.getIntrospectionTypeFieldDefinition();
        }
        return parent instanceof GraphQLFieldsContainer container ? container.getFieldDefinition(name) : null;
    }

    private List<Argument> arguments(Field field, @Nullable GraphQLFieldDefinition definition) {
        List<Argument> arguments = new ArrayList<>();
        for (Argument argument : field.getArguments()) {
            GraphQLArgument known = definition == null ? null : definition.getArgument(argument.getName());
            Value<?> value = value(
                    new Place(field.getName(), argument.getName()),
                    argument.getValue(),
                    known == null ? null : known.getType());
            // Null is the same as not there: for `limit` and `filter` the schema says that they are missing.
            if (!(value instanceof NullValue)) {
                arguments.add(argument.transform(builder -> builder.value(value)));
            }
        }
        return arguments;
    }

    private List<Directive> directives(String field, List<Directive> directives) {
        List<Directive> rewritten = new ArrayList<>();
        for (Directive directive : directives) {
            List<Argument> arguments = new ArrayList<>();
            for (Argument argument : directive.getArguments()) {
                graphql.schema.GraphQLDirective known = schema.getDirective(directive.getName());
                GraphQLArgument of = known == null ? null : known.getArgument(argument.getName());
                Place place = new Place(field, argument.getName());
                Value<?> value = value(place, argument.getValue(), of == null ? null : of.getType());
                arguments.add(argument.transform(builder -> builder.value(value)));
            }
            rewritten.add(directive.transform(builder -> builder.arguments(arguments)));
        }
        return rewritten;
    }

    /// @param type of the place; null where the schema knows none, and the validator will say so
    private Value<?> value(Place place, Value<?> value, @Nullable GraphQLType type) {
        if (++values > MAX_VALUES) {
            throw Refusal.argument(place.field(), "the query has more than " + MAX_VALUES + " values");
        }
        GraphQLType bare = type == null ? null : GraphQLTypeUtil.unwrapNonNull(type);
        return switch (value) {
            case VariableReference reference -> variable(place, reference.getName(), type);
            // JSON has no other way to write a name of an enumeration, and clients' texts are made of it.
            case StringValue text when named(type) -> name(place, String.valueOf(text.getValue()));
            case ArrayValue list -> {
                GraphQLType element = bare instanceof GraphQLList of ? of.getWrappedType() : bare;
                ArrayValue.Builder some = ArrayValue.newArrayValue();
                for (Value<?> each : list.getValues()) {
                    Value<?> one = value(place, each, element);
                    if (!(one instanceof NullValue)) {
                        some.value(one);
                    }
                }
                yield some.build();
            }
            case ObjectValue object -> {
                GraphQLType within = bare instanceof GraphQLList of ? GraphQLTypeUtil.unwrapAll(of) : bare;
                List<ObjectField> fields = new ArrayList<>();
                for (ObjectField each : object.getObjectFields()) {
                    Value<?> one = value(
                            new Place(place.field(), each.getName()), each.getValue(), type(within, each.getName()));
                    if (!(one instanceof NullValue)) {
                        fields.add(each.transform(builder -> builder.value(one)));
                    }
                }
                yield object.transform(builder -> builder.objectFields(fields));
            }
            default -> value;
        };
    }

    /// The type of a field of an object that stands where a value of `within` does.
    private static @Nullable GraphQLType type(@Nullable GraphQLType within, String field) {
        if (within instanceof GraphQLScalarType scalar && scalar.getName().equals(Scalars.PLAIN.getName())) {
            return within;
        }
        GraphQLInputObjectField known = within instanceof GraphQLInputObjectType input ? input.getField(field) : null;
        return known == null ? null : known.getType();
    }

    private static boolean named(@Nullable GraphQLType type) {
        return type != null && GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLEnumType;
    }

    private static Value<?> name(Place place, String text) {
        if (text.isEmpty() || text.length() > 100 || !text.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw Refusal.argument(place.field(), "an order is a name such as count_DESC");
        }
        return EnumValue.of(text);
    }

    private Value<?> variable(Place place, String source, @Nullable GraphQLType known) {
        Type<?> type = known == null ? new TypeName("string") : written(known);
        List<String> key = List.of(source, known == null ? "" : GraphQLTypeUtil.simplePrint(known));
        Use use = uses.get(key);
        if (use == null) {
            String name = definitions.containsKey(source) ? source + "__" + uses.size() : source;
            Value<?> byDefault = defaults.getOrDefault(source, NullValue.of());
            boolean required = type instanceof NonNullType && byDefault instanceof NullValue;
            use = new Use(name, source, place.field(), place.argument(), required);
            uses.put(key, use);
            VariableDefinition.Builder definition =
                    VariableDefinition.newVariableDefinition().name(name).type(type);
            // A default may hold no variable; where one does, the validator says so.
            if (!(byDefault instanceof NullValue) && !(byDefault instanceof VariableReference)) {
                definition.defaultValue(value(place, byDefault, known));
            }
            definitions.put(name, definition.build());
        }
        return VariableReference.newVariableReference().name(use.name()).build();
    }

    private static Type<?> written(GraphQLType type) {
        return switch (type) {
            case GraphQLNonNull required ->
                NonNullType.newNonNullType(written(required.getWrappedType())).build();
            case GraphQLList list ->
                ListType.newListType(written(list.getWrappedType())).build();
            case GraphQLNamedType named -> new TypeName(named.getName());
            default -> throw new IllegalStateException("a type without a name");
        };
    }
}
