package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.app.client.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MainTest {
    @TempDir
    Path temporary;

    private record Ran(int exit, String out, String err) {}

    @Test
    void configPrintsEverySettingWithItsDefault() {
        Ran ran = run(Map.of(), "config");

        assertThat(ran.exit()).isZero();
        UpSettings.SCHEMA.keys().forEach(key -> assertThat(ran.out()).contains("# " + key.name() + ": "));
        assertThat(ran.out()).contains("# http.port: 8080\n").contains("# api.port: 8787\n");
    }

    @Test
    void helpNamesTheCommandsAndEveryOption() {
        assertThat(run(Map.of(), "--help").out())
                .contains("up")
                .contains("demo")
                .contains("config");
        assertThat(run(Map.of(), "up", "--help").out())
                .contains("ORIGIN_URL")
                .contains("--data")
                .contains("--http")
                .contains("--https")
                .contains("--api")
                .contains("--bind")
                .contains("--config")
                .contains("--cache-policy");
        assertThat(run(Map.of(), "--version").out()).startsWith("selvage ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge", "control", "analytics", "logs"})
    void aRoleOfAFleetIsRefusedAndUpIsNamed(String role) {
        Ran ran = run(Map.of(), role, "--config", "fleet.yaml");

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains(role).contains("./selvage up");
    }

    @Test
    void anUnknownOptionIsAMatterOfUsage() {
        Ran ran = run(Map.of(), "up", "--htpt", "1");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--htpt").contains("up --help");
        assertThat(run(Map.of()).exit()).isEqualTo(2);
        assertThat(run(Map.of(), "pu").exit()).isEqualTo(2);
        assertThat(run(Map.of(), "up", "http://a.example", "http://b.example").exit())
                .isEqualTo(2);
    }

    @Test
    void aWrongOptionIsAMatterOfUsageAndEveryOneIsReported() {
        Ran ran = run(Map.of(), "up", "--http", "99999", "--api", "x", "--cache-policy", "lax");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("selvage: --http: http.port: `99999` is more than 65535")
                .contains("selvage: --api: api.port: `x` is not a number")
                .contains("selvage: --cache-policy: cache.policy: `lax` is none of them; expected one of safe, strict");
    }

    @Test
    void aWrongOriginIsAMatterOfUsage() {
        Ran ran = run(Map.of(), "up", "example.com");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("has no scheme").contains("http://example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "0.0.0.0", "224.0.0.1"})
    void anOriginThatCanNeverBeOneRefusesToStart(String host) {
        Ran ran = run(Map.of(), "up", "http://" + host, "--data", data());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("http://" + host).contains("never");
        assertThat(Path.of(data())).doesNotExist();
    }

    @Test
    void anOriginThatTheSettingsDoNotAllowRefusesToStart() throws IOException {
        Path file = Files.writeString(temporary.resolve("s.yaml"), "origin.allow: [private]\n");

        Ran ran = run(Map.of(), "up", "http://127.0.0.1:1", "--config", file.toString(), "--data", data());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("kind loopback").contains("origin.allow");
    }

    @Test
    void anUnknownSettingRefusesToStart() throws IOException {
        Path file = Files.writeString(temporary.resolve("s.yaml"), "cache:\n  memoyr: 1GiB\n");

        Ran ran = run(Map.of(), "up", "--config", file.toString(), "--data", data());

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains(file + ":2").contains("`cache.memoyr`").contains("`cache.memory`");
        assertThat(Path.of(data())).doesNotExist();
    }

    @Test
    void aSettingsFileThatIsNotThereRefusesToStart() {
        Ran ran = run(Map.of(), "up", "--config", temporary.resolve("none.yaml").toString());

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains("none.yaml").contains("--config");
        assertThat(run(Map.of(), "up", "--config", temporary.toString()).err()).contains("is a directory");
    }

    @Test
    void onePortForTwoThingsRefusesToStart() {
        Ran ran = run(Map.of(), "up", "--http", "8787");

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains("http.port and api.port are both 8787");
    }

    @Test
    void aCacheLargerThanTheProcessMayUseRefusesToStart() throws IOException {
        Path file = Files.writeString(temporary.resolve("s.yaml"), "cache.memory: 4TiB\n");

        Ran ran = run(Map.of(), "up", "--config", file.toString());

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains(file + ":1").contains("MaxDirectMemorySize");
    }

    @Test
    void anAddressThatIsNotKnownRefusesToStart() {
        Ran ran = run(Map.of(), "up", "--bind", "no-such-host.invalid");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--bind").contains("no-such-host.invalid");
    }

    @Test
    void aTokenThatCannotBeOneRefusesToStartAndIsNotRepeated() {
        Ran ran = run(Map.of("SELVAGE_TOKEN", "two words"), "up");

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains("SELVAGE_TOKEN").doesNotContain("two words");
    }

    @Test
    void aPortInUseIsNamedWithItsOption() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            Ran api = run(Map.of(), "up", "--api", port, "--http", "0", "--https", "0", "--data", data());

            assertThat(api.exit()).isEqualTo(69);
            assertThat(api.err()).contains(port).contains("--api");
        }
    }

    @Test
    void aDataDirectoryThatIsAFileRefusesToStart() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "x");

        Ran ran = run(Map.of(), "up", "--data", file.toString(), "--http", "0", "--https", "0", "--api", "0");

        assertThat(ran.exit()).isEqualTo(74);
        assertThat(ran.err()).contains(file + " is a file").contains("--data");
    }

    @Test
    void aDataDirectoryOfANewerVersionRefusesToStart() throws IOException {
        Files.createDirectories(Path.of(data()));
        Files.writeString(Path.of(data(), "version"), "99\n");

        Ran ran = run(Map.of(), "up", "--data", data(), "--http", "0", "--https", "0", "--api", "0");

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err()).contains("newer version (data version 99");
    }

    private String data() {
        return temporary.resolve("data").toString();
    }

    private Ran run(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Main.run(
                arguments,
                new Surroundings(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        environment,
                        temporary,
                        Surroundings.Terminals.NONE));
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
