package dev.selvage.app;

import dev.selvage.app.client.Surroundings;
import dev.selvage.toolkit.settings.Given;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// Starts the program, asks it a little of everything, and stops: the launcher runs this once after a build, so that
/// the Java virtual machine records which classes and code a start needs (JEP 483, JEP 514).
@Command(name = "train", hidden = true, description = "Used by the launcher after a build.")
final class TrainCommand implements Callable<Integer> {
    private static final String TOKEN = "training-0123456789";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("selvage-training");
        try (ServerSocket site = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().name("training-site").start(() -> serve(site));
            URI url = URI.create("http://127.0.0.1:" + site.getLocalPort());
            UpSettings settings = UpSettings.read(
                    null,
                    List.of(
                            Given.option(
                                    "data", "--data", directory.resolve("data").toString()),
                            Given.option("http.port", "--http", "0"),
                            Given.option("https.port", "--https", "0"),
                            Given.option("api.port", "--api", "0")),
                    Memory.direct());
            Logging.start(settings.log());
            try (Up up = Up.start(settings, new OriginUrl(url), TOKEN)) {
                exercise(up);
            }
        } finally {
            TemporaryDirectory.delete(directory);
        }
        return Exit.OK.code;
    }

    private static void exercise(Up up) throws IOException, InterruptedException {
        String edge = "http://127.0.0.1:" + up.edgePort();
        String api = "http://127.0.0.1:" + up.apiPort();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            for (int i = 0; i < 20; i++) {
                ask(client, edge + "/page-" + i % 4, null);
            }
            for (String path : List.of(
                    "/health/live",
                    "/health/ready",
                    "/metrics",
                    "/",
                    "/client/v4/user/tokens/verify",
                    "/client/v4/zones",
                    "/client/v4/accounts",
                    "/client/v4/none")) {
                ask(client, api + path, null);
            }
            String query = "{\"query\":\"{viewer{zones(limit:1){httpRequests1mGroups(limit:5){sum{requests}}}}}\"}";
            ask(client, api + "/client/v4/graphql", query);
        }
        command(api, "zone", "list");
        command(api, "zone", "show", "quickstart.internal", "--json");
        command(api, "dns", "list", "quickstart.internal");
        command(api, "setting", "list", "quickstart.internal");
        command(api, "token", "list");
        command(api, "api", "GET", "/zones");
    }

    /// A command against the program that runs here; what it says does not matter.
    private static void command(String api, String... arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(
                arguments,
                new Surroundings(
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        Map.of("SELVAGE_URL", api, "SELVAGE_TOKEN", TOKEN),
                        Path.of(""),
                        Surroundings.Terminals.NONE));
    }

    /// What comes back does not matter here, only that it does.
    private static void ask(HttpClient client, String url, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).header("Authorization", "Bearer " + TOKEN);
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    /// The smallest site that can be cached: one request per connection.
    private static void serve(ServerSocket site) {
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: max-age=60\r\n"
                        + "Content-Length: 13\r\nConnection: close\r\n\r\n<html></html>")
                .getBytes(StandardCharsets.US_ASCII);
        while (!site.isClosed()) {
            try (Socket visitor = site.accept()) {
                visitor.setSoTimeout((int) PATIENCE.toMillis());
                InputStream in = visitor.getInputStream();
                int blank = 0;
                for (int next = in.read(); next >= 0 && blank < 4; next = blank < 4 ? in.read() : next) {
                    blank = next == '\r' || next == '\n' ? blank + 1 : 0;
                }
                visitor.getOutputStream().write(answer);
            } catch (IOException closed) {
                // the training is over, or the probe left; the next visitor may come
            }
        }
    }
}
