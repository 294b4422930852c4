package dev.selvage.edge.connection;

import static java.lang.System.Logger.Level.ERROR;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.http.ChunkedDecoder;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.loop.TextBuffer;
import dev.selvage.edge.loop.Timed;
import dev.selvage.edge.request.Exchange;
import dev.selvage.edge.request.Multipart;
import dev.selvage.edge.request.Phases;
import dev.selvage.edge.request.Response;
import dev.selvage.edge.request.Visitor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A visitor's HTTP/1.1 connection: requests one after the other, pipelined ones included, and their
/// responses in order.
///
/// States: a head is being read → an exchange is under way (its body read only as far as the exchange
/// takes it) → the next head; or a tunnel; or lingering, where what still comes is thrown away so that
/// the last response is not lost.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Visitor, Timed {
    private static final System.Logger LOG = System.getLogger(Http1Connection.class.getName());
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /// Input that may wait while an exchange is under way; beyond it the connection is not read.
    private static final int MAX_WAITING = 64 << 10;

    /// Body that is thrown away to keep a connection usable; beyond it the connection is closed.
    private static final long MAX_DRAINED = 256 << 10;

    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long TUNNEL_IDLE_NANOS = 600_000_000_000L;

    /// How often a reader that is ahead tells the fill where it is, bytes.
    private static final long PROGRESS_STEP = 64 << 10;

    private enum State {
        HEAD,
        EXCHANGE,
        TUNNEL,
        LINGER,
        CLOSED
    }

    private final SocketChannel channel;
    private final Loop loop;
    private final EdgeSettings.Timeouts timeouts;
    private final EdgeSettings.Limits limits;
    private final byte[] colo;
    private final byte[] address;
    private final byte[] serverAddress;
    private final int port;
    private final boolean trusted;
    private final Exchange exchange;
    private final HostMemory hostMemory = new HostMemory();
    private final Runnable onClosed;

    private State state = State.HEAD;
    private @Nullable ByteBuf input;
    private boolean processing;
    private boolean unflushed;
    private boolean closing;
    private boolean reading = true;
    private boolean headStarted;
    private long deadline;

    // The request's body.
    private boolean wantsBody;
    private boolean bodyPaused;
    private boolean expectsContinue;
    private long bodyLeft;
    private @Nullable ChunkedDecoder chunks;
    private boolean bodyDone = true;
    private long bodySeen;
    private long drained;

    // The response.
    private boolean answering;
    private @Nullable Body body;
    private long place;
    private long end;
    private int chunk;
    private boolean chunkedOut;
    private @Nullable Multipart multipart;
    private int part;
    private long told;
    private boolean pumping;
    private boolean awaiting;

    /// Answers wait to be taken, and the next request waits for that.
    private boolean stalled;

    /// Bytes of answers that were not taken when last looked at.
    private long untaken;

    Http1Connection(
            SocketChannel channel,
            Loop loop,
            Phases phases,
            EdgeSettings settings,
            boolean trusted,
            Runnable onClosed) {
        this.channel = channel;
        this.loop = loop;
        this.timeouts = settings.timeouts();
        this.limits = settings.limits();
        this.colo = settings.colo().getBytes(StandardCharsets.US_ASCII);
        InetSocketAddress remote = channel.remoteAddress();
        this.address = remote == null ? new byte[4] : remote.getAddress().getAddress();
        InetSocketAddress local = channel.localAddress();
        this.serverAddress = local == null ? new byte[0] : local.getAddress().getAddress();
        this.port = local == null ? 0 : local.getPort();
        this.trusted = trusted;
        this.onClosed = onClosed;
        this.exchange = new Exchange(this, phases);
        this.deadline = loop.nanos() + timeouts.clientHead().toNanos();
    }

    // ---- reading

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.watch(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in) || state == State.CLOSED) {
            ReferenceCountUtil.release(message);
            return;
        }
        switch (state) {
            case TUNNEL -> {
                deadline = loop.nanos() + TUNNEL_IDLE_NANOS;
                exchange.received(in.readableBytes());
                exchange.fromVisitor(in);
            }
            case LINGER -> {
                drained += in.readableBytes();
                in.release();
                if (drained > MAX_DRAINED) {
                    close();
                }
            }
            case HEAD, EXCHANGE -> {
                ByteBuf before = input;
                if (before == null) {
                    input = in;
                } else {
                    input = joined(before, in);
                }
                process();
            }
            case CLOSED -> in.release();
        }
    }

    /// What was left with what came; copies, because what is left is small.
    private ByteBuf joined(ByteBuf before, ByteBuf in) {
        ByteBuf joined = channel.alloc().buffer(before.readableBytes() + in.readableBytes());
        joined.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return joined;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /// Takes what it can from the input: heads, and bodies as far as they are wanted.
    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more) {
                more = switch (state) {
                    case HEAD -> takeHead();
                    case EXCHANGE -> takeBody();
                    case TUNNEL -> takeTunnelled();
                    case LINGER, CLOSED -> false;
                };
            }
        } finally {
            processing = false;
        }
        ByteBuf rest = input;
        if (rest != null && (!rest.isReadable() || state == State.CLOSED || state == State.LINGER)) {
            input = null;
            rest.release();
            rest = null;
        }
        boolean full = rest != null && rest.readableBytes() > MAX_WAITING && state == State.EXCHANGE;
        read(!full && !bodyPaused && !stalled);
    }

    /// Processes outside of a read, which nothing flushes after.
    private void processNow() {
        process();
        if (unflushed && state != State.CLOSED) {
            flushNow();
        }
    }

    private void read(boolean on) {
        if (reading != on && state != State.CLOSED) {
            reading = on;
            channel.config().setAutoRead(on);
        }
    }

    private boolean takeHead() {
        ByteBuf in = input;
        if (in == null || !in.isReadable()) {
            return false;
        }
        if (closing) {
            in.skipBytes(in.readableBytes());
            return false;
        }
        if (!channel.isWritable()) {
            flushNow();
            if (!channel.isWritable()) {
                // Answers without a body would otherwise pile up before a visitor that reads none.
                stalled = true;
                untaken = pending();
                deadline = loop.nanos() + timeouts.clientSend().toNanos();
                return false;
            }
        }
        RequestParser parser = loop.requestParser();
        return switch (parser.scan(in)) {
            case INCOMPLETE -> {
                if (!headStarted) {
                    // The clock of a head starts with its first byte, not with each further one.
                    headStarted = true;
                    deadline = loop.nanos() + timeouts.clientHead().toNanos();
                }
                yield false;
            }
            case REFUSED -> {
                refuse(parser.status(), parser.reason());
                yield false;
            }
            case COMPLETE -> {
                headStarted = false;
                begin(parser);
                yield true;
            }
        };
    }

    private void begin(RequestParser parser) {
        state = State.EXCHANGE;
        wantsBody = false;
        bodyPaused = false;
        bodySeen = 0;
        drained = 0;
        untaken = 0;
        long length = parser.bodyLength();
        chunks = length == RequestParser.CHUNKED ? new ChunkedDecoder() : null;
        bodyLeft = Math.max(0, length);
        bodyDone = length == 0;
        answering = false;
        expectsContinue = !bodyDone
                && parser.minorVersion() == 1
                && parser.has(Field.EXPECT)
                && parser.lists(Field.EXPECT, "100-continue");
        deadline = Long.MAX_VALUE;
        exchange.begin();
    }

    private void refuse(int status, String reason) {
        TextBuffer text = loop.text().clear();
        Http1Head.writeRefusal(text, status, reason, loop.date());
        channel.writeAndFlush(buffer(text), channel.voidPromise());
        linger();
    }

    /// Half-closes, and throws away what still comes for a moment: closing at once would reset the
    /// connection, and the visitor could lose the response (RFC 9112 section 9.6).
    private void linger() {
        state = State.LINGER;
        // The moment begins when all has been taken: until then the visitor is still being answered.
        deadline = loop.nanos() + timeouts.clientSend().toNanos();
        untaken = pending();
        drained = 0;
        ByteBuf rest = input;
        if (rest != null && !processing) {
            input = null;
            rest.release();
        }
        reading = true;
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            deadline = loop.nanos() + LINGER_NANOS;
            channel.shutdownOutput();
        });
    }

    // ---- the request's body

    @Override
    public void readBody() {
        wantsBody = true;
        if (expectsContinue && bodySeen == 0 && (input == null || !input.isReadable())) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
        }
        expectsContinue = false;
        deadline = loop.nanos() + timeouts.clientBody().toNanos();
        // Not from within the exchange's own phase.
        loop.executor().execute(this::processNow);
    }

    @Override
    public void pause(boolean paused) {
        if (bodyPaused != paused) {
            bodyPaused = paused;
            deadline = paused || bodyDone
                    ? Long.MAX_VALUE
                    : loop.nanos() + timeouts.clientBody().toNanos();
            if (paused) {
                read(false);
            } else {
                read(true);
                loop.executor().execute(this::processNow);
            }
        }
    }

    /// True when there may be more to take.
    private boolean takeBody() {
        ByteBuf in = input;
        if (bodyDone || !wantsBody || bodyPaused || in == null) {
            return false;
        }
        ChunkedDecoder decoder = chunks;
        if (decoder == null) {
            if (!in.isReadable()) {
                return false;
            }
            int count = (int) Math.min(in.readableBytes(), bodyLeft);
            bodyLeft -= count;
            piece(in, count);
            if (bodyLeft == 0) {
                endBody(Headers.EMPTY);
            }
            return state == State.EXCHANGE;
        }
        return switch (decoder.step(in)) {
            case NEED_MORE -> false;
            case DATA -> {
                int count = (int) Math.min(in.readableBytes(), decoder.dataLength());
                decoder.took(count);
                if (bodySeen + count > limits.body()) {
                    refuseBody(413, "the request's body is larger than " + limits.body() + " bytes");
                    yield false;
                }
                piece(in, count);
                yield state == State.EXCHANGE;
            }
            case END -> {
                endBody(decoder.trailers());
                yield state == State.EXCHANGE;
            }
            case BROKEN -> {
                refuseBody(400, decoder.reason());
                yield false;
            }
        };
    }

    /// Ends a request within its body. Half of it may be at the origin already: only ending both
    /// connections is unambiguous.
    private void refuseBody(int status, String reason) {
        if (answering) {
            close();
            return;
        }
        TextBuffer text = loop.text().clear();
        Http1Head.writeRefusal(text, status, reason, loop.date());
        ByteBuf out = buffer(text);
        exchange.response().status = status;
        exchange.sent(out.readableBytes());
        channel.writeAndFlush(out, channel.voidPromise());
        linger();
        exchange.visitorLeft();
    }

    private void piece(ByteBuf in, int count) {
        bodySeen += count;
        exchange.received(count);
        deadline = loop.nanos() + timeouts.clientBody().toNanos();
        if (responding()) {
            in.skipBytes(count);
            drained += count;
            if (drained > MAX_DRAINED) {
                linger();
            }
        } else {
            exchange.bodyPiece(in.readRetainedSlice(count));
        }
    }

    /// True when the response was over before the body: the rest of it is thrown away.
    private boolean responding() {
        return drained > 0;
    }

    private void endBody(Headers trailers) {
        bodyDone = true;
        deadline = Long.MAX_VALUE;
        if (responding()) {
            nextRequest();
        } else {
            exchange.bodyEnd(trailers);
        }
    }

    // ---- the response

    @Override
    public int interim(int status, Headers headers) {
        if (state != State.EXCHANGE || answering || !channel.isWritable()) {
            return 0;
        }
        TextBuffer text = loop.text().clear();
        Http1Head.writeInterim(text, status, headers);
        ByteBuf head = buffer(text);
        int bytes = head.readableBytes();
        channel.writeAndFlush(head, channel.voidPromise());
        return bytes;
    }

    @Override
    public void deliver(Exchange x) {
        answering = true;
        Response response = x.response();
        if (closing || (!x.bodyComplete() && !bodyDone && expectsContinue)) {
            // The visitor still waits for our leave to send a body that nobody wants.
            response.close = true;
        }
        Entry entry = response.entry;
        boolean unknownLength = response.end < 0;
        if (unknownLength && response.withBody && x.http10()) {
            response.close = true;
        }
        TextBuffer text = loop.text().clear();
        Http1Head.write(text, x, colo, loop.date());
        byte[] own = response.text;
        if (own != null && response.withBody) {
            text.put(own);
        }
        ByteBuf head = buffer(text);
        x.sent(head.readableBytes());
        channel.write(head, channel.voidPromise());
        unflushed = true;
        if (entry == null || !response.withBody) {
            finishResponse(x);
            return;
        }
        body = response.form == null ? entry.body() : response.form.body();
        place = response.start;
        end = response.end;
        chunk = 0;
        told = place;
        multipart = response.multipart;
        if (multipart != null) {
            beginPart(multipart, 0);
        } else if (place > 0) {
            // What comes before it is not waited for: the fill need not keep it.
            x.progress(place);
        }
        chunkedOut = unknownLength && !x.http10();
        pump();
    }

    private ByteBuf buffer(TextBuffer text) {
        ByteBuf buffer = channel.alloc().directBuffer(text.length());
        text.writeTo(buffer);
        return buffer;
    }

    /// Writes as much of the body as there is and the visitor takes.
    private void pump() {
        Body source = body;
        if (source == null || pumping) {
            return;
        }
        pumping = true;
        try {
            while (body != null && state == State.EXCHANGE) {
                Body.State bodyState = source.state();
                long available = source.available();
                long upTo = end < 0 ? available : Math.min(end, available);
                if (place < upTo) {
                    if (!channel.isWritable()) {
                        flushNow();
                        if (!channel.isWritable()) {
                            waitForVisitor();
                            return;
                        }
                    }
                    write(source, upTo);
                } else if (place == end || (end < 0 && bodyState == Body.State.COMPLETE)) {
                    Multipart several = multipart;
                    if (several != null && part + 1 < several.size()) {
                        beginPart(several, part + 1);
                    } else {
                        finishBody(source);
                    }
                } else if (bodyState == Body.State.GROWING) {
                    waitForOrigin(source, available, bodyState);
                    return;
                } else {
                    // The body will never be whole: the visitor must see that it is not.
                    flushNow();
                    close();
                }
            }
        } finally {
            pumping = false;
        }
    }

    private void write(Body source, long upTo) {
        chunk = source.chunkAt(place, chunk);
        ByteBuf slice = source.slice(chunk, place, upTo);
        int count = slice.readableBytes();
        if (chunkedOut) {
            ByteBuf size = channel.alloc().directBuffer(16);
            size.writeCharSequence(Integer.toHexString(count) + "\r\n", StandardCharsets.US_ASCII);
            exchange.sent(size.readableBytes() + 2L);
            channel.write(size, channel.voidPromise());
            channel.write(slice, channel.voidPromise());
            channel.write(Unpooled.wrappedBuffer(CRLF), channel.voidPromise());
        } else {
            channel.write(slice, channel.voidPromise());
        }
        unflushed = true;
        place += count;
        exchange.sent(count);
        if (place - told >= PROGRESS_STEP) {
            told = place;
            exchange.progress(place);
        }
    }

    /// Parts may come in any order: the body is one that keeps its bytes.
    private void beginPart(Multipart several, int index) {
        part = index;
        place = several.part(index).start();
        end = several.part(index).end();
        chunk = 0;
        told = place;
        send(several.head(index));
    }

    private void send(byte[] bytes) {
        exchange.sent(bytes.length);
        channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
        unflushed = true;
    }

    private void flushNow() {
        unflushed = false;
        channel.flush();
    }

    private void waitForVisitor() {
        exchange.materialize();
        untaken = pending();
        deadline = loop.nanos() + timeouts.clientSend().toNanos();
    }

    private void waitForOrigin(Body source, long seen, Body.State seenState) {
        exchange.materialize();
        flushNow();
        if (told != place) {
            told = place;
            exchange.progress(place);
        }
        if (!awaiting) {
            awaiting = true;
            deadline = Long.MAX_VALUE;
            source.await(seen, seenState, loop.executor(), this::bodyGrew);
        }
    }

    private void bodyGrew() {
        awaiting = false;
        pump();
        if (unflushed) {
            flushNow();
        }
    }

    private void finishBody(Body source) {
        if (chunkedOut) {
            Headers trailers = source.trailers();
            ByteBuf last;
            if (trailers.size() == 0) {
                last = Unpooled.wrappedBuffer(LAST_CHUNK);
            } else {
                StringBuilder text = new StringBuilder("0\r\n");
                for (int i = 0; i < trailers.size(); i++) {
                    text.append(trailers.name(i))
                            .append(": ")
                            .append(trailers.value(i))
                            .append("\r\n");
                }
                last = Unpooled.copiedBuffer(text.append("\r\n"), StandardCharsets.ISO_8859_1);
            }
            exchange.sent(last.readableBytes());
            channel.write(last, channel.voidPromise());
            unflushed = true;
        }
        Multipart several = multipart;
        if (several != null) {
            multipart = null;
            send(several.close());
        }
        body = null;
        finishResponse(exchange);
    }

    private void finishResponse(Exchange x) {
        deadline = Long.MAX_VALUE;
        x.delivered();
    }

    @Override
    public void finished(Exchange x) {
        body = null;
        if (state == State.CLOSED || state == State.LINGER) {
            return;
        }
        if (state == State.TUNNEL) {
            close();
            return;
        }
        if (!processing) {
            flushNow();
        }
        if (x.response().close) {
            linger();
            return;
        }
        if (!bodyDone) {
            // The rest of the body stands between us and the next request.
            drained = 1;
            wantsBody = true;
            bodyPaused = false;
            if (bodyLeft > MAX_DRAINED) {
                linger();
                return;
            }
            deadline = loop.nanos() + LINGER_NANOS;
            read(true);
            loop.executor().execute(this::processNow);
            return;
        }
        nextRequest();
    }

    private void nextRequest() {
        drained = 0;
        state = State.HEAD;
        headStarted = false;
        // It may still be taking the last answer when its idle time is over.
        untaken = Long.MAX_VALUE;
        deadline = loop.nanos() + timeouts.clientIdle().toNanos();
        if (closing) {
            linger();
        } else if (!processing && input != null) {
            loop.executor().execute(this::processNow);
        } else if (!processing) {
            read(true);
        }
    }

    // ---- tunnels

    @Override
    public void startTunnel(Exchange x, Headers headers) {
        state = State.TUNNEL;
        deadline = loop.nanos() + TUNNEL_IDLE_NANOS;
        TextBuffer text = loop.text().clear();
        String protocol = headers.joined("upgrade");
        Http1Head.writeSwitching(
                text, headers.where((name, _) -> !name.equals("upgrade")), protocol == null ? "websocket" : protocol);
        ByteBuf head = buffer(text);
        x.sent(head.readableBytes());
        channel.writeAndFlush(head, channel.voidPromise());
        loop.executor().execute(this::processNow);
    }

    private boolean takeTunnelled() {
        ByteBuf in = input;
        if (in != null && in.isReadable()) {
            input = null;
            exchange.received(in.readableBytes());
            exchange.fromVisitor(in);
        }
        return false;
    }

    @Override
    public boolean toVisitor(ByteBuf bytes) {
        if (state != State.TUNNEL) {
            bytes.release();
            return true;
        }
        deadline = loop.nanos() + TUNNEL_IDLE_NANOS;
        exchange.sent(bytes.readableBytes());
        channel.writeAndFlush(bytes, channel.voidPromise());
        return channel.isWritable();
    }

    @Override
    public void endTunnel() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    // ---- the connection's end

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            return;
        }
        if (stalled) {
            stalled = false;
            deadline = loop.nanos() + timeouts.clientIdle().toNanos();
            processNow();
        } else if (state == State.TUNNEL) {
            exchange.visitorWritable();
        } else if (body != null && !awaiting) {
            deadline = Long.MAX_VALUE;
            pump();
            if (unflushed) {
                flushNow();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            LOG.log(ERROR, "a visitor's connection failed", cause);
        }
        close();
    }

    private void gone() {
        if (state == State.CLOSED) {
            return;
        }
        boolean underWay = state == State.EXCHANGE || state == State.TUNNEL;
        state = State.CLOSED;
        body = null;
        loop.forget(this);
        ByteBuf rest = input;
        if (rest != null && !processing) {
            input = null;
            rest.release();
        }
        if (underWay) {
            exchange.visitorLeft();
        }
        onClosed.run();
    }

    private void close() {
        Channel closed = channel;
        gone();
        closed.close();
    }

    /// Bytes written that the visitor has not taken, as far as this side knows.
    private long pending() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /// Takes no further request; ends now when none is under way.
    void drain() {
        closing = true;
        switch (state) {
            case HEAD -> {
                if (pending() > 0) {
                    linger();
                } else {
                    close();
                }
            }
            case EXCHANGE -> exchange.response().close = true;
            case TUNNEL, LINGER -> close();
            case CLOSED -> {
                // Gone already.
            }
        }
    }

    @Override
    public void tick(long now) {
        if (deadline == Long.MAX_VALUE || now - deadline < 0) {
            return;
        }
        long pending = pending();
        if (pending > 0 && pending < untaken) {
            // It takes what it is sent, however slowly.
            untaken = pending;
            deadline = now + timeouts.clientSend().toNanos();
            return;
        }
        switch (state) {
            case HEAD -> {
                if (headStarted) {
                    refuse(408, "the request's head did not arrive in time");
                } else {
                    close();
                }
            }
            case EXCHANGE -> {
                if (bodyDone) {
                    close();
                } else {
                    refuseBody(408, "the request's body did not arrive in time");
                }
            }
            case TUNNEL, LINGER -> close();
            case CLOSED -> {
                // Gone already.
            }
        }
    }

    // ---- what the phases ask

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public byte[] address() {
        return address;
    }

    @Override
    public boolean trusted() {
        return trusted;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public byte[] serverAddress() {
        return serverAddress;
    }

    @Override
    public boolean tls() {
        return false;
    }

    @Override
    public String tlsVersion() {
        return "none";
    }

    @Override
    public RequestParser head() {
        return loop.requestParser();
    }

    @Override
    public HostMemory hostMemory() {
        return hostMemory;
    }
}
