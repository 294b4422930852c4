package dev.selvage.edge.request;

import dev.selvage.edge.http.Headers;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.ServeError;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/// Pages that rules answer with, in place of the cache and the origin.
final class OwnPages {
    static final String PLAIN = "text/plain; charset=utf-8";

    private OwnPages() {}

    /// Makes `x`'s response a page of text.
    static void put(Exchange x, int status, String content, String contentType) {
        Response response = x.response;
        response.status = status;
        response.entry = null;
        response.text = content.getBytes(StandardCharsets.UTF_8);
        response.textType = shortName(contentType);
        response.fields = Headers.of("content-type", encoded(contentType), "cache-control", "no-store");
        response.withBody = !x.method.equals("HEAD");
        response.start = 0;
        response.end = response.text.length;
        response.whole = -1;
        response.offset = 0;
        response.multipart = null;
        response.negotiated = false;
        response.coding = null;
        response.age = -1;
        response.hasTtl = false;
    }

    /// Refuses `x`, as the owner wrote it or else in words of the edge's own.
    ///
    /// @param otherwise the status where the owner wrote none
    static void refuse(Exchange x, Screening screening, int otherwise, String detail, String why) {
        Screening.BlockResponse written = screening.response();
        boolean challenge = screening.kind() != Screening.Kind.BLOCK;
        if (written != null && !challenge) {
            put(x, written.status(), written.content(), written.contentType());
            x.response.ownersPage = true;
        } else {
            String asked = challenge ? " The rule asks for a challenge; this edge has none and refuses instead." : "";
            put(
                    x,
                    otherwise,
                    otherwise + ": " + why + asked + " Ray ID: "
                            + HexFormat.of().toHexDigits(x.rayId) + "\n",
                    "text/plain");
        }
        if (challenge) {
            x.response.fields = x.response.fields.with("cf-mitigated", "challenge");
        }
        x.response.cacheStatus = "Selvage; detail=" + detail;
        x.response.cacheStatusDetail = "";
    }

    /// The error page that an owner wrote in place of what `x` would be answered.
    static void serve(Exchange x, ServeError page) {
        Integer status = page.status();
        put(x, status == null ? x.response.status : status, page.content(), page.contentType());
        int detail = x.response.cacheStatus.indexOf("; detail=");
        if (detail >= 0) {
            x.response.cacheStatus = x.response.cacheStatus.substring(0, detail);
        }
        x.response.cacheStatusDetail = "; detail=custom-error";
    }

    /// The media type with the encoding that the text is sent in, where it says none.
    private static String encoded(String contentType) {
        String lower = contentType.toLowerCase(Locale.ROOT);
        StringBuilder safe = new StringBuilder(contentType.length() + 16);
        for (int i = 0; i < contentType.length(); i++) {
            char c = contentType.charAt(i);
            safe.append(c < ' ' || c > 0x7e ? ' ' : c);
        }
        return lower.startsWith("text/") && !lower.contains("charset") ? safe + "; charset=utf-8" : safe.toString();
    }

    private static String shortName(String contentType) {
        int end = contentType.indexOf(';');
        return switch ((end < 0 ? contentType : contentType.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT)) {
            case "text/html" -> "html";
            case "application/json" -> "json";
            case "text/xml", "application/xml" -> "xml";
            default -> "txt";
        };
    }
}
