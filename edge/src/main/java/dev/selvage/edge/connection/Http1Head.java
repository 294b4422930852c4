package dev.selvage.edge.connection;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.edge.loop.TextBuffer;
import dev.selvage.edge.request.Exchange;
import dev.selvage.edge.request.HeaderEdits;
import dev.selvage.edge.request.Multipart;
import dev.selvage.edge.request.Response;
import dev.selvage.edge.tier.TierAnswer;
import dev.selvage.edge.tier.TierRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Encodes response heads for HTTP/1.1.
///
/// The part that does not differ from request to request is encoded once per entry and copied.
final class Http1Head {
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] AGE = ascii("Age: ");
    private static final byte[] CACHE_STATUS = ascii("Cache-Status: ");
    private static final byte[] CF_CACHE_STATUS = ascii("CF-Cache-Status: ");
    private static final byte[] CF_RAY = ascii("CF-Ray: ");
    private static final byte[] CONTENT_RANGE = ascii("Content-Range: bytes ");
    private static final byte[] DATE = ascii("Date: ");
    private static final byte[] SELVAGE_TIER = ascii("Selvage-Tier: ");
    private static final byte[] TTL = ascii("; ttl=");
    private static final byte[] CRLF = ascii("\r\n");

    /// Fields of an origin's response that are ours to say.
    private static final Set<String> OURS = Set.of(
            "age",
            "content-length",
            "date",
            "cf-cache-status",
            "cf-ray",
            "cache-tag",
            "content-range",
            TierRequest.FIELD);

    /// What a 304 repeats (RFC 9110 section 15.4.5).
    private static final Set<String> NOT_MODIFIED =
            Set.of("cache-control", "content-location", "etag", "expires", "vary", "last-modified");

    /// What speaks of the bytes as the origin sent them, or of parts of them.
    private static final Set<String> NOT_IN_CODING =
            Set.of("accept-ranges", "content-md5", "digest", "content-digest", "repr-digest");

    private static final Map<String, String> SPELLING = Map.of(
            "etag",
            "ETag",
            "www-authenticate",
            "WWW-Authenticate",
            "content-md5",
            "Content-MD5",
            "te",
            "TE",
            "nel",
            "NEL");

    private Http1Head() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Writes the head of `x`'s response.
    ///
    /// @param colo the PoP's name, as bytes
    /// @param date the current date, for responses that have none of an origin's
    static void write(TextBuffer out, Exchange x, byte[] colo, byte[] date) {
        Response response = x.response();
        Entry entry = response.entry;
        if (entry == null) {
            writeStatus(out, response.status);
            out.put(DATE).put(date).put(CRLF);
            fields(out, response);
        } else if (response.edits == null && response.tier == null && response.status == entry.status()) {
            out.put(encoded(entry, response));
        } else {
            out.put(template(entry, response));
        }
        writeLength(out, x, response);
        if (response.age >= 0) {
            out.put(AGE).put(response.age).put(CRLF);
        }
        if (entry != null) {
            out.put(CF_CACHE_STATUS).put(x.cacheStatus().name()).put(CRLF);
        }
        out.put(CACHE_STATUS).put(response.cacheStatus);
        if (response.hasTtl) {
            out.put(TTL).put(response.ttl);
        }
        out.put(response.cacheStatusDetail).put(CRLF);
        out.put(CF_RAY).putHex(x.rayId()).put('-').put(colo).put(CRLF);
        TierAnswer tier = response.tier;
        if (tier != null) {
            out.put(SELVAGE_TIER).put(tier.wire()).put(CRLF);
        }
        if (response.close) {
            out.put(CLOSE);
        } else if (x.http10()) {
            out.put(KEEP_ALIVE);
        }
        out.put(CRLF);
    }

    private static void fields(TextBuffer out, Response response) {
        Headers headers = response.fields;
        HeaderEdits edits = response.edits;
        if (edits != null) {
            headers = edits.of(headers);
        }
        for (int i = 0; i < headers.size(); i++) {
            out.put(spelled(headers.name(i))).put(": ").put(headers.value(i)).put(CRLF);
        }
    }

    private static void writeLength(TextBuffer out, Exchange x, Response response) {
        Multipart multipart = response.multipart;
        if (multipart != null) {
            out.put(CONTENT_LENGTH).put(multipart.length()).put(CRLF);
            return;
        }
        if (response.whole >= 0) {
            out.put(CONTENT_RANGE);
            if (response.status == 206) {
                long offset = response.offset;
                out.put(offset + response.start).put('-').put(offset + response.end - 1);
            } else {
                out.put('*');
            }
            out.put('/').put(response.whole).put(CRLF);
        }
        if (response.status == 204 || response.status == 304 || response.status < 200) {
            return;
        }
        if (response.end >= 0) {
            out.put(CONTENT_LENGTH).put(response.end - response.start).put(CRLF);
        } else if (response.withBody && !x.http10()) {
            out.put(CHUNKED);
        }
    }

    private static byte[] encoded(Entry entry, Response response) {
        Entry.EncodedHead known = entry.encoded(response.coding);
        if (known == null || !known.browserTtl().equals(response.browserTtl)) {
            known = new Entry.EncodedHead(response.browserTtl, template(entry, response));
            entry.encoded(response.coding, known);
        }
        return known.bytes();
    }

    private static byte[] template(Entry entry, Response response) {
        CachePlan.BrowserTtl browserTtl = response.browserTtl;
        int status = response.status;
        Coding coding = response.coding;
        Multipart multipart = response.multipart;
        HeaderEdits edits = response.edits;
        boolean tiered = response.tier != null;
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(Reasons.of(status))
                .append("\r\n");
        Headers headers = entry.headers();
        String date = headers.first("date");
        // RFC 9110 section 6.6.1: without one, the time at which it was received.
        line(head, "date", date == null ? HttpDate.format(entry.arrived() / 1000) : date);
        boolean rewritten = browserTtl.form() != CachePlan.BrowserTtl.Form.RESPECT;
        String control = rewritten ? BrowserControl.rewrite(headers, browserTtl) : null;
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            boolean ours = OURS.contains(name)
                    && !(name.equals("content-range") && status == entry.status())
                    && !(name.equals("cache-tag") && tiered);
            // A lower edge renews by it what it has stored, and needs all that guides that.
            boolean confirms = tiered ? !name.startsWith("content-") : NOT_MODIFIED.contains(name);
            boolean notIn304 = status == 304 && entry.status() != 304 && !confirms;
            boolean notIn416 = status == 416 && (name.startsWith("content-") || name.equals("etag"));
            boolean replaced = multipart != null && name.equals("content-type");
            boolean dropped = edits != null && edits.drops(name);
            if (ours || notIn304 || notIn416 || replaced || dropped) {
                continue;
            }
            if (control != null && (name.equals("cache-control") || name.equals("expires"))) {
                continue;
            }
            if (coding != null && NOT_IN_CODING.contains(name)) {
                continue;
            }
            if (coding != null && name.equals("etag")) {
                weakened(head, headers.value(i));
                continue;
            }
            line(head, name, headers.value(i));
        }
        if (coding != null && status != 304) {
            line(head, "content-encoding", coding.token());
        }
        if (response.negotiated && (!variesByCoding(headers) || (edits != null && edits.drops("vary")))) {
            line(head, "vary", "Accept-Encoding");
        }
        if (control != null && (edits == null || !edits.drops("cache-control"))) {
            line(head, "cache-control", control);
        }
        if (multipart != null) {
            line(head, "content-type", multipart.mediaType());
        }
        Headers added = edits == null ? Headers.EMPTY : edits.added();
        for (int i = 0; i < added.size(); i++) {
            if (multipart == null || !added.name(i).equals("content-type")) {
                line(head, added.name(i), added.value(i));
            }
        }
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean variesByCoding(Headers headers) {
        List<String> vary = headers.members("vary");
        return vary.contains("accept-encoding") || vary.contains("*");
    }

    /// The tag of a representation that is the same in meaning, but not in bytes (RFC 9110 section
    /// 8.8.1). What is no tag at all cannot be made a weak one.
    private static void weakened(StringBuilder head, String etag) {
        if (etag.startsWith("W/")) {
            line(head, "etag", etag);
        } else if (etag.startsWith("\"")) {
            line(head, "etag", "W/" + etag);
        }
    }

    /// The head of a 101, which carries the origin's fields.
    static void writeSwitching(TextBuffer out, Headers headers, String protocol) {
        writeStatus(out, 101);
        StringBuilder head = new StringBuilder(256);
        line(head, "connection", "Upgrade");
        line(head, "upgrade", protocol);
        for (int i = 0; i < headers.size(); i++) {
            line(head, headers.name(i), headers.value(i));
        }
        out.put(head.append("\r\n").toString());
    }

    /// Writes the head of an interim response, which carries the origin's fields.
    static void writeInterim(TextBuffer out, int status, Headers headers) {
        writeStatus(out, status);
        StringBuilder head = new StringBuilder(256);
        for (int i = 0; i < headers.size(); i++) {
            if (!OURS.contains(headers.name(i))) {
                line(head, headers.name(i), headers.value(i));
            }
        }
        out.put(head.append("\r\n").toString());
    }

    /// Writes a whole response that refuses a request before it became an exchange.
    static void writeRefusal(TextBuffer out, int status, String reason, byte[] date) {
        byte[] text = (status + ": " + reason + "\n").getBytes(StandardCharsets.UTF_8);
        writeStatus(out, status);
        out.put(DATE).put(date).put(CRLF);
        out.put("Content-Type: text/plain; charset=utf-8\r\n");
        out.put(CONTENT_LENGTH).put(text.length).put(CRLF);
        out.put(CLOSE).put(CRLF).put(text);
    }

    private static void writeStatus(TextBuffer out, int status) {
        out.put("HTTP/1.1 ").put(status).put(' ').put(Reasons.of(status)).put(CRLF);
    }

    private static void line(StringBuilder head, String name, @Nullable String value) {
        head.append(spelled(name)).append(": ").append(value).append("\r\n");
    }

    /// `content-type` as people write it: `Content-Type`.
    private static String spelled(String name) {
        String known = SPELLING.get(name);
        if (known != null) {
            return known;
        }
        StringBuilder spelled = new StringBuilder(name);
        boolean first = true;
        for (int i = 0; i < spelled.length(); i++) {
            char c = spelled.charAt(i);
            if (first && c >= 'a' && c <= 'z') {
                spelled.setCharAt(i, (char) (c - 32));
            }
            first = c == '-';
        }
        return spelled.toString();
    }
}
