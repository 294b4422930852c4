package dev.selvage.edge.coding;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {
    /// Takes what is put into a buffer of a given size.
    private static final class Taken implements Compressor.Sink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ByteBuffer buffer;

        Taken(int room) {
            buffer = ByteBuffer.allocateDirect(room);
        }

        @Override
        public ByteBuffer room() {
            if (buffer.remaining() < LEAST_ROOM) {
                take();
            }
            return buffer;
        }

        private void take() {
            byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece);
            buffer.clear();
            bytes.writeBytes(piece);
        }

        byte[] bytes() {
            take();
            return bytes.toByteArray();
        }
    }

    static InputStream decoder(Coding coding, byte[] compressed) throws IOException {
        InputStream in = new ByteArrayInputStream(compressed);
        return switch (coding) {
            case GZIP -> new GZIPInputStream(in);
            case BROTLI -> new BrotliInputStream(in);
            case ZSTD -> new ZstdInputStream(in);
        };
    }

    private static byte[] decoded(Coding coding, byte[] compressed) throws IOException {
        try (InputStream in = decoder(coding, compressed)) {
            return in.readAllBytes();
        }
    }

    /// What the beginning of a stream decodes to, without asking for more than is there.
    private static byte[] readSoFar(Coding coding, byte[] compressed, int count) throws IOException {
        if (coding != Coding.BROTLI) {
            try (InputStream in = decoder(coding, compressed)) {
                return in.readNBytes(count);
            }
        }
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(compressed.length);
        decoder.getInputBuffer().put(compressed);
        decoder.push(compressed.length);
        while (decoder.hasOutput()) {
            ByteBuffer pulled = decoder.pull();
            byte[] piece = new byte[pulled.remaining()];
            pulled.get(piece);
            read.writeBytes(piece);
        }
        decoder.destroy();
        return read.toByteArray();
    }

    private final ByteBuffer direct = ByteBuffer.allocateDirect(1 << 19);

    private ByteBuffer direct(byte[] bytes, int from, int to) {
        return direct.clear().put(bytes, from, to - from).flip();
    }

    /// From text that repeats itself to noise.
    private static byte[] content(Random random, int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        int letters = 1 << random.nextInt(9);
        for (int i = 0; i < length; i++) {
            content[i] = (byte) ((content[i] & 0xff) % letters);
        }
        return content;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenInAnyPiecesDecodesToTheSame(Coding coding) throws IOException {
        Compressor.load(coding);
        Random random = new Random(7_932);
        for (int round = 0; round < 40; round++) {
            byte[] content = content(random, random.nextInt(1 << random.nextInt(19)));
            boolean known = random.nextBoolean();
            Taken out = new Taken(32 + random.nextInt(1 << (1 + random.nextInt(16))));
            try (Compressor compressor = Compressor.open(coding, random.nextBoolean(), known ? content.length : -1)) {
                int at = 0;
                while (at < content.length) {
                    int to = Math.min(content.length, at + 1 + random.nextInt(1 << random.nextInt(18)));
                    compressor.write(direct(content, at, to), out);
                    at = to;
                    if (random.nextInt(4) == 0) {
                        compressor.flush(out);
                    }
                }
                compressor.finish(out);
            }
            assertThat(Arrays.equals(decoded(coding, out.bytes()), content))
                    .as("round " + round)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasFlushedCanBeReadBeforeTheEnd(Coding coding) throws IOException {
        Compressor.load(coding);
        Random random = new Random(8_878);
        byte[] content = content(random, 50_000);
        Taken out = new Taken(1_000);
        try (Compressor compressor = Compressor.open(coding, true, -1)) {
            for (int at = 0; at < content.length; at += 10_000) {
                compressor.write(direct(content, at, at + 10_000), out);
                compressor.flush(out);
                byte[] read = readSoFar(coding, out.bytes(), at + 10_000);
                assertThat(Arrays.equals(read, 0, read.length, content, 0, at + 10_000))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameGivesTheSame(Coding coding) throws IOException {
        Compressor.load(coding);
        byte[] content = content(new Random(1), 100_000);
        assertThat(compressed(coding, content)).isEqualTo(compressed(coding, content));
    }

    @ParameterizedTest
    @EnumSource
    void textGetsMuchSmaller(Coding coding) throws IOException {
        Compressor.load(coding);
        byte[] text = "the same sentence, again and again. ".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        assertThat(compressed(coding, text).length).isLessThan(text.length / 50);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsCompressedToo(Coding coding) throws IOException {
        Compressor.load(coding);
        byte[] none = compressed(coding, new byte[0]);
        assertThat(none).isNotEmpty();
        assertThat(decoded(coding, none)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void abandonedHalfWayItGivesItsMemoryBack(Coding coding) throws IOException {
        Compressor.load(coding);
        for (int i = 0; i < 200; i++) {
            Compressor compressor = Compressor.open(coding, true, -1);
            compressor.write(direct(new byte[1_000], 0, 1_000), new Taken(100));
            compressor.close();
            compressor.close();
        }
    }

    private byte[] compressed(Coding coding, byte[] content) throws IOException {
        Taken out = new Taken(4_096);
        try (Compressor compressor = Compressor.open(coding, true, content.length)) {
            compressor.write(direct(content, 0, content.length), out);
            compressor.finish(out);
        }
        return out.bytes();
    }
}
