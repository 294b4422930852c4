package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Walks through a list page by page.
final class Pages {
    /// Most items of one list, where the caller names no other bound.
    static final int MOST = 100_000;

    private static final int PROGRESS_EVERY = 20;

    private final ApiClient client;
    private final ApiClient.Notes notes;

    Pages(ApiClient client, ApiClient.Notes notes) {
        this.client = client;
        this.notes = notes;
    }

    /// Hands over every item, up to `limit`.
    ///
    /// @param perPage as many as the API gives at once
    /// @return whether there are more
    boolean each(ApiPath path, int perPage, int limit, Consumer<JsonNode> item) throws ClientFailure {
        int seen = 0;
        for (int page = 1; ; page++) {
            Envelope envelope = client.call("GET", path.with("page", page).with("per_page", perPage), null);
            JsonNode items = envelope.result();
            long answered = envelope.pageInfo("page");
            if (!items.isArray() || (answered >= 0 && answered != page)) {
                throw new ClientFailure(
                        Exit.PROTOCOL, "what answers at " + client.base() + path + " does not page as the API does");
            }
            for (JsonNode one : items) {
                if (seen == limit) {
                    return true;
                }
                seen++;
                item.accept(one);
            }
            // Without `result_info` a list is one page; with it, a page that is not full is the last.
            boolean paged = answered >= 0 || envelope.pageInfo("total_pages") >= 0;
            boolean last = page == envelope.pageInfo("total_pages") || items.size() < envelope.pageInfo("per_page");
            if (items.isEmpty() || !paged || last) {
                return false;
            }
            if (page % PROGRESS_EVERY == 0) {
                long total = envelope.pageInfo("total_count");
                notes.note(seen + (total < 0 ? "" : " of " + total) + " so far");
            }
        }
    }
}
