package dev.selvage.edge.cache;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The short names by which analytics calls media types.
final class ContentTypes {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("text/html", "html"),
            Map.entry("application/xhtml+xml", "html"),
            Map.entry("text/css", "css"),
            Map.entry("text/plain", "txt"),
            Map.entry("text/csv", "csv"),
            Map.entry("text/xml", "xml"),
            Map.entry("application/xml", "xml"),
            Map.entry("application/rss+xml", "rss"),
            Map.entry("application/atom+xml", "rss"),
            Map.entry("text/javascript", "js"),
            Map.entry("application/javascript", "js"),
            Map.entry("application/x-javascript", "js"),
            Map.entry("application/json", "json"),
            Map.entry("application/ld+json", "json"),
            Map.entry("application/octet-stream", "bin"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/zip", "zip"),
            Map.entry("application/gzip", "gzip"),
            Map.entry("application/wasm", "wasm"),
            Map.entry("image/png", "png"),
            Map.entry("image/jpeg", "jpeg"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("image/avif", "avif"),
            Map.entry("image/svg+xml", "svg"),
            Map.entry("image/x-icon", "ico"),
            Map.entry("image/vnd.microsoft.icon", "ico"),
            Map.entry("font/woff", "woff"),
            Map.entry("font/woff2", "woff2"),
            Map.entry("font/ttf", "ttf"),
            Map.entry("video/mp4", "mp4"),
            Map.entry("video/webm", "webm"),
            Map.entry("audio/mpeg", "mp3"),
            Map.entry("application/vnd.apple.mpegurl", "m3u8"));

    private ContentTypes() {}

    /// The short name of a `Content-Type` value; `empty` for none, the subtype (at most 32 characters)
    /// for others.
    static String shortName(@Nullable String contentType) {
        if (contentType == null) {
            return "empty";
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        String name = NAMES.get(type);
        if (name != null) {
            return name;
        }
        String subtype = type.substring(type.indexOf('/') + 1);
        return subtype.isEmpty() ? "unknown" : subtype.substring(0, Math.min(32, subtype.length()));
    }
}
