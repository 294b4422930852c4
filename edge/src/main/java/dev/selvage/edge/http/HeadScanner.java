package dev.selvage.edge.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds and validates the header fields of a head, as ranges of one byte array.
///
/// Strict where RFC 9112 lets a recipient choose: CRLF only, no obs-fold, no blank before the colon, no
/// control characters. Reused for every message of its owner; not thread-safe.
public abstract sealed class HeadScanner permits RequestParser, ResponseParser {
    /// What scanning came to.
    public enum Result {
        /// The head is whole; its ranges may be read until the next scan.
        COMPLETE,
        /// More bytes are needed.
        INCOMPLETE,
        /// The head is refused, see `status` and `reason`.
        REFUSED
    }

    private static final int CR = '\r';
    private static final int LF = '\n';

    private final int maxHead;
    private final int maxFields;
    final byte[] bytes;
    int length;
    private int at;

    private int count;
    private final int[] nameStart;
    private final int[] nameLength;
    private final int[] valueStart;
    private final int[] valueLength;
    private final Field[] field;
    private final int[] first = new int[Field.COUNT];
    private final int[] occurrences = new int[Field.COUNT];

    private int status;
    private String reason = "";

    HeadScanner(int maxHead, int maxFields) {
        this.maxHead = maxHead;
        this.maxFields = maxFields;
        this.bytes = new byte[maxHead];
        this.nameStart = new int[maxFields];
        this.nameLength = new int[maxFields];
        this.valueStart = new int[maxFields];
        this.valueLength = new int[maxFields];
        this.field = new Field[maxFields];
    }

    /// Scans the head at the front of `in`; consumes it when it is complete, else leaves `in` untouched.
    public final Result scan(ByteBuf in) {
        length = Math.min(in.readableBytes(), maxHead);
        in.getBytes(in.readerIndex(), bytes, 0, length);
        at = 0;
        count = 0;
        Arrays.fill(first, -1);
        Arrays.fill(occurrences, 0);
        Result result = scanStart();
        if (result == Result.COMPLETE) {
            result = scanFields();
        }
        return switch (result) {
            case COMPLETE -> {
                Result checked = check();
                if (checked == Result.COMPLETE) {
                    in.skipBytes(at);
                }
                yield checked;
            }
            case INCOMPLETE ->
                length == maxHead ? refuse(431, "the head is larger than " + maxHead + " bytes") : result;
            case REFUSED -> result;
        };
    }

    /// Scans the start line and sets the place after it.
    abstract Result scanStart();

    /// Checks what the fields say together.
    abstract Result check();

    private Result scanFields() {
        byte[] b = bytes;
        int n = length;
        int p = at;
        while (true) {
            if (p >= n) {
                return Result.INCOMPLETE;
            }
            if (b[p] == CR) {
                if (p + 1 >= n) {
                    return Result.INCOMPLETE;
                }
                if (b[p + 1] != LF) {
                    return refuse(400, "a carriage return stands alone");
                }
                at = p + 2;
                return Result.COMPLETE;
            }
            if (b[p] == ' ' || b[p] == '\t') {
                return refuse(400, "a field is folded over two lines, or a blank stands before the first one");
            }
            int name = p;
            while (p < n && Syntax.token(b[p])) {
                p++;
            }
            if (p >= n) {
                return Result.INCOMPLETE;
            }
            if (b[p] != ':' || p == name) {
                return refuse(400, "a field name is not a token followed by a colon");
            }
            int nameEnd = p++;
            while (p < n && (b[p] == ' ' || b[p] == '\t')) {
                p++;
            }
            int value = p;
            while (p < n && Syntax.value(b[p])) {
                p++;
            }
            if (p + 1 >= n && (p >= n || b[p] == CR)) {
                return Result.INCOMPLETE;
            }
            if (b[p] != CR || b[p + 1] != LF) {
                return refuse(400, "a field value has a control character or a line that does not end in CRLF");
            }
            int valueEnd = p;
            while (valueEnd > value && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            p += 2;
            if (count == maxFields) {
                return refuse(431, "more than " + maxFields + " header fields");
            }
            Field known = Field.of(b, name, nameEnd - name);
            nameStart[count] = name;
            nameLength[count] = nameEnd - name;
            valueStart[count] = value;
            valueLength[count] = valueEnd - value;
            field[count] = known;
            if (occurrences[known.ordinal()]++ == 0) {
                first[known.ordinal()] = count;
            }
            count++;
        }
    }

    final void placeAfterStart(int place) {
        at = place;
    }

    /// How many bytes the head has.
    public final int headLength() {
        return at;
    }

    final Result refuse(int status, String reason) {
        this.status = status;
        this.reason = reason;
        return Result.REFUSED;
    }

    /// The status that answers a refused head.
    public final int status() {
        return status;
    }

    /// Why the head was refused.
    public final String reason() {
        return reason;
    }

    /// The array that the ranges point into; valid until the next scan.
    public final byte[] bytes() {
        return bytes;
    }

    /// The first occurrence of a field, -1 when absent.
    public final int index(Field wanted) {
        return first[wanted.ordinal()];
    }

    /// The occurrence of a field after the one at `index`, -1 when that was the last.
    public final int next(Field wanted, int index) {
        for (int i = index + 1; i < count; i++) {
            if (field[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    public final boolean has(Field wanted) {
        return first[wanted.ordinal()] >= 0;
    }

    final int occurrences(Field wanted) {
        return occurrences[wanted.ordinal()];
    }

    /// How many fields there are.
    public final int count() {
        return count;
    }

    /// Where the name of the field at `index` starts, as it was sent.
    public final int nameStart(int index) {
        return nameStart[index];
    }

    public final int nameLength(int index) {
        return nameLength[index];
    }

    /// Where the value of the field at `index` starts.
    public final int valueStart(int index) {
        return valueStart[index];
    }

    public final int valueLength(int index) {
        return valueLength[index];
    }

    /// The value of the first occurrence, null when absent.
    public final @Nullable String value(Field wanted) {
        int index = first[wanted.ordinal()];
        return index < 0 ? null : text(valueStart[index], valueLength[index]);
    }

    /// The values of every field of that name (lower case) joined by `, `, null when absent.
    public final @Nullable String joined(String lowerCaseName) {
        String found = null;
        for (int i = 0; i < count; i++) {
            if (nameLength[i] == lowerCaseName.length() && same(nameStart[i], lowerCaseName)) {
                String value = text(valueStart[i], valueLength[i]);
                found = found == null ? value : found + ", " + value;
            }
        }
        return found;
    }

    /// True when `wanted` is there once and its value is `token`, in any case.
    public final boolean says(Field wanted, String token) {
        int index = first[wanted.ordinal()];
        return occurrences(wanted) == 1 && valueLength[index] == token.length() && same(valueStart[index], token);
    }

    /// True when one of the comma-separated members of any occurrence of `wanted` is `token`, in any case.
    public final boolean lists(Field wanted, String token) {
        for (int i = first[wanted.ordinal()]; i >= 0 && i < count; i++) {
            if (field[i] == wanted && listed(valueStart[i], valueStart[i] + valueLength[i], token)) {
                return true;
            }
        }
        return false;
    }

    private boolean listed(int from, int to, String token) {
        int p = from;
        while (p < to) {
            while (p < to && (bytes[p] == ' ' || bytes[p] == '\t' || bytes[p] == ',')) {
                p++;
            }
            int start = p;
            while (p < to && bytes[p] != ',') {
                p++;
            }
            int end = p;
            while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
                end--;
            }
            if (end - start == token.length() && same(start, token)) {
                return true;
            }
        }
        return false;
    }

    private boolean same(int start, String token) {
        for (int i = 0; i < token.length(); i++) {
            byte b = bytes[start + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != token.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// A copy of all fields that outlives this scan.
    public final Headers headers() {
        List<String> flat = new ArrayList<>(count * 2);
        for (int i = 0; i < count; i++) {
            flat.add(text(nameStart[i], nameLength[i]).toLowerCase(Locale.ROOT));
            flat.add(text(valueStart[i], valueLength[i]));
        }
        return new Headers(flat);
    }

    final String text(int start, int length) {
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }
}
