package dev.selvage.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.selvage.model.event.MissReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Complete entries in memory, bounded by bytes, by resource and variant.
///
/// Admission and eviction are Caffeine's W-TinyLFU, weighed by bytes. Thread-safe; lookups do not lock.
public final class MemoryCache {
    private static final int MAX_VARIANTS = 32;

    private final Cache<CacheKey, Resource> resources;
    private final long maxBytes;

    /// What is stored under composed keys, by their primary key, so that a purge finds it. A member joins and
    /// leaves while its own key is held.
    private final ConcurrentHashMap<CacheKey, Family> families = new ConcurrentHashMap<>();

    private final CacheIndex index = new CacheIndex();

    /// What a lookup found.
    public sealed interface Found {}

    /// An entry whose body was retained for the caller.
    public record Stored(Entry entry) implements Found {}

    /// Nothing to use; `collapse` is false when requests for it are known to be uncacheable, so that
    /// they need not wait for each other.
    public record Absent(MissReason why, boolean collapse) implements Found {}

    private static final Absent FIRST_SEEN = new Absent(MissReason.FIRST_SEEN, true);
    private static final Absent UNCACHEABLE = new Absent(MissReason.FIRST_SEEN, false);
    private static final Absent OTHER_VARIANT = new Absent(MissReason.VARY, true);
    private static final Absent PURGED = new Absent(MissReason.PURGED, true);

    /// All that is stored under a key: variants, newest first; or, with none, the memory that it cannot
    /// be stored.
    ///
    /// @param family null for what is not stored under a composed key
    /// @param place in the index; null when there are no variants
    private record Resource(
            List<Entry> variants,
            long uncacheableUntil,
            @Nullable Family family,
            @Nullable Place place) {
        Resource with(List<Entry> others) {
            return new Resource(others, 0, family, place);
        }
    }

    /// What has a primary key in common.
    private static final class Family {
        /// Changed only while the primary key is held.
        private int members;

        private volatile long tick;

        /// True when `entry` is older than the last purge of the primary key.
        boolean hides(Entry entry) {
            return entry.born() < tick;
        }
    }

    /// @param maxBytes how much memory entries may take
    public MemoryCache(long maxBytes) {
        this.maxBytes = maxBytes;
        this.resources = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(MemoryCache::weight)
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .removalListener(MemoryCache::removed)
                .build();
    }

    private static int weight(CacheKey key, Resource resource) {
        long sum = 320L + key.length();
        if (key.composed()) {
            sum += 128L + key.primary().length();
        }
        for (Entry entry : resource.variants()) {
            sum += entry.memory();
        }
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }

    private static void removed(@Nullable CacheKey key, @Nullable Resource resource, RemovalCause cause) {
        if (resource == null) {
            return;
        }
        for (Entry entry : resource.variants()) {
            entry.body().release();
        }
    }

    /// While the key is held.
    private void evicted(@Nullable CacheKey key, @Nullable Resource resource, RemovalCause cause) {
        if (key != null && resource != null) {
            leave(key, resource);
        }
    }

    private @Nullable Family join(CacheKey key) {
        if (!key.composed()) {
            return null;
        }
        return families.compute(key.primary(), (_, before) -> {
            Family family = before == null ? new Family() : before;
            family.members++;
            return family;
        });
    }

    private void leave(CacheKey key, @Nullable Family family) {
        if (family != null) {
            families.computeIfPresent(key.primary(), (_, before) -> --before.members == 0 ? null : before);
        }
    }

    private void leave(CacheKey key, Resource resource) {
        leave(key, resource.family());
        Place place = resource.place();
        if (place != null) {
            index.leave(place);
        }
    }

    private static boolean hides(@Nullable Family family, Entry entry) {
        return family != null && family.hides(entry);
    }

    /// The entry that a request selects.
    ///
    /// @param fence the zone's
    /// @param request the request's field values by lower-case name
    public Found find(CacheKey key, PurgeFences.Fence fence, Function<String, @Nullable String> request, long now) {
        Resource resource = resources.getIfPresent(key);
        if (resource == null) {
            return FIRST_SEEN;
        }
        List<Entry> variants = resource.variants();
        if (variants.isEmpty()) {
            return now < resource.uncacheableUntil() ? UNCACHEABLE : FIRST_SEEN;
        }
        Absent why = OTHER_VARIANT;
        for (int i = 0; i < variants.size(); i++) {
            Entry entry = variants.get(i);
            long until = fence.validUntil(key, entry);
            if (until == PurgeFences.GONE || hides(resource.family(), entry)) {
                why = PURGED;
            } else if (entry.selectedBy(request) && entry.body().tryRetain()) {
                Place place = resource.place();
                if (place != null) {
                    place.hit(now);
                }
                return new Stored(until < entry.freshUntil() ? expired(resource, entry, until) : entry);
            }
        }
        return why;
    }

    /// An entry as it is since a purge made it stale, put in its place so that the next need not find out.
    private Entry expired(Resource resource, Entry entry, long at) {
        Entry stale = entry.expiredAt(at);
        Place place = resource.place();
        if (place != null) {
            resources
                    .asMap()
                    .computeIfPresent(
                            place.key(),
                            (_, before) -> before.variants().contains(entry)
                                    ? before.with(replaced(before.variants(), entry, stale))
                                    : before);
        }
        return stale;
    }

    /// The variants with one in the place of another, all retained anew.
    private static List<Entry> replaced(List<Entry> variants, Entry old, Entry entry) {
        List<Entry> others = new ArrayList<>(variants.size());
        for (Entry variant : variants) {
            if (variant.body().tryRetain()) {
                others.add(variant.equals(old) ? entry : variant);
            }
        }
        return List.copyOf(others);
    }

    /// Stores a complete entry in place of the same variant, unless a purge hides it.
    ///
    /// @param fence the zone's
    /// @param stillAllowed asked while the key is held, so that whoever makes this key invalid either
    ///     comes before and is seen, or comes after and removes the entry
    public void store(CacheKey key, Entry entry, PurgeFences.Fence fence, BooleanSupplier stillAllowed) {
        resources.asMap().compute(key, (_, before) -> stored(key, before, entry, fence, stillAllowed));
    }

    /// Stores an entry in place of `old`, if that is still there: what a purge took away does not come
    /// back.
    public void renew(CacheKey key, Entry old, Entry entry, PurgeFences.Fence fence) {
        resources
                .asMap()
                .computeIfPresent(
                        key,
                        (_, before) -> before.variants().contains(old)
                                ? stored(key, before, entry, fence, () -> true)
                                : before);
    }

    /// Stores a part in place of the same variant, unless that is whole.
    ///
    /// @param fence the zone's: what it hides gives way
    /// @param stillAllowed as for a complete entry
    public void storePart(CacheKey key, Entry part, PurgeFences.Fence fence, BooleanSupplier stillAllowed) {
        resources.asMap().compute(key, (_, before) -> {
            boolean whole = before != null
                    && before.variants().stream()
                            .anyMatch(other -> other.part() == null
                                    && other.sameVariant(part)
                                    && !fence.hides(key, other)
                                    && !hides(before.family(), other));
            return whole ? before : stored(key, before, part, fence, stillAllowed);
        });
    }

    /// What is stored with `entry` in place of the same variant.
    private @Nullable Resource stored(
            CacheKey key,
            @Nullable Resource before,
            Entry entry,
            PurgeFences.Fence fence,
            BooleanSupplier stillAllowed) {
        Family own = before == null ? null : before.family();
        Place held = before == null ? null : before.place();
        // Before it is asked: a purge that is not seen then finds the family and the place, and hides the entry.
        Family family = own == null ? join(key) : own;
        Place place = held == null ? index.join(fence.zone(), key, CacheTags.bloom(entry.tags())) : held;
        if (!stillAllowed.getAsBoolean()
                || !fence.admits(key, entry)
                || !entry.body().tryRetain()) {
            if (own == null) {
                leave(key, family);
            }
            if (held == null) {
                index.leave(place);
            }
            return before;
        }
        long until = fence.validUntil(key, entry);
        List<Entry> variants = new ArrayList<>();
        variants.add(until < entry.freshUntil() ? entry.expiredAt(until) : entry);
        if (before != null) {
            for (Entry other : before.variants()) {
                if (variants.size() < MAX_VARIANTS
                        && !other.sameVariant(entry)
                        && other.body().tryRetain()) {
                    variants.add(other);
                }
            }
        }
        if (held != null) {
            long bloom = 0;
            for (Entry variant : variants) {
                bloom |= CacheTags.bloom(variant.tags());
            }
            place.zone.retag(place, bloom);
        }
        return new Resource(List.copyOf(variants), 0, family, place);
    }

    /// True while this very entry is stored.
    public boolean holds(CacheKey key, Entry entry) {
        Resource resource = resources.getIfPresent(key);
        return resource != null && resource.variants().contains(entry) && !hides(resource.family(), entry);
    }

    /// Forgets this very entry.
    public void forget(CacheKey key, Entry entry) {
        resources.asMap().computeIfPresent(key, (_, before) -> {
            if (!before.variants().contains(entry)) {
                return before;
            }
            List<Entry> others = before.variants().stream()
                    .filter(other -> !other.equals(entry) && other.body().tryRetain())
                    .toList();
            if (others.isEmpty()) {
                leave(key, before);
                return null;
            }
            return before.with(others);
        });
    }

    /// Remembers until `until` (epoch milliseconds) that responses for a key cannot be stored.
    public void rememberUncacheable(CacheKey key, long until) {
        resources
                .asMap()
                .compute(
                        key,
                        (_, before) -> before == null || before.variants().isEmpty()
                                ? new Resource(List.of(), until, before == null ? null : before.family(), null)
                                : before);
    }

    /// Weighs anew what is stored under a key, because a body has got another form.
    public void weighAgain(CacheKey key) {
        resources.asMap().computeIfPresent(key, (_, resource) -> resource);
    }

    /// Forgets everything under a key.
    public void remove(CacheKey key) {
        // Not `computeIfPresent`, which does not wait for who is storing the first entry of a key.
        resources.asMap().compute(key, (_, before) -> {
            if (before != null) {
                leave(key, before);
            }
            return null;
        });
    }

    /// Forgets everything under a primary key, whatever else its keys are composed of. It takes no longer
    /// however much that is: what is stored under composed keys is hidden, and gives way to what is used.
    ///
    /// @param tick of the purge clock, later than the birth of what is to go
    public void purge(CacheKey primary, long tick) {
        remove(primary);
        families.computeIfPresent(primary, (_, family) -> {
            family.tick = Math.max(family.tick, tick);
            return family;
        });
    }

    /// Hands every resource of a zone that a sieve lets through to `each`, in steps.
    ///
    /// @param progress asked between the steps
    /// @return true when it came to the end
    public boolean scan(String zone, PurgeSieve sieve, Consumer<Place> each, IntPredicate progress) {
        return index.scan(zone, sieve, each, progress);
    }

    /// How many resources of a zone are stored.
    public int count(String zone) {
        return index.size(zone);
    }

    /// What is stored under a key, for who only wants to look at it; bodies may be let go of meanwhile.
    public List<Entry> peek(CacheKey key) {
        Resource resource = resources.policy().getIfPresentQuietly(key);
        return resource == null ? List.of() : resource.variants();
    }

    /// True when a purge hides an entry or made it stale, the fence's or one of its primary key.
    public boolean purged(CacheKey key, Entry entry, PurgeFences.Fence fence) {
        Resource resource = resources.policy().getIfPresentQuietly(key);
        return fence.hides(key, entry) || (resource != null && hides(resource.family(), entry));
    }

    /// What was reclaimed of a resource.
    @FunctionalInterface
    public interface Reclaimed {
        /// @param entry that is gone, or stale from now on
        void entry(Place place, Entry entry);
    }

    /// Gives back what the fence hides at a place, and makes stale what it makes stale.
    public void reclaim(Place place, PurgeFences.Fence fence, Reclaimed each) {
        // Not `computeIfPresent`, which does not wait for who is storing the first entry of a key.
        resources.asMap().compute(place.key(), (key, before) -> {
            if (before == null) {
                return null;
            }
            List<Entry> variants = before.variants();
            int kept = 0;
            boolean changed = false;
            @Nullable Entry[] left = new Entry[variants.size()];
            for (int i = 0; i < left.length; i++) {
                Entry entry = variants.get(i);
                long until = fence.validUntil(key, entry);
                boolean stale = until != PurgeFences.GONE && until < entry.freshUntil();
                if (until == PurgeFences.GONE || stale) {
                    changed = true;
                    each.entry(place, entry);
                }
                if (until != PurgeFences.GONE) {
                    left[i] = stale ? entry.expiredAt(until) : entry;
                    kept++;
                }
            }
            if (!changed) {
                return before;
            }
            if (kept == 0) {
                leave(key, before);
                return null;
            }
            List<Entry> others = new ArrayList<>(kept);
            for (Entry entry : left) {
                if (entry != null && entry.body().tryRetain()) {
                    others.add(entry);
                }
            }
            return before.with(List.copyOf(others));
        });
    }

    /// Primary keys of which composed ones are stored.
    int families() {
        return families.size();
    }

    /// Bytes held, about.
    public long bytes() {
        return resources
                .policy()
                .eviction()
                .flatMap(policy -> policy.weightedSize().stream().boxed().findFirst())
                .orElse(0L);
    }

    /// Resources held, about.
    public long count() {
        return resources.estimatedSize();
    }

    public long maxBytes() {
        return maxBytes;
    }

    /// Lets everything go; the owner calls it when no loop uses the cache any more.
    public void close() {
        resources.invalidateAll();
        resources.cleanUp();
    }
}
