package dev.selvage.control;

import dev.selvage.control.access.Credentials;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.model.origin.OriginPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the management plane must be told.
///
/// @param directory the data directory; made when it is not there
/// @param adminToken the bearer token with every permission; null for the one kept in the directory,
///     which the first
/// start makes
/// @param limits how often callers may call
/// @param purging how much an account may purge
/// @param addresses from which the edges ask origins, as blocks in CIDR notation
/// @param origins which addresses proxied records and origin rules may name
/// @param clock the time of rows, purges and development mode
public record ControlSettings(
        Path directory,
        @Nullable String adminToken,
        Credentials.Limits limits,
        PurgeLimits purging,
        List<String> addresses,
        OriginPolicy origins,
        Clock clock) {
    public ControlSettings {
        addresses = List.copyOf(addresses);
    }

    /// With the default limits, no addresses, the policy of one machine and the system's clock.
    public ControlSettings(Path directory, @Nullable String adminToken) {
        this(
                directory,
                adminToken,
                Credentials.Limits.DEFAULTS,
                PurgeLimits.DEFAULTS,
                List.of(),
                OriginPolicy.NEARBY,
                Clock.systemUTC());
    }

    @Override
    public String toString() {
        return "ControlSettings[directory=" + directory + "]";
    }
}
