package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheGroups;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.fill.UnsafeRequest;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.zone.CacheLevel;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The target of an unsafe request, which its response may make invalid together with others of the
/// same origin.
final class UnsafeTarget implements UnsafeRequest {
    private final HostBinding binding;
    private final boolean tls;
    private final String authority;
    private final String target;
    private final String origin;

    /// @param authority the `Host` field
    /// @param target path and query as sent
    UnsafeTarget(HostBinding binding, boolean tls, String authority, String target, String origin) {
        this.binding = binding;
        this.tls = tls;
        this.authority = authority;
        this.target = target;
        this.origin = origin;
    }

    /// True for methods that may change the target: all but those that are registered as safe,
    /// unknown ones too.
    static boolean unsafe(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY" -> false;
            default -> true;
        };
    }

    @Override
    public List<CacheKey> invalidated(Headers response) {
        List<CacheKey> keys = new ArrayList<>(6);
        add(keys, target);
        add(keys, sameOrigin(response.first("location")));
        add(keys, sameOrigin(response.first("content-location")));
        return keys;
    }

    /// Both schemes: origins that answer on both hardly ever mean different resources.
    private void add(List<CacheKey> keys, @Nullable String named) {
        if (named != null) {
            keys.add(key(false, named));
            keys.add(key(true, named));
        }
    }

    private CacheKey key(boolean overTls, String named) {
        return CacheKey.of(
                binding.zone().id(),
                overTls,
                binding.host(),
                CacheTargets.of(
                        named,
                        binding.zone().cache().sortQueryString(),
                        binding.zone().cache().cacheLevel() == CacheLevel.SIMPLIFIED));
    }

    @Override
    public List<String> invalidatedGroups(Headers response) {
        return CacheGroups.invalidatedBy(response, origin);
    }

    @Override
    public boolean located(Headers response) {
        String location = sameOrigin(response.first("content-location"));
        return location != null && key(tls, location).equals(key(tls, target));
    }

    /// The path and query that a reference names in the origin of this target; null when it names
    /// another origin or
    /// cannot be read (RFC 9111 section 4.4: other origins are not for this one to invalidate).
    private @Nullable String sameOrigin(@Nullable String reference) {
        if (reference == null) {
            return null;
        }
        try {
            URI base = new URI((tls ? "https" : "http") + "://" + authority + "/").resolve(new URI(target));
            URI named = base.resolve(new URI(reference.strip()));
            boolean same = named.getRawPath() != null
                    && String.valueOf(base.getScheme()).equalsIgnoreCase(named.getScheme())
                    && String.valueOf(base.getRawAuthority()).equalsIgnoreCase(named.getRawAuthority());
            if (!same) {
                return null;
            }
            String path = named.getRawPath().isEmpty() ? "/" : named.getRawPath();
            return named.getRawQuery() == null ? path : path + '?' + named.getRawQuery();
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }
}
