package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.cache.KeyPart;
import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.fill.FillOwner;
import dev.selvage.edge.fill.Filled;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.UserAgents;
import dev.selvage.edge.tier.TierRequest;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RuleAction;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request of a visitor, from admitted to recorded.
///
/// It belongs to one loop. A connection reuses it from request to request, so that a hit allocates
/// nothing for it.
public final class Exchange implements FillOwner {
    final Visitor visitor;
    final Phases phases;

    // What was asked. Until `materialize`, the rest is still in the visitor's parsed head.
    String method = "GET";
    String target = "";
    private String rawTarget = "";
    private String askedTarget = "";
    String host = "";
    String authority = "";
    boolean secure;
    boolean misdirected;
    private Headers fields = Headers.EMPTY;
    private boolean materialized;
    long bodyLength;
    boolean http10;
    boolean upgrade;
    byte[] address = new byte[0];

    /// What a lower edge says of the request; null where it is a visitor's.
    @Nullable
    TierRequest tier;

    /// How often it was looked whether this edge knows of the purges that the lower one does, and when the first time.
    int tierLooks;

    long tierSince;

    /// It does not, and not in time: what is stored must not be used.
    boolean behind;

    /// What it asks the origin for may have been purged: it needs a turn.
    boolean refill;

    /// Nobody asks: what was purged is fetched again.
    private final boolean rewarming;

    // What was found out.
    long rayId;
    long startedAt;
    long startedNanos;
    long firstByteNanos;

    private byte @Nullable [] randomSeed;

    @Nullable
    HostBinding binding;

    @Nullable
    RequestPolicy policy;

    @Nullable
    CachePlan plan;

    @Nullable
    CacheKey key;

    @Nullable
    Entry entry;

    @Nullable
    Entry stale;

    /// A stored part that does not suffice, but may be completed.
    @Nullable
    Entry held;

    @Nullable
    Fill fill;

    @Nullable
    Fill background;

    boolean joined;
    boolean joinedForm;
    boolean collapsed;
    boolean collapsible;
    boolean alone;
    int looks;
    boolean lookedTwice;
    CacheStatus cacheStatus = CacheStatus.NONE;
    MissReason missReason = MissReason.NONE;

    /// The rule that is told of, and what it did.
    String rule = "";
    RuleAction ruleAction = RuleAction.NONE;

    /// A rule lets it pass by the rate limits.
    boolean unlimited;

    /// The limits of what the origin is asked have been looked at.
    boolean limitedAtOrigin;

    /// What rules change of the header fields that the origin sees; null when nothing.
    @Nullable
    HeaderEdits originEdits;

    final Response response = new Response();

    // What it came to.
    long requestBytes;
    long responseBytes;
    private long interimBytes;
    private boolean over = true;
    private boolean running;
    private boolean delivered;
    private boolean left;
    private boolean bodyEnded;
    private boolean bodyStarted;
    private boolean tunnel;

    // Remembered from request to request of the same connection.
    byte @Nullable [] userAgentBytes;
    UserAgents.Agent agent = UserAgents.Agent.NONE;
    private byte @Nullable [] countryAddress;
    private String country = "XX";

    public Exchange(Visitor visitor, Phases phases) {
        this(visitor, phases, false);
    }

    /// @param rewarming nobody asks
    Exchange(Visitor visitor, Phases phases, boolean rewarming) {
        this.rewarming = rewarming;
        this.visitor = visitor;
        this.phases = phases;
    }

    // ---- the driver

    /// Starts with the request in the visitor's parsed head.
    public void begin() {
        clear();
        run(Phase.ADMIT);
    }

    /// Runs phases from `first` until one waits or all are done.
    void run(Phase first) {
        Phase phase = first;
        running = true;
        while (true) {
            Next next = switch (phase) {
                case ADMIT -> phases.admit(this);
                case SCREEN -> phases.screen(this);
                case ROUTE -> phases.route(this);
                case LOOKUP -> phases.lookup(this);
                case FETCH -> phases.fetch(this);
                case DELIVER -> phases.deliver(this);
                case RECORD -> phases.record(this);
                case DONE -> {
                    running = false;
                    visitor.finished(this);
                    yield Next.Park.PARK;
                }
            };
            switch (next) {
                case Phase following -> phase = following;
                case Next.Park _ -> {
                    running = false;
                    return;
                }
            }
        }
    }

    private void clear() {
        over = false;
        delivered = false;
        left = false;
        bodyEnded = false;
        bodyStarted = false;
        tunnel = false;
        materialized = false;
        fields = Headers.EMPTY;
        randomSeed = null;
        tier = null;
        tierLooks = 0;
        tierSince = 0;
        behind = false;
        refill = false;
        binding = null;
        policy = null;
        plan = null;
        key = null;
        fill = null;
        background = null;
        joined = false;
        joinedForm = false;
        collapsed = false;
        collapsible = true;
        alone = false;
        looks = 0;
        lookedTwice = false;
        cacheStatus = CacheStatus.NONE;
        missReason = MissReason.NONE;
        rule = "";
        ruleAction = RuleAction.NONE;
        unlimited = false;
        limitedAtOrigin = false;
        originEdits = null;
        firstByteNanos = 0;
        requestBytes = 0;
        responseBytes = 0;
        interimBytes = 0;
        response.clear();
    }

    /// Keeps what is still in the parsed head, so that the exchange can wait.
    public void materialize() {
        if (!materialized) {
            RequestParser head = visitor.head();
            fields = head.headers();
            target = head.target();
            askedTarget = target;
            rawTarget = head.rawTarget();
            materialized = true;
        }
    }

    /// Takes a lower edge's word for whom the request is for.
    ///
    /// @param sent `Host` as the lower edge's cache knows it
    void from(TierRequest lower, String sent) {
        materialize();
        fields = fields.where((name, _) -> !name.equals(TierRequest.FIELD));
        if (!lower.raw().isEmpty()) {
            rawTarget = lower.raw();
        }
        tier = lower;
        tierSince = visitor.loop().nanos();
        authority = sent;
        secure = lower.secure();
        address = lower.address();
        rayId = lower.ray();
        comesFrom(lower.country(), lower.address());
    }

    /// Goes on with a lower edge's request that had to wait, unless it is over.
    void resume(TierRequest lower) {
        if (lower.equals(tier) && !over && !left) {
            binding = null;
            run(Phase.ADMIT);
        }
    }

    /// True when no visitor of this edge asks, and none is to be told, counted or refused.
    boolean inner() {
        return tier != null || rewarming;
    }

    /// The port that the visitor connected to, 0 when it is not known.
    int port() {
        TierRequest lower = tier;
        return lower == null ? visitor.port() : lower.port();
    }

    /// Through whom the request came, as the origin is told.
    String forwardedFor() {
        TierRequest lower = tier;
        if (lower != null) {
            return lower.forwarded();
        }
        String peer = NetUtil.bytesToIpAddress(visitor.address());
        String before = visitor.trusted() ? fields.joined("x-forwarded-for") : null;
        return before == null ? peer : before + ", " + peer;
    }

    /// Has everything that follows see another target, in its normal form.
    void rewrite(String normal) {
        materialize();
        target = normal;
    }

    /// Notes what a rule did.
    void did(String id, RuleAction action) {
        if (action.compareTo(ruleAction) > 0) {
            rule = id;
            ruleAction = action;
        }
    }

    /// Path and query in normal form, as all that follows sees them.
    String target() {
        return materialized ? target : visitor.head().target();
    }

    /// The target as it was sent, once materialized.
    String rawTarget() {
        return rawTarget;
    }

    /// The normal form of the target that the visitor asked for, whatever it was rewritten to.
    String askedTarget() {
        return materialized ? askedTarget : visitor.head().target();
    }

    /// Has the visitor come from a country, whatever is known of the address.
    void comesFrom(String code, byte[] from) {
        country = code;
        countryAddress = from;
    }

    /// The visitor's country.
    String country() {
        if (!Arrays.equals(countryAddress, address)) {
            countryAddress = address;
            country = visitor.loop().country(address);
        }
        return country;
    }

    /// `desktop`, `mobile` or `tablet`.
    String device() {
        String text = field("user-agent");
        return text == null
                ? UserAgents.Agent.NONE.device()
                : loop().userAgents().of(text).device();
    }

    /// 32 bytes by chance, the same for the whole request.
    byte[] randomSeed() {
        byte[] seed = randomSeed;
        if (seed == null) {
            seed = visitor.loop().randomBytes(32);
            randomSeed = seed;
        }
        return seed;
    }

    boolean materialized() {
        return materialized;
    }

    /// The values of a field joined, by lower-case name; null when absent.
    @Nullable
    String field(String name) {
        return materialized ? fields.joined(name) : visitor.head().joined(name);
    }

    /// What the visitor accepts, see [AcceptEncoding].
    long acceptEncoding() {
        if (materialized) {
            return AcceptEncoding.parse(fields.joined("accept-encoding"));
        }
        RequestParser head = visitor.head();
        long accept = AcceptEncoding.ABSENT;
        for (int i = head.index(Field.ACCEPT_ENCODING); i >= 0; i = head.next(Field.ACCEPT_ENCODING, i)) {
            accept = AcceptEncoding.with(accept, head.bytes(), head.valueStart(i), head.valueLength(i));
        }
        return accept;
    }

    /// All header fields, those of the connection included.
    Headers received() {
        return fields;
    }

    /// The value of a field as it selects a stored response (RFC 9111 section 4.1): what `Connection`
    /// keeps from the origin selects nothing, because the origin answers as if it were not there.
    @Nullable
    String selecting(String name) {
        if (materialized) {
            return fields().joined(name);
        }
        RequestParser head = visitor.head();
        boolean kept = head.has(Field.CONNECTION) && head.lists(Field.CONNECTION, name);
        return kept && !Headers.forEverybody(name) ? null : head.joined(name);
    }

    /// The parts of its cache key, once ROUTE is over.
    public List<KeyPart> keyParts() {
        return phases.keyParts(this);
    }

    // ---- what fills say

    @Override
    public Loop loop() {
        return visitor.loop();
    }

    @Override
    public Headers fields() {
        return fields.endToEnd();
    }

    @Override
    public void filled(Filled outcome) {
        if (over) {
            // The visitor left while it waited.
            if (outcome instanceof Filled.Use(Entry late, boolean _)) {
                late.body().leave(this);
                late.body().release();
            }
            return;
        }
        run(phases.filled(this, outcome));
    }

    @Override
    public void interim(int status, Headers headers) {
        // HTTP/1.0 knows none (RFC 9110 section 15.2).
        if (!over && !left && !http10) {
            interimBytes += visitor.interim(status, headers);
        }
    }

    @Override
    public void bodyWanted() {
        if (over) {
            return;
        }
        if (bodyStarted) {
            visitor.pause(false);
        } else {
            bodyStarted = true;
            visitor.readBody();
        }
    }

    // ---- what the visitor says

    /// What to send.
    public Response response() {
        return response;
    }

    public long rayId() {
        return rayId;
    }

    public CacheStatus cacheStatus() {
        return cacheStatus;
    }

    public boolean http10() {
        return http10;
    }

    /// Counts bytes of the request, head and body.
    public void received(long bytes) {
        requestBytes += bytes;
    }

    /// Counts bytes of the response, head and body.
    public void sent(long bytes) {
        if (responseBytes == 0) {
            firstByteNanos = visitor.loop().nanos();
            responseBytes = interimBytes;
        }
        responseBytes += bytes;
    }

    /// Says how far the body has been read, where a fill is still writing it.
    public void progress(long place) {
        Entry current = entry;
        Form form = response.form;
        if (form != null) {
            if (joinedForm) {
                form.body().progress(this, place);
            }
        } else if (joined && current != null) {
            current.body().progress(this, place);
        }
    }

    /// A piece of the request's body, which this releases.
    public void bodyPiece(ByteBuf piece) {
        Fill to = fill;
        if (to == null) {
            piece.release();
        } else if (!to.requestBody(piece)) {
            visitor.pause(true);
        }
    }

    /// The request's body is whole.
    public void bodyEnd(Headers trailers) {
        bodyEnded = true;
        Fill to = fill;
        if (to != null) {
            to.requestEnd(trailers);
        }
    }

    /// True when nothing of the request is left to read.
    public boolean bodyComplete() {
        return bodyEnded || bodyLength == 0;
    }

    /// The response was handed over whole.
    public void delivered() {
        if (over) {
            return;
        }
        delivered = true;
        if (!running) {
            run(Phase.RECORD);
        }
    }

    /// True, once, when the response was handed over while DELIVER was still running.
    boolean deliveredAlready() {
        return delivered;
    }

    /// The visitor is gone, or the response cannot be finished.
    public void visitorLeft() {
        if (over || left) {
            return;
        }
        left = true;
        Fill asked = fill;
        if (asked != null) {
            if (tunnel) {
                asked.endTunnel();
            } else {
                asked.ownerLeft(!bodyComplete());
            }
        }
        if (!running) {
            run(Phase.RECORD);
        }
    }

    boolean left() {
        return left;
    }

    void end() {
        over = true;
    }

    // ---- tunnels

    void tunnel(Headers headers) {
        tunnel = true;
        visitor.startTunnel(this, headers);
        Fill asked = fill;
        if (asked != null) {
            asked.tunnelReady();
        }
    }

    boolean tunneling() {
        return tunnel;
    }

    /// Bytes of the other protocol from the visitor, which this releases.
    public void fromVisitor(ByteBuf bytes) {
        Fill to = fill;
        if (over || to == null) {
            bytes.release();
        } else if (!to.toOrigin(bytes)) {
            visitor.pause(true);
        }
    }

    /// The visitor takes more bytes of the other protocol.
    public void visitorWritable() {
        Fill from = fill;
        if (from != null) {
            from.pauseTunnel(false);
        }
    }

    @Override
    public void fromOrigin(ByteBuf bytes) {
        Fill from = fill;
        if (over || from == null) {
            bytes.release();
        } else if (!visitor.toVisitor(bytes)) {
            from.pauseTunnel(true);
        }
    }

    @Override
    public void originWritable() {
        if (!over) {
            visitor.pause(false);
        }
    }

    @Override
    public void originClosed() {
        if (!over) {
            visitor.endTunnel();
        }
    }
}
