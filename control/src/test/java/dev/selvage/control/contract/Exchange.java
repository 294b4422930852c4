package dev.selvage.control.contract;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What was asked, and what was answered.
///
/// @param method upper case
/// @param path with the query, if there was one
/// @param request the body that was sent; empty when there was none
/// @param mediaType of the answer; empty when it had none
public record Exchange(String method, String path, String request, int status, String mediaType, String body) {
    private static final String ROOT = "/client/v4";

    /// The path below the API's root without the query; null when it is not below it.
    @Nullable
    String below() {
        int query = path.indexOf('?');
        String plain = query < 0 ? path : path.substring(0, query);
        return plain.startsWith(ROOT + "/") ? plain.substring(ROOT.length()) : null;
    }

    /// The names of the query's parameters.
    Set<String> parameters() {
        int query = path.indexOf('?');
        Set<String> names = new TreeSet<>();
        for (String pair : query < 0 ? new String[0] : path.substring(query + 1).split("&", -1)) {
            String name = pair.substring(0, pair.indexOf('=') < 0 ? pair.length() : pair.indexOf('='));
            if (!name.isEmpty()) {
                names.add(URLDecoder.decode(name, StandardCharsets.UTF_8));
            }
        }
        return names;
    }

    boolean failed() {
        return status >= 400;
    }

    /// The media type without its parameters.
    String kind() {
        int parameters = mediaType.indexOf(';');
        return (parameters < 0 ? mediaType : mediaType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(body);
    }

    /// True when the answer says that there is no such path or method: the one answer that no
    /// operation describes.
    boolean unrouted() {
        if (!failed() || !kind().equals("application/json")) {
            return false;
        }
        for (JsonNode error : json().path("errors")) {
            int code = error.path("code").intValue(0);
            if (code == 7000 || code == 7001) {
                return true;
            }
        }
        return false;
    }

    /// For messages: the exchange on one line, and what was answered.
    String told() {
        return method + " " + path + " answered " + status + " " + mediaType + "\n" + body + "\nto " + request;
    }
}
