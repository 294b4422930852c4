package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.http.NormalTarget;
import java.util.Optional;

/// Where the cache key of a request comes from: zone, scheme, authority and target, each in its normal
/// form.
public final class CacheTargets {
    private CacheTargets() {}

    /// The primary key of a target of a host, as a request for it would be looked up under.
    ///
    /// @param policy what the zone says of such a request
    /// @param secure the scheme is `https`
    /// @param authority the host with the port that the key knows, see [#authority]
    /// @param target path and query in any spelling; empty when no request for it would be admitted
    static Optional<CacheKey> key(
            HostBinding binding, RequestPolicy policy, boolean secure, String authority, String target) {
        return NormalTarget.of(target)
                .map(normal -> CacheKey.of(
                        binding.zone().id(),
                        secure,
                        authority,
                        policy.key().query().of(normal)));
    }

    /// The authority as key and origin know it: the host, and the port where the visitor named the one
    /// that this edge listens on and the scheme does not imply it.
    ///
    /// Any other port is dropped. An origin may repeat it in redirects, and whoever could put it there
    /// without its being part of the key would send other visitors to ports of his choice; as part of
    /// the key it would keep a purge from finding what it stands for.
    ///
    /// @param named the port that the visitor named, 0 when none
    /// @param listening the port that this edge listens on
    static String authority(String host, boolean secure, int named, int listening) {
        return named == 0 || named != listening || named == (secure ? 443 : 80) ? host : host + ':' + named;
    }
}
