package dev.selvage.edge.coding;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Zstandard (RFC 8878) by its own library, in windows far below the 8 MiB that decoders must allow
/// (RFC 9659).
final class ZstdCompressor implements Compressor {
    private static final int LEVEL = 3;
    private static final int KEPT_WINDOW = 20;
    private static final int PASSING_WINDOW = 17;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);

    ZstdCompressor(boolean kept, long length) throws IOException {
        try {
            context.setLevel(LEVEL);
            context.setWindowLog(kept ? KEPT_WINDOW : PASSING_WINDOW);
            if (length >= 0) {
                context.setPledgedSrcSize(length);
            }
        } catch (ZstdException failure) {
            context.close();
            throw new IOException("the zstd library failed", failure);
        }
    }

    static void load() throws IOException {
        try {
            Native.load();
        } catch (LinkageError failure) {
            throw new IOException("the zstd library does not load", failure);
        }
    }

    @Override
    public void write(ByteBuffer in, Sink out) throws IOException {
        while (in.hasRemaining()) {
            step(out, in, EndDirective.CONTINUE);
        }
    }

    @Override
    public void flush(Sink out) throws IOException {
        while (!step(out, nothing, EndDirective.FLUSH)) {
            // It holds more back.
        }
    }

    @Override
    public void finish(Sink out) throws IOException {
        while (!step(out, nothing, EndDirective.END)) {
            // It holds more back.
        }
    }

    private boolean step(Sink out, ByteBuffer in, EndDirective end) throws IOException {
        try {
            return context.compressDirectByteBufferStream(out.room(), in, end);
        } catch (ZstdException failure) {
            throw new IOException("the zstd library failed", failure);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
