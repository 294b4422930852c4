package dev.selvage.model.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventRowsTest {
    private static final int TEXTS = EventRows.Text.values().length;

    /// What becomes of bytes as they came, which is the same from a text of them.
    private static String wire(byte[] bytes, int most) {
        EventRows.Writer writer = new EventRows.Writer();
        writer.begin();
        writer.wire(bytes, 0, bytes.length, most);
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        writer.wire(latin, 0, latin.length(), most);
        for (int i = 2; i < TEXTS; i++) {
            writer.text("");
        }
        writer.end();
        EventRows.Cursor cursor = writer.take().cursor();
        assertThat(cursor.next()).isTrue();
        String text = cursor.text(EventRows.Text.ZONE);
        assertThat(cursor.text(EventRows.Text.COLO)).isEqualTo(text);
        assertThat(cursor.length(EventRows.Text.ZONE)).isLessThanOrEqualTo(most);
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSize(cursor.length(EventRows.Text.ZONE));
        return text;
    }

    @Test
    void whateverBytesComeTheTextIsUtf8() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) (random.nextInt(3) == 0 ? random.nextInt(128) : 128 + random.nextInt(128));
            }
            wire(bytes, random.nextInt(60));
        }
    }

    @Test
    void textThatIsUtf8IsKept() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder built = new StringBuilder();
            for (int k = random.nextInt(20); k > 0; k--) {
                int point = random.nextInt(random.nextBoolean() ? 0x900 : 0x110000);
                built.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
            }
            String text = built.toString();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(wire(bytes, 200)).isEqualTo(text);
            assertThat(text).startsWith(wire(bytes, 11));
        }
    }

    @Test
    void overlongFormsAndSurrogatesAreNone() {
        assertThat(wire(new byte[] {(byte) 0xC0, (byte) 0xAF}, 99)).isEqualTo("\ufffd".repeat(2));
        assertThat(wire(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, 99)).isEqualTo("\ufffd".repeat(3));
        assertThat(wire(new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, 99))
                .isEqualTo("\ufffd".repeat(4));
        assertThat(wire(new byte[] {(byte) 0xF0, (byte) 0x9F, (byte) 0x98}, 99)).isEqualTo("\ufffd".repeat(3));
    }

    @Test
    void aRowThatWasNotEndedIsNone() {
        EventRows.Writer writer = new EventRows.Writer();
        writer.begin();
        writer.text("left");
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
        writer.begin();
        for (int i = 0; i < TEXTS; i++) {
            writer.text("text");
        }
        writer.end();
        EventRows rows = writer.take();
        assertThat(EventRows.of(rows.bytes(), rows.length()).count()).isEqualTo(1);
        assertThat(writer.take()).isSameAs(EventRows.NONE);
    }

    @Test
    void noRowIsLargerThanTheLargest() {
        EventRows.Writer writer = new EventRows.Writer();
        writer.begin();
        for (int i = 0; i < TEXTS; i++) {
            writer.text("\u20ac".repeat(70_000));
        }
        writer.end();
        assertThat(writer.length()).isLessThanOrEqualTo(EventRows.MAX_ROW);
    }
}
