package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;

/// `./selvage api METHOD PATH`: any call, for what has no command of its own. Prints the whole answer as it came.
@Command(
        name = "api",
        description = "Makes any call of the API and prints its answer as it came.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./selvage api GET /zones",
            "  ./selvage api PATCH /zones/ID/argo/tiered_caching --data '{\"value\":\"on\"}'",
            "  ./selvage api POST /graphql --data @query.json"
        })
final class ApiCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST, PUT, PATCH or DELETE.")
    private String method = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "Below the base URL, with its query: /zones?page=2")
    private String path = "";

    @Option(
            names = {"-d", "--data"},
            paramLabel = "JSON|@FILE|-",
            description = "The body: JSON, a file that holds it, or - for the standard input.")
    private @Nullable String body;

    /// Without `--data DIR`: the name stands for the body here, as it does in curl.
    @ArgGroup(exclusive = false, validate = false, heading = ConnectionOptions.HEADING, order = 10)
    private ConnectionOptions connection = new ConnectionOptions();

    ApiCommand(Surroundings around) {
        super(around);
    }

    @Override
    ConnectionOptions connection() {
        return connection;
    }

    @Override
    void run(Session session) throws ClientFailure {
        String upper = method.toUpperCase(Locale.ROOT);
        if (upper.isEmpty() || !upper.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            throw new ClientFailure(
                    Exit.USAGE, "`" + method + "` is no method; expected GET, POST, PUT, PATCH or DELETE");
        }
        ApiClient.Reply reply =
                session.client.send(upper, below(session.client.base().getRawPath()), body());
        Optional<Envelope> envelope = Envelope.of(reply);
        boolean failed = reply.status() >= 300
                || envelope.filter(answer -> !answer.isSuccess()).isPresent();
        print(session, reply);
        if (failed) {
            throw session.client.failure(reply, envelope);
        }
    }

    /// The path below the base, whether or not the base's own path was written too.
    private ApiPath below(String base) throws ClientFailure {
        String below = path.startsWith(base + "/") ? path.substring(base.length()) : path;
        if (below.regionMatches(true, 0, "http", 0, 4) && below.contains("://")) {
            throw new ClientFailure(Exit.USAGE, "expected a path such as /zones, not a URL; --url names the API");
        }
        if (below.indexOf('#') >= 0) {
            throw new ClientFailure(Exit.USAGE, "`" + path + "` is not the path of a call: # is %23 there");
        }
        return new ApiPath((below.startsWith("/") ? below : "/" + below).replace(" ", "%20"));
    }

    private ApiClient.@Nullable Body body() throws ClientFailure {
        if (body == null) {
            return null;
        }
        byte[] bytes;
        if (body.equals("-")) {
            bytes = input("-");
        } else if (body.startsWith("@")) {
            bytes = input(body.substring(1));
        } else {
            bytes = body.getBytes(StandardCharsets.UTF_8);
        }
        return new ApiClient.Body("application/json", bytes);
    }

    private static void print(Session session, ApiClient.Reply reply) {
        if (reply.isJson() && (session.output.isJson() || session.output.isForPeople())) {
            try {
                session.output.json(Json.MAPPER.readTree(reply.body()));
                return;
            } catch (JacksonException notJson) {
                // then it is printed as it came
            }
        }
        session.output.raw(reply.body());
    }
}
