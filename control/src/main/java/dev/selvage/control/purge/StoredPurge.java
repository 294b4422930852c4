package dev.selvage.control.purge;

import dev.selvage.control.api.Caller;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A purge that was accepted, as its receipt needs it.
///
/// @param entries URLs, hosts, prefixes or tags that it names
/// @param shown what it selects, as the API shows it; of many entries the first
/// @param pops those that there were when it was accepted
record StoredPurge(
        String id,
        String zone,
        long sequence,
        long acceptedAt,
        boolean soft,
        int rewarm,
        int entries,
        ObjectNode shown,
        List<String> pops) {
    /// Entries that lists show of each purge.
    static final int SHOWN = 20;

    /// Purges of one zone that are remembered; the oldest go first.
    static final int MOST_OF_ZONE = 10_000;

    /// Characters of all selections that are read at once.
    private static final long MOST_TEXT = 16L << 20;

    private static final String COLUMNS =
            "select id, zone_id, sequence, accepted_at, soft, rewarm, entries, shown, pops from purge ";

    StoredPurge {
        pops = List.copyOf(pops);
    }

    static StoredPurge of(PurgeCommand command, List<String> pops) {
        return new StoredPurge(
                command.id(),
                command.zone(),
                command.sequence(),
                command.acceptedAt(),
                command.soft(),
                command.rewarm(),
                Selected.entries(command.selection()),
                Selected.json(command.selection(), Integer.MAX_VALUE),
                pops);
    }

    /// Remembers a purge; of too many of a zone the oldest is forgotten.
    static void insert(Tx tx, PurgeCommand command, List<String> pops, Caller.Actor actor) {
        tx.run(
                """
                insert into purge (id, zone_id, sequence, accepted_at, soft, rewarm, selection, entries, shown, pops,
                    actor_id, actor_type)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                command.id(),
                command.zone(),
                command.sequence(),
                command.acceptedAt(),
                command.soft(),
                command.rewarm(),
                Json.MAPPER.writeValueAsString(command.selection()),
                Selected.entries(command.selection()),
                Selected.json(command.selection(), SHOWN).toString(),
                Json.MAPPER.writeValueAsString(pops),
                actor.id(),
                actor.type());
        tx.run(
                "delete from purge where zone_id = ? and sequence <= ?",
                command.zone(),
                command.sequence() - MOST_OF_ZONE);
    }

    /// One purge with all its entries.
    static Optional<StoredPurge> find(Tx tx, String zone, String id) {
        return tx.first(StoredPurge::of, COLUMNS + "where id = ? and zone_id = ?", id, zone)
                .map(purge -> purge.entries <= SHOWN ? purge : purge.showing(selection(tx, id)));
    }

    /// A page of a zone's purges, the newest first.
    static List<StoredPurge> list(Tx tx, String zone, long size, long offset) {
        return tx.list(
                StoredPurge::of,
                COLUMNS + "where zone_id = ? order by sequence desc limit ? offset ?",
                zone,
                size,
                offset);
    }

    static long count(Tx tx, String zone) {
        return tx.number("select count(*) as n from purge where zone_id = ?", zone);
    }

    /// The newest purges of a zone, whole, the newest first: at most `most`, and no more than fit into
    /// memory with
    /// ease.
    static List<PurgeCommand> newest(Tx tx, String zone, int most) {
        record Sized(long sequence, long characters) {}
        List<Sized> candidates = tx.list(
                row -> new Sized(row.number("sequence"), row.number("characters")),
                "select sequence, length(selection) as characters from purge where zone_id = ?"
                        + " order by sequence desc limit ?",
                zone,
                most);
        List<PurgeCommand> purges = new ArrayList<>();
        long characters = 0;
        for (Sized candidate : candidates) {
            characters += candidate.characters;
            if (characters > MOST_TEXT) {
                break;
            }
            tx.first(
                            row -> new PurgeCommand(
                                    row.text("id"),
                                    zone,
                                    row.number("sequence"),
                                    row.number("accepted_at"),
                                    row.flag("soft"),
                                    Json.MAPPER.readValue(row.text("selection"), PurgeSelection.class),
                                    (int) row.number("rewarm")),
                            "select * from purge where zone_id = ? and sequence = ?",
                            zone,
                            candidate.sequence)
                    .ifPresent(purges::add);
        }
        return purges;
    }

    private static PurgeSelection selection(Tx tx, String id) {
        return tx.first(
                        row -> Json.MAPPER.readValue(row.text("selection"), PurgeSelection.class),
                        "select selection from purge where id = ?",
                        id)
                .orElseThrow();
    }

    private StoredPurge showing(PurgeSelection selection) {
        return new StoredPurge(
                id,
                zone,
                sequence,
                acceptedAt,
                soft,
                rewarm,
                entries,
                Selected.json(selection, Integer.MAX_VALUE),
                pops);
    }

    static StoredPurge of(Row row) {
        List<String> pops = new ArrayList<>();
        Json.MAPPER.readTree(row.text("pops")).forEach(pop -> pops.add(pop.stringValue()));
        return new StoredPurge(
                row.text("id"),
                row.text("zone_id"),
                row.number("sequence"),
                row.number("accepted_at"),
                row.flag("soft"),
                (int) row.number("rewarm"),
                (int) row.number("entries"),
                (ObjectNode) Json.MAPPER.readTree(row.text("shown")),
                pops);
    }
}
