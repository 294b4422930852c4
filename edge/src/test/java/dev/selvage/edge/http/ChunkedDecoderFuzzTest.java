package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// Any bytes as a chunked body.
class ChunkedDecoderFuzzTest {
    /// @param end how the decoder stood when the bytes were used up
    /// @param rest bytes behind the end of the coding
    private record Decoded(ChunkedDecoder.Step end, String reason, String body, String trailers, int rest) {}

    @FuzzTest(maxDuration = "3m")
    void anyBody(byte[] input) {
        Decoded whole = decode(input);
        Optional<ReferenceChunks> reference = ReferenceChunks.read(input);
        if (whole.end() == ChunkedDecoder.Step.END) {
            assertThat(reference).as("a coding that RFC 9112 does not know").isPresent();
        }
        if (reference.isPresent() && reference.get().withinBounds()) {
            assertThat(whole.end()).as(whole.reason()).isEqualTo(ChunkedDecoder.Step.END);
            assertThat(whole.body())
                    .isEqualTo(ReferenceChunks.hex(reference.get().body()));
            assertThat(input.length - whole.rest()).isEqualTo(reference.get().length());
        }
        for (int cut : Cuts.of(input)) {
            assertThat(decode(input, cut)).as("in two pieces, cut at %s", cut).isEqualTo(whole);
        }
        assertThat(decode(input, Cuts.of(input))).as("in many pieces").isEqualTo(whole);
    }

    private static Decoded decode(byte[] input, int... cuts) {
        ChunkedDecoder decoder = new ChunkedDecoder();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuf in = Unpooled.buffer(input.length + 1);
        int from = 0;
        ChunkedDecoder.Step step = ChunkedDecoder.Step.NEED_MORE;
        for (int piece = 0; piece <= cuts.length && step != ChunkedDecoder.Step.BROKEN; piece++) {
            int to = piece < cuts.length ? cuts[piece] : input.length;
            in.writeBytes(input, from, to - from);
            from = to;
            step = drain(decoder, in, body);
        }
        int rest = input.length - from + in.readableBytes();
        boolean end = step == ChunkedDecoder.Step.END;
        if (end) {
            assertThat(decoder.overhead()).isEqualTo(input.length - rest - body.size());
        }
        return new Decoded(
                step,
                step == ChunkedDecoder.Step.BROKEN ? decoder.reason() : "",
                ReferenceChunks.hex(body.toByteArray()),
                end ? decoder.trailers().toString() : "",
                end ? rest : 0);
    }

    private static ChunkedDecoder.Step drain(ChunkedDecoder decoder, ByteBuf in, ByteArrayOutputStream body) {
        while (true) {
            ChunkedDecoder.Step step = decoder.step(in);
            if (step != ChunkedDecoder.Step.DATA) {
                return step;
            }
            int count = (int) Math.min(decoder.dataLength(), in.readableBytes());
            assertThat(count).isPositive();
            byte[] piece = new byte[count];
            in.readBytes(piece);
            body.writeBytes(piece);
            decoder.took(count);
        }
    }
}
