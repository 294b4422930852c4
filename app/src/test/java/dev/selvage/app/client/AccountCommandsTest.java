package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands `account` and `audit`.
@Timeout(60)
class AccountCommandsTest {
    private static final String LOGS = "/accounts/" + FakeApi.ACCOUNT + "/audit_logs";

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void accountsAreListedShownAndMade() {
        String made = "{\"id\":\"" + "2".repeat(32) + "\",\"name\":\"Second\",\"type\":\"standard\"}";
        api.on("POST", "/accounts", _ -> FakeApi.ok(made));

        assertThat(commands.run("account", "list").out()).contains("Selvage  standard  2026-01-01T00:00:00Z");
        assertThat(commands.run("account", "show", "Selvage").out()).contains("Id       " + FakeApi.ACCOUNT);
        assertThat(commands.run("account", "add", "Second").err()).isEqualTo("selvage: made the account Second\n");
        assertThat(api.last().body()).isEqualTo("{\"name\":\"Second\"}");
        assertThat(commands.run("account", "show", "Selvgae").err()).contains("did you mean `Selvage`?");
    }

    @Test
    void onlyTheOperatorMakesAccounts() {
        api.on("POST", "/accounts", _ -> FakeApi.refused(403, "{\"code\":10000,\"message\":\"Authentication error\"}"));

        assertThat(commands.run("account", "add", "Second").exit()).isEqualTo(77);
    }

    @Test
    void theAuditLogSaysWhoDidWhatFromWhere() {
        api.on("GET", LOGS, asked -> FakeApi.list(asked, 1, List.of("""
                {"id":"x","when":"2026-01-02T03:04:05.678901Z","action":{"type":"delete","result":true},
                 "actor":{"id":"9","email":"me@example.com","ip":"192.0.2.1","type":"user"},"owner":{"id":"1"},
                 "resource":{"id":"r","type":"zone"},"metadata":{"zone_id":"%s"},
                 "oldValueJson":{"name":"gone.example"},"newValueJson":{}}""".formatted(FakeApi.ZONE))));

        assertThat(commands.run("audit", "list").out()).isEqualTo("""
                WHEN                  ACTION  RESOURCE  WHAT          ZONE                              WHO             FROM
                2026-01-02T03:04:05Z  delete  zone      gone.example  0123456789abcdef0123456789abcdef  me@example.com  192.0.2.1
                """);
        assertThat(commands.run("audit", "list", "--json").out())
                .contains("\"oldValueJson\":{\"name\":\"gone.example\"}");
    }

    @Test
    void theAuditLogIsNarrowedByTheApi() {
        api.on("GET", LOGS, asked -> FakeApi.list(asked, 1, List.of()));

        Instant start = Instant.now();
        commands.run(
                "audit",
                "list",
                "--since",
                "24h",
                "--before",
                "2030-01-31",
                "--zone",
                "example.com",
                "--action",
                "add");

        assertThat(Duration.between(Instant.parse(api.last().parameter("since")), start))
                .isBetween(
                        Duration.ofHours(24).minusMinutes(1),
                        Duration.ofHours(24).plusSeconds(2));
        assertThat(api.last().parameter("before")).isEqualTo("2030-01-31T00:00:00Z");
        assertThat(api.last().parameter("zone.name")).isEqualTo("example.com");
        assertThat(api.last().parameter("action.type")).isEqualTo("add");
        assertThat(commands.run("audit", "list", "--since", "yesterday").exit()).isEqualTo(2);
    }

    @Test
    void whatBelongsToNoAccountIsTheUsers() {
        api.on("GET", "/user/audit_logs", asked -> FakeApi.list(asked, 1, List.of()));

        assertThat(commands.run("audit", "list", "--user").exit()).isZero();
        assertThat(commands.run("audit", "list", "--user", "--account", "Selvage")
                        .exit())
                .isEqualTo(2);
    }
}
