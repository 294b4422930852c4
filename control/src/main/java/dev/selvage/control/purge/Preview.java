package dev.selvage.control.purge;

import dev.selvage.control.api.Envelope;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgePreview.Neighbour;
import dev.selvage.model.purge.PurgeSelection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a purge would drop at all PoPs together.
///
/// @param answers by PoP
/// @param silent PoPs of which nothing is known
record Preview(Map<String, PurgePreview> answers, List<String> silent) {
    /// Nobody was asked.
    static final Preview NOTHING = new Preview(Map.of(), List.of());

    /// Of all PoPs and prefixes.
    private static final int MOST_NEIGHBOURS = 100;

    /// That a message names.
    private static final int NAMED_NEIGHBOURS = 10;

    /// A message: a prefix does not cover what begins with the same characters.
    private static final int NEIGHBOUR = 1_245;

    /// PoPs that a sentence names.
    private static final int NAMED_POPS = 5;

    static Preview of(Pops pops, String zone, PurgeSelection selection, Duration patience) {
        Pops.Asked<PurgePreview> asked = pops.ask(patience, agent -> agent.preview(zone, selection, patience));
        return new Preview(asked.answers(), asked.silent());
    }

    /// True when every PoP answered.
    private boolean whole() {
        return silent.isEmpty() && !answers.isEmpty();
    }

    /// The share of the zone's hits, 0 to 1, as far as it is known.
    private double share() {
        long zone = answers.values().stream().mapToLong(PurgePreview::zoneHits).sum();
        return zone == 0 ? 0 : Math.min(1, (double) hits() / zone);
    }

    private long hits() {
        return answers.values().stream().mapToLong(PurgePreview::hits).sum();
    }

    private long objects() {
        return answers.values().stream().mapToLong(PurgePreview::objects).sum();
    }

    private double originRequests() {
        return answers.values().stream()
                .mapToDouble(PurgePreview::originRequestsPerSecond)
                .sum();
    }

    /// True when a zone does not let it go without confirmation: above so many percent of the hits, or
    /// not known to be
    /// below; 0 for never.
    boolean needsConfirmation(int percent) {
        return percent > 0 && (!whole() || share() * 100 > percent);
    }

    /// Why it needs confirmation, and how to give it.
    String asking(int percent) {
        String known = "It would drop " + objects() + " objects with " + percent(share())
                + " of the hits of the last hour, and about " + decimal(originRequests())
                + " requests per second would go to origins";
        String unknown = answers.isEmpty() && silent.isEmpty()
                ? "No PoP is there to say what it would drop"
                : names(silent) + " did not say in time what it would drop there";
        return (whole() ? known : answers.isEmpty() ? unknown : known + "; " + unknown)
                + ". The zone's purge_confirmation_share asks for confirmation above " + percent
                + "% or where the share is not known: send it again with confirm=true";
    }

    private static String names(List<String> pops) {
        String first = String.join(", ", pops.subList(0, Math.min(NAMED_POPS, pops.size())));
        return pops.size() > NAMED_POPS ? first + " and " + (pops.size() - NAMED_POPS) + " others" : first;
    }

    private static String percent(double share) {
        return decimal(share * 100) + "%";
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /// What begins with the characters of a prefix and is not covered by it.
    private List<Neighbour> neighbours() {
        Set<Neighbour> all = new LinkedHashSet<>();
        answers.values().forEach(preview -> all.addAll(preview.neighbours()));
        return all.stream().limit(MOST_NEIGHBOURS).toList();
    }

    /// Says of neighbours how to name them.
    List<ObjectNode> remarks() {
        List<ObjectNode> remarks = new ArrayList<>();
        List<Neighbour> neighbours = neighbours();
        for (Neighbour each : neighbours.subList(0, Math.min(NAMED_NEIGHBOURS, neighbours.size()))) {
            remarks.add(Envelope.message(
                    NEIGHBOUR,
                    "\"" + SelectionForm.shown(each.prefix()) + "\" covers whole path segments, and not \""
                            + SelectionForm.shown(each.other()) + "\"; to purge that too, name it as a prefix"));
        }
        return remarks;
    }

    /// @param percent above which the zone asks for confirmation; 0 for never
    ObjectNode json(int percent) {
        ObjectNode json = Envelope.object()
                .put("objects", objects())
                .put(
                        "bytes",
                        answers.values().stream().mapToLong(PurgePreview::bytes).sum())
                .put("hits_last_hour", hits())
                .put("share_of_hits", share())
                .put("origin_requests_per_second", originRequests());
        ArrayNode neighbours = json.putArray("neighbours");
        neighbours()
                .forEach(each ->
                        neighbours.addObject().put("prefix", each.prefix()).put("other", each.other()));
        json.putObject("confirmation")
                .put("required", needsConfirmation(percent))
                .put("above_percent", percent);
        ArrayNode pops = json.putArray("pops");
        answers.forEach((pop, preview) -> pops.addObject()
                .put("pop", pop)
                .put("objects", preview.objects())
                .put("bytes", preview.bytes())
                .put("hits_last_hour", preview.hits())
                .put("origin_requests_per_second", preview.originRequestsPerSecond()));
        silent.forEach(json.putArray("unanswered")::add);
        return json;
    }
}
