package dev.selvage.edge.request;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheControl;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.fill.FillRequest;
import dev.selvage.edge.fill.Filled;
import dev.selvage.edge.fill.OriginFailure;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.zone.CacheLevel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The seven phases, on one loop. Each looks at an exchange and says what comes next; see
/// [Exchange#run].
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
            Visitor.HostMemory memory = x.visitor.hostMemory();
            if (remembered(memory, head)) {
                x.binding = memory.binding;
            } else {
                x.host = normal(head.host());
            }
        }
        if (x.binding == null) {
            long version = shared.replica().version();
            switch (shared.replica().find(x.host, () -> loop.executor().execute(() -> x.run(Phase.ADMIT)))) {
                case Replica.Answer.Bound(HostBinding found) -> {
                    x.binding = found;
                    if (!x.materialized()) {
                        remember(x.visitor.hostMemory(), x.visitor.head(), found, version);
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

    private boolean remembered(Visitor.HostMemory memory, RequestParser head) {
        byte[] bytes = memory.bytes;
        return bytes != null
                && memory.version == shared.replica().version()
                && Arrays.equals(
                        bytes, 0, bytes.length, head.bytes(), head.hostStart(), head.hostStart() + head.hostLength());
    }

    private static void remember(Visitor.HostMemory memory, RequestParser head, HostBinding found, long version) {
        memory.bytes = Arrays.copyOfRange(head.bytes(), head.hostStart(), head.hostStart() + head.hostLength());
        memory.binding = found;
        memory.version = version;
    }

    /// The host name without port and trailing dot, lower case.
    static String normal(String host) {
        int end = host.length();
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && host.indexOf(']', colon) < 0) {
            end = colon;
        }
        if (end > 0 && host.charAt(end - 1) == '.') {
            end--;
        }
        return host.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static String printable(String host) {
        return host.length() > 100 ? host.substring(0, 100) + "…" : host;
    }

    // ---- SCREEN: may it go on?

    Next screen(Exchange x) {
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
        return (x.materialized() ? x.target : x.visitor.head().target()).indexOf('?') >= 0;
    }

    // ---- LOOKUP: do we have it?

    Next lookup(Exchange x) {
        CachePlan plan = planned(x);
        if (!plan.eligible()) {
            x.cacheStatus = plan.statusWhenNot();
            x.missReason = plan.whyNot();
            // RFC 9110 section 9.3.3: what a POST brings may be what a GET would.
            if (x.method.equals("POST")
                    && plan.whyNot() == MissReason.METHOD
                    && shared.fills().byTheLetter()) {
                x.key = probe(x).copy();
            }
            return Phase.FETCH;
        }
        CacheKey.Probe probe = probe(x);
        long now = x.startedAt;
        Demand demand = demand(x);
        switch (shared.cache().find(probe, bound(x).fence(), x::field, now)) {
            case MemoryCache.Stored(Entry entry) -> {
                if (entry.fresh(now) && demand.acceptsFresh(entry, now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.HIT;
                    return Phase.DELIVER;
                }
                if (demand.acceptsStale(entry, now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.STALE;
                    return Phase.DELIVER;
                }
                if (!entry.fresh(now) && demand.leavesStaleToOrigin() && entry.usableWhileRevalidating(now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.UPDATING;
                    x.missReason = MissReason.EXPIRED;
                    revalidateInBackground(x, entry, probe);
                    return Phase.DELIVER;
                }
                x.stale = entry;
                x.collapsible = entry.reusable();
                x.missReason = entry.fresh(now) ? MissReason.REQUEST_DIRECTIVE : MissReason.EXPIRED;
                x.cacheStatus = CacheStatus.EXPIRED;
            }
            case MemoryCache.Absent(MissReason why, boolean collapse) -> {
                x.missReason = why;
                x.cacheStatus = CacheStatus.MISS;
                x.collapsible = collapse;
            }
        }
        if (demand.onlyIfCached()) {
            return answer(
                    x,
                    504,
                    "Nothing is stored that could answer this request, and it asks for nothing else"
                            + " (Cache-Control: only-if-cached).");
        }
        x.key = probe.copy();
        return Phase.FETCH;
    }

    private Demand demand(Exchange x) {
        boolean said = x.materialized()
                ? x.fields().has("cache-control")
                : x.visitor.head().has(Field.CACHE_CONTROL);
        return said ? Demand.of(x.field("cache-control"), shared.fills().byTheLetter()) : Demand.NONE;
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
        probe.begin(binding.zone().id(), x.visitor.tls());
        probe.append(x.host);
        probe.append((byte) '\n');
        boolean sort = binding.zone().cache().sortQueryString();
        boolean dropQuery = binding.zone().cache().cacheLevel() == CacheLevel.SIMPLIFIED;
        if (x.materialized() || sort || dropQuery) {
            String target = x.materialized() ? x.target : x.visitor.head().target();
            probe.append(CacheTargets.of(target, sort, dropQuery));
        } else {
            RequestParser head = x.visitor.head();
            if (head.targetLength() == 0 || head.bytes()[head.targetStart()] == '?') {
                probe.append((byte) '/');
            }
            probe.append(head.bytes(), head.targetStart(), head.targetLength());
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
        CacheKey key = x.method.equals("GET") ? x.key : null;
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
        // What HEAD brings is not stored, but may confirm what is.
        CacheKey key = x.method.equals("HEAD") ? null : x.key;
        boolean whole = x.method.equals("GET") && key != null;
        String origin = (x.visitor.tls() ? "s" : "p") + x.host;
        byte[] head = OriginHead.encode(x, stale, whole);
        return new FillRequest(
                binding.zone().id(),
                binding.fence(),
                binding.origin(x.visitor.tls()),
                OriginHead.name(x),
                x.method,
                head,
                stale == null ? head : OriginHead.encode(x, null, whole),
                x.bodyLength != 0,
                x.bodyLength < 0,
                key,
                x.method.equals("POST") && key != null ? binding.eligible() : planned(x),
                x.field("authorization") != null,
                CacheControl.parse(x.field("cache-control")).noStore(),
                stale,
                x.fields(),
                origin,
                UnsafeTarget.unsafe(x.method)
                        ? new UnsafeTarget(binding, x.visitor.tls(), x.hostField, x.target, origin)
                        : null);
    }

    /// What a fill's outcome means for one of those who waited for it.
    Phase filled(Exchange x, Filled filled) {
        return switch (filled) {
            case Filled.Use(Entry entry, boolean confirmed) -> {
                x.entry = entry;
                x.joined = true;
                if (x.method.equals("HEAD")) {
                    confirmByHead(x, entry);
                }
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

    /// Renews the stored response to GET by what HEAD said of it (RFC 9111 section 4.3.5).
    private void confirmByHead(Exchange x, Entry answer) {
        Entry stale = x.stale;
        CacheKey key = x.key;
        if (stale == null
                || key == null
                || answer.status() != stale.status()
                || !stale.identifiedBy(answer.headers())) {
            return;
        }
        String length = answer.headers().first("content-length");
        if (length != null && !length.equals(Long.toString(stale.length()))) {
            return;
        }
        long now = loop.millis();
        Storing.Facts facts = new Storing.Facts(
                planned(x),
                "GET",
                x.field("authorization") != null,
                CacheControl.parse(x.field("cache-control")).noStore(),
                false,
                shared.fills().byTheLetter(),
                x.startedAt,
                now);
        Storing decision = Storing.decide(facts, stale.status(), stale.updatedBy(answer.headers()));
        if (decision instanceof Storing.Yes) {
            Entry renewed = stale.confirmed(answer.headers(), decision, answer.born(), now)
                    .shareable();
            shared.cache().store(key, renewed, () -> !bound(x).fence().hides(renewed));
        }
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
                && x.missReason != MissReason.REQUEST_DIRECTIVE
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
            if (entry.compressible()) {
                negotiate(x, entry);
            } else if (entry.status() == 304) {
                confirmForm(x, entry);
            }
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
        if (range != null
                && response.end >= 0
                && Conditions.rangeAllowed(entry, x.field("if-range"))
                && !partOfAnyCoding(x, entry)) {
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

    /// Chooses the content coding of what may be compressed: one that is kept with the entry, one that
    /// is being made, or a new one; or none.
    private void negotiate(Exchange x, Entry entry) {
        Encodings encodings = shared.encodings();
        Response response = x.response;
        response.negotiated = encodings.enabled();
        long accept = encodings.enabled() ? x.acceptEncoding() : AcceptEncoding.ABSENT;
        // Parts are always parts of what has no coding, whose strong tag they carry.
        if (accept == AcceptEncoding.ABSENT
                || response.status == 206
                || response.status == 416
                || x.field("range") != null
                || CacheControl.parse(x.field("cache-control")).noTransform()) {
            return;
        }
        Body source = entry.body();
        // What HEAD brings is not kept, but is to be told as GET's, which is.
        boolean kept =
                !source.windowed() || (x.method.equals("HEAD") && planned(x).eligible());
        Coding coding = encodings.choose(accept, kept);
        if (coding == null) {
            return;
        }
        Form known = source.form(coding);
        if (known != null && known.useless()) {
            return;
        }
        if (known != null && known.complete() && known.body().tryRetain()) {
            send(response, known, x.http10);
        } else if (!response.withBody) {
            // What GET would be told, as far as it is known.
            response.coding = coding;
            response.end = response.status == 304 ? 0 : -1;
        } else if (!x.http10) {
            encode(x, source, coding);
        }
    }

    /// True when the visitor may hold parts of an encoded form: it named them by a date, which is the
    /// same in every coding (RFC 9110 section 8.8.2.2), and accepts codings.
    private boolean partOfAnyCoding(Exchange x, Entry entry) {
        String ifRange = x.field("if-range");
        return ifRange != null
                && !ifRange.startsWith("\"")
                && entry.compressible()
                && shared.encodings().enabled()
                && AcceptEncoding.best(x.acceptEncoding(), -1, true) != null;
    }

    /// The origin says of what was compressed in passing that it has not changed: with the tag that the
    /// visitor knows it by.
    private void confirmForm(Exchange x, Entry entry) {
        String etag = entry.etag();
        String held = x.field("if-none-match");
        if (shared.encodings().enabled() && etag != null && held != null && held.contains("W/" + etag)) {
            x.response.coding = AcceptEncoding.best(x.acceptEncoding(), -1, false);
            x.response.negotiated = x.response.coding != null;
        }
    }

    private static void send(Response response, Form form, boolean http10) {
        response.form = form;
        response.coding = form.coding();
        if (response.status != 304) {
            boolean whole = form.complete() && (form.body().trailers().size() == 0 || http10);
            response.end = whole ? form.body().available() : -1;
        }
    }

    private void encode(Exchange x, Body source, Coding coding) {
        CacheKey key = x.key == null ? probe(x).copy() : x.key;
        Form form =
                shared.encodings().open(source, coding, x, () -> shared.cache().weighAgain(key));
        if (form != null) {
            x.joinedForm = true;
            send(x.response, form, false);
            if (x.joined) {
                // It is the encoding that reads the source now.
                x.joined = false;
                source.leave(x);
            }
        }
    }

    // ---- RECORD: what happened?

    Next record(Exchange x) {
        x.end();
        HostBinding binding = x.binding;
        if (binding != null) {
            recording.record(x, binding);
        }
        Form form = x.response.form;
        if (form != null) {
            if (x.joinedForm) {
                form.body().leave(x);
            }
            form.body().release();
            x.response.form = null;
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

    private static void releaseStale(Exchange x) {
        Entry stale = x.stale;
        if (stale != null) {
            x.stale = null;
            stale.body().release();
        }
    }
}
