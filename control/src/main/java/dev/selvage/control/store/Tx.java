package dev.selvage.control.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An open transaction. Arguments are `String`, `Long`, `Integer`, `Boolean`, `byte[]` or null.
public final class Tx {
    private final Session session;

    Tx(Session session) {
        this.session = session;
    }

    /// Runs a statement and answers how many rows it touched.
    public int run(String sql, @Nullable Object... arguments) {
        return session.update(sql, arguments);
    }

    /// The rows of a query.
    public <T> List<T> list(Function<Row, T> form, String sql, @Nullable Object... arguments) {
        return session.query(Integer.MAX_VALUE, form, sql, arguments);
    }

    /// The first row of a query.
    public <T> Optional<T> first(Function<Row, T> form, String sql, @Nullable Object... arguments) {
        return session.query(1, form, sql, arguments).stream().findFirst();
    }

    /// The one number of a query that answers exactly one, in a column named `n`.
    public long number(String sql, @Nullable Object... arguments) {
        return first(row -> row.number("n"), sql, arguments).orElseThrow();
    }
}
