package dev.selvage.analytics.query;

/// The type of a dimension's or a measure's values, under the API's name.
///
/// `DATE` and `TIME` are epoch milliseconds inside this program.
public enum ValueType {
    STRING("string"),
    FLAG("bool"),
    INT8("int8"),
    INT64("int64"),
    UINT8("uint8"),
    UINT16("uint16"),
    UINT32("uint32"),
    UINT64("uint64"),
    FLOAT64("float64"),
    DATE("Date"),
    TIME("Time"),
    /// A list of texts.
    STRINGS("string"),
    /// A list of numbers.
    NUMBERS("uint32"),
    /// A list of objects with a name and a value, which cannot be filtered by.
    PAIRS("string");

    private final String wire;

    ValueType(String wire) {
        this.wire = wire;
    }

    /// The name; of a list, that of its elements.
    public String wire() {
        return wire;
    }

    /// True for points in time.
    public boolean temporal() {
        return this == DATE || this == TIME;
    }

    /// True for lists.
    public boolean list() {
        return this == STRINGS || this == NUMBERS || this == PAIRS;
    }

    /// True for what rows hold as texts.
    boolean text() {
        return this == STRING || list();
    }
}
