package dev.selvage.control.zones;

import dev.selvage.control.api.Page;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Reach;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.ZoneCondition.Constant;
import dev.selvage.control.zones.ZoneCondition.Looked;
import dev.selvage.control.zones.ZoneCondition.Names;
import dev.selvage.control.zones.ZoneCondition.OfAccount;
import dev.selvage.control.zones.ZoneCondition.OfAccountNamed;
import dev.selvage.control.zones.ZoneCondition.OfType;
import dev.selvage.control.zones.ZoneCondition.Within;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which zones a list shows, in which order.
///
/// A list is one of three kinds. Where its conditions come to all zones, an account's or a type's, or to names of these
/// that begin alike, runs tell where its pages begin ([ZoneList], [AccountOrder]). Where an index leads to few zones,
/// those are sorted. What is left looks at each zone, in the order of the list.
final class ZoneFilter {
    /// Most zones that are sorted for one page.
    static final int SORTED = 20_000;

    private static final Map<String, Order> ORDERS = Map.of(
            "name",
            Order.NAME,
            "status",
            Order.NAME,
            "account.id",
            Order.ACCOUNT_ID,
            "account.name",
            Order.ACCOUNT_NAME,
            "plan.id",
            Order.NAME);

    private final List<ZoneCondition> conditions;
    private final Order order;
    private final boolean descending;

    /// A page of zones, and how many there are on all pages.
    record Listed(long total, List<Zone> zones) {
        static final Listed NOTHING = new Listed(0, List.of());
    }

    /// Every zone has the same status and plan, so that these orders are by name.
    private enum Order {
        NAME("zone.name", "zone indexed by zone_by_name"),
        ACCOUNT_ID("zone.account_id, zone.name", "zone indexed by zone_by_account"),
        ACCOUNT_NAME(
                "account.name collate nocase, account.id, zone.name",
                "account cross join zone indexed by zone_by_account on zone.account_id = account.id");

        private final String terms;

        /// Where a list in this order, of all zones, comes from without sorting.
        final String walk;

        Order(String terms, String walk) {
            this.terms = terms;
            this.walk = walk;
        }

        /// @param prefix `+` where no index shall be chosen for the order's sake
        String sql(String prefix, boolean descending) {
            String end = descending ? " desc" : "";
            return " order by " + prefix + terms.replace(", ", end + ", " + prefix) + end + " limit ? offset ?";
        }
    }

    /// What the conditions come to.
    ///
    /// @param others that no run answers
    private record Meaning(
            @Nullable String account,
            @Nullable String type,
            @Nullable Names names,
            List<ZoneCondition> others) {}

    ZoneFilter(Call call, Reach reach) {
        List<ZoneCondition> named = ZoneCondition.of(call);
        List<ZoneCondition> all = new ArrayList<>();
        if (Query.matchAny(call) && named.size() > 1) {
            all.add(anyOf(named));
        } else {
            all.addAll(named);
        }
        if (reach.limited()) {
            all.add(reached(reach, all));
        }
        conditions = List.copyOf(all);
        order = Objects.requireNonNull(ORDERS.get(Query.choice(call, "order", "name", ORDERS.keySet())));
        descending = Query.descending(call);
    }

    private static ZoneCondition anyOf(List<ZoneCondition> named) {
        if (named.contains(new Constant(true))) {
            return new Constant(true);
        }
        List<ZoneCondition> possible =
                named.stream().filter(one -> !(one instanceof Constant)).toList();
        return possible.size() == 1 ? possible.getFirst() : ZoneCondition.anyOf(possible);
    }

    /// What the caller may see, in its simplest form beside the conditions at hand.
    private static ZoneCondition reached(Reach reach, List<ZoneCondition> beside) {
        if (reach.none()) {
            return new Constant(false);
        }
        boolean whole = reach.exceptAccounts().isEmpty() && reach.exceptZones().isEmpty();
        for (ZoneCondition condition : beside) {
            if (whole
                    && condition instanceof OfAccount(String account)
                    && reach.accounts().contains(account)) {
                return new Constant(true);
            }
        }
        boolean oneAccount = !reach.everywhere()
                && reach.accounts().size() == 1
                && reach.zones().isEmpty();
        return whole && oneAccount ? new OfAccount(reach.accounts().iterator().next()) : new Within(reach);
    }

    /// The page, where indexes lead to it; empty where each zone must be looked at.
    Optional<Listed> indexed(Tx tx, Page page) {
        Optional<Meaning> some = meaning(tx);
        if (some.isEmpty()) {
            return Optional.of(Listed.NOTHING);
        }
        Meaning meaning = some.get();
        boolean oneList = meaning.others.isEmpty() && (meaning.account == null || meaning.type == null);
        boolean everything = meaning.account == null && meaning.type == null && meaning.names == null;
        if (oneList && (order == Order.NAME || meaning.account != null)) {
            return Optional.of(byName(tx, meaning, page));
        }
        if (oneList && everything) {
            AccountOrder accounts = order == Order.ACCOUNT_ID ? AccountOrder.BY_ID : AccountOrder.BY_NAME;
            return Optional.of(cut(ZoneList.all(tx).count(), page, (from, limit) -> accounts.slice(tx, from, limit)));
        }
        if (few(tx, meaning)) {
            // By the conditions' indexes; the order chooses none.
            String from = order == Order.ACCOUNT_NAME ? "zone join account on account.id = zone.account_id" : "zone";
            return Optional.of(query(tx, meaning, "zone", from, order.sql("+", descending), page));
        }
        return Optional.empty();
    }

    /// The page, by looking at each zone in the order of the list, or at each of one account.
    Listed walked(Tx tx, Page page) {
        return meaning(tx)
                .map(meaning -> {
                    if (meaning.account != null) {
                        String account = "zone indexed by zone_by_account";
                        return query(tx, meaning, account, account, Order.NAME.sql("", descending), page);
                    }
                    return query(tx, meaning, Order.NAME.walk, order.walk, order.sql("", descending), page);
                })
                .orElse(Listed.NOTHING);
    }

    /// Empty when nothing can meet the conditions.
    private Optional<Meaning> meaning(Tx tx) {
        String account = null;
        String type = null;
        Names names = null;
        List<ZoneCondition> others = new ArrayList<>();
        for (ZoneCondition condition : conditions) {
            switch (condition instanceof OfAccountNamed named ? named.resolved(tx) : condition) {
                case Constant(boolean holds) -> {
                    if (!holds) {
                        return Optional.empty();
                    }
                }
                case OfAccount(String id) -> {
                    if (account != null && !account.equals(id)) {
                        return Optional.empty();
                    }
                    account = id;
                }
                case OfType(String wanted) -> type = wanted;
                case Names range -> names = range;
                case OfAccountNamed several -> others.add(several);
                case Looked looked -> others.add(looked);
                case Within within -> others.add(within);
            }
        }
        return Optional.of(new Meaning(account, type, names, others));
    }

    private Listed byName(Tx tx, Meaning meaning, Page page) {
        ZoneList list = meaning.account != null
                ? ZoneList.ofAccount(tx, meaning.account)
                : meaning.type != null ? ZoneList.ofType(tx, meaning.type) : ZoneList.all(tx);
        if (meaning.names == null) {
            return cut(list.count(), page, list::slice);
        }
        long first = list.before(meaning.names.from());
        long total = list.before(meaning.names.to()) - first;
        return cut(total, page, (from, limit) -> list.slice(first + from, limit));
    }

    private interface Slices {
        List<Zone> from(long place, int limit);
    }

    /// A page of slices in ascending order; a descending one is read from the other end.
    private Listed cut(long total, Page page, Slices slices) {
        long left = total - page.offset();
        if (left <= 0) {
            return new Listed(total, List.of());
        }
        int size = (int) Math.min(page.size(), left);
        List<Zone> zones = new ArrayList<>(slices.from(descending ? left - size : page.offset(), size));
        if (descending) {
            Collections.reverse(zones);
        }
        return new Listed(total, zones);
    }

    /// True when an index leads to few zones, among which are all of the list's.
    private static boolean few(Tx tx, Meaning meaning) {
        if (meaning.account != null && ZoneList.ofAccount(tx, meaning.account).count() <= SORTED) {
            return true;
        }
        if (meaning.type != null && ZoneList.ofType(tx, meaning.type).count() <= SORTED) {
            return true;
        }
        if (meaning.names != null) {
            ZoneList all = ZoneList.all(tx);
            if (all.before(meaning.names.to()) - all.before(meaning.names.from()) <= SORTED) {
                return true;
            }
        }
        return meaning.others.stream().anyMatch(condition -> switch (condition) {
            case OfAccountNamed named ->
                tx.number("select sum(zones) as n from account where name = ? collate nocase", named.name()) <= SORTED;
            case Within(Reach reach) ->
                !reach.everywhere() && reach.zones().size() + zones(tx, reach.accounts()) <= SORTED;
            case Looked _, Names _, OfAccount _, OfType _, Constant _ -> false;
        });
    }

    private static long zones(Tx tx, Set<String> accounts) {
        return accounts.stream()
                .mapToLong(account -> ZoneList.ofAccount(tx, account).count())
                .sum();
    }

    private static Listed query(Tx tx, Meaning meaning, String counted, String from, String order, Page page) {
        List<String> terms = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        List<ZoneCondition> all = new ArrayList<>();
        if (meaning.account != null) {
            all.add(new OfAccount(meaning.account));
        }
        if (meaning.type != null) {
            all.add(new OfType(meaning.type));
        }
        if (meaning.names != null) {
            all.add(meaning.names);
        }
        all.addAll(meaning.others);
        for (ZoneCondition condition : all) {
            terms.add(condition.sql());
            arguments.addAll(condition.arguments());
        }
        String where = terms.isEmpty() ? "" : " where " + String.join(" and ", terms);
        long total = tx.number("select count(*) as n from " + counted + where, arguments.toArray());
        if (total <= page.offset()) {
            return new Listed(total, List.of());
        }
        arguments.add(page.size());
        arguments.add(page.offset());
        return new Listed(total, tx.list(Zone::of, Zone.LISTED + "from " + from + where + order, arguments.toArray()));
    }
}
