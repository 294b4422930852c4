package dev.selvage.control.publish;

import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.log.SqliteChangeLog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The change log's tables in the management store: what is appended shares the store's commits.
public record LogTables(Store store) implements SqliteChangeLog.Shared {
    @Override
    public void write(Consumer<SqliteChangeLog.Statements> work) {
        store.write(tx -> {
            work.accept(new Written(tx));
            return true;
        });
    }

    private record Written(Tx tx) implements SqliteChangeLog.Statements {
        @Override
        public void run(String sql, @Nullable Object... arguments) {
            tx.run(sql, arguments);
        }

        @Override
        public long number(String sql) {
            return tx.number(sql);
        }
    }
}
