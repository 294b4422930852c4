package dev.selvage.control.api;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The accounts and zones where something may be done.
///
/// @param everywhere but for what is excepted
/// @param accounts with all their zones
/// @param exceptAccounts with all their zones; wins over everything else
/// @param exceptZones wins over everything else
public record Reach(
        boolean everywhere,
        Set<String> accounts,
        Set<String> zones,
        boolean nowhere,
        Set<String> exceptAccounts,
        Set<String> exceptZones) {
    public static final Reach EVERYWHERE = new Reach(true, Set.of(), Set.of(), false, Set.of(), Set.of());

    /// Sorted, so that equal reaches make equal queries.
    public Reach {
        accounts = Collections.unmodifiableSet(new TreeSet<>(accounts));
        zones = Collections.unmodifiableSet(new TreeSet<>(zones));
        exceptAccounts = Collections.unmodifiableSet(new TreeSet<>(exceptAccounts));
        exceptZones = Collections.unmodifiableSet(new TreeSet<>(exceptZones));
    }

    /// True when there is no such place.
    public boolean none() {
        return nowhere || (!everywhere && accounts.isEmpty() && zones.isEmpty());
    }

    /// True when there is a condition to be met.
    public boolean limited() {
        return nowhere || !everywhere || !exceptAccounts.isEmpty() || !exceptZones.isEmpty();
    }

    /// An SQL condition that holds for the zones in reach; its arguments are added to `arguments`.
    ///
    /// @param account the column with the account's id
    /// @param zone the column with the zone's id
    public String condition(String account, String zone, List<Object> arguments) {
        if (none()) {
            return "1 = 0";
        }
        StringBuilder condition = new StringBuilder();
        if (everywhere) {
            condition.append("1 = 1");
        } else {
            condition.append('(').append(in(account, accounts, arguments));
            if (!accounts.isEmpty() && !zones.isEmpty()) {
                condition.append(" or ");
            }
            condition.append(in(zone, zones, arguments)).append(')');
        }
        if (!exceptAccounts.isEmpty()) {
            condition.append(" and not ").append(in(account, exceptAccounts, arguments));
        }
        if (!exceptZones.isEmpty()) {
            condition.append(" and not ").append(in(zone, exceptZones, arguments));
        }
        return condition.toString();
    }

    /// An SQL condition that holds for the accounts in reach.
    public String accountCondition(String account, List<Object> arguments) {
        return new Reach(everywhere, accounts, Set.of(), nowhere, exceptAccounts, Set.of())
                .condition(account, account, arguments);
    }

    private static String in(String column, Set<String> values, List<Object> arguments) {
        arguments.addAll(values);
        return values.isEmpty()
                ? ""
                : column + " in (" + String.join(", ", Collections.nCopies(values.size(), "?")) + ")";
    }
}
