package dev.selvage.model.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Header fields set, added or removed (phases `http_request_late_transform`,
/// `http_response_headers_transform`).
public record ModifyHeaders(List<Change> changes) {
    public ModifyHeaders {
        changes = List.copyOf(changes);
    }

    /// What happens to a field.
    public enum Operation {
        /// In place of all that are there.
        SET,
        /// Beside those that are there.
        ADD,
        REMOVE
    }

    /// A change of one field.
    ///
    /// @param name lower case
    /// @param value null with `REMOVE`
    public record Change(
            String name, Operation operation, @Nullable Computed value) {}
}
