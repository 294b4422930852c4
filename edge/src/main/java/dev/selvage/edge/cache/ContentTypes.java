package dev.selvage.edge.cache;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The short names by which analytics calls media types, and which of them a file's ending stands for.
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

    /// The media type of a `Content-Type` value without its parameters, lower case; empty for none.
    static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /// True for what is made for whoever asks, rather than kept in a file: pages, data and streams.
    static boolean page(String mediaType) {
        return mediaType.equals("text/html")
                || mediaType.equals("application/xhtml+xml")
                || mediaType.equals("application/json")
                || mediaType.endsWith("+json")
                || mediaType.equals("text/event-stream")
                || mediaType.startsWith("multipart/");
    }

    /// True when a response of that media type may be what a file with that ending has. Of an ending that
    /// nothing is known of, it may be anything.
    ///
    /// @param ending lower case, without its dot
    static boolean belongs(String ending, String mediaType) {
        if (mediaType.equals("application/octet-stream") || mediaType.equals("binary/octet-stream")) {
            // To be saved, not shown.
            return true;
        }
        return switch (ending) {
            case "bmp", "gif", "jpg", "jpeg", "png", "webp", "avif", "ico", "tif", "tiff", "pict", "apng", "jxl" ->
                // Which picture is often negotiated; some are moving.
                mediaType.startsWith("image/") || mediaType.startsWith("video/");
            case "svg", "svgz" -> mediaType.startsWith("image/") || xml(mediaType);
            case "avi", "mkv", "mp4", "webm", "mov", "m4v", "mpg", "mpeg", "ogv", "ts", "m4s", "flv", "wmv" ->
                mediaType.startsWith("video/") || mediaType.startsWith("audio/") || mediaType.equals("application/mp4");
            case "flac", "mid", "midi", "mp3", "ogg", "oga", "opus", "wav", "aac", "m4a", "weba" ->
                mediaType.startsWith("audio/")
                        || mediaType.startsWith("video/")
                        || mediaType.equals("application/ogg")
                        || mediaType.equals("application/x-midi");
            case "m3u8", "m3u", "mpd" ->
                mediaType.startsWith("audio/")
                        || mediaType.startsWith("video/")
                        || mediaType.startsWith("application/vnd.apple.mpegurl")
                        || mediaType.equals("application/x-mpegurl")
                        || mediaType.equals("application/dash+xml")
                        || mediaType.equals("text/plain");
            case "woff", "woff2", "ttf", "otf", "eot" ->
                mediaType.startsWith("font/")
                        || mediaType.startsWith("application/font")
                        || mediaType.startsWith("application/x-font")
                        || mediaType.startsWith("application/vnd.ms-")
                        || mediaType.equals("application/x-woff");
            case "css" -> mediaType.equals("text/css");
            case "js", "mjs", "cjs" ->
                mediaType.equals("text/javascript")
                        || mediaType.equals("application/javascript")
                        || mediaType.equals("application/x-javascript")
                        || mediaType.equals("application/ecmascript")
                        || mediaType.equals("text/ecmascript");
            case "json", "map", "webmanifest", "geojson" ->
                mediaType.equals("application/json")
                        || mediaType.endsWith("+json")
                        || mediaType.equals("text/json")
                        || mediaType.equals("text/plain");
            case "xml", "rss", "atom", "xsl", "xslt", "kml" -> xml(mediaType);
            case "htm", "html", "xhtml", "shtml" ->
                mediaType.equals("text/html") || mediaType.equals("application/xhtml+xml");
            case "txt", "md", "log" -> mediaType.equals("text/plain") || mediaType.equals("text/markdown");
            case "csv", "tsv" ->
                mediaType.equals("text/csv")
                        || mediaType.equals("text/tab-separated-values")
                        || mediaType.equals("text/plain")
                        || mediaType.equals("application/csv")
                        || mediaType.equals("application/vnd.ms-excel");
            case "7z",
                    "apk",
                    "bin",
                    "bz2",
                    "class",
                    "dmg",
                    "doc",
                    "docx",
                    "ejs",
                    "eps",
                    "exe",
                    "gz",
                    "iso",
                    "jar",
                    "pdf",
                    "pls",
                    "ppt",
                    "pptx",
                    "ps",
                    "rar",
                    "swf",
                    "tar",
                    "tgz",
                    "wasm",
                    "xls",
                    "xlsx",
                    "zip",
                    "zst" ->
                // One of the many that programs and documents have.
                (mediaType.startsWith("application/") && !page(mediaType))
                        || mediaType.startsWith("audio/")
                        || mediaType.startsWith("image/");
            default -> true;
        };
    }

    private static boolean xml(String mediaType) {
        return mediaType.equals("text/xml")
                || mediaType.equals("application/xml")
                || (mediaType.endsWith("+xml") && !mediaType.equals("application/xhtml+xml"));
    }
}
