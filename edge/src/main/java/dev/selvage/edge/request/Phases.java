package dev.selvage.edge.request;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheControl;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.cache.KeyPart;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.config.CookieRule;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.config.Redirection;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.config.ZonePrograms;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.fill.FillRequest;
import dev.selvage.edge.fill.Filled;
import dev.selvage.edge.fill.OriginFailure;
import dev.selvage.edge.fill.OriginPool;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.edge.http.Ranges;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.refill.Refill;
import dev.selvage.edge.tier.TierAnswer;
import dev.selvage.edge.tier.TierRequest;
import dev.selvage.edge.tier.Tiering;
import dev.selvage.edge.tier.Upper;
import dev.selvage.edge.tier.UpperRequest;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.rules.program.Evaluation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The seven phases, on one loop. Each looks at an exchange and says what comes next; see
/// [Exchange#run].
public final class Phases {
    /// How long it takes at most until it is looked again whether a purge has come, milliseconds.
    private static final long MOST_BETWEEN_LOOKS = 50;

    private final Loop loop;
    private final Shared shared;
    private final OriginPool origins;
    private final Recording recording;
    private final Boundaries boundaries = new Boundaries();
    private final KeyedRequest keyed = new KeyedRequest();
    private final RequestFacts facts = new RequestFacts();
    private final Evaluation evaluation = new Evaluation(facts);
    private final RuleActions rules;
    private final FailureLog failures = new FailureLog();

    public Phases(Loop loop, Shared shared, OriginPool origins) {
        this.loop = loop;
        this.shared = shared;
        this.origins = origins;
        this.recording = new Recording(loop, shared.settings().colo());
        this.rules = new RuleActions(
                facts, evaluation, shared.rates(), shared.settings().limits().target());
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
            if (head.has(Field.SELVAGE_TIER) && fromLower(x, head)) {
                x.host = Authority.host(head.host()).orElse("");
            } else if (remembered(memory, head, x.secure)) {
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

    /// True when a lower edge asks; else whatever the field says is nobody's word.
    private boolean fromLower(Exchange x, RequestParser head) {
        TierRequest tier = shared.tiering()
                .recognised(
                        head.joined(TierRequest.FIELD), x.startedAt / 1000, x.method, head.host(), head.rawTarget());
        if (tier == null || x.bodyLength != 0 || x.upgrade || head.absolute()) {
            return false;
        }
        x.from(tier, head.host());
        return true;
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
        TierRequest tier = x.tier;
        return tier != null && waits(x, tier, bound(x)) ? Next.Park.PARK : Phase.ROUTE;
    }

    /// True when a lower edge knows of purges, or of a configuration, that this edge does not, so that what is stored
    /// here may be what the lower edge must not get any more.
    private boolean waits(Exchange x, TierRequest tier, HostBinding binding) {
        Tiering tiering = shared.tiering();
        ZoneConfig zone = binding.zone();
        if (x.behind
                || tiering.caughtUp(
                        tier, zone.id(), zone.version(), binding.fence().applied())) {
            return false;
        }
        if (loop.nanos() - x.tierSince > Tiering.LONGEST_WAIT.toNanos()) {
            x.behind = true;
            tiering.isBehind();
            return false;
        }
        if (x.tierLooks == 0) {
            tiering.waits();
        }
        long millis = Math.min(MOST_BETWEEN_LOOKS, 1L << Math.min(x.tierLooks++, 30));
        loop.executor().schedule(() -> x.resume(tier), millis, TimeUnit.MILLISECONDS);
        return true;
    }

    /// How often the request has passed us before (RFC 8586).
    ///
    /// The step from a lower edge counts: edges that are each other's upper are a loop too.
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
        ZonePrograms programs = binding.programs();
        boolean inner = x.inner();
        // The lower edge has done so, for its visitor.
        if (!inner && programs.turns() && rules.turned(x, programs)) {
            return Phase.DELIVER;
        }
        RequestPolicy policy = binding.varies() ? ruled(x, binding) : binding.policy();
        x.policy = policy;
        Redirection redirection = policy.redirection();
        if (redirection != null && !inner) {
            String location = redirection.location(x.secure, x.target());
            if (location != null) {
                RuleActions.redirect(x, redirection.status(), location);
                return Phase.DELIVER;
            }
        }
        if (!inner && programs.refuses() && rules.refused(x, programs, loop.millis())) {
            return Phase.DELIVER;
        }
        CookieRule.Verdict verdict = verdict(x, policy.cookies());
        MissReason why = whyNotEligible(x, binding, policy, verdict);
        x.plan = why != MissReason.NONE
                ? CachePlan.refused(why)
                : verdict == CookieRule.Verdict.CACHE && policy.cookies() != null
                        ? policy.cookies().everything()
                        : policy.eligible();
        return Phase.LOOKUP;
    }

    /// What the zone says of this request, where it varies.
    private RequestPolicy ruled(Exchange x, HostBinding binding) {
        facts.turnTo(x);
        evaluation.begin();
        // The port as the key knows it: what a visitor makes up chooses no rule.
        boolean usual = x.authority.length() == x.host.length();
        int port = !usual ? x.port() : x.secure ? 443 : 80;
        if (x.materialized()) {
            byte[] target = x.target.getBytes(StandardCharsets.ISO_8859_1);
            return binding.policy(evaluation, x.secure, port, target, 0, target.length);
        }
        RequestParser head = x.visitor.head();
        return binding.policy(evaluation, x.secure, port, head.bytes(), head.targetStart(), head.targetLength());
    }

    private static CookieRule.Verdict verdict(Exchange x, @Nullable CookieRule rule) {
        boolean asked = rule != null
                && (x.materialized()
                        ? x.received().has("cookie")
                        : x.visitor.head().has(Field.COOKIE));
        String cookies = asked ? x.field("cookie") : null;
        return rule == null || cookies == null ? CookieRule.Verdict.NOTHING : rule.verdict(cookies);
    }

    private static HostBinding bound(Exchange x) {
        HostBinding binding = x.binding;
        if (binding == null) {
            throw new IllegalStateException("an exchange left ADMIT without a zone");
        }
        return binding;
    }

    private static RequestPolicy policy(Exchange x) {
        RequestPolicy policy = x.policy;
        if (policy == null) {
            throw new IllegalStateException("an exchange left ROUTE without a policy");
        }
        return policy;
    }

    private static MissReason whyNotEligible(
            Exchange x, HostBinding binding, RequestPolicy policy, CookieRule.Verdict verdict) {
        if (x.behind) {
            return MissReason.PURGED;
        }
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
        Boolean ruled = switch (verdict) {
            case NOTHING -> policy.ruledEligible();
            case BYPASS -> false;
            case CACHE -> true;
        };
        if (ruled != null && !ruled) {
            return MissReason.RULE;
        }
        if (ruled == null && !policy.eligible().rfc9111() && !staticFile(x)) {
            return MissReason.NOT_ELIGIBLE;
        }
        if (policy.cacheLevel() == CacheLevel.BASIC && verdict != CookieRule.Verdict.CACHE && hasQuery(x)) {
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
            // RFC 9110 section 9.3.3: what a POST brings may be what a GET would.
            if (x.method.equals("POST")
                    && plan.whyNot() == MissReason.METHOD
                    && shared.fills().byTheLetter()) {
                x.key = probe(x).copy();
            }
            return Phase.FETCH;
        }
        CacheKey.Probe probe = probe(x);
        // Not when it came: it may have waited for a fill, and what arrived meanwhile must not look younger than it is.
        long now = loop.millis();
        Demand demand = demand(x);
        boolean cutOff = !shared.replica().lease().holds(loop.nanos());
        switch (shared.cache().find(probe, bound(x).fence(), x::selecting, now)) {
            case MemoryCache.Stored(Entry entry)
            when !serves(x, entry) -> {
                x.held = entry;
                x.missReason = MissReason.RANGE;
                x.cacheStatus = CacheStatus.MISS;
                x.collapsible = storable(entry);
            }
            case MemoryCache.Stored(Entry entry)
            when cutOff -> {
                x.stale = entry;
                x.missReason = MissReason.CUT_OFF;
                x.cacheStatus = CacheStatus.EXPIRED;
            }
            case MemoryCache.Stored(Entry entry) -> {
                if (entry.fresh(now) && demand.acceptsFresh(entry, now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.HIT;
                    return Phase.DELIVER;
                }
                // A lower edge could not tell what a purge made stale from what is fresh.
                if (!x.inner() && demand.acceptsStale(entry, now)) {
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.STALE;
                    return Phase.DELIVER;
                }
                if (!x.inner()
                        && plan.staleWhileUpdating()
                        && !entry.fresh(now)
                        && demand.leavesStaleToOrigin()
                        && entry.usableWhileRevalidating(now)) {
                    x.refill = limited(x) && entry.expiredByPurge();
                    x.entry = entry;
                    x.cacheStatus = CacheStatus.UPDATING;
                    x.missReason = MissReason.EXPIRED;
                    revalidateInBackground(x, entry, probe);
                    return Phase.DELIVER;
                }
                if (limited(x) && entry.expiredByPurge()) {
                    x.refill = true;
                    if (staleInstead(x, demand, entry, probe)) {
                        x.entry = entry;
                        x.cacheStatus = CacheStatus.UPDATING;
                        x.missReason = MissReason.EXPIRED;
                        return Phase.DELIVER;
                    }
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
                x.refill = limited(x)
                        && (why == MissReason.PURGED
                                || shared.refills().mayHaveLost(bound(x).fence(), probe, loop.nanos()));
            }
        }
        // What another fill brings may have been purged since it began.
        x.collapsible &= !cutOff;
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

    private static boolean limited(Exchange x) {
        return bound(x).zone().cache().refillsPerSecond() > 0;
    }

    /// True when what a purge made stale is to be served as it is, because there is no turn to ask the origin; takes
    /// the turn otherwise.
    private boolean staleInstead(Exchange x, Demand demand, Entry entry, CacheKey.Probe probe) {
        if (x.inner()
                || shared.tiering().upper() != null
                || entry.mustRevalidate()
                || !demand.leavesStaleToOrigin()
                || !planned(x).staleWhileUpdating()
                || shared.fills().joinable(probe.copy()) != null) {
            return false;
        }
        if (refill(x, policy(x).origin(x.secure)).takeNow(loop.nanos())) {
            x.refill = false;
            return false;
        }
        shared.refills().servedStale();
        return true;
    }

    private Refill refill(Exchange x, OriginTarget target) {
        ZoneConfig zone = bound(x).zone();
        return new Refill(
                shared.refills(), zone.id(), target, x.host, zone.cache().refillsPerSecond());
    }

    /// True when an entry has the bytes that are asked for; HEAD is about all of them.
    private static boolean serves(Exchange x, Entry entry) {
        return entry.part() == null || (x.method.equals("GET") && entry.suffices(x::field));
    }

    private boolean storable(Entry entry) {
        ContentRange part = entry.part();
        return part == null || part.complete() <= shared.fills().maxObject();
    }

    private Demand demand(Exchange x) {
        boolean said = x.materialized()
                ? x.received().has("cache-control")
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
        return policy(x).key().write(loop.probe(), bound(x).zone().id(), keyed.of(x));
    }

    /// The parts of the key of an exchange that has left ROUTE.
    List<KeyPart> keyParts(Exchange x) {
        return policy(x).key().explain(keyed.of(x));
    }

    private void revalidateInBackground(Exchange x, Entry entry, CacheKey.Probe probe) {
        CacheKey key = probe.copy();
        // What HEAD brings cannot refresh an entry; the next GET will.
        if (!x.method.equals("GET")
                || shared.fills().joinable(key) != null
                || !entry.body().tryRetain()) {
            return;
        }
        if (x.refill) {
            // It is served stale in any case: in the background nobody waits for a turn.
            if (shared.tiering().upper() == null
                    && !refill(x, policy(x).origin(x.secure)).takeNow(loop.nanos())) {
                shared.refills().servedStale();
                entry.body().release();
                return;
            }
            x.refill = false;
        }
        x.materialize();
        x.key = key;
        Fill fill = new Fill(loop, shared.fills(), origins, request(x, entry, key, Extent.WHOLE), null);
        if (shared.fills().publish(key, fill) != null) {
            fill.forgo();
            return;
        }
        x.background = fill;
        fill.start();
    }

    // ---- FETCH: join or start a fill

    Next fetch(Exchange x) {
        x.materialize();
        ZonePrograms programs = bound(x).programs();
        if (programs.limitsOrigin() && !x.inner() && !x.unlimited && !x.limitedAtOrigin) {
            x.limitedAtOrigin = true;
            if (rules.refusedAtOrigin(x, programs, loop.millis())) {
                return Phase.DELIVER;
            }
        }
        CacheKey key = x.method.equals("GET") ? x.key : null;
        // One that has passed us may be the very request that the running fill waits for; not so where the step from
        // a lower edge is all that it has passed.
        boolean share = key != null
                && x.collapsible
                && !x.alone
                && passes(x) == (x.tier == null ? 0 : 1)
                && demand(x).sharesFills();
        Extent extent = key == null
                ? Extent.WHOLE
                : PartialContent.extent(x, x.collapsible, shared.fills().maxObject());
        if (key != null && share) {
            Fill running = shared.fills().joinable(key);
            if (running != null && (!(extent instanceof Extent.AsAsked) || running.reached(PartialContent.near(x)))) {
                return join(x, running);
            }
        }
        CacheKey joinKey =
                key != null && extent instanceof Extent.AsAsked ? key.ofRange(String.valueOf(x.field("range"))) : key;
        if (joinKey != null && share) {
            Fill running = shared.fills().joinable(joinKey);
            if (running != null) {
                return join(x, running);
            }
        }
        Entry stale = x.stale;
        boolean keepStale = key != null && stale != null && stale.body().tryRetain();
        if (extent instanceof Extent.Rest(Entry held) && !held.body().tryRetain()) {
            extent = Extent.WHOLE;
        }
        Fill fill = new Fill(loop, shared.fills(), origins, request(x, keepStale ? stale : null, joinKey, extent), x);
        if (joinKey != null && share) {
            Fill quicker = shared.fills().publish(joinKey, fill);
            if (quicker != null) {
                fill.forgo();
                return join(x, quicker);
            }
            if (key != null && stale == null && x.held == null && !x.lookedTwice && storedMeanwhile(x, key)) {
                // The fill that was running when the cache was asked has ended since, and left what it brought.
                x.lookedTwice = true;
                x.missReason = MissReason.NONE;
                shared.fills().unpublish(joinKey, fill);
                fill.forgo();
                return Phase.LOOKUP;
            }
        }
        x.fill = fill;
        fill.start();
        return Next.Park.PARK;
    }

    private boolean storedMeanwhile(Exchange x, CacheKey key) {
        if (shared.cache().find(key, bound(x).fence(), x::selecting, loop.millis())
                instanceof MemoryCache.Stored(Entry entry)) {
            entry.body().release();
            return true;
        }
        return false;
    }

    private static Next join(Exchange x, Fill running) {
        x.collapsed = true;
        running.join(x);
        return Next.Park.PARK;
    }

    private FillRequest request(Exchange x, @Nullable Entry stale, @Nullable CacheKey joinKey, Extent extent) {
        HostBinding binding = bound(x);
        RequestPolicy policy = policy(x);
        // What HEAD brings is not stored, but may confirm what is.
        CacheKey key = x.method.equals("HEAD") ? null : x.key;
        boolean whole = x.key != null && (x.method.equals("GET") || x.method.equals("HEAD"));
        String origin = origin(x);
        OriginTarget target = policy.origin(x.secure);
        if (!binding.programs().requestHeaders().isEmpty()) {
            boolean normal = x.plan != null && x.plan.eligible();
            x.originEdits = rules.towardsOrigin(x, binding.programs(), normal);
        }
        byte[] head = OriginHead.encode(x, stale, whole, extent);
        boolean plain = stale == null && extent instanceof Extent.Whole;
        return new FillRequest(
                binding.zone().id(),
                binding.fence(),
                target,
                target.sni() == null ? OriginHead.name(x) : target.sni(),
                x.method,
                head,
                plain ? head : OriginHead.encode(x, null, whole, Extent.WHOLE),
                x.bodyLength != 0,
                x.bodyLength < 0,
                key,
                joinKey,
                extent,
                x.method.equals("POST") && key != null ? policy.eligible() : planned(x),
                armored(x),
                policy.readTimeout(),
                x.field("authorization") != null,
                CacheControl.parse(x.field("cache-control")).noStore(),
                stale,
                x.fields(),
                origin,
                UnsafeTarget.unsafe(x.method)
                        ? new UnsafeTarget(
                                binding,
                                policy,
                                x.secure,
                                x.authority,
                                x.target,
                                x.askedTarget(),
                                x.visitor.port(),
                                origin)
                        : null,
                upper(x, target, stale, extent),
                x.refill ? refill(x, target) : null);
    }

    /// The same for the upper edge; null where it is not to be asked.
    private @Nullable UpperRequest upper(Exchange x, OriginTarget target, @Nullable Entry stale, Extent extent) {
        Upper upper = shared.tiering().upper();
        boolean safe = x.method.equals("GET") || x.method.equals("HEAD");
        if (upper == null || !safe || !planned(x).eligible()) {
            return null;
        }
        if (target.tls() && !upper.target().tls()) {
            // Whoever wants the way to the origin encrypted has not asked for one in the clear.
            return null;
        }
        return OriginHead.upper(x, upper, bound(x), stale, extent);
    }

    /// The ending of the path that a response's media type must belong to; null when any will do.
    private static @Nullable String armored(Exchange x) {
        return policy(x).deceptionArmor() ? StaticFiles.ending(x.target) : null;
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
            case Filled.Failed(OriginFailure failure) -> {
                if (x.collapsed && x.looks == 0 && failure.mayBeOfOneRequest()) {
                    // Whoever asked first may have brought it about; one more try is not his.
                    x.looks = 1;
                    x.collapsed = false;
                    releaseStale(x);
                    yield Phase.LOOKUP;
                }
                yield failed(x, failure);
            }
            case Filled.Switched(Headers headers) -> {
                x.cacheStatus = CacheStatus.DYNAMIC;
                x.missReason = MissReason.UPGRADE;
                x.response.status = 101;
                x.tunnel(headers);
                yield Phase.DELIVER;
            }
        };
    }

    /// What tells origins of a zone apart.
    private static String origin(Exchange x) {
        return (x.secure ? "s" : "p") + x.host;
    }

    /// Renews the stored response to GET by what HEAD said of it (RFC 9111 section 4.3.5).
    private void confirmByHead(Exchange x, Entry answer) {
        Entry stale = x.stale;
        CacheKey key = x.key;
        if (stale == null || key == null || answer.status() != stale.status() || !stale.describedBy(answer.headers())) {
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
                armored(x),
                x.field("authorization") != null,
                CacheControl.parse(x.field("cache-control")).noStore(),
                false,
                shared.fills().byTheLetter(),
                x.startedAt,
                now);
        Storing decision = Storing.decide(facts, stale.status(), stale.updatedBy(answer.headers()));
        if (decision instanceof Storing.Yes) {
            Entry.Selection selection =
                    new Entry.Selection(x.fields()::joined, shared.fills().variance(), origin(x));
            Entry renewed = stale.confirmed(answer.headers(), decision, answer.birth(), now, selection)
                    .shareable();
            shared.cache().renew(key, stale, renewed, bound(x).fence());
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
                && !x.inner()
                && x.missReason != MissReason.REQUEST_DIRECTIVE
                && x.missReason != MissReason.CUT_OFF
                && stale.usableOnError(
                        loop.millis(), failure.unreachable(), planned(x).alwaysOnline())) {
            x.stale = null;
            x.entry = stale;
            x.cacheStatus = CacheStatus.STALE;
            return Phase.DELIVER;
        }
        failures.failed(x.host, failure, loop.nanos());
        answer(x, failure.status(), failure.explanation());
        if (failure instanceof OriginFailure.Deferred(int seconds)) {
            x.response.fields = x.response.fields.with("retry-after", Integer.toString(seconds));
        }
        x.response.errorType = failure.errorType();
        x.response.cacheStatus = "Selvage; detail=" + failure.detail();
        return Phase.DELIVER;
    }

    // ---- DELIVER: send it

    /// Prepares a text of the edge's own.
    private static Next answer(Exchange x, int status, String text) {
        OwnPages.put(x, status, status + ": " + text + "\n", "text/plain");
        Response response = x.response;
        response.errorType = status >= 500 ? "5xx" : "";
        response.cacheStatus = "Selvage; detail=" + (x.binding == null ? "unknown-host" : "error");
        return Phase.DELIVER;
    }

    Next deliver(Exchange x) {
        if (x.tunneling()) {
            return Next.Park.PARK;
        }
        Entry chosen = x.entry;
        if (chosen != null) {
            choose(x, chosen);
        }
        HostBinding binding = x.binding;
        ZonePrograms programs = binding == null ? ZonePrograms.NONE : binding.programs();
        boolean inner = x.inner();
        if (!inner && !programs.errors().isEmpty() && replaceable(x)) {
            rules.served(x, programs);
        }
        Entry entry = x.response.entry;
        if (x.tier != null) {
            x.response.tier = entry == null ? TierAnswer.FAILED : x.behind ? TierAnswer.BEHIND : TierAnswer.CACHED;
        }
        if (entry != null && !inner) {
            if (entry.compressible()) {
                negotiate(x, entry);
            } else if (entry.status() == 304) {
                confirmForm(x, entry);
            }
        }
        if (!inner && !programs.responseHeaders().isEmpty()) {
            rules.edited(x, programs);
        }
        x.visitor.deliver(x);
        return x.deliveredAlready() || x.left() ? Phase.RECORD : Next.Park.PARK;
    }

    /// True for an error that the owner may have a page of their own for.
    private static boolean replaceable(Exchange x) {
        boolean passed = x.response.entry != null && x.policy != null && x.policy.originErrorPassThrough();
        return x.response.status >= 400 && !x.response.ownersPage && !passed;
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
        long now = loop.millis();
        // Who joined a fill late gets what is seconds old, as from the cache.
        boolean stored = x.cacheStatus.bodyFromCache() && (!x.collapsed || entry.age(now) > 0);
        String originAge = stored ? null : entry.headers().first("age");
        response.age = stored || originAge != null ? entry.age(now) : -1;
        response.browserTtl = cacheable && !x.inner() ? planned(x).browserTtl() : CachePlan.BrowserTtl.RESPECT;
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
            select(response, entry, range);
        } else if (entry.part() != null) {
            sendAll(response, entry);
        }
    }

    /// Sends a part as it is.
    private static void sendAll(Response response, Entry entry) {
        ContentRange part = entry.part();
        if (part != null) {
            response.status = 206;
            response.whole = part.complete();
            response.offset = part.first();
        }
    }

    /// Turns the whole into the part that `range` asks for, where it can be sent (RFC 9110 section 14.2).
    private void select(Response response, Entry entry, String range) {
        Ranges ranges = Ranges.parse(range);
        ContentRange held = entry.part();
        long whole = held == null ? response.end : held.complete();
        long offset = held == null ? 0 : held.first();
        switch (ranges == null ? new Ranges.Whole() : ranges.of(whole)) {
            case Ranges.Whole _ -> sendAll(response, entry);
            case Ranges.Unsatisfiable _ -> {
                response.status = 416;
                response.whole = whole;
                response.withBody = false;
                response.end = 0;
            }
            case Ranges.Parts(List<Ranges.Part> parts)
            when held != null && !parts.stream().allMatch(part -> held.holds(part.start(), part.end())) ->
                sendAll(response, entry);
            case Ranges.Parts(List<Ranges.Part> parts)
            when parts.size() == 1 -> {
                response.status = 206;
                response.whole = whole;
                response.offset = offset;
                response.start = parts.getFirst().start() - offset;
                response.end = parts.getFirst().end() - offset;
            }
            case Ranges.Parts(List<Ranges.Part> parts) -> {
                // What is not stored lets go of its bytes, and one cannot come back to them; and nobody could
                // tell whether a coding is the parts' or of all that surrounds them.
                if (entry.storing() instanceof Storing.Yes
                        && !entry.body().windowed()
                        && !entry.headers().has("content-encoding")) {
                    response.status = 206;
                    response.multipart = new Multipart(
                            parts, boundaries.next(), entry.headers().first("content-type"), whole, offset);
                } else {
                    sendAll(response, entry);
                }
            }
        }
    }

    /// Chooses the content coding of what may be compressed: one that is kept with the entry, one that
    /// is being made, or a new one; or none.
    private void negotiate(Exchange x, Entry entry) {
        Encodings encodings = shared.encodings();
        Response response = x.response;
        response.negotiated = encodings.enabled();
        if (policy(x).respectStrongEtags() && entry.tagged()) {
            return;
        }
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
        boolean kept = policy(x).respectStrongEtags() && entry.tagged();
        if (shared.encodings().enabled() && !kept && etag != null && held != null && held.contains("W/" + etag)) {
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
            if (binding.programs().limitsByResponse() && !x.inner() && !x.unlimited && x.responseBytes > 0) {
                rules.counted(x, binding.programs(), loop.millis());
            }
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
        Entry held = x.held;
        if (held != null) {
            x.held = null;
            held.body().release();
        }
    }
}
