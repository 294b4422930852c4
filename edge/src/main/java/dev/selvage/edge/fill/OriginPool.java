package dev.selvage.edge.fill;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.loop.Loop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// One loop's connections to origins, kept for the next request.
public final class OriginPool {
    private static final int MAX_IDLE_PER_ORIGIN = 64;
    private static final int MAX_OPEN = 8_192;
    private static final int MAX_ADDRESSES = 3;

    /// What acquiring came to.
    interface Waiter {
        void connected(OriginConnection connection);

        void failed(OriginFailure failure);
    }

    /// The TLS settings towards origins: with and without verifying their certificates.
    public record Tls(SslContext verifying, SslContext trusting) {}

    /// @param upper an edge that the operator names, not an origin that somebody's zone has
    private record Key(List<String> hosts, int port, boolean tls, boolean verify, String name, boolean upper) {}

    private final Loop loop;
    private final EdgeSettings settings;
    private final Class<? extends SocketChannel> channelType;
    private final AddressResolverGroup<InetSocketAddress> resolvers;
    private final OriginGate gate;
    private final Tls tls;
    private final Map<Key, Deque<OriginConnection>> idle = new HashMap<>();
    private final Map<OriginConnection, Key> open = new HashMap<>();
    private final int maxOpen;
    private int connecting;

    public OriginPool(
            Loop loop,
            EdgeSettings settings,
            Class<? extends SocketChannel> channelType,
            AddressResolverGroup<InetSocketAddress> resolvers,
            OriginGate gate,
            Tls tls) {
        this(loop, settings, channelType, resolvers, gate, tls, MAX_OPEN);
    }

    /// @param maxOpen connections at a time, used or not
    OriginPool(
            Loop loop,
            EdgeSettings settings,
            Class<? extends SocketChannel> channelType,
            AddressResolverGroup<InetSocketAddress> resolvers,
            OriginGate gate,
            Tls tls,
            int maxOpen) {
        this.maxOpen = maxOpen;
        this.loop = loop;
        this.settings = settings;
        this.channelType = channelType;
        this.resolvers = resolvers;
        this.gate = gate;
        this.tls = tls;
    }

    /// Connections that are open, in use or not.
    public int open() {
        return open.size();
    }

    /// Gives `waiter` a connection, an unused one if there is one and `fresh` does not forbid it.
    ///
    /// @param name the host name that the origin knows itself by, for SNI and its certificate
    void acquire(OriginTarget target, String name, boolean fresh, Waiter waiter) {
        acquire(target, name, fresh, false, waiter);
    }

    /// Gives `waiter` a connection to the upper edge, which may have any address but this program's own.
    void acquireUpper(OriginTarget target, boolean fresh, Waiter waiter) {
        acquire(target, target.hosts().getFirst(), fresh, true, waiter);
    }

    private void acquire(OriginTarget target, String name, boolean fresh, boolean upper, Waiter waiter) {
        Key key =
                new Key(target.hosts(), target.port(), target.tls(), target.verify(), target.tls() ? name : "", upper);
        Deque<OriginConnection> unused = idle.get(key);
        while (!fresh && unused != null && !unused.isEmpty()) {
            OriginConnection connection = unused.pop();
            if (connection.open()) {
                waiter.connected(connection);
                return;
            }
        }
        if (open.size() + connecting >= maxOpen && !closeUnused()) {
            waiter.failed(new OriginFailure.Exhausted());
            return;
        }
        connecting++;
        resolve(target, new Attempt(key, target, name, waiter));
    }

    /// Makes room: a connection that is only kept in case must not be in the way of one that is needed.
    private boolean closeUnused() {
        for (Deque<OriginConnection> unused : idle.values()) {
            OriginConnection longest = unused.peekLast();
            if (longest != null) {
                longest.close();
                return true;
            }
        }
        return false;
    }

    private void resolve(OriginTarget target, Attempt attempt) {
        List<InetSocketAddress> literal = new ArrayList<>();
        for (String host : target.hosts()) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
            if (address != null) {
                literal.add(socketAddress(address, target.port()));
            }
        }
        if (!literal.isEmpty()) {
            if (literal.size() > 1) {
                // Spread over a zone's several addresses.
                int first = loop.random(literal.size());
                List<InetSocketAddress> rotated = new ArrayList<>(literal.subList(first, literal.size()));
                rotated.addAll(literal.subList(0, first));
                literal = rotated;
            }
            attempt.start(literal);
            return;
        }
        if (target.hosts().isEmpty()) {
            attempt.fail(new OriginFailure.Unresolved("(none)"));
            return;
        }
        String host = target.hosts().getFirst();
        resolvers
                .getResolver(loop.executor())
                .resolveAll(InetSocketAddress.createUnresolved(host, target.port()))
                .addListener((Future<List<InetSocketAddress>> resolved) -> {
                    if (resolved.isSuccess() && !resolved.getNow().isEmpty()) {
                        attempt.start(resolved.getNow());
                    } else {
                        attempt.fail(new OriginFailure.Unresolved(host));
                    }
                });
    }

    private static InetSocketAddress socketAddress(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + address.length + " bytes", impossible);
        }
    }

    /// One try to get a connection, over the addresses in turn.
    private final class Attempt {
        private final Key key;
        private final OriginTarget target;
        private final String name;
        private final Waiter waiter;

        Attempt(Key key, OriginTarget target, String name, Waiter waiter) {
            this.key = key;
            this.target = target;
            this.name = name;
            this.waiter = waiter;
        }

        void fail(OriginFailure failure) {
            connecting--;
            waiter.failed(failure);
        }

        /// Connects to the first of `found` that may be connected to and accepts. What is judged here is
        /// what is connected to: no name is looked up again in between.
        void start(List<InetSocketAddress> found) {
            List<InetSocketAddress> allowed = new ArrayList<>(MAX_ADDRESSES);
            OriginFailure refusal = new OriginFailure.Unresolved("(none)");
            for (InetSocketAddress address : found) {
                Optional<OriginFailure> refused = key.upper() ? gate.ownOnly(address) : gate.refusal(address, name);
                if (refused.isPresent()) {
                    refusal = refused.get();
                } else if (allowed.size() < MAX_ADDRESSES) {
                    allowed.add(address);
                }
            }
            if (allowed.isEmpty()) {
                fail(refusal);
            } else {
                connect(allowed, 0);
            }
        }

        private void connect(List<InetSocketAddress> addresses, int index) {
            InetSocketAddress address = addresses.get(index);
            String text = NetUtil.toSocketAddressString(address);
            EdgeSettings.Timeouts timeouts = settings.timeouts();
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop.executor())
                    .channel(channelType)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            timeouts.originConnect().toMillis())
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (target.tls()) {
                                channel.pipeline().addLast(sslHandler(channel, address));
                            }
                        }
                    });
            bootstrap.connect(address).addListener((ChannelFuture connected) -> {
                Channel channel = connected.channel();
                if (!connected.isSuccess()) {
                    next(addresses, index, failure(connected.cause(), text));
                    return;
                }
                SslHandler ssl = channel.pipeline().get(SslHandler.class);
                if (ssl == null) {
                    ready(channel, text);
                    return;
                }
                ssl.handshakeFuture().addListener((Future<Channel> shaken) -> {
                    if (shaken.isSuccess()) {
                        ready(channel, text);
                    } else {
                        channel.close();
                        next(addresses, index, new OriginFailure.TlsFailed(text, certificate(shaken.cause())));
                    }
                });
            });
        }

        private void next(List<InetSocketAddress> addresses, int index, OriginFailure failure) {
            if (index + 1 < addresses.size()) {
                connect(addresses, index + 1);
            } else {
                fail(failure);
            }
        }

        private void ready(Channel channel, String text) {
            connecting--;
            EdgeSettings.Timeouts timeouts = settings.timeouts();
            OriginConnection connection = new OriginConnection(
                    loop, target, text, OriginPool.this, channel, timeouts.originFirstByte(), timeouts.originIdle());
            open.put(connection, key);
            channel.pipeline().addLast(connection);
            loop.watch(connection);
            waiter.connected(connection);
        }

        private SslHandler sslHandler(Channel channel, InetSocketAddress address) {
            SslContext context = target.verify() ? tls.verifying() : tls.trusting();
            SslHandler handler = context.newHandler(channel.alloc(), key.name(), address.getPort());
            if (target.verify()) {
                SSLParameters parameters = handler.engine().getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                handler.engine().setSSLParameters(parameters);
            }
            handler.setHandshakeTimeoutMillis(
                    settings.timeouts().originConnect().toMillis());
            return handler;
        }
    }

    private static OriginFailure failure(@Nullable Throwable cause, String address) {
        if (cause instanceof ConnectTimeoutException) {
            return new OriginFailure.ConnectTimedOut(address);
        }
        if (cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).contains("refused")) {
            return new OriginFailure.Refused(address);
        }
        return new OriginFailure.Unreachable(address);
    }

    private static boolean certificate(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) {
                return true;
            }
        }
        return cause instanceof SSLException
                && String.valueOf(cause.getMessage()).contains("certificate");
    }

    /// Takes back a connection whose response is over.
    void offer(OriginConnection connection) {
        Key key = open.get(connection);
        if (key == null) {
            return;
        }
        Deque<OriginConnection> unused = idle.computeIfAbsent(key, _ -> new ArrayDeque<>());
        if (unused.size() >= MAX_IDLE_PER_ORIGIN) {
            connection.close();
            return;
        }
        connection.expires(loop.nanos() + settings.timeouts().originKeepAlive().toNanos());
        unused.push(connection);
    }

    /// Hears that a connection is gone.
    void closed(OriginConnection connection) {
        Key key = open.remove(connection);
        Deque<OriginConnection> unused = key == null ? null : idle.get(key);
        if (unused != null) {
            unused.remove(connection);
            if (unused.isEmpty()) {
                idle.remove(key);
            }
        }
    }

    /// Closes everything.
    public void close() {
        new ArrayList<>(open.keySet()).forEach(OriginConnection::close);
    }
}
