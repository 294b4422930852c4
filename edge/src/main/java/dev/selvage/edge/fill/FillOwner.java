package dev.selvage.edge.fill;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.ByteBuf;

/// The waiter on whose behalf a fill asks the origin; on the fill's loop.
public interface FillOwner extends FillWaiter {
    /// An interim response of the origin, its end-to-end fields; never after [#filled].
    void interim(int status, Headers headers);

    /// The origin takes the request's body from now on, through [Fill#requestBody] and
    /// [Fill#requestEnd]; called again whenever it takes more after having been slow.
    void bodyWanted();

    /// Bytes of the protocol that the origin switched to; the receiver releases them.
    void fromOrigin(ByteBuf bytes);

    /// The origin takes more bytes of that protocol.
    void originWritable();

    /// The origin ended that protocol's connection.
    void originClosed();
}
