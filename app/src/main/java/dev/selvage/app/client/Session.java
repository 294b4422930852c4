package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One command's connection to the API and to the person who gave it.
final class Session {
    final ApiClient client;
    final Output output;
    final Pages pages;
    final Names names;

    Session(ApiClient client, Output output) {
        this.client = client;
        this.output = output;
        pages = new Pages(client, output::note);
        names = new Names(client, pages);
    }

    /// Prints a list of the API.
    ///
    /// @param limit null where the caller named none
    void list(ApiPath path, int perPage, @Nullable Integer limit, List<Column> columns) throws ClientFailure {
        if (limit != null && limit < 1) {
            throw new ClientFailure(Exit.USAGE, "--limit: expected a number from 1");
        }
        output.many(
                item -> {
                    boolean more = pages.each(path, perPage, limit == null ? Pages.MOST : limit, item);
                    if (more && limit == null) {
                        throw new ClientFailure(
                                Exit.REFUSED,
                                "there are more than " + Pages.MOST + "; narrow the list, or set --limit");
                    }
                },
                columns);
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }
}
