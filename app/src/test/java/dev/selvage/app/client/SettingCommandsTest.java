package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SettingCommandsTest {
    private static final String SETTINGS = "/zones/" + FakeApi.ZONE + "/settings";

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        StringBuilder all = new StringBuilder();
        for (String setting : new String[] {
            "cache_level:\"aggressive\"",
            "browser_cache_ttl:14400",
            "min_tls_version:\"1.2\"",
            "ciphers:[\"A\",\"B\"]",
            "security_header:{\"strict_transport_security\":{\"enabled\":false}}"
        }) {
            int colon = setting.indexOf(':');
            String name = setting.substring(0, colon);
            String json = """
                    {"id":"%s","value":%s,"editable":true,"modified_on":null}""".formatted(name, setting.substring(colon + 1));
            all.append(all.isEmpty() ? "" : ",").append(json);
            api.on("GET", SETTINGS + "/" + name, _ -> FakeApi.ok(json));
            api.on(
                    "PATCH",
                    SETTINGS + "/" + name,
                    asked -> FakeApi.ok(json.replace(
                            setting.substring(colon + 1), asked.body().replaceFirst("^\\{\"value\":(.*)}$", "$1"))));
        }
        String list = "[" + all + "]";
        api.on("GET", SETTINGS, _ -> FakeApi.ok(list));
        api.on(
                "GET",
                SETTINGS + "/cache_levle",
                _ -> FakeApi.refused(
                        400, "{\"code\":1006,\"message\":\"Unrecognized zone setting name: cache_levle\"}"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aListShowsEveryValue() {
        assertThat(commands.run("setting", "list", "example.com").out()).isEqualTo("""
                NAME               VALUE                                            EDITABLE  MODIFIED
                cache_level        aggressive                                       yes       -
                browser_cache_ttl  14400                                            yes       -
                min_tls_version    1.2                                              yes       -
                ciphers            A, B                                             yes       -
                security_header    {"strict_transport_security":{"enabled":false}}  yes       -
                """);
        assertThat(commands.run("setting", "list", "example.com", "--json").out())
                .startsWith("[{\"id\":\"cache_level\",\"value\":\"aggressive\"");
    }

    @Test
    void aValueAloneIsPrintedForScripts() {
        assertThat(commands.run("setting", "get", "example.com", "cache_level").out())
                .isEqualTo("aggressive\n");
        assertThat(commands.run("setting", "get", "example.com", "browser_cache_ttl")
                        .out())
                .isEqualTo("14400\n");
        assertThat(commands.run("setting", "get", "example.com", "ciphers").out())
                .isEqualTo("[\"A\",\"B\"]\n");
        assertThat(commands.run("setting", "get", "example.com", "cache_level", "--json")
                        .out())
                .isEqualTo(
                        "{\"id\":\"cache_level\",\"value\":\"aggressive\",\"editable\":true,\"modified_on\":null}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cache_level | basic | \"basic\"",
                "browser_cache_ttl | 30 | 30",
                "browser_cache_ttl | soon | \"soon\"",
                "min_tls_version | 1.3 | \"1.3\"",
                "ciphers | [\"C\"] | [\"C\"]",
                "ciphers | [] | []"
            })
    void aValueIsSentInTheFormThatTheSettingHas(String name, String value, String sent) {
        Commands.Ran ran = commands.run("setting", "set", "example.com", name, value);

        assertThat(ran.exit()).isZero();
        assertThat(api.last().method()).isEqualTo("PATCH");
        assertThat(api.last().body()).isEqualTo("{\"value\":" + sent + "}");
        assertThat(ran.err()).isEqualTo("selvage: " + name + " is set\n");
    }

    @ParameterizedTest
    @CsvSource({"ciphers, on", "ciphers, 5", "ciphers, [", "security_header, ''"})
    void whereJsonIsNeededAWordIsRefusedWithAnExample(String name, String value) {
        Commands.Ran ran = commands.run("setting", "set", "example.com", name, value);

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("is JSON, such as");
        assertThat(api.lines()).noneMatch(line -> line.startsWith("PATCH"));
    }

    @Test
    void aNameThatIsNoneSaysWhichMayBeMeant() {
        for (String[] arguments : new String[][] {
            {"setting", "get", "example.com", "cache_levle"}, {"setting", "set", "example.com", "cache_levle", "basic"}
        }) {
            Commands.Ran ran = commands.run(arguments);

            assertThat(ran.exit()).isEqualTo(66);
            assertThat(ran.err())
                    .isEqualTo("selvage: there is no setting `cache_levle`; did you mean `cache_level`?\n");
        }
    }

    @Test
    void aNameCannotLeadElsewhere() {
        commands.run("setting", "get", "example.com", "../../../accounts");

        assertThat(api.lines()).contains("GET " + SETTINGS + "/..%2F..%2F..%2Faccounts");
        commands.run("setting", "get", "example.com", "..");
        assertThat(api.lines()).contains("GET " + SETTINGS + "/%2E%2E");
    }

    @Test
    void aValueThatTheApiRefusesIsSaidSo() {
        api.on(
                "PATCH",
                SETTINGS + "/cache_level",
                _ -> FakeApi.refused(
                        400, "{\"code\":1007,\"message\":\"Invalid value\",\"source\":{\"pointer\":\"/value\"}}"));

        Commands.Ran ran = commands.run("setting", "set", "example.com", "cache_level", "all");

        assertThat(ran.exit()).isEqualTo(65);
        assertThat(ran.err()).isEqualTo("selvage: 1007: Invalid value (at /value)\n");
    }
}
