package dev.selvage.edge.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextBufferTest {
    private final TextBuffer buffer = new TextBuffer();

    private String text() {
        ByteBuf out = Unpooled.buffer();
        buffer.writeTo(out);
        assertThat(out.readableBytes()).isEqualTo(buffer.length());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 12_345, 999_999_999_999_999_999L, Long.MAX_VALUE, -1, -10, -12_345})
    void aNumberIsWrittenInDecimal(long number) {
        buffer.put("x").put(number).put('y');
        assertThat(text()).isEqualTo("x" + number + "y");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x0123456789abcdefL, -1, Long.MIN_VALUE})
    void anIdHasSixteenDigits(long id) {
        buffer.putHex(id);
        assertThat(text()).isEqualTo(String.format("%016x", id));
    }

    @Test
    void itGrowsAndStartsAnew() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            buffer.put("caf\u00e9 ").put(i).put(new byte[] {'\r', '\n'});
            expected.append("caf\u00e9 ").append(i).append("\r\n");
        }
        assertThat(text()).isEqualTo(expected.toString());
        buffer.clear().put("again");
        assertThat(text()).isEqualTo("again");
    }
}
