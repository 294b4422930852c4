package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CacheTags;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation.Coverage;
import dev.selvage.model.purge.PurgeExplanation.Meaning;
import dev.selvage.model.purge.PurgeSelection;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Says why a purge does or does not cover what is stored.
final class Meanings {
    private final String zone;
    private final CacheKey key;
    private final CacheKey.Url stored;
    private final Entry entry;

    Meanings(String zone, CacheKey key, Entry entry) {
        this.zone = zone;
        this.key = key;
        this.stored = key.url(zone.length());
        this.entry = entry;
    }

    /// @param targets what the purge covers
    Coverage of(PurgeCommand purge, PurgeTargets targets) {
        if (PurgeFences.imagined(zone, targets).covers(key, entry)) {
            boolean later = entry.birth().sequence() >= purge.sequence();
            return new Coverage(purge.id(), later ? Meaning.FETCHED_AFTER : Meaning.COVERS);
        }
        return new Coverage(purge.id(), nearest(purge.selection()));
    }

    /// Of all that was asked for, what comes nearest.
    private Meaning nearest(PurgeSelection selection) {
        if (!selection.tags().isEmpty()) {
            return Meaning.OTHER_TAGS;
        }
        Stream<Meaning> hosts = selection.hosts().stream().map(_ -> Meaning.OTHER_HOST);
        Stream<Meaning> prefixes =
                selection.prefixes().stream().map(Compiler.Prefix::of).map(this::prefix);
        Stream<Meaning> urls = selection.urls().stream().map(url -> url(url.url()));
        return Stream.of(hosts, prefixes, urls)
                .flatMap(each -> each)
                .min(Comparator.comparingInt(NEAREST_FIRST::indexOf))
                .orElse(Meaning.OTHER_PATH);
    }

    private static final List<Meaning> NEAREST_FIRST = List.of(
            Meaning.OTHER_QUERY,
            Meaning.SLASH_AT_END,
            Meaning.NEIGHBOUR,
            Meaning.OTHER_CASE,
            Meaning.OTHER_PATH,
            Meaning.OTHER_HOST);

    private Meaning prefix(Compiler.Prefix prefix) {
        if (!prefix.host().equals(stored.host())) {
            return Meaning.OTHER_HOST;
        }
        Compiler.Prefix normal =
                new Compiler.Prefix(prefix.host(), prefix.target().orElse(prefix.path()));
        if (!Survey.neighbour(normal, stored.host(), stored.path()).isEmpty()) {
            return normal.path().endsWith("/") ? Meaning.SLASH_AT_END : Meaning.NEIGHBOUR;
        }
        String path = normal.path();
        return stored.path().regionMatches(true, 0, path, 0, path.length()) ? Meaning.OTHER_CASE : Meaning.OTHER_PATH;
    }

    private Meaning url(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException _) {
            return Meaning.OTHER_PATH;
        }
        String host = url.getHost();
        if (host == null || !host.equalsIgnoreCase(stored.host())) {
            return Meaning.OTHER_HOST;
        }
        String path = NormalTarget.of(url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                .orElse(url.getRawPath());
        String own = stored.path();
        if (path.equals(own)) {
            return Meaning.OTHER_QUERY;
        }
        if ((path + "/").equals(own) || (own + "/").equals(path)) {
            return Meaning.SLASH_AT_END;
        }
        return path.equalsIgnoreCase(own) ? Meaning.OTHER_CASE : Meaning.OTHER_PATH;
    }

    /// What it is stored under, for people to read.
    String described() {
        return (stored.tls() ? "https://" : "http://")
                + stored.authority()
                + stored.target()
                + (stored.resolved() ? " (the origin's host)" : "")
                + (key.composed() ? " and more of the request" : "");
    }

    /// The tags of what is stored.
    List<String> tags() {
        return CacheTags.named(entry.headers());
    }
}
