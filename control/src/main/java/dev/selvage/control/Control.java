package dev.selvage.control;

import dev.selvage.control.access.Credentials;
import dev.selvage.control.access.Tokens;
import dev.selvage.control.access.UserEndpoints;
import dev.selvage.control.accounts.Accounts;
import dev.selvage.control.accounts.Memberships;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.EnvelopeFallback;
import dev.selvage.control.audit.AuditLog;
import dev.selvage.control.dns.DnsRecords;
import dev.selvage.control.openapi.OpenApi;
import dev.selvage.control.pagerules.PageRulesEndpoints;
import dev.selvage.control.publish.LogTables;
import dev.selvage.control.publish.Publisher;
import dev.selvage.control.purge.History;
import dev.selvage.control.purge.Pops;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.control.purge.Purges;
import dev.selvage.control.purge.Receipts;
import dev.selvage.control.quickstart.Quickstart;
import dev.selvage.control.rulesets.RulesetsEndpoints;
import dev.selvage.control.settings.CacheEndpoints;
import dev.selvage.control.settings.SettingsEndpoints;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.StoreFailure;
import dev.selvage.control.trace.Traces;
import dev.selvage.control.zones.Zones;
import dev.selvage.model.access.Access;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.model.purge.PurgeAgent;
import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.model.purge.PurgeReports;
import dev.selvage.model.trace.Tracer;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.log.SqliteChangeLog;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Fallback;
import dev.selvage.toolkit.web.Router;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The management plane of one machine.
public final class Control implements AutoCloseable {
    private static final String DATABASE = "control.db";

    private final Clock clock;
    private final OriginPolicy origins;
    private final List<String> addresses;
    private final Store store;
    private final Credentials credentials;
    private final ChangeLog log;
    private final Publisher publisher;
    private final PurgeLimits purging;
    private final Receipts receipts;
    private final Pops pops = new Pops();
    private volatile Tracer tracer = Tracer.BLIND;

    private Control(
            ControlSettings settings,
            Store store,
            Credentials credentials,
            ChangeLog log,
            Publisher publisher,
            Receipts receipts) {
        this.clock = settings.clock();
        this.origins = settings.origins();
        this.addresses = settings.addresses();
        this.store = store;
        this.credentials = credentials;
        this.log = log;
        this.publisher = publisher;
        this.purging = settings.purging();
        this.receipts = receipts;
    }

    /// Opens the store, made at the first start; everything that was acknowledged before is in the
    /// change log when this
    /// returns.
    ///
    /// @throws IOException with what is wrong and what would be right: a directory that cannot be
    ///     written, a
    /// database of another program or a newer version, a token that cannot be used
    public static Control open(ControlSettings settings, Health health, Metrics metrics) throws IOException {
        Path directory = settings.directory();
        Clock clock = settings.clock();
        Files.createDirectories(directory);
        Path database = directory.resolve(DATABASE);
        Store store = Store.open(database);
        ChangeLog log = null;
        Control control = null;
        try {
            Credentials credentials =
                    Credentials.open(directory, settings.adminToken(), store, clock, settings.limits());
            Accounts.make(store, clock);
            log = SqliteChangeLog.open(database, new LogTables(store), clock);
            Publisher publisher = Publisher.start(store, log, health, metrics);
            Receipts receipts = Receipts.start(store, clock, metrics);
            control = new Control(settings, store, credentials, log, publisher, receipts);
            return control;
        } catch (StoreFailure broken) {
            throw new IOException(broken.getMessage(), broken);
        } finally {
            if (control == null) {
                if (log != null) {
                    log.close();
                }
                store.close();
            }
        }
    }

    /// Who may ask about which zones.
    public Access access() {
        return credentials;
    }

    /// Where changes can be followed: the streams [Publisher#ZONES] and [Publisher#PURGES].
    public ChangeLog changeLog() {
        return log;
    }

    /// Adds the API's routes, and answers them.
    public List<Api.Route> routes(Router router) {
        Api api = new Api(router, credentials);
        new EdgeAddresses(addresses).routes(api);
        new Accounts(store, clock).routes(api);
        new Memberships(store).routes(api);
        new UserEndpoints(store, clock).routes(api);
        new Tokens(store, credentials, clock).routes(api);
        new AuditLog(store).routes(api);
        new Zones(store, clock).routes(api);
        new DnsRecords(store, clock, origins).routes(api);
        new SettingsEndpoints(store, clock).routes(api);
        new CacheEndpoints(store, clock).routes(api);
        new PageRulesEndpoints(store, clock).routes(api);
        new Purges(store, clock, purging, receipts, pops).routes(api);
        new RulesetsEndpoints(store, clock, origins).routes(api);
        new Traces(store, () -> tracer).routes(api);
        OpenApi.routes(api);
        return api.routes();
    }

    /// Where PoPs report how far they are with purges.
    public PurgeReports purgeReports() {
        return receipts;
    }

    /// What was purged.
    public PurgeHistory purgeHistory() {
        return new History(store, receipts);
    }

    /// Counts `pop` among those that purges must reach.
    public void join(PurgeAgent pop) {
        pops.join(pop);
    }

    /// Has requests followed by `tracer`.
    public void tracedBy(Tracer tracer) {
        this.tracer = tracer;
    }

    /// What is answered where there is no route.
    public Fallback fallback() {
        return new EnvelopeFallback();
    }

    /// Keeps the zone `quickstart.internal` in step with `origin`; null leaves whatever is stored.
    ///
    /// @throws IllegalArgumentException when the URL cannot be an origin; the message says what would
    ///     be right
    public void quickstart(@Nullable URI origin) {
        if (origin != null) {
            Quickstart.apply(store, clock, origin);
        }
    }

    @Override
    public void close() {
        publisher.close();
        receipts.close();
        log.close();
        store.close();
    }
}
