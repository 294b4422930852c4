package dev.selvage.edge.refill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.config.OriginTarget;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefillQueueTest {
    private static final OriginTarget ORIGIN = new OriginTarget(List.of("192.0.2.1"), 80, false, false, null);

    /// Its clock stands until it is moved.
    private final EmbeddedChannel loop = new EmbeddedChannel();

    private final Refills refills = new Refills();
    private final List<String> granted = new ArrayList<>();
    private long millis;

    RefillQueueTest() {
        loop.freezeTime();
    }

    @AfterEach
    void close() {
        loop.finishAndReleaseAll();
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Turn enter(String host, int rate, String name) {
        return new Refill(refills, "z1", ORIGIN, host, rate)
                .enter(this::nanos, loop.eventLoop(), () -> granted.add(name));
    }

    private void pass(int time) {
        for (int i = 0; i < time; i++) {
            millis++;
            loop.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            loop.runScheduledPendingTasks();
            loop.runPendingTasks();
        }
    }

    @Test
    void noSecondHasMoreTurnsThanItsShareAndTwentieth() {
        int rate = 40;
        int now = 0;
        for (int i = 0; i < 200; i++) {
            now += enter("a.example", rate, "x") instanceof Turn.Now ? 1 : 0;
        }
        assertThat(now).isEqualTo(rate / 20);
        List<Integer> perSecond = new ArrayList<>();
        for (int second = 0; second < 4; second++) {
            int before = granted.size();
            pass(1_000);
            perSecond.add(granted.size() - before);
        }
        assertThat(perSecond).allMatch(turns -> turns >= rate - 1 && turns <= rate + rate / 20);
    }

    @Test
    void hostsTakeTurnsAndEachIsServedInOrder() {
        enter("a.example", 1, "first");
        IntStream.range(0, 4).forEach(i -> enter("a.example", 1, "a" + i));
        IntStream.range(0, 2).forEach(i -> enter("b.example", 1, "b" + i));

        pass(6_100);

        assertThat(granted).containsExactly("a0", "b0", "a1", "b1", "a2", "a3");
        assertThat(refills.waiting()).isZero();
        assertThat(refills.queued()).isEqualTo(6);
    }

    @Test
    void whoseTurnWouldComeTooLateIsRefusedAtOnce() {
        List<Turn> turns = IntStream.range(0, 100)
                .mapToObj(i -> enter("a.example", 2, "t" + i))
                .toList();

        int most = 2 * RefillQueue.LONGEST_WAIT_SECONDS;
        assertThat(turns).filteredOn(Turn.Later.class::isInstance).hasSize(most);
        assertThat(turns.getLast()).isEqualTo(new Turn.Refused(1 + RefillQueue.LONGEST_WAIT_SECONDS));
        assertThat(refills.refused()).isEqualTo(99 - most);
        pass(RefillQueue.LONGEST_WAIT_SECONDS * 1_000 + 10);
        assertThat(granted).as("nobody waits longer").hasSize(most);
    }

    @Test
    void whoLeavesIsNotInTheWay() {
        enter("a.example", 1, "first");
        Turn.Later leaver = (Turn.Later) enter("a.example", 1, "leaver");
        Turn.Later stayer = (Turn.Later) enter("a.example", 1, "stayer");

        assertThat(leaver.leave()).isTrue();
        assertThat(leaver.leave()).isFalse();
        pass(1_010);

        assertThat(granted).containsExactly("stayer");
        assertThat(stayer.leave()).as("its turn has come").isFalse();
        assertThat(refills.waiting()).isZero();
    }

    @Test
    void nobodyGetsPastThoseWhoWait() {
        enter("a.example", 1, "first");
        enter("a.example", 1, "second");
        millis += 5_000;
        assertThat(new Refill(refills, "z1", ORIGIN, "b.example", 1).takeNow(nanos()))
                .isFalse();
        assertThat(new Refill(refills, "z2", ORIGIN, "b.example", 1).takeNow(nanos()))
                .as("another zone's owner says for himself")
                .isTrue();
    }
}
