package dev.selvage.analytics;

import dev.selvage.model.access.Access;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A management plane with two tokens: `Bearer all` reads every zone, `Bearer one` only the first.
final class FakeAccess implements Access {
    static final String ZONE = "023e105f4ecef8ad9ca31a8372d0c353";
    static final String OTHER_ZONE = "123e105f4ecef8ad9ca31a8372d0c353";
    static final String ACCOUNT = "f037e56e89293a057740de681ac9abbe";

    private final Map<String, ZoneRef> zones = new TreeMap<>(Map.of(
            ZONE,
            new ZoneRef(ZONE, "example.com", ACCOUNT),
            OTHER_ZONE,
            new ZoneRef(OTHER_ZONE, "example.org", ACCOUNT)));

    @Override
    public Optional<Principal> authenticate(Presented by) {
        String authorization = by.authorization();
        if ("Bearer all".equals(authorization)) {
            return Optional.of(new Reader("all", zones));
        }
        if ("Bearer one".equals(authorization)) {
            return Optional.of(new Reader("one", Map.of(ZONE, zones.get(ZONE))));
        }
        return Optional.empty();
    }

    private record Reader(String id, Map<String, ZoneRef> readable) implements Principal {
        @Override
        public Optional<ZoneRef> zone(String id) {
            return Optional.ofNullable(readable.get(id));
        }

        @Override
        public List<ZoneRef> zones(@Nullable String after, int limit) {
            return new TreeMap<>(readable)
                    .values().stream()
                            .filter(zone -> after == null || zone.id().compareTo(after) > 0)
                            .limit(limit)
                            .toList();
        }

        @Override
        public List<ZoneRef> accountZones(String account) {
            return readable.values().stream()
                    .filter(zone -> zone.account().equals(account))
                    .sorted((a, b) -> a.id().compareTo(b.id()))
                    .toList();
        }
    }
}
