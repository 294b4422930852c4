package dev.selvage.analytics.query;

/// A value that rows are summed by.
///
/// @param sql of one row's value; never negative
/// @param counter the exact counters' column that an estimate of its sum is calibrated to
/// @param own true when that column counts the same value
record Term(String sql, String counter, boolean own) {
    /// Every request once.
    static final Term REQUESTS = new Term("1", "requests", true);

    /// A column that counters hold too.
    static Term counted(String column) {
        return new Term(column, column, true);
    }

    /// A column that only rows hold.
    static Term of(String column) {
        return new Term(column, REQUESTS.counter, false);
    }

    /// Requests of a kind that only rows tell.
    static Term where(String condition) {
        return new Term("CAST(" + condition + " AS INTEGER)", REQUESTS.counter, false);
    }
}
