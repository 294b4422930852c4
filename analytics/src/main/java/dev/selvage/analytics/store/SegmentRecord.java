package dev.selvage.analytics.store;

import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.Totals;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What one commit adds: it is in the store whole or not at all.
///
/// @param received epoch milliseconds
/// @param batches whose content it is
/// @param rows as they came, without those that were stored before
record SegmentRecord(long received, List<BatchId> batches, Delta counters, List<EventRows> rows) {
    private static final int MAX_TEXT = 65_535;

    /// Names a batch for ever.
    record BatchId(String source, long sequence) {}

    int rowCount() {
        int count = 0;
        for (EventRows each : rows) {
            count += each.count();
        }
        return count;
    }

    long rowBytes() {
        long bytes = 0;
        for (EventRows each : rows) {
            bytes += each.length();
        }
        return bytes;
    }

    /// The record as bytes: a head with everything but rows, then the rows.
    List<ByteBuffer> encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            number(out, received);
            number(out, batches.size());
            for (BatchId batch : batches) {
                text(out, batch.source());
                number(out, batch.sequence());
            }
            number(out, counters.cells().size());
            for (Map.Entry<Delta.Place, Delta.Cell> each : counters.cells().entrySet()) {
                text(out, each.getKey().zone());
                number(out, each.getKey().bucket());
                cell(out, each.getValue());
            }
            number(out, rows.size());
            for (EventRows each : rows) {
                number(out, each.length());
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(ByteBuffer.wrap(bytes.toByteArray()));
        for (EventRows each : rows) {
            parts.add(ByteBuffer.wrap(each.bytes(), 0, each.length()));
        }
        return parts;
    }

    private static void cell(DataOutputStream out, Delta.Cell cell) throws IOException {
        number(out, cell.totals().size());
        for (Map.Entry<Delta.Key, Totals> counter : cell.totals().entrySet()) {
            Delta.Key key = counter.getKey();
            out.writeByte(key.kind().code());
            text(out, key.colo());
            text(out, key.cacheStatus());
            out.writeByte(key.statusClass());
            text(out, key.value());
            Totals totals = counter.getValue();
            number(out, totals.requests());
            number(out, totals.requestBytes());
            number(out, totals.responseBytes());
            number(out, totals.originRequests());
            number(out, totals.originResponseBytes());
            number(out, totals.pageViews());
            number(out, totals.visits());
        }
        byte[] sketch =
                cell.visitors().isEmpty() ? new byte[0] : cell.visitors().toBytes();
        number(out, sketch.length);
        out.write(sketch);
    }

    /// The record that [#encode] made bytes of.
    ///
    /// @throws IOException when the bytes are none
    static SegmentRecord decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(bytes))) {
            long received = number(in);
            List<BatchId> batches = new ArrayList<>();
            for (long left = number(in); left > 0; left--) {
                batches.add(new BatchId(text(in), number(in)));
            }
            Delta counters = new Delta();
            for (long left = number(in); left > 0; left--) {
                cell(in, counters.cell(new Delta.Place(text(in), number(in))));
            }
            int[] lengths = new int[Math.toIntExact(number(in))];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = Math.toIntExact(number(in));
            }
            List<EventRows> rows = new ArrayList<>();
            for (int length : lengths) {
                rows.add(EventRows.of(in.readNBytes(length), length));
            }
            return new SegmentRecord(received, batches, counters, rows);
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException malformed) {
            throw new IOException("a record of a segment is not readable", malformed);
        }
    }

    private static void cell(DataInputStream in, Delta.Cell cell) throws IOException {
        for (long left = number(in); left > 0; left--) {
            CounterKind kind = CounterKind.of(in.readByte());
            Delta.Key key = new Delta.Key(kind, text(in), text(in), in.readUnsignedByte(), text(in));
            Totals totals =
                    new Totals(number(in), number(in), number(in), number(in), number(in), number(in), number(in));
            cell.totals().merge(key, totals, Totals::plus);
        }
        cell.visitors().add(in.readNBytes(Math.toIntExact(number(in))));
    }

    /// Seven bits to a byte, the lowest first; a negative number, which none should be, takes ten.
    private static void number(DataOutputStream out, long value) throws IOException {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.writeByte((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static long number(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IOException("a number of a segment has no end");
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT);
        out.writeShort(length);
        out.write(bytes, 0, length);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("a text of a segment is cut off");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
