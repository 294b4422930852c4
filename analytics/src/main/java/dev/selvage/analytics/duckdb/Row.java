package dev.selvage.analytics.duckdb;

/// A row of a result, valid until the next one; columns count from 0. What is null in the result reads
/// as 0, "" or no bytes.
public interface Row {
    long getLong(int column);

    double getDouble(int column);

    String getString(int column);

    byte[] getBytes(int column);

    boolean isNull(int column);

    /// Takes the rows of a result one by one.
    interface Taker {
        void take(Row row);
    }
}
