package dev.selvage.analytics.graphql;

import static java.lang.System.Logger.Level.ERROR;

import dev.selvage.analytics.query.Asking;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.validation.GoodFaithIntrospectionExceeded;
import graphql.validation.OperationValidationRule;
import graphql.validation.QueryComplexityLimits;
import graphql.validation.QueryComplexityLimitsExceeded;
import graphql.validation.ValidationError;
import graphql.validation.Validator;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Parses, checks and executes queries, with the library.
///
/// It is made on a thread of its own: loading the library and making the schema take a moment at start.
final class Execution {
    private static final int MAX_TOKENS = 12_000;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_FIELDS = 4_000;
    private static final Duration TIME = Duration.ofSeconds(10);

    static final Set<String> DATASETS =
            Arrays.stream(Dataset.values()).map(Dataset::wire).collect(Collectors.toUnmodifiableSet());

    private static final System.Logger LOG = System.getLogger(Execution.class.getName());

    /// What a query came to.
    sealed interface Outcome {}

    /// @param data as the library gives it: maps, lists, plain values
    /// @param asking what it took
    record Answered(Object data, Asking asking) implements Outcome {}

    /// @param problems at least one
    record Failed(List<Problem> problems) implements Outcome {}

    private final QueryBudget budget;
    private final Tools executed;
    private final LazyTools whole;
    private final Prepared prepared = new Prepared();

    Execution(QueryEngine queries, QueryBudget budget) {
        this.budget = budget;
        executed = Tools.of(AnalyticsSchema.executed(queries));
        whole = new LazyTools(() -> Tools.of(AnalyticsSchema.whole(queries)));
    }

    /// A schema, and what executes with it.
    private record Tools(GraphQLSchema schema, GraphQL graphql) {
        static Tools of(GraphQLSchema schema) {
            return new Tools(
                    schema,
                    GraphQL.newGraphQL(schema)
                            .queryExecutionStrategy(new Shaping(new Failures()))
                            .preparsedDocumentProvider(new Given())
                            .build());
        }
    }

    /// Made when it is first asked for.
    private static final class LazyTools {
        private final Supplier<Tools> make;
        private @Nullable Tools made;

        LazyTools(Supplier<Tools> make) {
            this.make = make;
        }

        synchronized Tools get() {
            if (made == null) {
                made = make.get();
            }
            return made;
        }
    }

    /// The documents are parsed, rewritten and checked before they are executed.
    private static final class Given implements PreparsedDocumentProvider {
        @Override
        public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
                ExecutionInput input,
                java.util.function.Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
            Document document = Objects.requireNonNull(input.getGraphQLContext().get(Document.class));
            return CompletableFuture.completedFuture(new PreparsedDocumentEntry(document));
        }
    }

    /// A failed field, as an error of the answer.
    private static final class Failures implements DataFetcherExceptionHandler {
        @Override
        public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
                DataFetcherExceptionHandlerParameters parameters) {
            Throwable cause = parameters.getException();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (!(cause instanceof Refusal)) {
                LOG.log(ERROR, "a dataset could not be answered", cause);
            }
            Refusal refusal = cause instanceof Refusal known ? known : GraphqlEndpoint.internal();
            GraphQLError error = GraphQLError.newError()
                    .message("%s", refusal.getMessage())
                    .path(parameters.getPath())
                    .extensions(Map.of("status", refusal.status(), "code", refusal.code()))
                    .build();
            return CompletableFuture.completedFuture(
                    DataFetcherExceptionHandlerResult.newResult(error).build());
        }
    }

    /// Answers a query, in at most twelve seconds.
    ///
    /// @throws Refusal when it is not executed at all
    Outcome run(Access.Principal principal, Request request) throws InterruptedException {
        Prepared.Query query = prepared.get(request.query()).orElse(null);
        if (query == null) {
            Document document = parse(request);
            boolean introspective = introspective(document);
            GraphQLSchema schema = (introspective ? whole.get() : executed).schema();
            Typing.Typed typed = Typing.apply(schema, document);
            List<ValidationError> invalid = validate(schema, typed.document());
            if (!invalid.isEmpty()) {
                return new Failed(invalid.stream()
                        .map(error -> ValidationText.of(error, schema))
                        .map(Problem::of)
                        .distinct()
                        .toList());
            }
            long cost = cost(typed.document());
            if (cost > Asker.MAX_NODES) {
                throw Asker.tooMany();
            }
            query = new Prepared.Query(typed, introspective, Math.max(1, cost));
            prepared.put(request.query(), query);
        }
        Map<String, Object> variables = query.typed().values(request.variables());
        long cost = query.cost();
        long left = budget.take(principal.id(), cost);
        Asking asking = new Asking(System.nanoTime() + TIME.toNanos());
        ExecutionInput.Builder input = ExecutionInput.newExecutionInput()
                .query(request.query())
                .variables(variables)
                .locale(Locale.ROOT)
                .graphQLContext(Map.of(
                        Document.class,
                        query.document(),
                        Asker.class,
                        new Asker(principal, asking, cost, left, new AtomicInteger())));
        if (request.operation() != null) {
            input.operationName(request.operation());
        }
        ExecutionResult result;
        try {
            GraphQL graphql = (query.introspective() ? whole.get() : executed).graphql();
            result = graphql.executeAsync(input.build()).get(TIME.toSeconds() + 2, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            throw new Refusal(
                    429,
                    "resources",
                    "query consumed excessive resources, please try running smaller queries which consume fewer"
                            + " resources");
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            LOG.log(ERROR, "a query failed", failure.getCause());
            throw GraphqlEndpoint.internal();
        }
        if (!result.getErrors().isEmpty()) {
            List<Typing.Use> uses = query.typed().uses();
            return new Failed(result.getErrors().stream()
                    .map(error -> problem(error, uses))
                    .toList());
        }
        return new Answered(Objects.requireNonNull(result.<Object>getData()), asking);
    }

    /// True when a query asks for the schema itself.
    private static boolean introspective(Document document) {
        return document.getDefinitions().stream()
                .map(definition -> switch (definition) {
                    case OperationDefinition operation -> operation.getSelectionSet();
                    case FragmentDefinition fragment -> fragment.getSelectionSet();
                    default -> null;
                })
                .anyMatch(Execution::introspective);
    }

    private static boolean introspective(@Nullable SelectionSet set) {
        return set != null
                && set.getSelections().stream().anyMatch(selection -> switch (selection) {
                    case Field field ->
                        field.getName().equals("__schema")
                                || field.getName().equals("__type")
                                || introspective(field.getSelectionSet());
                    case InlineFragment fragment -> introspective(fragment.getSelectionSet());
                    default -> false;
                });
    }

    private static List<ValidationError> validate(GraphQLSchema schema, Document document) {
        QueryComplexityLimits limits = QueryComplexityLimits.newLimits()
                .maxDepth(MAX_DEPTH)
                .maxFieldsCount(MAX_FIELDS)
                .build();
        try {
            return new Validator().validateDocument(schema, document, Execution::checked, Locale.ROOT, limits);
        } catch (GoodFaithIntrospectionExceeded excess) {
            throw new Refusal(
                    400,
                    "params",
                    "query contains error, please review it and retry: it asks for " + excess.getMessage()
                            + " more than once");
        } catch (QueryComplexityLimitsExceeded excess) {
            throw new Refusal(
                    400,
                    "params",
                    "query contains error, please review it and retry: it is deeper than " + MAX_DEPTH
                            + " levels or has more than " + MAX_FIELDS + " fields");
        }
    }

    /// Every operation declares the variables of all of them.
    private static boolean checked(OperationValidationRule rule) {
        return rule != OperationValidationRule.NO_UNUSED_VARIABLES;
    }

    private static Problem problem(GraphQLError error, List<Typing.Use> uses) {
        Map<String, Object> extensions = error.getExtensions();
        if (extensions != null && extensions.get("status") instanceof Integer status) {
            List<Object> path = error.getPath();
            return new Problem(
                    status,
                    String.valueOf(extensions.get("code")),
                    error.getMessage(),
                    path == null ? null : path.stream().map(String::valueOf).toList());
        }
        String message = ValidationText.plain(error.getMessage());
        for (Typing.Use use : uses) {
            if (message.startsWith("Variable '" + use.name() + "'")) {
                return Problem.of(Refusal.argument(use.field(), ValidationText.ofVariable(message)));
            }
        }
        return new Problem(400, "params", message, null);
    }

    private static Document parse(Request request) {
        try {
            return Parser.parse(ParserEnvironment.newParserEnvironment()
                    .document(request.query())
                    .locale(Locale.ROOT)
                    .parserOptions(ParserOptions.newParserOptions()
                            .captureIgnoredChars(false)
                            .captureLineComments(false)
                            .maxCharacters(GraphqlEndpoint.MAX_QUERY)
                            .maxTokens(MAX_TOKENS)
                            .maxWhitespaceTokens(GraphqlEndpoint.MAX_QUERY)
                            .maxRuleDepth(200)
                            .build())
                    .build());
        } catch (InvalidSyntaxException malformed) {
            throw new Refusal(400, "params", ValidationText.plain(malformed.getMessage()));
        }
    }

    /// How many datasets a document names, each fragment counted where it is used.
    private static long cost(Document document) {
        Map<String, FragmentDefinition> fragments = new HashMap<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof FragmentDefinition fragment) {
                fragments.put(fragment.getName(), fragment);
            }
        }
        Map<String, Long> known = new HashMap<>();
        long cost = 0;
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof OperationDefinition operation) {
                cost = Math.max(cost, cost(operation.getSelectionSet(), fragments, known));
            }
        }
        return cost;
    }

    private static long cost(
            @Nullable SelectionSet set, Map<String, FragmentDefinition> fragments, Map<String, Long> known) {
        long cost = 0;
        for (Selection<?> selection : set == null ? List.<Selection<?>>of() : set.getSelections()) {
            cost += switch (selection) {
                case Field field ->
                    DATASETS.contains(field.getName()) ? 1 : cost(field.getSelectionSet(), fragments, known);
                case InlineFragment fragment -> cost(fragment.getSelectionSet(), fragments, known);
                case FragmentSpread spread -> {
                    Long before = known.get(spread.getName());
                    if (before == null) {
                        FragmentDefinition fragment = fragments.get(spread.getName());
                        before = fragment == null ? 0 : cost(fragment.getSelectionSet(), fragments, known);
                        known.put(spread.getName(), before);
                    }
                    yield before;
                }
                default -> 0;
            };
            // The fields of a document are bounded; those that fragments multiply are bounded here.
            cost = Math.min(cost, MAX_FIELDS);
        }
        return cost;
    }
}
