package dev.selvage.app.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The website that an access log tells of: what it has at which address.
///
/// A page that was ever found is there, in the largest size that was sent whole; any other has the status that was
/// logged first.
final class Site {
    /// @param status what a plain GET of it answers
    /// @param size of that answer's body
    /// @param etag quoted
    record Page(int status, long size, String type, String etag) {}

    private static final Page NOT_FOUND = new Page(404, 0, "text/html; charset=utf-8", "");
    private static final Set<Integer> FOUND = Set.of(200, 206, 304, 416);

    /// A page that the log shows only as unchanged has a size that nobody knows.
    private static final long SIZE_UNKNOWN = 4 << 10;

    private final Map<String, Page> pages;

    private Site(Map<String, Page> pages) {
        this.pages = pages;
    }

    static Site of(List<AccessLog.Entry> entries) {
        Map<String, Page> pages = new HashMap<>();
        for (AccessLog.Entry entry : entries) {
            pages.merge(key(entry.method(), entry.target()), page(entry), Site::better);
        }
        pages.replaceAll((key, page) -> page.size() < 0 ? sized(page, SIZE_UNKNOWN) : page);
        return new Site(pages);
    }

    /// What is at `target` for `method`.
    Page page(String method, String target) {
        return pages.getOrDefault(key(method, target), NOT_FOUND);
    }

    int size() {
        return pages.size();
    }

    /// The share of GET requests answered 200 that a cache which never forgets would have answered itself.
    static double perfectHitRatio(List<AccessLog.Entry> entries) {
        Set<String> seen = new HashSet<>();
        long requests = 0;
        for (AccessLog.Entry entry : entries) {
            if (entry.method().equals("GET") && entry.status() == 200) {
                requests++;
                seen.add(entry.target());
            }
        }
        return requests == 0 ? 0 : (double) (requests - seen.size()) / requests;
    }

    private static String key(String method, String target) {
        return method.equals("GET") || method.equals("HEAD") ? target : method + " " + target;
    }

    private static Page page(AccessLog.Entry entry) {
        boolean found = FOUND.contains(entry.status());
        boolean whole = entry.method().equals("GET") && entry.status() == 200;
        long size = whole || !found ? entry.bytes() : -1;
        String etag = "\"" + Integer.toHexString(entry.target().hashCode()) + "\"";
        return new Page(found ? 200 : entry.status(), size, type(entry.target()), etag);
    }

    private static Page better(Page known, Page next) {
        if (known.status() != 200 || next.status() != 200) {
            return next.status() == 200 ? next : known;
        }
        return next.size() > known.size() ? next : known;
    }

    private static Page sized(Page page, long size) {
        return new Page(page.status(), size, page.type(), page.etag());
    }

    private static String type(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        int dot = path.lastIndexOf('.');
        String extension = dot > path.lastIndexOf('/') ? path.substring(dot + 1) : "";
        return switch (extension.toLowerCase(Locale.ROOT)) {
            case "", "html", "htm", "php" -> "text/html; charset=utf-8";
            case "css" -> "text/css";
            case "js" -> "text/javascript";
            case "json" -> "application/json";
            case "txt", "conf", "sh", "c", "h", "py", "rb", "pl", "log" -> "text/plain; charset=utf-8";
            case "xml", "rss", "atom", "rdf" -> "application/xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "ico" -> "image/x-icon";
            case "svg" -> "image/svg+xml";
            case "pdf" -> "application/pdf";
            case "woff" -> "font/woff";
            case "mp4" -> "video/mp4";
            case "ogg", "ogv" -> "video/ogg";
            case "gz", "tgz" -> "application/gzip";
            case "zip" -> "application/zip";
            default -> "application/octet-stream";
        };
    }

    /// The range that a `Range` field asks of a body of `size` bytes; null where it asks for none that can be given.
    static @Nullable Range range(String field, long size) {
        if (!field.startsWith("bytes=") || field.indexOf(',') >= 0) {
            return null;
        }
        int dash = field.indexOf('-');
        try {
            String first = field.substring("bytes=".length(), dash);
            String last = field.substring(dash + 1);
            if (first.isEmpty()) {
                long suffix = Math.min(Long.parseUnsignedLong(last), size);
                return suffix > 0 ? new Range(size - suffix, size - 1) : null;
            }
            long from = Long.parseUnsignedLong(first);
            long to = last.isEmpty() ? size - 1 : Math.min(Long.parseUnsignedLong(last), size - 1);
            return from <= to && from >= 0 ? new Range(from, to) : null;
        } catch (NumberFormatException | StringIndexOutOfBoundsException malformed) {
            return null;
        }
    }

    /// @param to inclusive
    record Range(long from, long to) {
        long length() {
            return to - from + 1;
        }
    }
}
