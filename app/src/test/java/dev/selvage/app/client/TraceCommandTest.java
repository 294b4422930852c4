package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TraceCommandTest {
    private static final String ACCOUNT = "00000000000000000000000000000009";

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;
    private final AtomicReference<String> asked = new AtomicReference<>("");

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        api.on("GET", "/accounts", _ -> FakeApi.ok("[{\"id\":\"" + ACCOUNT + "\",\"name\":\"Mine\"}]"));
        api.on("POST", "/accounts/" + ACCOUNT + "/request-tracer/trace", request -> {
            asked.set(request.body());
            return FakeApi.ok("""
                    {"status_code":302,"decision":"redirect","reason":"a rule sends the visitor elsewhere",
                     "url":"https://www.example.com/a","zone":{"id":"zone-id","version":"7"},
                     "trace":[
                       {"step_name":"http_request_dynamic_redirect","type":"phase","matched":true,"reached":true,"trace":[
                         {"step_name":"r","type":"ruleset","kind":"zone","matched":true,"trace":[
                           {"step_name":"1","type":"rule","matched":false,"applied":false,"expression":"ssl",
                            "values":[{"name":"ssl","value":"false"}],"outcome":[]},
                           {"step_name":"2","type":"rule","matched":true,"applied":true,"expression":"true",
                            "description":"all","action":"redirect","values":[],
                            "outcome":[{"name":"Location","value":"/b"}]}]}]},
                       {"step_name":"page_rules","type":"phase","matched":false,"reached":false,"trace":[]}],
                     "cache_key":[],"cache":[],
                     "origin":[{"name":"host","value":"o.example","source":"DNS"},{"name":"sni","value":null}]}
                    """);
        });
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aTraceIsReadFromTopToBottom() {
        assertThat(commands.run("trace", "https://www.example.com/a").out()).isEqualTo("""
                decision  302 redirect: a rule sends the visitor elsewhere
                url       https://www.example.com/a
                zone      zone-id, version 7

                http_request_dynamic_redirect
                  no match  ssl
                      ssl = false
                  applies   true  -> redirect  (all)
                      Location = /b

                page_rules (not reached)

                origin
                      host = o.example  [DNS]
                      sni = (none)
                """);
        assertThat(Json.MAPPER.readTree(asked.get()))
                .isEqualTo(Json.MAPPER.readTree("{\"url\":\"https://www.example.com/a\",\"method\":\"GET\"}"));
    }

    @Test
    void aRequestIsDescribedAsToCurl() {
        commands.run(
                "trace",
                "-H",
                "User-Agent: a b",
                "-H",
                "X-A:1",
                "-b",
                "s=1=2",
                "-d",
                "x=y",
                "--ip",
                "192.0.2.1",
                "--country",
                "DE",
                "--account",
                "Mine",
                "http://a.example/");
        assertThat(Json.MAPPER.readTree(asked.get())).isEqualTo(Json.MAPPER.readTree("""
                {"url":"http://a.example/","method":"POST","headers":{"User-Agent":"a b","X-A":"1"},
                 "cookies":{"s":"1=2"},"body":{"plain_text":"x=y"},
                 "context":{"ip":"192.0.2.1","geoloc":{"iso_code":"DE"}}}
                """));
    }

    @Test
    void programsGetTheWholeAnswer() {
        assertThat(Json.MAPPER
                        .readTree(commands.run("trace", "--json", "-X", "HEAD", "http://a.example/")
                                .out())
                        .at("/zone/version")
                        .asString())
                .isEqualTo("7");
        assertThat(asked.get()).contains("\"HEAD\"");
    }

    @ParameterizedTest
    @CsvSource({"-H,nocolon", "-b,nopair"})
    void whatIsNoFieldAndNoCookieIsRefused(String option, String value) {
        assertThat(commands.run("trace", option, value, "http://a.example/").err())
                .contains("`" + value + "` is no ");
        assertThat(asked.get()).isEmpty();
    }
}
