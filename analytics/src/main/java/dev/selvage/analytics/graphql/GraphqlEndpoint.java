package dev.selvage.analytics.graphql;

import static java.lang.System.Logger.Level.ERROR;

import dev.selvage.analytics.query.Asking;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Handler;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.execution.AsyncExecutionStrategy;
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
import graphql.validation.QueryComplexityLimits;
import graphql.validation.QueryComplexityLimitsExceeded;
import graphql.validation.ValidationError;
import graphql.validation.Validator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `POST /client/v4/graphql`.
public final class GraphqlEndpoint implements Handler {
    /// Largest request body, in bytes, and longest query, in characters.
    static final int MAX_BODY = 512 << 10;
    static final int MAX_QUERY = 64 << 10;

    private static final int MAX_TOKENS = 12_000;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_FIELDS = 4_000;
    private static final int MAX_ERRORS = 10;

    /// How many queries run at once, how many wait for their turn, and for how long.
    static final int RUNNING = 4;
    private static final int WAITING = 32;
    private static final Duration TURN = Duration.ofSeconds(3);

    /// How long a query waits for a store that is still loading.
    private static final Duration LOADING = Duration.ofSeconds(2);
    private static final Duration TIME = Duration.ofSeconds(10);

    private static final Set<String> DATASETS =
            Arrays.stream(Dataset.values()).map(Dataset::wire).collect(Collectors.toUnmodifiableSet());

    private static final System.Logger LOG = System.getLogger(GraphqlEndpoint.class.getName());

    /// What the endpoint has to know of the store.
    public interface StoreState {
        /// Waits for it to open.
        void await(Duration patience) throws InterruptedException;

        /// True when it can be asked.
        boolean open();

        /// What keeps it from being asked; `"loading"` at first.
        String trouble();

        /// Until when it is complete; epoch milliseconds.
        OptionalLong watermark();
    }

    private record Engine(GraphQL graphql, GraphQLSchema schema) {}

    private final Access access;
    private final StoreState store;
    private final Clock clock;
    private final QueryBudget budget;
    private final Semaphore running = new Semaphore(RUNNING, true);
    private final AtomicInteger inside = new AtomicInteger();
    private final CompletableFuture<Engine> engine = new CompletableFuture<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /// @param queriesPerFiveMinutes each principal's budget
    public GraphqlEndpoint(Access access, StoreState store, int queriesPerFiveMinutes, Metrics metrics, Clock clock) {
        this.access = access;
        this.store = store;
        this.clock = clock;
        budget = new QueryBudget(queriesPerFiveMinutes, clock);
        metrics.counter("selvage_graphql_queries", "GraphQL queries", Map.of("outcome", "answered"), answered::get);
        metrics.counter("selvage_graphql_queries", "GraphQL queries", Map.of("outcome", "refused"), refused::get);
    }

    /// Makes the schema; until then queries wait. Called once, on a thread of its own.
    public void load(QueryEngine queries) {
        try {
            GraphQLSchema schema = AnalyticsSchema.of(queries);
            GraphQL graphql = GraphQL.newGraphQL(schema)
                    .queryExecutionStrategy(new AsyncExecutionStrategy(new Failures()))
                    .preparsedDocumentProvider(new Prepared())
                    .build();
            engine.complete(new Engine(graphql, schema));
        } catch (RuntimeException bug) {
            LOG.log(ERROR, "the GraphQL schema was not made", bug);
            engine.completeExceptionally(bug);
        }
    }

    /// The documents are parsed, rewritten and checked before they are executed.
    private static final class Prepared implements PreparsedDocumentProvider {
        @Override
        public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
                ExecutionInput input,
                java.util.function.Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
            Document document = Objects.requireNonNull(input.getGraphQLContext().get(Document.class));
            return CompletableFuture.completedFuture(new PreparsedDocumentEntry(document));
        }
    }

    /// A failed field, as an error of the answer.
    private static final class Failures implements graphql.execution.DataFetcherExceptionHandler {
        @Override
        public CompletableFuture<graphql.execution.DataFetcherExceptionHandlerResult> handleException(
                graphql.execution.DataFetcherExceptionHandlerParameters parameters) {
            Throwable cause = parameters.getException();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (!(cause instanceof Refusal)) {
                LOG.log(ERROR, "a dataset could not be answered", cause);
            }
            Refusal refusal = cause instanceof Refusal known ? known : internal();
            GraphQLError error = GraphQLError.newError()
                    .message("%s", refusal.getMessage())
                    .path(parameters.getPath())
                    .extensions(Map.of("status", refusal.status(), "code", refusal.code()))
                    .build();
            return CompletableFuture.completedFuture(
                    graphql.execution.DataFetcherExceptionHandlerResult.newResult(error)
                            .build());
        }
    }

    private static Refusal internal() {
        return new Refusal(500, "internal", "Internal server error");
    }

    /// One error of an answer.
    private record Problem(
            int status,
            String code,
            String message,
            @Nullable List<String> path) {
        static Problem of(Refusal refusal) {
            return new Problem(refusal.status(), refusal.code(), refusal.getMessage(), null);
        }
    }

    @Override
    public Answer handle(Call call) throws InterruptedException {
        Optional<Access.Principal> principal = access.authenticate(call.header("authorization"));
        if (principal.isEmpty()) {
            return failed(List.of(new Problem(401, "authn", "Unauthorized", null)));
        }
        try {
            return answer(principal.get(), call.body());
        } catch (Refusal refusal) {
            return failed(List.of(Problem.of(refusal)));
        }
    }

    private Answer answer(Access.Principal principal, byte[] body) throws InterruptedException {
        Request request = Request.read(body);
        if (inside.incrementAndGet() > RUNNING + WAITING) {
            inside.decrementAndGet();
            throw busy();
        }
        try {
            Engine ready = ready();
            if (!running.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
            try {
                return execute(ready, principal, request);
            } finally {
                running.release();
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    private static Refusal busy() {
        return new Refusal(503, "busy", "too many queries in progress, please try again later");
    }

    private Engine ready() throws InterruptedException {
        long until = System.nanoTime() + LOADING.toNanos();
        try {
            Engine ready = engine.get(LOADING.toNanos(), TimeUnit.NANOSECONDS);
            store.await(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            if (store.open()) {
                return ready;
            }
        } catch (TimeoutException _) {
            throw starting();
        } catch (ExecutionException _) {
            throw internal();
        }
        if (store.trouble().equals("loading")) {
            throw starting();
        }
        // What ails the store is for its operator, in the health report; not for everyone who may ask about a zone.
        throw new Refusal(503, "unavailable", "unable to execute query, please try again later");
    }

    private static Refusal starting() {
        return new Refusal(503, "starting", "analytics is starting, please try again later");
    }

    /// @param variables as JSON gives them
    private record Request(
            String query,
            Map<String, Object> variables,
            @Nullable String operation) {
        static Request read(byte[] body) {
            if (body.length > MAX_BODY) {
                throw new Refusal(
                        400, "params", "the request is larger than " + MAX_BODY + " bytes; use a smaller filter");
            }
            JsonNode json;
            try {
                json = Json.MAPPER.readTree(body);
            } catch (JacksonException malformed) {
                throw new Refusal(
                        400,
                        "params",
                        "the request is not JSON (" + first(malformed.getOriginalMessage())
                                + "); send {\"query\": \"…\", \"variables\": {…}}");
            }
            if (!json.isObject() || !json.path("query").isString()) {
                throw new Refusal(
                        400,
                        "params",
                        "\"query\" is missing or not a text; send {\"query\": \"…\", \"variables\": {…}}");
            }
            JsonNode variables = json.path("variables");
            if (!(variables.isMissingNode() || variables.isNull() || variables.isObject())) {
                throw new Refusal(400, "params", "\"variables\" is not an object");
            }
            JsonNode operation = json.path("operationName");
            if (!(operation.isMissingNode() || operation.isNull() || operation.isString())) {
                throw new Refusal(400, "params", "\"operationName\" is not a text");
            }
            String query = json.path("query").stringValue();
            if (query.length() > MAX_QUERY) {
                throw new Refusal(400, "params", "the query is longer than " + MAX_QUERY + " characters");
            }
            Map<String, Object> values = new LinkedHashMap<>();
            if (variables.isObject()) {
                Map<?, ?> map = Json.MAPPER.convertValue(variables, Map.class);
                map.forEach((name, value) -> values.put(String.valueOf(name), value));
            }
            return new Request(
                    query,
                    values,
                    operation.isString() && !operation.stringValue().isEmpty() ? operation.stringValue() : null);
        }

        private static String first(@Nullable String message) {
            String text = message == null ? "malformed" : message;
            return text.length() > 200 ? text.substring(0, 200) + "…" : text;
        }
    }

    private Answer execute(Engine ready, Access.Principal principal, Request request) throws InterruptedException {
        Document document = parse(request);
        List<ValidationError> invalid = validate(ready.schema(), document);
        if (!invalid.isEmpty()) {
            return failed(invalid.stream()
                    .map(ValidationText::of)
                    .distinct()
                    .map(Problem::of)
                    .toList());
        }
        long cost = Math.max(1, cost(document));
        long left = budget.take(principal.id(), cost);
        Asking asking = new Asking(System.nanoTime() + TIME.toNanos());
        ExecutionInput.Builder input = ExecutionInput.newExecutionInput()
                .query(request.query())
                .locale(Locale.ROOT)
                .graphQLContext(Map.of(
                        Document.class,
                        document,
                        Asker.class,
                        new Asker(principal, asking, cost, left, new AtomicInteger())));
        if (request.operation() != null) {
            input.operationName(request.operation());
        }
        // Before anything is read: what the answer leaves out began after this.
        OptionalLong watermark = store.watermark();
        ExecutionResult result;
        try {
            result = ready.graphql().executeAsync(input.build()).get(TIME.toSeconds() + 2, TimeUnit.SECONDS);
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
            throw internal();
        }
        if (!result.getErrors().isEmpty()) {
            return failed(
                    result.getErrors().stream().map(GraphqlEndpoint::problem).toList());
        }
        answered.incrementAndGet();
        Map<String, Object> extensions = extensions(watermark);
        extensions.put("exact", asking.exact());
        extensions.put("rows", asking.rows());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("data", result.getData());
        answer.put("errors", null);
        answer.put("extensions", extensions);
        return Answer.json(200, answer);
    }

    private static List<ValidationError> validate(GraphQLSchema schema, Document document) {
        QueryComplexityLimits limits = QueryComplexityLimits.newLimits()
                .maxDepth(MAX_DEPTH)
                .maxFieldsCount(MAX_FIELDS)
                .build();
        try {
            return new Validator().validateDocument(schema, document, _ -> true, Locale.ROOT, limits);
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

    private static Problem problem(GraphQLError error) {
        Map<String, Object> extensions = error.getExtensions();
        if (extensions != null && extensions.get("status") instanceof Integer status) {
            List<Object> path = error.getPath();
            return new Problem(
                    status,
                    String.valueOf(extensions.get("code")),
                    error.getMessage(),
                    path == null ? null : path.stream().map(String::valueOf).toList());
        }
        return new Problem(400, "params", ValidationText.plain(error.getMessage()), null);
    }

    private static Document parse(Request request) {
        Document document;
        try {
            document = Parser.parse(ParserEnvironment.newParserEnvironment()
                    .document(request.query())
                    .locale(Locale.ROOT)
                    .parserOptions(ParserOptions.newParserOptions()
                            .captureIgnoredChars(false)
                            .captureLineComments(false)
                            .maxCharacters(MAX_QUERY)
                            .maxTokens(MAX_TOKENS)
                            .maxWhitespaceTokens(MAX_QUERY)
                            .maxRuleDepth(200)
                            .build())
                    .build());
        } catch (InvalidSyntaxException malformed) {
            throw new Refusal(400, "params", ValidationText.plain(malformed.getMessage()));
        }
        return Inlining.apply(document, request.variables());
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

    private static Map<String, Object> extensions(OptionalLong watermark) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("watermark", watermark.isPresent() ? Moments.time(watermark.getAsLong()) : null);
        return extensions;
    }

    private Answer failed(List<Problem> problems) {
        refused.incrementAndGet();
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        String time = Instant.now(clock).toString();
        List<Map<String, Object>> errors = new ArrayList<>();
        for (Problem problem : problems.subList(0, Math.min(MAX_ERRORS, problems.size()))) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("message", problem.message());
            error.put("path", problem.path());
            error.put("extensions", Map.of("code", problem.code(), "timestamp", time, "ray_id", id));
            errors.add(error);
            if (problem.status() >= 500) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "a query was answered {0}, ray_id {1}: {2}",
                        problem.status(),
                        id,
                        problem.message());
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("data", null);
        answer.put("errors", errors);
        answer.put("extensions", extensions(store.watermark()));
        return Answer.json(problems.getFirst().status(), answer);
    }
}
