package dev.selvage.control.dns;

import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Follows CNAME records through the zones of one account.
final class Aliases {
    /// Most records that are followed; resolvers follow no more.
    private static final int MOST = 16;

    private Aliases() {}

    private record Alias(String id, String content) {}

    /// True when the name to which `record` points leads back to a record that was passed, or further than
    /// a resolver would go.
    static boolean leadBack(Tx tx, Zone zone, DnsRecord record) {
        Set<String> passed = new HashSet<>();
        passed.add(record.id());
        String name = record.content();
        while (true) {
            Optional<Alias> next = at(tx, zone.account(), name);
            if (next.isEmpty()) {
                return false;
            }
            if (!passed.add(next.get().id()) || passed.size() > MOST) {
                return true;
            }
            name = next.get().content();
        }
    }

    /// The alias that answers for `name`: one of that very name, or of the nearest wildcard above it when the
    /// name has no records at all.
    private static Optional<Alias> at(Tx tx, String account, String name) {
        List<Object> above = new ArrayList<>();
        List<Object> wildcards = new ArrayList<>();
        above.add(name);
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            above.add(name.substring(dot + 1));
            wildcards.add("*" + name.substring(dot));
        }
        List<Object> zoneArguments = new ArrayList<>(above);
        zoneArguments.addFirst(account);
        Optional<String> zone = tx.first(
                row -> row.text("id"),
                "select id from zone where account_id = ? and name in (" + marks(above)
                        + ") order by length(name) desc limit 1",
                zoneArguments.toArray());
        if (zone.isEmpty()) {
            return Optional.empty();
        }
        List<Object> names = new ArrayList<>(wildcards);
        names.addFirst(name);
        names.addFirst(zone.get());
        names.add(name);
        return tx.first(
                        row -> new Found(row.text("type"), row.text("id"), row.text("content")),
                        "select type, id, content from dns_record where zone_id = ? and name in (?"
                                + (wildcards.isEmpty() ? "" : ", " + marks(wildcards))
                                + ") order by name = ? desc, length(name) desc, type = 'CNAME' desc limit 1",
                        names.toArray())
                .filter(found -> found.type().equals(RecordType.CNAME.name()))
                .map(found -> new Alias(found.id(), found.content()));
    }

    private record Found(String type, String id, String content) {}

    private static String marks(List<Object> values) {
        return String.join(", ", Collections.nCopies(values.size(), "?"));
    }
}
