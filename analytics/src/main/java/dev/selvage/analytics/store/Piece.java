package dev.selvage.analytics.store;

import java.util.List;

/// Rows that lie together: what is not in files yet, or the files that one roll or one merge made.
///
/// @param id no other piece of the store has it
/// @param from no row of it began before; epoch milliseconds
/// @param until every row of it began before
/// @param tiers by tier, finest first: the SQL relation (to stand behind `FROM`) of its rows, or `""`
/// where the tier was not written for any zone. Every one has the columns of [Snapshot#ROW_COLUMNS]
public record Piece(int id, long from, long until, List<String> tiers) {
    public Piece {
        tiers = List.copyOf(tiers);
    }
}
