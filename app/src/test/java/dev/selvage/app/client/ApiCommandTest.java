package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiCommandTest {
    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        api.on("POST", "/x", asked -> FakeApi.ok(asked.body().isEmpty() ? "null" : asked.body()));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theWholeAnswerIsPrintedAsItCame() {
        String body = "{ \"success\":true,\"errors\":[], \"messages\":[], \"result\":1.10 }";
        api.on("GET", "/x", _ -> FakeApi.json(200, body));

        assertThat(commands.run("api", "GET", "/x").out()).isEqualTo(body);
        assertThat(commands.run("api", "get", "x?a=b").out()).isEqualTo(body);
        assertThat(api.last().target()).isEqualTo("/x?a=b");
        assertThat(commands.run("api", "GET", "/client/v4/x").out()).isEqualTo(body);
        assertThat(commands.person(80).run("api", "GET", "/x").out()).startsWith("{\n  \"success\": true,\n");
    }

    @Test
    void aBodyIsJsonAFileOrTheStandardInput() throws IOException {
        Files.writeString(directory.resolve("body.json"), "{\"from\":\"file\"}");

        assertThat(commands.run("api", "POST", "/x", "--data", "{\"a\":1}").out())
                .contains("\"result\":{\"a\":1}");
        assertThat(commands.run("api", "POST", "/x", "-d", "@body.json").out()).contains("\"from\":\"file\"");
        assertThat(commands.typing("[2]")
                        .run("api", "POST", "/x", "--data", "-")
                        .out())
                .contains("\"result\":[2]");
        assertThat(api.last().headers()).containsEntry("content-type", "application/json");
        assertThat(commands.run("api", "POST", "/x").out()).contains("\"result\":null");
        assertThat(commands.run("api", "POST", "/x", "--data", "@nowhere").exit())
                .isEqualTo(74);
    }

    @Test
    void anErrorIsPrintedAsItCameAndInWords() {
        Commands.Ran ran = commands.run("api", "GET", "/none");

        assertThat(ran.exit()).isEqualTo(66);
        assertThat(ran.out()).contains("\"code\":7000");
        assertThat(ran.err()).isEqualTo("selvage: 7000: No route for that URI\n");
    }

    @Test
    void whatHasNoEnvelopeIsPrintedToo() {
        api.on("POST", "/graphql", _ -> FakeApi.json(200, "{\"data\":{},\"errors\":null}"));
        api.on("DELETE", "/rule", _ -> new FakeApi.Said(204, "", Map.of(), ""));
        api.on("GET", "/export", _ -> new FakeApi.Said(200, "text/plain", Map.of(), "; zone\u001b[2J\n"));

        assertThat(commands.run("api", "POST", "/graphql", "--data", "{}").exit())
                .isZero();
        assertThat(commands.run("api", "DELETE", "/rule").exit()).isZero();
        assertThat(commands.run("api", "GET", "/export").out()).isEqualTo("; zone\u001b[2J\n");
        assertThat(commands.person(80).run("api", "GET", "/export").out()).isEqualTo("; zone\\u{1b}[2J\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http://elsewhere.example/x",
        "GET, HTTPS://elsewhere.example/x",
        "GET, /x#y",
        "'GET /x', /x",
        "'', /x",
        "GET, '/x|y'",
        "GET, '/%zz'",
        "CONNECT, /x"
    })
    void whatIsNoCallIsAMatterOfUsage(String method, String path) {
        assertThat(commands.run("api", method, path).exit()).isEqualTo(2);
        assertThat(api.asked).isEmpty();
    }

    @Test
    void aPathCannotLeadToAnotherHost() {
        for (String path : new String[] {"@elsewhere.example/x", "//elsewhere.example/x", ".elsewhere.example/x"}) {
            assertThat(commands.run("api", "GET", path).exit()).isEqualTo(66);
        }
        assertThat(api.asked).hasSize(3);
    }
}
