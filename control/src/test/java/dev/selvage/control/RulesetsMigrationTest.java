package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RulesetsMigrationTest {
    @TempDir
    Path directory;

    @Test
    void theRulesOfAnOlderStoreStayAndGoToTheEdgesInTheFormOfToday() throws Exception {
        String zone = "b".repeat(32);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("control.db"));
                Statement statement = connection.createStatement()) {
            for (String script :
                    List.of("V1__zones.sql", "V2__tokens.sql", "V3__dns.sql", "V4__pagerules.sql", "V5__scale.sql")) {
                try (InputStream in =
                        Objects.requireNonNull(Control.class.getResourceAsStream("store/" + script), script)) {
                    statement.executeUpdate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            statement.executeUpdate(
                    "insert into account (id, name, created_on) values ('" + "a".repeat(32) + "', 'Account', 1)");
            statement.executeUpdate("""
                    insert into zone (id, account_id, name, type, paused, catch_all, default_caching, version,
                        purge_sequence, development_mode_until, created_on, modified_on)
                    values ('%s', '%s', 'example.com', 'full', 0, 0, 'RFC9111', 7, 0, 0, 1, 1)
                    """.formatted(zone, "a".repeat(32)));
            statement.executeUpdate("""
                    insert into ruleset (id, zone_id, phase, name, description, version, last_updated, rules)
                    values ('%s', '%s', 'http_request_cache_settings', 'default', '', 3, 1,
                        '[{"id":"%s","action":"set_cache_settings","action_parameters":{"cache":true},
                          "expression":"true","description":"","enabled":true,"ref":"r","version":"2",
                          "last_updated":"2026-01-01T00:00:00.000000Z"}]')
                    """.formatted("c".repeat(32), zone, "d".repeat(32)));
            statement.executeUpdate("pragma application_id = " + 0x534c_5647);
            statement.executeUpdate("pragma user_version = 5");
        }
        try (TestControl api = TestControl.open(directory)) {
            assertThat(api.published(zone, _ -> true).version()).isEqualTo(8);
            assertThat(api.latest(zone).orElseThrow().rules().cacheSettings().rules())
                    .hasSize(1);
            String one = "/zones/" + zone + "/rulesets/" + "c".repeat(32);
            JsonNode before = api.get(one).ok().result();
            assertThat(before.get("version").stringValue()).isEqualTo("3");
            api.send("PATCH", one + "/rules/" + "d".repeat(32), "{\"enabled\":false}")
                    .ok();
            assertThat(api.get(one + "/versions/3").ok().result()).isEqualTo(before);
            assertThat(api.get(one + "/versions").ok().result().size()).isEqualTo(2);
        }
    }
}
