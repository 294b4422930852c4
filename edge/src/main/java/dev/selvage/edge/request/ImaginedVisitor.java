package dev.selvage.edge.request;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import io.netty.buffer.ByteBuf;

/// A visitor that somebody describes and nobody answers.
///
/// @param port of the URL
record ImaginedVisitor(Loop loop, RequestParser head, byte[] address, int port, boolean tls) implements Visitor {
    private static final byte[] NO_ADDRESS = {};

    @Override
    public boolean trusted() {
        return false;
    }

    @Override
    public byte[] serverAddress() {
        return NO_ADDRESS;
    }

    @Override
    public String tlsVersion() {
        return tls ? "TLSv1.3" : "none";
    }

    @Override
    public HostMemory hostMemory() {
        return new HostMemory();
    }

    @Override
    public int interim(int status, Headers headers) {
        return 0;
    }

    @Override
    public void deliver(Exchange exchange) {
        // Nobody waits for it.
    }

    @Override
    public void finished(Exchange exchange) {
        // Nobody asks again.
    }

    @Override
    public void readBody() {
        // There is none.
    }

    @Override
    public void pause(boolean paused) {
        // Nothing comes.
    }

    @Override
    public void startTunnel(Exchange exchange, Headers headers) {
        // No origin is asked for one.
    }

    @Override
    public boolean toVisitor(ByteBuf bytes) {
        bytes.release();
        return true;
    }

    @Override
    public void endTunnel() {
        // There is none.
    }
}
