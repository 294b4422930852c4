package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheGroups;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.fill.UnsafeRequest;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The target of an unsafe request, which its response may make invalid together with others of the
/// same origin.
final class UnsafeTarget implements UnsafeRequest {
    private final HostBinding binding;
    private final RequestPolicy policy;
    private final boolean secure;
    private final String authority;
    private final String target;
    private final String asked;
    private final int listening;
    private final String origin;

    /// @param policy what the zone says of the request
    /// @param authority the host with the port that the key knows
    /// @param target path and query
    /// @param asked path and query as the visitor had them, before rules made another target of them
    /// @param listening the port that this edge listens on
    /// @param origin what tells origins of a zone apart, for groups
    UnsafeTarget(
            HostBinding binding,
            RequestPolicy policy,
            boolean secure,
            String authority,
            String target,
            String asked,
            int listening,
            String origin) {
        this.binding = binding;
        this.policy = policy;
        this.secure = secure;
        this.authority = authority;
        this.target = target;
        this.asked = asked;
        this.listening = listening;
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
    public Set<CacheKey> invalidated(Headers response) {
        Set<CacheKey> keys = new HashSet<>();
        add(keys, target);
        if (!asked.equals(target)) {
            add(keys, asked);
        }
        add(keys, sameHost(response.first("location")));
        add(keys, sameHost(response.first("content-location")));
        return keys;
    }

    /// All forms that a purge of the URL covers, both schemes among them: origins that answer on both
    /// hardly ever mean different resources.
    private void add(Set<CacheKey> keys, @Nullable String named) {
        if (named != null) {
            keys.addAll(PurgeUrls.keys(
                    binding.zone().id(), binding.purgeScope(), "http://" + binding.host() + named, listening));
        }
    }

    @Override
    public List<String> invalidatedGroups(Headers response) {
        return CacheGroups.invalidatedBy(response, origin);
    }

    @Override
    public boolean located(Headers response) {
        String location = sameHost(response.first("content-location"));
        Optional<CacheKey> own = CacheTargets.key(binding, policy, secure, authority, target);
        return location != null
                && own.isPresent()
                && own.equals(CacheTargets.key(binding, policy, secure, authority, location));
    }

    /// The path and query that a reference names on the host of this target; null when it names another
    /// host or cannot be read (RFC 9111 section 4.4: what is another's is not for this one to
    /// invalidate).
    private @Nullable String sameHost(@Nullable String reference) {
        if (reference == null) {
            return null;
        }
        try {
            URI own = new URI((secure ? "https" : "http") + "://" + authority + "/");
            URI named = own.resolve(new URI(target)).resolve(new URI(reference.strip()));
            String path = named.getRawPath();
            String host = named.getRawAuthority();
            if (path == null
                    || host == null
                    || port(own) != port(named)
                    || !Authority.host(host).equals(Optional.of(binding.host()))) {
                return null;
            }
            String rooted = path.isEmpty() ? "/" : path;
            return named.getRawQuery() == null ? rooted : rooted + '?' + named.getRawQuery();
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
