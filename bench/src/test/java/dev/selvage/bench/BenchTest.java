package dev.selvage.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.selvage.bench.report.Figure;
import dev.selvage.toolkit.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(240)
class BenchTest {
    /// A `./selvage` that is nginx: enough of one to be measured.
    private static final String STAND_IN = """
            #!/bin/sh
            [ "$1" = up ] && [ "$3" = --data ] && [ "$5" = --http ] && [ "$7" = --https ] && [ "$9" = --api ] || exit 9
            D=$4
            mkdir -p $D/t && chmod 755 $D
            cat > $D/conf <<END
            daemon off; pid $D/pid; error_log $D/err warn; events { worker_connections 1024; }
            http { access_log off; keepalive_requests 1000000000;
              client_body_temp_path $D/t/b; proxy_temp_path $D/t/p; fastcgi_temp_path $D/t/f;
              uwsgi_temp_path $D/t/u; scgi_temp_path $D/t/s;
              proxy_cache_path $D/cache keys_zone=hot:1m use_temp_path=off;
              server { listen 127.0.0.1:${10}; location = /health/ready { return 200; } }
              server { listen 127.0.0.1:$6; location / { proxy_pass $2; proxy_cache @CACHE@;
                add_header CF-Cache-Status \\$upstream_cache_status; } } }
            END
            exec @NGINX@ -c $D/conf -e stderr
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path home;

    @Test
    void withoutANameTheBenchmarksAreListed() {
        assertThat(run()).isZero();
        assertThat(text(out)).contains("  api ", "  edge ", "  purge ", "  start ", "--rounds N", "--against DIR");
        assertThat(run("--help")).isZero();
    }

    @Test
    void anUnknownNameIsRefusedAndTheKnownOnesAreListed() {
        assertThat(run("speed")).isEqualTo(2);
        assertThat(text(err)).contains("There is no benchmark speed.", "  edge ");
    }

    @Test
    void everyWrongOptionIsSaid() {
        assertThat(run("edge", "--rounds", "0", "--seconds", "x", "--against", "/nowhere", "--fast"))
                .isEqualTo(2);
        assertThat(text(err))
                .contains("--rounds needs a number from 1 to 100, not \"0\"")
                .contains("--seconds needs a number from 1 to 600, not \"x\"")
                .contains("--against needs a checkout with a ./selvage in it, not \"/nowhere\"")
                .contains("unknown option --fast");
        assertThat(run("edge", "--only", "2k")).isEqualTo(2);
        assertThat(text(err)).contains("no load 2k; there are 1k, 10k, 100k, 1m, zipf");
        assertThat(run("start", "--quick")).isEqualTo(2);
        assertThat(run("api", "--zones", "999")).isEqualTo(2);
        assertThat(run("api", "--only", "1k")).isEqualTo(2);
        assertThat(text(err))
                .contains("--zones needs a number from 1000 to 10000000, not \"999\"")
                .contains("api takes --quick, --rounds, --seconds and --zones");
        assertThat(home.resolve("bench")).doesNotExist();
    }

    @Test
    void figuresAreShownAndKeptAndAMissedTargetIsAFailure() throws IOException {
        Figure met = new Figure("a", 1.0, "x", Figure.Target.atLeast(1), null, "s", "c");
        Figure missed = new Figure("b", 1.0, "x", Figure.Target.atMost(0.5), null, "s", "c");
        assertThat(bench().finish("edge", List.of(met))).isZero();
        assertThat(bench().finish("edge", List.of(met, missed))).isEqualTo(1);
        assertThat(text(out)).contains("MISSED", "Written to bench/results/edge.json");
        assertThat(home.resolve("bench/results/edge.json")).exists();
    }

    @Test
    void figuresOfARunThatMeasuredNothingDoNotReplaceEarlierOnes() throws IOException {
        Figure earlier = new Figure("a", 1.0, "x", null, null, "s", "c");
        assertThat(bench().finish("edge", List.of(earlier))).isZero();
        byte[] kept = Files.readAllBytes(home.resolve("bench/results/edge.json"));
        Figure unmeasured = new Figure("a", null, "x", Figure.Target.atLeast(1), null, "s", "c");
        assertThat(bench().finish("edge", List.of(unmeasured))).isEqualTo(1);
        assertThat(home.resolve("bench/results/edge.json")).hasBinaryContent(kept);
        assertThat(text(out)).contains("not measured", "no results are written");
    }

    @Test
    void aContenderThatDoesNotStartIsSaidWithWhatItWrote() throws IOException {
        assumeTrue(installed("nginx") && installed("wrk"), "nginx and wrk are installed");
        standIn("#!/bin/sh\necho the port is taken\nexit 7\n");
        assertThat(run("edge", "--only", "1k", "--rounds", "1", "--seconds", "1"))
                .isEqualTo(1);
        assertThat(text(err)).contains("selvage ended while it was starting", "the port is taken");
    }

    @Test
    void aContenderThatDoesNotCacheIsNotMeasured() throws IOException {
        assumeTrue(installed("nginx") && installed("wrk"), "nginx and wrk are installed");
        standIn(STAND_IN.replace("@CACHE@", "off"));
        assertThat(run("edge", "--only", "1k", "--rounds", "1", "--seconds", "1"))
                .isEqualTo(1);
        assertThat(text(err)).contains("selvage asked the origin 1 times");
    }

    @Test
    void theEdgeIsMeasuredBesideItsPeers() throws IOException {
        assumeTrue(installed("nginx") && installed("wrk"), "nginx and wrk are installed");
        standIn(STAND_IN.replace("@CACHE@", "hot"));
        int status = run("edge", "--only", "1k", "--rounds", "2", "--seconds", "1", "--against", home.toString());
        assertThat(text(err)).isEmpty();
        assertThat(status).isBetween(0, 1);
        assertThat(text(out)).contains("selvage", "selvage-before", "nginx", "1k: round 2 of 2");
        JsonNode figures = Json.read(Files.readAllBytes(home.resolve("bench/results/edge.json")), JsonNode.class);
        assertThat(figures.path(0).path("figure").asString()).isEqualTo("machine");
        assertThat(figures.path(0).path("scale").asString()).contains("nginx 1.", "wrk ", "JDK 2");
        JsonNode requests = figures.path(1);
        assertThat(requests.path("figure").asString()).isEqualTo("1k: requests per second");
        assertThat(requests.path("value").asDouble()).isGreaterThan(100);
        assertThat(requests.path("peer").asString()).contains("selvage-before ", "nginx ");
        assertThat(requests.path("command").asString()).startsWith("./selvage bench edge --only 1k --rounds 2");
        JsonNode cpu = figures.path(5);
        assertThat(cpu.path("figure").asString()).isEqualTo("1k: CPU per million requests");
        assertThat(cpu.path("value").asDouble()).isBetween(0.5, 2_000.0);
    }

    @Test
    void theStartIsMeasured() throws IOException {
        assumeTrue(installed("nginx"), "nginx is installed");
        standIn(STAND_IN.replace("@CACHE@", "hot"));
        assertThat(run("start")).as(text(err)).isBetween(0, 1);
        JsonNode figures = Json.read(Files.readAllBytes(home.resolve("bench/results/start.json")), JsonNode.class);
        assertThat(figures.size()).isEqualTo(3);
        assertThat(figures.path(1).path("figure").asString()).isEqualTo("start to ready, new data directory");
        assertThat(figures.path(1).path("value").asDouble()).isBetween(0.001, 60.0);
        assertThat(figures.path(1).path("scale").asString()).startsWith("median of 7 starts");
        assertThat(figures.path(2).path("target").asString()).isEqualTo("<= 2");
    }

    @Test
    void aStartThatDoesNotCacheIsNotReady() throws IOException {
        assumeTrue(installed("nginx"), "nginx is installed");
        standIn(STAND_IN.replace("@CACHE@", "off"));
        assertThat(run("start")).isEqualTo(1);
        assertThat(text(err)).contains("did not answer from its cache");
    }

    private int run(String... arguments) {
        return bench().run(List.of(arguments));
    }

    private Bench bench() {
        return new Bench(
                home,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private void standIn(String script) throws IOException {
        Path launcher = home.resolve("selvage");
        Files.writeString(launcher, script.replace("@NGINX@", program("nginx")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static boolean installed(String program) {
        return !program(program).isEmpty();
    }

    private static String program(String name) {
        for (String directory : List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return Path.of(directory, name).toString();
            }
        }
        return "";
    }

    private static String text(ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8);
    }
}
