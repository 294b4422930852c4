package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
    private final HandMadeLog log = new HandMadeLog();
    private final PurgeFences fences = new PurgeFences();
    private final Health health = new Health();
    private final List<PurgeCommand> purges = Collections.synchronizedList(new ArrayList<>());
    private @Nullable Replica replica;

    private Replica replica() {
        Replica running = replica;
        if (running == null) {
            running = Replica.start(log, fences, (purge, _) -> purges.add(purge), health);
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
                zone + "/" + sequence,
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

    // ---- the log fails

    @Test
    void aLogThatFailsLeavesTheLastConfigurationAndIsReportedUntilItWorksAgain() throws InterruptedException {
        log.inSnapshot(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.1")
                .entry());
        replica();
        log.fail(new IllegalStateException("the disk is gone"));
        eventually(() -> state() == Health.State.DEGRADED);
        assertThat(leads("site.example")).isEqualTo("site.example 192.0.2.1");
        assertThat(health.ready()).as("it still serves").isTrue();
        log.say(Zones.zone("z1", "site.example")
                .host("site.example", "192.0.2.2")
                .entry());
        eventually(() -> state() == Health.State.UP);
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
