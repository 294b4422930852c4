package dev.selvage.app.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// An API that answers what a test wants, and remembers what it was asked.
final class FakeApi implements AutoCloseable {
    static final String ZONE = "0123456789abcdef0123456789abcdef";
    static final String ACCOUNT = "acc00000000000000000000000000001";

    /// A request as it came.
    ///
    /// @param target path and query below the base, as they were sent
    record Asked(String method, String target, Map<String, String> headers, String body) {
        String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        /// A parameter of the query, decoded; empty when absent.
        String parameter(String name) {
            int query = target.indexOf('?');
            for (String pair :
                    query < 0 ? new String[0] : target.substring(query + 1).split("&", -1)) {
                if (pair.startsWith(name + "=")) {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                }
            }
            return "";
        }

        int page() {
            return Integer.parseInt(parameter("page"));
        }
    }

    /// @param headers beside the media type
    record Said(int status, String mediaType, Map<String, String> headers, String body) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Asked, Said>> answers = new LinkedHashMap<>();
    private final HttpServer server;

    FakeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        on(
                "GET",
                "/zones",
                asked -> list(
                        asked,
                        1,
                        List.of(zone("example.com", ZONE), zone("shop.example", "f".repeat(32))).stream()
                                .filter(zone -> asked.parameter("name").isEmpty()
                                        || zone.contains("\"" + asked.parameter("name") + "\""))
                                .toList()));
        on("GET", "/zones/" + ZONE, _ -> ok(zone("example.com", ZONE)));
        on("GET", "/accounts", asked -> list(asked, 1, List.of("""
                {"id":"%s","name":"Selvage","type":"standard","created_on":"2026-01-01T00:00:00.000000Z"}""".formatted(ACCOUNT))));
    }

    static String zone(String name, String id) {
        return """
                {"id":"%s","name":"%s","status":"active","paused":false,"type":"full",\
                "account":{"id":"%s","name":"Selvage"},"created_on":"2026-01-01T00:00:00.123456Z"}""".formatted(id, name, ACCOUNT);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/client/v4";
    }

    /// Answers calls of a method and path, below the base, without its query.
    void on(String method, String path, Function<Asked, Said> answer) {
        answers.put(method + " " + path, answer);
    }

    static Said ok(String result) {
        return json(200, """
                {"success":true,"errors":[],"messages":[],"result":%s}""".formatted(result));
    }

    /// A page of a list, as the API numbers them.
    static Said list(Asked asked, int pages, List<String> items) {
        return json(200, """
                {"success":true,"errors":[],"messages":[],"result":[%s],"result_info":\
                {"page":%d,"per_page":%s,"count":%d,"total_count":%d,"total_pages":%d}}""".formatted(
                        String.join(",", items),
                        asked.page(),
                        pages == 1 ? asked.parameter("per_page") : String.valueOf(items.size()),
                        items.size(),
                        (long) pages * items.size(),
                        pages));
    }

    static Said refused(int status, String errors) {
        return json(status, """
                {"success":false,"errors":[%s],"messages":[],"result":null}""".formatted(errors));
    }

    static Said json(int status, String body) {
        return new Said(status, "application/json", Map.of(), body);
    }

    /// What was asked, as `METHOD target`.
    List<String> lines() {
        return asked.stream().map(one -> one.method() + " " + one.target()).toList();
    }

    Asked last() {
        return asked.getLast();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestURI().toString().replaceFirst("^/client/v4", "");
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Asked one = new Asked(exchange.getRequestMethod(), target, headers, body);
            asked.add(one);
            Said said = answers.getOrDefault(
                            one.method() + " " + one.path(),
                            _ -> refused(404, "{\"code\":7000,\"message\":\"No route for that URI\"}"))
                    .apply(one);
            if (!said.mediaType().isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", said.mediaType());
            }
            said.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said.status(), bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    /// The zones of a page of three, for lists of several pages.
    static List<String> three(int page) {
        List<String> zones = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            zones.add(zone("z" + page + "-" + i + ".example", "%032x".formatted(page * 100 + i)));
        }
        return zones;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
