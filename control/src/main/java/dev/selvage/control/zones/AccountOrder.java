package dev.selvage.control.zones;

import dev.selvage.control.store.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All zones in the order of their accounts, and of their names within each.
enum AccountOrder {
    BY_ID(
            "select id, id as key, sum(zones) over (order by id) - zones as before, zones from account",
            "select id, id as key from account where id >= ? and (id > ? or id > ?) and zones > 0 order by id limit 1"),
    BY_NAME("""
            select id, name as key, sum(zones) over (order by name collate nocase, id) - zones as before, zones
            from account
            """, """
            select id, name as key from account
            where name collate nocase >= ? and (name collate nocase > ? or id > ?) and zones > 0
            order by name collate nocase, id limit 1
            """);

    /// The account with the zone at a place.
    final String at;

    /// The account after one, by the key of its order twice and its id.
    final String after;

    private record Stop(String account, String key, long before) {}

    AccountOrder(String accounts, String after) {
        this.at = "select id, key, before from (" + accounts + ") where before + zones > ? limit 1";
        this.after = after;
    }

    /// The zones from place `from` on, counted from 0, at most `limit`.
    List<Zone> slice(Tx tx, long from, int limit) {
        List<Zone> zones = new ArrayList<>();
        Optional<Stop> stop =
                tx.first(row -> new Stop(row.text("id"), row.text("key"), row.number("before")), at, from);
        while (stop.isPresent() && zones.size() < limit) {
            Stop here = stop.get();
            long start = zones.isEmpty() ? from - here.before : 0;
            zones.addAll(ZoneList.ofAccount(tx, here.account).slice(start, limit - zones.size()));
            stop = tx.first(
                    row -> new Stop(row.text("id"), row.text("key"), 0), after, here.key, here.key, here.account);
        }
        return zones;
    }
}
