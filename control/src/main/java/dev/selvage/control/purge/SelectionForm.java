package dev.selvage.control.purge;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Problems;
import dev.selvage.control.names.HostName.Host;
import dev.selvage.control.names.HostName.Wrong;
import dev.selvage.control.names.HttpToken;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a body asks to purge: exactly one of five kinds, whole or not at all.
final class SelectionForm {
    static final int NOTHING = 1012;
    static final int NO_ARRAY = 1014;
    static final int BAD_URL = 1016;

    private static final String EVERYTHING = "purge_everything";
    private static final Set<String> FIELDS = Set.of(EVERYTHING, "files", "tags", "hosts", "prefixes");

    /// Of a tag; the API's.
    private static final int LONGEST_TAG = 1_024;

    private static final int MOST_HEADERS = 50;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_VALUE = 4_096;

    /// How much of what was sent a message quotes.
    private static final int QUOTED = 200;

    private final Problems problems;
    private final List<Selected.Named> named = new ArrayList<>();

    private SelectionForm(Problems problems) {
        this.problems = problems;
    }

    /// Reads the body of a call.
    ///
    /// @param most entries of a kind
    /// @throws dev.selvage.control.api.Refused with everything that is wrong with it
    static Selected read(Call call, int most) {
        Problems problems = new Problems(NOTHING);
        Body body = Body.of(call, problems);
        SelectionForm form = new SelectionForm(problems);
        String kind = form.kind(body);
        problems.refuseIfAny();
        PurgeSelection selection = kind.equals(EVERYTHING) ? PurgeSelection.EVERYTHING : form.entries(body, kind, most);
        problems.refuseIfAny();
        return new Selected(selection, form.named);
    }

    /// The one field that there is.
    private String kind(Body body) {
        body.only(FIELDS);
        List<String> asked = FIELDS.stream().filter(body::has).sorted().toList();
        Boolean everything = body.flag(EVERYTHING);
        if (!problems.none()) {
            return EVERYTHING;
        }
        if (asked.size() > 1) {
            problems.add("", "Request must contain only one of " + String.join(", ", asked));
        } else if (asked.isEmpty() || Boolean.FALSE.equals(everything)) {
            problems.add(
                    new ApiError(
                            NOTHING,
                            "Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or \"prefixes\""));
        }
        return asked.isEmpty() ? EVERYTHING : asked.getFirst();
    }

    private PurgeSelection entries(Body body, String kind, int most) {
        if (!(body.node().get(kind) instanceof ArrayNode entries)) {
            problems.add(new ApiError(NO_ARRAY, "\"" + kind + "\" must be an array", "/" + kind));
            return PurgeSelection.EVERYTHING;
        }
        if (entries.isEmpty() || entries.size() > most) {
            problems.add("/" + kind, "\"" + kind + "\" must have 1 to " + most + " entries, not " + entries.size());
            return PurgeSelection.EVERYTHING;
        }
        return switch (kind) {
            case "files" -> files(entries);
            case "hosts" -> PurgeSelection.ofHosts(texts(entries, kind, this::host));
            case "prefixes" -> PurgeSelection.ofPrefixes(texts(entries, kind, this::prefix));
            case "tags" -> PurgeSelection.ofTags(texts(entries, kind, this::tag));
            default -> throw new IllegalStateException("there is no kind " + kind);
        };
    }

    /// Reads one entry and adds its normal form.
    private interface Reader {
        void read(String text, String pointer, Set<String> into);
    }

    /// Each normal form once: twins would say the same twice.
    private List<String> texts(ArrayNode entries, String kind, Reader reader) {
        Set<String> texts = new LinkedHashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            JsonNode entry = entries.get(i);
            String pointer = "/" + kind + "/" + i;
            if (entry.isString()) {
                reader.read(entry.stringValue(), pointer, texts);
            } else {
                problems.add(pointer, "expected a string, not " + Body.kind(entry));
            }
        }
        return List.copyOf(texts);
    }

    private void host(String text, String pointer, Set<String> into) {
        if (text.indexOf('/') >= 0) {
            wrong(text, pointer, "a host has no scheme and no path; \"prefixes\" has paths");
            return;
        }
        switch (HostText.host(text)) {
            case Wrong(String why) -> wrong(text, pointer, why);
            case Host(String name) -> {
                named.add(new Selected.Named(pointer, shown(text), name));
                into.add(name);
            }
        }
    }

    private void prefix(String text, String pointer, Set<String> into) {
        switch (PurgePrefix.read(text)) {
            case PurgePrefix.Misread(String why) -> wrong(text, pointer, why + ". Expected a host or host/path");
            case PurgePrefix.Right(PurgePrefix prefix) -> {
                named.add(new Selected.Named(pointer, shown(text), prefix.host()));
                into.add(prefix.text());
            }
        }
    }

    private void tag(String text, String pointer, Set<String> into) {
        if (text.isEmpty() || text.length() > LONGEST_TAG) {
            wrong(text, pointer, "a tag has 1 to " + LONGEST_TAG + " characters, not " + text.length());
        } else if (text.indexOf(' ') >= 0) {
            wrong(text, pointer, "a tag has no spaces");
        } else if (text.indexOf(',') >= 0) {
            wrong(text, pointer, "a comma ends a tag; name each tag by itself");
        } else if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            wrong(text, pointer, "a tag is made of printable ASCII characters");
        } else {
            into.add(text.toLowerCase(Locale.ROOT));
        }
    }

    private void wrong(String text, String pointer, String why) {
        problems.add(pointer, "Unable to purge \"" + shown(text) + "\": " + why);
    }

    private PurgeSelection files(ArrayNode entries) {
        Set<PurgedUrl> urls = new LinkedHashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            file(entries.get(i), "/files/" + i, urls);
        }
        return PurgeSelection.ofUrls(List.copyOf(urls));
    }

    /// A string, or an object with headers.
    private void file(JsonNode entry, String pointer, Set<PurgedUrl> into) {
        JsonNode text = entry.isObject() ? entry.get("url") : entry;
        if (text == null || !text.isString()) {
            problems.add(pointer, "expected a URL, or an object with \"url\" and \"headers\"");
            return;
        }
        Map<String, String> headers = headers(entry, pointer + "/headers");
        PurgeUrl.of(text.stringValue())
                .ifPresentOrElse(
                        url -> {
                            named.add(new Selected.Named(pointer, shown(text.stringValue()), url.host()));
                            into.add(new PurgedUrl(url.text(), headers));
                        },
                        () -> problems.add(new ApiError(
                                BAD_URL,
                                "Unable to purge " + shown(text.stringValue())
                                        + ", which is an invalid URL. Expected http:// or https://, a host name, and a"
                                        + " path",
                                pointer)));
    }

    private Map<String, String> headers(JsonNode entry, String pointer) {
        JsonNode given = entry.isObject() ? entry.get("headers") : null;
        if (given == null || given.isNull()) {
            return Map.of();
        }
        if (!(given instanceof ObjectNode fields)) {
            problems.add(pointer, "\"headers\" must be an object");
            return Map.of();
        }
        if (fields.size() > MOST_HEADERS) {
            problems.add(pointer, "\"headers\" must have at most " + MOST_HEADERS + " fields, not " + fields.size());
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.length() > LONGEST_NAME || !HttpToken.is(name)) {
                problems.add(pointer, "\"" + shown(name) + "\" cannot be the name of a header field");
            } else if (!field.getValue().isString() || !isValue(field.getValue().stringValue())) {
                problems.add(
                        pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1"),
                        "the value of a header field is a string of at most " + LONGEST_VALUE
                                + " characters without control characters");
            } else if (headers.put(name, field.getValue().stringValue().strip()) != null) {
                problems.add(pointer, "\"" + name + "\" is there twice; names have no upper and lower case");
            }
        }
        return headers;
    }

    private static boolean isValue(String value) {
        return value.length() <= LONGEST_VALUE
                && value.codePoints()
                        .allMatch(c -> (c == '\t' || !Character.isISOControl(c))
                                && Character.getType(c) != Character.SURROGATE);
    }

    /// What was sent, as long as a message takes it.
    static String shown(String text) {
        return text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
    }
}
