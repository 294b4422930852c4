package dev.selvage.edge.cache;

import dev.selvage.edge.cache.PurgeSieve.Pattern;
import java.util.LinkedHashSet;
import java.util.Set;

/// What a purge covers, hashed: what [PurgeFences] and the index go by.
public final class PurgeTargets {
    /// The whole zone.
    public static final PurgeTargets EVERYTHING = new PurgeTargets(true);

    /// A prefix, by its place among those of a resource.
    record Prefix(int place, long hash) {}

    private final boolean everything;
    private final Set<Prefix> prefixes = new LinkedHashSet<>();
    private final Set<Long> urls = new LinkedHashSet<>();
    private final Set<Long> tags = new LinkedHashSet<>();
    private final Set<Pattern> patterns = new LinkedHashSet<>();

    private PurgeTargets(boolean everything) {
        this.everything = everything;
    }

    /// Nothing yet.
    public static PurgeTargets none() {
        return new PurgeTargets(false);
    }

    /// Adds what is under a prefix.
    ///
    /// @param names of a resource that is called as the prefix is
    public void addPrefix(PurgeNames names) {
        Prefix prefix = new Prefix(names.last(), names.longest());
        prefixes.add(prefix);
        patterns.add(Pattern.of(names));
    }

    /// Adds a URL.
    ///
    /// @param names of a resource of that URL
    public void addUrl(PurgeNames names) {
        urls.add(names.url());
        patterns.add(Pattern.of(names));
    }

    /// Adds a tag.
    public void addTag(String tag) {
        tags.add(PurgeNames.tag(tag));
    }

    boolean everything() {
        return everything;
    }

    Set<Prefix> prefixes() {
        return prefixes;
    }

    Set<Long> urls() {
        return urls;
    }

    Set<Long> tags() {
        return tags;
    }

    /// What signatures of covered resources look like; not those that tags cover.
    Set<Pattern> patterns() {
        return patterns;
    }
}
