package dev.selvage.control.openapi;

import dev.selvage.control.api.Api;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The endpoint that describes all others.
public final class OpenApi {
    private OpenApi() {}

    /// Put together when it is first asked for: a start does not pay for it.
    private static final class Whole {
        static final byte[] JSON = Json.write(document());

        private Whole() {}
    }

    public static void routes(Api api) {
        api.open("GET", "/openapi.json", _ -> answer());
    }

    /// The description, put together anew.
    public static ObjectNode document() {
        return Assembly.document();
    }

    private static Answer answer() {
        Map<String, String> headers =
                Map.of("Content-Type", "application/json", "Cache-Control", "public, max-age=300");
        return new Answer(200, headers, Whole.JSON);
    }
}
