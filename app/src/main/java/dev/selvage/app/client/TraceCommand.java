package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage trace URL`: what would happen to a request, without its being made.
@Command(
        name = "trace",
        description = "Says what would happen to a request, rule by rule, without making it.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./selvage trace https://www.example.com/logo.png",
            "  ./selvage trace -H 'User-Agent: curl/8' -b session=1 --country DE https://www.example.com/cart",
            "  ./selvage trace -X POST -d 'a=1' http://www.example.com/order"
        })
final class TraceCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "URL", description = "What a visitor would ask for.")
    private String url = "";

    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "The method; GET, or POST with --data.")
    private @Nullable String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME: VALUE",
            description = "A header field; may be given several times.")
    private List<String> headers = List.of();

    @Option(
            names = {"-b", "--cookie"},
            paramLabel = "NAME=VALUE",
            description = "A cookie; may be given several times.")
    private List<String> cookies = List.of();

    @Option(
            names = {"-d", "--data"},
            paramLabel = "TEXT",
            description = "The request has this body.")
    private @Nullable String data;

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "The visitor's address.")
    private @Nullable String ip;

    @Option(names = "--country", paramLabel = "CODE", description = "The visitor's country, such as DE.")
    private @Nullable String country;

    @Option(
            names = "--account",
            paramLabel = "ACCOUNT",
            description = "Whose zone it is (name or id); not needed where there is one.")
    private @Nullable String account;

    /// Without `--data DIR`: the name stands for the body here, as it does in curl.
    @picocli.CommandLine.ArgGroup(exclusive = false, validate = false, heading = ConnectionOptions.HEADING, order = 10)
    private ConnectionOptions connection = new ConnectionOptions();

    TraceCommand(Surroundings around) {
        super(around);
    }

    @Override
    ConnectionOptions connection() {
        return connection;
    }

    @Override
    void run(Session session) throws ClientFailure {
        ObjectNode body = request();
        String id = account == null ? session.names.onlyAccountId() : session.names.accountId(account);
        JsonNode trace = session.client.result("POST", ApiPath.of("accounts", id, "request-tracer", "trace"), body);
        if (session.output.isJson()) {
            session.output.json(trace);
        } else {
            print(session.output, trace);
        }
    }

    private ObjectNode request() throws ClientFailure {
        ObjectNode body = Session.object().put("url", url);
        body.put("method", method != null ? method : data == null ? "GET" : "POST");
        ObjectNode fields = Session.object();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new ClientFailure(Exit.USAGE, "`" + header + "` is no header field; expected NAME: VALUE");
            }
            fields.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        ObjectNode pairs = Session.object();
        for (String cookie : cookies) {
            int equals = cookie.indexOf('=');
            if (equals < 1) {
                throw new ClientFailure(Exit.USAGE, "`" + cookie + "` is no cookie; expected NAME=VALUE");
            }
            pairs.put(cookie.substring(0, equals), cookie.substring(equals + 1));
        }
        if (!fields.isEmpty()) {
            body.set("headers", fields);
        }
        if (!pairs.isEmpty()) {
            body.set("cookies", pairs);
        }
        if (data != null) {
            body.putObject("body").put("plain_text", data);
        }
        if (ip != null || country != null) {
            ObjectNode context = body.putObject("context");
            if (ip != null) {
                context.put("ip", ip);
            }
            if (country != null) {
                context.putObject("geoloc").put("iso_code", country);
            }
        }
        return body;
    }

    private static void print(Output output, JsonNode trace) {
        String status =
                trace.path("status_code").isNumber() ? trace.path("status_code").asString() + " " : "";
        output.line("decision  " + status + text(trace, "decision") + ": " + text(trace, "reason"));
        output.line("url       " + text(trace, "url"));
        output.line("zone      " + trace.at("/zone/id").asString("") + ", version "
                + trace.at("/zone/version").asString(""));
        for (JsonNode phase : trace.path("trace")) {
            output.line("");
            output.line(text(phase, "step_name") + (phase.path("reached").asBoolean(true) ? "" : " (not reached)"));
            for (JsonNode step : phase.path("trace")) {
                if (text(step, "type").equals("ruleset")) {
                    step.path("trace").forEach(rule -> rule(output, rule));
                } else {
                    rule(output, step);
                }
            }
        }
        for (Map.Entry<String, String> section : List.of(
                Map.entry("cache_key", "cache key"), Map.entry("cache", "cache"), Map.entry("origin", "origin"))) {
            if (!trace.path(section.getKey()).isEmpty()) {
                output.line("");
                output.line(section.getValue());
                trace.path(section.getKey()).forEach(part -> part(output, part));
            }
        }
    }

    private static void rule(Output output, JsonNode rule) {
        boolean matched = rule.path("matched").asBoolean();
        String verdict = rule.path("applied").asBoolean() ? "applies " : matched ? "matches " : "no match";
        String description = text(rule, "description");
        String action = text(rule, "action");
        output.line("  " + verdict + "  " + text(rule, "expression") + (action.isEmpty() ? "" : "  -> " + action)
                + (description.isEmpty() ? "" : "  (" + description + ")"));
        rule.path("values").forEach(part -> part(output, part));
        rule.path("outcome").forEach(part -> part(output, part));
    }

    private static void part(Output output, JsonNode part) {
        String source = text(part, "source");
        String value = part.path("value").isNull() ? "(none)" : text(part, "value");
        output.line("      " + text(part, "name") + " = " + value + (source.isEmpty() ? "" : "  [" + source + "]"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
