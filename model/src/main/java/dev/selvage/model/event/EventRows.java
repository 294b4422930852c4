package dev.selvage.model.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Rows in the form in which they travel and are stored until they are queryable: one after the other,
/// little-endian, a row's numbers at fixed places and then its texts.
///
/// ```
/// i32 length of what follows
/// i64 ray · i64 startedAt · f64 rate · f64 meanBytes
/// i64 edgeRequestBytes · i64 edgeResponseBytes · i64 originResponseBytes
/// i32 timeToFirstByte · i32 originDuration · i32 originRequests
/// i16 status · i16 originStatus · i8 visit
/// for each of Text: u16 length in bytes · UTF-8
/// ```
public final class EventRows {
    /// The version of this form.
    public static final int FORMAT = 1;

    /// The texts of a row, in their order.
    public enum Text {
        ZONE,
        COLO,
        CLIENT_IP,
        COUNTRY,
        METHOD,
        SCHEME,
        HOST,
        PATH,
        QUERY,
        PROTOCOL,
        TLS_VERSION,
        REFERER,
        USER_AGENT,
        BROWSER,
        DEVICE_TYPE,
        CACHE_STATUS,
        MISS_REASON,
        CONTENT_TYPE,
        ORIGIN_IP,
        RULE,
        RULE_ACTION
    }

    /// Where a row's numbers are, counted from its first byte.
    public static final int RAY = 4;
    public static final int STARTED_AT = 12;
    public static final int RATE = 20;
    public static final int MEAN_BYTES = 28;
    public static final int REQUEST_BYTES = 36;
    public static final int RESPONSE_BYTES = 44;
    public static final int ORIGIN_RESPONSE_BYTES = 52;
    public static final int FIRST_BYTE = 60;
    public static final int ORIGIN_DURATION = 64;
    public static final int ORIGIN_REQUESTS = 68;
    public static final int STATUS = 72;
    public static final int ORIGIN_STATUS = 74;
    public static final int VISIT = 76;
    public static final int TEXTS = 77;

    /// The longest text in bytes; a longer one is cut at a character.
    public static final int MAX_TEXT = 8_192;

    private static final Text[] ALL_TEXTS = Text.values();

    /// No rows.
    public static final EventRows NONE = new EventRows(new byte[0], 0, 0);

    private final byte[] bytes;
    private final int length;
    private final int count;

    private EventRows(byte[] bytes, int length, int count) {
        this.bytes = bytes;
        this.length = length;
        this.count = count;
    }

    /// Rows that were encoded before; the array is not copied and must not be written any more.
    ///
    /// @throws IllegalArgumentException when the bytes are no rows
    public static EventRows of(byte[] bytes, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        for (int at = 0; at < length; count++) {
            at = next(buffer, at, length);
        }
        return new EventRows(bytes, length, count);
    }

    /// Encodes rows.
    public static EventRows of(List<RequestEvent> events) {
        Writer writer = new Writer();
        events.forEach(writer::add);
        return writer.take();
    }

    /// The end of the row at `at`, whose texts have been checked to lie within it.
    private static int next(ByteBuffer buffer, int at, int length) {
        if (length - at < TEXTS) {
            throw new IllegalArgumentException("a row is cut off at byte " + at);
        }
        int end = at + 4 + buffer.getInt(at);
        if (end < at + TEXTS || end > length) {
            throw new IllegalArgumentException("a row at byte " + at + " has the impossible end " + end);
        }
        int text = at + TEXTS;
        for (int i = 0; i < ALL_TEXTS.length; i++) {
            if (text + 2 > end) {
                throw new IllegalArgumentException("a row at byte " + at + " lacks " + ALL_TEXTS[i]);
            }
            text += 2 + Short.toUnsignedInt(buffer.getShort(text));
        }
        if (text != end) {
            throw new IllegalArgumentException("the texts of the row at byte " + at + " do not fill it");
        }
        return end;
    }

    public int count() {
        return count;
    }

    /// How many bytes of [#bytes] are rows.
    public int length() {
        return length;
    }

    /// The encoded rows, not to be written.
    public byte[] bytes() {
        return bytes;
    }

    /// Decodes them all.
    public List<RequestEvent> events() {
        RequestEvent[] events = new RequestEvent[count];
        Cursor cursor = cursor();
        for (int i = 0; cursor.next(); i++) {
            events[i] = cursor.event();
        }
        return List.of(events);
    }

    public Cursor cursor() {
        return new Cursor(bytes, length);
    }

    /// Walks over rows without making objects of them.
    public static final class Cursor {
        private final byte[] bytes;
        private final ByteBuffer buffer;
        private final int length;
        private final int[] texts = new int[ALL_TEXTS.length];
        private int row;
        private int end;

        private Cursor(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        /// Goes to the next row; false after the last.
        public boolean next() {
            row = end;
            if (row >= length) {
                return false;
            }
            end = row + 4 + buffer.getInt(row);
            int at = row + TEXTS;
            for (int i = 0; i < texts.length; i++) {
                texts[i] = at;
                at += 2 + Short.toUnsignedInt(buffer.getShort(at));
            }
            return true;
        }

        /// A number by its place, such as [EventRows#RAY].
        public long i64(int place) {
            return buffer.getLong(row + place);
        }

        public double f64(int place) {
            return buffer.getDouble(row + place);
        }

        public int i32(int place) {
            return buffer.getInt(row + place);
        }

        public int u16(int place) {
            return Short.toUnsignedInt(buffer.getShort(row + place));
        }

        public boolean visit() {
            return buffer.get(row + VISIT) != 0;
        }

        /// Where a text begins in [#bytes].
        public int offset(Text text) {
            return texts[text.ordinal()] + 2;
        }

        /// How many bytes a text has.
        public int length(Text text) {
            return Short.toUnsignedInt(buffer.getShort(texts[text.ordinal()]));
        }

        public byte[] bytes() {
            return bytes;
        }

        public String text(Text text) {
            return new String(bytes, offset(text), length(text), StandardCharsets.UTF_8);
        }

        /// The row as an object.
        public RequestEvent event() {
            return new RequestEvent(
                    i64(RAY),
                    text(Text.ZONE),
                    i64(STARTED_AT),
                    f64(RATE),
                    f64(MEAN_BYTES),
                    text(Text.COLO),
                    text(Text.CLIENT_IP),
                    text(Text.COUNTRY),
                    text(Text.METHOD),
                    text(Text.SCHEME),
                    text(Text.HOST),
                    text(Text.PATH),
                    text(Text.QUERY),
                    text(Text.PROTOCOL),
                    text(Text.TLS_VERSION),
                    text(Text.REFERER),
                    text(Text.USER_AGENT),
                    text(Text.BROWSER),
                    text(Text.DEVICE_TYPE),
                    CacheStatus.of(text(Text.CACHE_STATUS)),
                    MissReason.of(text(Text.MISS_REASON)),
                    u16(STATUS),
                    text(Text.CONTENT_TYPE),
                    u16(ORIGIN_STATUS),
                    text(Text.ORIGIN_IP),
                    i64(REQUEST_BYTES),
                    i64(RESPONSE_BYTES),
                    i32(ORIGIN_REQUESTS),
                    i64(ORIGIN_RESPONSE_BYTES),
                    i32(FIRST_BYTE),
                    i32(ORIGIN_DURATION),
                    visit(),
                    text(Text.RULE),
                    RuleAction.of(text(Text.RULE_ACTION)));
        }
    }

    /// Encodes rows into a buffer that grows.
    public static final class Writer {
        private byte[] bytes = new byte[4_096];
        private ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        private int length;
        private int count;

        /// Bytes written since the last [#take].
        public int length() {
            return length;
        }

        public int count() {
            return count;
        }

        public void add(RequestEvent event) {
            int row = length;
            room(TEXTS);
            buffer.putLong(row + RAY, event.rayId());
            buffer.putLong(row + STARTED_AT, event.startedAt());
            buffer.putDouble(row + RATE, event.rate());
            buffer.putDouble(row + MEAN_BYTES, event.meanBytes());
            buffer.putLong(row + REQUEST_BYTES, event.edgeRequestBytes());
            buffer.putLong(row + RESPONSE_BYTES, event.edgeResponseBytes());
            buffer.putLong(row + ORIGIN_RESPONSE_BYTES, event.originResponseBytes());
            buffer.putInt(row + FIRST_BYTE, event.timeToFirstByte());
            buffer.putInt(row + ORIGIN_DURATION, event.originDuration());
            buffer.putInt(row + ORIGIN_REQUESTS, event.originRequests());
            buffer.putShort(row + STATUS, (short) event.status());
            buffer.putShort(row + ORIGIN_STATUS, (short) event.originStatus());
            buffer.put(row + VISIT, (byte) (event.visit() ? 1 : 0));
            length += TEXTS;
            text(event.zone());
            text(event.colo());
            text(event.clientIp());
            text(event.country());
            text(event.method());
            text(event.scheme());
            text(event.host());
            text(event.path());
            text(event.query());
            text(event.protocol());
            text(event.tlsVersion());
            text(event.referer());
            text(event.userAgent());
            text(event.browser());
            text(event.deviceType());
            text(event.cacheStatus().wire());
            text(event.missReason().wire());
            text(event.contentType());
            text(event.originIp());
            text(event.rule());
            text(event.ruleAction().wire());
            buffer.putInt(row, length - row - 4);
            count++;
        }

        private void text(String text) {
            room(2 + 3 * Math.min(text.length(), MAX_TEXT));
            int start = length + 2;
            int at = start;
            // A surrogate without its other half, which no encoding has, becomes a question mark.
            for (int i = 0; i < text.length() && at - start <= MAX_TEXT - 4; i++) {
                char c = text.charAt(i);
                if (c < 0x80) {
                    bytes[at++] = (byte) c;
                } else if (c < 0x800) {
                    bytes[at++] = (byte) (0xC0 | (c >> 6));
                    bytes[at++] = (byte) (0x80 | (c & 0x3F));
                } else if (!Character.isSurrogate(c)) {
                    bytes[at++] = (byte) (0xE0 | (c >> 12));
                    bytes[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                    bytes[at++] = (byte) (0x80 | (c & 0x3F));
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    int point = Character.toCodePoint(c, text.charAt(++i));
                    bytes[at++] = (byte) (0xF0 | (point >> 18));
                    bytes[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                    bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                    bytes[at++] = (byte) (0x80 | (point & 0x3F));
                } else {
                    bytes[at++] = '?';
                }
            }
            buffer.putShort(length, (short) (at - start));
            length = at;
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
                buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            }
        }

        /// The rows written so far; the next ones go into a buffer of their own.
        public EventRows take() {
            if (count == 0) {
                return NONE;
            }
            EventRows rows = new EventRows(bytes, length, count);
            bytes = new byte[Math.max(4_096, Integer.highestOneBit(length) * 2)];
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            length = 0;
            count = 0;
            return rows;
        }
    }
}
