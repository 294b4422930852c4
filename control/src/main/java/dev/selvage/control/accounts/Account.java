package dev.selvage.control.accounts;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// An owner of zones.
///
/// @param type `standard` or `enterprise`, as the operator calls it; nothing depends on it
public record Account(String id, String name, String type, long createdOn) {
    /// Finds an account.
    public static Optional<Account> find(Tx tx, String id) {
        return tx.first(Account::of, "select * from account where id = ?", id);
    }

    /// The oldest account: the one that the first start made.
    public static Account first(Tx tx) {
        return tx.first(Account::of, "select * from account order by created_on, id limit 1")
                .orElseThrow();
    }

    static Account of(Row row) {
        return new Account(row.text("id"), row.text("name"), row.text("type"), row.number("created_on"));
    }

    void insert(Tx tx) {
        tx.run(
                "insert into account (id, name, type, created_on, membership_id) values (?, ?, ?, ?, ?)",
                id,
                name,
                type,
                createdOn,
                Ids.next());
    }

    ObjectNode json() {
        ObjectNode json = Envelope.object()
                .put("id", id)
                .put("name", name)
                .put("type", type)
                .put("created_on", Times.text(createdOn));
        json.putObject("settings").put("enforce_twofactor", false);
        return json;
    }
}
