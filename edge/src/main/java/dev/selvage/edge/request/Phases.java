package dev.selvage.edge.request;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.fill.FillRequest;
import dev.selvage.edge.fill.Filled;
import dev.selvage.edge.fill.OriginFailure;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.zone.CacheLevel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The seven phases, on one loop. Each looks at an exchange and says what comes next; see [Exchange#run].
public final class Phases {
    private final Loop loop;
    private final Shared shared;
    private final OriginPool origins;
    private final Recording recording;

    public Phases(Loop loop, Shared shared, OriginPool origins) {
        this.loop = loop;
        this.shared = shared;
        this.origins = origins;
        this.recording = new Recording(loop, shared.settings().colo());
    }

    String colo() {
        return shared.settings().colo();
    }

    // ---- ADMIT: whose request is this?

    Next admit(Exchange x) {
        if (!x.materialized()) {
            RequestParser head = x.visitor.head();
            x.rayId = loop.ray();
            x.startedAt = loop.millis();
            x.startedNanos = loop.nanos();
            x.method = head.method();
            x.http10 = head.minorVersion() == 0;
            x.bodyLength = head.bodyLength();
            x.upgrade = head.has(Field.UPGRADE) && head.upgrade() != null;
            x.received(head.headLength());
            x.response.close = !head.keepAlive();
            x.address = Addresses.of(x, shared.trusted());
            x.secure = secure(x, head);
            x.misdirected = head.absolute() && head.absoluteHttps() != x.secure;
            Visitor.HostMemory memory = x.visitor.hostMemory();
            if (remembered(memory, head, x.secure)) {
                x.binding = memory.binding;
                x.authority = memory.authority;
            } else {
                x.host = Authority.host(head.host()).orElse("");
                x.authority = CacheTargets.authority(x.host, x.secure, head.port(), x.visitor.port());
            }
        }
        if (x.binding == null) {
            long version = shared.replica().version();
            switch (shared.replica().find(x.host, () -> loop.executor().execute(() -> x.run(Phase.ADMIT)))) {
                case Replica.Answer.Bound(HostBinding found) -> {
                    x.binding = found;
                    if (!x.materialized()) {
                        remember(x, found, version);
                    }
                }
                case Replica.Answer.Unknown _ -> {
                    return answer(
                            x,
                            404,
                            "No site with the host name \"" + printable(x.host) + "\" is served here. Its zone needs a"
                                    + " proxied DNS record of that name, or the program an ORIGIN_URL that serves any name.");
                }
                case Replica.Answer.Later _ -> {
                    x.materialize();
                    return Next.Park.PARK;
                }
            }
        }
        HostBinding binding = x.binding;
        if (binding != null) {
            x.host = binding.host();
        }
        return Phase.SCREEN;
    }

    private boolean remembered(Visitor.HostMemory memory, RequestParser head, boolean secure) {
        byte[] bytes = memory.bytes;
        return bytes != null
                && memory.version == shared.replica().version()
                && memory.secure == secure
                && Arrays.equals(
                        bytes, 0, bytes.length, head.bytes(), head.hostStart(), head.hostStart() + head.hostLength());
    }

    private static void remember(Exchange x, HostBinding found, long version) {
        Visitor.HostMemory memory = x.visitor.hostMemory();
        RequestParser head = x.visitor.head();
        memory.bytes = Arrays.copyOfRange(head.bytes(), head.hostStart(), head.hostStart() + head.hostLength());
        memory.secure = x.secure;
        memory.authority = x.authority;
        memory.binding = found;
        memory.version = version;
    }

    /// True when the visitor used TLS, also where a trusted proxy ended it.
    private static boolean secure(Exchange x, RequestParser head) {
        if (x.visitor.trusted() && head.has(Field.X_FORWARDED_PROTO)) {
            if (head.says(Field.X_FORWARDED_PROTO, "https")) {
                return true;
            }
            if (head.says(Field.X_FORWARDED_PROTO, "http")) {
                return false;
            }
        }
        return x.visitor.tls();
    }

    private static String printable(String host) {
        return host.length() > 100 ? host.substring(0, 100) + "…" : host;
    }

    // ---- SCREEN: may it go on?

    Next screen(Exchange x) {
        if (x.misdirected) {
            // RFC 9110 section 7.4: what is asked of https must have come over TLS.
            return answer(x, 421, "The scheme of the request's target is not the one of its connection.");
        }
        if (x.bodyLength > shared.settings().limits().body()) {
            x.response.close = true;
            return answer(
                    x,
                    413,
                    "The request's body is larger than "
                            + shared.settings().limits().body() + " bytes.");
        }
        if ((x.materialized() || x.visitor.head().has(Field.CDN_LOOP))
                && passes(x) >= shared.settings().limits().loops()) {
            return answer(
                    x,
                    508,
                    "This request has passed Selvage too often (CDN-Loop): the origin of this host name leads back here.");
        }
        return Phase.ROUTE;
    }

    /// How often the request has passed us before (RFC 8586).
    private static int passes(Exchange x) {
        String field = x.field("cdn-loop");
        int passes = 0;
        if (field != null) {
            for (String member : field.split(",", -1)) {
                String token = member.strip();
                int end = token.indexOf(';');
                if ((end < 0 ? token : token.substring(0, end).strip()).equalsIgnoreCase("selvage")) {
                    passes++;
                }
            }
        }
        return passes;
    }

    // ---- ROUTE: what should happen?

    Next route(Exchange x) {
        HostBinding binding = bound(x);
        MissReason why = whyNotEligible(x, binding);
        x.plan = why == MissReason.NONE ? binding.eligible() : CachePlan.refused(why);
        return Phase.LOOKUP;
    }

    private static HostBinding bound(Exchange x) {
        HostBinding binding = x.binding;
        if (binding == null) {
            throw new IllegalStateException("an exchange left ADMIT without a zone");
        }
        return binding;
    }

    private static MissReason whyNotEligible(Exchange x, HostBinding binding) {
        if (x.upgrade) {
            return MissReason.UPGRADE;
        }
        if (!(x.method.equals("GET") || x.method.equals("HEAD")) || x.bodyLength != 0) {
            return MissReason.METHOD;
        }
        long developing = binding.zone().cache().developmentModeUntil();
        if (binding.zone().paused() || (developing > 0 && x.startedAt / 1000 < developing)) {
            return MissReason.DEVELOPMENT_MODE;
        }
        Boolean ruled = binding.ruledEligible();
        if (ruled != null && !ruled) {
            return MissReason.RULE;
        }
        if (ruled == null && !binding.rfc9111() && !staticFile(x)) {
            return MissReason.NOT_ELIGIBLE;
        }
        if (binding.zone().cache().cacheLevel() == CacheLevel.BASIC && hasQuery(x)) {
            return MissReason.QUERY;
        }
        return MissReason.NONE;
    }

    private static boolean staticFile(Exchange x) {
        if (x.materialized()) {
            byte[] target = x.target.getBytes(StandardCharsets.ISO_8859_1);
            return StaticFiles.named(target, 0, target.length);
        }
        RequestParser head = x.visitor.head();
        return StaticFiles.named(head.bytes(), head.targetStart(), head.targetLength());
    }

    private static boolean hasQuery(Exchange x) {
        if (x.materialized()) {
            return x.target.indexOf('?') >= 0;
        }
        RequestParser head = x.visitor.head();
        int start = head.targetStart();
        return NormalTarget.pathEnd(head.bytes(), start, head.targetLength()) < start + head.targetLength();
    }

    // ---- LOOKUP: do we have it?

    Next lookup(Exchange x) {
        CachePlan plan = planned(x);
        if (!plan.eligible()) {
            x.cacheStatus = plan.statusWhenNot();
            x.missReason = plan.whyNot();
            return Phase.FETCH;
        }
        CacheKey.Probe probe = probe(x);
        long now = x.startedAt;
        switch (shared.cache().find(probe, bound(x).fence(), x::field, now)) {
            case MemoryCache.Stored(Entry entry) -> {
                if (entry.fresh(now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.HIT;
                    return Phase.DELIVER;
                }
                if (entry.usableWhileRevalidating(now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.UPDATING;
                    x.missReason = MissReason.EXPIRED;
                    revalidateInBackground(x, entry, probe);
                    return Phase.DELIVER;
                }
                x.stale = entry;
                x.missReason = MissReason.EXPIRED;
                x.cacheStatus = CacheStatus.EXPIRED;
            }
            case MemoryCache.Absent(MissReason why, boolean collapse) -> {
                x.missReason = why;
                x.cacheStatus = CacheStatus.MISS;
                x.collapsible = collapse;
            }
        }
        if (x.method.equals("GET")) {
            x.key = probe.copy();
        }
        return Phase.FETCH;
    }

    private static CachePlan planned(Exchange x) {
        CachePlan plan = x.plan;
        if (plan == null) {
            throw new IllegalStateException("an exchange left ROUTE without a plan");
        }
        return plan;
    }

    private CacheKey.Probe probe(Exchange x) {
        HostBinding binding = bound(x);
        CacheKey.Probe probe = loop.probe();
        probe.begin(binding.zone().id(), x.secure);
        probe.append(x.authority);
        probe.append((byte) '\n');
        boolean sort = CacheTargets.sorts(binding);
        boolean dropQuery = CacheTargets.dropsQuery(binding);
        if (x.materialized() || sort) {
            String target = x.materialized() ? x.target : x.visitor.head().target();
            probe.append(CacheTargets.of(target, sort, dropQuery));
        } else {
            RequestParser head = x.visitor.head();
            int start = head.targetStart();
            int length = head.targetLength();
            int end = dropQuery ? NormalTarget.pathEnd(head.bytes(), start, length) : start + length;
            probe.append(head.bytes(), start, end - start);
        }
        return probe.finish();
    }

    private void revalidateInBackground(Exchange x, Entry entry, CacheKey.Probe probe) {
        CacheKey key = probe.copy();
        // What HEAD brings cannot refresh an entry; the next GET will.
        if (!x.method.equals("GET")
                || shared.fills().joinable(key) != null
                || !entry.body().tryRetain()) {
            return;
        }
        x.materialize();
        x.key = key;
        Fill fill = new Fill(loop, shared.fills(), origins, request(x, entry), null);
        if (shared.fills().publish(key, fill) != null) {
            entry.body().release();
            return;
        }
        x.background = fill;
        fill.start();
    }

    // ---- FETCH: join or start a fill

    Next fetch(Exchange x) {
        x.materialize();
        CacheKey key = x.key;
        // One that has passed us may be the very request that the running fill waits for.
        boolean share = key != null && x.collapsible && !x.alone && passes(x) == 0;
        if (key != null && share) {
            Fill running = shared.fills().joinable(key);
            if (running != null) {
                return join(x, running);
            }
        }
        Entry stale = x.stale;
        boolean keepStale = key != null && stale != null && stale.body().tryRetain();
        Fill fill = new Fill(loop, shared.fills(), origins, request(x, keepStale ? stale : null), x);
        if (key != null && share) {
            Fill quicker = shared.fills().publish(key, fill);
            if (quicker != null) {
                if (keepStale && stale != null) {
                    stale.body().release();
                }
                return join(x, quicker);
            }
        }
        x.fill = fill;
        fill.start();
        return Next.Park.PARK;
    }

    private static Next join(Exchange x, Fill running) {
        x.collapsed = true;
        running.join(x);
        return Next.Park.PARK;
    }

    private FillRequest request(Exchange x, @Nullable Entry stale) {
        HostBinding binding = bound(x);
        boolean storable = x.key != null;
        String control = x.field("cache-control");
        return new FillRequest(
                binding.zone().id(),
                binding.fence(),
                binding.origin(x.secure),
                OriginHead.name(x),
                x.method,
                OriginHead.encode(x, stale, storable),
                x.bodyLength != 0,
                x.bodyLength < 0,
                x.key,
                planned(x),
                x.field("authorization") != null,
                control != null && control.toLowerCase(Locale.ROOT).contains("no-store"),
                stale,
                x.fields());
    }

    /// What a fill's outcome means for one of those who waited for it.
    Phase filled(Exchange x, Filled filled) {
        return switch (filled) {
            case Filled.Use(Entry entry, boolean confirmed) -> {
                x.entry = entry;
                x.joined = true;
                settle(x, entry, confirmed);
                yield Phase.DELIVER;
            }
            case Filled.GoAlone _ -> {
                x.alone = true;
                x.collapsed = false;
                yield Phase.FETCH;
            }
            case Filled.LookAgain _ -> {
                x.alone = ++x.looks > 2;
                x.collapsed = false;
                releaseStale(x);
                yield Phase.LOOKUP;
            }
            case Filled.Failed(OriginFailure failure) -> failed(x, failure);
            case Filled.Switched(dev.selvage.edge.http.Headers headers) -> {
                x.cacheStatus = CacheStatus.DYNAMIC;
                x.missReason = MissReason.UPGRADE;
                x.response.status = 101;
                x.tunnel(headers);
                yield Phase.DELIVER;
            }
        };
    }

    private static void settle(Exchange x, Entry entry, boolean confirmed) {
        if (x.collapsed) {
            x.cacheStatus = CacheStatus.HIT;
        } else if (confirmed) {
            x.cacheStatus = CacheStatus.REVALIDATED;
        } else if (x.plan != null
                && x.plan.eligible()
                && x.method.equals("GET")
                && entry.storing() instanceof Storing.No(MissReason why)) {
            x.cacheStatus = CacheStatus.BYPASS;
            x.missReason = why;
        }
    }

    private Phase failed(Exchange x, OriginFailure failure) {
        Entry stale = x.stale;
        if (stale != null
                && stale.usableOnError(
                        loop.millis(), failure.unreachable(), planned(x).alwaysOnline())) {
            x.stale = null;
            x.entry = stale;
            x.cacheStatus = CacheStatus.STALE;
            return Phase.DELIVER;
        }
        answer(x, failure.status(), failure.explanation());
        return Phase.DELIVER;
    }

    // ---- DELIVER: send it

    /// Prepares a text of the edge's own.
    private static Next answer(Exchange x, int status, String text) {
        Response response = x.response;
        response.status = status;
        response.entry = null;
        response.text = (status + ": " + text + "\n").getBytes(StandardCharsets.UTF_8);
        response.textFields = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
        response.withBody = !x.method.equals("HEAD");
        response.end = response.text.length;
        response.cacheStatus = "Selvage; detail=" + (x.binding == null ? "unknown-host" : "error");
        return Phase.DELIVER;
    }

    Next deliver(Exchange x) {
        if (x.tunneling()) {
            return Next.Park.PARK;
        }
        Entry entry = x.entry;
        if (entry != null) {
            choose(x, entry);
        }
        x.visitor.deliver(x);
        return x.deliveredAlready() || x.left() ? Phase.RECORD : Next.Park.PARK;
    }

    private void choose(Exchange x, Entry entry) {
        Response response = x.response;
        response.entry = entry;
        response.status = entry.status();
        response.start = 0;
        // Trailers need chunks, although the length is known by now; and what HEAD got says nothing of the length.
        boolean whole = entry.body().state() == Body.State.COMPLETE
                && (entry.body().trailers().size() == 0 || x.http10)
                && !x.method.equals("HEAD");
        response.end = entry.length() < 0 && whole ? entry.body().available() : entry.length();
        response.withBody = !x.method.equals("HEAD") && entry.status() != 204 && entry.status() != 304;
        boolean cacheable = entry.storing() instanceof Storing.Yes;
        boolean stored = x.cacheStatus.bodyFromCache() && !x.collapsed;
        long now = loop.millis();
        String originAge = stored ? null : entry.headers().first("age");
        response.age = stored || originAge != null ? entry.age(now) : -1;
        response.browserTtl = cacheable ? planned(x).browserTtl() : CachePlan.BrowserTtl.RESPECT;
        CacheStatusField.say(x, entry, now);
        boolean conditional = planned(x).eligible() && entry.status() == 200;
        if (conditional && Conditions.notModified(entry, x.field("if-none-match"), x.field("if-modified-since"))) {
            response.status = 304;
            response.withBody = false;
            response.end = 0;
            return;
        }
        String range = conditional && x.method.equals("GET") ? x.field("range") : null;
        if (range != null && response.end >= 0 && Conditions.rangeAllowed(entry, x.field("if-range"))) {
            Ranges part = Ranges.of(range, response.end);
            if (Ranges.UNSATISFIABLE.equals(part)) {
                response.status = 416;
                response.whole = response.end;
                response.withBody = false;
                response.end = 0;
            } else if (part != null) {
                response.status = 206;
                response.whole = response.end;
                response.start = part.start();
                response.end = part.end();
            }
        }
    }

    // ---- RECORD: what happened?

    Next record(Exchange x) {
        x.end();
        HostBinding binding = x.binding;
        if (binding != null) {
            invalidate(x, binding);
            recording.record(x, binding);
        }
        Entry entry = x.entry;
        if (entry != null) {
            if (x.joined) {
                entry.body().leave(x);
            }
            entry.body().release();
            x.entry = null;
        }
        releaseStale(x);
        x.response.entry = null;
        return Phase.DONE;
    }

    /// RFC 9111 section 4.4: a successful unsafe request makes what is stored under its URI invalid.
    private void invalidate(Exchange x, HostBinding binding) {
        boolean safe = switch (x.method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
        Fill asked = x.fill;
        if (!safe && asked != null && asked.originStatus() >= 200 && asked.originStatus() < 400) {
            CacheTargets.key(binding, x.secure, x.authority, x.target).ifPresent(shared.fills()::purge);
        }
    }

    private static void releaseStale(Exchange x) {
        Entry stale = x.stale;
        if (stale != null) {
            x.stale = null;
            stale.body().release();
        }
    }
}
