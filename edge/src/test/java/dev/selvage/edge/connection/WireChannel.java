package dev.selvage.edge.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DefaultSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A TCP connection without TCP: what is written goes to the far end that the test plays, which can be slow to
/// take it, and what the far end says is read when the channel wants to read.
public final class WireChannel extends AbstractChannel implements SocketChannel {
    /// The far end.
    interface FarEnd {
        /// True when a connection is taken; else it is refused.
        boolean accepts(WireChannel channel);

        /// Bytes that were sent.
        void received(WireChannel channel, byte[] bytes);

        /// The channel is closed.
        void closed(WireChannel channel);
    }

    /// The far end of the channels that the edge opens.
    static final ScopedValue<FarEnd> ORIGIN = ScopedValue.newInstance();

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final FarEnd farEnd;

    private record Said(byte[] bytes, Runnable whenRead) {}

    private final Deque<Said> incoming = new ArrayDeque<>();
    private final DefaultSocketChannelConfig config = new Options(this);
    private boolean open = true;
    private boolean active;
    private boolean wanted;
    private boolean ended;
    private boolean slow;

    /// A channel that the edge opens to its origin.
    public WireChannel() {
        super(null);
        farEnd = ORIGIN.get();
    }

    /// A channel that a visitor has opened.
    WireChannel(FarEnd farEnd) {
        super(null);
        this.farEnd = farEnd;
        active = true;
    }

    /// Nothing of this channel is a socket's.
    private static final class Options extends DefaultSocketChannelConfig {
        Options(WireChannel channel) {
            super(channel, new Socket());
        }

        @Override
        public SocketChannelConfig setTcpNoDelay(boolean noDelay) {
            return this;
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            return true;
        }
    }

    // ---- the far end's side

    /// The far end sends.
    ///
    /// @param whenRead called just before the edge reads it
    void say(byte[] bytes, Runnable whenRead) {
        incoming.add(new Said(bytes, whenRead));
        eventLoop().execute(this::read0);
    }

    /// The far end closes, behind what it has sent.
    void end() {
        ended = true;
        eventLoop().execute(this::read0);
    }

    /// The far end stops taking what is sent, or takes it again.
    void slow(boolean on) {
        slow = on;
        if (!on) {
            eventLoop().execute(() -> unsafe().flush());
        }
    }

    boolean slow() {
        return slow;
    }

    private void read0() {
        while (wanted && active && !incoming.isEmpty()) {
            wanted = false;
            Said said = incoming.remove();
            said.whenRead().run();
            pipeline().fireChannelRead(Unpooled.wrappedBuffer(said.bytes()));
            pipeline().fireChannelReadComplete();
        }
        if (wanted && active && ended && incoming.isEmpty()) {
            unsafe().close(unsafe().voidPromise());
        }
    }

    // ---- the channel's side

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
                if (!promise.setUncancellable()) {
                    return;
                }
                if (farEnd.accepts(WireChannel.this)) {
                    active = true;
                    promise.trySuccess();
                    pipeline().fireChannelActive();
                } else {
                    promise.tryFailure(new ConnectException("Connection refused"));
                    close(voidPromise());
                }
            }
        };
    }

    @Override
    protected void doBeginRead() {
        if (!wanted) {
            wanted = true;
            if (!incoming.isEmpty() || ended) {
                eventLoop().execute(this::read0);
            }
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        while (!slow && in.current() instanceof ByteBuf buffer) {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.getBytes(buffer.readerIndex(), bytes);
            in.remove();
            if (bytes.length > 0) {
                farEnd.received(this, bytes);
            }
        }
    }

    @Override
    protected void doClose() {
        boolean first = open;
        open = false;
        active = false;
        if (first) {
            farEnd.closed(this);
        }
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    /// A visitor that is told the end closes its own: half-open connections are not played here.
    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        end();
        return promise.setSuccess();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof StepLoop;
    }

    @Override
    protected SocketAddress localAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    }

    @Override
    protected void doBind(SocketAddress local) {}

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    public SocketChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public @Nullable ServerSocketChannel parent() {
        return null;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) localAddress0();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) remoteAddress0();
    }

    @Override
    public boolean isInputShutdown() {
        return !active;
    }

    @Override
    public boolean isOutputShutdown() {
        return !active;
    }

    @Override
    public boolean isShutdown() {
        return !active;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdown() {
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return promise.setSuccess();
    }
}
