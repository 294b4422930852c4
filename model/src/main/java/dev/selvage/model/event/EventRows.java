package dev.selvage.model.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    /// The largest row in bytes.
    public static final int MAX_ROW = TEXTS + ALL_TEXTS.length * (2 + MAX_TEXT);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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

    /// Says to what rate rows that wait are thinned.
    public interface Thinning {
        /// The highest rate that rows of a zone may keep; [Sampling#ALL] leaves them as they are.
        double most(String zone);

        /// A row of a zone remains, with so many bytes.
        void kept(String zone, int bytes);
    }

    /// Encodes rows into a buffer that grows to what is needed between two calls of [#take].
    ///
    /// A row is [#begin], its numbers, its texts in the order of [Text], [#end].
    public static final class Writer {
        private static final int LEAST = 4_096;
        private static final int REPLACEMENT = 0xFFFD;
        private static final long NOT_ASCII = 0x8080808080808080L;

        private byte[] bytes = new byte[LEAST];
        private ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        private int row;
        private int texts;
        private int length;

        /// Where the last row that was ended ends.
        private int whole;

        private int count;

        /// Bytes written since the last [#take].
        public int length() {
            return whole;
        }

        public int count() {
            return count;
        }

        public void add(RequestEvent event) {
            begin();
            i64(RAY, event.rayId());
            i64(STARTED_AT, event.startedAt());
            f64(RATE, event.rate());
            f64(MEAN_BYTES, event.meanBytes());
            i64(REQUEST_BYTES, event.edgeRequestBytes());
            i64(RESPONSE_BYTES, event.edgeResponseBytes());
            i64(ORIGIN_RESPONSE_BYTES, event.originResponseBytes());
            i32(FIRST_BYTE, event.timeToFirstByte());
            i32(ORIGIN_DURATION, event.originDuration());
            i32(ORIGIN_REQUESTS, event.originRequests());
            u16(STATUS, event.status());
            u16(ORIGIN_STATUS, event.originStatus());
            visit(event.visit());
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
            end();
        }

        /// Starts a row whose numbers are all zero, in place of one that was not ended.
        public void begin() {
            length = whole;
            row = length;
            texts = 0;
            room(TEXTS);
            Arrays.fill(bytes, row, row + TEXTS, (byte) 0);
            length += TEXTS;
        }

        /// Sets a number of the row by its place, such as [EventRows#RAY].
        public void i64(int place, long value) {
            buffer.putLong(row + place, value);
        }

        public void f64(int place, double value) {
            buffer.putDouble(row + place, value);
        }

        public void i32(int place, int value) {
            buffer.putInt(row + place, value);
        }

        public void u16(int place, int value) {
            buffer.putShort(row + place, (short) value);
        }

        public void visit(boolean visit) {
            buffer.put(row + VISIT, (byte) (visit ? 1 : 0));
        }

        /// Adds the next text, cut at [EventRows#MAX_TEXT] bytes.
        public void text(String text) {
            room(2 + 3 * Math.min(text.length(), MAX_TEXT));
            int start = length + 2;
            int limit = start + MAX_TEXT;
            int at = start;
            int i = 0;
            int ascii = Math.min(text.length(), MAX_TEXT);
            for (; i < ascii; i++) {
                char c = text.charAt(i);
                if (c >= 0x80) {
                    break;
                }
                bytes[at++] = (byte) c;
            }
            while (i < text.length()) {
                int point = text.codePointAt(i);
                // A surrogate without its other half has no encoding.
                int shown = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? '?' : point;
                if (at + size(shown) > limit) {
                    break;
                }
                at = put(shown, at);
                i += Character.charCount(point);
            }
            close(at);
        }

        /// Adds the next text from bytes as they came: what is no UTF-8 in them becomes U+FFFD.
        ///
        /// @param most bytes of the text, at most [EventRows#MAX_TEXT]; beyond it the text is cut at a
        /// character
        public void wire(byte[] from, int start, int count, int most) {
            int bound = Math.min(most, MAX_TEXT);
            room(2 + bound);
            int n = Math.min(count, bound);
            if (ascii(from, start, n)) {
                System.arraycopy(from, start, bytes, length + 2, n);
                close(length + 2 + n);
                return;
            }
            int end = start + count;
            int limit = length + 2 + bound;
            int at = length + 2;
            for (int i = start; i < end; ) {
                int point = point(from, i, end);
                int shown = point < 0 ? REPLACEMENT : point;
                if (at + size(shown) > limit) {
                    break;
                }
                at = put(shown, at);
                i += point < 0 ? 1 : size(point);
            }
            close(at);
        }

        /// The same from a text of which each character is a byte as it came (ISO-8859-1).
        public void wire(String from, int start, int end, int most) {
            int bound = Math.min(most, MAX_TEXT);
            room(2 + bound);
            int n = Math.min(end - start, bound);
            int at = length + 2;
            for (int i = 0; i < n; i++) {
                char c = from.charAt(start + i);
                if (c >= 0x80) {
                    byte[] octets = from.substring(start, end).getBytes(StandardCharsets.ISO_8859_1);
                    wire(octets, 0, octets.length, most);
                    return;
                }
                bytes[at + i] = (byte) c;
            }
            close(at + n);
        }

        private static boolean ascii(byte[] from, int start, int count) {
            int i = start;
            int end = start + count;
            for (; i + 8 <= end; i += 8) {
                if (((long) LONGS.get(from, i) & NOT_ASCII) != 0) {
                    return false;
                }
            }
            for (; i < end; i++) {
                if (from[i] < 0) {
                    return false;
                }
            }
            return true;
        }

        /// The character whose encoding starts at `i` (RFC 3629 section 4); negative when none does.
        private static int point(byte[] b, int i, int end) {
            int first = b[i];
            if (first >= 0) {
                return first;
            }
            if ((first & 0xE0) == 0xC0) {
                int point = ((first & 0x1F) << 6) | tail(b, i + 1, end);
                return point < 0x80 ? -1 : point;
            }
            if ((first & 0xF0) == 0xE0) {
                int point = ((first & 0xF) << 12) | (tail(b, i + 1, end) << 6) | tail(b, i + 2, end);
                return point < 0x800 || Character.isSurrogate((char) point) ? -1 : point;
            }
            if ((first & 0xF8) == 0xF0) {
                int point =
                        (first & 7) << 18 | tail(b, i + 1, end) << 12 | tail(b, i + 2, end) << 6 | tail(b, i + 3, end);
                return point < 0x10000 || point > Character.MAX_CODE_POINT ? -1 : point;
            }
            return -1;
        }

        /// Six bits of a byte that continues a character; negative however it is shifted when it is
        /// none.
        private static int tail(byte[] b, int i, int end) {
            return i < end && (b[i] & 0xC0) == 0x80 ? b[i] & 0x3F : Integer.MIN_VALUE >> 18;
        }

        private static int size(int point) {
            return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        }

        private int put(int point, int place) {
            int at = place;
            if (point < 0x80) {
                bytes[at++] = (byte) point;
            } else if (point < 0x800) {
                bytes[at++] = (byte) (0xC0 | (point >> 6));
                bytes[at++] = (byte) (0x80 | (point & 0x3F));
            } else if (point < 0x10000) {
                bytes[at++] = (byte) (0xE0 | (point >> 12));
                bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                bytes[at++] = (byte) (0xF0 | (point >> 18));
                bytes[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (point & 0x3F));
            }
            return at;
        }

        private void close(int end) {
            buffer.putShort(length, (short) (end - length - 2));
            length = end;
            texts++;
        }

        /// Ends the row.
        ///
        /// @throws IllegalStateException when it has other than one text of each kind
        public void end() {
            if (texts != ALL_TEXTS.length) {
                throw new IllegalStateException("a row of " + texts + " texts");
            }
            buffer.putInt(row, length - row - 4);
            whole = length;
            count++;
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
                buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            }
        }

        /// Thins the rows that wait: each whose rate is above the most of its zone remains only if it
        /// would have been kept at that, and then says so. The weights of those that remain rise by what
        /// the others stood for.
        public void thin(Thinning thinning) {
            Cursor cursor = new Cursor(bytes, whole);
            String zone = "";
            byte[] name = new byte[0];
            int to = 0;
            count = 0;
            while (cursor.next()) {
                int offset = cursor.offset(Text.ZONE);
                int size = cursor.length(Text.ZONE);
                if (!Arrays.equals(bytes, offset, offset + size, name, 0, name.length)) {
                    zone = cursor.text(Text.ZONE);
                    name = Arrays.copyOfRange(bytes, offset, offset + size);
                }
                double most = thinning.most(zone);
                if (cursor.f64(RATE) > most) {
                    double sized = Sampling.size(cursor.i64(RESPONSE_BYTES), cursor.f64(MEAN_BYTES));
                    if (!Sampling.kept(cursor.i64(RAY), most, sized)) {
                        continue;
                    }
                    buffer.putDouble(cursor.row + RATE, most);
                }
                int taken = cursor.end - cursor.row;
                System.arraycopy(bytes, cursor.row, bytes, to, taken);
                thinning.kept(zone, taken);
                to += taken;
                count++;
            }
            whole = to;
        }

        /// The rows written so far, in an array of their own.
        public EventRows take() {
            if (count == 0) {
                return NONE;
            }
            EventRows rows = new EventRows(Arrays.copyOf(bytes, whole), whole, count);
            whole = 0;
            count = 0;
            return rows;
        }
    }
}
