package dev.selvage.app.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// What the API says of purges, for people.
final class PurgeText {
    private static final List<Column> RECEIPT = List.of(
            Column.of("Id", "/id"),
            Column.of("Accepted", "/accepted_at"),
            Column.of("Selection", "/purge"),
            Column.of("Soft", "/soft"),
            Column.of("State", "/state"),
            Column.of("Effective at", "/effective/pops"),
            Column.of("of", "/effective/of"),
            Column.of("50 % after (ms)", "/effective/p50_ms"),
            Column.of("99 % after (ms)", "/effective/p99_ms"),
            Column.of("Last after (ms)", "/effective/last_ms"),
            Column.of("Objects", "/objects"),
            Column.of("Bytes", "/bytes"));
    private static final List<Column> AT_POP = List.of(
            Column.whole("POP", "/pop"),
            Column.whole("STATE", "/state"),
            Column.whole("REACHABLE", "/reachable"),
            Column.whole("EFFECTIVE", "/effective_at"),
            Column.whole("AFTER MS", "/effective_ms"),
            Column.whole("OBJECTS", "/objects_matched"),
            Column.whole("BYTES", "/bytes_matched"),
            Column.whole("SCANNED", "/scanned"),
            Column.whole("RECLAIMED", "/reclaimed_at"));
    private static final List<Column> PREVIEW_AT_POP = List.of(
            Column.whole("POP", "/pop"),
            Column.whole("OBJECTS", "/objects"),
            Column.whole("BYTES", "/bytes"),
            Column.whole("HITS/H", "/hits_last_hour"),
            Column.whole("ORIGIN/S", "/origin_requests_per_second"));

    private PurgeText() {}

    static void receipt(Output output, JsonNode receipt) throws ClientFailure {
        output.one(receipt, RECEIPT);
        output.line("");
        output.many(item -> receipt.path("pops").forEach(item), AT_POP);
    }

    /// What changed at one PoP.
    static String progress(JsonNode pop) {
        String name = pop.path("pop").asString("");
        return switch (pop.path("state").asString("")) {
            case "received" -> name + " has received it";
            case "effective" ->
                name + ": effective after " + pop.path("effective_ms").asString("") + " ms";
            case "reclaimed" ->
                name + ": reclaimed " + pop.path("objects_matched").asString("") + " objects, "
                        + pop.path("bytes_matched").asString("") + " bytes; effective after "
                        + pop.path("effective_ms").asString("") + " ms";
            default -> name + ": " + pop.path("state").asString("");
        };
    }

    static void preview(Output output, JsonNode preview) throws ClientFailure {
        output.line("It would drop " + preview.path("objects").asString("0") + " objects of "
                + preview.path("bytes").asString("0") + " bytes, which answered "
                + preview.path("hits_last_hour").asString("0") + " requests of the last hour: "
                + decimal(preview.path("share_of_hits").asDouble(0) * 100) + "% of the zone's hits.");
        output.line(
                "About " + decimal(preview.path("origin_requests_per_second").asDouble(0))
                        + " requests per second would go to origins at first.");
        if (preview.at("/confirmation/required").asBoolean(false)) {
            output.line("The zone asks for confirmation above "
                    + preview.at("/confirmation/above_percent").asString("") + "%: --confirm.");
        }
        List<String> silent = texts(preview.path("unanswered"));
        if (!silent.isEmpty()) {
            output.line("Not known of " + String.join(", ", silent) + ".");
        }
        output.line("");
        output.many(item -> preview.path("pops").forEach(item), PREVIEW_AT_POP);
    }

    static void explanation(Output output, JsonNode explanation) {
        output.line(explanation.path("summary").asString(""));
        for (JsonNode pop : explanation.path("pops")) {
            output.line("");
            output.line(pop.path("pop").asString("") + ", purges applied up to "
                    + pop.path("applied_sequence").asString(""));
            if (pop.path("copies").isEmpty()) {
                output.line("  nothing is stored");
            }
            for (JsonNode copy : pop.path("copies")) {
                copy(output, copy);
            }
        }
        List<String> silent = texts(explanation.path("unanswered"));
        if (!silent.isEmpty()) {
            output.line("");
            output.line("Not known of " + String.join(", ", silent));
        }
    }

    private static void copy(Output output, JsonNode copy) {
        List<String> tags = texts(copy.path("tags"));
        output.line("  " + copy.path("key").asString(""));
        output.line("    " + copy.path("state").asString("") + ", stored "
                + copy.path("stored_at").asString("") + ", "
                + copy.path("bytes").asString("") + " bytes, "
                + copy.path("hits_last_hour").asString("") + " hits in the last hour"
                + (tags.isEmpty() ? "" : ", tags " + String.join(", ", tags)));
        for (JsonNode purge : copy.path("purges")) {
            output.line("    " + purge.path("id").asString("") + "  "
                    + purge.path("meaning").asString("").replace('_', ' ') + ": "
                    + purge.path("why").asString(""));
        }
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString("")));
        return texts;
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
