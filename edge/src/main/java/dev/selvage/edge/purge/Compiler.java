package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.PurgeNames;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.edge.request.PurgeUrls;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.util.Optional;
import java.util.function.IntSupplier;

/// Turns what an owner selected into what the cache goes by.
final class Compiler {
    private final IntSupplier port;

    /// @param port that this edge listens on
    Compiler(IntSupplier port) {
        this.port = port;
    }

    /// What a selection covers.
    ///
    /// @param scope what the zone's rules make of URLs
    PurgeTargets targets(String zone, PurgeScope scope, PurgeSelection selection) {
        if (selection.everything()) {
            return PurgeTargets.EVERYTHING;
        }
        PurgeTargets targets = PurgeTargets.none();
        PurgeNames names = new PurgeNames();
        boolean resolved = !scope.forms().resolvedHosts().isEmpty();
        for (PurgedUrl url : selection.urls()) {
            for (CacheKey key : PurgeUrls.keys(zone, scope, url.url(), port.getAsInt())) {
                targets.addUrl(names.read(key, zone.length()));
            }
        }
        for (String host : selection.hosts()) {
            add(targets, names, zone, host, "/", resolved);
        }
        for (String prefix : selection.prefixes()) {
            Prefix parts = Prefix.of(prefix);
            parts.target().ifPresent(target -> add(targets, names, zone, parts.host(), target, resolved));
        }
        selection.tags().forEach(targets::addTag);
        return targets;
    }

    private static void add(
            PurgeTargets targets, PurgeNames names, String zone, String host, String target, boolean resolved) {
        targets.addPrefix(names.read(CacheKey.of(zone, false, host, target), zone.length()));
        if (resolved) {
            // What is stored under the origin's host may be any visitor's.
            targets.addPrefix(names.read(CacheKey.of(zone, false, true, host, target), zone.length()));
        }
    }

    /// The URL as requests for it are looked up; empty when no request could ask for it.
    Optional<CacheKey.Url> url(String zone, PurgeScope scope, PurgedUrl url) {
        // Of all forms the last is of the URL as rules make it.
        return PurgeUrls.keys(zone, scope, url.url(), port.getAsInt()).stream()
                .map(key -> key.url(zone.length()))
                .filter(key -> !key.resolved())
                .reduce((_, later) -> later);
    }

    /// A prefix in its parts.
    ///
    /// @param path as it was written, `/` when there is none
    record Prefix(String host, String path) {
        static Prefix of(String text) {
            int slash = text.indexOf('/');
            return slash < 0 ? new Prefix(text, "/") : new Prefix(text.substring(0, slash), text.substring(slash));
        }

        /// The path in the form that requests are in when the cache is asked; empty when none can look
        /// like this.
        Optional<String> target() {
            return NormalTarget.of(path);
        }
    }
}
