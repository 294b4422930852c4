package dev.selvage.analytics.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Adds rows to a table, column by column; they are in it after [#close]. For one thread.
///
/// The rows of a chunk are gathered in the form of the engine's vectors and handed over together.
@SuppressWarnings("restricted")
public final class Appender implements AutoCloseable {
    /// How many bytes of long texts are gathered before memory for more of them is asked for.
    private static final int BLOCK = 1 << 20;

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private final Session session;
    private final CApi api;
    private final ColumnType[] types;
    private final byte[][] values;
    private final int capacity;
    private final Texts texts = new Texts();
    private MemorySegment appender;
    private MemorySegment chunk;

    private int rows;
    /// The next column of the row that is open, -1 between rows.
    private int column = -1;

    private boolean failed;
    private boolean closed;

    private Appender(
            Session session, CApi api, MemorySegment appender, MemorySegment chunk, ColumnType[] types, int capacity) {
        this.session = session;
        this.api = api;
        this.appender = appender;
        this.chunk = chunk;
        this.types = types;
        this.capacity = capacity;
        values = new byte[types.length][];
        for (int i = 0; i < types.length; i++) {
            values[i] = new byte[capacity * types[i].width()];
        }
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
    }

    static Appender open(Session session, CApi api, MemorySegment connection, String table) throws EngineFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            boolean opened = false;
            try {
                if (api.createAppender(
                                connection, MemorySegment.NULL, MemorySegment.NULL, CApi.string(arena, table), handle)
                        != CApi.SUCCESS) {
                    throw failure(arena, api, handle.get(ADDRESS, 0));
                }
                MemorySegment appender = handle.get(ADDRESS, 0);
                int columns = Math.toIntExact(api.appenderColumns(appender));
                ColumnType[] types = new ColumnType[columns];
                MemorySegment logical = arena.allocate(ADDRESS, columns);
                for (int i = 0; i < columns; i++) {
                    MemorySegment type = api.appenderColumnType(appender, i);
                    logical.setAtIndex(ADDRESS, i, type);
                    types[i] = ColumnType.of(api.typeId(type));
                }
                MemorySegment chunk = api.createChunk(logical, columns);
                for (int i = 0; i < columns; i++) {
                    api.destroyType(logical.asSlice(i * ADDRESS.byteSize(), ADDRESS));
                }
                opened = true;
                return new Appender(session, api, appender, chunk, types, Math.toIntExact(api.vectorSize()));
            } finally {
                if (!opened) {
                    api.destroyAppender(handle);
                }
            }
        }
    }

    private static EngineFailure failure(Arena arena, CApi api, MemorySegment appender) {
        MemorySegment error = api.appenderError(appender);
        EngineFailure failure = EngineFailure.of(api.errorType(error), CApi.text(api.errorMessage(error)));
        api.destroyError(arena.allocateFrom(ADDRESS, error));
        return failure;
    }

    public Appender beginRow() throws EngineFailure {
        if (closed || failed || column >= 0) {
            throw wrong(closed ? "the appender is closed" : failed ? "the appender has failed" : "a row is open");
        }
        column = 0;
        return this;
    }

    /// A value of a column of an integer type, which it must fit, of BOOLEAN or of DOUBLE.
    public Appender append(long value) throws EngineFailure {
        int at = next();
        byte[] to = values[at];
        switch (types[at]) {
            case BIGINT -> LONG.set(to, rows * 8, value);
            case INTEGER -> INT.set(to, rows * 4, (int) fit(at, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case SMALLINT -> SHORT.set(to, rows * 2, (short) fit(at, value, Short.MIN_VALUE, Short.MAX_VALUE));
            case TINYINT -> to[rows] = (byte) fit(at, value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case BOOLEAN -> to[rows] = (byte) fit(at, value, 0, 1);
            case UTINYINT -> to[rows] = (byte) fit(at, value, 0, 0xFF);
            case USMALLINT -> SHORT.set(to, rows * 2, (short) fit(at, value, 0, 0xFFFF));
            case UINTEGER -> INT.set(to, rows * 4, (int) fit(at, value, 0, 0xFFFF_FFFFL));
            case UBIGINT -> LONG.set(to, rows * 8, fit(at, value, 0, Long.MAX_VALUE));
            case HUGEINT -> {
                LONG.set(to, rows * 16, value);
                LONG.set(to, rows * 16 + 8, value >> 63);
            }
            case DOUBLE -> DOUBLE.set(to, rows * 8, (double) value);
            case FLOAT, UHUGEINT, VARCHAR, BLOB, DECIMAL, NULL, OTHER -> throw unfit(at, "an integer");
        }
        return this;
    }

    /// A value of a column of type DOUBLE or FLOAT.
    public Appender append(double value) throws EngineFailure {
        int at = next();
        switch (types[at]) {
            case DOUBLE -> DOUBLE.set(values[at], rows * 8, value);
            case FLOAT -> FLOAT.set(values[at], rows * 4, (float) value);
            case BOOLEAN,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    UTINYINT,
                    USMALLINT,
                    UINTEGER,
                    UBIGINT,
                    HUGEINT,
                    UHUGEINT,
                    VARCHAR,
                    BLOB,
                    DECIMAL,
                    NULL,
                    OTHER -> throw unfit(at, "a fraction");
        }
        return this;
    }

    /// A value of a column of type VARCHAR.
    public Appender append(String value) throws EngineFailure {
        int at = next(ColumnType.VARCHAR, "a text");
        byte[] utf8 = Utf8.of(value);
        put(at, utf8, 0, utf8.length);
        return this;
    }

    /// A value of a column of type VARCHAR; the bytes are UTF-8 already. What is not becomes U+FFFD.
    public Appender append(byte[] utf8, int offset, int length) throws EngineFailure {
        int at = next(ColumnType.VARCHAR, "a text");
        if (Utf8.isValid(utf8, offset, length)) {
            put(at, utf8, offset, length);
        } else {
            byte[] repaired = Utf8.repaired(utf8, offset, length);
            put(at, repaired, 0, repaired.length);
        }
        return this;
    }

    /// A value of a column of type BLOB.
    public Appender appendBlob(byte[] bytes) throws EngineFailure {
        put(next(ColumnType.BLOB, "bytes"), bytes, 0, bytes.length);
        return this;
    }

    public Appender endRow() throws EngineFailure {
        if (column != types.length) {
            throw wrong(
                    column < 0 ? "no row is open" : "a row ends after " + column + " of " + types.length + " columns");
        }
        column = -1;
        rows++;
        if (rows == capacity) {
            handOver();
        }
        return this;
    }

    private int next() throws EngineFailure {
        if (column < 0 || column == types.length) {
            throw wrong(column < 0 ? "no row is open" : "a value for column " + column + " of " + types.length);
        }
        return column++;
    }

    private int next(ColumnType type, String value) throws EngineFailure {
        int at = next();
        if (types[at] != type) {
            throw unfit(at, value);
        }
        return at;
    }

    private long fit(int at, long value, long least, long most) throws EngineFailure {
        if (value < least || value > most) {
            throw wrong(value + " does not fit column " + at + " of type " + types[at]);
        }
        return value;
    }

    /// Puts bytes as the engine's `duckdb_string_t`: their length, then up to 12 of them, or the first 4
    /// and the address of all.
    private void put(int at, byte[] bytes, int offset, int length) {
        byte[] to = values[at];
        int place = rows * ColumnType.VARCHAR.width();
        INT.set(to, place, length);
        if (length <= ColumnType.INLINE) {
            // What is left over has to be zero.
            LONG.set(to, place + 4, 0L);
            INT.set(to, place + 12, 0);
            System.arraycopy(bytes, offset, to, place + 4, length);
        } else {
            INT.set(to, place + 4, (int) INT.get(bytes, offset));
            LONG.set(to, place + 8, texts.add(bytes, offset, length));
        }
    }

    private EngineFailure unfit(int at, String value) {
        return wrong(value + " for column " + at + " of type " + types[at]);
    }

    private EngineFailure wrong(String message) {
        failed = true;
        return new EngineFailure(EngineFailure.Kind.OTHER, message);
    }

    /// Hands the rows gathered so far to the engine.
    private void handOver() throws EngineFailure {
        session.use(() -> {
            for (int i = 0; i < types.length; i++) {
                int bytes = rows * types[i].width();
                MemorySegment to = api.vectorData(api.chunkVector(chunk, i)).reinterpret(bytes);
                MemorySegment.copy(values[i], 0, to, JAVA_BYTE, 0, bytes);
            }
            api.setChunkSize(chunk, rows);
            check(api.appendChunk(appender, chunk));
            api.resetChunk(chunk);
            return true;
        });
        rows = 0;
        texts.clear();
    }

    private void check(int state) throws EngineFailure {
        if (state != CApi.SUCCESS) {
            failed = true;
            try (Arena arena = Arena.ofConfined()) {
                throw failure(arena, api, appender);
            }
        }
    }

    /// Adds what was appended; on failure none of it. After a failure it adds nothing.
    @Override
    public void close() throws EngineFailure {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!failed && column >= 0) {
                throw wrong("the last row is not finished");
            }
            if (!failed) {
                if (rows > 0) {
                    handOver();
                }
                session.use(() -> {
                    check(api.closeAppender(appender));
                    return true;
                });
            }
        } finally {
            session.drop(this);
        }
    }

    /// Lets go of what the engine has not taken. The session calls it while nobody else uses it.
    void drop() {
        texts.close();
        if (appender.address() == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            // Destroying alone would add what is left.
            api.clearAppender(appender);
            api.destroyAppender(arena.allocateFrom(ADDRESS, appender));
            api.destroyChunk(arena.allocateFrom(ADDRESS, chunk));
        }
        appender = MemorySegment.NULL;
        chunk = MemorySegment.NULL;
    }

    /// The long texts of the rows gathered, at addresses that stay until the engine has copied them.
    private static final class Texts {
        private final List<Block> blocks = new ArrayList<>();
        private int used;

        private record Block(Arena arena, MemorySegment memory) {}

        /// The address of a copy of the bytes.
        @SuppressWarnings("MustBeClosedChecker")
        long add(byte[] bytes, int offset, int length) {
            if (blocks.isEmpty() || blocks.getLast().memory.byteSize() - used < length) {
                Arena arena = Arena.ofShared();
                blocks.add(new Block(arena, arena.allocate(Math.max(BLOCK, length))));
                used = 0;
            }
            MemorySegment memory = blocks.getLast().memory;
            MemorySegment.copy(bytes, offset, memory, JAVA_BYTE, used, length);
            long address = memory.address() + used;
            used += length;
            return address;
        }

        /// Forgets them all; keeps memory for as many as are usual.
        void clear() {
            while (blocks.size() > 1) {
                blocks.removeLast().arena.close();
            }
            used = 0;
        }

        void close() {
            blocks.forEach(block -> block.arena.close());
            blocks.clear();
        }
    }
}
