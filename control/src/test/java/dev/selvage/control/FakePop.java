package dev.selvage.control;

import dev.selvage.model.purge.PurgeAgent;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeReport.Reclaim;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.log.ChangeLog.Batch;
import dev.selvage.toolkit.log.ChangeLog.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A PoP that follows the change log and says that each purge is effective as soon as it has it, unless it is down.
final class FakePop implements PurgeAgent, AutoCloseable {
    /// How long after its acceptance a purge reaches it, and is effective there.
    static final long RECEIVED = 1_000;

    static final long EFFECTIVE = 3_000;

    volatile boolean down;

    /// What it answers; nothing, in no time, where null.
    volatile @Nullable PurgePreview preview;

    volatile @Nullable PurgeExplanation explanation;

    /// Where it answers neither, nor ends.
    volatile @Nullable CountDownLatch stuck;

    volatile List<PurgeCommand> asked = List.of();
    final List<PurgeCommand> applied = new ArrayList<>();

    private final String pop;
    private final Control control;
    private final Thread follower;
    private volatile boolean closing;

    FakePop(String pop, Control control) {
        this(pop, control, false);
    }

    FakePop(String pop, Control control, boolean down) {
        this.pop = pop;
        this.control = control;
        this.down = down;
        follower = Thread.ofVirtual().start(this::follow);
        control.join(this);
    }

    private void follow() {
        ChangeLog log = control.changeLog();
        ChangeLog.Position at = ChangeLog.Position.START;
        while (!closing) {
            try {
                Batch batch = log.read(at, 1_000, Duration.ofMillis(20));
                at = batch.next();
                batch.entries().stream()
                        .filter(entry -> entry.stream().equals("purges"))
                        .forEach(this::apply);
            } catch (InterruptedException | RuntimeException _) {
                return;
            }
        }
    }

    private synchronized void apply(Entry entry) {
        byte[] value = entry.value();
        if (value != null && !down) {
            PurgeCommand command = Json.read(value, PurgeCommand.class);
            applied.add(command);
            control.purgeReports().report(report(command, pop, Reclaim.AHEAD));
        }
    }

    static PurgeReport report(PurgeCommand command, String pop, Reclaim reclaim) {
        return new PurgeReport(
                command.id(),
                command.zone(),
                command.sequence(),
                pop,
                command.acceptedAt() + RECEIVED,
                command.acceptedAt() + EFFECTIVE,
                reclaim);
    }

    @Override
    public String pop() {
        return pop;
    }

    @Override
    public boolean reachable() {
        return !down;
    }

    @Override
    public Optional<PurgePreview> preview(String zone, PurgeSelection selection, Duration patience) {
        hang();
        return Optional.ofNullable(preview);
    }

    @Override
    public Optional<PurgeExplanation> explain(
            String zone, PurgedUrl url, List<PurgeCommand> purges, Duration patience) {
        hang();
        asked = purges;
        return Optional.ofNullable(explanation);
    }

    private void hang() {
        CountDownLatch latch = stuck;
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        follower.interrupt();
        try {
            follower.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
