package dev.selvage.analytics.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A row of the chunk of a result that it stands over. The memory it reads belongs to the result's arena
/// and thread: a row that outlives them fails to read.
@SuppressWarnings("restricted")
final class ResultRow implements Row {
    private static final byte[] NO_BYTES = new byte[0];
    private static final BigInteger LOW_WORD = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final CApi api;
    private final Arena arena;
    private final ColumnType[] types;
    /// How the column lies in memory: that of a DECIMAL is an integer.
    private final ColumnType[] stored;

    private final int[] scales;
    private final MemorySegment[] values;
    private final MemorySegment[] validity;
    private int row;

    ResultRow(CApi api, Arena arena, MemorySegment result) {
        this.api = api;
        this.arena = arena;
        int columns = Math.toIntExact(api.columnCount(result));
        types = new ColumnType[columns];
        stored = new ColumnType[columns];
        scales = new int[columns];
        values = new MemorySegment[columns];
        validity = new MemorySegment[columns];
        for (int i = 0; i < columns; i++) {
            MemorySegment type = api.columnType(result, i);
            types[i] = ColumnType.of(api.typeId(type));
            if (types[i] == ColumnType.DECIMAL) {
                stored[i] = ColumnType.of(api.decimalStorage(type));
                scales[i] = Byte.toUnsignedInt(api.decimalScale(type));
            } else {
                stored[i] = types[i];
            }
            api.destroyType(arena.allocateFrom(ADDRESS, type));
        }
        overNothing();
    }

    /// A value that cannot be read as what was asked for.
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Unreadable(String message) {
            super(message);
        }
    }

    /// Stands over a chunk, which lives until [#overNothing].
    void over(MemorySegment chunk) {
        long rows = api.chunkSize(chunk);
        for (int i = 0; i < types.length; i++) {
            MemorySegment vector = api.chunkVector(chunk, i);
            values[i] = api.vectorData(vector).reinterpret(rows * stored[i].width(), arena, null);
            MemorySegment valid = api.vectorValidity(vector);
            validity[i] = valid.address() == 0
                    ? MemorySegment.NULL
                    : valid.reinterpret(Math.ceilDiv(rows, 64) * Long.BYTES, arena, null);
        }
    }

    void overNothing() {
        Arrays.fill(values, MemorySegment.NULL);
        Arrays.fill(validity, MemorySegment.NULL);
    }

    void to(int row) {
        this.row = row;
    }

    @Override
    public boolean isNull(int column) {
        MemorySegment valid = validity[column];
        return types[column] == ColumnType.NULL
                || (valid.byteSize() > 0 && (valid.getAtIndex(JAVA_LONG, row >> 6) & (1L << row)) == 0);
    }

    @Override
    public long getLong(int column) {
        if (isNull(column)) {
            return 0;
        }
        return switch (types[column]) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER -> word(column);
            case UBIGINT, HUGEINT, UHUGEINT -> exact(column, new BigDecimal(integer(column)));
            case FLOAT, DOUBLE -> {
                double value = real(column);
                // The two are the least and the first above the most that a long holds.
                if (!(value >= -0x1p63 && value < 0x1p63)) {
                    throw new Unreadable("column " + column + " holds " + value + ", which is no 64-bit integer");
                }
                yield (long) value;
            }
            case DECIMAL -> exact(column, decimal(column));
            case VARCHAR, BLOB, NULL, OTHER -> throw unfit(column, "number");
        };
    }

    @Override
    public double getDouble(int column) {
        if (types[column] == ColumnType.DOUBLE && validity[column].byteSize() == 0) {
            return values[column].getAtIndex(JAVA_DOUBLE, row);
        }
        if (isNull(column)) {
            return 0;
        }
        return switch (types[column]) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER -> word(column);
            case UBIGINT, HUGEINT, UHUGEINT -> integer(column).doubleValue();
            case FLOAT, DOUBLE -> real(column);
            case DECIMAL -> decimal(column).doubleValue();
            case VARCHAR, BLOB, NULL, OTHER -> throw unfit(column, "number");
        };
    }

    @Override
    public String getString(int column) {
        if (isNull(column)) {
            return "";
        }
        return switch (types[column]) {
            case VARCHAR -> new String(getBytes(column), StandardCharsets.UTF_8);
            case BOOLEAN -> word(column) == 0 ? "false" : "true";
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER -> Long.toString(word(column));
            case UBIGINT, HUGEINT, UHUGEINT -> integer(column).toString();
            case FLOAT -> Float.toString((float) real(column));
            case DOUBLE -> Double.toString(real(column));
            case DECIMAL -> decimal(column).toPlainString();
            case BLOB, NULL, OTHER -> throw unfit(column, "text");
        };
    }

    @Override
    public byte[] getBytes(int column) {
        if (isNull(column)) {
            return NO_BYTES;
        }
        if (types[column] != ColumnType.VARCHAR && types[column] != ColumnType.BLOB) {
            throw unfit(column, "bytes");
        }
        MemorySegment string = values[column].asSlice((long) row * ColumnType.VARCHAR.width(), 16);
        int length = string.get(JAVA_INT, 0);
        return length <= ColumnType.INLINE
                ? string.asSlice(4, length).toArray(JAVA_BYTE)
                : string.get(ADDRESS, 8).reinterpret(length).toArray(JAVA_BYTE);
    }

    /// The value of a type that fits into a long whatever it is.
    private long word(int column) {
        MemorySegment data = values[column];
        return switch (stored[column]) {
            case BOOLEAN, UTINYINT -> Byte.toUnsignedLong(data.get(JAVA_BYTE, row));
            case TINYINT -> data.get(JAVA_BYTE, row);
            case SMALLINT -> data.getAtIndex(JAVA_SHORT, row);
            case USMALLINT -> Short.toUnsignedLong(data.getAtIndex(JAVA_SHORT, row));
            case INTEGER -> data.getAtIndex(JAVA_INT, row);
            case UINTEGER -> Integer.toUnsignedLong(data.getAtIndex(JAVA_INT, row));
            case BIGINT -> data.getAtIndex(JAVA_LONG, row);
            case UBIGINT, FLOAT, DOUBLE, HUGEINT, UHUGEINT, VARCHAR, BLOB, DECIMAL, NULL, OTHER ->
                throw unfit(column, "integer");
        };
    }

    private BigInteger integer(int column) {
        MemorySegment data = values[column];
        return switch (stored[column]) {
            case UBIGINT -> BigInteger.valueOf(data.getAtIndex(JAVA_LONG, row)).and(LOW_WORD);
            case HUGEINT, UHUGEINT -> {
                BigInteger high = BigInteger.valueOf(data.getAtIndex(JAVA_LONG, 2L * row + 1));
                BigInteger low =
                        BigInteger.valueOf(data.getAtIndex(JAVA_LONG, 2L * row)).and(LOW_WORD);
                yield (stored[column] == ColumnType.HUGEINT ? high : high.and(LOW_WORD))
                        .shiftLeft(64)
                        .or(low);
            }
            case BOOLEAN,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    UTINYINT,
                    USMALLINT,
                    UINTEGER,
                    FLOAT,
                    DOUBLE,
                    VARCHAR,
                    BLOB,
                    DECIMAL,
                    NULL,
                    OTHER -> BigInteger.valueOf(word(column));
        };
    }

    private double real(int column) {
        return types[column] == ColumnType.FLOAT
                ? values[column].getAtIndex(JAVA_FLOAT, row)
                : values[column].getAtIndex(JAVA_DOUBLE, row);
    }

    private BigDecimal decimal(int column) {
        return new BigDecimal(integer(column), scales[column]);
    }

    private static long exact(int column, BigDecimal value) {
        try {
            return value.setScale(0, RoundingMode.DOWN).longValueExact();
        } catch (ArithmeticException _) {
            throw new Unreadable("column " + column + " holds " + value + ", which is no 64-bit integer");
        }
    }

    private Unreadable unfit(int column, String wanted) {
        return new Unreadable("column " + column + " is of type " + types[column] + " and not read as " + wanted);
    }
}
