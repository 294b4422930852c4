package dev.selvage.analytics.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The functions of the engine's C interface that are used, under their names without `duckdb_`, where
/// those are no riddles. What they do is said in `duckdb.h`; none of them throws.
///
/// What is destroyed is passed by a pointer to the handle, which becomes null.
@SuppressWarnings("restricted")
final class CApi {
    /// What a function returns that did what it was asked.
    static final int SUCCESS = 0;

    /// The return type of a statement that has rows to read.
    static final int QUERY_RESULT = 3;

    /// `duckdb_result`: six words, of which the last alone is used.
    static final StructLayout RESULT =
            MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);

    private final MethodHandle createConfig;
    private final MethodHandle setConfig;
    private final MethodHandle destroyConfig;
    private final MethodHandle openExt;
    private final MethodHandle close;
    private final MethodHandle free;
    private final MethodHandle connect;
    private final MethodHandle disconnect;
    private final MethodHandle interrupt;
    private final MethodHandle prepare;
    private final MethodHandle prepareError;
    private final MethodHandle destroyPrepare;
    private final MethodHandle parameters;
    private final MethodHandle bindBoolean;
    private final MethodHandle bindInt32;
    private final MethodHandle bindInt64;
    private final MethodHandle bindDouble;
    private final MethodHandle bindVarchar;
    private final MethodHandle bindBlob;
    private final MethodHandle executePrepared;
    private final MethodHandle resultError;
    private final MethodHandle resultErrorType;
    private final MethodHandle returnType;
    private final MethodHandle destroyResult;
    private final MethodHandle columnCount;
    private final MethodHandle columnType;
    private final MethodHandle typeId;
    private final MethodHandle decimalScale;
    private final MethodHandle decimalStorage;
    private final MethodHandle destroyType;
    private final MethodHandle fetchChunk;
    private final MethodHandle createChunk;
    private final MethodHandle resetChunk;
    private final MethodHandle chunkSize;
    private final MethodHandle setChunkSize;
    private final MethodHandle chunkVector;
    private final MethodHandle destroyChunk;
    private final MethodHandle vectorSize;
    private final MethodHandle vectorData;
    private final MethodHandle vectorValidity;
    private final MethodHandle createAppender;
    private final MethodHandle appenderColumns;
    private final MethodHandle appenderColumnType;
    private final MethodHandle appendChunk;
    private final MethodHandle clearAppender;
    private final MethodHandle closeAppender;
    private final MethodHandle destroyAppender;
    private final MethodHandle appenderError;
    private final MethodHandle errorType;
    private final MethodHandle errorMessage;
    private final MethodHandle destroyError;

    /// @throws EngineFailure when the library lacks one of them
    CApi(SymbolLookup library) throws EngineFailure {
        createConfig = function(library, "duckdb_create_config", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        setConfig = function(library, "duckdb_set_config", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        destroyConfig = function(library, "duckdb_destroy_config", FunctionDescriptor.ofVoid(ADDRESS));
        openExt = function(
                library, "duckdb_open_ext", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        close = function(library, "duckdb_close", FunctionDescriptor.ofVoid(ADDRESS));
        free = function(library, "duckdb_free", FunctionDescriptor.ofVoid(ADDRESS));
        connect = function(library, "duckdb_connect", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        disconnect = function(library, "duckdb_disconnect", FunctionDescriptor.ofVoid(ADDRESS));
        interrupt = function(library, "duckdb_interrupt", FunctionDescriptor.ofVoid(ADDRESS));
        prepare = function(library, "duckdb_prepare", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        prepareError = function(library, "duckdb_prepare_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        destroyPrepare = function(library, "duckdb_destroy_prepare", FunctionDescriptor.ofVoid(ADDRESS));
        parameters = function(library, "duckdb_nparams", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        bindBoolean = function(
                library, "duckdb_bind_boolean", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_BOOLEAN));
        bindInt32 =
                function(library, "duckdb_bind_int32", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        bindInt64 =
                function(library, "duckdb_bind_int64", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        bindDouble = function(
                library, "duckdb_bind_double", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_DOUBLE));
        bindVarchar = function(
                library,
                "duckdb_bind_varchar_length",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
        bindBlob = function(
                library, "duckdb_bind_blob", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
        executePrepared =
                function(library, "duckdb_execute_prepared", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        resultError = function(library, "duckdb_result_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        resultErrorType = function(library, "duckdb_result_error_type", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        returnType = function(library, "duckdb_result_return_type", FunctionDescriptor.of(JAVA_INT, RESULT));
        destroyResult = function(library, "duckdb_destroy_result", FunctionDescriptor.ofVoid(ADDRESS));
        columnCount = function(library, "duckdb_column_count", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        columnType =
                function(library, "duckdb_column_logical_type", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
        typeId = function(library, "duckdb_get_type_id", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        decimalScale = function(library, "duckdb_decimal_scale", FunctionDescriptor.of(JAVA_BYTE, ADDRESS));
        decimalStorage = function(library, "duckdb_decimal_internal_type", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        destroyType = function(library, "duckdb_destroy_logical_type", FunctionDescriptor.ofVoid(ADDRESS));
        fetchChunk = function(library, "duckdb_fetch_chunk", FunctionDescriptor.of(ADDRESS, RESULT));
        createChunk = function(library, "duckdb_create_data_chunk", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
        resetChunk = function(library, "duckdb_data_chunk_reset", FunctionDescriptor.ofVoid(ADDRESS));
        chunkSize = function(library, "duckdb_data_chunk_get_size", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        setChunkSize = function(library, "duckdb_data_chunk_set_size", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
        chunkVector =
                function(library, "duckdb_data_chunk_get_vector", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
        destroyChunk = function(library, "duckdb_destroy_data_chunk", FunctionDescriptor.ofVoid(ADDRESS));
        vectorSize = function(library, "duckdb_vector_size", FunctionDescriptor.of(JAVA_LONG));
        vectorData = function(library, "duckdb_vector_get_data", FunctionDescriptor.of(ADDRESS, ADDRESS));
        vectorValidity = function(library, "duckdb_vector_get_validity", FunctionDescriptor.of(ADDRESS, ADDRESS));
        createAppender = function(
                library,
                "duckdb_appender_create_ext",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        appenderColumns = function(library, "duckdb_appender_column_count", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        appenderColumnType =
                function(library, "duckdb_appender_column_type", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
        appendChunk = function(library, "duckdb_append_data_chunk", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        clearAppender = function(library, "duckdb_appender_clear", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        closeAppender = function(library, "duckdb_appender_close", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        destroyAppender = function(library, "duckdb_appender_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        appenderError = function(library, "duckdb_appender_error_data", FunctionDescriptor.of(ADDRESS, ADDRESS));
        errorType = function(library, "duckdb_error_data_error_type", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        errorMessage = function(library, "duckdb_error_data_message", FunctionDescriptor.of(ADDRESS, ADDRESS));
        destroyError = function(library, "duckdb_destroy_error_data", FunctionDescriptor.ofVoid(ADDRESS));
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor descriptor)
            throws EngineFailure {
        MemorySegment address = library.find(name)
                .orElseThrow(
                        () -> new EngineFailure(EngineFailure.Kind.OTHER, "the engine's native library lacks " + name));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /// A C string's text.
    static String text(MemorySegment string) {
        return string.address() == 0 ? "" : string.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// A text as a C string.
    ///
    /// @throws EngineFailure when it holds the character that ends a C string
    static MemorySegment string(Arena arena, String text) throws EngineFailure {
        if (text.indexOf(0) >= 0) {
            throw new EngineFailure(EngineFailure.Kind.OTHER, "U+0000 in a statement or name");
        }
        return arena.allocateFrom(text, StandardCharsets.UTF_8);
    }

    private static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a call of the engine threw", thrown);
    }

    int createConfig(MemorySegment out) {
        try {
            return (int) createConfig.invokeExact(out);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int setConfig(MemorySegment config, MemorySegment name, MemorySegment value) {
        try {
            return (int) setConfig.invokeExact(config, name, value);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyConfig(MemorySegment config) {
        try {
            destroyConfig.invokeExact(config);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int openExt(MemorySegment path, MemorySegment out, MemorySegment config, MemorySegment error) {
        try {
            return (int) openExt.invokeExact(path, out, config, error);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void close(MemorySegment database) {
        try {
            close.invokeExact(database);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void free(MemorySegment memory) {
        try {
            free.invokeExact(memory);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int connect(MemorySegment database, MemorySegment out) {
        try {
            return (int) connect.invokeExact(database, out);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void disconnect(MemorySegment connection) {
        try {
            disconnect.invokeExact(connection);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void interrupt(MemorySegment connection) {
        try {
            interrupt.invokeExact(connection);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int prepare(MemorySegment connection, MemorySegment sql, MemorySegment out) {
        try {
            return (int) prepare.invokeExact(connection, sql, out);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment prepareError(MemorySegment statement) {
        try {
            return (MemorySegment) prepareError.invokeExact(statement);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyPrepare(MemorySegment statement) {
        try {
            destroyPrepare.invokeExact(statement);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long parameters(MemorySegment statement) {
        try {
            return (long) parameters.invokeExact(statement);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindBoolean(MemorySegment statement, long index, boolean value) {
        try {
            return (int) bindBoolean.invokeExact(statement, index, value);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindInt32(MemorySegment statement, long index, int value) {
        try {
            return (int) bindInt32.invokeExact(statement, index, value);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindInt64(MemorySegment statement, long index, long value) {
        try {
            return (int) bindInt64.invokeExact(statement, index, value);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindDouble(MemorySegment statement, long index, double value) {
        try {
            return (int) bindDouble.invokeExact(statement, index, value);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindVarchar(MemorySegment statement, long index, MemorySegment text, long length) {
        try {
            return (int) bindVarchar.invokeExact(statement, index, text, length);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int bindBlob(MemorySegment statement, long index, MemorySegment bytes, long length) {
        try {
            return (int) bindBlob.invokeExact(statement, index, bytes, length);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int executePrepared(MemorySegment statement, MemorySegment result) {
        try {
            return (int) executePrepared.invokeExact(statement, result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment resultError(MemorySegment result) {
        try {
            return (MemorySegment) resultError.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int resultErrorType(MemorySegment result) {
        try {
            return (int) resultErrorType.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int returnType(MemorySegment result) {
        try {
            return (int) returnType.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyResult(MemorySegment result) {
        try {
            destroyResult.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long columnCount(MemorySegment result) {
        try {
            return (long) columnCount.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment columnType(MemorySegment result, long column) {
        try {
            return (MemorySegment) columnType.invokeExact(result, column);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int typeId(MemorySegment type) {
        try {
            return (int) typeId.invokeExact(type);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    byte decimalScale(MemorySegment type) {
        try {
            return (byte) decimalScale.invokeExact(type);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int decimalStorage(MemorySegment type) {
        try {
            return (int) decimalStorage.invokeExact(type);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyType(MemorySegment type) {
        try {
            destroyType.invokeExact(type);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment fetchChunk(MemorySegment result) {
        try {
            return (MemorySegment) fetchChunk.invokeExact(result);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment createChunk(MemorySegment types, long columns) {
        try {
            return (MemorySegment) createChunk.invokeExact(types, columns);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void resetChunk(MemorySegment chunk) {
        try {
            resetChunk.invokeExact(chunk);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long chunkSize(MemorySegment chunk) {
        try {
            return (long) chunkSize.invokeExact(chunk);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void setChunkSize(MemorySegment chunk, long rows) {
        try {
            setChunkSize.invokeExact(chunk, rows);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment chunkVector(MemorySegment chunk, long column) {
        try {
            return (MemorySegment) chunkVector.invokeExact(chunk, column);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyChunk(MemorySegment chunk) {
        try {
            destroyChunk.invokeExact(chunk);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long vectorSize() {
        try {
            return (long) vectorSize.invokeExact();
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment vectorData(MemorySegment vector) {
        try {
            return (MemorySegment) vectorData.invokeExact(vector);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment vectorValidity(MemorySegment vector) {
        try {
            return (MemorySegment) vectorValidity.invokeExact(vector);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int createAppender(
            MemorySegment connection,
            MemorySegment catalog,
            MemorySegment schema,
            MemorySegment table,
            MemorySegment out) {
        try {
            return (int) createAppender.invokeExact(connection, catalog, schema, table, out);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    long appenderColumns(MemorySegment appender) {
        try {
            return (long) appenderColumns.invokeExact(appender);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment appenderColumnType(MemorySegment appender, long column) {
        try {
            return (MemorySegment) appenderColumnType.invokeExact(appender, column);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int appendChunk(MemorySegment appender, MemorySegment chunk) {
        try {
            return (int) appendChunk.invokeExact(appender, chunk);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int clearAppender(MemorySegment appender) {
        try {
            return (int) clearAppender.invokeExact(appender);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int closeAppender(MemorySegment appender) {
        try {
            return (int) closeAppender.invokeExact(appender);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int destroyAppender(MemorySegment appender) {
        try {
            return (int) destroyAppender.invokeExact(appender);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment appenderError(MemorySegment appender) {
        try {
            return (MemorySegment) appenderError.invokeExact(appender);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    int errorType(MemorySegment error) {
        try {
            return (int) errorType.invokeExact(error);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    MemorySegment errorMessage(MemorySegment error) {
        try {
            return (MemorySegment) errorMessage.invokeExact(error);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    void destroyError(MemorySegment error) {
        try {
            destroyError.invokeExact(error);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }
}
