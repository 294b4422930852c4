package dev.selvage.toolkit.log;

import dev.selvage.toolkit.log.ChangeLog.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// The newest entries of a log in memory, without a gap between them. Thread-safe.
final class Tail {
    private final int mostEntries;
    private final long mostBytes;
    private final Lock lock = new ReentrantLock();

    /// The entry at position `p` lies at `p % mostEntries`.
    private final Entry[] ring;

    /// Everything after it, up to `end`, is here.
    private long floor;

    private long end;
    private long bytes;

    /// Entries, and the position of the last of them.
    record Piece(List<Entry> entries, long last) {}

    /// @param from the last position before what will be added
    Tail(int mostEntries, long mostBytes, long from) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
        this.ring = new Entry[mostEntries];
        this.floor = from;
        this.end = from;
    }

    /// Adds what was appended from position `first` on, in place of the oldest.
    ///
    /// Of appends that happen at the same time the later may come here first. What is older is forgotten
    /// then, so that no reader sees a gap; and the earlier, when it comes, is too old.
    void add(long first, List<Entry> entries) {
        lock.lock();
        try {
            if (first <= end) {
                return;
            }
            if (first > end + 1) {
                forgetUpTo(end);
                floor = first - 1;
                end = floor;
            }
            for (Entry entry : entries) {
                if (end - floor == mostEntries) {
                    forgetUpTo(floor + 1);
                }
                end++;
                ring[place(end)] = entry;
                bytes += size(entry);
                while (bytes > mostBytes) {
                    forgetUpTo(floor + 1);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// At most `limit` entries after a position; empty when older ones than are here belong to them.
    Optional<Piece> after(long position, int limit) {
        lock.lock();
        try {
            if (position < floor || position > end) {
                return Optional.empty();
            }
            int count = (int) Math.min(limit, end - position);
            List<Entry> entries = new ArrayList<>(count);
            for (int i = 1; i <= count; i++) {
                entries.add(ring[place(position + i)]);
            }
            return Optional.of(new Piece(entries, position + count));
        } finally {
            lock.unlock();
        }
    }

    private void forgetUpTo(long position) {
        while (floor < position) {
            floor++;
            bytes -= size(ring[place(floor)]);
            ring[place(floor)] = NONE;
        }
    }

    private int place(long position) {
        return (int) (position % mostEntries);
    }

    /// What a place holds that nothing is in.
    private static final Entry NONE = new Entry("", "", null);

    /// Bytes of memory, about.
    private static long size(Entry entry) {
        byte[] value = entry.value();
        return 100L + 2L * (entry.stream().length() + entry.key().length()) + (value == null ? 0 : value.length);
    }
}
