package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.Definition;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FloatValue;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the variables' values where they are used, so that only the place of use decides about their type.
///
/// The API's clients declare variables with types that do not exist, or not at all, or declare some that they do not
/// use: 36 % of the queries found in public projects would fail a strict validator on this alone. After this step there
/// is no variable left to be strict about, and every value is checked against the schema as if it were written in
/// place.
final class Inlining {
    /// Most values that a document may grow to.
    static final int MAX_VALUES = 20_000;

    private final Map<String, Object> variables;
    private Map<String, Value<?>> defaults = Map.of();
    private boolean declared;
    private int values;

    private Inlining(Map<String, Object> variables) {
        this.variables = variables;
    }

    /// @param variables as parsed JSON: maps, lists, texts, numbers, booleans, nulls
    static Document apply(Document document, Map<String, Object> variables) {
        Inlining inlining = new Inlining(variables);
        inlining.defaults = new HashMap<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof OperationDefinition operation) {
                for (VariableDefinition variable : operation.getVariableDefinitions()) {
                    inlining.defaults.put(
                            variable.getName(),
                            variable.getDefaultValue() == null ? NullValue.of() : variable.getDefaultValue());
                    inlining.declared = true;
                }
            }
        }
        Document.Builder inlined = Document.newDocument();
        for (Definition<?> definition : document.getDefinitions()) {
            inlined.definition(
                    switch (definition) {
                        case OperationDefinition operation ->
                            operation.transform(builder -> builder.variableDefinitions(List.of())
                                    .directives(inlining.directives("query", operation.getDirectives()))
                                    .selectionSet(inlining.selections(operation.getSelectionSet())));
                        case FragmentDefinition fragment ->
                            fragment.transform(builder -> builder.directives(
                                            inlining.directives("fragment", fragment.getDirectives()))
                                    .selectionSet(inlining.selections(fragment.getSelectionSet())));
                        default -> definition;
                    });
        }
        return inlined.build();
    }

    private @Nullable SelectionSet selections(@Nullable SelectionSet set) {
        if (set == null) {
            return null;
        }
        List<Selection<?>> selections = new ArrayList<>();
        for (Selection<?> selection : set.getSelections()) {
            selections.add(
                    switch (selection) {
                        case Field field ->
                            field.transform(
                                    builder -> builder.arguments(arguments(field.getName(), field.getArguments()))
                                            .directives(directives(field.getName(), field.getDirectives()))
                                            .selectionSet(selections(field.getSelectionSet())));
                        case InlineFragment fragment ->
                            fragment.transform(
                                    builder -> builder.directives(directives("fragment", fragment.getDirectives()))
                                            .selectionSet(selections(fragment.getSelectionSet())));
                        case FragmentSpread spread ->
                            spread.transform(
                                    builder -> builder.directives(directives("fragment", spread.getDirectives())));
                        default -> selection;
                    });
        }
        return set.transform(builder -> builder.selections(selections));
    }

    private List<Directive> directives(String field, List<Directive> directives) {
        return directives.stream()
                .map(directive ->
                        directive.transform(builder -> builder.arguments(arguments(field, directive.getArguments()))))
                .toList();
    }

    private List<Argument> arguments(String field, List<Argument> arguments) {
        List<Argument> inlined = new ArrayList<>();
        for (Argument argument : arguments) {
            boolean names = argument.getName().equals("orderBy");
            Value<?> value = value(field, argument.getValue(), names);
            // Null is the same as not there: for `limit` and `filter` the schema says that they are missing.
            if (value != null && !(value instanceof NullValue)) {
                inlined.add(argument.transform(builder -> builder.value(value)));
            }
        }
        return inlined;
    }

    /// @param names true where a text stands for a name of an enumeration: JSON has no other way to write one
    private @Nullable Value<?> value(String field, Value<?> value, boolean names) {
        if (++values > MAX_VALUES) {
            throw Refusal.argument(field, "the query has more than " + MAX_VALUES + " values");
        }
        return switch (value) {
            case VariableReference reference -> variable(field, reference.getName(), names);
            case StringValue text -> names ? name(field, String.valueOf(text.getValue())) : text;
            case ArrayValue list -> {
                ArrayValue.Builder inlined = ArrayValue.newArrayValue();
                for (Value<?> each : list.getValues()) {
                    Value<?> one = value(field, each, names);
                    if (one != null && !(one instanceof NullValue)) {
                        inlined.value(one);
                    }
                }
                yield inlined.build();
            }
            case ObjectValue object -> {
                List<ObjectField> fields = new ArrayList<>();
                for (ObjectField each : object.getObjectFields()) {
                    Value<?> one = value(field, each.getValue(), names);
                    if (one != null && !(one instanceof NullValue)) {
                        fields.add(each.transform(builder -> builder.value(one)));
                    }
                }
                yield object.transform(builder -> builder.objectFields(fields));
            }
            default -> value;
        };
    }

    private @Nullable Value<?> variable(String field, String name, boolean names) {
        if (variables.containsKey(name)) {
            return fromJson(field, variables.get(name), names);
        }
        Value<?> byDefault = defaults.get(name);
        if (byDefault == null) {
            throw Refusal.argument(
                    field,
                    "variable \"$" + name + "\" has no value" + (declared ? " and is not declared" : "")
                            + "; give it one in \"variables\"");
        }
        return byDefault instanceof VariableReference ? NullValue.of() : value(field, byDefault, names);
    }

    private Value<?> fromJson(String field, @Nullable Object json, boolean names) {
        if (++values > MAX_VALUES) {
            throw Refusal.argument(field, "the query has more than " + MAX_VALUES + " values");
        }
        return switch (json) {
            case null -> NullValue.of();
            case String text -> names ? name(field, text) : StringValue.of(text);
            case Boolean flag -> BooleanValue.of(flag);
            case Integer number ->
                IntValue.newIntValue(BigInteger.valueOf(number)).build();
            case Long number -> IntValue.newIntValue(BigInteger.valueOf(number)).build();
            case BigInteger number -> IntValue.newIntValue(number).build();
            case Double number ->
                FloatValue.newFloatValue(BigDecimal.valueOf(number)).build();
            case BigDecimal number -> FloatValue.newFloatValue(number).build();
            case List<?> list -> {
                ArrayValue.Builder inlined = ArrayValue.newArrayValue();
                for (Object each : list) {
                    if (each != null) {
                        inlined.value(fromJson(field, each, names));
                    }
                }
                yield inlined.build();
            }
            case Map<?, ?> map -> {
                List<ObjectField> fields = new ArrayList<>();
                map.forEach((key, value) -> {
                    if (value != null) {
                        fields.add(ObjectField.newObjectField()
                                .name(String.valueOf(key))
                                .value(fromJson(field, value, names))
                                .build());
                    }
                });
                yield ObjectValue.newObjectValue().objectFields(fields).build();
            }
            default -> throw Refusal.argument(field, "a value of an unknown kind");
        };
    }

    private static Value<?> name(String field, String text) {
        if (text.isEmpty() || text.length() > 100 || !text.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw Refusal.argument(field, "an order is a name such as count_DESC");
        }
        return EnumValue.of(text);
    }
}
