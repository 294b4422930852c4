package dev.selvage.edge.fill;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Validators;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.Outcome;
import dev.selvage.edge.refill.Refill;
import dev.selvage.edge.refill.Turn;
import dev.selvage.edge.tier.TierRequest;
import dev.selvage.edge.tier.UpperRequest;
import dev.selvage.model.event.MissReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request to the origin and what becomes of its response: the second machine beside the exchange.
///
/// CHOOSE (a connection) → SEND → HEAD → BODY → SEAL, with RETRY and ABANDON. It runs on the loop of
/// the exchange that started it; others join from any loop. Its [Body] meets the deliveries that read
/// it.
public final class Fill implements OriginConnection.Reader, OriginPool.Waiter {
    /// Unread bytes of a windowed body at which the origin is paused, and resumed.
    private static final long HIGH_WATER = 512 << 10;

    private static final long LOW_WATER = 128 << 10;

    /// How long a key is remembered as uncacheable, so that its requests need not wait for each other.
    private static final long UNCACHEABLE_MILLIS = 10_000;

    private static final PurgeFences.Birth UNBORN = new PurgeFences.Birth(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final Filled GO_ALONE = new Filled.GoAlone();
    private static final Filled LOOK_AGAIN = new Filled.LookAgain();

    private enum Stage {
        CHOOSE,
        SEND,
        BODY,
        SWITCHED,
        SEALED,
        ABANDONED
    }

    private final Loop loop;
    private final Fills fills;
    private final OriginPool pool;
    private final FillRequest request;
    private final @Nullable FillOwner owner;
    private final List<FillWaiter> waiters = new ArrayList<>();

    private Stage stage = Stage.CHOOSE;
    private @Nullable OriginConnection connection;
    private @Nullable Entry entry;
    private volatile @Nullable Body body;
    private boolean storing;
    private boolean confirmed;
    private boolean unconditional;
    private boolean askAgain;

    /// Bytes that the body must come to, negative when that is not known; and whether it came to others.
    private long promised = -1;

    private boolean lied;
    private volatile @Nullable Entry kept;
    private boolean retried;

    /// It waits for its turn to ask the origin; null when it does not.
    private Turn.@Nullable Later turn;

    /// It has had its turn.
    private boolean granted;

    /// The upper edge is being asked; null when the origin is.
    private @Nullable UpperRequest via;
    private boolean handedOut;
    private long reserved;
    private volatile PurgeFences.Birth birth;
    private long sentAt;
    private volatile boolean purged;
    private @Nullable ByteBuf early;
    private boolean tunnelReady;

    private int originRequests;
    private int originStatus;
    private long receivedBefore;
    private String lastAddress = "";
    private long headNanos;
    private long sentNanos;
    private @Nullable Outcome attribution;

    /// @param owner who needs it first; null for a fill in the background
    public Fill(Loop loop, Fills fills, OriginPool pool, FillRequest request, @Nullable FillOwner owner) {
        this.loop = loop;
        this.fills = fills;
        this.pool = pool;
        this.request = request;
        this.owner = owner;
        this.birth = request.fence().now();
    }

    /// True when requests that come now may share in it: nothing was purged since it began that covers what it brings.
    boolean open() {
        CacheKey key = request.key();
        return key == null || request.fence().shares(key, birth.tick(), kept);
    }

    FillRequest request() {
        return request;
    }

    void purged() {
        purged = true;
    }

    /// Starts; on its loop.
    public void start() {
        if (request.key() != null) {
            fills.begin(this);
        }
        // After registering: what was made invalid without seeing this fill is older than its birth.
        bear();
        UpperRequest upper = request.upper();
        via = upper != null && upper.upper().usable(loop.nanos()) ? upper : null;
        choose(false);
    }

    /// What is asked for from now on is as young as this.
    private void bear() {
        birth = request.fence().now();
        Entry known = request.known();
        CacheKey key = request.key();
        // What was purged since it was looked up must not come back as fresh.
        unconditional |= known != null
                && key != null
                && (request.fence().hides(key, known) || !fills.cache().holds(key, known));
    }

    /// Gives back what it would have built upon, instead of starting.
    public void forgo() {
        stage = Stage.ABANDONED;
        Entry known = request.known();
        if (known != null) {
            known.body().release();
        }
    }

    private void choose(boolean fresh) {
        stage = Stage.CHOOSE;
        UpperRequest upper = via;
        if (upper == null) {
            if (mayAsk()) {
                pool.acquire(request.target(), request.originName(), fresh, this);
            }
        } else {
            pool.acquireUpper(upper.upper().target(), fresh, this);
        }
    }

    /// True when the origin may be asked now; else it will be, or not at all.
    private boolean mayAsk() {
        Refill refill = request.refill();
        if (refill == null || granted) {
            return true;
        }
        granted = true;
        return switch (refill.enter(loop::nanos, loop.executor(), this::turn)) {
            case Turn.Now _ -> true;
            case Turn.Later later -> {
                turn = later;
                if (via == null && connection == null && sentAt == 0) {
                    // Nothing was asked for yet: whatever is purged meanwhile, it will be younger.
                    birth = UNBORN;
                }
                yield false;
            }
            case Turn.Refused(int seconds) -> {
                giveUp(new OriginFailure.Deferred(seconds));
                yield false;
            }
        };
    }

    private void turn() {
        turn = null;
        if (stage != Stage.ABANDONED) {
            choose(false);
        }
    }

    /// Asks the origin because the upper edge has no answer that will do.
    private void fallBack() {
        via = null;
        retried = false;
        choose(false);
    }

    private void upperFailed(OriginFailure failure) {
        UpperRequest upper = via;
        if (upper != null) {
            upper.upper().failed(loop.nanos(), failure.explanation());
        }
        fallBack();
    }

    /// Joins from any loop: `waiter` will be told on its own.
    public void join(FillWaiter waiter) {
        loop.executor().execute(() -> {
            switch (stage) {
                case CHOOSE, SEND -> waiters.add(waiter);
                case BODY -> handOutLate(waiter);
                case SWITCHED, SEALED, ABANDONED -> answer(waiter, LOOK_AGAIN);
            }
        });
    }

    private static void answer(FillWaiter waiter, Filled outcome) {
        // Never from within: the receiver may be in the middle of the very call that led here.
        waiter.loop().executor().execute(() -> waiter.filled(outcome));
    }

    // ---- CHOOSE, SEND

    @Override
    public void connected(OriginConnection connection) {
        if (stage == Stage.ABANDONED) {
            connection.close();
            return;
        }
        this.connection = connection;
        stage = Stage.SEND;
        bear();
        boolean again = connection.used();
        retried |= !again;
        sentAt = loop.millis();
        sentNanos = loop.nanos();
        UpperRequest upper = via;
        byte[] head;
        if (upper == null) {
            originRequests++;
            head = unconditional ? request.wholeHead() : request.head();
        } else {
            upper.upper().asking();
            // After the birth: what the upper has of before a purge that this fill is younger than is not taken.
            long sequence = upper.sequence(request.fence().applied(), sentAt);
            head = upper.sealed(unconditional, sequence, sentAt / 1000);
        }
        connection.send(
                Unpooled.wrappedBuffer(head),
                request.method(),
                request.bodyFollows(),
                request.bodyChunked(),
                upper == null
                        ? Duration.ofSeconds(request.readTimeout())
                        : upper.upper().patience(),
                this);
        if (request.bodyFollows() && owner != null) {
            owner.bodyWanted();
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (stage == Stage.ABANDONED) {
            return;
        }
        if (via == null) {
            giveUp(failure);
        } else {
            upperFailed(failure);
        }
    }

    /// A piece of the request's body, which this releases.
    ///
    /// @return true when the origin takes more at once
    public boolean requestBody(ByteBuf piece) {
        OriginConnection to = connection;
        if (to == null) {
            piece.release();
            return true;
        }
        to.write(piece);
        return to.writable();
    }

    /// The request's body is whole.
    public void requestEnd(Headers trailers) {
        OriginConnection to = connection;
        if (to != null) {
            to.endRequest(trailers);
        }
    }

    @Override
    public void writable() {
        if (owner != null) {
            if (stage == Stage.SWITCHED) {
                owner.originWritable();
            } else {
                owner.bodyWanted();
            }
        }
    }

    // ---- HEAD

    /// To the owner alone: whether the response may be shared is not known before its final head.
    @Override
    public void interim(int status, Headers headers) {
        FillOwner asking = owner;
        if (asking != null && stage == Stage.SEND) {
            Headers endToEnd = headers.endToEnd();
            // On the same loop and in turn: before what `answer` says of the final response.
            loop.executor().execute(() -> asking.interim(status, endToEnd));
        }
    }

    @Override
    public void head(int status, Headers received, long bodyLength) {
        UpperRequest upper = via;
        if (upper != null && !upper.upper().accepts(received.joined(TierRequest.FIELD), status, loop.nanos())) {
            closeConnection();
            fallBack();
            return;
        }
        long now = loop.millis();
        originStatus = status;
        headNanos = loop.nanos();
        Headers headers = received.endToEnd().where((name, _) -> !name.equals(TierRequest.FIELD));
        UnsafeRequest unsafe = request.unsafe();
        if (unsafe != null && status >= 200 && status < 400) {
            invalidate(unsafe, headers);
        }
        Entry stale = unconditional ? null : request.stale();
        if (status == 304 && request.shared()) {
            if (stale == null || !stale.hasValidator()) {
                String address = originAddress();
                closeConnection();
                giveUp(new OriginFailure.Malformed(address, "a 304 that nobody asked for"));
            } else if (stale.identifiedBy(headers)) {
                confirm(stale, headers, now);
            } else {
                // RFC 9111 section 4.3.4: it is about some other response, and must not renew this one.
                unconditional = true;
                askAgain = true;
            }
            return;
        }
        if (stale != null
                && (status == 500 || status == 502 || status == 503 || status == 504)
                && stale.usableOnError(now, false, request.plan().alwaysOnline())) {
            closeConnection();
            giveUp(new OriginFailure.AnsweredError(status));
            return;
        }
        Extent extent = unconditional ? Extent.WHOLE : request.extent();
        switch (request.shared() ? Answer.to(extent, status, headers, bodyLength) : new Answer.Resource()) {
            case Answer.Resource _ -> {
                Storing decision = admitted(Storing.decide(facts(headers, now), status, headers), bodyLength);
                begin(made(status, headers, bodyLength, decision, now), true);
            }
            case Answer.ForTheOneWhoAsked _ -> {
                Storing decision = Storing.decide(facts(headers, now), status, headers);
                Storing refused = decision instanceof Storing.No ? decision : new Storing.No(MissReason.RANGE);
                begin(made(status, headers, bodyLength, refused, now), false);
            }
            case Answer.AllOfIt(ContentRange range) -> begin(ofPart(range, headers, now), true);
            case Answer.Part(ContentRange range) ->
                begin(ofPart(range, headers, now).partial(range), true);
            case Answer.Rest _ -> continueHeld(headers, now);
            case Answer.Useless _ -> askForTheWhole(true);
            case Answer.Untrusted(String why) -> {
                String address = originAddress();
                closeConnection();
                giveUp(new OriginFailure.Malformed(address, why));
            }
        }
    }

    /// The decision, unless there is no room for a body of that length.
    private Storing admitted(Storing decision, long bodyLength) {
        if (!(decision instanceof Storing.Yes) || request.key() == null) {
            return decision;
        }
        long known = Math.max(bodyLength, 0);
        if (known > fills.maxObject() || !fills.reserve(known)) {
            return new Storing.No(MissReason.TOO_LARGE);
        }
        reserved = known;
        return decision;
    }

    private Entry made(int status, Headers headers, long bodyLength, Storing decision, long now) {
        return new Entry(
                status,
                headers,
                new Body(ByteBufAllocator.DEFAULT, loop.executor(), bodyLength),
                length(bodyLength, headers),
                decision,
                birth,
                now,
                selection());
    }

    /// An entry of the whole's fields, and of as many bytes as the part has.
    private Entry ofPart(ContentRange range, Headers received, long now) {
        promised = range.length();
        Headers headers = received.where((name, _) -> !name.equals("content-range") && !name.equals("content-length"));
        Storing decision = admitted(Storing.decide(facts(headers, now), 200, headers), range.length());
        return made(200, headers, range.length(), decision, now);
    }

    /// Goes on where the stored part ends (RFC 9111 section 3.4).
    private void continueHeld(Headers headers, long now) {
        Entry held = request.known();
        ContentRange part = held == null ? null : held.part();
        if (held == null || part == null) {
            throw new IllegalStateException("there is nothing to go on from");
        }
        long length = part.complete() - part.first();
        Storing decision = admitted(Storing.decide(facts(headers, now), 200, held.updatedBy(headers)), length);
        if (decision instanceof Storing.No(MissReason why)) {
            // What is not stored lets go of bytes before their readers have come.
            askForTheWhole(!ofTheRequest(why) && why != MissReason.TOO_LARGE);
            return;
        }
        promised = length;
        Body both = Body.continuing(held.body(), ByteBufAllocator.DEFAULT, loop.executor(), promised);
        begin(held.continued(headers, both, decision, birth, now), true);
    }

    /// True for what one request forbids to store, and another might not.
    private static boolean ofTheRequest(MissReason why) {
        return why == MissReason.REQUEST_NO_STORE || why == MissReason.AUTHORIZATION;
    }

    /// The stored part cannot be completed.
    ///
    /// @param outOfDate not for this request alone
    private void askForTheWhole(boolean outOfDate) {
        Entry held = request.known();
        CacheKey key = request.key();
        if (outOfDate && held != null && key != null) {
            fills.cache().forget(key, held);
        }
        closeConnection();
        unconditional = true;
        choose(false);
    }

    /// Begins with the body of `made`.
    ///
    /// @param telling the response says whether responses for this key can be stored
    private void begin(Entry made, boolean telling) {
        Body newBody = made.body();
        body = newBody;
        entry = made;
        kept = made.shareable();
        stage = Stage.BODY;
        CacheKey key = request.key();
        storing = made.storing() instanceof Storing.Yes && key != null;
        if (storing) {
            newBody.onProgress(this::progress);
        } else {
            if (key != null && request.shared()) {
                fills.unpublish(request.joinKey(), this);
                if (telling) {
                    fills.cache().rememberUncacheable(key, loop.millis() + UNCACHEABLE_MILLIS);
                }
            }
            newBody.window(this::progress);
        }
        handOutAll();
    }

    /// True when the body has come as far as `place`, or will soon; on any loop.
    public boolean reached(long place) {
        Body current = body;
        return place <= 0 || (current != null && current.available() >= place);
    }

    private Entry.Selection selection() {
        return new Entry.Selection(request.fields()::joined, fills.variance(), request.origin());
    }

    /// Makes invalid what a success of this request did: before its own response may be stored.
    private void invalidate(UnsafeRequest unsafe, Headers headers) {
        fills.invalidate(unsafe.invalidated(headers), this);
        fills.fences().invalidateGroups(request.zone(), unsafe.invalidatedGroups(headers));
    }

    private Storing.Facts facts(Headers headers, long now) {
        UnsafeRequest unsafe = request.unsafe();
        return new Storing.Facts(
                request.plan(),
                request.method(),
                request.armored(),
                request.authorized(),
                request.noStore(),
                unsafe != null && unsafe.located(headers),
                fills.byTheLetter(),
                via != null,
                sentAt,
                now);
    }

    /// The body's length as visitors are told it: for HEAD what the field says, though no body follows.
    private long length(long bodyLength, Headers headers) {
        if (!request.method().equals("HEAD")) {
            return bodyLength < 0 ? -1 : bodyLength;
        }
        String announced = headers.first("content-length");
        return announced == null ? -1 : Long.parseLong(announced);
    }

    private void confirm(Entry stale, Headers newer, long now) {
        Storing decision = Storing.decide(facts(newer, now), stale.status(), stale.updatedBy(newer));
        Entry fresh = stale.confirmed(newer, decision, birth, now, selection());
        Entry share = fresh.shareable();
        entry = fresh;
        kept = share;
        body = fresh.body();
        confirmed = true;
        CacheKey key = request.key();
        if (key != null) {
            switch (decision) {
                case Storing.Yes _ -> fills.cache().store(key, share, request.fence(), this::mayStore);
                // What is stored is no worse for others than before.
                case Storing.No(MissReason why) when ofTheRequest(why) -> {}
                case Storing.No _ -> fills.cache().remove(key);
            }
        }
        stage = Stage.BODY;
        handOutAll();
    }

    private boolean mayStore() {
        return !purged;
    }

    private void handOutAll() {
        if (owner != null) {
            handOut(owner, true);
        }
        for (FillWaiter waiter : waiters) {
            handOut(waiter, false);
        }
        waiters.clear();
        handedOut = true;
        progress();
    }

    /// Who comes after the head gets a response that was not made for it: it must be as fresh as one from the cache.
    private void handOutLate(FillWaiter waiter) {
        Entry current = kept;
        if (current == null || current.fresh(loop.millis())) {
            handOut(waiter, false);
        } else {
            answer(waiter, GO_ALONE);
        }
    }

    private void handOut(FillWaiter waiter, boolean first) {
        Entry current = first ? entry : kept;
        if (current == null) {
            answer(waiter, LOOK_AGAIN);
            return;
        }
        // A 304 can forbid what the response before it allowed: its Set-Cookie is the owner's alone.
        boolean shared = (storing || confirmed) && current.reusable();
        if (!first && (!shared || current.body().windowed() || !current.selectedBy(waiter.fields()::joined))) {
            answer(waiter, GO_ALONE);
            return;
        }
        if (!current.suffices(waiter.fields()::joined)) {
            if (!first) {
                answer(waiter, GO_ALONE);
                return;
            }
            if (!takesAnyPart(waiter, current)) {
                answer(
                        waiter,
                        new Filled.Failed(new OriginFailure.Malformed(
                                originAddress(), "a part (206) where the whole was asked for")));
                return;
            }
        }
        CacheKey key = request.key();
        if (!first && key != null && request.fence().validUntil(key, current) <= current.freshUntil()) {
            // It may have come after what it brings was purged; the first to look again asks anew.
            fills.unpublish(request.joinKey(), this);
            answer(waiter, LOOK_AGAIN);
            return;
        }
        if (!current.body().tryRetain()) {
            answer(waiter, LOOK_AGAIN);
            return;
        }
        current.body().join(waiter);
        answer(waiter, new Filled.Use(current, confirmed));
    }

    /// True when a part that is not the one asked for is still an answer: one can see from it what it is.
    private boolean takesAnyPart(FillWaiter waiter, Entry part) {
        return waiter.fields().has("range")
                && (request.extent() instanceof Extent.AsAsked
                        || Validators.allow(waiter.fields().joined("if-range"), part));
    }

    // ---- BODY, SEAL

    @Override
    public void body(ByteBuf in, int count) {
        Body current = body;
        if (current == null || stage != Stage.BODY || confirmed) {
            in.skipBytes(count);
            return;
        }
        if (promised >= 0 && current.available() + count > promised) {
            in.skipBytes(count);
            lied = true;
            closeConnection();
            endBody(false, Headers.EMPTY);
            return;
        }
        current.append(in, count);
        if (storing && current.available() > reserved) {
            long more = current.available() - reserved;
            if (current.available() > fills.maxObject() || !fills.reserve(more)) {
                storing = false;
                fills.unpublish(request.joinKey(), this);
                current.window(this::progress);
            } else {
                reserved += more;
            }
        }
        progress();
    }

    /// Looks whether the origin must wait for the readers, or has none left.
    private void progress() {
        Body current = body;
        OriginConnection from = connection;
        if (stage != Stage.BODY || current == null || from == null || confirmed || !current.windowed()) {
            return;
        }
        if (handedOut && current.readers() == 0) {
            closeConnection();
            endBody(false, Headers.EMPTY);
            return;
        }
        long unread = current.unread();
        if (unread > HIGH_WATER) {
            from.pause(true);
        } else if (unread < LOW_WATER) {
            from.pause(false);
        }
    }

    @Override
    public void end(Headers trailers) {
        releaseConnection();
        if (askAgain) {
            askAgain = false;
            choose(false);
            return;
        }
        if (stage == Stage.BODY) {
            Body current = body;
            lied = promised >= 0 && current != null && !confirmed && current.available() != promised;
            endBody(!lied, promised >= 0 ? Headers.EMPTY : trailers);
        }
    }

    private void endBody(boolean whole, Headers trailers) {
        Body current = body;
        Entry written = kept;
        stage = whole ? Stage.SEALED : Stage.ABANDONED;
        if (current != null && written != null && !confirmed) {
            current.finish(whole, trailers);
            CacheKey key = request.key();
            Entry came = whole ? written.sealed() : lied ? null : written.cutOff();
            if (came != null && storing && key != null) {
                if (came.part() == null) {
                    fills.cache().store(key, came, request.fence(), this::mayStore);
                } else {
                    fills.cache().storePart(key, came, request.fence(), this::mayStore);
                }
            }
            current.release();
        }
        conclude();
    }

    // ---- RETRY, ABANDON

    @Override
    public void failed(OriginFailure failure, boolean untouched) {
        boolean first = !retried;
        releaseConnection();
        switch (stage) {
            case SEND -> {
                if (first && untouched && request.repeatable()) {
                    // An idle connection that the origin closed just then (RFC 9112 section 9.3.1).
                    retried = true;
                    choose(true);
                } else if (via == null) {
                    giveUp(failure);
                } else {
                    upperFailed(failure);
                }
            }
            case BODY -> endBody(false, Headers.EMPTY);
            case SWITCHED -> {
                stage = Stage.ABANDONED;
                conclude();
                if (owner != null) {
                    owner.originClosed();
                }
            }
            case CHOOSE, SEALED, ABANDONED -> {
                // Heard already.
            }
        }
    }

    private void giveUp(OriginFailure failure) {
        stage = Stage.ABANDONED;
        conclude();
        Filled outcome = new Filled.Failed(failure);
        if (owner != null) {
            answer(owner, outcome);
        }
        for (FillWaiter waiter : waiters) {
            answer(waiter, outcome);
        }
        waiters.clear();
    }

    /// The owner left: a response that nobody else needs and that cannot be stored is not waited for.
    public void ownerLeft(boolean bodyIncomplete) {
        Turn.Later waits = turn;
        if (waits != null && waiters.isEmpty() && waits.leave()) {
            // Others wait for the same origin: what nobody wants any more is not in their way.
            turn = null;
            giveUp(new OriginFailure.Closed("(visitor left)"));
            return;
        }
        boolean useful = request.key() != null && !bodyIncomplete;
        boolean waiting = stage == Stage.CHOOSE || stage == Stage.SEND;
        if (stage == Stage.SWITCHED || (waiting && !useful) || (bodyIncomplete && stage == Stage.BODY)) {
            closeConnection();
            if (stage == Stage.BODY) {
                endBody(false, Headers.EMPTY);
            } else {
                giveUp(new OriginFailure.Closed("(visitor left)"));
            }
        }
    }

    private void releaseConnection() {
        OriginConnection ended = connection;
        if (ended != null) {
            receivedBefore += via == null ? ended.received() : 0;
            lastAddress = ended.address();
            connection = null;
        }
    }

    private void closeConnection() {
        OriginConnection ended = connection;
        releaseConnection();
        if (ended != null) {
            ended.close();
        }
    }

    private void conclude() {
        fills.unpublish(request.joinKey(), this);
        fills.end(this);
        fills.giveBack(reserved);
        reserved = 0;
        forgo();
        ByteBuf unread = early;
        if (unread != null) {
            early = null;
            unread.release();
        }
        Outcome known = attribution;
        if (known != null) {
            attribution = null;
            late(known);
        }
    }

    // ---- another protocol

    @Override
    public void switched(Headers headers) {
        stage = Stage.SWITCHED;
        originStatus = 101;
        headNanos = loop.nanos();
        fills.unpublish(request.joinKey(), this);
        String protocol = headers.joined("upgrade");
        if (owner == null || request.plan().whyNot() != MissReason.UPGRADE || protocol == null) {
            // What followed would reach the visitor unread, as the response to its next request.
            String address = originAddress();
            closeConnection();
            giveUp(new OriginFailure.Malformed(address, "an upgrade that nobody asked for"));
            return;
        }
        answer(owner, new Filled.Switched(headers.endToEnd().with("upgrade", protocol)));
    }

    @Override
    public void raw(ByteBuf in) {
        if (owner != null && tunnelReady) {
            owner.fromOrigin(in);
        } else {
            ByteBuf unread = early == null ? Unpooled.buffer() : early;
            early = unread;
            unread.writeBytes(in);
            in.release();
        }
    }

    /// The visitor's side of the tunnel is there.
    public void tunnelReady() {
        tunnelReady = true;
        ByteBuf unread = early;
        if (unread != null && owner != null) {
            early = null;
            owner.fromOrigin(unread);
        }
    }

    /// Sends bytes of the other protocol.
    ///
    /// @return true when the origin takes more at once
    public boolean toOrigin(ByteBuf bytes) {
        OriginConnection to = connection;
        if (to == null) {
            bytes.release();
            return true;
        }
        to.writeRaw(bytes);
        return to.writable();
    }

    /// Stops or resumes the origin's side of the tunnel.
    public void pauseTunnel(boolean paused) {
        OriginConnection from = connection;
        if (from != null) {
            from.pause(paused);
        }
    }

    /// The visitor ended the tunnel.
    public void endTunnel() {
        OriginConnection to = connection;
        releaseConnection();
        if (to != null) {
            to.closeAfterFlush();
        }
        if (stage == Stage.SWITCHED) {
            stage = Stage.ABANDONED;
            conclude();
        }
    }

    // ---- what it cost

    /// Requests sent to the origin so far; what the upper edge asks is its own.
    public int originRequests() {
        return originRequests;
    }

    /// The origin's status; 0 while there is none.
    public int originStatus() {
        return originStatus;
    }

    /// The address that was asked; empty when none.
    public String originAddress() {
        OriginConnection to = connection;
        return to == null ? lastAddress : to.address();
    }

    /// Bytes received from the origin so far.
    public long originBytes() {
        OriginConnection from = connection;
        return receivedBefore + (from == null || via != null ? 0 : from.received());
    }

    /// Milliseconds from the request to the response's head; 0 while there is none.
    public int originMillis() {
        return headNanos == 0 ? 0 : (int) Math.max(0, (headNanos - sentNanos) / 1_000_000);
    }

    /// Attributes what the origin sends from now on to a request that has been recorded with what is
    /// known now.
    ///
    /// @param recorded a copy of that request's outcome
    public void attribute(Outcome recorded) {
        if (stage != Stage.SEALED && stage != Stage.ABANDONED) {
            attribution = recorded;
        }
    }

    private void late(Outcome recorded) {
        int requests = originRequests - recorded.originRequests;
        long bytes = originBytes() - recorded.originResponseBytes;
        if (requests > 0 || bytes > 0) {
            recorded.startedAt = loop.millis();
            recorded.requestBytes = 0;
            recorded.responseBytes = 0;
            recorded.originRequests = requests;
            recorded.originResponseBytes = bytes;
            loop.recorder().recordLate(request.zone(), recorded);
        }
    }
}
