package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class TokenCommandsTest {
    private static final String ID = "7".repeat(32);
    private static final String SECRET = "cfut_new-secret";
    private static final String ONE = """
            {"id":"%s","name":"deploy","status":"active","expires_on":"2030-01-01T00:00:00Z","policies":[
              {"id":"p","effect":"allow","permission_groups":[{"id":"g","name":"DNS Write"}],
               "resources":{"com.cloudflare.api.account.zone.%s":"*"}},
              {"id":"q","effect":"deny","permission_groups":[{"id":"g"}],
               "resources":{"com.cloudflare.api.account.%s":{"com.cloudflare.api.account.zone.*":"*"}}}]}
            """.formatted(ID, FakeApi.ZONE, FakeApi.ACCOUNT);

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        String groups = "["
                + String.join(
                        ",",
                        group("1", "DNS Write", "account.zone"),
                        group("2", "Zone Read", "account.zone"),
                        group("3", "Logs Read", "account.zone"),
                        group("4", "Logs Read", "account"),
                        group("5", "Account Settings Read", "account"),
                        group("6", "API Tokens Read", "user"))
                + "]";
        for (String owner : List.of("/user", "/accounts/" + FakeApi.ACCOUNT)) {
            api.on("GET", owner + "/tokens", asked -> FakeApi.list(asked, 1, List.of(ONE)));
            api.on("GET", owner + "/tokens/permission_groups", _ -> FakeApi.ok(groups));
            api.on("GET", owner + "/tokens/verify", _ -> FakeApi.ok("{\"id\":\"" + ID + "\",\"status\":\"active\"}"));
            api.on("POST", owner + "/tokens", _ -> FakeApi.ok("{\"id\":\"" + ID + "\",\"value\":\"" + SECRET + "\"}"));
            api.on("PUT", owner + "/tokens/" + ID + "/value", _ -> FakeApi.ok("\"" + SECRET + "\""));
            api.on("DELETE", owner + "/tokens/" + ID, _ -> FakeApi.ok("{\"id\":\"" + ID + "\"}"));
        }
        api.on("GET", "/user", _ -> FakeApi.ok("{\"id\":\"" + "9".repeat(32) + "\"}"));
    }

    private static String group(String digit, String name, String scope) {
        return """
                {"id":"%s","name":"%s","scopes":["com.cloudflare.api.%s"]}""".formatted(digit.repeat(32), name, scope);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private JsonNode posted() {
        assertThat(api.last().method()).isEqualTo("POST");
        return Json.read(api.last().body().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    private static String policies(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .toString();
    }

    @Test
    void aListAndAViewShowEverythingButSecrets() {
        assertThat(commands.run("token", "list").out()).isEqualTo("""
                NAME    STATUS  EXPIRES               LAST USED  ID
                deploy  active  2030-01-01T00:00:00Z  -          77777777777777777777777777777777
                """);
        api.on("GET", "/user/tokens/" + ID, _ -> FakeApi.ok(ONE));
        assertThat(commands.run("token", "show", ID).out())
                .contains("Name            deploy\n")
                .contains("allow   DNS Write    zone." + FakeApi.ZONE)
                .contains("account." + FakeApi.ACCOUNT + " zone.*");
        assertThat(commands.run("token", "show", "deploy", "--json").out()).startsWith("{\"id\":\"777");
    }

    @Test
    void theSecretAloneIsOnTheStandardOutput() {
        Commands.Ran ran = commands.run("token", "add", "ci", "--allow", "DNS Write", "--zone", "example.com");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo(SECRET + "\n");
        assertThat(ran.err()).contains("made the token ci").doesNotContain(SECRET);
        assertThat(commands.run("token", "add", "ci", "--allow", "DNS Write", "--zone", "example.com", "--json")
                        .out())
                .isEqualTo("{\"id\":\"" + ID + "\",\"value\":\"" + SECRET + "\"}\n");
    }

    @Test
    void eachPermissionGoesToTheResourcesOfItsScope() {
        commands.run(
                "token",
                "add",
                "ci",
                "--allow",
                "dns write",
                "--allow",
                "2".repeat(32),
                "--allow",
                "Account Settings Read",
                "--allow",
                "API Tokens Read",
                "--zone",
                "example.com",
                "--zone",
                "shop.example",
                "--account",
                "Selvage",
                "--user");

        assertThat(posted().path("policies").toString()).isEqualTo(policies("""
                [{'effect':'allow','resources':{'com.cloudflare.api.account.zone.%s':'*',
                   'com.cloudflare.api.account.zone.%s':'*'},'permission_groups':[{'id':'%s'},{'id':'%s'}]},
                 {'effect':'allow','resources':{'com.cloudflare.api.account.%s':'*'},'permission_groups':[{'id':'%s'}]},
                 {'effect':'allow','resources':{'com.cloudflare.api.user.%s':'*'},'permission_groups':[{'id':'%s'}]}]
                """.formatted(
                        FakeApi.ZONE,
                        "f".repeat(32),
                        "1".repeat(32),
                        "2".repeat(32),
                        FakeApi.ACCOUNT,
                        "5".repeat(32),
                        "9".repeat(32),
                        "6".repeat(32))));
    }

    @Test
    void allZonesAreThoseOfTheAccountWhereOneIsNamed() {
        commands.run("token", "add", "ci", "--allow", "DNS Write", "--all-zones");
        assertThat(posted().at("/policies/0/resources").toString())
                .isEqualTo("{\"com.cloudflare.api.account.zone.*\":\"*\"}");

        commands.run("token", "add", "ci", "--allow", "DNS Write", "--all-zones", "--account", "Selvage");
        assertThat(posted().path("policies").size()).isEqualTo(1);
        assertThat(posted().at("/policies/0/resources").toString())
                .isEqualTo("{\"com.cloudflare.api.account." + FakeApi.ACCOUNT
                        + "\":{\"com.cloudflare.api.account.zone.*\":\"*\"}}");
    }

    @Test
    void ofOneNameForTwoScopesTheNarrowerThatIsNamedIsGranted() {
        commands.run("token", "add", "ci", "--allow", "Logs Read", "--all-zones", "--account", "Selvage");
        assertThat(posted().path("policies").toString())
                .contains("3".repeat(32))
                .doesNotContain("4".repeat(32));

        commands.run("token", "add", "ci", "--allow", "Logs Read", "--account", "Selvage");
        assertThat(posted().path("policies").toString())
                .contains("4".repeat(32))
                .doesNotContain("3".repeat(32));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--allow=DNS Write | is about zones: add --zone NAME or --all-zones",
                "--allow=Account Settings Read --zone=example.com | is about an account: add --account NAME",
                "--allow=API Tokens Read --account=Selvage | is about the user: add --user",
                "--allow=DNS Write --zone=example.com --account=Selvage | nothing of what is allowed is about an account",
                "--allow=DNS Write --zone=example.com --user | nothing of what is allowed is about the user",
                "--allow=DNS Write --zone=example.com --all-zones | cannot both be meant",
                "--zone=example.com | --allow"
            })
    void nothingIsGrantedThatWasNotSaid(String options, String reason) {
        String[] some = options.replace(" --", "\n--").split("\n", -1);
        String[] arguments = new String[some.length + 3];
        System.arraycopy(new String[] {"token", "add", "ci"}, 0, arguments, 0, 3);
        System.arraycopy(some, 0, arguments, 3, some.length);

        Commands.Ran ran = commands.run(arguments);

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(reason);
        assertThat(api.lines()).noneMatch(line -> line.startsWith("POST"));
    }

    @Test
    void aPermissionThatIsNoneSaysWhichMayBeMeant() {
        Commands.Ran ran = commands.run("token", "add", "ci", "--allow", "DNS Wirte", "--zone", "example.com");

        assertThat(ran.exit()).isEqualTo(66);
        assertThat(ran.err()).contains("there is no permission group `DNS Wirte`; did you mean `DNS Write`?");
    }

    @Test
    void anEndAndAddressesAreConditions() {
        Instant before = Instant.now();
        commands.run(
                "token",
                "add",
                "ci",
                "--allow",
                "DNS Write",
                "--all-zones",
                "--expires",
                "90d",
                "--not-before",
                "2030-01-31",
                "--ip",
                "192.0.2.0/24",
                "--ip",
                "2001:db8::/32",
                "--not-ip",
                "192.0.2.7");

        JsonNode posted = posted();
        assertThat(Duration.between(
                        before, Instant.parse(posted.path("expires_on").asString(""))))
                .isBetween(
                        Duration.ofDays(90).minusSeconds(2), Duration.ofDays(90).plusMinutes(1));
        assertThat(posted.path("not_before").asString("")).isEqualTo("2030-01-31T00:00:00Z");
        assertThat(posted.path("condition").toString())
                .isEqualTo("{\"request_ip\":{\"in\":[\"192.0.2.0/24\",\"2001:db8::/32\"],\"not_in\":[\"192.0.2.7\"]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "90", "2030-02-30", "2030-01-31T99:00:00Z", "", "99999999999d"})
    void anEndIsATime(String expires) {
        Commands.Ran ran =
                commands.run("token", "add", "ci", "--allow", "DNS Write", "--all-zones", "--expires=" + expires);

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--expires").contains("90d");
        assertThat(api.asked).isEmpty();
    }

    @Test
    void aTokenOfAnAccountIsMadeWithItsOwner() {
        commands.run("token", "add", "ci", "--allow", "DNS Write", "--all-zones", "--owner", "Selvage");
        assertThat(api.last().path()).isEqualTo("/accounts/" + FakeApi.ACCOUNT + "/tokens");
        assertThat(commands.run("token", "list", "--owner", FakeApi.ACCOUNT).exit())
                .isZero();
        assertThat(commands.run("token", "verify", "--owner", "Selvage").out()).contains("Status      active");
    }

    @Test
    void aRollAndARemovalNeedAYes() {
        for (String verb : List.of("roll", "remove")) {
            assertThat(commands.run("token", verb, "deploy").exit()).isEqualTo(2);
        }
        assertThat(api.lines()).allMatch(line -> line.startsWith("GET"));

        Commands.Ran rolled = commands.run("token", "roll", "deploy", "--yes");
        assertThat(rolled.out()).isEqualTo(SECRET + "\n");
        assertThat(rolled.err()).doesNotContain(SECRET);
        assertThat(commands.run("token", "roll", "deploy", "--yes", "--json").out())
                .isEqualTo("\"" + SECRET + "\"\n");
        assertThat(commands.run("token", "remove", "deploy", "--yes").err()).contains("removed the token deploy");
        assertThat(commands.run("token", "remove", "deplyo", "--yes").err()).contains("did you mean `deploy`?");
    }

    @Test
    void permissionGroupsAreListedByScope() {
        assertThat(commands.run("token", "groups").out().lines()).hasSize(7);
        assertThat(commands.run("token", "groups", "--scope", "account").out()).isEqualTo("""
                NAME                   SCOPE    ID
                Logs Read              account  44444444444444444444444444444444
                Account Settings Read  account  55555555555555555555555555555555
                """);
        assertThat(commands.run("token", "groups", "--scope", "galaxy").exit()).isEqualTo(2);
    }

    @Test
    void aTokenThatLacksTheRightIsToldSo() {
        api.on(
                "GET",
                "/user/tokens",
                _ -> FakeApi.refused(403, "{\"code\":10000,\"message\":\"Authentication error\"}"));

        Commands.Ran ran = commands.run("token", "list");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err()).contains("10000: Authentication error").contains("the token from SELVAGE_TOKEN");
    }
}
