package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Place;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeSieve;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgePreview.Neighbour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/// Looks what a purge would drop, and changes nothing.
final class Survey {
    private static final double SECONDS_PER_HOUR = 3_600;

    /// Prefixes whose neighbours are looked for.
    private static final int MOST_PREFIXES = 32;

    private final String zone;
    private final MemoryCache cache;
    private final PurgeFences.Fence fence;
    private final PurgeTargets targets;
    private final PurgeFences.Fence imagined;
    private final List<Compiler.Prefix> prefixes;
    private final List<String> asked;
    private final long now = System.currentTimeMillis();

    private long objects;
    private long bytes;
    private long hits;
    private long zoneHits;
    private double perSecond;
    private final Set<Neighbour> neighbours = new LinkedHashSet<>();

    /// @param asked prefixes of the selection
    Survey(String zone, MemoryCache cache, PurgeFences.Fence fence, PurgeTargets targets, List<String> asked) {
        this.zone = zone;
        this.cache = cache;
        this.fence = fence;
        this.targets = targets;
        this.imagined = PurgeFences.imagined(zone, targets);
        this.asked = asked.stream().limit(MOST_PREFIXES).toList();
        this.prefixes = this.asked.stream()
                .map(Compiler.Prefix::of)
                .map(prefix ->
                        new Compiler.Prefix(prefix.host(), prefix.target().orElse("")))
                .toList();
    }

    /// What it comes to; empty when it is not known within the patience.
    Optional<PurgePreview> preview(String pop, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        IntPredicate inTime = _ -> System.nanoTime() - deadline < 0;
        boolean whole = cache.scan(zone, new PurgeSieve().add(targets), this::covered, inTime)
                && cache.scan(zone, PurgeSieve.open(), this::any, inTime);
        return whole
                ? Optional.of(new PurgePreview(
                        pop, objects, bytes, hits, Math.max(hits, zoneHits), perSecond, List.copyOf(neighbours)))
                : Optional.empty();
    }

    private void covered(Place place) {
        long before = objects;
        for (Entry entry : cache.peek(place.key())) {
            if (imagined.covers(place.key(), entry) && !cache.purged(place.key(), entry, fence)) {
                objects++;
                bytes += entry.memory();
            }
        }
        if (objects > before) {
            long own = place.hits(now);
            hits += own;
            perSecond += -Math.expm1(-own / SECONDS_PER_HOUR);
        }
    }

    private void any(Place place) {
        zoneHits += place.hits(now);
        if (!prefixes.isEmpty() && neighbours.size() < PurgePreview.MOST_NEIGHBOURS) {
            CacheKey.Url key = place.key().url(zone.length());
            String path = key.path();
            for (int i = 0; i < prefixes.size(); i++) {
                String other = neighbour(prefixes.get(i), key.host(), path);
                if (!other.isEmpty() && neighbours.size() < PurgePreview.MOST_NEIGHBOURS) {
                    neighbours.add(new Neighbour(asked.get(i), key.host() + other));
                }
            }
        }
    }

    /// The path that a prefix does not cover although it begins with the same characters, up to the end
    /// of the segment that tells them apart; empty when it is none.
    static String neighbour(Compiler.Prefix prefix, String host, String path) {
        String begin = prefix.path();
        boolean slash = begin.endsWith("/");
        if (!host.equals(prefix.host()) || begin.length() < 2) {
            return "";
        }
        if (slash) {
            return path.equals(begin.substring(0, begin.length() - 1)) ? path : "";
        }
        if (!path.startsWith(begin) || path.length() == begin.length() || path.charAt(begin.length()) == '/') {
            return "";
        }
        int end = path.indexOf('/', begin.length());
        return end < 0 ? path : path.substring(0, end);
    }

    /// Where everything of a URL is stored.
    static List<Place> places(MemoryCache cache, String zone, PurgeTargets url, int most) {
        PurgeFences.Fence imagined = PurgeFences.imagined(zone, url);
        List<Place> found = new ArrayList<>();
        cache.scan(
                zone,
                new PurgeSieve().add(url),
                place -> {
                    if (found.size() < most
                            && cache.peek(place.key()).stream()
                                    .anyMatch(entry -> imagined.covers(place.key(), entry))) {
                        found.add(place);
                    }
                },
                _ -> found.size() < most);
        return found;
    }
}
