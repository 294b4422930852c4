package dev.selvage.toolkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.log.ChangeLog.Entry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TailTest {
    private static List<Entry> entries(String... keys) {
        return Stream.of(keys).map(key -> new Entry("s", key, new byte[10])).toList();
    }

    private static Optional<String> after(Tail tail, long position, int limit) {
        return tail.after(position, limit).map(piece -> piece.entries() + " to " + piece.last());
    }

    @Test
    void whatWasAddedIsThereInOrder() {
        Tail tail = new Tail(4, 1_000_000, 7);
        assertThat(after(tail, 7, 10)).contains("[] to 7");
        assertThat(after(tail, 6, 10)).as("older than what is here").isEmpty();
        assertThat(after(tail, 8, 10)).as("not here yet").isEmpty();
        tail.add(8, entries("a", "b"));
        tail.add(10, entries("c"));
        assertThat(after(tail, 7, 10)).contains("[s/a, s/b, s/c] to 10");
        assertThat(after(tail, 7, 2)).contains("[s/a, s/b] to 9");
        assertThat(after(tail, 9, 2)).contains("[s/c] to 10");
        assertThat(after(tail, 10, 2)).contains("[] to 10");
    }

    @Test
    void theOldestGiveWayToTheNewest() {
        Tail tail = new Tail(4, 1_000_000, 0);
        tail.add(1, entries("a", "b", "c", "d"));
        assertThat(after(tail, 0, 10)).contains("[s/a, s/b, s/c, s/d] to 4");
        tail.add(5, entries("e"));
        assertThat(after(tail, 0, 10)).isEmpty();
        assertThat(after(tail, 1, 10)).contains("[s/b, s/c, s/d, s/e] to 5");
        tail.add(6, entries("f", "g", "h", "i", "j", "k"));
        assertThat(after(tail, 6, 10)).isEmpty();
        assertThat(after(tail, 7, 10)).contains("[s/h, s/i, s/j, s/k] to 11");
    }

    @Test
    void theirBytesAreBounded() {
        Tail tail = new Tail(1_000, 1_000, 0);
        for (int i = 1; i <= 100; i++) {
            tail.add(i, entries("a"));
        }
        assertThat(after(tail, 90, 100)).isEmpty();
        assertThat(after(tail, 92, 100)).isPresent();
        tail.add(101, List.of(new Entry("s", "large", new byte[2_000])));
        assertThat(after(tail, 100, 100)).as("larger than all that is kept").isEmpty();
        assertThat(after(tail, 101, 100)).contains("[] to 101");
        tail.add(102, entries("b"));
        assertThat(after(tail, 101, 100)).contains("[s/b] to 102");
    }

    @Test
    void whatComesTooEarlyLeavesNoGap() {
        Tail tail = new Tail(10, 1_000_000, 0);
        tail.add(1, entries("a"));
        tail.add(4, entries("d", "e"));
        assertThat(after(tail, 0, 10)).as("b and c are not here").isEmpty();
        assertThat(after(tail, 1, 10)).isEmpty();
        assertThat(after(tail, 3, 10)).contains("[s/d, s/e] to 5");
        tail.add(2, entries("b", "c"));
        assertThat(after(tail, 1, 10)).as("they have come too late").isEmpty();
        assertThat(after(tail, 3, 10)).contains("[s/d, s/e] to 5");
        tail.add(6, entries("f"));
        assertThat(after(tail, 3, 10)).contains("[s/d, s/e, s/f] to 6");
    }
}
