package dev.selvage.control.dns;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Refused;
import dev.selvage.model.origin.OriginPolicy;

/// Refuses to proxy to an address that the edge would not connect to. What is not proxied may hold any.
final class ProxiedTarget {
    static final int NOT_ALLOWED = 9_003;

    private ProxiedTarget() {}

    /// @param pointer where the record is in what the caller sent
    static void check(DnsRecord record, OriginPolicy origins, String pointer) {
        if (record.proxied()) {
            origins.refused(record.content()).ifPresent(kind -> {
                throw new Refused(
                        400,
                        new ApiError(
                                NOT_ALLOWED,
                                "Target " + record.content() + " is not allowed for a proxied record: it is a "
                                        + kind.wire() + " address.",
                                pointer + "/content"));
            });
        }
    }
}
