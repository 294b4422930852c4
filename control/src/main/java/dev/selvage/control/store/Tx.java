package dev.selvage.control.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An open transaction. Arguments are `String`, `Long`, `Integer`, `Boolean`, `byte[]` or null.
public final class Tx {
    private final Connection connection;

    Tx(Connection connection) {
        this.connection = connection;
    }

    /// Runs a statement and answers how many rows it touched.
    public int run(String sql, @Nullable Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    /// The rows of a query.
    public <T> List<T> list(Function<Row, T> form, String sql, @Nullable Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            Row row = new Row(rows);
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(form.apply(row));
            }
            return list;
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    /// The first row of a query.
    public <T> Optional<T> first(Function<Row, T> form, String sql, @Nullable Object... arguments) {
        return list(form, sql, arguments).stream().findFirst();
    }

    /// The one number of a query that answers exactly one, in a column named `n`.
    public long number(String sql, @Nullable Object... arguments) {
        return first(row -> row.number("n"), sql, arguments).orElseThrow();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setObject(i + 1, null);
                case Boolean flag -> statement.setInt(i + 1, flag ? 1 : 0);
                case Integer number -> statement.setInt(i + 1, number);
                case Long number -> statement.setLong(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case String text -> statement.setString(i + 1, text);
                default -> throw new IllegalArgumentException("an argument of " + arguments[i].getClass());
            }
        }
        return statement;
    }
}
