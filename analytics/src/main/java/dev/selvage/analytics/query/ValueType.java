package dev.selvage.analytics.query;

/// The type of a dimension's or a measure's values, under the API's name.
///
/// `DATE` and `TIME` are epoch milliseconds inside this program.
public enum ValueType {
    STRING("string"),
    UINT16("uint16"),
    UINT32("uint32"),
    UINT64("uint64"),
    FLOAT64("float64"),
    DATE("Date"),
    TIME("Time");

    private final String wire;

    ValueType(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    /// True for points in time.
    public boolean temporal() {
        return this == DATE || this == TIME;
    }
}
