package dev.selvage.control.purge;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.model.purge.PurgeAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The PoPs that purges must reach, by name.
public final class Pops {
    private static final System.Logger LOG = System.getLogger(Pops.class.getName());

    /// Most questions that are put to all PoPs at once; further ones wait, within their patience.
    private static final int ASKING = 32;

    /// Most questions that one PoP has not answered yet; it is not asked further ones, so that one that
    /// never answers costs no more than these.
    private static final int UNANSWERED = 64;

    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Semaphore asking = new Semaphore(ASKING);

    /// @param room for further questions
    private record Member(PurgeAgent agent, Semaphore room) {}

    /// What came of a question to all of them.
    ///
    /// @param answers by PoP, in the order of their names
    /// @param silent those that did not answer in time, in order
    record Asked<T>(Map<String, T> answers, List<String> silent) {}

    /// Counts `agent` among them; one of the same name goes.
    public void join(PurgeAgent agent) {
        members.put(agent.pop(), new Member(agent, new Semaphore(UNANSWERED)));
    }

    /// In order.
    List<String> names() {
        return members.keySet().stream().sorted().toList();
    }

    /// Those that purges reach now, in order.
    List<String> reachable() {
        return members.values().stream()
                .map(Member::agent)
                .filter(PurgeAgent::reachable)
                .map(PurgeAgent::pop)
                .sorted()
                .toList();
    }

    /// True for a PoP that purges reach now.
    boolean reaches(String pop) {
        Member member = members.get(pop);
        return member != null && member.agent.reachable();
    }

    /// Asks all of them at the same time, and waits no longer than `patience` for any.
    <T> Asked<T> ask(Duration patience, Function<PurgeAgent, Optional<T>> question) {
        long deadline = System.nanoTime() + patience.toNanos();
        Map<String, FutureTask<Optional<T>>> asked = new TreeMap<>();
        Map<String, T> answers = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        boolean admitted = false;
        try {
            admitted = asking.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (!admitted) {
                return new Asked<>(answers, names());
            }
            for (Member member : members.values()) {
                FutureTask<Optional<T>> task = new FutureTask<>(() -> put(question, member));
                asked.put(member.agent.pop(), task);
                Thread.ofVirtual().name("purge-question").start(task);
            }
            for (Map.Entry<String, FutureTask<Optional<T>>> each : asked.entrySet()) {
                answer(each.getKey(), each.getValue(), deadline)
                        .ifPresentOrElse(answer -> answers.put(each.getKey(), answer), () -> silent.add(each.getKey()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            asked.keySet().stream()
                    .filter(pop -> !answers.containsKey(pop) && !silent.contains(pop))
                    .forEach(silent::add);
        } finally {
            asked.values().forEach(task -> task.cancel(true));
            if (admitted) {
                asking.release();
            }
        }
        return new Asked<>(answers, silent);
    }

    private static <T> Optional<T> put(Function<PurgeAgent, Optional<T>> question, Member member) {
        if (!member.room.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return question.apply(member.agent);
        } finally {
            member.room.release();
        }
    }

    private static <T> Optional<T> answer(String pop, FutureTask<Optional<T>> task, long deadline)
            throws InterruptedException {
        try {
            return task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException failure) {
            LOG.log(WARNING, "the PoP " + pop + " failed to answer", failure.getCause());
            return Optional.empty();
        }
    }
}
