package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.ModifyHeaders.Change;
import dev.selvage.model.rules.ModifyHeaders.Operation;
import dev.selvage.rules.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `rewrite` for header fields.
final class HeaderParameters {
    /// Most fields that a rule changes.
    private static final int MOST = 30;

    /// Longest value that is given as it is, in characters.
    private static final int LONGEST = 4_096;

    private static final Set<String> OPERATIONS = Set.of("set", "add", "remove");

    /// The framing of messages, what concerns one connection only (RFC 9110 section 7.6.1), and the way a request took.
    private static final Set<String> OF_CONNECTIONS = Set.of(
            "cdn-loop",
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /// What the edge says to origins of the visitor, and asks of them for its cache.
    private static final Set<String> OF_REQUESTS = Set.of(
            "accept-encoding",
            "expect",
            "forwarded",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "range",
            "true-client-ip",
            "x-forwarded-for",
            "x-forwarded-proto");

    /// What the edge says of the body that it sends, and of where it is from.
    private static final Set<String> OF_RESPONSES =
            Set.of("age", "cache-status", "content-encoding", "content-range", "date");

    private HeaderParameters() {}

    static void check(Body parameters, Scope scope) {
        parameters.only(Set.of("headers"));
        Body headers = parameters.require("headers") ? parameters.object("headers") : null;
        if (headers == null) {
            return;
        }
        int count = headers.node().size();
        if (count == 0 || count > MOST) {
            headers.problems().add(headers.pointer(), "\"headers\" has " + count + " fields; expected 1 to " + MOST);
            return;
        }
        Set<String> names = new HashSet<>();
        for (String name : headers.node().propertyNames()) {
            Optional<String> wrong = wrongName(name, scope);
            if (wrong.isPresent()) {
                headers.problems().add(headers.pointer(name), wrong.get());
            } else if (!names.add(name.toLowerCase(Locale.ROOT))) {
                headers.problems().add(headers.pointer(name), "\"" + name + "\" is there twice");
            }
            Body change = headers.object(name);
            if (change != null) {
                change(change, scope);
            }
        }
    }

    private static void change(Body change, Scope scope) {
        change.only(Set.of("operation", "value", "expression"));
        String operation = change.require("operation") ? change.choice("operation", OPERATIONS) : null;
        if (operation == null) {
            return;
        }
        if (!operation.equals("remove")) {
            Body computed = new Body(change.node().deepCopy(), change.pointer(), change.problems());
            computed.node().remove("operation");
            Expressed.computed(computed, scope, LONGEST, HeaderParameters::wrongValue);
        } else if (change.has("value") || change.has("expression")) {
            change.problems().add(change.pointer(), "what is removed has no \"value\" and no \"expression\"");
        }
    }

    private static Optional<String> wrongName(String name, Scope scope) {
        Optional<String> wrong = FieldNames.wrong(name);
        if (wrong.isPresent()) {
            return wrong;
        }
        // Programs behind CGI take one for the other.
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        boolean ours = OF_CONNECTIONS.contains(plain)
                || plain.startsWith("cf-")
                || plain.startsWith("x-cf-")
                || (scope == Scope.REQUEST ? OF_REQUESTS : OF_RESPONSES).contains(plain);
        return ours
                ? Optional.of("\"" + name + "\" must not be changed: the edge sets it itself, or it concerns a"
                        + " connection only")
                : Optional.empty();
    }

    private static Optional<String> wrongValue(String value) {
        boolean visible = value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
        return visible && !value.isBlank() && value.strip().length() == value.length()
                ? Optional.empty()
                : Optional.of("a value must consist of ASCII characters without controls, and must neither be empty nor"
                        + " begin or end with a blank");
    }

    /// The rule for the edge; `rule` passed [#check].
    static ModifyHeaders compile(JsonNode rule) {
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> header :
                rule.path("action_parameters").path("headers").properties()) {
            JsonNode change = header.getValue();
            changes.add(new Change(
                    header.getKey().toLowerCase(Locale.ROOT),
                    Operation.valueOf(change.path("operation").stringValue().toUpperCase(Locale.ROOT)),
                    Expressed.compile(change)));
        }
        return new ModifyHeaders(changes);
    }
}
