package dev.selvage.control.purge;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.names.HostName;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a body asks to purge, read and put into the form in which it travels.
///
/// @param named the hosts that it is about, with where in the body they stand
record Selected(PurgeSelection selection, List<Named> named) {
    static final int OUTSIDE = 1134;

    /// A message: a prefix that ends in a slash does not cover the page before it.
    private static final int SLASH = 1_242;

    /// A message: a star in a prefix stands for itself.
    private static final int STAR = 1_243;

    private static final int MOST_REMARKS = 10;

    Selected {
        named = List.copyOf(named);
    }

    /// @param pointer into the body
    /// @param text as it was sent, shortened
    record Named(String pointer, String text, String host) {}

    /// @throws dev.selvage.control.api.Refused when something of it is of another zone
    void refuseOutside(Zone zone) {
        if (zone.catchAll()) {
            return;
        }
        Problems problems = new Problems(OUTSIDE);
        for (Named each : named) {
            if (!HostName.within(each.host, zone.name())) {
                problems.add(
                        each.pointer,
                        "Unable to purge " + each.text + ": its host is not in the zone " + zone.name() + "; expected "
                                + zone.name() + " or a host below it");
            }
        }
        problems.refuseIfAny();
    }

    /// How many URLs, hosts, prefixes or tags a selection names.
    static int entries(PurgeSelection selection) {
        return selection.urls().size()
                + selection.hosts().size()
                + selection.prefixes().size()
                + selection.tags().size();
    }

    /// A selection as the API shows it.
    ///
    /// @param most entries
    static ObjectNode json(PurgeSelection selection, int most) {
        ObjectNode json = Envelope.object();
        if (selection.everything()) {
            return json.put("purge_everything", true);
        }
        if (!selection.urls().isEmpty()) {
            ArrayNode files = json.putArray("files");
            selection.urls().stream().limit(most).forEach(url -> add(files, url));
        }
        add(json, "hosts", selection.hosts(), most);
        add(json, "prefixes", selection.prefixes(), most);
        add(json, "tags", selection.tags(), most);
        return json;
    }

    private static void add(ArrayNode files, PurgedUrl url) {
        if (url.headers().isEmpty()) {
            files.add(url.url());
        } else {
            ObjectNode file = files.addObject().put("url", url.url());
            ObjectNode headers = file.putObject("headers");
            url.headers().forEach(headers::put);
        }
    }

    private static void add(ObjectNode json, String kind, List<String> entries, int most) {
        if (!entries.isEmpty()) {
            entries.stream().limit(most).forEach(json.putArray(kind)::add);
        }
    }

    /// What is not what many take it for.
    List<ObjectNode> remarks() {
        List<ObjectNode> remarks = new ArrayList<>();
        for (int i = 0; i < selection.prefixes().size() && remarks.size() < MOST_REMARKS; i++) {
            String prefix = selection.prefixes().get(i);
            if (prefix.endsWith("/")) {
                String page = prefix.substring(0, prefix.length() - 1);
                remarks.add(Envelope.message(
                        SLASH,
                        "\"" + SelectionForm.shown(prefix) + "\" covers what is under it and not the page itself; \""
                                + SelectionForm.shown(page) + "\" covers both"));
            } else if (prefix.endsWith("*")) {
                remarks.add(Envelope.message(
                        STAR,
                        "\"" + SelectionForm.shown(prefix) + "\" covers paths with a * in that place: a prefix takes no"
                                + " wildcard and needs none"));
            }
        }
        return remarks;
    }
}
