package dev.selvage.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.selvage.model.event.MissReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
    private record Resource(
            List<Entry> variants,
            long uncacheableUntil,
            @Nullable Family family) {}

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
        long sum = 256L + key.length();
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
            leave(key, resource.family());
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
            if (fence.hides(entry) || hides(resource.family(), entry)) {
                why = PURGED;
            } else if (entry.selectedBy(request) && entry.body().tryRetain()) {
                return new Stored(entry);
            }
        }
        return why;
    }

    /// Stores a complete entry in place of the same variant.
    ///
    /// @param stillAllowed asked while the key is held, so that a purge of this key either comes
    ///     before and is seen, or comes after and removes the entry
    public void store(CacheKey key, Entry entry, BooleanSupplier stillAllowed) {
        resources.asMap().compute(key, (_, before) -> stored(key, before, entry, stillAllowed));
    }

    /// Stores an entry in place of `old`, if that is still there: what a purge took away does not come back.
    public void renew(CacheKey key, Entry old, Entry entry, BooleanSupplier stillAllowed) {
        resources
                .asMap()
                .computeIfPresent(
                        key,
                        (_, before) ->
                                before.variants().contains(old) ? stored(key, before, entry, stillAllowed) : before);
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
                                    && !fence.hides(other)
                                    && !hides(before.family(), other));
            return whole ? before : stored(key, before, part, stillAllowed);
        });
    }

    /// What is stored with `entry` in place of the same variant.
    private @Nullable Resource stored(
            CacheKey key, @Nullable Resource before, Entry entry, BooleanSupplier stillAllowed) {
        Family own = before == null ? null : before.family();
        // Before it is asked: a purge that is not seen then finds the family, and hides the entry.
        Family family = own == null ? join(key) : own;
        if (!stillAllowed.getAsBoolean() || !entry.body().tryRetain()) {
            if (own == null) {
                leave(key, family);
            }
            return before;
        }
        List<Entry> variants = new ArrayList<>();
        variants.add(entry);
        if (before != null) {
            for (Entry other : before.variants()) {
                if (variants.size() < MAX_VARIANTS
                        && !other.sameVariant(entry)
                        && other.body().tryRetain()) {
                    variants.add(other);
                }
            }
        }
        return new Resource(List.copyOf(variants), 0, family);
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
                leave(key, before.family());
                return null;
            }
            return new Resource(others, 0, before.family());
        });
    }

    /// Remembers until `until` (epoch milliseconds) that responses for a key cannot be stored.
    public void rememberUncacheable(CacheKey key, long until) {
        resources
                .asMap()
                .compute(
                        key,
                        (_, before) -> before == null || before.variants().isEmpty()
                                ? new Resource(List.of(), until, before == null ? null : before.family())
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
                leave(key, before.family());
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
