package dev.selvage.control.zones;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.accounts.Accounts;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Reach;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Call;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Lists of some thousand zones, beside the same zones sorted and filtered in memory.
@Timeout(120)
class ZoneListTest {
    private static final int ZONES = 6_000;
    private static final List<String> TYPES = List.of("full", "full", "full", "partial");

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(11);
    private final TreeMap<String, Entry> zones = new TreeMap<>();
    private final List<String> accounts = new ArrayList<>();
    private final Map<String, String> accountNames = new HashMap<>();
    private Store store;

    private record Entry(String id, String name, String account, String type) {}

    @BeforeEach
    void start() throws Exception {
        store = Store.open(directory.resolve("control.db"));
        Accounts.make(store, Clock.systemUTC());
        store.write(tx -> {
            for (int i = 0; i < 40; i++) {
                String id = "%032x".formatted(random.nextInt(1, Integer.MAX_VALUE));
                // Two have the same name, and the case of names does not count.
                String name = i == 7 ? "CUSTOMER 6" : "Customer " + i;
                tx.run("insert into account (id, name, created_on, membership_id) values (?, ?, 1, ?)", id, name, id);
                accounts.add(id);
                accountNames.put(id, name);
            }
            for (int i = 0; i < ZONES; i++) {
                insert(tx, i);
            }
            return true;
        });
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void everyOrderAndFilterHasEachZoneOnceInItsPlace() {
        check();
    }

    @Test
    void whereZonesCameAndWentTheirPlacesAreRightStill() {
        store.write(tx -> {
            for (int i = 0; i < 4_000; i++) {
                insert(tx, ZONES + i);
                Entry some = new ArrayList<>(zones.tailMap("%04x".formatted(random.nextInt(1 << 16)))
                                .values())
                        .stream().findFirst().orElse(zones.firstEntry().getValue());
                if (i % 3 == 0) {
                    tx.run("update zone set type = 'internal' where id = ?", some.id);
                    zones.put(some.name, new Entry(some.id, some.name, some.account, "internal"));
                } else {
                    delete(tx, some);
                }
            }
            // Whole runs go.
            List.copyOf(zones.subMap("4", "7").values()).forEach(zone -> delete(tx, zone));
            return true;
        });
        check();
        store.write(tx -> {
            List.copyOf(zones.values()).forEach(zone -> delete(tx, zone));
            return true;
        });
        check();
        long left = store.read(tx -> tx.number("select count(*) as n from zone_run where name <> '' or zones <> 0"));
        assertThat(left).isZero();
    }

    @Test
    void noListThatIndexesAnswerScansOrSorts() {
        store.read(tx -> {
            for (ZoneList list : List.of(
                    ZoneList.all(tx), ZoneList.ofAccount(tx, accounts.getFirst()), ZoneList.ofType(tx, "full"))) {
                Object[] none = list.column().isEmpty() ? new Object[] {"a", 1, 1} : new Object[] {"l", "a", 1, 1};
                Object[] names = list.column().isEmpty() ? new Object[] {"a", "b"} : new Object[] {"l", "a", "b"};
                searches(tx, list.slice(), none);
                searches(tx, list.between(), names);
            }
            searches(tx, ZoneList.COUNT, "l");
            searches(tx, ZoneList.RUN_OF_NAME, "l", "a");
            searches(tx, ZoneList.BEFORE_RUN, "l", "a");
            searches(tx, ZoneList.RUN_OF_PLACE, "l", 1);
            searches(tx, ZoneCondition.OfAccountNamed.IDS, "a");
            for (AccountOrder order : AccountOrder.values()) {
                searches(tx, order.after, "a", "a", "b");
                // The accounts before the page are summed up from an index that has all of it.
                assertThat(plan(tx, order.at, 1))
                        .noneMatch(step -> step.contains("TEMP B-TREE"))
                        .anyMatch(step -> step.startsWith("SCAN account USING COVERING INDEX"));
            }
            return true;
        });
    }

    private static void searches(Tx tx, String sql, Object... arguments) {
        assertThat(plan(tx, sql, arguments))
                .as(sql)
                .isNotEmpty()
                .noneMatch(step -> step.contains("TEMP B-TREE"))
                .noneMatch(step -> step.startsWith("SCAN zone") || step.startsWith("SCAN account"));
    }

    private static List<String> plan(Tx tx, String sql, Object... arguments) {
        return tx.list(row -> row.text("detail"), "explain query plan " + sql, arguments);
    }

    /// Compares lists of every kind with what they should be.
    private void check() {
        Entry some = zones.isEmpty()
                ? new Entry("", "none.example", "", "full")
                : zones.firstEntry().getValue();
        String account = accounts.get(3);
        Map<Map<String, String>, Predicate<Entry>> filters = new LinkedHashMap<>();
        filters.put(Map.of(), _ -> true);
        filters.put(Map.of("status", "active"), _ -> true);
        filters.put(Map.of("status", "moved"), _ -> false);
        filters.put(Map.of("name", some.name), zone -> zone.name.equals(some.name));
        filters.put(Map.of("name", "starts_with:a"), zone -> zone.name.startsWith("a"));
        filters.put(Map.of("name", "starts_with:"), _ -> true);
        filters.put(Map.of("name", "starts_with:zz"), _ -> false);
        filters.put(Map.of("name", "contains:7"), zone -> zone.name.contains("7"));
        filters.put(Map.of("name", "ends_with:.test"), zone -> zone.name.endsWith(".test"));
        filters.put(Map.of("name", "not_equal:" + some.name), zone -> !zone.name.equals(some.name));
        filters.put(Map.of("type", "partial"), zone -> zone.type.equals("partial"));
        filters.put(Map.of("type", "other"), _ -> false);
        filters.put(Map.of("account.id", account), zone -> zone.account.equals(account));
        filters.put(Map.of("account.id", "0".repeat(32)), _ -> false);
        filters.put(Map.of("account.name", "customer 3"), zone -> zone.account.equals(account));
        filters.put(
                Map.of("account.name", "customer 6"),
                zone -> Set.of(accounts.get(6), accounts.get(7)).contains(zone.account));
        filters.put(
                Map.of("account.name", "contains:mer 3"),
                zone -> accountName(zone).startsWith("Customer 3"));
        filters.put(
                Map.of("account.id", account, "type", "full", "name", "starts_with:5"),
                zone -> zone.account.equals(account) && zone.type.equals("full") && zone.name.startsWith("5"));
        filters.put(
                Map.of("account.id", account, "name", "starts_with:5", "match", "any"),
                zone -> zone.account.equals(account) || zone.name.startsWith("5"));
        filters.put(
                Map.of("account.id", account, "status", "moved", "match", "any"), zone -> zone.account.equals(account));
        filters.put(Map.of("account.id", account, "status", "active", "match", "any"), _ -> true);
        filters.put(Map.of("account.id", account, "account.name", "Customer 4"), _ -> false);
        Map<Reach, Predicate<Entry>> reaches = new LinkedHashMap<>();
        reaches.put(Reach.EVERYWHERE, _ -> true);
        reaches.put(reach(false, Set.of(account), Set.of(), Set.of(), Set.of()), zone -> zone.account.equals(account));
        reaches.put(
                reach(false, Set.of(account, accounts.get(4)), Set.of(some.id), Set.of(), Set.of()),
                zone -> Set.of(account, accounts.get(4)).contains(zone.account) || zone.id.equals(some.id));
        reaches.put(reach(false, Set.of(), Set.of(some.id), Set.of(), Set.of()), zone -> zone.id.equals(some.id));
        reaches.put(
                reach(true, Set.of(), Set.of(), Set.of(account), Set.of(some.id)),
                zone -> !zone.account.equals(account) && !zone.id.equals(some.id));
        reaches.put(reach(false, Set.of(), Set.of(), Set.of(), Set.of()), _ -> false);
        Map<String, Comparator<Entry>> orders = Map.of(
                "name",
                Comparator.comparing(Entry::name),
                "plan.id",
                Comparator.comparing(Entry::name),
                "account.id",
                Comparator.comparing(Entry::account).thenComparing(Entry::name),
                "account.name",
                Comparator.<Entry, String>comparing(zone -> accountName(zone).toLowerCase(Locale.ROOT))
                        .thenComparing(Entry::account)
                        .thenComparing(Entry::name));
        filters.forEach((filter, wanted) -> reaches.forEach((reach, seen) -> orders.forEach((order, by) -> {
            List<String> names = zones.values().stream()
                    .filter(wanted.and(seen))
                    .sorted(by)
                    .map(Entry::name)
                    .toList();
            if (reach.equals(Reach.EVERYWHERE) || random.nextInt(3) == 0) {
                check(filter, reach, order, "asc", names);
                check(filter, reach, order, "desc", names.reversed());
            }
        })));
    }

    private void check(Map<String, String> filter, Reach reach, String order, String direction, List<String> expected) {
        Map<String, List<String>> query = new HashMap<>();
        filter.forEach((name, value) -> query.put(name, List.of(value)));
        query.put("order", List.of(order));
        query.put("direction", List.of(direction));
        ZoneFilter zoneFilter =
                new ZoneFilter(new Call("GET", "/zones", Map.of(), query, Map.of(), new byte[0], "127.0.0.1"), reach);
        int size = 1 + random.nextInt(120);
        int last = Math.max(1, (expected.size() + size - 1) / size);
        for (int number : new int[] {1, 1 + random.nextInt(last), last, last + 1}) {
            Page page = new Page(number, size);
            store.read(tx -> {
                boolean walk = random.nextInt(4) == 0;
                ZoneFilter.Listed listed = walk
                        ? zoneFilter.walked(tx, page)
                        : zoneFilter.indexed(tx, page).orElseGet(() -> zoneFilter.walked(tx, page));
                assertThat(listed.total())
                        .as("%s %s %s %s", filter, reach, order, direction)
                        .isEqualTo(expected.size());
                assertThat(listed.zones())
                        .as("page %s of %s by %s %s %s %s", number, size, filter, reach, order, direction)
                        .extracting(Zone::name)
                        .containsExactlyElementsOf(page.cut(expected));
                assertThat(listed.zones())
                        .allMatch(zone -> zone.accountName().equals(accountNames.get(zone.account())));
                return true;
            });
        }
    }

    private static Reach reach(
            boolean everywhere,
            Set<String> accounts,
            Set<String> zones,
            Set<String> notAccounts,
            Set<String> notZones) {
        return new Reach(everywhere, accounts, zones, false, notAccounts, notZones);
    }

    private String accountName(Entry zone) {
        return Objects.requireNonNull(accountNames.get(zone.account));
    }

    private void insert(Tx tx, int i) {
        // Most zones are of the first account, a third of the names begin alike, and some accounts have none.
        String account = accounts.get(random.nextInt(3) == 0 ? random.nextInt(30) : 0);
        String name = (random.nextInt(3) == 0 ? "a-shop-%08x" : "%08x").formatted(random.nextInt()) + "-" + i
                + (i % 5 == 0 ? ".test" : ".example");
        String type = TYPES.get(random.nextInt(TYPES.size()));
        Entry entry = new Entry("%032x".formatted(i + 1), name, account, type);
        tx.run("""
                insert into zone (id, account_id, name, type, paused, catch_all, default_caching, version,
                    purge_sequence, development_mode_until, created_on, modified_on)
                values (?, ?, ?, ?, 0, 0, 'RFC9111', 0, 0, 0, 1, 1)
                """, entry.id, account, name, type);
        zones.put(name, entry);
    }

    private void delete(Tx tx, Entry entry) {
        tx.run("delete from zone where id = ?", entry.id);
        zones.remove(entry.name);
    }
}
