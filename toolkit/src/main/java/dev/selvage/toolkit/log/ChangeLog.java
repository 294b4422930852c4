package dev.selvage.toolkit.log;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A durable, replayable log of two kinds of records: *state*, of which only the latest per key counts,
/// and *commands*, which are kept by time.
///
/// One process appends; any number of readers follow. Thread-safe.
public interface ChangeLog extends AutoCloseable {
    /// A record. Nobody changes the bytes of its value: several readers may have got the same.
    ///
    /// @param stream names the kind of thing, such as `zones`
    /// @param key identifies the thing within its stream
    /// @param value null says that the thing is gone (state only)
    record Entry(String stream, String key, byte @Nullable [] value) {
        @Override
        public String toString() {
            return stream + "/" + key;
        }
    }

    /// An opaque place in the log, per partition; ordered only by the log itself.
    record Position(String token) {
        /// Before everything.
        public static final Position START = new Position("");
    }

    /// What a reader got.
    ///
    /// @param next where to read on, after these entries
    record Batch(List<Entry> entries, Position next) {
        public Batch {
            entries = List.copyOf(entries);
        }
    }

    /// Appends state; durable when it returns.
    void appendState(List<Entry> entries);

    /// Appends commands; durable when it returns.
    void appendCommands(List<Entry> entries);

    /// The latest state of every key of every stream, and the position after it, such that [#read] from
    /// there misses nothing. Commands still kept are not part of it: read them with [#commands].
    Batch snapshot();

    /// The commands of a stream that are still kept, oldest first, and the position after them.
    default Batch commands(String stream) {
        return commands(stream, Integer.MAX_VALUE);
    }

    /// Of the commands that are still kept the newest `most`, and those older ones that are the last of their
    /// key.
    Batch commands(String stream, int most);

    /// For how long commands are kept at least. A reader who was away longer may have missed some.
    Duration commandsKept();

    /// State and commands after `after`, in the order of each key, at most `limit`; waits up to `patience`
    /// for the first. Empty when none came.
    ///
    /// Fewer than `limit` are all that had been appended when it was called. Of a key's state that changed
    /// several times a reader may get each or only the latest.
    ///
    /// @throws InterruptedException when the reader is being stopped
    Batch read(Position after, int limit, Duration patience) throws InterruptedException;

    @Override
    void close();
}
