package dev.selvage.edge.fill;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Variance;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// All fills that may store something, and those among them that can be joined. Thread-safe.
public final class Fills {
    private final MemoryCache cache;
    private final PurgeFences fences;
    private final long maxObject;
    private final boolean byTheLetter;
    private final Map<CacheKey, Fill> joinable = new ConcurrentHashMap<>();
    private final Set<Fill> active = ConcurrentHashMap.newKeySet();
    private final AtomicLong filling = new AtomicLong();

    /// @param maxObject largest body that is stored, bytes
    /// @param byTheLetter follow RFC 9111 to the letter
    public Fills(MemoryCache cache, PurgeFences fences, long maxObject, boolean byTheLetter) {
        this.cache = cache;
        this.fences = fences;
        this.maxObject = maxObject;
        this.byTheLetter = byTheLetter;
    }

    /// True when RFC 9111 is followed to the letter.
    public boolean byTheLetter() {
        return byTheLetter;
    }

    /// When two requests' fields count as the same.
    public Variance variance() {
        return byTheLetter ? Variance.BY_MEANING : Variance.AS_SENT;
    }

    MemoryCache cache() {
        return cache;
    }

    PurgeFences fences() {
        return fences;
    }

    /// A zone's fence.
    public PurgeFences.Fence fence(String zone) {
        return fences.of(zone);
    }

    /// Largest body that is stored, bytes.
    public long maxObject() {
        return maxObject;
    }

    /// The fill for a key that can be joined; null when there is none. One that began before what it brings was purged
    /// is for those who asked before it.
    public @Nullable Fill joinable(CacheKey key) {
        Fill running = joinable.get(key);
        if (running != null && !running.open()) {
            joinable.remove(key, running);
            return null;
        }
        return running;
    }

    /// Lets others join a fill that has not started; answers the one to join when somebody was quicker.
    public @Nullable Fill publish(CacheKey key, Fill fill) {
        while (true) {
            Fill running = joinable.putIfAbsent(key, fill);
            if (running == null || running.open()) {
                return running;
            }
            joinable.remove(key, running);
        }
    }

    /// Takes back what [#publish] let others join.
    public void unpublish(@Nullable CacheKey key, Fill fill) {
        if (key != null) {
            joinable.remove(key, fill);
        }
    }

    void begin(Fill fill) {
        active.add(fill);
    }

    void end(Fill fill) {
        active.remove(fill);
    }

    /// Asks for room for `bytes` more of bodies that are being stored; false when there is none.
    ///
    /// Bodies in the making are bounded to half the cache's size, so that slow origins cannot fill the
    /// memory.
    boolean reserve(long bytes) {
        if (filling.addAndGet(bytes) > cache.maxBytes() / 2) {
            filling.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        filling.addAndGet(-bytes);
    }

    /// Fills in progress that may store something.
    public int active() {
        return active.size();
    }

    /// Removes what is stored under these primary keys and keeps fills in progress from storing it, but not the
    /// one whose own response made them invalid.
    void invalidate(Set<CacheKey> primaries, @Nullable Fill by) {
        for (Fill fill : active) {
            CacheKey key = fill.request().key();
            if (fill != by && key != null && primaries.contains(key.primary())) {
                fill.purged();
                unpublish(fill.request().joinKey(), fill);
            }
        }
        // After they were told: what one of them has stored by now is older.
        long tick = fences.next();
        for (CacheKey primary : primaries) {
            cache.purge(primary, tick);
        }
    }
}
