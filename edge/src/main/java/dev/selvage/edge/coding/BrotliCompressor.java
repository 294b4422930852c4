package dev.selvage.edge.coding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Brotli (RFC 7932) by Google's library.
final class BrotliCompressor implements Compressor {
    private static final int KEPT_QUALITY = 5;
    private static final int PASSING_QUALITY = 4;
    private static final int KEPT_WINDOW = 20;
    private static final int PASSING_WINDOW = 18;
    private static final int SMALLEST_WINDOW = 10;
    private static final int INPUT = 64 << 10;

    private final EncoderJNI.Wrapper encoder;
    private boolean closed;

    BrotliCompressor(boolean kept, long length) throws IOException {
        int window = kept ? KEPT_WINDOW : PASSING_WINDOW;
        if (length >= 0) {
            int enough = 64 - Long.numberOfLeadingZeros(Math.max(1, length + 16));
            window = Math.clamp(enough, SMALLEST_WINDOW, window);
        }
        int input = length >= 0 ? Math.clamp(length, 1, INPUT) : INPUT;
        encoder = new EncoderJNI.Wrapper(input, kept ? KEPT_QUALITY : PASSING_QUALITY, window, Encoder.Mode.GENERIC);
    }

    static void load() throws IOException {
        try {
            Brotli4jLoader.ensureAvailability();
        } catch (LinkageError failure) {
            throw new IOException("the Brotli library does not load", failure);
        }
    }

    @Override
    public void write(ByteBuffer in, Sink out) throws IOException {
        while (in.hasRemaining()) {
            ByteBuffer input = encoder.getInputBuffer();
            input.clear();
            int count = Math.min(input.remaining(), in.remaining());
            input.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            push(EncoderJNI.Operation.PROCESS, count, out);
        }
    }

    @Override
    public void flush(Sink out) throws IOException {
        push(EncoderJNI.Operation.FLUSH, 0, out);
    }

    @Override
    public void finish(Sink out) throws IOException {
        push(EncoderJNI.Operation.FINISH, 0, out);
    }

    private void push(EncoderJNI.Operation operation, int count, Sink out) throws IOException {
        encoder.push(operation, count);
        while (true) {
            if (!encoder.isSuccess()) {
                throw new IOException("the Brotli library failed");
            }
            if (encoder.hasMoreOutput()) {
                ByteBuffer pulled = encoder.pull();
                while (pulled.hasRemaining()) {
                    ByteBuffer room = out.room();
                    int most = Math.min(room.remaining(), pulled.remaining());
                    room.put(pulled.slice(pulled.position(), most));
                    pulled.position(pulled.position() + most);
                }
            } else if (encoder.hasRemainingInput()) {
                encoder.push(operation, 0);
            } else {
                return;
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            encoder.destroy();
        }
    }
}
