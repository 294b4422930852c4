package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Certainty;
import dev.selvage.analytics.query.Condition;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
import dev.selvage.analytics.query.Nearest;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Question;
import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.SelectedField;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How fields get their values.
final class Fetchers {
    /// Most zones in one query.
    static final int MAX_ZONES = 10;

    /// Most fields of one dataset.
    static final int MAX_FIELDS = 100;

    /// The field of a group that holds the one that it was in an earlier time.
    static final String PREVIOUS = "previous";

    private Fetchers() {}

    /// The meaning of an order value.
    record OrderValue(String path, boolean descending) {}

    static Asker asker(DataFetchingEnvironment environment) {
        return Objects.requireNonNull(environment.getGraphQlContext().get(Asker.class));
    }

    static Object tag(DataFetchingEnvironment environment) {
        return scope(environment).id();
    }

    private static Scope scope(DataFetchingEnvironment environment) {
        return Objects.requireNonNull(environment.<Scope>getSource());
    }

    /// The zones of the viewer, or of an account.
    static Object zones(DataFetchingEnvironment environment) {
        Access.Principal principal = asker(environment).principal();
        Scope account = environment.getSource() instanceof Scope scope ? scope : null;
        int limit = limit(environment.getArgument("limit"));
        Map<String, Object> filter = environment.getArgument("filter");
        String after = filter == null || filter.get("zoneTag_gt") == null
                ? ""
                : filter.get("zoneTag_gt").toString();
        if (filter == null || !(filter.containsKey("zoneTag") || filter.containsKey("zoneTag_in"))) {
            Stream<String> ids = account == null
                    ? principal.zones(after.isEmpty() ? null : after, limit).stream()
                            .map(Access.ZoneRef::id)
                    : account.zones().stream();
            return scopes(environment, ids, after, limit);
        }
        Set<String> found = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        for (String id : wanted(filter)) {
            boolean known = account == null
                    ? principal.zone(id).isPresent()
                    : account.zones().contains(id);
            if (known) {
                found.add(id);
            } else {
                missing.add(shown(id));
            }
        }
        if (!missing.isEmpty()) {
            throw new Refusal(403, "authz", "zones [" + String.join(", ", missing) + "] are not authorized");
        }
        return scopes(environment, found.stream(), after, limit);
    }

    private static List<Scope> scopes(
            DataFetchingEnvironment environment, Stream<String> ids, String after, int limit) {
        List<Scope> scopes = ids.filter(id -> id.compareTo(after) > 0)
                .limit(limit)
                .map(id -> new Scope(false, id, List.of(id)))
                .toList();
        asker(environment).take(scopes.size() * datasets(environment));
        return scopes;
    }

    /// How many datasets a scope is asked for; before any of them is.
    private static int datasets(DataFetchingEnvironment environment) {
        return (int) environment.getSelectionSet().getImmediateFields().stream()
                .filter(field -> Execution.DATASETS.contains(field.getName()))
                .count();
    }

    /// The ids that `zoneTag` and `zoneTag_in` both allow.
    private static Set<String> wanted(Map<String, Object> filter) {
        Set<String> wanted = new LinkedHashSet<>();
        if (filter.get("zoneTag_in") instanceof List<?> list) {
            list.forEach(id -> wanted.add(String.valueOf(id)));
            if (wanted.size() > MAX_ZONES) {
                throw Refusal.argument(
                        "zones", "zoneTag_in names " + wanted.size() + " zones; a query may name " + MAX_ZONES);
            }
            if (filter.get("zoneTag") != null) {
                wanted.retainAll(Set.of(String.valueOf(filter.get("zoneTag"))));
            }
        } else {
            wanted.add(String.valueOf(filter.get("zoneTag")));
        }
        return wanted;
    }

    private static int limit(@Nullable Object limit) {
        if (limit == null) {
            return MAX_ZONES;
        }
        long number = (Long) limit;
        if (number < 1) {
            throw Refusal.argument("zones", "limit must be positive number and not greater than " + MAX_ZONES);
        }
        return (int) Math.min(number, MAX_ZONES);
    }

    private static String shown(String id) {
        return id.length() > 64 ? id.substring(0, 64) + "…" : id;
    }

    static Object accounts(DataFetchingEnvironment environment) {
        Map<String, Object> filter = Objects.requireNonNull(environment.getArgument("filter"));
        String account = String.valueOf(filter.get("accountTag"));
        List<Access.ZoneRef> zones = asker(environment).principal().accountZones(account);
        if (zones.isEmpty()) {
            throw new Refusal(403, "authz", "not authorized for that account");
        }
        asker(environment).take(datasets(environment));
        return List.of(new Scope(
                true, account, zones.stream().map(Access.ZoneRef::id).sorted().toList()));
    }

    /// The level of intervals.
    static double level(@Nullable Object argument) {
        double level = argument instanceof Double number ? number : Double.NaN;
        if (!(level > 0 && level < 1)) {
            throw Refusal.argument(Certainty.FIELD, "level must be greater than 0 and less than 1, such as 0.95");
        }
        return level;
    }

    /// The groups of a dataset in a scope.
    ///
    /// @param keys of filters
    /// @param orders by name
    /// @param typed true when the schema has read the values of filters already
    record Groups(
            QueryEngine engine,
            Dataset dataset,
            List<Dimension> known,
            Map<String, Condition.Key> keys,
            Map<String, OrderValue> orders,
            boolean typed)
            implements DataFetcher<Object> {
        @Override
        public CompletableFuture<List<Map<String, Object>>> get(DataFetchingEnvironment environment) {
            Asker asker = asker(environment);
            Scope scope = scope(environment);
            String field = environment.getField().getName();
            long limit = Objects.requireNonNull(environment.<Long>getArgument("limit"));
            if (limit < 1 || limit > Question.MAX_LIMIT) {
                throw Refusal.argument(
                        field, "limit must be positive number and not greater than " + Question.MAX_LIMIT);
            }
            Set<String> grouped = new LinkedHashSet<>();
            Set<String> fields = new LinkedHashSet<>();
            boolean rows = dataset.form() == Dataset.Form.ROWS;
            Question.Period compared = environment.getArgument("compareTo");
            for (SelectedField selected : environment.getSelectionSet().getFields()) {
                String name = selected.getQualifiedName();
                if (name.startsWith(PREVIOUS) && compared == null) {
                    throw Refusal.argument(field, PREVIOUS + " needs the argument compareTo: previous, day or week");
                }
                if (!rows) {
                    select(name, grouped, fields);
                } else if (name.indexOf('/') < 0) {
                    grouped.add(name);
                }
            }
            if (grouped.size() + fields.size() > MAX_FIELDS) {
                throw new Refusal(400, "params", "number of fields can't be more than " + MAX_FIELDS);
            }
            List<Dimension> dimensions = new ArrayList<>();
            for (Dimension each : known) {
                if (grouped.contains(each.name())) {
                    dimensions.add(each);
                }
            }
            List<Question.Order> order = new ArrayList<>();
            if (environment.getArgument("orderBy") instanceof List<?> list) {
                for (Object value : list) {
                    OrderValue each = orders.get(String.valueOf(value));
                    if (each == null) {
                        throw Refusal.argument(
                                field,
                                "orderBy: unknown order " + shown(String.valueOf(value))
                                        + Nearest.hint(String.valueOf(value), orders.keySet()));
                    }
                    order.add(new Question.Order(each.path(), each.descending()));
                }
            }
            if (order.size() > MAX_FIELDS) {
                throw Refusal.argument(field, "orderBy names more than " + MAX_FIELDS + " values");
            }
            if (!(environment.getArgument("filter") instanceof Map<?, ?> filter)) {
                throw Refusal.argument(field, "filter is an object such as {datetime_geq: \"2026-01-31T12:00:00Z\"}");
            }
            Condition asked = Condition.read(field, filter, keys, typed ? (_, value) -> value : Scalars::read);
            if (asked.reversed()) {
                throw Refusal.argument(field, "the time ends before it begins");
            }
            Condition condition = new Condition.All(List.of(dataset.base(), asked));
            return engine.ask(
                    new Question(
                            dataset,
                            field,
                            path(environment),
                            scope.subject(),
                            scope.zones(),
                            dimensions,
                            fields,
                            condition,
                            order,
                            (int) limit,
                            compared),
                    asker.asking());
        }

        /// Where the dataset stands in the answer, without what every path begins with: `zones/0/trend`.
        private static String path(DataFetchingEnvironment environment) {
            List<Object> path = environment.getExecutionStepInfo().getPath().toList();
            return path.stream().skip(1).map(String::valueOf).collect(Collectors.joining("/"));
        }

        /// Turns `sum/visits` into the path `sum_visits`; an interval needs the number that it is of.
        private static void select(String name, Set<String> grouped, Set<String> fields) {
            if (name.startsWith(PREVIOUS)) {
                if (name.length() > PREVIOUS.length()) {
                    select(name.substring(PREVIOUS.length() + 1), grouped, fields);
                }
                return;
            }
            String[] parts = name.split("/", -1);
            String leaf = parts[parts.length - 1];
            if (leaf.startsWith("__")) {
                return;
            }
            if (parts[0].equals("dimensions")) {
                if (parts.length == 2) {
                    grouped.add(parts[1]);
                }
            } else if (parts[0].equals(Certainty.FIELD)) {
                fields.add(Certainty.FIELD);
                if (parts.length == 3 && !parts[1].equals("count")) {
                    fields.add(parts[1] + "_" + parts[2]);
                }
            } else {
                fields.add(parts.length == 1 ? parts[0] : parts[0] + "_" + parts[1]);
            }
        }
    }
}
