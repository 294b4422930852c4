package dev.selvage.control.audit;

import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Place;
import dev.selvage.control.store.Tx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Writes the audit log.
public final class Audit {
    /// How long a note is kept.
    static final Duration KEPT = Duration.ofDays(550);

    /// Most notes that one change removes because of their age.
    private static final int SWEEP = 100;

    private static final long SWEEP_EVERY = 64;

    private Audit() {}

    /// What was changed.
    ///
    /// @param action `add`, `change`, `delete`, `purge` or `roll`
    /// @param type of the resource, such as `dns_record`
    /// @param id of the resource
    /// @param before as the API showed it, without secrets; null when there was nothing
    /// @param after as the API shows it, without secrets; null when nothing is left
    public record Change(
            String action,
            String type,
            String id,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {
        public static Change add(String type, String id, JsonNode after) {
            return new Change("add", type, id, null, after);
        }

        public static Change change(String type, String id, @Nullable JsonNode before, JsonNode after) {
            return new Change("change", type, id, before, after);
        }

        public static Change delete(String type, String id, JsonNode before) {
            return new Change("delete", type, id, before, null);
        }
    }

    /// Notes a change, in the transaction that makes it.
    ///
    /// @param now microseconds since 1970
    public static void note(Tx tx, Caller caller, long now, Place place, Change change) {
        Caller.Actor actor = caller.actor();
        tx.run(
                """
                insert into audit_log (id, at, account_id, zone_id, actor_id, actor_type, actor_email, address, action,
                    resource_type, resource_id, before, after)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                Ids.next(),
                now,
                switch (place) {
                    case Place.User _ -> null;
                    case Place.Account(String id) -> id;
                    case Place.Zone zone -> zone.account();
                },
                place instanceof Place.Zone zone ? zone.id() : null,
                actor.id(),
                actor.type(),
                actor.email(),
                actor.address(),
                change.action,
                change.type,
                change.id,
                text(change.before),
                text(change.after));
        sweep(tx, now);
    }

    /// A little at each of some changes, so that no single one waits for a year's notes to go.
    private static void sweep(Tx tx, long now) {
        if (tx.number("select max(sequence) as n from audit_log") % SWEEP_EVERY == 0) {
            long oldest = now - TimeUnit.SECONDS.toMicros(KEPT.toSeconds());
            tx.run(
                    "delete from audit_log where sequence in"
                            + " (select sequence from audit_log where at < ? order by at limit ?)",
                    oldest,
                    SWEEP);
        }
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.toString();
    }
}
