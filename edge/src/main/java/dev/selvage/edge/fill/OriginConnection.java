package dev.selvage.edge.fill;

import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.http.ChunkedDecoder;
import dev.selvage.edge.http.HeadScanner;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.ResponseParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.loop.Timed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection to an origin: one request at a time, its response taken apart and handed to the reader.
///
/// Everything happens on the loop that opened it.
public final class OriginConnection extends ChannelInboundHandlerAdapter implements Timed {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);

    /// Interim responses that an origin may send before the final one, and bytes of their heads: more
    /// of them only keep a visitor waiting.
    private static final int MAX_INTERIM = 32;

    private static final int MAX_INTERIM_BYTES = 64 << 10;

    /// Who reads the response.
    public interface Reader {
        /// An interim response's head (RFC 9110 section 15.2), neither 100 nor 101.
        void interim(int status, Headers headers);

        /// The final response's head.
        ///
        /// @param bodyLength bytes, or negative when they are not known beforehand
        void head(int status, Headers headers, long bodyLength);

        /// `count` bytes at the front of `in`, which the reader must consume.
        void body(ByteBuf in, int count);

        /// The response is whole.
        void end(Headers trailers);

        /// The connection speaks another protocol from now on; the reader owns it.
        void switched(Headers headers);

        /// Bytes of the other protocol.
        void raw(ByteBuf in);

        /// The connection is of no more use. Called once at most, never after [#end].
        ///
        /// @param untouched it ended without one byte of a response, so that the request may not have
        ///     been seen
        void failed(OriginFailure failure, boolean untouched);

        /// The connection takes more of the request's body.
        void writable();
    }

    private enum State {
        IDLE,
        AWAITING_HEAD,
        BODY,
        SWITCHED,
        CLOSED
    }

    private final Loop loop;
    private final OriginTarget target;
    private final String address;
    private final OriginPool pool;
    private final Channel channel;
    private final Duration firstByteTimeout;
    private final Duration idleTimeout;

    private State state = State.IDLE;
    private @Nullable Reader reader;
    private @Nullable ByteBuf pending;
    private String method = "GET";
    private boolean requestSent = true;
    private boolean requestChunked;
    private boolean exposed;
    private boolean keepAlive;
    private boolean untouched = true;
    private boolean paused;
    private boolean used;
    private long firstByteNanos;
    private long idleNanos;
    private long deadline;
    private long received;
    private int interims;
    private int interimBytes;
    private long bodyLeft;
    private @Nullable ChunkedDecoder chunks;

    OriginConnection(
            Loop loop,
            OriginTarget target,
            String address,
            OriginPool pool,
            Channel channel,
            Duration firstByteTimeout,
            Duration idleTimeout) {
        this.loop = loop;
        this.target = target;
        this.address = address;
        this.pool = pool;
        this.channel = channel;
        this.firstByteTimeout = firstByteTimeout;
        this.idleTimeout = idleTimeout;
    }

    OriginTarget target() {
        return target;
    }

    /// The address it is connected to, with port.
    public String address() {
        return address;
    }

    /// True when it has carried a request before.
    boolean used() {
        return used;
    }

    boolean open() {
        return state != State.CLOSED && channel.isActive();
    }

    /// Sends a request's head; the response goes to `reader`.
    ///
    /// @param bodyFollows the body comes through [#write] and [#endRequest]
    /// @param chunked frame the body in chunks
    /// @param readTimeout what the origin may take for the head, and between two reads of what follows; zero for
    ///     the terms of the edge
    void send(ByteBuf head, String method, boolean bodyFollows, boolean chunked, Duration readTimeout, Reader reader) {
        used = true;
        this.reader = reader;
        this.method = method;
        requestSent = !bodyFollows;
        requestChunked = chunked;
        exposed = bodyFollows && !bodyHasMeaning(method);
        untouched = true;
        keepAlive = false;
        received = 0;
        interims = 0;
        interimBytes = 0;
        state = State.AWAITING_HEAD;
        firstByteNanos = (readTimeout.isZero() ? firstByteTimeout : readTimeout).toNanos();
        idleNanos = (readTimeout.isZero() ? idleTimeout : readTimeout).toNanos();
        deadline = loop.nanos() + firstByteNanos;
        channel.writeAndFlush(head, channel.voidPromise());
    }

    /// False where an origin may not expect a body, take it for the next request, and answer another
    /// visitor with what this one made up (RFC 9110 section 9.3.1).
    private static boolean bodyHasMeaning(String method) {
        return switch (method) {
            case "GET", "HEAD", "DELETE", "OPTIONS" -> false;
            default -> true;
        };
    }

    /// Sends a piece of the request's body, which it releases; see [#writable].
    void write(ByteBuf piece) {
        if (requestSent || state == State.CLOSED || !piece.isReadable()) {
            piece.release();
            return;
        }
        deadline = loop.nanos() + firstByteNanos;
        if (requestChunked) {
            String size = Integer.toHexString(piece.readableBytes()) + "\r\n";
            channel.write(Unpooled.copiedBuffer(size, StandardCharsets.US_ASCII), channel.voidPromise());
            channel.write(piece, channel.voidPromise());
            channel.writeAndFlush(Unpooled.wrappedBuffer(CRLF), channel.voidPromise());
        } else {
            channel.writeAndFlush(piece, channel.voidPromise());
        }
    }

    /// The request's body is whole.
    void endRequest(Headers trailers) {
        if (requestSent || state == State.CLOSED) {
            return;
        }
        requestSent = true;
        deadline = loop.nanos() + firstByteNanos;
        if (requestChunked) {
            StringBuilder last = new StringBuilder();
            for (int i = 0; i < trailers.size(); i++) {
                last.append(trailers.name(i))
                        .append(": ")
                        .append(trailers.value(i))
                        .append("\r\n");
            }
            channel.write(Unpooled.wrappedBuffer(LAST_CHUNK), channel.voidPromise());
            channel.writeAndFlush(
                    Unpooled.copiedBuffer(last + "\r\n", StandardCharsets.ISO_8859_1), channel.voidPromise());
        }
    }

    /// Sends bytes of another protocol.
    public void writeRaw(ByteBuf bytes) {
        channel.writeAndFlush(bytes, channel.voidPromise());
    }

    /// True when more of the request can be written without queueing much.
    public boolean writable() {
        return channel.isWritable();
    }

    /// Stops or resumes reading the response.
    public void pause(boolean paused) {
        if (this.paused != paused && state != State.CLOSED) {
            this.paused = paused;
            deadline = loop.nanos() + idleNanos;
            channel.config().setAutoRead(!paused);
        }
    }

    /// Bytes received for the current response, heads and framing included.
    long received() {
        return received;
    }

    /// Ends the connection; the reader hears nothing more.
    public void close() {
        reader = null;
        shut();
    }

    private void shut() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            pool.closed(this);
            loop.forget(this);
            channel.close();
            ByteBuf rest = pending;
            if (rest != null) {
                pending = null;
                rest.release();
            }
        }
    }

    private void fail(OriginFailure failure) {
        Reader current = reader;
        // One that is silent has seen the request: sending it again would ask the same of it twice.
        boolean nothing = untouched && failure instanceof OriginFailure.Closed;
        close();
        if (current != null) {
            current.failed(failure, nothing);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in) || state == State.CLOSED) {
            ReferenceCountUtil.release(message);
            return;
        }
        received += in.readableBytes();
        if (state != State.AWAITING_HEAD) {
            // A head has one term for the whole of it, however it drips.
            deadline = loop.nanos() + idleNanos;
        }
        if (state == State.IDLE) {
            // Nothing was asked: whatever this is, it must not become somebody's response.
            in.release();
            close();
            return;
        }
        untouched = false;
        ByteBuf before = pending;
        if (before != null) {
            pending = null;
            before.writeBytes(in);
            in.release();
            in = before;
        }
        try {
            take(in);
        } finally {
            if (in.isReadable() && state != State.CLOSED && state != State.IDLE) {
                ByteBuf rest = ctx.alloc().buffer(Math.max(1024, in.readableBytes()));
                rest.writeBytes(in);
                pending = rest;
            }
            in.release();
        }
    }

    private void take(ByteBuf in) {
        while (true) {
            switch (state) {
                case AWAITING_HEAD -> {
                    if (!takeHead(in)) {
                        return;
                    }
                }
                case BODY -> {
                    if (!takeBody(in)) {
                        return;
                    }
                }
                case SWITCHED -> {
                    Reader current = reader;
                    if (current != null && in.isReadable()) {
                        current.raw(in.readRetainedSlice(in.readableBytes()));
                    }
                    return;
                }
                case IDLE, CLOSED -> {
                    return;
                }
            }
        }
    }

    /// True when there may be more to take.
    private boolean takeHead(ByteBuf in) {
        ResponseParser parser = loop.responseParser();
        HeadScanner.Result result = parser.scan(in);
        if (result == HeadScanner.Result.INCOMPLETE) {
            return false;
        }
        if (result == HeadScanner.Result.REFUSED) {
            fail(new OriginFailure.Malformed(address, parser.reason()));
            return false;
        }
        Reader current = reader;
        if (current == null) {
            close();
            return false;
        }
        int status = parser.statusCode();
        Headers headers = parser.headers();
        if (status == 101) {
            if (!"websocket".equalsIgnoreCase(headers.joined("upgrade"))) {
                fail(new OriginFailure.Malformed(address, "a switch to a protocol that nobody asked for"));
                return false;
            }
            state = State.SWITCHED;
            current.switched(headers);
            return true;
        }
        if (status < 200) {
            interimBytes += parser.headLength();
            if (++interims > MAX_INTERIM || interimBytes > MAX_INTERIM_BYTES) {
                fail(new OriginFailure.Malformed(address, "interim responses without end"));
                return false;
            }
            // The leave to send a body (100) is between us and the origin: the visitor has ours already.
            if (status != 100) {
                current.interim(status, headers);
            }
            return true;
        }
        keepAlive = parser.keepAlive();
        long length = parser.bodyLength(method);
        chunks = length == ResponseParser.CHUNKED ? new ChunkedDecoder() : null;
        bodyLeft = length;
        if (length == ResponseParser.UNTIL_CLOSE) {
            keepAlive = false;
        }
        state = State.BODY;
        deadline = loop.nanos() + idleNanos;
        current.head(status, headers, length);
        return true;
    }

    private boolean takeBody(ByteBuf in) {
        Reader current = reader;
        if (current == null) {
            return false;
        }
        ChunkedDecoder decoder = chunks;
        if (decoder != null) {
            return switch (decoder.step(in)) {
                case NEED_MORE -> false;
                case BROKEN -> {
                    fail(new OriginFailure.Malformed(address, decoder.reason()));
                    yield false;
                }
                case DATA -> {
                    int count = (int) Math.min(in.readableBytes(), decoder.dataLength());
                    decoder.took(count);
                    current.body(in, count);
                    yield true;
                }
                case END -> {
                    finish(current, decoder.trailers(), in.isReadable());
                    yield false;
                }
            };
        }
        if (bodyLeft == ResponseParser.UNTIL_CLOSE) {
            if (in.isReadable()) {
                current.body(in, in.readableBytes());
            }
            return false;
        }
        if (bodyLeft > 0) {
            if (!in.isReadable()) {
                return false;
            }
            int count = (int) Math.min(in.readableBytes(), bodyLeft);
            bodyLeft -= count;
            current.body(in, count);
            // The reader may have ended this connection while it took the piece.
            return state == State.BODY;
        }
        finish(current, Headers.EMPTY, in.isReadable());
        return false;
    }

    /// @param surplus bytes follow the response that nobody asked for
    private void finish(Reader current, Headers trailers, boolean surplus) {
        reader = null;
        boolean reusable = keepAlive && requestSent && !exposed && !surplus && channel.isActive();
        if (reusable) {
            state = State.IDLE;
            pause(false);
        } else {
            shut();
        }
        current.end(trailers);
        if (reusable) {
            pool.offer(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Reader current = reader;
        if (current != null && ctx.channel().isWritable()) {
            current.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.BODY && bodyLeft == ResponseParser.UNTIL_CLOSE && chunks == null) {
            Reader current = reader;
            if (current != null) {
                finish(current, Headers.EMPTY, false);
                return;
            }
        }
        fail(new OriginFailure.Closed(address));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(new OriginFailure.Closed(address));
    }

    /// How long it may lie unused, from now.
    void expires(long nanos) {
        deadline = nanos;
    }

    @Override
    public void tick(long now) {
        if (paused || now - deadline < 0) {
            return;
        }
        switch (state) {
            case IDLE -> close();
            case AWAITING_HEAD -> fail(new OriginFailure.TimedOut(address));
            case BODY -> fail(new OriginFailure.TimedOut(address));
            case SWITCHED, CLOSED -> {
                // A tunnel is watched by the visitor's side.
            }
        }
    }

    /// Flushes what is queued, then closes: the end of a tunnel.
    public void closeAfterFlush() {
        reader = null;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
