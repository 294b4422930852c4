package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.http.NormalTarget;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/// Where the cache key of a request comes from: zone, scheme, authority and target, each in its normal
/// form.
public final class CacheTargets {
    /// By name alone, so that values of the same name keep their order: `a=1&a=2` and `a=2&a=1` are two
    /// questions to an origin that takes the first or the last.
    private static final Comparator<String> BY_NAME = Comparator.comparing(CacheTargets::name);

    private CacheTargets() {}

    /// The key of a target of a host, as a request for it would be looked up under.
    ///
    /// @param policy what the zone says of such a request
    /// @param secure the scheme is `https`
    /// @param authority the host with the port that the key knows, see [#authority]
    /// @param target path and query in any spelling; empty when no request for it would be admitted
    static Optional<CacheKey> key(
            HostBinding binding, RequestPolicy policy, boolean secure, String authority, String target) {
        return NormalTarget.of(target)
                .map(normal -> CacheKey.of(
                        binding.zone().id(), secure, authority, of(normal, policy.sortQuery(), policy.dropsQuery())));
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

    /// Path and query as the zone's settings and rules make them part of the key.
    ///
    /// @param sort order the query's parameters by name, so that the order of names does not matter
    /// @param dropQuery the query is no part of the key
    static String of(String target, boolean sort, boolean dropQuery) {
        int question = target.indexOf('?');
        if (question < 0 || !(sort || dropQuery)) {
            return target;
        }
        String path = target.substring(0, question);
        if (dropQuery) {
            return path;
        }
        String[] parameters = target.substring(question + 1).split("&", -1);
        Arrays.sort(parameters, BY_NAME);
        return path + "?" + String.join("&", parameters);
    }

    /// The name of a parameter as an origin reads it: `%69d` is `id`.
    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        if (name.indexOf('%') < 0) {
            return name;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            int high = i + 2 < name.length() && name.charAt(i) == '%' ? Character.digit(name.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
            if (low < 0) {
                plain.append(name.charAt(i));
            } else {
                plain.append((char) (high << 4 | low));
                i += 2;
            }
        }
        return plain.toString();
    }
}
