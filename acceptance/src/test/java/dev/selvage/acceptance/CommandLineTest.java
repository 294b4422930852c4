package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands against the running program, as a newcomer uses them.
@Timeout(240)
class CommandLineTest {
    @TempDir
    Path directory;

    private Program program;

    @BeforeEach
    void start() throws Exception {
        program = Program.in(directory).up();
    }

    @AfterEach
    void stop() {
        program.close();
    }

    private Program.Ran run(String... arguments) throws Exception {
        return as(program.token(), arguments);
    }

    private Program.Ran as(String token, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("SELVAGE_URL", "http://127.0.0.1:" + program.apiPort() + "/client/v4");
        environment.put("SELVAGE_TOKEN", token);
        return Program.run(directory, environment, arguments);
    }

    private Program.Ran good(String... arguments) throws Exception {
        Program.Ran ran = run(arguments);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran;
    }

    private JsonNode json(String... arguments) throws Exception {
        return JsonMapper.shared().readTree(good(arguments).out());
    }

    @Test
    void aNewcomerManagesAZone() throws Exception {
        try (Origin origin = Origin.answering(request -> Say.ok("from the origin"))) {
            good("zone", "add", "shop.example");
            good("dns", "add", "shop.example", "A", "www", "127.0.0.1", "--proxied", "--comment", "the site");
            assertThat(good("dns", "list", "shop.example").out())
                    .contains("www.shop.example")
                    .contains("the site");
            assertThat(json("zone", "list", "--json").path(0).path("name").asString(""))
                    .isEqualTo("shop.example");

            good("setting", "set", "shop.example", "browser_cache_ttl", "30");
            assertThat(good("setting", "get", "shop.example", "browser_cache_ttl")
                            .out())
                    .isEqualTo("30\n");
            assertThat(run("setting", "set", "shop.example", "browser_cache_ttl", "31")
                            .exit())
                    .isEqualTo(65);

            good(
                    "api",
                    "PUT",
                    "/zones/" + zone() + "/rulesets/phases/http_request_origin/entrypoint",
                    "--data",
                    """
                    {"rules":[{"expression":"true","action":"route","action_parameters":{"origin":{"port":%d}}}]}""".formatted(origin.port()));
            Until.holds(
                    "the zone is served",
                    java.time.Duration.ofSeconds(10),
                    () -> Client.get(program.edgePort(), "/x.css", "Host: www.shop.example"),
                    response -> response.status() == 200);
            good("zone", "purge", "shop.example", "http://www.shop.example/x.css");
            good("zone", "purge", "shop.example", "--everything", "--yes");

            good("dns", "set", "shop.example", "www", "--no-proxied", "--ttl", "300");
            assertThat(json("dns", "list", "shop.example", "--json")
                            .path(0)
                            .path("ttl")
                            .asInt(0))
                    .isEqualTo(300);
            good("dns", "remove", "shop.example", "www", "--yes");
            assertThat(run("zone", "remove", "shop.example").exit()).isEqualTo(2);
            good("zone", "remove", "shop.example", "--yes");
            assertThat(good("zone", "list", "--json").out()).isEqualTo("[]\n");
        }
    }

    private String zone() throws Exception {
        return json("zone", "show", "shop.example", "--json").path("id").asString("");
    }

    @Test
    void aTokenMayDoWhatItIsAllowedAndNothingElse() throws Exception {
        good("zone", "add", "shop.example");
        good("zone", "add", "other.example");
        String secret = good(
                        "token",
                        "add",
                        "dns",
                        "--allow",
                        "DNS Write",
                        "--allow",
                        "Zone Read",
                        "--zone",
                        "shop.example",
                        "--expires",
                        "1h",
                        "--ip",
                        "127.0.0.0/8")
                .out()
                .strip();

        assertThat(as(secret, "token", "verify").out()).contains("active");
        assertThat(as(secret, "zone", "list").out()).contains("shop.example").doesNotContain("other.example");
        assertThat(as(secret, "dns", "add", "shop.example", "TXT", "@", "hello").exit())
                .isZero();
        Program.Ran hidden = as(secret, "dns", "list", "other.example");
        assertThat(hidden.exit()).isEqualTo(66);
        assertThat(hidden.err()).doesNotContain("`other.example`?");
        Program.Ran refused = as(secret, "setting", "list", "shop.example");
        assertThat(refused.exit()).isEqualTo(77);
        assertThat(refused.err()).contains("10000").doesNotContain(secret);
        assertThat(as(secret, "account", "add", "Mine").exit()).isEqualTo(77);

        String rolled = good("token", "roll", "dns", "--yes").out().strip();
        assertThat(as(secret, "zone", "list").exit()).isEqualTo(77);
        assertThat(as(rolled, "zone", "list").exit()).isZero();
        good("token", "remove", "dns", "--yes");
        assertThat(as(rolled, "zone", "list").exit()).isEqualTo(77);
        assertThat(good("token", "list", "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void accountsAreApartAndEveryChangeIsInTheAuditLog() throws Exception {
        good("account", "add", "Second");
        assertThat(run("zone", "add", "a.example").err()).contains("--account").contains("Second");
        good("zone", "add", "a.example", "--account", "Second");
        assertThat(good("account", "list").out()).contains("Second");

        assertThat(good("audit", "list", "--account", "Second", "--since", "1h").out())
                .contains("add")
                .contains("zone")
                .contains("a.example")
                .contains("127.0.0.1");
        assertThat(json("audit", "list", "--account", "Second", "--json").size())
                .isEqualTo(2);
        assertThat(json("audit", "list", "--account", "Second", "--json", "--before", "1d")
                        .size())
                .isZero();
    }

    @Test
    void severalPagesAreOneList() throws Exception {
        for (int i = 0; i < 101; i++) {
            program.api().createZone("z" + i + ".example");
        }

        assertThat(json("zone", "list", "--json").size()).isEqualTo(101);
        assertThat(good("zone", "list", "--limit", "60").out().lines()).hasSize(61);
        assertThat(run("zone", "show", "z100.exmaple").err()).contains("did you mean `z100.example`?");
    }

    @Test
    void permissionGroupsHaveTheScopesThatTheCommandsKnow() throws Exception {
        for (String scope : new String[] {"zone", "account", "user"}) {
            assertThat(good("token", "groups", "--scope", scope).out().lines().toList())
                    .as(scope)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(line -> assertThat(line).doesNotContain("com.cloudflare"));
        }
        good("token", "add", "a", "--allow", "Account Settings Read", "--account", "Selvage");
        good("token", "add", "b", "--allow", "Zone Write", "--account", "Selvage", "--all-zones");
        good("token", "add", "c", "--allow", "User Details Read", "--user");
        good("token", "add", "d", "--allow", "Zone Read", "--all-zones", "--owner", "Selvage");
        assertThat(good("token", "show", "b").out()).contains("Zone Write").contains("zone.*");
        assertThat(good("token", "list", "--owner", "Selvage").out()).contains("d  ");
    }

    @Test
    void theAdminTokenOfTheDataDirectoryIsFound() throws Exception {
        Map<String, String> environment = Map.of("SELVAGE_URL", "http://127.0.0.1:" + program.apiPort());

        assertThat(Program.run(
                                directory,
                                environment,
                                "zone",
                                "list",
                                "--data",
                                program.data().toString())
                        .exit())
                .isZero();
        assertThat(Program.run(
                                directory,
                                environment,
                                "zone",
                                "list",
                                "--data",
                                Files.createDirectory(directory.resolve("x")).toString())
                        .exit())
                .isEqualTo(77);
    }

    @Test
    void aZoneFileGoesOutAndInAgain() throws Exception {
        good("zone", "add", "shop.example");
        good("dns", "add", "shop.example", "A", "www", "192.0.2.1", "--ttl", "300");
        good("dns", "add", "shop.example", "TXT", "@", "say \"hello\"; é");
        Path file = Files.writeString(
                directory.resolve("zone.txt"),
                good("dns", "export", "shop.example").out());
        good("dns", "remove", "shop.example", "www", "--yes");
        good("dns", "remove", "shop.example", "@", "--yes");

        assertThat(good("dns", "import", "shop.example", file.toString()).out()).contains("Added  2");
        assertThat(good("dns", "list", "shop.example").out())
                .contains("192.0.2.1")
                .contains("hello");
    }
}
