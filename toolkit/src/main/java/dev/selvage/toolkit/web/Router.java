package dev.selvage.toolkit.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the handler of a request by method and path.
///
/// A template is a path whose segments are literal or `{name}`; a last segment `{name...}` takes the
/// rest. Literal
/// segments win over captures. Not thread-safe while routes are being added; immutable in use.
public final class Router {
    private final Node root = new Node();

    /// Adds a route.
    ///
    /// @throws IllegalArgumentException when the same method and template is there already
    public Router add(String method, String template, Handler handler) {
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment : segments(template)) {
            if (segment.startsWith("{") && segment.endsWith("...}")) {
                names.add(segment.substring(1, segment.length() - 4));
                node = node.rest = node.rest == null ? new Node() : node.rest;
            } else if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.any = node.any == null ? new Node() : node.any;
            } else {
                node = node.literal.computeIfAbsent(segment, _ -> new Node());
            }
        }
        if (node.routes.putIfAbsent(method, new Route(names, handler)) != null) {
            throw new IllegalArgumentException("two routes for " + method + " " + template);
        }
        return this;
    }

    /// What a lookup came to.
    sealed interface Found {}

    record Matched(Handler handler, Map<String, String> captures) implements Found {}

    /// The path exists, for other methods.
    record WrongMethod(List<String> allowed) implements Found {}

    record NoRoute() implements Found {}

    Found find(String method, String path) {
        List<String> segments = segments(path);
        List<String> values = new ArrayList<>();
        Node node = descend(root, segments, 0, values, method);
        if (node == null) {
            values.clear();
            Node other = descend(root, segments, 0, values, null);
            return other == null ? new NoRoute() : new WrongMethod(List.copyOf(new TreeSet<>(other.routes.keySet())));
        }
        Route route = node.route(method);
        if (route == null) {
            return new NoRoute();
        }
        Map<String, String> captures = HashMap.newHashMap(values.size());
        for (int i = 0; i < values.size(); i++) {
            captures.put(route.names().get(i), values.get(i));
        }
        return new Matched(route.handler(), captures);
    }

    /// The node that answers `segments` from `at` on for `method` (any method when null), by literal first.
    private static @Nullable Node descend(
            Node node, List<String> segments, int at, List<String> values, @Nullable String method) {
        if (at == segments.size()) {
            if (node.answers(method)) {
                return node;
            }
            if (node.rest != null && node.rest.answers(method)) {
                values.add("");
                return node.rest;
            }
            return null;
        }
        Node literal = node.literal.get(segments.get(at));
        Node found = literal == null ? null : descend(literal, segments, at + 1, values, method);
        if (found == null && node.any != null) {
            values.add(segments.get(at));
            found = descend(node.any, segments, at + 1, values, method);
            if (found == null) {
                values.removeLast();
            }
        }
        if (found == null && node.rest != null && node.rest.answers(method)) {
            values.add(String.join("/", segments.subList(at, segments.size())));
            found = node.rest;
        }
        return found;
    }

    private static List<String> segments(String path) {
        String trimmed = path.startsWith("/") ? path.substring(1) : path;
        if (trimmed.endsWith("/")) {
            trimmed = trimmed.substring(0, trimmed.length() - 1);
        }
        return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/", -1));
    }

    private record Route(List<String> names, Handler handler) {
        Route {
            names = List.copyOf(names);
        }
    }

    private static final class Node {
        final Map<String, Node> literal = new HashMap<>();
        final Map<String, Route> routes = new HashMap<>();

        @Nullable
        Node any;

        @Nullable
        Node rest;

        boolean answers(@Nullable String method) {
            return method == null ? !routes.isEmpty() : route(method) != null;
        }

        /// HEAD falls back on GET.
        @Nullable
        Route route(String method) {
            Route route = routes.get(method);
            return route == null && method.equals("HEAD") ? routes.get("GET") : route;
        }
    }
}
