package dev.selvage.edge.coding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// gzip (RFC 1952) by the JDK's zlib.
final class GzipCompressor implements Compressor {
    private static final int LEVEL = 6;
    private static final byte[] NOTHING = {};

    /// Deflate; no flags, no time, no name; an unknown system: the same input gives the same bytes.
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 checksum = new CRC32();
    private boolean begun;

    @Override
    public void write(ByteBuffer in, Sink out) {
        begin(out);
        checksum.update(in.duplicate());
        deflater.setInput(in);
        while (!deflater.needsInput()) {
            deflater.deflate(out.room(), Deflater.NO_FLUSH);
        }
        // Not to hold on to memory that is not ours.
        deflater.setInput(NOTHING);
    }

    @Override
    public void flush(Sink out) {
        begin(out);
        ByteBuffer room;
        do {
            room = out.room();
            deflater.deflate(room, Deflater.SYNC_FLUSH);
        } while (!room.hasRemaining());
    }

    @Override
    public void finish(Sink out) {
        begin(out);
        deflater.finish();
        while (!deflater.finished()) {
            deflater.deflate(out.room(), Deflater.NO_FLUSH);
        }
        ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        tail.putInt((int) checksum.getValue()).putInt((int) deflater.getBytesRead());
        out.room().put(tail.flip());
    }

    private void begin(Sink out) {
        if (!begun) {
            begun = true;
            out.room().put(HEAD);
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
