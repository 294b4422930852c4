package dev.selvage.control.trace;

import dev.selvage.control.api.Body;
import dev.selvage.control.names.HttpToken;
import dev.selvage.model.trace.TraceRequest;
import dev.selvage.rules.Address;
import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the request that is to be followed.
final class TraceForm {
    private static final int LONGEST_URL = 16_384;
    private static final int LONGEST_VALUE = 8_192;
    private static final int MOST_FIELDS = 100;

    private static final Set<String> FIELDS =
            Set.of("url", "method", "headers", "cookies", "body", "context", "protocol", "skip_response");

    private static final Set<String> PROTOCOLS = Set.of("HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3");

    /// Set from the URL, or by the edge.
    private static final Set<String> OURS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "cookie");

    private TraceForm() {}

    /// Null when a problem was added.
    static @Nullable TraceRequest read(Body body, String account) {
        body.only(FIELDS);
        String method = body.require("method") ? body.text("method", 32) : null;
        String url = body.require("url") ? body.text("url", LONGEST_URL) : null;
        body.flag("skip_response");
        String protocol = body.text("protocol", 10);
        if (protocol != null && !PROTOCOLS.contains(protocol)) {
            body.problems().add(body.pointer("protocol"), "expected HTTP/1.0, HTTP/1.1, HTTP/2 or HTTP/3");
        }
        if (method != null && !HttpToken.is(method)) {
            body.problems().add(body.pointer("method"), "a method is letters, such as GET");
        }
        List<TraceRequest.Field> fields = fields(body);
        cookies(body, fields);
        long length = length(body.object("body"));
        Context context = context(body.object("context"));
        if (url == null || method == null) {
            return null;
        }
        String lower = url.toLowerCase(Locale.ROOT);
        boolean secure = lower.startsWith("https://");
        if (!secure && !lower.startsWith("http://")) {
            body.problems().add(body.pointer("url"), "expected a URL that starts with http:// or https://");
            return null;
        }
        String rest = url.substring(secure ? 8 : 7);
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        int fragment = rest.indexOf('#', end);
        String target = rest.substring(end, fragment < 0 ? rest.length() : fragment);
        return new TraceRequest(
                account,
                method,
                secure,
                rest.substring(0, end),
                bytes(target.startsWith("/") ? target : "/" + target),
                fields,
                length,
                context.address,
                context.country);
    }

    private record Context(
            @Nullable String address, @Nullable String country) {}

    /// As a browser sends it: what is not ASCII as the percent-encoded bytes of its UTF-8.
    private static String bytes(String target) {
        StringBuilder ascii = new StringBuilder();
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0 || b == ' ') {
                ascii.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            } else {
                ascii.append((char) b);
            }
        }
        return ascii.toString();
    }

    private static List<TraceRequest.Field> fields(Body body) {
        List<TraceRequest.Field> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : texts(body, "headers").entrySet()) {
            String name = field.getKey();
            if (!HttpToken.is(name) || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                body.problems()
                        .add(
                                body.pointer("headers"),
                                "\"" + shown(name)
                                        + "\" cannot be set here: the URL sets Host, \"cookies\" the cookies");
            } else if (field.getValue().chars().anyMatch(c -> c < ' ' && c != '\t')) {
                body.problems().add(body.pointer("headers"), "the value of \"" + name + "\" has a control character");
            } else {
                fields.add(new TraceRequest.Field(name, utf8(field.getValue())));
            }
        }
        return fields;
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    private static void cookies(Body body, List<TraceRequest.Field> fields) {
        StringBuilder cookies = new StringBuilder();
        for (Map.Entry<String, String> cookie : texts(body, "cookies").entrySet()) {
            boolean plain = HttpToken.is(cookie.getKey())
                    && cookie.getValue().chars().noneMatch(c -> c <= ' ' || c == ';' || c == ',' || c == 127);
            if (!plain) {
                body.problems()
                        .add(
                                body.pointer("cookies"),
                                "\"" + shown(cookie.getKey()) + "\" is no cookie: a name of letters, a value without"
                                        + " blanks, commas and semicolons");
            }
            cookies.append(cookies.isEmpty() ? "" : "; ")
                    .append(cookie.getKey())
                    .append('=')
                    .append(cookie.getValue());
        }
        if (!cookies.isEmpty()) {
            fields.add(new TraceRequest.Field("cookie", utf8(cookies.toString())));
        }
    }

    /// The strings of an object, by name.
    private static Map<String, String> texts(Body body, String field) {
        Body object = body.object(field);
        Map<String, String> texts = new LinkedHashMap<>();
        if (object == null) {
            return texts;
        }
        if (object.node().size() > MOST_FIELDS) {
            body.problems().add(body.pointer(field), "more than " + MOST_FIELDS + " entries");
            return texts;
        }
        for (String name : object.node().propertyNames()) {
            String text = object.text(name, LONGEST_VALUE);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    private static long length(@Nullable Body body) {
        if (body == null) {
            return 0;
        }
        body.only(Set.of("base64", "json", "plain_text"));
        String plain = body.text("plain_text", 1 << 20);
        String base64 = body.text("base64", 1 << 20);
        JsonNode json = body.node().get("json");
        if (base64 != null) {
            try {
                return Base64.getDecoder().decode(base64).length;
            } catch (IllegalArgumentException _) {
                body.problems().add(body.pointer("base64"), "this is not base64");
            }
        }
        return plain != null
                ? plain.getBytes(StandardCharsets.UTF_8).length
                : json == null ? 0 : Json.write(json).length;
    }

    private static Context context(@Nullable Body body) {
        if (body == null) {
            return new Context(null, null);
        }
        body.only(Set.of("ip", "geoloc", "bot_score", "threat_score", "skip_challenge"));
        body.number("bot_score", 0, 100);
        body.number("threat_score", 0, 100);
        body.flag("skip_challenge");
        String ip = body.text("ip", 50);
        if (ip != null && Address.parse(ip).isEmpty()) {
            body.problems().add(body.pointer("ip"), "expected an IP address");
        }
        Body geo = body.object("geoloc");
        String country = null;
        if (geo != null) {
            geo.only(Set.of("iso_code"));
            country = geo.text("iso_code", 2);
            if (country != null && !country.matches("[A-Z][A-Z0-9]")) {
                geo.problems().add(geo.pointer("iso_code"), "expected two letters, such as DE");
            }
        }
        return new Context(ip, country);
    }
}
