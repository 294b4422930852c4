package dev.selvage.control.contract;

import com.networknt.schema.dialect.Dialects;
import dev.selvage.control.contract.Document.Operation;
import dev.selvage.control.openapi.OpenApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Holds every answer of the API against two documents: the public one of the API that it speaks, and
/// our own, which must in addition say everything that was accepted and every error that was answered.
public final class Contract {
    private static final Contract API = new Contract();

    /// Answered in a form of its own, which its own schema describes.
    private static final String GRAPHQL = "/graphql";

    /// Answered without the envelope.
    private static final Set<String> BARE = Set.of("/openapi.json");

    /// How tests call a parameter to see that one that is not known changes nothing.
    private static final String UNKNOWN = "unknown";

    private final Document published = published();
    private final Document ours = ours();

    private Contract() {}

    /// @throws AssertionError when the answer is not as the document describes it, or no document
    ///     describes what was asked
    public static void check(Exchange exchange) {
        List<String> faults = API.faults(exchange);
        if (!faults.isEmpty()) {
            throw new AssertionError(String.join("\n", faults) + "\n" + exchange.told());
        }
    }

    /// What is wrong with an answer.
    private List<String> faults(Exchange exchange) {
        String path = exchange.below();
        if (path == null || path.equals(GRAPHQL)) {
            return List.of();
        }
        Optional<Operation> own = ours.operation(exchange.method(), path);
        if (own.isEmpty()) {
            return exchange.unrouted()
                    ? envelope(exchange)
                    : List.of("our document does not describe " + exchange.method() + " " + path);
        }
        List<String> faults = new ArrayList<>();
        if (!BARE.contains(own.get().template())) {
            faults.addAll(envelope(exchange));
        }
        boolean addition = own.get().node().path("x-selvage-addition").asBoolean(false);
        Optional<Operation> theirs = published.operation(exchange.method(), path);
        if (theirs.isPresent() == addition) {
            faults.add(own.get().name() + (addition ? " is marked as ours, and is not" : " is ours and not marked so"));
        }
        theirs.ifPresent(operation -> faults.addAll(faults(published, operation, exchange)));
        faults.addAll(faults(ours, own.get(), exchange));
        if (exchange.failed()) {
            faults.addAll(unlisted(own.get(), exchange));
        } else {
            faults.addAll(request(own.get(), exchange));
        }
        return faults;
    }

    /// What an accepted request had that our document does not say it may have.
    private List<String> request(Operation operation, Exchange exchange) {
        List<String> faults = new ArrayList<>();
        Set<String> described = ours.parameters(operation, "query");
        for (String name : exchange.parameters()) {
            if (!described.contains(name) && !name.startsWith(UNKNOWN)) {
                faults.add("our document does not say that " + operation.name() + " has the parameter " + name);
            }
        }
        // Some clients send an empty object with what takes no body.
        boolean empty = exchange.request().equals("{}") && !operation.node().has("requestBody");
        if (exchange.request().startsWith("{") && !empty) {
            JsonNode body = JsonMapper.shared().readTree(exchange.request());
            faults.addAll(ours.requestFaults(operation, withoutNulls(body)));
        }
        return faults;
    }

    /// In what is sent, null is the same as absent.
    private static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(Contract::withoutNulls);
        return node;
    }

    /// The errors of an answer that our document does not list.
    private List<String> unlisted(Operation operation, Exchange exchange) {
        List<String> faults = new ArrayList<>();
        for (JsonNode error : exchange.json().path("errors")) {
            int code = error.path("code").intValue(0);
            if (!ours.lists(operation, exchange.status(), code)) {
                faults.add("our document does not list the error " + exchange.status() + ", " + code + " of "
                        + operation.name());
            }
        }
        return faults;
    }

    /// What the document leaves open: that each part is always there, and that the status and
    /// `success` agree.
    private static List<String> envelope(Exchange exchange) {
        if (!exchange.kind().equals("application/json")) {
            return List.of();
        }
        JsonNode answer = exchange.json();
        List<String> faults = new ArrayList<>();
        for (String part : List.of("success", "errors", "messages", "result")) {
            if (!answer.has(part)) {
                faults.add("the envelope has no " + part);
            }
        }
        if (answer.path("success").asBoolean(false) == exchange.failed()) {
            faults.add("success is " + answer.path("success") + " with status " + exchange.status());
        }
        if (exchange.failed() == answer.path("errors").isEmpty()) {
            faults.add("errors are " + answer.path("errors") + " with status " + exchange.status());
        }
        return faults;
    }

    private static List<String> faults(Document document, Operation operation, Exchange exchange) {
        // A failure that no operation names has the form of those that it does.
        int status = exchange.failed()
                        && document.response(operation, exchange.status()).isMissingNode()
                ? 400
                : exchange.status();
        JsonNode answer = exchange.kind().equals("application/json")
                ? exchange.json()
                : JsonMapper.shared().getNodeFactory().stringNode(exchange.body());
        return document.faults(operation, status, exchange.kind(), answer);
    }

    static Document published() {
        ObjectNode document = (ObjectNode) resource("cloudflare-api.json");
        Corrections.failuresAlone(document);
        Corrections.apply(resource("corrections.json"), document);
        return new Document("cloudflare-api", document, Dialects.getOpenApi30());
    }

    static Document ours() {
        ObjectNode document = OpenApi.document();
        Document.close(document.path("components").path("schemas"));
        Document.close(document.path("paths"));
        return new Document("our-api", document, Dialects.getOpenApi31());
    }

    private static JsonNode resource(String name) {
        try (InputStream in = Contract.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name);
            }
            return JsonMapper.shared().readTree(in);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
