package dev.selvage.edge.connection;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.request.Phases;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Accepts visitors and gives each a connection on one of the loops.
public final class Listener {
    /// A loop with the phases that run on it.
    public record Lane(Loop loop, Phases phases) {}

    private final EdgeSettings settings;
    private final Map<EventLoop, Lane> lanes;
    private final Predicate<byte[]> trusted;
    private final Set<Http1Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Channel channel;

    /// Listens on `address`.
    ///
    /// @throws IOException when it cannot be bound
    public Listener(
            InetSocketAddress address,
            EventLoopGroup loops,
            Class<? extends ServerChannel> channelType,
            Map<EventLoop, Lane> lanes,
            EdgeSettings settings,
            Predicate<byte[]> trusted)
            throws IOException {
        this.settings = settings;
        this.lanes = Map.copyOf(lanes);
        this.trusted = trusted;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(128 << 10, 512 << 10))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel visitor) {
                        accept(visitor);
                    }
                });
        try {
            channel = bootstrap.bind(address).sync().channel();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding " + address, interrupted);
        } catch (Exception failure) {
            // Netty throws the checked cause without declaring it.
            throw new IOException(
                    address.getHostString() + ":" + address.getPort()
                            + " is in use by another program or not an address of this machine; choose another port",
                    failure);
        }
    }

    private void accept(SocketChannel visitor) {
        Lane lane = lanes.get(visitor.eventLoop());
        if (lane == null || open.incrementAndGet() > settings.maxConnections()) {
            open.decrementAndGet();
            refused.incrementAndGet();
            visitor.close();
            return;
        }
        accepted.incrementAndGet();
        InetSocketAddress remote = visitor.remoteAddress();
        boolean proxy = remote != null && trusted.test(remote.getAddress().getAddress());
        Http1Connection[] self = new Http1Connection[1];
        Http1Connection connection = new Http1Connection(visitor, lane.loop(), lane.phases(), settings, proxy, () -> {
            open.decrementAndGet();
            connections.remove(self[0]);
        });
        self[0] = connection;
        connections.add(connection);
        visitor.pipeline().addLast(connection);
    }

    /// What it is bound to.
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /// The port it listens on.
    public int port() {
        return address().getPort();
    }

    /// Connections open now.
    public int open() {
        return open.get();
    }

    public long accepted() {
        return accepted.get();
    }

    /// Connections closed at once because there were too many.
    public long refused() {
        return refused.get();
    }

    /// Accepts nobody more, and has every connection end after the exchange it is in.
    public void drain() {
        channel.close().syncUninterruptibly();
        for (Http1Connection connection : connections) {
            connection.loop().executor().execute(connection::drain);
        }
    }
}
