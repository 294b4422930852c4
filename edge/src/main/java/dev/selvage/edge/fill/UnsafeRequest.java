package dev.selvage.edge.fill;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.http.Headers;
import java.util.List;
import java.util.Set;

/// What a successful response to an unsafe request makes invalid (RFC 9111 section 4.4, RFC 9875
/// section 3).
public interface UnsafeRequest {
    /// The keys of its target, and of what its `Location` and `Content-Location` name in the same
    /// origin.
    Set<CacheKey> invalidated(Headers response);

    /// The full names of the groups.
    List<String> invalidatedGroups(Headers response);

    /// True when `Content-Location` names the target itself, so that the response is what a GET would
    /// bring (RFC 9110 section 8.7).
    boolean located(Headers response);
}
