package dev.selvage.edge.request;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;

/// A visitor whom nobody answers: there is no connection, and nothing comes or goes.
interface AbsentVisitor extends Visitor {
    @Override
    default boolean trusted() {
        return false;
    }

    @Override
    default byte[] serverAddress() {
        return new byte[0];
    }

    @Override
    default String tlsVersion() {
        return tls() ? "TLSv1.3" : "none";
    }

    @Override
    default HostMemory hostMemory() {
        return new HostMemory();
    }

    @Override
    default int interim(int status, Headers headers) {
        return 0;
    }

    @Override
    default void deliver(Exchange exchange) {
        // Nobody waits for it.
    }

    @Override
    default void finished(Exchange exchange) {
        // Nobody asks again.
    }

    @Override
    default void readBody() {
        // There is none.
    }

    @Override
    default void pause(boolean paused) {
        // Nothing comes.
    }

    @Override
    default void startTunnel(Exchange exchange, Headers headers) {
        // No origin is asked for one.
    }

    @Override
    default boolean toVisitor(ByteBuf bytes) {
        bytes.release();
        return true;
    }

    @Override
    default void endTunnel() {
        // There is none.
    }
}
