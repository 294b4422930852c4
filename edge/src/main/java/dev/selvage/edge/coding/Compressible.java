package dev.selvage.edge.coding;

import dev.selvage.edge.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which responses are worth compressing, and may be.
public final class Compressible {
    /// Bytes below which nothing is compressed: head and body fit one packet either way, and what a
    /// coding frames itself with eats what it saves.
    public static final int LEAST = 256;

    /// Beside `text/*`, and all that ends in `+json`, `+xml` or `+text`.
    private static final Set<String> TYPES = Set.of(
            "application/json",
            "application/javascript",
            "application/x-javascript",
            "application/ecmascript",
            "application/json5",
            "application/jsonlines",
            "application/x-ndjson",
            "application/xml",
            "application/xml-dtd",
            "application/rtf",
            "application/sql",
            "application/toml",
            "application/yaml",
            "application/x-yaml",
            "application/graphql",
            "application/wasm",
            "application/x-protobuf",
            "application/x-perl",
            "application/x-sh",
            "application/x-httpd-cgi",
            "application/vnd.ms-fontobject",
            "application/eot",
            "application/font",
            "application/font-sfnt",
            "application/ttf",
            "application/x-ttf",
            "application/x-font-ttf",
            "application/otf",
            "application/x-otf",
            "application/truetype",
            "application/opentype",
            "application/x-opentype",
            "application/vnd.apple.mpegurl",
            "application/dash+xml",
            "font/ttf",
            "font/otf",
            "font/sfnt",
            "image/svg+xml",
            "image/bmp",
            "image/x-icon",
            "image/vnd.microsoft.icon");

    private static final List<String> CONTROLS =
            List.of("cache-control", "cdn-cache-control", "cloudflare-cdn-cache-control");

    private Compressible() {}

    /// True when the edge may compress this response, and it is likely to be worth it.
    ///
    /// @param length bytes of its body; negative when unknown
    public static boolean response(int status, Headers headers, long length) {
        return whole(status)
                && (length < 0 || length >= LEAST)
                && !headers.has("content-encoding")
                && !headers.has("content-range")
                // A signature (RFC 9421) may cover what compressing changes.
                && !headers.has("signature-input")
                && type(headers)
                && !noTransform(headers);
    }

    /// True for statuses whose body stands for the whole of what was asked for, or explains an error.
    private static boolean whole(int status) {
        return (status >= 200 && status <= 203) || (status >= 400 && status <= 599 && status != 416);
    }

    private static boolean type(Headers headers) {
        String field = headers.joined("content-type");
        return field != null && type(field);
    }

    /// True when a `Content-Type` value names a media type that compresses well.
    static boolean type(String contentType) {
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (type.indexOf(',') >= 0) {
            // Two fields that contradict each other.
            return false;
        }
        if (type.startsWith("text/")) {
            // Events come one by one for hours: nothing to save, and each would need a flush of its own.
            return !type.equals("text/event-stream");
        }
        return TYPES.contains(type) || type.endsWith("+json") || type.endsWith("+xml") || type.endsWith("+text");
    }

    /// RFC 9111 section 5.2.2.6, in any of the fields that may control this cache.
    private static boolean noTransform(Headers headers) {
        for (String control : CONTROLS) {
            for (String member : headers.members(control)) {
                if (member.equals("no-transform") || member.startsWith("no-transform=")) {
                    return true;
                }
            }
        }
        return false;
    }
}
