package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Validators;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.FieldNames;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.tier.TierRequest;
import dev.selvage.edge.tier.Upper;
import dev.selvage.edge.tier.UpperRequest;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The head of the request that the origin sees.
final class OriginHead {
    /// Fields that the edge sets itself; a visitor's are dropped, so that origins can believe them.
    /// Those of framing and of the connection stand here for their look-alikes.
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "cf-device-type",
            "cf-ipcountry",
            "cf-visitor",
            "cf-ray",
            "cf-ew-via",
            "cf-worker",
            "true-client-ip",
            "cdn-loop",
            TierRequest.FIELD);

    /// Fields of a request to the upper edge that are this edge's to say, with their look-alikes.
    private static final Set<String> OF_THE_HOP = Set.of(
            "host",
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "cdn-loop",
            TierRequest.FIELD);

    private static final Set<String> RANGE = Set.of("range", "if-range");

    /// Conditions, which a fill for the cache must not pass on.
    private static final Set<String> CONDITIONS =
            Set.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since");

    /// Fields by which proxies and frameworks are told of another host, path, scheme, port, method or
    /// address than the request's own. They are no part of the cache key: an origin that believes them
    /// would give one visitor's claim to all who come after (cache poisoning), so a request whose
    /// response may be stored goes without them, whoever sent it. Cloudflare puts most of them into the
    /// key, to the same end.
    private static final Set<String> CLAIMS = Set.of(
            "x-host",
            "x-http-host-override",
            "x-backend-host",
            "x-override-url",
            "x-replaced-path",
            "x-envoy-original-path",
            "x-http-destinationurl",
            "x-scheme",
            "x-url-scheme",
            "front-end-https",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-remote-ip",
            "x-remote-addr",
            "x-originating-ip",
            "client-ip",
            "fastly-client-ip",
            "x-middleware-subrequest",
            "x-middleware-prefetch");

    /// How the names of further such fields begin.
    private static final List<String> CLAIMING = List.of("x-forwarded-", "x-original-", "x-rewrite-");

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
        if (x.policy == null) {
            throw new IllegalStateException("an exchange left ROUTE without a policy");
        }
        return x.policy.origin(x.secure);
    }

    /// @param stale the entry to ask about; null to ask for the whole
    /// @param storable the response may be stored as what the target is
    /// @param extent how much to ask for, where it may
    static byte[] encode(Exchange x, @Nullable Entry stale, boolean storable, Extent extent) {
        StringBuilder head = new StringBuilder(512);
        String hostHeader = target(x).hostHeader();
        Headers fields = x.received();
        head.append(x.method).append(' ').append(x.target).append(" HTTP/1.1\r\n");
        line(head, "Host", hostHeader == null ? x.authority : hostHeader);
        Headers endToEnd = fields.endToEnd();
        HeaderEdits edits = x.originEdits;
        // What others may get too must not depend on how this visitor spells what it accepts.
        boolean normal = x.plan != null && x.plan.eligible();
        // What a lower edge is given it may store.
        boolean shared = storable || x.tier != null;
        for (int i = 0; i < endToEnd.size(); i++) {
            String name = endToEnd.name(i);
            String unmasked = FieldNames.unmasked(name);
            boolean condition = CONDITIONS.contains(unmasked);
            boolean range = RANGE.contains(unmasked) && !(extent instanceof Extent.AsAsked);
            boolean coding = normal && unmasked.equals("accept-encoding");
            boolean kept = !OURS.contains(unmasked)
                    && !coding
                    && !(storable && (condition || range))
                    && !(shared && claims(unmasked));
            if (kept && (edits == null || !edits.drops(name))) {
                line(head, name, endToEnd.value(i));
            }
        }
        Headers added = edits == null ? Headers.EMPTY : edits.added();
        for (int i = 0; i < added.size(); i++) {
            line(head, added.name(i), added.value(i));
        }
        if (normal) {
            condition(
                    head,
                    "Accept-Encoding",
                    AcceptEncoding.normal(AcceptEncoding.parse(fields.joined("accept-encoding"))));
        }
        if (stale != null) {
            condition(head, "If-None-Match", stale.etag());
            condition(head, "If-Modified-Since", stale.headers().first("last-modified"));
        }
        if (extent instanceof Extent.Rest(Entry held)) {
            rest(head, held);
        }
        String scheme = x.secure ? "https" : "http";
        line(head, "X-Forwarded-For", x.forwardedFor());
        line(head, "X-Forwarded-Proto", scheme);
        line(head, "CF-Connecting-IP", NetUtil.bytesToIpAddress(x.address));
        line(head, "CF-IPCountry", x.country());
        if (x.policy != null && x.policy.key().byDevice()) {
            line(head, "CF-Device-Type", x.device());
        }
        line(head, "CF-Visitor", "{\"scheme\":\"" + scheme + "\"}");
        line(head, "CF-Ray", HexFormat.of().toHexDigits(x.rayId) + "-" + x.phases.colo());
        line(head, "CDN-Loop", passed(fields));
        if (x.bodyLength > 0 || (x.bodyLength == 0 && fields.has("content-length"))) {
            line(head, "Content-Length", Long.toString(x.bodyLength));
        } else if (x.bodyLength < 0) {
            line(head, "Transfer-Encoding", "chunked");
        }
        if (x.upgrade) {
            line(head, "Connection", "Upgrade");
            line(head, "Upgrade", "websocket");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The request as the upper edge is asked it. It decides by what the visitor sent, as this edge did: the visitor's
    /// fields go along as they are, also those that no origin sees.
    static UpperRequest upper(Exchange x, Upper upper, HostBinding binding, @Nullable Entry stale, Extent extent) {
        String raw = x.rawTarget().equals(x.target) ? "" : x.rawTarget();
        TierRequest about = new TierRequest(
                0,
                binding.zone().id(),
                binding.zone().version(),
                0,
                x.secure,
                x.port(),
                x.rayId,
                x.address,
                x.country(),
                x.forwardedFor(),
                raw);
        byte[] head = towardsUpper(x, stale, extent);
        boolean plain = stale == null && extent instanceof Extent.Whole;
        byte[] whole = plain ? head : towardsUpper(x, null, Extent.WHOLE);
        return new UpperRequest(upper, about, x.method, x.authority, x.target, head, whole);
    }

    private static byte[] towardsUpper(Exchange x, @Nullable Entry stale, Extent extent) {
        StringBuilder head = new StringBuilder(512);
        head.append(x.method).append(' ').append(x.target).append(" HTTP/1.1\r\n");
        line(head, "Host", x.authority);
        Headers fields = x.received();
        Headers endToEnd = fields.endToEnd();
        for (int i = 0; i < endToEnd.size(); i++) {
            String name = endToEnd.name(i);
            String unmasked = FieldNames.unmasked(name);
            boolean range = RANGE.contains(unmasked) && !(extent instanceof Extent.AsAsked);
            boolean own = OF_THE_HOP.contains(unmasked) || unmasked.equals("accept-encoding");
            if (!own && !range && !CONDITIONS.contains(unmasked)) {
                line(head, name, endToEnd.value(i));
            }
        }
        condition(
                head, "Accept-Encoding", AcceptEncoding.normal(AcceptEncoding.parse(fields.joined("accept-encoding"))));
        if (stale != null) {
            condition(head, "If-None-Match", stale.etag());
            condition(head, "If-Modified-Since", stale.headers().first("last-modified"));
        }
        if (extent instanceof Extent.Rest(Entry held)) {
            rest(head, held);
        }
        line(head, "CDN-Loop", passed(fields));
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String passed(Headers fields) {
        String loop = fields.joined("cdn-loop");
        return loop == null ? "selvage" : loop + ", selvage";
    }

    /// True for a field that a rule may change: neither framing nor what the edge vouches for, nor what the cache
    /// asks the origin by.
    ///
    /// @param name lower case
    /// @param normal `Accept-Encoding` is the edge's to say
    static boolean mayBeEdited(String name, boolean normal) {
        String unmasked = FieldNames.unmasked(name);
        return !OURS.contains(unmasked)
                && !CONDITIONS.contains(unmasked)
                && !RANGE.contains(unmasked)
                && !(normal && unmasked.equals("accept-encoding"));
    }

    /// Asks for what follows a stored part, or for all should that part be out of date.
    private static void rest(StringBuilder head, Entry held) {
        ContentRange part = held.part();
        String validator = Validators.strong(held);
        if (part == null || validator == null) {
            throw new IllegalStateException("an entry that cannot be continued");
        }
        line(head, "Range", "bytes=" + (part.last() + 1) + "-");
        line(head, "If-Range", validator);
    }

    private static boolean claims(String name) {
        if (CLAIMS.contains(name)) {
            return true;
        }
        for (String beginning : CLAIMING) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
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
