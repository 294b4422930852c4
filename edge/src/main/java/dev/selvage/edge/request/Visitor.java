package dev.selvage.edge.request;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The visitor's end of an exchange, whatever version of HTTP it speaks.
public interface Visitor {
    /// The loop that owns the connection.
    Loop loop();

    /// The visitor's address: the peer's, or the one that a trusted proxy names.
    byte[] address();

    /// True when the peer is a trusted proxy.
    boolean trusted();

    /// The port that the visitor connected to, 0 when it is not known.
    int port();

    /// The address that the visitor connected to; empty when it is not known.
    byte[] serverAddress();

    /// True when the request came over TLS.
    boolean tls();

    /// TLS version as analytics calls it, `none` in the clear.
    String tlsVersion();

    /// The head of the request that is being admitted; valid until the exchange parks or the call returns.
    RequestParser head();

    /// Remembers what a host's bytes were bound to, for the next request of this connection.
    HostMemory hostMemory();

    /// Sends an interim response, or drops it where it would have to wait or comes too late.
    ///
    /// @return bytes sent
    int interim(int status, Headers headers);

    /// Sends [Exchange#response]; calls [Exchange#delivered] when it is over, perhaps before this returns.
    void deliver(Exchange exchange);

    /// The exchange is over: the connection may take the next request.
    void finished(Exchange exchange);

    /// Has the request's body come through [Exchange#bodyPiece] and [Exchange#bodyEnd].
    void readBody();

    /// Stops or resumes the request's body, or the visitor's side of a tunnel.
    void pause(boolean paused);

    /// Sends the head of a 101 and passes what follows through [Exchange#fromVisitor].
    void startTunnel(Exchange exchange, Headers headers);

    /// Sends bytes of the other protocol.
    ///
    /// @return true when the visitor takes more at once
    boolean toVisitor(ByteBuf bytes);

    /// Ends the tunnel once what is queued has been sent.
    void endTunnel();

    /// The host last asked for on a connection, its normal form and its binding.
    final class HostMemory {
        byte @Nullable [] bytes;
        boolean secure;
        String authority = "";
        dev.selvage.edge.config.@Nullable HostBinding binding;
        long version = -1;
    }
}
