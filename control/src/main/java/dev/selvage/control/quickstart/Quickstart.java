package dev.selvage.control.quickstart;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.control.accounts.Account;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.dns.DnsRecords;
import dev.selvage.control.purge.Purges;
import dev.selvage.control.rulesets.Phase;
import dev.selvage.control.rulesets.PublishedRules;
import dev.selvage.control.settings.ZoneSettings;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.NewZone;
import dev.selvage.control.zones.Zone;
import dev.selvage.control.zones.Zones;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the zone `quickstart.internal` in step with the URL of the command line.
///
/// The URL decides where the zone's requests go; everything else about the zone is its owner's to
/// change and stays. A
/// new URL replaces the origin and purges what the old one gave.
public final class Quickstart {
    private static final System.Logger LOG = System.getLogger(Quickstart.class.getName());

    /// Names the rule that is ours among the zone's origin rules.
    private static final String REF = "quickstart";

    private Quickstart() {}

    /// @throws IllegalArgumentException when the URL cannot be an origin; the message says what would
    ///     be right
    public static void apply(Store store, Clock clock, URI url) {
        OriginUrl origin = OriginUrl.of(url);
        if (store.read(tx -> Zone.named(tx, ZoneConfig.QUICKSTART)
                .filter(zone -> inStep(tx, zone, origin))
                .isPresent())) {
            return;
        }
        store.write(tx -> {
            long now = Times.now(clock);
            Optional<Zone> before = Zone.named(tx, ZoneConfig.QUICKSTART);
            Zone zone = before.isPresent() ? before.get() : create(tx, now);
            DnsRecords.replace(tx, zone, record(origin), now);
            PublishedRules.put(tx, zone, Phase.HTTP_REQUEST_ORIGIN, rule(origin), now);
            ZoneSettings.setSsl(tx, zone, origin.tls() ? SslMode.ORIGIN_PULL : SslMode.FLEXIBLE, now);
            zone.changed(tx, now);
            Audit.note(
                    tx,
                    Caller.SYSTEM,
                    now,
                    zone.place(),
                    Audit.Change.change(
                            "zone", zone.id(), null, Envelope.object().put("origin", origin.text())));
            if (before.isPresent()) {
                Purges.everything(tx, Caller.SYSTEM, zone, clock.millis());
            }
            return zone;
        });
    }

    private static Zone create(Tx tx, long now) {
        String other = Zones.catchAll(tx);
        if (!other.isEmpty()) {
            LOG.log(
                    WARNING,
                    "the zone {0} answers for all host names that no other zone claims, so that {1} does not; set its"
                            + " catch_all to false to change that",
                    other,
                    ZoneConfig.QUICKSTART);
        }
        String account = Account.first(tx).id();
        Zone zone = Zones.create(
                tx,
                Caller.SYSTEM,
                new NewZone(account, ZoneConfig.QUICKSTART, "full", other.isEmpty(), DefaultCaching.RFC9111),
                now);
        ZoneSettings.setBrowserCacheTtl(tx, zone, 0, now);
        return zone;
    }

    private static boolean inStep(Tx tx, Zone zone, OriginUrl origin) {
        ProxiedHost host = new ProxiedHost(zone.name(), List.of(origin.host()));
        Optional<ObjectNode> rule = PublishedRules.find(tx, zone, Phase.HTTP_REQUEST_ORIGIN, REF);
        return DnsRecords.proxied(tx, zone).contains(host)
                && rule.filter(own -> rule(origin).properties().stream()
                                .allMatch(field -> field.getValue().equals(own.get(field.getKey()))))
                        .isPresent();
    }

    private static ObjectNode record(OriginUrl origin) {
        return Envelope.object()
                .put("type", origin.recordType())
                .put("name", "@")
                .put("content", origin.host())
                .put("proxied", true);
    }

    private static ObjectNode rule(OriginUrl origin) {
        ObjectNode rule = Envelope.object()
                .put("ref", REF)
                .put("description", "The origin given to `selvage up`: " + origin.text())
                .put("expression", "true")
                .put("action", "route")
                .put("enabled", true);
        rule.putObject("action_parameters")
                .put("host_header", origin.authority())
                .putObject("origin")
                .put("port", origin.port());
        return rule;
    }
}
