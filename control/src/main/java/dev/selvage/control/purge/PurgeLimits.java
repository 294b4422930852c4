package dev.selvage.control.purge;

/// How much one account may purge.
///
/// @param entries URLs, hosts, prefixes or tags of one call
/// @param requestsPerSecond calls that purge anything but URLs, in the long run
/// @param requestBurst such calls at once
/// @param urlsPerSecond URLs, in the long run and at once
public record PurgeLimits(int entries, int requestsPerSecond, int requestBurst, int urlsPerSecond) {
    public static final PurgeLimits DEFAULTS = new PurgeLimits(500, 50, 500, 3_000);
}
