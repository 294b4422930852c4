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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectionOptionsTest {
    @TempDir
    Path directory;

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Commands commands() {
        return new Commands(directory, api.url()).without("SELVAGE_TOKEN");
    }

    private String authorization() {
        return api.last().headers().getOrDefault("authorization", "");
    }

    private Path stored(String directoryName, String token) throws IOException {
        Path data = Files.createDirectories(directory.resolve(directoryName));
        Files.writeString(data.resolve("admin-token"), token + "\n");
        return data;
    }

    @Test
    void theTokenComesFromTheFirstPlaceThatHasOne() throws IOException {
        stored("selvage-data", "stored-token");
        Path file = Files.writeString(directory.resolve("token"), "  file-token \n");

        commands().run("zone", "list");
        assertThat(authorization()).isEqualTo("Bearer stored-token");
        commands().with("CLOUDFLARE_API_TOKEN", "cloudflare-token").run("zone", "list");
        assertThat(authorization()).isEqualTo("Bearer cloudflare-token");
        Commands both = commands().with("CLOUDFLARE_API_TOKEN", "no").with("SELVAGE_TOKEN", "selvage-token");
        both.run("zone", "list");
        assertThat(authorization()).isEqualTo("Bearer selvage-token");
        both.run("zone", "list", "--token-file", file.toString());
        assertThat(authorization()).isEqualTo("Bearer file-token");
    }

    @Test
    void theDataDirectoryCanBeNamed() throws IOException {
        stored("elsewhere", "other-token");

        commands().run("zone", "list", "--data", "elsewhere");

        assertThat(authorization()).isEqualTo("Bearer other-token");
    }

    @Test
    void theBaseUrlComesFromTheFirstPlaceThatHasOne() {
        String none = "http://127.0.0.1:1/client/v4";
        Commands commands = new Commands(directory, none);

        assertThat(commands.with("CLOUDFLARE_BASE_URL", api.url())
                        .run("zone", "list")
                        .exit())
                .isEqualTo(69);
        assertThat(commands.without("SELVAGE_URL").run("zone", "list").exit()).isZero();
        assertThat(commands.with("CLOUDFLARE_BASE_URL", none)
                        .run("zone", "list", "--url", api.url() + "/")
                        .exit())
                .isZero();
        assertThat(commands.run("zone", "list", "--url", api.url().replace("/client/v4", ""))
                        .exit())
                .as("the API's path is known")
                .isZero();
        assertThat(api.lines()).containsOnly("GET /zones?page=1&per_page=50");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://127.0.0.1/",
                "127.0.0.1:8787",
                "http://",
                "http://host/client/v4?x=1",
                "http://host/#x",
                "http://a b/",
                "/client/v4"
            })
    void whatIsNoUrlOfAnApiIsAMatterOfUsage(String url) {
        Commands.Ran ran = commands().with("SELVAGE_TOKEN", "x").run("zone", "list", "--url", url);

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--url").contains("http://127.0.0.1:8787/client/v4");
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        Commands.Ran ran =
                commands().with("SELVAGE_URL", "http://me:hunter2@127.0.0.1/").run("zone", "list");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("SELVAGE_URL must not hold a user or a password")
                .doesNotContain("hunter2");
        assertThat(commands()
                        .with("SELVAGE_URL", "http://me:hunter 2@x/")
                        .run("zone", "list")
                        .err())
                .doesNotContain("hunter");
    }

    @Test
    void withoutATokenNothingIsAskedAndThePlacesAreNamed() {
        Commands.Ran ran = commands().run("zone", "list");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err())
                .contains("SELVAGE_TOKEN")
                .contains("--token-file")
                .contains("--data")
                .contains("admin-token");
        assertThat(api.asked).isEmpty();
    }

    @Test
    void theAdminTokenOfThisMachineIsNotSentToAnother() throws IOException {
        stored("selvage-data", "stored-token");

        Commands.Ran ran = commands().run("zone", "list", "--url", "http://api.example/client/v4");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err())
                .contains("is not sent to api.example without --data")
                .doesNotContain("stored-token");
    }

    @Test
    void aTokenOnTheCommandLineIsRefusedAndNotRepeated() {
        for (String[] arguments : new String[][] {
            {"zone", "list", "--token", Commands.TOKEN}, {"zone", "list", "--token=" + Commands.TOKEN}
        }) {
            Commands.Ran ran = commands().run(arguments);

            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err())
                    .contains("does not belong on the command line")
                    .doesNotContain(Commands.TOKEN);
        }
        assertThat(commands().run("zone", "list", "--help").out()).doesNotContain("--token=");
        assertThat(api.asked).isEmpty();
    }

    @Test
    void whatCannotBeATokenIsRefusedAndNotRepeated() throws IOException {
        Commands.Ran ran = commands().with("SELVAGE_TOKEN", "two words").run("zone", "list");
        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err()).contains("SELVAGE_TOKEN does not hold a token").doesNotContain("two words");

        Path file = Files.writeString(directory.resolve("long"), "x".repeat(600));
        assertThat(commands()
                        .run("zone", "list", "--token-file", file.toString())
                        .exit())
                .isEqualTo(77);
        Commands.Ran missing = commands().run("zone", "list", "--token-file", "nowhere");
        assertThat(missing.exit()).isEqualTo(74);
        assertThat(missing.err()).contains("nowhere").contains("there is no such file");
        assertThat(api.asked).isEmpty();
    }

    @Test
    void aTokenInTheClearToAnotherMachineIsRemarkedOn() {
        Commands.Ran ran = commands()
                .with("SELVAGE_TOKEN", "x")
                .run("zone", "list", "--url", "http://selvage.invalid/", "--timeout", "5s");

        assertThat(ran.err()).contains("in the clear");
        assertThat(ran.exit()).isEqualTo(69);
    }

    @Test
    void aTimeoutHasAUnit() {
        Commands.Ran ran = commands().with("SELVAGE_TOKEN", "x").run("zone", "list", "--timeout", "5");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--timeout").contains("has no unit");
    }
}
