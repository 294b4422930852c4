package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.http.Headers;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The head of the request that the origin sees.
final class OriginHead {
    /// Fields that the edge sets itself; a visitor's are dropped, so that origins can believe them.
    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "expect",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "cf-ipcountry",
            "cf-visitor",
            "cf-ray",
            "cf-ew-via",
            "cf-worker",
            "true-client-ip",
            "cdn-loop");

    /// Fields that ask for less than the whole response, which a fill for the cache must not pass on.
    private static final Set<String> PARTIAL =
            Set.of("range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since");

    private OriginHead() {}

    /// The host name that the origin knows itself by, without port.
    static String name(Exchange x) {
        String field = target(x).hostHeader();
        if (field == null) {
            return x.host;
        }
        int colon = field.lastIndexOf(':');
        return colon >= 0 && field.indexOf(']', colon) < 0 ? field.substring(0, colon) : field;
    }

    private static OriginTarget target(Exchange x) {
        if (x.binding == null) {
            throw new IllegalStateException("an exchange left ADMIT without a zone");
        }
        return x.binding.origin(x.secure);
    }

    /// @param stale the entry to ask about; null to ask for the whole
    /// @param storable the response may be stored
    static byte[] encode(Exchange x, @Nullable Entry stale, boolean storable) {
        StringBuilder head = new StringBuilder(512);
        String hostHeader = target(x).hostHeader();
        Headers fields = x.fields();
        head.append(x.method).append(' ').append(x.target).append(" HTTP/1.1\r\n");
        line(head, "Host", hostHeader == null ? x.authority : hostHeader);
        Headers endToEnd = fields.endToEnd();
        for (int i = 0; i < endToEnd.size(); i++) {
            String name = endToEnd.name(i);
            if (!ours(name) && !(storable && PARTIAL.contains(name))) {
                line(head, name, endToEnd.value(i));
            }
        }
        if (stale != null) {
            condition(head, "If-None-Match", stale.etag());
            condition(head, "If-Modified-Since", stale.headers().first("last-modified"));
        }
        String peer = NetUtil.bytesToIpAddress(x.visitor.address());
        String forwarded = x.visitor.trusted() ? fields.joined("x-forwarded-for") : null;
        String scheme = x.secure ? "https" : "http";
        line(head, "X-Forwarded-For", forwarded == null ? peer : forwarded + ", " + peer);
        line(head, "X-Forwarded-Proto", scheme);
        line(head, "CF-Connecting-IP", NetUtil.bytesToIpAddress(x.address));
        line(head, "CF-IPCountry", x.loop().country(x.address));
        line(head, "CF-Visitor", "{\"scheme\":\"" + scheme + "\"}");
        line(head, "CF-Ray", HexFormat.of().toHexDigits(x.rayId) + "-" + x.phases.colo());
        String loop = fields.joined("cdn-loop");
        line(head, "CDN-Loop", loop == null ? "selvage" : loop + ", selvage");
        if (x.bodyLength > 0 || (x.bodyLength == 0 && fields.has("content-length"))) {
            line(head, "Content-Length", Long.toString(x.bodyLength));
        } else if (x.bodyLength < 0) {
            line(head, "Transfer-Encoding", "chunked");
        }
        if (x.upgrade) {
            line(head, "Connection", "Upgrade");
            line(head, "Upgrade", String.valueOf(fields.joined("upgrade")));
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// True for our own fields and their look-alikes: to a CGI-style origin `CF_Connecting_IP` is `CF-Connecting-IP`.
    private static boolean ours(String name) {
        return OURS.contains(name) || (name.indexOf('_') >= 0 && OURS.contains(name.replace('_', '-')));
    }

    private static void condition(StringBuilder head, String name, @Nullable String value) {
        if (value != null) {
            line(head, name, value);
        }
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
