package dev.selvage.edge.fill;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.http.Headers;

/// What a fill came to, for one of those who waited for it.
public sealed interface Filled {
    /// Read this entry, whose body was retained and joined for the receiver.
    ///
    /// @param confirmed the origin confirmed a stored entry (304)
    record Use(Entry entry, boolean confirmed) implements Filled {}

    /// The response cannot be shared with the receiver: it must ask for itself.
    record GoAlone() implements Filled {}

    /// The fill was over before the receiver joined: the cache may have it by now.
    record LookAgain() implements Filled {}

    /// There is no response.
    record Failed(OriginFailure failure) implements Filled {}

    /// The origin changed to the protocol that the visitor asked for.
    record Switched(Headers headers) implements Filled {}
}
