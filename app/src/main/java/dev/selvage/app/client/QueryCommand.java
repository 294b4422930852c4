package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage query FILE.graphql`: asks the analytics.
@Command(
        name = "query",
        description = "Asks a GraphQL query of the analytics and shows what is answered.",
        sortOptions = false,
        footer = {
            "",
            "One list of groups is shown as a table, anything else as JSON.",
            "",
            "Examples:",
            "  ./selvage query top-paths.graphql --variable zone=023e105f4ecef8ad9ca31a8372d0c353",
            "  echo '{viewer{zones{zoneTag}}}' | ./selvage query - --json"
        })
final class QueryCommand extends ClientCommand {
    /// What the API takes, in characters.
    private static final int LONGEST = 64 << 10;

    /// Elements of a list whose fields become columns.
    private static final int LOOKED_AT = 100;

    private static final ApiPath PATH = new ApiPath("/graphql");

    @Parameters(index = "0", paramLabel = "FILE", description = "Holds the query; - for the standard input.")
    private String file = "";

    @Option(
            names = {"-v", "--variable"},
            paramLabel = "NAME=VALUE",
            description = "A variable: JSON, or else text; may be given several times.")
    private List<String> variables = List.of();

    @Option(names = "--variables", paramLabel = "FILE", description = "A JSON object that holds variables.")
    private @Nullable String variablesFile;

    @Option(names = "--operation", paramLabel = "NAME", description = "Which of the file's operations.")
    private @Nullable String operation;

    @ArgGroup(exclusive = false, validate = false, heading = ConnectionOptions.HEADING, order = 10)
    private ConnectionOptions connection = new ConnectionOptions();

    QueryCommand(Surroundings around) {
        super(around);
    }

    @Override
    ConnectionOptions connection() {
        return connection;
    }

    @Override
    void run(Session session) throws ClientFailure {
        ObjectNode body = Json.MAPPER.createObjectNode().put("query", query());
        body.set("variables", variables());
        if (operation != null) {
            body.put("operationName", operation);
        }
        ApiClient.Reply reply = session.client.send("POST", PATH, ApiClient.Body.json(body));
        JsonNode answer = read(reply);
        if (answer == null || !(answer.has("data") || answer.path("errors").isArray())) {
            throw session.client.failure(reply, Envelope.of(reply));
        }
        List<String> errors = errors(answer);
        if (!errors.isEmpty()) {
            throw new ClientFailure(Envelope.exit(reply.status() == 200 ? 400 : reply.status()), errors);
        }
        show(session, answer.path("data"));
        note(session, answer.path("extensions"));
    }

    private static @Nullable JsonNode read(ApiClient.Reply reply) {
        try {
            return reply.isJson() ? Json.MAPPER.readTree(reply.body()) : null;
        } catch (JacksonException _) {
            return null;
        }
    }

    private String query() throws ClientFailure {
        String text = new String(input(file), StandardCharsets.UTF_8);
        if (text.isBlank()) {
            throw new ClientFailure(
                    Exit.REFUSED, file + " holds no query; expected one such as {viewer{zones{zoneTag}}}");
        }
        if (text.length() > LONGEST) {
            throw new ClientFailure(
                    Exit.REFUSED, file + " has " + text.length() + " characters; a query may have " + LONGEST);
        }
        return text;
    }

    private ObjectNode variables() throws ClientFailure {
        ObjectNode all = Json.MAPPER.createObjectNode();
        if (variablesFile != null) {
            JsonNode read;
            try {
                read = Json.MAPPER.readTree(input(variablesFile));
            } catch (JacksonException malformed) {
                throw new ClientFailure(
                        Exit.REFUSED, variablesFile + " is not JSON: " + malformed.getOriginalMessage());
            }
            if (!(read instanceof ObjectNode object)) {
                throw new ClientFailure(
                        Exit.REFUSED, variablesFile + " holds no JSON object; expected one such as {\"zone\": \"…\"}");
            }
            all.setAll(object);
        }
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new ClientFailure(
                        Exit.USAGE, "`" + variable + "` is no variable; expected NAME=VALUE such as limit=10");
            }
            all.set(variable.substring(0, equals), value(variable.substring(equals + 1)));
        }
        return all;
    }

    /// JSON where it is some, else text: an id of digits alone is a number in JSON, which the API takes as well.
    private static JsonNode value(String text) {
        try {
            JsonNode json = Json.MAPPER.readTree(text);
            if (!json.isMissingNode()) {
                return json;
            }
        } catch (JacksonException _) {
            // Then it is text.
        }
        return Json.MAPPER.getNodeFactory().stringNode(text);
    }

    private static List<String> errors(JsonNode answer) {
        List<String> errors = new ArrayList<>();
        for (JsonNode error : answer.path("errors")) {
            String code = error.at("/extensions/code").asString("");
            errors.add(
                    (code.isEmpty() ? "" : code + ": ") + error.path("message").asString("no message"));
        }
        return errors;
    }

    private static void show(Session session, JsonNode data) throws ClientFailure {
        List<JsonNode> lists = new ArrayList<>();
        lists(data, lists);
        if (session.output.isJson() || lists.size() != 1) {
            session.output.json(data);
            return;
        }
        JsonNode list = lists.getFirst();
        session.output.many(each -> list.forEach(each), columns(list));
    }

    /// The lists of objects that hold no further ones, but for the maps within sums.
    private static void lists(JsonNode node, List<JsonNode> found) {
        if (!node.isArray()) {
            node.forEach(each -> lists(each, found));
        } else if (!node.isEmpty() && node.valueStream().allMatch(JsonNode::isObject)) {
            if (node.valueStream().anyMatch(QueryCommand::holdsLists)) {
                node.forEach(each -> lists(each, found));
            } else {
                found.add(node);
            }
        }
    }

    private static boolean holdsLists(JsonNode object) {
        return object.valueStream()
                .filter(JsonNode::isArray)
                .anyMatch(each -> each.valueStream().anyMatch(JsonNode::isObject));
    }

    private static List<Column> columns(JsonNode list) {
        Set<String> pointers = new LinkedHashSet<>();
        list.valueStream().limit(LOOKED_AT).forEach(element -> pointers(element, "", pointers));
        return pointers.stream()
                .map(pointer -> Column.of(title(pointer), pointer))
                .toList();
    }

    private static void pointers(JsonNode node, String at, Set<String> pointers) {
        node.properties().forEach(field -> {
            String pointer = at + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
            if (field.getValue().isObject()) {
                pointers(field.getValue(), pointer, pointers);
            } else {
                pointers.add(pointer);
            }
        });
    }

    private static String title(String pointer) {
        return pointer.substring(1)
                .replace("~1", "/")
                .replace("~0", "~")
                .replace('/', '.')
                .replace("dimensions.", "");
    }

    private static void note(Session session, JsonNode extensions) {
        if (extensions.has("exact")) {
            session.output.note(String.format(
                    Locale.ROOT,
                    "%s, from %,d rows and counters; complete until %s",
                    extensions.path("exact").asBoolean() ? "exact" : "estimated",
                    extensions.path("rows").asLong(),
                    extensions.path("watermark").asString("now")));
        }
    }
}
