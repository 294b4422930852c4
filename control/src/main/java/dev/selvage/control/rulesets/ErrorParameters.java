package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.ServeError;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `serve_error`: the owner's own page in place of an error.
final class ErrorParameters {
    /// Longest page, in characters.
    static final int LONGEST_CONTENT = 10 << 10;

    private static final String USUAL_TYPE = "text/html";

    private ErrorParameters() {}

    static void check(Body parameters) {
        if (parameters.has("asset_name")) {
            parameters
                    .problems()
                    .add(parameters.pointer("asset_name"), "there are no assets here; give the page in \"content\"");
            return;
        }
        parameters.only(Set.of("content", "content_type", "status_code"));
        if (parameters.require("content")) {
            String content = parameters.text("content", LONGEST_CONTENT);
            if (content != null && content.isEmpty()) {
                parameters.problems().add(parameters.pointer("content"), "\"content\" must not be empty");
            }
        }
        parameters.choice("content_type", ScreeningParameters.CONTENT_TYPES);
        parameters.number("status_code", 400, 999);
    }

    /// The rule for the edge; `rule` passed [#check].
    static ServeError compile(JsonNode rule) {
        JsonNode parameters = rule.path("action_parameters");
        JsonNode status = parameters.path("status_code");
        return new ServeError(
                parameters.path("content").stringValue(),
                parameters.path("content_type").asString(USUAL_TYPE),
                status.isNumber() ? status.intValue() : null);
    }
}
