package dev.selvage.model.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The management plane's door for those who answer questions about zones.
public interface Access {
    /// The principal behind what a call shows; empty when that is missing, malformed, unknown or not
    /// valid now and from there.
    Optional<Principal> authenticate(Presented by);

    /// What a call shows of who calls; null for a header that it does not have.
    ///
    /// @param authorization value of `Authorization`
    /// @param key value of `X-Auth-Key`
    /// @param email value of `X-Auth-Email`
    /// @param address the peer's IP address
    record Presented(
            @Nullable String authorization,
            @Nullable String key,
            @Nullable String email,
            String address) {
        @Override
        public String toString() {
            return "Presented[address=" + address + "]";
        }
    }

    /// Who asks.
    interface Principal {
        /// Names the caller for rate limits and logs; never the secret.
        String id();

        /// A zone, when it exists and the principal may read its analytics.
        Optional<ZoneRef> zone(String id);

        /// The zones that the principal may read, by id, after `after` (exclusive), at most `limit`.
        List<ZoneRef> zones(@Nullable String after, int limit);

        /// The zones of an account; empty when the account is unknown or may not be read.
        List<ZoneRef> accountZones(String account);
    }

    record ZoneRef(String id, String name, String account) {}
}
