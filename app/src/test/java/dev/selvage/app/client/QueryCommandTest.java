package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QueryCommandTest {
    private static final String EXTENSIONS =
            "\"extensions\":{\"exact\":false,\"rows\":1234,\"watermark\":\"2026-01-31T12:00:00Z\"}";

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        Files.writeString(directory.resolve("top.graphql"), "query Top($zone: string) { viewer { budget } }");
        answers("{\"viewer\":{\"zones\":[{\"top\":[{\"count\":5,\"dimensions\":{\"path\":\"/a\"}},"
                + "{\"count\":2,\"dimensions\":{\"path\":\"/b\"}}]}]}}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void answers(String data) {
        api.on(
                "POST",
                "/graphql",
                _ -> FakeApi.json(200, "{\"data\":" + data + ",\"errors\":null," + EXTENSIONS + "}"));
    }

    @Test
    void aListIsATableAndSaysHowExactItIs() {
        Commands.Ran ran = commands.run("query", "top.graphql");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo("""
                count  path
                5      /a
                2      /b
                """);
        assertThat(ran.err())
                .isEqualTo("selvage: estimated, from 1,234 rows and counters; complete until 2026-01-31T12:00:00Z\n");
        assertThat(commands.run("query", "top.graphql", "--quiet").err()).isEmpty();
    }

    @Test
    void anythingElseIsJson() {
        assertThat(commands.run("query", "top.graphql", "--json").out())
                .isEqualTo("{\"viewer\":{\"zones\":[{\"top\":[{\"count\":5,\"dimensions\":{\"path\":\"/a\"}},"
                        + "{\"count\":2,\"dimensions\":{\"path\":\"/b\"}}]}]}}\n");
        answers("{\"viewer\":{\"budget\":7}}");
        assertThat(commands.run("query", "top.graphql").out()).isEqualTo("{\"viewer\":{\"budget\":7}}\n");
    }

    @Test
    void variablesAreJsonOrTextAndComeFromAFileToo() throws IOException {
        Files.writeString(directory.resolve("v.json"), "{\"zone\":\"file\",\"since\":\"x\"}");

        commands.run(
                "query",
                "top.graphql",
                "--variables",
                "v.json",
                "--variable",
                "zone=a=b",
                "-v",
                "limit=10",
                "-v",
                "list=[1,\"2\"]",
                "--operation",
                "Top");

        assertThat(api.last().body())
                .isEqualTo(
                        "{\"query\":\"query Top($zone: string) { viewer { budget } }\",\"variables\":{\"zone\":\"a=b\","
                                + "\"since\":\"x\",\"limit\":10,\"list\":[1,\"2\"]},\"operationName\":\"Top\"}");
        commands.typing("{viewer{budget}}").run("query", "-");
        assertThat(api.last().body()).isEqualTo("{\"query\":\"{viewer{budget}}\",\"variables\":{}}");
    }

    @Test
    void errorsAreToldWithTheirCodes() {
        api.on(
                "POST",
                "/graphql",
                _ -> FakeApi.json(
                        403,
                        "{\"data\":null,\"errors\":[{\"message\":\"not authorized for that account\",\"path\":null,"
                                + "\"extensions\":{\"code\":\"authz\"}}]}"));

        Commands.Ran ran = commands.run("query", "top.graphql");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isEqualTo("selvage: authz: not authorized for that account\n");
    }

    @Test
    void whatIsNoQueryIsRefusedBeforeItIsSent() throws IOException {
        Files.writeString(directory.resolve("empty.graphql"), " \n");
        Files.writeString(directory.resolve("long.graphql"), "x".repeat(70_000));
        Files.writeString(directory.resolve("list.json"), "[1]");
        Files.writeString(directory.resolve("broken.json"), "{");

        assertThat(commands.run("query", "nowhere.graphql").exit()).isEqualTo(74);
        assertThat(commands.run("query", "empty.graphql").err()).contains("holds no query");
        assertThat(commands.run("query", "long.graphql").err()).contains("a query may have 65536");
        assertThat(commands.run("query", "top.graphql", "-v", "zone").err()).contains("expected NAME=VALUE");
        assertThat(commands.run("query", "top.graphql", "--variables", "list.json")
                        .err())
                .contains("holds no JSON object");
        assertThat(commands.run("query", "top.graphql", "--variables", "broken.json")
                        .err())
                .contains("is not JSON");
        assertThat(api.asked).isEmpty();
    }
}
