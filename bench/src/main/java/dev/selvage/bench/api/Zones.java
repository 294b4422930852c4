package dev.selvage.bench.api;

import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// A store with very many zones, filled through the store's own transactions: as many calls would take an hour.
///
/// Each zone is a copy of one that the API made, with a name and an id of its own. The change log does not get them,
/// so that the edge does not hold them.
final class Zones {
    /// Names begin with one of these.
    static final List<String> WORDS = List.of(
            "bakery", "cargo", "delta", "ember", "forest", "garden", "harbor", "island", "jungle", "kettle", "lumen",
            "meadow", "nectar", "orchid", "pepper", "quartz", "river", "shop", "timber", "umbra", "violet", "willow",
            "yonder", "zephyr");

    /// A tenth of the zones belongs to accounts with so many each, the rest to the first account.
    static final int EACH = 100;

    private static final int BATCH = 20_000;

    private Zones() {}

    /// Fills the store in `file` until it has `count` zones.
    ///
    /// @param model a zone to copy
    /// @param count at least 1,000
    /// @return the id of an account with about [#EACH] zones
    static String fill(Path file, String model, int count) throws IOException {
        try (Store store = Store.open(file)) {
            String account = store.read(tx -> text(tx, "select account_id as t from zone where id = ?", model));
            List<String> accounts = store.write(tx -> accounts(tx, account, count / (10 * EACH)));
            List<String> columns = store.read(
                    tx -> tx.list(
                            row -> row.text("name"),
                            "select name from pragma_table_info('zone') where name not in ('id', 'name', 'account_id', 'catch_all')"));
            String rest = String.join(", ", columns);
            String copy = "insert into zone (id, name, account_id, catch_all, " + rest + ") select ?, ?, ?, 0, " + rest
                    + " from zone where id = ?";
            long there = store.read(tx -> tx.number("select count(*) as n from zone"));
            int wanted = (int) (count - there);
            SplittableRandom random = new SplittableRandom(7);
            for (int from = 0; from < wanted; from += BATCH) {
                int first = from;
                store.write(tx -> {
                    for (int i = first; i < Math.min(first + BATCH, wanted); i++) {
                        // In the order of their ids and names, which fills quickly.
                        String name = WORDS.get((int) ((long) i * WORDS.size() / wanted))
                                + String.format(Locale.ROOT, "-%07d.example", i);
                        String id = String.format(Locale.ROOT, "%08x%016x%08x", i, random.nextLong(), random.nextInt());
                        String owner = i % 10 == 0 ? accounts.get(i / 10 % accounts.size()) : account;
                        tx.run(copy, id, name, owner, model);
                    }
                    return true;
                });
            }
            return accounts.getFirst();
        }
    }

    private static List<String> accounts(Tx tx, String model, int count) {
        List<String> columns = tx.list(
                row -> row.text("name"),
                "select name from pragma_table_info('account') where name not in ('id', 'name', 'zones', 'membership_id')");
        String rest = String.join(", ", columns);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = String.format(Locale.ROOT, "%032x", 0x5e1f_a6e0_0000L + i);
            tx.run(
                    "insert into account (id, membership_id, name, " + rest + ") select ?, ?, ?, " + rest
                            + " from account where id = ?",
                    id,
                    id,
                    String.format(Locale.ROOT, "Customer %04d", i),
                    model);
            ids.add(id);
        }
        return ids;
    }

    private static String text(Tx tx, String sql, String argument) {
        return tx.first(row -> row.text("t"), sql, argument).orElseThrow();
    }
}
