package dev.selvage.analytics.duckdb;

/// The types of columns that are read and appended, and how a value of each lies in a vector.
enum ColumnType {
    BOOLEAN(1, 1),
    TINYINT(2, 1),
    SMALLINT(3, 2),
    INTEGER(4, 4),
    BIGINT(5, 8),
    UTINYINT(6, 1),
    USMALLINT(7, 2),
    UINTEGER(8, 4),
    UBIGINT(9, 8),
    FLOAT(10, 4),
    DOUBLE(11, 8),
    HUGEINT(16, 16),
    UHUGEINT(32, 16),
    VARCHAR(17, 16),
    BLOB(18, 16),
    DECIMAL(19, 0),
    /// Of a column that is null throughout.
    NULL(36, 0),
    /// One that this binding does not know.
    OTHER(-1, 0);

    /// The most bytes of a text that lie in the vector itself.
    static final int INLINE = 12;

    private static final ColumnType[] ALL = values();

    private final int code;
    private final int width;

    ColumnType(int code, int width) {
        this.code = code;
        this.width = width;
    }

    /// The type with this code, `duckdb_type`.
    static ColumnType of(int code) {
        for (ColumnType type : ALL) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }

    /// Bytes of a value.
    int width() {
        return width;
    }
}
