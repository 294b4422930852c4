package dev.selvage.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random interleavings of all that happens to a cache, each response held against [ModelOracle].
///
/// `-Dmodel.steps=200000` plays more of them, `-Dmodel.seed=N` begins elsewhere, `-Dmodel.shrink=false` shows the
/// first failure as it came.
class CacheModelTest {
    private static final int STEPS_AT_A_TIME = 80;
    private static final long ROOMY = 8 << 20;

    /// Room for some of the resources; what the cache lets go of then is its own choice, not the seed's.
    private static final long CRAMPED = 30_000;

    private static final int MOST_TRIES = 3_000;

    /// @param wrong what went wrong, null when nothing did
    /// @param seen how often the oracle saw what
    private record Played(@Nullable String wrong, Map<String, Integer> seen) {}

    /// How the edge is set up.
    private record House(long cacheBytes, boolean byTheLetter) {}

    private static Played play(List<Step> steps, House house) {
        ModelEdge edge = new ModelEdge(house.cacheBytes(), house.byTheLetter());
        return ScopedValue.where(WireChannel.ORIGIN, edge).call(() -> {
            String wrong;
            try {
                wrong = edge.play(steps);
            } catch (RuntimeException | AssertionError thrown) {
                wrong = "thrown: " + thrown + " at "
                        + List.of(thrown.getStackTrace()).subList(0, 3);
            }
            String atTheEnd = edge.stopped();
            return new Played(wrong == null ? atTheEnd : wrong, edge.oracle.seen);
        });
    }

    private static Step.Ask ask(int visitor, String method) {
        return new Step.Ask(visitor, method, "/a", 0, 0, "", Step.Condition.NONE, "", "", false);
    }

    private static Step.Answer answer(boolean notModified, int maxAge) {
        Step.Control control = new Step.Control(maxAge, -1, -1, -1, false, false, false, false, false, false, false);
        return new Step.Answer(
                0,
                new Step.Script(
                        200,
                        notModified,
                        control,
                        "",
                        true,
                        false,
                        false,
                        0,
                        true,
                        30,
                        30,
                        Step.Framing.LENGTH,
                        Step.About.NOTHING,
                        ""));
    }

    @Test
    void headDoesNotBringBackWhatAPurgeTookAway() {
        Played played = play(
                List.of(
                        ask(0, "GET"),
                        new Step.RunAll(),
                        answer(false, 1),
                        new Step.RunAll(),
                        new Step.Advance(2_000),
                        ask(1, "HEAD"),
                        new Step.RunAll(),
                        new Step.Purge("/a"),
                        answer(true, 60),
                        new Step.RunAll(),
                        ask(0, "GET"),
                        new Step.RunAll()),
                new House(ROOMY, true));
        assertThat(played.wrong()).isNull();
    }

    @Test
    void nothingForbiddenHappens() {
        long first = Long.getLong("model.seed", 1);
        long runs = Long.getLong("model.steps", 20_000) / STEPS_AT_A_TIME;
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = first; seed < first + runs; seed++) {
            List<Step> steps = Step.random(seed, STEPS_AT_A_TIME);
            House house = new House(seed % 10 == 0 ? CRAMPED : ROOMY, seed % 3 == 0);
            Played played = play(steps, house);
            played.seen().forEach((what, count) -> seen.merge(what, count, Integer::sum));
            if (played.wrong() != null) {
                List<Step> few = shrunk(steps, house);
                throw new AssertionError("seed " + seed + ", " + house + ": " + played.wrong() + "\nthe fewest steps: "
                        + play(few, house).wrong() + '\n'
                        + few.stream().map(Step::toString).collect(Collectors.joining("\n")));
            }
        }
        System.getLogger(CacheModelTest.class.getName()).log(System.Logger.Level.DEBUG, "seen: {0}", seen);
        assertThat(seen)
                .as("all that is to be proved has happened")
                .containsKeys(
                        "200",
                        "200, confirmed",
                        "206",
                        "304",
                        "416",
                        "503",
                        "must hit",
                        "shared",
                        "shared, confirmed",
                        "shared, came after the request",
                        "stale by a purge",
                        "stale on error",
                        "stale while revalidate",
                        "text of the edge's own");
    }

    /// What went wrong, without the numbers that differ from play to play.
    private static String kind(Played played) {
        String wrong = played.wrong() == null ? "" : played.wrong();
        int end = wrong.indexOf('\n');
        return (end < 0 ? wrong : wrong.substring(0, end)).replaceAll("[0-9]+|Asked.*", "");
    }

    /// Leaves out what need not be there for something to go wrong: halves first, single steps at last.
    private static List<Step> shrunk(List<Step> steps, House house) {
        List<Step> best = steps;
        String kind = kind(play(steps, house));
        int tries = 0;
        int half = Boolean.parseBoolean(System.getProperty("model.shrink", "true")) ? best.size() / 2 : 0;
        for (int size = half; size > 0; size = Math.min(size / 2, best.size())) {
            boolean again = true;
            while (again) {
                again = false;
                for (int at = 0; at + size <= best.size() && tries < MOST_TRIES; ) {
                    List<Step> fewer = new ArrayList<>(best.subList(0, at));
                    fewer.addAll(best.subList(at + size, best.size()));
                    tries++;
                    if (kind(play(fewer, house)).equals(kind)) {
                        best = fewer;
                        again = true;
                    } else {
                        at += size;
                    }
                }
            }
        }
        return best;
    }
}
