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

class DnsMigrationTest {
    @TempDir
    Path directory;

    @Test
    void theRecordsOfAnOlderStoreStayAndAreFound() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("control.db"));
                Statement statement = connection.createStatement()) {
            for (String script : List.of("V1__zones.sql", "V2__tokens.sql")) {
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
                    values ('%s', '%s', 'example.com', 'full', 0, 0, 'RFC9111', 1, 0, 0, 1, 1)
                    """.formatted("b".repeat(32), "a".repeat(32)));
            statement.executeUpdate("""
                    insert into dns_record (id, zone_id, name, type, content, proxied, ttl, comment, tags, settings,
                        created_on, modified_on)
                    values ('%s', '%s', 'www.example.com', 'CNAME', 'o.example.net', 1, 1, 'The Site',
                        '["team:web","x:y"]', '{}', 1, 1)
                    """.formatted("c".repeat(32), "b".repeat(32)));
            statement.executeUpdate("pragma application_id = " + 0x534c_5647);
            statement.executeUpdate("pragma user_version = 2");
        }
        try (TestControl api = TestControl.open(directory)) {
            String records = "/zones/" + "b".repeat(32) + "/dns_records";
            for (String query : List.of("tag=team:web", "tag.present=x", "comment=the+site", "content.contains=O.EX")) {
                JsonNode found = api.get(records + "?" + query).ok().result();
                assertThat(found.size()).as(query).isEqualTo(1);
                assertThat(found.get(0).get("tags").toString()).isEqualTo("[\"team:web\",\"x:y\"]");
                assertThat(found.get(0).get("comment").asString()).isEqualTo("The Site");
            }
            api.send("PATCH", records + "/" + "c".repeat(32), "{\"tags\":[]}").ok();
            assertThat(api.get(records + "?tag=team:web").ok().result().isEmpty())
                    .isTrue();
            assertThat(api.get(records).ok().result().size()).isEqualTo(1);
        }
    }
}
