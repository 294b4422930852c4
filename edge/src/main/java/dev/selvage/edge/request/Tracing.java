package dev.selvage.edge.request;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.KeyPart;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.HeadScanner;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.trace.Trace;
import dev.selvage.model.trace.TraceRequest;
import dev.selvage.model.trace.Tracer;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Follows a request through the phases up to the cache, which is not asked; on one loop.
///
/// The phases are those that serve visitors, with a table of rates of their own: nothing is counted. What each rule
/// saw is found out beside them, by [TracedRules].
public final class Tracing {
    /// An address for documentation (RFC 5737): of whom nothing else is known.
    private static final byte[] NOBODY = {(byte) 192, 0, 2, 1};

    private final Loop loop;
    private final EdgeSettings.Limits limits;
    private final Phases phases;

    public Tracing(Loop loop, Shared shared, OriginPool origins) {
        this.loop = loop;
        this.limits = shared.settings().limits();
        this.phases = new Phases(loop, shared.countingNothing(), origins);
    }

    /// What would happen to a request; on the loop.
    public Tracer.Answer trace(TraceRequest asked) {
        RequestParser head = new RequestParser(limits.target(), limits.head(), limits.fields());
        HeadScanner.Result read = head.scan(Unpooled.copiedBuffer(text(asked), StandardCharsets.ISO_8859_1));
        if (read != HeadScanner.Result.COMPLETE) {
            boolean refused = read == HeadScanner.Result.REFUSED;
            return new Tracer.Answer.Malformed(
                    refused ? head.status() : 400, refused ? head.reason() : "the request has no end");
        }
        byte[] address = asked.address() == null ? NOBODY : bytes(asked.address());
        int port = head.port() == 0 ? (asked.secure() ? 443 : 80) : head.port();
        Exchange x = new Exchange(new ImaginedVisitor(loop, head, address, port, asked.secure()), phases);
        if (asked.country() != null) {
            x.comesFrom(asked.country(), address);
        }
        Next next = phases.admit(x);
        HostBinding binding = x.binding;
        if (binding == null || !binding.zone().account().equals(asked.account())) {
            return new Tracer.Answer.UnknownHost();
        }
        if (next == Phase.SCREEN) {
            next = phases.screen(x);
        }
        TracedRules rules = new TracedRules(x, binding);
        if (next == Phase.ROUTE) {
            rules.beforeRewriting();
            next = phases.route(x);
            rules.afterRewriting(next == Phase.DELIVER);
        }
        return new Tracer.Answer.Traced(told(x, binding, next == Phase.DELIVER, rules));
    }

    private static byte[] bytes(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null ? NOBODY : bytes;
    }

    private static String text(TraceRequest asked) {
        StringBuilder head = new StringBuilder(256)
                .append(asked.method())
                .append(' ')
                .append(asked.target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(asked.authority())
                .append("\r\n");
        for (TraceRequest.Field field : asked.fields()) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (asked.bodyLength() > 0) {
            head.append("Content-Length: ").append(asked.bodyLength()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private Trace told(Exchange x, HostBinding binding, boolean answered, TracedRules rules) {
        String url = (x.secure ? "https://" : "http://") + x.authority + x.target();
        RequestPolicy policy = x.policy;
        CachePlan plan = x.plan;
        boolean cached = !answered && plan != null && plan.eligible();
        List<Trace.Part> key = new ArrayList<>();
        if (cached) {
            for (KeyPart part : phases.keyParts(x)) {
                key.add(new Trace.Part(part.name(), part.value(), ""));
            }
        }
        return new Trace(
                binding.zone().id(),
                binding.zone().version(),
                answered ? x.response.status : null,
                decision(x, answered, cached),
                reason(x, answered, plan, rules),
                url,
                rules.phases(),
                key,
                answered || policy == null || plan == null ? List.of() : cache(policy, plan),
                answered || policy == null ? List.of() : origin(x, policy));
    }

    private static String decision(Exchange x, boolean answered, boolean cached) {
        if (!answered) {
            return cached ? "cache" : "origin";
        }
        int status = x.response.status;
        if (status >= 300 && status < 400) {
            return "redirect";
        }
        return x.response.cacheStatus.contains("detail=error") ? "error" : "block";
    }

    private static String reason(Exchange x, boolean answered, @Nullable CachePlan plan, TracedRules rules) {
        if (answered) {
            String by = rules.endedBy();
            byte[] text = x.response.text;
            return by.isEmpty()
                    ? text == null ? "the edge answers" : new String(text, StandardCharsets.UTF_8).strip()
                    : by;
        }
        if (plan == null || !plan.eligible()) {
            return notEligible(plan == null ? MissReason.NONE : plan.whyNot());
        }
        return plan.byRule()
                ? "a rule makes it eligible for the cache"
                : plan.rfc9111()
                        ? "whatever RFC 9111 allows to be stored is eligible for the cache"
                        : "its path has the extension of a static file, which makes it eligible for the cache";
    }

    private static String notEligible(MissReason why) {
        return switch (why) {
            case RULE -> "a rule says that it bypasses the cache";
            case METHOD -> "only GET and HEAD without a body are eligible for the cache";
            case UPGRADE -> "it changes the protocol";
            case QUERY -> "it has a query string, and the cache level is basic";
            case DEVELOPMENT_MODE -> "the zone is paused, or in development mode";
            case NOT_ELIGIBLE -> "its path has no extension of a static file, and no rule makes it eligible";
            default -> "the cache is not asked: " + why.name().toLowerCase(Locale.ROOT);
        };
    }

    private static List<Trace.Part> cache(RequestPolicy policy, CachePlan plan) {
        Sources sources = new Sources(policy);
        List<Trace.Part> parts = new ArrayList<>();
        parts.add(sources.part("eligible", Boolean.toString(plan.eligible()), "cache", "cache_level"));
        if (!plan.eligible()) {
            return parts;
        }
        parts.add(sources.part("edge_ttl", edgeTtl(plan), "edge_ttl"));
        parts.add(sources.part("browser_ttl", browserTtl(plan.browserTtl()), "browser_ttl", "browser_cache_ttl"));
        parts.add(sources.part("origin_cache_control", Boolean.toString(plan.originControl()), "origin_cache_control"));
        parts.add(sources.part("always_online", Boolean.toString(plan.alwaysOnline()), "always_online"));
        parts.add(sources.part("stale_while_updating", Boolean.toString(plan.staleWhileUpdating()), "serve_stale"));
        parts.add(sources.part(
                "respect_strong_etags", Boolean.toString(policy.respectStrongEtags()), "respect_strong_etags"));
        parts.add(sources.part(
                "cache_deception_armor", Boolean.toString(policy.deceptionArmor()), "cache_key.cache_deception_armor"));
        return parts;
    }

    private static String edgeTtl(CachePlan plan) {
        SetCache.EdgeTtl said = plan.edgeTtl();
        if (said == null) {
            return plan.rfc9111() ? "the origin's" : "the origin's, else " + plan.defaultTtl() + " s";
        }
        StringBuilder text = new StringBuilder(said.mode().name().toLowerCase(Locale.ROOT));
        if (said.seconds() != null) {
            text.append(' ').append(said.seconds()).append(" s");
        }
        for (SetCache.StatusTtl status : said.byStatus()) {
            text.append(", ")
                    .append(status.from())
                    .append("-")
                    .append(status.to())
                    .append(": ")
                    .append(status.seconds())
                    .append(" s");
        }
        return text.toString();
    }

    private static String browserTtl(CachePlan.BrowserTtl ttl) {
        return switch (ttl.form()) {
            case RESPECT -> "the origin's";
            case AT_LEAST -> "at least " + ttl.seconds() + " s";
            case EXACTLY -> ttl.seconds() + " s";
            case BYPASS_BY_DEFAULT -> "the origin's, else no-cache";
            case BYPASS -> "no-store";
        };
    }

    private static List<Trace.Part> origin(Exchange x, RequestPolicy policy) {
        Sources sources = new Sources(policy);
        OriginTarget target = policy.origin(x.secure);
        List<Trace.Part> parts = new ArrayList<>();
        parts.add(sources.part("host", String.join(", ", target.hosts()), "origin.host"));
        parts.add(sources.part("port", Integer.toString(target.port()), "origin.port"));
        parts.add(sources.part("tls", Boolean.toString(target.tls()), "ssl"));
        parts.add(sources.part(
                "host_header", Objects.requireNonNullElse(target.hostHeader(), x.authority), "host_header"));
        if (target.tls()) {
            parts.add(sources.part("sni", Objects.requireNonNullElse(target.sni(), OriginHead.name(x)), "sni"));
        }
        if (policy.readTimeout() > 0) {
            parts.add(sources.part("read_timeout", policy.readTimeout() + " s", "read_timeout"));
        }
        return parts;
    }

    /// Which rule each setting is from.
    private record Sources(RequestPolicy policy) {
        /// @param settings any of these says it
        Trace.Part part(String name, @Nullable String value, String... settings) {
            for (String setting : settings) {
                for (RequestPolicy.Source source : policy.sources()) {
                    if (source.setting().equals(setting)) {
                        String kind = source.ruleset().isEmpty() ? "page rule " : "rule ";
                        return new Trace.Part(name, value, kind + source.rule());
                    }
                }
            }
            return new Trace.Part(name, value, "zone");
        }
    }
}
