package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Certainty;
import dev.selvage.analytics.query.Condition;
import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How fields get their values.
final class Fetchers {
    /// Most zones in one query.
    static final int MAX_ZONES = 10;

    /// Most fields of one dataset.
    static final int MAX_FIELDS = 100;

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

    static Object zones(DataFetchingEnvironment environment) {
        Access.Principal principal = asker(environment).principal();
        int limit = limit(environment.getArgument("limit"));
        Map<String, Object> filter = environment.getArgument("filter");
        List<Scope> scopes = new ArrayList<>();
        if (filter == null || !(filter.containsKey("zoneTag") || filter.containsKey("zoneTag_in"))) {
            Object after = filter == null ? null : filter.get("zoneTag_gt");
            for (Access.ZoneRef zone : principal.zones(after == null ? null : after.toString(), limit)) {
                scopes.add(zone(zone));
            }
            return scopes;
        }
        Set<String> wanted = wanted(filter);
        Map<String, Access.ZoneRef> found = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        for (String id : wanted) {
            principal.zone(id).ifPresentOrElse(zone -> found.put(zone.id(), zone), () -> missing.add(shown(id)));
        }
        if (!missing.isEmpty()) {
            throw new Refusal(403, "authz", "zones [" + String.join(", ", missing) + "] are not authorized");
        }
        Object after = filter.get("zoneTag_gt");
        found.values().stream()
                .filter(zone -> after == null || zone.id().compareTo(after.toString()) > 0)
                .limit(limit)
                .forEach(zone -> scopes.add(zone(zone)));
        return scopes;
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

    private static Scope zone(Access.ZoneRef zone) {
        return new Scope(false, zone.id(), List.of(zone.id()));
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
        return List.of(new Scope(
                true, account, zones.stream().map(Access.ZoneRef::id).sorted().toList()));
    }

    /// The intervals of one group.
    static Object confidence(DataFetchingEnvironment environment) {
        double level = Objects.requireNonNull(environment.<Double>getArgument("level"));
        if (!(level > 0 && level < 1)) {
            throw Refusal.argument(Certainty.FIELD, "level must be greater than 0 and less than 1, such as 0.95");
        }
        Map<String, Object> group = Objects.requireNonNull(environment.getSource());
        return ((Certainty) Objects.requireNonNull(group.get(Certainty.FIELD))).at(level);
    }

    /// The groups of a dataset in a scope.
    record Groups(QueryEngine engine, Dataset dataset, List<Dimension> known, Map<String, Condition.Key> keys)
            implements DataFetcher<Object> {
        @Override
        public CompletableFuture<List<Map<String, Object>>> get(DataFetchingEnvironment environment) {
            Asker asker = asker(environment);
            asker.node();
            Scope scope = scope(environment);
            String field = environment.getField().getName();
            long limit = Objects.requireNonNull(environment.<Long>getArgument("limit"));
            if (limit < 1 || limit > Question.MAX_LIMIT) {
                throw Refusal.argument(
                        field, "limit must be positive number and not greater than " + Question.MAX_LIMIT);
            }
            Set<String> grouped = new LinkedHashSet<>();
            Set<String> fields = new LinkedHashSet<>();
            for (SelectedField selected : environment.getSelectionSet().getFields()) {
                select(selected.getQualifiedName(), grouped, fields);
            }
            if (grouped.size() + fields.size() > MAX_FIELDS) {
                throw new Refusal(400, "params", "number of fields can't be more than " + MAX_FIELDS);
            }
            List<Dimension> dimensions = new ArrayList<>();
            for (String name : grouped) {
                known.stream().filter(each -> each.name().equals(name)).forEach(dimensions::add);
            }
            List<Question.Order> order = new ArrayList<>();
            if (environment.getArgument("orderBy") instanceof List<?> list) {
                for (Object value : list) {
                    OrderValue each = (OrderValue) value;
                    order.add(new Question.Order(each.path(), each.descending()));
                }
            }
            if (order.size() > MAX_FIELDS) {
                throw Refusal.argument(field, "orderBy names more than " + MAX_FIELDS + " values");
            }
            Map<String, Object> filter = Objects.requireNonNull(environment.getArgument("filter"));
            Condition condition = Condition.read(field, filter, keys);
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
                            (int) limit),
                    asker.asking());
        }

        /// Where the dataset stands in the answer, without what every path begins with: `zones/0/trend`.
        private static String path(DataFetchingEnvironment environment) {
            List<Object> path = environment.getExecutionStepInfo().getPath().toList();
            return path.stream().skip(1).map(String::valueOf).collect(Collectors.joining("/"));
        }

        /// Turns `sum/visits` into the path `sum_visits`; an interval needs the number that it is of.
        private static void select(String name, Set<String> grouped, Set<String> fields) {
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
