package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
    @Test
    void theSamePartsMakeTheSameKey() {
        CacheKey one = CacheKey.of("zone", true, "site.example", "/a?b");
        CacheKey other = CacheKey.of("zone", true, "site.example", "/a?b");
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.toString()).isEqualTo("zonessite.example /a?b");
    }

    @Test
    void anyOtherPartMakesAnotherKey() {
        CacheKey key = CacheKey.of("zone", true, "site.example", "/a");
        assertThat(key)
                .isNotEqualTo(CacheKey.of("zonf", true, "site.example", "/a"))
                .isNotEqualTo(CacheKey.of("zone", false, "site.example", "/a"))
                .isNotEqualTo(CacheKey.of("zone", true, "site.examplf", "/a"))
                .isNotEqualTo(CacheKey.of("zone", true, "site.example", "/A"))
                .isNotEqualTo(CacheKey.of("zone", true, "site.example", "/a?"))
                .isNotEqualTo(CacheKey.of("zone", true, "site.example", "/"));
    }

    @Test
    void aRangeOfAResourceHasAKeyOfItsOwn() {
        CacheKey key = CacheKey.of("zone", true, "site.example", "/a");
        assertThat(key.ofRange("bytes=0-1"))
                .isEqualTo(key.ofRange("bytes=0-1"))
                .isNotEqualTo(key)
                .isNotEqualTo(key.ofRange("bytes=0-2"))
                .isNotEqualTo(CacheKey.of("zone", true, "site.example", "/abytes=0-1"));
    }

    @Test
    void aByteMoreOrLessOrOtherAnywhereMakesAnotherKey() {
        byte[] bytes = "0123456789abcdef0123456789abcdefpsite.example\n/some/path?with=query"
                .getBytes(StandardCharsets.ISO_8859_1);
        CacheKey.Probe probe = new CacheKey.Probe();
        Set<CacheKey> keys = new HashSet<>();
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] ^= 1;
            keys.add(key(probe, other, other.length));
            keys.add(key(probe, bytes, i));
        }
        keys.add(key(probe, bytes, bytes.length));
        assertThat(keys).hasSize(2 * bytes.length + 1);
    }

    private static CacheKey key(CacheKey.Probe probe, byte[] bytes, int length) {
        probe.begin("", false);
        probe.append(bytes, 0, length);
        return probe.finish().copy();
    }

    @Test
    void keysOfTheSameHashAreStillApart() {
        CacheKey one = CacheKey.of("zone", false, "site.example", "/one");
        CacheKey two = CacheKey.of("zone", false, "site.example", "/two");
        two.hash = one.hash;
        assertThat(two).hasSameHashCodeAs(one).isNotEqualTo(one);
        Map<CacheKey, String> map = new HashMap<>();
        map.put(one, "one");
        map.put(two, "two");
        assertThat(map).hasSize(2).containsEntry(one, "one").containsEntry(two, "two");
    }

    @Test
    void zerosAtTheEndCount() {
        CacheKey.Probe probe = new CacheKey.Probe();
        CacheKey without = key(probe, new byte[] {1}, 1);
        CacheKey with = key(probe, new byte[] {1, 0}, 2);
        with.hash = without.hash;
        assertThat(with).isNotEqualTo(without);
        assertThat(without).isNotEqualTo(with);
    }

    @Test
    void aCopyOutlivesItsProbe() {
        CacheKey.Probe probe = new CacheKey.Probe();
        probe.begin("zone", false);
        probe.append("host");
        probe.append((byte) '\n');
        probe.append("/a");
        CacheKey copy = probe.finish().copy();
        assertThat(copy).isEqualTo(probe);
        assertThat((Object) probe).isEqualTo(copy).hasSameHashCodeAs(copy);
        assertThat(copy).isEqualTo(CacheKey.of("zone", false, "host", "/a"));
        probe.begin("zone", false);
        probe.append("other");
        probe.finish();
        assertThat(copy).isNotEqualTo(probe).isEqualTo(CacheKey.of("zone", false, "host", "/a"));
    }

    @Test
    void aLongKeyIsWhole() {
        String path = "/" + "x".repeat(100_000);
        assertThat(CacheKey.of("zone", false, "host", path))
                .isEqualTo(CacheKey.of("zone", false, "host", path))
                .isNotEqualTo(CacheKey.of("zone", false, "host", path + "y"));
        assertThat(CacheKey.of("zone", false, "host", path).length()).isEqualTo(100_010 + 1);
    }

    @Test
    void hashesSpread() {
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            hashes.add(CacheKey.of("zone", false, "host", "/" + i).hashCode());
        }
        assertThat(hashes).hasSizeGreaterThan(19_900);
    }
}
