package dev.selvage.control.zones;

import dev.selvage.control.store.Tx;
import java.util.ArrayList;
import java.util.List;

/// The zones of one list (all, an account's, or a type's) in the order of their names. Where a name stands, and which
/// zone stands where, is known from the list's runs without counting one by one; see `V5__scale.sql`.
///
/// @param list the name of its runs
/// @param column the column of a zone that has this name; empty for all
record ZoneList(Tx tx, String list, String column) {
    static final String COUNT = "select coalesce(sum(zones), 0) as n from zone_run where list = ?";
    static final String RUN_OF_NAME =
            "select name from zone_run where list = ? and name <= ? order by name desc limit 1";
    static final String BEFORE_RUN = "select coalesce(sum(zones), 0) as n from zone_run where list = ? and name < ?";
    static final String RUN_OF_PLACE = """
            select name, before from (
                select name, zones, sum(zones) over (order by name) - zones as before from zone_run where list = ?
            ) where before + zones > ? limit 1
            """;

    private record Run(String name, long before) {}

    static ZoneList all(Tx tx) {
        return new ZoneList(tx, "", "");
    }

    static ZoneList ofAccount(Tx tx, String account) {
        return new ZoneList(tx, account, "account_id");
    }

    static ZoneList ofType(Tx tx, String type) {
        return new ZoneList(tx, type, "type");
    }

    long count() {
        return tx.number(COUNT, list);
    }

    /// How many zones of the list have a smaller name.
    long before(String name) {
        return tx.first(row -> row.text("name"), RUN_OF_NAME, list, name)
                .map(run -> tx.number(BEFORE_RUN, list, run) + tx.number(between(), arguments(run, name)))
                .orElse(0L);
    }

    /// The zones from place `from` on, counted from 0, at most `limit`.
    List<Zone> slice(long from, int limit) {
        if (from == 0) {
            return tx.list(Zone::of, slice(), arguments("", limit, 0));
        }
        return tx.first(row -> new Run(row.text("name"), row.number("before")), RUN_OF_PLACE, list, from)
                .map(run -> tx.list(Zone::of, slice(), arguments(run.name, limit, from - run.before)))
                .orElse(List.of());
    }

    String between() {
        return "select count(*) as n from zone where " + condition() + "name >= ? and name < ?";
    }

    String slice() {
        return Zone.LISTED + "from zone where " + condition() + "name >= ? order by name limit ? offset ?";
    }

    private String condition() {
        return column.isEmpty() ? "" : column + " = ? and ";
    }

    private Object[] arguments(Object... others) {
        List<Object> all = new ArrayList<>(List.of(others));
        if (!column.isEmpty()) {
            all.addFirst(list);
        }
        return all.toArray();
    }
}
