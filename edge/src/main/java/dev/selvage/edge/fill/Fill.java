package dev.selvage.edge.fill;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.Outcome;
import dev.selvage.model.event.MissReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request to the origin and what becomes of its response: the second machine beside the exchange.
///
/// CHOOSE (a connection) → SEND → HEAD → BODY → SEAL, with RETRY and ABANDON. It runs on the loop of
/// the exchange that
/// started it; others join from any loop. Its [Body] meets the deliveries that read it.
public final class Fill implements OriginConnection.Reader, OriginPool.Waiter {
    /// Unread bytes of a windowed body at which the origin is paused, and resumed.
    private static final long HIGH_WATER = 512 << 10;

    private static final long LOW_WATER = 128 << 10;

    /// How long a key is remembered as uncacheable, so that its requests need not wait for each other.
    private static final long UNCACHEABLE_MILLIS = 10_000;

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
    private @Nullable Body body;
    private boolean storing;
    private boolean confirmed;
    private boolean unconditional;
    private boolean askAgain;
    private @Nullable Entry kept;
    private boolean retried;
    private boolean handedOut;
    private long reserved;
    private long born;
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
        // After registering: a purge that did not see this fill is older than its birth.
        born = fills.fences().now();
        choose(false);
    }

    private void choose(boolean fresh) {
        stage = Stage.CHOOSE;
        pool.acquire(request.target(), request.originName(), fresh, this);
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
        boolean again = connection.used();
        retried |= !again;
        originRequests++;
        sentAt = loop.millis();
        sentNanos = loop.nanos();
        connection.send(
                Unpooled.wrappedBuffer(unconditional ? request.wholeHead() : request.head()),
                request.method(),
                request.bodyFollows(),
                request.bodyChunked(),
                this);
        if (request.bodyFollows() && owner != null) {
            owner.bodyWanted();
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (stage != Stage.ABANDONED) {
            giveUp(failure);
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

    @Override
    public void head(int status, Headers received, long bodyLength) {
        long now = loop.millis();
        originStatus = status;
        headNanos = loop.nanos();
        Headers headers = received.endToEnd();
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
        Storing decision = Storing.decide(facts(headers, now), status, headers);
        storing = decision instanceof Storing.Yes && request.key() != null;
        if (storing && (bodyLength > fills.maxObject() || !fills.reserve(Math.max(bodyLength, 0)))) {
            storing = false;
            decision = new Storing.No(MissReason.TOO_LARGE);
        } else if (storing) {
            reserved = Math.max(bodyLength, 0);
        }
        Body newBody = new Body(ByteBufAllocator.DEFAULT, loop.executor(), bodyLength);
        body = newBody;
        Entry made = new Entry(status, headers, newBody, length(bodyLength, headers), decision, born, now, selection());
        entry = made;
        kept = made.shareable();
        stage = Stage.BODY;
        if (storing) {
            newBody.onProgress(this::progress);
        } else {
            CacheKey key = request.key();
            if (key != null && request.shared()) {
                fills.unpublish(key, this);
                fills.cache().rememberUncacheable(key, now + UNCACHEABLE_MILLIS);
            }
            newBody.window(this::progress);
        }
        handOutAll();
    }

    private Entry.Selection selection() {
        return new Entry.Selection(request.fields()::joined, fills.variance(), request.origin());
    }

    /// Makes invalid what a success of this request did: before its own response may be stored.
    private void invalidate(UnsafeRequest unsafe, Headers headers) {
        for (CacheKey key : unsafe.invalidated(headers)) {
            fills.invalidate(key, this);
        }
        fills.fences().invalidateGroups(request.zone(), unsafe.invalidatedGroups(headers));
    }

    private Storing.Facts facts(Headers headers, long now) {
        UnsafeRequest unsafe = request.unsafe();
        return new Storing.Facts(
                request.plan(),
                request.method(),
                request.authorized(),
                request.noStore(),
                unsafe != null && unsafe.located(headers),
                fills.byTheLetter(),
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
        Entry fresh = stale.confirmed(newer, decision, born, now, selection());
        Entry share = fresh.shareable();
        entry = fresh;
        kept = share;
        body = fresh.body();
        confirmed = true;
        CacheKey key = request.key();
        if (decision instanceof Storing.Yes && key != null) {
            fills.cache().store(key, share, () -> mayStore(share));
        } else if (key != null) {
            fills.cache().remove(key);
        }
        stage = Stage.BODY;
        handOutAll();
    }

    private boolean mayStore(Entry stored) {
        return !purged && !request.fence().hides(stored);
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
        if (!first && request.fence().hidesGroupOf(current)) {
            // It may have come after the group was made invalid; the first to look again asks anew.
            fills.unpublish(request.key(), this);
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

    // ---- BODY, SEAL

    @Override
    public void body(ByteBuf in, int count) {
        Body current = body;
        if (current == null || stage != Stage.BODY || confirmed) {
            in.skipBytes(count);
            return;
        }
        current.append(in, count);
        if (storing && current.available() > reserved) {
            long more = current.available() - reserved;
            if (current.available() > fills.maxObject() || !fills.reserve(more)) {
                storing = false;
                fills.unpublish(request.key(), this);
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
            endBody(true, trailers);
        }
    }

    private void endBody(boolean whole, Headers trailers) {
        Body current = body;
        Entry written = kept;
        stage = whole ? Stage.SEALED : Stage.ABANDONED;
        if (current != null && written != null && !confirmed) {
            current.finish(whole, trailers);
            CacheKey key = request.key();
            if (whole && storing && key != null) {
                Entry sealed = written.sealed();
                fills.cache().store(key, sealed, () -> mayStore(sealed));
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
                } else {
                    giveUp(failure);
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
            receivedBefore += ended.received();
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
        fills.unpublish(request.key(), this);
        fills.end(this);
        fills.giveBack(reserved);
        reserved = 0;
        Entry stale = request.stale();
        if (stale != null) {
            stale.body().release();
        }
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
        fills.unpublish(request.key(), this);
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

    /// Requests sent to the origin so far.
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
        return receivedBefore + (from == null ? 0 : from.received());
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
