package dev.selvage.edge.coding;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One body on its way into a coding. Used by one thread at a time.
public sealed interface Compressor extends AutoCloseable permits GzipCompressor, BrotliCompressor, ZstdCompressor {
    /// Where compressed bytes go.
    @FunctionalInterface
    interface Sink {
        /// The least room, bytes: zlib does not see the end of a flush that fills six bytes or fewer.
        int LEAST_ROOM = 32;

        /// A direct buffer with at least [#LEAST_ROOM]; what is put there is taken.
        ByteBuffer room();
    }

    /// Compresses all of `in`, which must be a direct buffer; part of the outcome may be held back.
    void write(ByteBuffer in, Sink out) throws IOException;

    /// Brings out all that was held back, so that what was written so far can be decoded.
    void flush(Sink out) throws IOException;

    /// Ends the body.
    void finish(Sink out) throws IOException;

    /// Gives the memory back.
    @Override
    void close();

    /// Starts a body.
    ///
    /// @param kept the outcome will be sent many times: smaller is worth more than quicker
    /// @param length exact bytes of the body, or negative when they are not known
    static Compressor open(Coding coding, boolean kept, long length) throws IOException {
        return switch (coding) {
            case GZIP -> new GzipCompressor();
            case BROTLI -> new BrotliCompressor(kept, length);
            case ZSTD -> new ZstdCompressor(kept, length);
        };
    }

    /// Loads what the coding needs; may take a while.
    ///
    /// @throws IOException when it cannot be used on this machine
    static void load(Coding coding) throws IOException {
        switch (coding) {
            case GZIP -> {
                // Part of the JDK.
            }
            case BROTLI -> BrotliCompressor.load();
            case ZSTD -> ZstdCompressor.load();
        }
    }

    /// About how many bytes of memory outside the heap one takes.
    static long memory(Coding coding, boolean kept, long length) {
        long window = kept ? 1 << 20 : 1 << 17;
        long scaled = length < 0 ? window : Math.min(window, length);
        return switch (coding) {
            case GZIP -> 288 << 10;
            case BROTLI -> (1_536 << 10) + 2 * scaled;
            case ZSTD -> (768 << 10) + 2 * scaled;
        };
    }
}
