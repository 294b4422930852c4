package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// How `Vary` is taken, which is checked and stored; the edge does not act on it.
final class VaryParameters {
    private static final Set<String> ACTIONS = Set.of("bypass", "passthrough", "normalize");
    private static final int MOST_HEADERS = 50;
    private static final int MOST_MEDIA_TYPES = 10;
    private static final int MOST_LANGUAGES = 20;

    /// What never tells stored responses apart.
    private static final Set<String> NEVER = Set.of(
            "cache-control",
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

    private VaryParameters() {}

    static void check(Body vary) {
        vary.only(Set.of("default", "headers"));
        Body usual = vary.require("default") ? vary.object("default") : null;
        if (usual != null) {
            usual.only(Set.of("action"));
            action(usual);
        }
        Body headers = vary.object("headers");
        if (headers == null) {
            return;
        }
        if (headers.node().size() > MOST_HEADERS) {
            headers.problems()
                    .add(
                            headers.pointer(),
                            "\"headers\" has " + headers.node().size() + " fields; at most " + MOST_HEADERS
                                    + " are allowed");
            return;
        }
        for (String name : headers.node().propertyNames()) {
            boolean lower = name.equals(name.toLowerCase(Locale.ROOT));
            if (!lower || FieldNames.wrong(name).isPresent() || name.startsWith("cf-") || NEVER.contains(name)) {
                headers.problems()
                        .add(
                                headers.pointer(name),
                                "\"" + name
                                        + "\" must be the name of a header field of the visitor in lower case, none of"
                                        + " a connection and none that begins with cf-");
            }
            Body header = headers.object(name);
            if (header != null) {
                header(name, header);
            }
        }
    }

    private static void header(String name, Body header) {
        header.only(Set.of("action", "media_types", "languages"));
        action(header);
        list(header, "media_types", name.equals("accept"), MOST_MEDIA_TYPES);
        list(header, "languages", name.equals("accept-language"), MOST_LANGUAGES);
    }

    private static void action(Body body) {
        if (body.require("action")) {
            body.choice("action", ACTIONS);
        }
    }

    private static void list(Body header, String field, boolean allowed, int most) {
        if (header.has(field) && !allowed) {
            header.problems().add(header.pointer(field), "\"" + field + "\" is not for this header field");
            return;
        }
        List<String> entries = header.texts(field, most, 100);
        if (entries.stream().anyMatch(String::isBlank)) {
            header.problems().add(header.pointer(field), "\"" + field + "\" has an empty entry");
        }
    }
}
