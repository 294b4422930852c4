package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.loop.Time;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
    /// Short, because who cannot read pauses for a quarter of it.
    private static final Duration LEASE = Duration.ofMillis(80);

    private final HandMadeLog log = new HandMadeLog();
    private final PurgeFences fences = new PurgeFences();
    private final Health health = new Health();
    private final List<PurgeCommand> purges = Collections.synchronizedList(new ArrayList<>());
    private final List<PurgeCommand> passed = new ArrayList<>();
    private final Clocks time = new Clocks();
    private volatile Runnable whilePurging = () -> {};
    private final PurgeReceiver purger = new PurgeReceiver() {
        @Override
        public void apply(PurgeCommand command, PurgeScope scope) {
            whilePurging.run();
            purges.add(command);
        }

        @Override
        public void skip(PurgeCommand command) {
            passed.add(command);
        }
    };
    private @Nullable Replica replica;

    /// Clocks that stand until they are moved.
    private static final class Clocks implements Time {
        private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

        void pass(Duration length) {
            millis.addAndGet(length.toMillis());
        }

        @Override
        public long millis() {
            return millis.get();
        }

        @Override
        public long nanos() {
            return millis.get() * 1_000_000;
        }
    }

    private Replica replica() {
        Replica running = replica;
        if (running == null) {
            running = Replica.start(log, fences, purger, new Lease(LEASE, time), health);
            replica = running;
        }
        return running;
    }

    @AfterEach
    void close() {
        if (replica != null) {
            replica.close();
        }
    }

    private @Nullable HostBinding find(String host) {
        return switch (replica().find(host, () -> {})) {
            case Replica.Answer.Bound(HostBinding binding) -> binding;
            case Replica.Answer.Unknown _ -> null;
            case Replica.Answer.Later _ -> throw new AssertionError("it holds everything in memory");
        };
    }

    /// The zone's name and the first address that a host leads to.
    private String leads(String host) {
        HostBinding binding = find(host);
        if (binding == null) {
            return "nowhere";
        }
        assertThat(binding.host()).isEqualTo(host);
        return binding.zone().name() + " "
                + binding.policy().origin(false).hosts().getFirst();
    }

    private static ChangeLog.Entry gone(String id) {
        return new ChangeLog.Entry("zones", id, null);
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    // ---- hosts

    @Test
    void theSnapshotIsServedAtOnce() {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("other.example")).isEqualTo("nowhere");
        assertThat(leads("")).isEqualTo("nowhere");
        assertThat(health.reports().get("configuration")).isEqualTo(new Health.Report(Health.State.UP, "1 zones"));
    }

    @Test
    void aChangeIsServedWhenItHasArrived() throws InterruptedException {
        long before = replica().version();
        log.say(Zones.zone("z1", "site.example")
                .host("www.site.example", "192.0.2.1")
                .entry());
        assertThat(leads("www.site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(replica().version()).isGreaterThan(before);
        long then = replica().version();
        log.say(Zones.zone("z1", "site.example")
                .host("www.site.example", "192.0.2.2")
                .entry());
        assertThat(leads("www.site.example")).isEqualTo("site.example 192.0.2.2");
        assertThat(replica().version()).isGreaterThan(then);
    }

    @Test
    void aNameThatAZoneNoLongerHasIsTakenBack() throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("a.site.example", "192.0.2.1")
                .host("b.site.example", "192.0.2.1")
                .host("*.c.site.example", "192.0.2.1")
                .entry());
        assertThat(leads("x.c.site.example")).isEqualTo("site.example 192.0.2.1");
        log.say(Zones.zone("z1", "site.example")
                .host("b.site.example", "192.0.2.3")
                .entry());
        assertThat(leads("a.site.example")).isEqualTo("nowhere");
        assertThat(leads("x.c.site.example")).isEqualTo("nowhere");
        assertThat(leads("b.site.example")).isEqualTo("site.example 192.0.2.3");
        log.say(gone("z1"));
        assertThat(leads("b.site.example")).isEqualTo("nowhere");
        log.say(gone("never-there"));
        assertThat(leads("b.site.example")).isEqualTo("nowhere");
    }

    @Test
    void theZoneOfTheLongestNameHasAHostThatSeveralClaim() throws InterruptedException {
        log.inSnapshot(
                Zones.zone("z2", "shop.site.example")
                        .host("www.shop.site.example", "192.0.2.2")
                        .entry(),
                Zones.zone("z1", "site.example")
                        .host("www.shop.site.example", "192.0.2.1")
                        .entry());
        assertThat(leads("www.shop.site.example")).isEqualTo("shop.site.example 192.0.2.2");
        log.say(Zones.zone("z1", "site.example")
                .host("www.shop.site.example", "192.0.2.9")
                .entry());
        assertThat(leads("www.shop.site.example")).as("however late it comes").isEqualTo("shop.site.example 192.0.2.2");
        log.say(gone("z2"));
        assertThat(leads("www.shop.site.example"))
                .as("and the other one's claim comes back")
                .isEqualTo("site.example 192.0.2.9");
        log.say(Zones.zone("z2", "shop.site.example")
                .host("www.shop.site.example", "192.0.2.4")
                .entry());
        assertThat(leads("www.shop.site.example")).isEqualTo("shop.site.example 192.0.2.4");
    }

    @Test
    void aWildcardCoversEveryNameBelowThatHasNoneOfItsOwn() {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("*.site.example", "192.0.2.1")
                .host("*.deep.site.example", "192.0.2.2")
                .host("own.site.example", "192.0.2.3")
                .entry());
        assertThat(leads("a.site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("a.b.site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("a.deep.site.example")).isEqualTo("site.example 192.0.2.2");
        assertThat(leads("deep.site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("own.site.example")).isEqualTo("site.example 192.0.2.3");
        assertThat(leads("site.example")).as("the name itself is not below").isEqualTo("nowhere");
        assertThat(leads("asite.example")).isEqualTo("nowhere");
    }

    @Test
    void aCatchAllZoneAnswersForWhatNobodyClaims() throws InterruptedException {
        Zones all = Zones.zone("z0", "quickstart.internal").host("quickstart.internal", "192.0.2.7");
        all.catchAll = true;
        log.inSnapshot(
                all.entry(),
                Zones.zone("z1", "site.example")
                        .host("site.example", "192.0.2.1")
                        .entry());
        assertThat(leads("any.thing")).isEqualTo("quickstart.internal 192.0.2.7");
        assertThat(leads("")).isEqualTo("quickstart.internal 192.0.2.7");
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        log.say(gone("z0"));
        assertThat(leads("any.thing")).isEqualTo("nowhere");
    }

    @Test
    void aBindingHasItsZonesFence() {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .host("*.site.example", "192.0.2.1")
                .entry());
        for (String host : List.of("site.example", "a.site.example")) {
            HostBinding binding = Objects.requireNonNull(find(host));
            assertThat(binding.fence()).isSameAs(fences.of("z1"));
        }
    }

    // ---- bad records

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "null",
                "{}",
                "{\"id\":\"z1\"}",
                "{\"id\":\"z1\",\"name\":\"site.example\",\"hosts\":null}",
                "{\"id\":\"z1\",\"id\":\"z1\"}"
            })
    void aRecordThatCannotBeReadIsRefusedWholeAndTheLastGoodOneStays(String json) throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        replica();
        log.say(
                new ChangeLog.Entry("zones", "z1", json.getBytes(StandardCharsets.UTF_8)),
                Zones.zone("z2", "next.example")
                        .host("next.example", "192.0.2.2")
                        .entry());
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("next.example")).as("the next record counts").isEqualTo("next.example 192.0.2.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"hosts\":[{\"name\":\"other.example\",\"addresses\":[\"192.0.2.9\"]},{\"addresses\":[]}]",
                "\"hosts\":[{\"name\":\"other.example\"}]",
                "\"name\":null",
                "\"ssl\":null",
                "\"cache\":null",
                "\"ssl\":\"SIDEWAYS\"",
                "\"id\":\"z9\"",
                "\"pageRules\":[null]"
            })
    void aRecordWithAPartThatIsWrongIsRefusedWhole(String part) throws InterruptedException {
        ChangeLog.Entry good = Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry();
        log.inSnapshot(
                good,
                Zones.zone("z2", "example").host("site.example", "192.0.2.2").entry());
        replica();
        String name = part.substring(0, part.indexOf(':') + 1);
        String json = Json.MAPPER.readTree(good.value()).toString();
        String without = name.equals("\"hosts\":")
                ? json.replaceFirst("\"hosts\":\\[.*?\\}\\]", "\"x\":0")
                : json.replaceFirst(name + "(\\{[^}]*\\}|\\[\\]|\"[^\"]*\")", "\"x\":0");
        String bad = without.substring(0, without.length() - 1).replace("192.0.2.1", "192.0.2.66") + "," + part + "}";
        assertThat(without).isNotEqualTo(json);
        log.say(new ChangeLog.Entry("zones", "z1", bad.getBytes(StandardCharsets.UTF_8)));
        assertThat(leads("site.example")).as(bad).isEqualTo("site.example 192.0.2.1");
        assertThat(leads("other.example")).as(bad).isEqualTo("nowhere");
    }

    @Test
    void whatANewerControlPlaneSaysBesidesIsIgnored() throws InterruptedException {
        replica();
        log.say(new ChangeLog.Entry("certificates", "x", new byte[] {1, 2, 3}));
        String json = Json.MAPPER
                .readTree(Zones.zone("z1", "site.example")
                        .host("site.example", "192.0.2.1")
                        .entry()
                        .value())
                .toString();
        log.say(new ChangeLog.Entry(
                "zones", "z1", json.replaceFirst("\\{", "{\"new\":{\"x\":[1]},").getBytes(StandardCharsets.UTF_8)));
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
    }

    // ---- purges

    private static ChangeLog.Entry purge(String zone, long sequence) {
        return new ChangeLog.Entry(
                "purges",
                zone,
                Json.write(new PurgeCommand("id" + sequence, zone, sequence, 0, false, PurgeSelection.EVERYTHING, 0)));
    }

    @Test
    void aPurgeIsAppliedOnceHoweverOftenItComes() throws InterruptedException {
        replica();
        log.say(purge("z1", 1), purge("z1", 2));
        log.say(purge("z1", 1), purge("z1", 2), purge("z2", 1), purge("z1", 3));
        log.say(purge("z1", 3));
        assertThat(purges)
                .extracting(command -> command.zone() + command.sequence())
                .containsExactly("z11", "z12", "z21", "z13");
    }

    @Test
    void aPurgeThatCannotBeReadStopsNoOther() throws InterruptedException {
        replica();
        log.say(
                new ChangeLog.Entry("purges", "x", "{".getBytes(StandardCharsets.UTF_8)),
                new ChangeLog.Entry("purges", "y", null),
                purge("z1", 1));
        assertThat(purges).hasSize(1);
    }

    @Test
    void purgesOfBeforeTheStartAreEffective() throws InterruptedException {
        log.keeps(
                purge("z1", 1),
                new ChangeLog.Entry("purges", "x", "{".getBytes(StandardCharsets.UTF_8)),
                new ChangeLog.Entry("purges", "x", "{\"zone\":\"z1\",\"sequence\":9}".getBytes(StandardCharsets.UTF_8)),
                purge("z1", 2),
                purge("z2", 5));
        Replica running = replica();
        assertThat(passed)
                .extracting(command -> command.zone() + command.sequence())
                .containsExactly("z11", "z12", "z25");
        assertThat(running.applied("z1")).isEqualTo(2);
        assertThat(running.applied("z2")).isEqualTo(5);
        assertThat(running.applied("z3")).isZero();
        log.say(purge("z1", 2), purge("z1", 3), purge("z2", 5));
        assertThat(purges)
                .extracting(command -> command.zone() + command.sequence())
                .containsExactly("z13");
        assertThat(running.applied("z1")).isEqualTo(3);
    }

    @Test
    void ofPurgesBeforeTheStartTheNewestAreReported() {
        for (int i = 1; i <= Replica.MOST_PASSED + 5; i++) {
            log.keeps(purge("z1", i));
        }
        replica();
        assertThat(passed).hasSize(Replica.MOST_PASSED);
        assertThat(passed.getLast().sequence()).isEqualTo(Replica.MOST_PASSED + 5);
    }

    @Test
    void aPurgeThatIsMissingHidesEverythingOfItsZone() throws InterruptedException {
        replica();
        log.say(purge("z1", 4), purge("z2", 4));
        PurgeFences.Birth born = fences.of("z1").now();
        log.say(purge("z1", 6), purge("z2", 5));
        assertThat(hidden("z1", born)).isTrue();
        assertThat(hidden("z2", born)).isFalse();
    }

    @Test
    void aPurgeThatFailsHidesEverythingOfItsZone() throws InterruptedException {
        replica();
        PurgeFences.Birth born = fences.of("z1").now();
        whilePurging = () -> {
            throw new IllegalStateException("a bug");
        };
        log.say(purge("z1", 1));
        assertThat(hidden("z1", born)).isTrue();
        assertThat(replica().applied("z1")).isEqualTo(1);
    }

    /// True when what was fetched then counts as purged.
    private boolean hidden(String zone, PurgeFences.Birth born) {
        CacheKey key = CacheKey.of(zone, false, "site.example", "/");
        return !fences.of(zone).shares(key, born.tick(), null);
    }

    // ---- the edge is cut off

    private boolean mayServe() {
        return replica().lease().holds(time.nanos());
    }

    @Test
    void theLeaseIsOverWhenALogHangsAndHeldAgainWhenEverythingIsApplied() throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        assertThat(mayServe()).isTrue();
        log.hang();
        time.pass(LEASE.minusMillis(1));
        assertThat(mayServe()).isTrue();
        String serving = "no changes have arrived for 0 s; serving with the last configuration, and ";
        assertThat(health.reports().get("configuration"))
                .isEqualTo(new Health.Report(Health.State.DEGRADED, serving + "from the cache for 1 s more"));
        time.pass(Duration.ofMillis(1));
        assertThat(mayServe()).isFalse();
        assertThat(health.reports().get("configuration"))
                .isEqualTo(new Health.Report(
                        Health.State.DEGRADED, serving + "nothing from the cache without asking the origin"));
        List<Boolean> whileApplying = Collections.synchronizedList(new ArrayList<>());
        whilePurging = () -> whileApplying.add(mayServe());
        log.heal(purge("z1", 1), purge("z1", 2));
        assertThat(purges).hasSize(2);
        assertThat(whileApplying).as("replay first, then serve").containsExactly(false, false);
        eventually(this::mayServe);
        assertThat(state()).isEqualTo(Health.State.UP);
        assertThat(health.ready()).isTrue();
    }

    @Test
    void anAnswerIsAsOldAsItsQuestion() throws InterruptedException {
        replica();
        log.hang();
        time.pass(LEASE);
        // What the read says that hung may have been true only when it was asked.
        log.hang();
        assertThat(mayServe()).isFalse();
        log.heal();
        eventually(this::mayServe);
    }

    @Test
    void whoWasCutOffForLongerThanPurgesAreKeptPurgesEverything() throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        replica();
        log.say(purge("z1", 1));
        PurgeFences.Birth born = fences.of("z1").now();
        log.hang();
        time.pass(log.commandsKept().minusSeconds(1));
        log.heal();
        assertThat(hidden("z1", born)).isFalse();
        log.hang();
        time.pass(log.commandsKept());
        log.heal();
        eventually(this::mayServe);
        assertThat(hidden("z1", born)).isTrue();
    }

    /// A visitor asks for one object, which is stored, purged and fetched again, at an edge that is cut off by failures
    /// and by silence, again and again.
    @Test
    void nobodyGetsWhatWasPurgedLongerAgoThanTheLease() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(20_260_727);
        replica();
        List<ChangeLog.Entry> missed = new ArrayList<>();
        List<Long> purgedAt = new ArrayList<>();
        boolean cut = false;
        int content = -1;
        long born = -1;
        int fromCache = 0;
        int refused = 0;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    purgedAt.add(time.millis());
                    missed.add(purge("z1", purgedAt.size()));
                    if (!cut) {
                        log.say(missed.toArray(ChangeLog.Entry[]::new));
                        missed.clear();
                    }
                }
                case 1 -> {
                    if (cut) {
                        log.heal(missed.toArray(ChangeLog.Entry[]::new));
                        missed.clear();
                    } else {
                        log.hang();
                    }
                    cut = !cut;
                }
                case 2, 3 -> time.pass(Duration.ofMillis(random.nextInt(60)));
                default -> {
                    if (born >= replica().applied("z1") && mayServe()) {
                        fromCache++;
                        boolean current = content == purgedAt.size();
                        assertThat(current || (cut && time.millis() - purgedAt.get(content) < LEASE.toMillis()))
                                .as("step %d: of purge %d, there are %d", step, content, purgedAt.size())
                                .isTrue();
                    } else {
                        refused++;
                        content = purgedAt.size();
                        born = replica().applied("z1");
                    }
                }
            }
        }
        assertThat(fromCache).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    // ---- the log fails

    @Test
    void aLogThatFailsLeavesTheLastConfigurationAndIsReportedUntilItWorksAgain() throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        replica();
        log.fail(new IllegalStateException("the disk is gone"));
        log.hang();
        assertThat(state()).isEqualTo(Health.State.DEGRADED);
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(health.ready()).as("it still serves").isTrue();
        log.heal(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.2")
                .entry());
        assertThat(state()).isEqualTo(Health.State.UP);
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.2");
    }

    private Health.@Nullable State state() {
        Health.Report report = health.reports().get("configuration");
        return report == null ? null : report.state();
    }

    @Test
    void aZoneIsWhatItsRecordSays() {
        Zones zone = Zones.zone("z1", "site.example").host("site.example", "192.0.2.1", "192.0.2.2");
        ZoneConfig config = zone.build();
        log.inSnapshot(zone.entry());
        HostBinding binding = Objects.requireNonNull(find("site.example"));
        assertThat(binding.zone()).isEqualTo(config);
    }

    @Test
    void aRecordFromBeforeThereWerePageRulesHasNone() {
        Zones zone = Zones.zone("z1", "site.example").host("site.example", "192.0.2.1");
        String json = new String(Json.write(zone.build()), StandardCharsets.UTF_8);
        String older = json.replace(",\"pageRules\":[]", "");
        assertThat(older).isNotEqualTo(json).doesNotContain("pageRules");
        log.inSnapshot(new ChangeLog.Entry("zones", "z1", older.getBytes(StandardCharsets.UTF_8)));
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(Objects.requireNonNull(find("site.example")).varies()).isFalse();
    }

    @Test
    void pageRulesHoldForEveryNameThatAWildcardCovers() {
        Zones zone = Zones.zone("z1", "site.example").host("*.site.example", "192.0.2.1");
        zone.pageRules.add(Page.secured("a.site.example/*"));
        log.inSnapshot(zone.entry());
        assertThat(Objects.requireNonNull(find("a.site.example")).varies()).isTrue();
        assertThat(Objects.requireNonNull(find("b.site.example")).varies()).isFalse();
    }
}
