package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Origin;
import dev.selvage.acceptance.Program;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Addresses that are never connected to as origins, or not with these settings.
@Timeout(120)
class OriginAddressTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String METADATA = "169.254.169.254";

    @TempDir
    Path directory;

    private static Wire.Response served(Program program, String host) throws Exception {
        return Until.holds(
                host + " is served",
                SOON,
                () -> Client.get(program.edgePort(), "/", "Host: " + host),
                response -> response.status() != 404);
    }

    private static void assertProhibited(Wire.Response response, int status, String says) {
        assertThat(response.status()).as(response.toString()).isEqualTo(status);
        assertThat(response.text()).startsWith(status + ": ").contains(says).doesNotContain("127.0.0.1");
        assertThat(response.header("Cache-Status")).contains("Selvage; detail=origin-prohibited");
        assertThat(response.header("Cache-Control")).contains("no-store");
        assertThat(response.header("CF-Ray")).isPresent();
    }

    private static double metric(Program program, String name) throws IOException {
        return Client.get(program.apiPort(), "/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name) && !line.startsWith("#"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void assertNothingConnected(Program program) throws IOException {
        assertThat(metric(program, "selvage_edge_origin_connections")).isZero();
        assertThat(metric(program, "selvage_edge_origins_refused")).isPositive();
    }

    @Test
    void theProgramsOwnPortsAreNoOrigins() throws Exception {
        try (Program program =
                Program.in(directory).settings("cache.memory: 64MiB\n").up()) {
            Api api = program.api();
            api.proxy(api.createZone("api.example"), "api.example", program.apiPort());
            api.proxy(api.createZone("edge.example"), "edge.example", program.edgePort());
            for (String host : new String[] {"api.example", "edge.example"}) {
                assertProhibited(served(program, host), 508, "leads back here");
            }
            assertNothingConnected(program);
            assertThat(program.err()).contains("127.0.0.1:" + program.apiPort()).contains("listens there");
        }
    }

    @Test
    void aMetadataServiceIsNoOriginWhateverTheSettingsAllow() throws Exception {
        String everything = "origin.allow: [loopback, private, link-local, benchmarking]\n";
        try (Program program = Program.in(directory)
                .settings("cache.memory: 64MiB\n" + everything)
                .up()) {
            Api api = program.api();
            String zone = api.createZone("meta.example");
            for (String[] record : new String[][] {
                {"A", METADATA}, {"AAAA", "::ffff:a9fe:a9fe"}, {"AAAA", "64:ff9b::" + METADATA}, {"A", "0.0.0.0"}
            }) {
                Api.Answer answer = api.post(
                        "/zones/" + zone + "/dns_records",
                        "{\"type\":\"%s\",\"name\":\"@\",\"content\":\"%s\",\"proxied\":true}"
                                .formatted(record[0], record[1]));
                assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
                assertThat(answer.code()).isEqualTo(9003);
            }
            assertThat(Client.get(program.edgePort(), "/", "Host: meta.example").status())
                    .isEqualTo(404);
        }
        Program.Ran ran = Program.run(
                directory, Map.of(), "up", "http://" + METADATA, "--http", "0", "--https", "0", "--api", "0");
        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(METADATA).contains("metadata").contains("never");
    }

    @Test
    void whatTheSettingsNoLongerAllowIsNoLongerConnectedTo() throws Exception {
        try (Origin origin = Origin.answering(_ -> Say.ok("from the origin").header("Cache-Control", "no-store"))) {
            try (Program program =
                    Program.in(directory).settings("cache.memory: 64MiB\n").up()) {
                Api api = program.api();
                api.proxy(api.createZone("near.example"), "near.example", origin.port());
                String named = api.createZone("named.example");
                api.proxy(named, "other.named.example", origin.port());
                api.post(
                                "/zones/" + named + "/dns_records",
                                "{\"type\":\"CNAME\",\"name\":\"@\",\"content\":\"localhost\",\"proxied\":true}")
                        .result();
                assertThat(served(program, "near.example").text()).isEqualTo("from the origin");
                assertThat(served(program, "named.example").text()).isEqualTo("from the origin");
            }
            int connections = origin.connections();
            try (Program program = Program.in(directory)
                    .settings("cache.memory: 64MiB\norigin.allow: []\n")
                    .up()) {
                assertProhibited(served(program, "near.example"), 403, "Error 1002");
                assertProhibited(served(program, "named.example"), 403, "Error 1002");
                assertNothingConnected(program);
                assertThat(program.err()).contains("kind loopback").contains("origin.allow");
            }
            assertThat(origin.connections()).isEqualTo(connections);
        }
    }
}
