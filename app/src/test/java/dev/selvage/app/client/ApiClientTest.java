package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiClientTest {
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

    private static FakeApi.Said busy(int status, String retryAfter) {
        return new FakeApi.Said(
                status,
                "application/json",
                Map.of("Retry-After", retryAfter),
                FakeApi.refused(status, "{\"code\":971,\"message\":\"More than enough\"}")
                        .body());
    }

    @ParameterizedTest
    @CsvSource({"429, 0", "503, 0", "429, 'Thu, 01 Jan 1970 00:00:00 GMT'"})
    void whoIsBusyIsAskedAgainWhenItSays(int status, String retryAfter) {
        AtomicInteger times = new AtomicInteger();
        api.on(
                "GET",
                "/zones",
                asked -> times.incrementAndGet() < 3
                        ? busy(status, retryAfter)
                        : FakeApi.list(asked, 1, FakeApi.three(1)));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("busy (" + status + "); trying again in 0 s");
        assertThat(api.asked).hasSize(3);
    }

    @Test
    void whoStaysBusyIsLeftAlone() {
        api.on("GET", "/zones", _ -> busy(429, "0"));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isEqualTo(75);
        assertThat(ran.err()).contains("971: More than enough");
        assertThat(api.asked).hasSize(4);
    }

    @Test
    void aLongWaitIsNotWaitedFor() {
        api.on("GET", "/zones", _ -> busy(429, "300"));

        assertThat(commands.run("zone", "list").exit()).isEqualTo(75);
        assertThat(api.asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"400, 65", "401, 77", "403, 77", "404, 66", "409, 65", "413, 65", "500, 1", "502, 75"})
    void aFailureOfAnyOtherKindIsTriedOnceAndHasItsExitCode(int status, int exit) {
        api.on("GET", "/zones", _ -> FakeApi.refused(status, "{\"code\":1234,\"message\":\"No.\"}"));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isEqualTo(exit);
        assertThat(ran.err()).contains("selvage: 1234: No.");
        assertThat(ran.out()).isEmpty();
        assertThat(api.asked).hasSize(1);
    }

    @Test
    void everyErrorShowsItsCodeItsPlaceAndWhatCausedIt() {
        api.on("GET", "/zones", _ -> FakeApi.refused(400, """
                {"code":1004,"message":"DNS Validation Error","error_chain":[
                  {"code":9005,"message":"Content for A record must be a valid IPv4 address.",
                   "source":{"pointer":"/content"},"error_chain":[{"code":9999,"message":"deeper"}]}]},
                {"code":1005,"message":"Another","source":{"pointer":"/name"}}"""));

        assertThat(commands.run("zone", "list").err()).isEqualTo("""
                selvage: 1004: DNS Validation Error
                selvage:   because 9005: Content for A record must be a valid IPv4 address. (at /content)
                selvage:     because 9999: deeper
                selvage: 1005: Another (at /name)
                """);
    }

    @Test
    void whatTheApiRemarksIsPassedOn() {
        api.on("GET", "/zones/" + FakeApi.ZONE, _ -> FakeApi.json(200, """
                {"success":true,"errors":[],"messages":[{"code":10000,"message":"Mind\\u0007 this"},7],
                 "result":{"id":"%s"}}""".formatted(FakeApi.ZONE)));

        assertThat(commands.run("zone", "show", FakeApi.ZONE).err()).isEqualTo("selvage: Mind\\u{7} this\n");
        assertThat(commands.run("zone", "show", FakeApi.ZONE, "-q").err()).isEmpty();
    }

    @Test
    void errorsWithoutEndAreCut() {
        String one = "{\"code\":1,\"message\":\"x\"}";
        api.on("GET", "/zones", _ -> FakeApi.refused(400, one + ("," + one).repeat(10_000)));

        assertThat(commands.run("zone", "list").err().lines()).hasSizeLessThan(60);
    }

    @Test
    void theTokenIsSaidToBeRefusedByItsSourceAndNotByItsText() {
        api.on("GET", "/zones", _ -> FakeApi.refused(403, "{\"code\":9109,\"message\":\"Invalid access token\"}"));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err()).contains("the token from SELVAGE_TOKEN").doesNotContain(Commands.TOKEN);
    }

    @Test
    void missingCredentialsAreAMatterOfRightAlthoughTheStatusIs400() {
        api.on("GET", "/zones", _ -> FakeApi.refused(400, "{\"code\":9106,\"message\":\"Missing\"}"));

        assertThat(commands.run("zone", "list").exit()).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({
        "200, text/html, <html>",
        "404, text/html, <html>",
        "200, application/json, []",
        "200, application/json, {}",
        "200, application/json, not json",
        "200, '', ''",
        "400, application/json, '{\"success\":false,\"errors\":[]}'"
    })
    void whatIsNotTheApiIsSaidSo(int status, String type, String body) {
        api.on("GET", "/zones", _ -> new FakeApi.Said(status, type, Map.of(), body));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isEqualTo(76);
        assertThat(ran.err()).contains("is not the API").contains(String.valueOf(status));
    }

    @Test
    void aRedirectIsNotFollowedSinceTheTokenWouldGoAlong() {
        api.on("GET", "/zones", _ -> new FakeApi.Said(302, "", Map.of("Location", api.url() + "/other"), ""));

        assertThat(commands.run("zone", "list").exit()).isEqualTo(76);
        assertThat(api.asked).hasSize(1);
    }

    @Test
    void whereNothingListensThatIsSaid() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Commands.Ran ran = commands.run("zone", "list", "--url", "http://127.0.0.1:" + port);

        assertThat(ran.exit()).isEqualTo(69);
        assertThat(ran.err())
                .contains("nothing answers at http://127.0.0.1:" + port + "/client/v4")
                .contains("./selvage up");
    }

    @Test
    void whoNeverAnswersIsNotWaitedForForEver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Commands.Ran ran = commands.run(
                    "zone", "list", "--timeout", "300ms", "--url", "http://127.0.0.1:" + silent.getLocalPort());

            assertThat(ran.exit()).isEqualTo(75);
            assertThat(ran.err()).contains("within 300 ms").contains("nothing was changed");
        }
    }

    @Test
    void aBodyThatTricklesIsNotWaitedForForEver() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException closed) {
                    // the client gave up, as it should
                }
            });
            Commands.Ran ran = commands.run(
                    "zone",
                    "add",
                    "x.example",
                    "--account",
                    "a".repeat(32),
                    "--timeout",
                    "500ms",
                    "--url",
                    "http://127.0.0.1:" + server.getLocalPort());

            assertThat(ran.exit()).isEqualTo(75);
            assertThat(ran.err()).contains("within 500 ms");
        }
    }

    @Test
    void aConnectionThatBreaksIsSaidToHaveBroken() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        socket.getInputStream().read();
                    } catch (IOException closed) {
                        return;
                    }
                }
            });

            Commands.Ran ran = commands.run("zone", "list", "--url", "http://127.0.0.1:" + server.getLocalPort());

            assertThat(ran.exit()).isEqualTo(69);
            assertThat(ran.err()).contains("broke");
        }
    }
}
