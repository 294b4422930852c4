package dev.selvage.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileQueriesTest {
    @TempDir
    private static Path directory;

    private Api api;
    private final List<Api.Reply> replies = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    void start() throws Exception {
        api = new Api(directory);
        api.record(new Traffic("edge-0")
                .add(Traffic.request(1, System.currentTimeMillis()).done())
                .batch());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    /// After anything hostile the next question is answered, and no answer has shown what is inside.
    @AfterEach
    void servesOn() throws Exception {
        assertThat(query("httpRequests1dGroups(limit:1,filter:{}){sum{requests}}")
                        .groups("httpRequests1dGroups"))
                .hasSize(1);
        for (Api.Reply reply : replies) {
            assertThat(reply.json().toString())
                    .doesNotContain("Exception")
                    .doesNotContain("dev.selvage")
                    .doesNotContain("graphql.")
                    .doesNotContain("counter_")
                    .doesNotContain("SELECT")
                    .doesNotContain("DuckDB");
        }
        replies.clear();
    }

    private Api.Reply query(String dataset) throws Exception {
        return query(dataset, Map.of());
    }

    private Api.Reply query(String dataset, Map<String, Object> variables) throws Exception {
        return keep(
                api.ask("{viewer{zones(filter:{zoneTag:\"" + FakeAccess.ZONE + "\"}){" + dataset + "}}}", variables));
    }

    private Api.Reply keep(Api.Reply reply) {
        replies.add(reply);
        return reply;
    }

    private static void refused(Api.Reply reply, int status, String message) {
        assertThat(reply.message()).as(reply.json().toString()).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().path("data").isNull()).isTrue();
        assertThat(reply.json().at("/errors/0/extensions/timestamp").asString()).endsWith("Z");
        assertThat(reply.json().at("/errors/0/extensions/ray_id").asString()).hasSize(16);
        assertThat(reply.json().at("/errors/0/extensions/code").asString()).isNotEmpty();
    }

    @Test
    void withoutAKnownTokenNothingIsAnswered() throws Exception {
        for (String authorization : new String[] {null, "", "Bearer", "Bearer nobody", "Basic YWxsOmFsbA=="}) {
            refused(keep(api.ask(authorization, "{viewer{budget}}", Map.of())), 401, "Unauthorized");
        }
    }

    @Test
    void aBodyThatIsNoQueryIsExplained() throws Exception {
        for (String body : List.of("", "[", "null", "[]", "{}", "{\"query\":1}", "\"x\"", "{\"query\":\"{a}\"} x")) {
            Api.Reply reply = keep(api.post("Bearer all", body));
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.message()).as(body).contains("{\"query\": \"…\", \"variables\": {…}}");
        }
        refused(
                keep(api.post("Bearer all", "{\"query\":\"{a}\",\"variables\":[]}")),
                400,
                "\"variables\" is not an object");
        refused(
                keep(api.post("Bearer all", "{\"query\":\"{a}\",\"operationName\":[]}")),
                400,
                "\"operationName\" is not a text");
        assertThat(keep(api.post("Bearer all", "{\"query\":\"" + " ".repeat(600_000) + "\"}"))
                        .message())
                .contains("larger than");
        assertThat(keep(api.ask("{" + " ".repeat(70_000) + "}")).message()).contains("longer than");
        assertThat(keep(api.post("Bearer all", "{\"query\":" + "[".repeat(500) + "]".repeat(500) + "}"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void errorsAreInTheWordsThatClientsLookFor() throws Exception {
        refused(
                query("httpRequests1dGroups(limit:1,filter:{}){sum{requestz}}"),
                400,
                "unknown field \"requestz\"; did you mean \"requests\"?");
        refused(query("httpRequests1dGroups(limit:1,filter:{}){sum}"), 400, "object field must have selections");
        refused(
                query("httpRequests1dGroups(limit:1,filter:{}){sum{requests{x}}}"),
                400,
                "scalar fields must have no selections");
        for (String limit : List.of("limit:0,", "limit:10001,", "")) {
            refused(
                    query("httpRequests1dGroups(" + limit + "filter:{}){sum{requests}}"),
                    400,
                    "error parsing args for \"httpRequests1dGroups\": limit must be positive number and not greater than 10000");
        }
        refused(
                query("httpRequests1dGroups(limit:1){sum{requests}}"),
                400,
                "error parsing args for \"httpRequests1dGroups\": filter is missing");
        assertThat(query("httpRequests1dGroups(limit:1,filter:{date_geq:\"soon\"}){sum{requests}}")
                        .message())
                .startsWith("error parsing args for \"httpRequests1dGroups\": ")
                .contains("\"soon\" is not a time; write one like \"2026-01-31T12:00:00Z\"");
        assertThat(query("httpRequests1dGroups(limit:-5,filter:{}){sum{requests}}")
                        .message())
                .startsWith("error parsing args for \"httpRequests1dGroups\": ")
                .contains("not between 0 and");
        assertThat(query("httpRequests1dGroups(limit:1,filter:{},orderBy:[up]){sum{requests}}")
                        .message())
                .startsWith("error parsing args for \"httpRequests1dGroups\": ")
                .contains("orderBy");
        assertThat(query("httpRequests1dGroups(limit:1,filter:{host:\"x\"}){sum{requests}}")
                        .message())
                .startsWith("error parsing args for \"httpRequests1dGroups\": ")
                .contains("host");
        assertThat(query("httpRequests1dGroups(limit:1,filter:{date_geq:$since}){sum{requests}}")
                        .message())
                .isEqualTo("error parsing args for \"httpRequests1dGroups\": variable \"$since\" has no value; "
                        + "give it one in \"variables\"");
        assertThat(keep(api.ask("{viewer{")).status()).isEqualTo(400);
        assertThat(keep(api.ask("mutation{x}")).status()).isEqualTo(400);
        assertThat(keep(api.ask("query A{cost} query B{cost}")).status()).isEqualTo(400);
    }

    @Test
    void aFailedDatasetNamesItsPathAndFailsTheAnswer() throws Exception {
        Api.Reply reply = query("good:httpRequests1dGroups(limit:1,filter:{}){sum{requests}}"
                + " old:httpRequestsAdaptiveGroups(limit:1,filter:{datetime_geq:\"2020-01-01T00:00:01Z\"}){count}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.message())
                .startsWith("zone \"" + FakeAccess.ZONE
                        + "\" cannot request data older than 52w1d, but your query requests data from ")
                .endsWith(" ago");
        assertThat(reply.json().at("/errors/0/extensions/code").asString()).isEqualTo("quota");
        assertThat(reply.json().at("/errors/0/path").toString()).isEqualTo("[\"viewer\",\"zones\",\"0\",\"old\"]");
        assertThat(reply.json().path("data").isNull()).isTrue();
    }

    @Test
    void valuesNeverBecomeSql() throws Exception {
        String attack = "' OR 1=1; DROP TABLE event; --\\\"%_";
        for (String key : List.of(
                "clientRequestPath",
                "clientRequestPath_like",
                "cacheStatus",
                "clientCountryName",
                "rayName",
                "zoneTag_gt")) {
            Api.Reply reply =
                    query("httpRequestsAdaptiveGroups(limit:1,filter:$f){count}", Map.of("f", Map.of(key, attack)));
            if (key.equals("zoneTag_gt")) {
                assertThat(reply.status()).isEqualTo(400);
            } else {
                assertThat(reply.json().path("errors").isNull())
                        .as(reply.json().toString())
                        .isTrue();
                assertThat(reply.groups("httpRequestsAdaptiveGroups")).isEmpty();
            }
        }
        assertThat(keep(api.ask("{viewer{zones(filter:{zoneTag:$z}){zoneTag}}}", Map.of("z", attack)))
                        .status())
                .isEqualTo(403);
        assertThat(keep(api.ask("{viewer{zones(filter:{zoneTag:$z}){zoneTag}}}", Map.of("z", "x".repeat(100_000))))
                        .message())
                .hasSizeLessThan(150);
        assertThat(query(
                                "httpRequestsAdaptiveGroups(limit:1,filter:{},orderBy:$o){count}",
                                Map.of("o", "count_DESC;--"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void depthFieldsValuesAndNodesAreBounded() throws Exception {
        String deep = "{AND:[".repeat(18) + "{}" + "]}".repeat(18);
        assertThat(query("httpRequestsAdaptiveGroups(limit:1,filter:" + deep + "){count}")
                        .message())
                .contains("nested more than 16 levels");
        assertThat(query("httpRequestsAdaptiveGroups(limit:1,filter:" + "{AND:[".repeat(3_000))
                        .status())
                .isEqualTo(400);
        List<String> many = Collections.nCopies(5_000, "x");
        assertThat(query("httpRequestsAdaptiveGroups(limit:1,filter:{clientIP_in:$m}){count}", Map.of("m", many))
                        .message())
                .contains("more than 2000 conditions and values");
        // One variable, used very often: what one dataset may hold is bounded all the same.
        StringBuilder bomb = new StringBuilder();
        for (int i = 0; i < 90; i++) {
            bomb.append("a").append(i).append(":httpRequestsAdaptiveGroups(limit:1,filter:{clientIP_in:$m}){count}");
        }
        assertThat(query(bomb.toString(), Map.of("m", many)).message())
                .contains("more than 2000 conditions and values");
        assertThat(query(
                                "httpRequests1dGroups(limit:1,filter:{}){sum{requests}}",
                                Map.of("m", Collections.nCopies(25_000, 1)))
                        .message())
                .contains("more than 20000 values");
        assertThat(query("a:".repeat(1) + "httpRequestsAdaptiveGroups(limit:1,filter:{clientRequestPath_like:\""
                                + "%x".repeat(600) + "\"}){count}")
                        .message())
                .contains("longer than 1000 characters");
        StringBuilder nodes = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            nodes.append("a").append(i).append(":httpRequests1dGroups(limit:1,filter:{}){sum{requests}}");
        }
        refused(
                query(nodes.toString()),
                429,
                "in combination, your request queries too many nodes, zones and accounts");
        assertThat(keep(api.ask(
                                "{viewer{zones(filter:{zoneTag_in:$z}){zoneTag}}}",
                                Map.of(
                                        "z",
                                        java.util.stream.IntStream.range(0, 20)
                                                .boxed()
                                                .toList())))
                        .message())
                .contains("a query may name 10");
    }

    @Test
    void fragmentsCanNeitherLoopNorMultiplyWithoutBound() throws Exception {
        assertThat(keep(api.ask("{viewer{...a}} fragment a on viewer{...b} fragment b on viewer{...a}"))
                        .status())
                .isEqualTo(400);
        StringBuilder doubling = new StringBuilder("{viewer{...f0}}");
        for (int i = 0; i < 30; i++) {
            doubling.append(" fragment f").append(i).append(" on viewer{");
            for (String alias : List.of("a", "b")) {
                doubling.append(alias).append(i).append(":zones{zoneTag}");
                doubling.append("...f").append(i + 1).append(' ');
            }
            doubling.append('}');
        }
        doubling.append(" fragment f30 on viewer{budget}");
        long before = System.nanoTime();
        Api.Reply doubled = keep(api.ask(doubling.toString()));
        assertThat(doubled.status()).as(doubled.json().toString()).isEqualTo(400);
        assertThat(System.nanoTime() - before).isLessThan(10_000_000_000L);
        StringBuilder wide = new StringBuilder("{viewer{");
        for (int i = 0; i < 5_000; i++) {
            wide.append("budget ");
        }
        long start = System.nanoTime();
        assertThat(keep(api.ask(wide.append("}}").toString())).status()).isEqualTo(400);
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void introspectionThatFansOutIsRefused() throws Exception {
        String fan = "__schema{types{fields{type{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}}";
        Api.Reply reply = keep(api.ask("{" + fan + "}"));
        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void manyAtOnceAreAnsweredOrToldToComeBack() throws Exception {
        String query = "{viewer{zones(filter:{zoneTag:\"" + FakeAccess.ZONE
                + "\"}){httpRequestsAdaptiveGroups(limit:10,filter:{}){count dimensions{clientRequestPath}}}}}";
        List<Callable<Api.Reply>> calls = Collections.nCopies(80, () -> api.ask(query));
        int answered = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Api.Reply> each : threads.invokeAll(calls)) {
                Api.Reply reply = each.get();
                assertThat(reply.status()).isIn(200, 503);
                if (reply.status() == 200) {
                    answered++;
                } else {
                    refused(reply, 503, "too many queries in progress, please try again later");
                }
            }
        }
        assertThat(answered).isGreaterThanOrEqualTo(20);
    }
}
