package dev.selvage.analytics;

import dev.selvage.analytics.graphql.GraphqlEndpoint;
import dev.selvage.analytics.intake.Intake;
import dev.selvage.analytics.intake.ZoneMeters;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.EmbeddedStore;
import dev.selvage.model.access.Access;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Handler;
import dev.selvage.toolkit.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// The analytics plane: takes what edges recorded and answers questions about it.
///
/// An event is durable within a second of its request and queryable within two. What was accepted and not
/// yet committed when the process is killed is lost: at most that second's events, and never half a
/// batch.
public final class Analytics implements TrafficSink, AutoCloseable {
    private static final Duration BACK_OFF = Duration.ofSeconds(5);

    private final Access access;
    private final Intake intake;
    private final QueryEngine queries;
    private final GraphqlEndpoint endpoint;

    private Analytics(Access access, Intake intake, QueryEngine queries, GraphqlEndpoint endpoint) {
        this.access = access;
        this.intake = intake;
        this.queries = queries;
        this.endpoint = endpoint;
    }

    /// Starts, and returns at once: the store and the GraphQL schema load on threads of their own.
    ///
    /// Meanwhile batches are queued and queries wait a moment, then are answered 503. The health part `analytics`
    /// never keeps the program from being ready.
    public static Analytics open(
            AnalyticsSettings settings, Access access, PurgeHistory purges, Health health, Metrics metrics) {
        return open(settings, access, purges, health, metrics, Clock.systemUTC());
    }

    static Analytics open(
            AnalyticsSettings settings,
            Access access,
            PurgeHistory purges,
            Health health,
            Metrics metrics,
            Clock clock) {
        Intake intake = new Intake(
                progress -> EmbeddedStore.open(settings.store(), clock, progress), health, metrics, clock, BACK_OFF);
        QueryEngine queries = new QueryEngine(
                () -> intake.store().map(store -> store::snapshot),
                purges,
                new QueryEngine.Limits(
                        settings.rowBudgetPerQuery(),
                        settings.keepRows(),
                        settings.keepThin(),
                        settings.keepMinutes(),
                        settings.keepHours()),
                clock);
        GraphqlEndpoint endpoint =
                new GraphqlEndpoint(access, state(intake), settings.queriesPerFiveMinutes(), metrics, clock);
        Analytics analytics = new Analytics(access, intake, queries, endpoint);
        intake.start();
        Thread.ofPlatform().daemon().name("graphql-load").start(() -> endpoint.load(queries));
        return analytics;
    }

    private static GraphqlEndpoint.StoreState state(Intake intake) {
        return new GraphqlEndpoint.StoreState() {
            @Override
            public void await(Duration patience) throws InterruptedException {
                intake.awaitOpened(patience);
            }

            @Override
            public boolean open() {
                return intake.store().isPresent();
            }

            @Override
            public String trouble() {
                return intake.state();
            }

            @Override
            public OptionalLong watermark() {
                return intake.watermark();
            }
        };
    }

    /// Adds `POST /client/v4/graphql`.
    public void routes(Router router) {
        router.add("POST", "/client/v4/graphql", graphql());
    }

    /// The zones' traffic as Prometheus counters, as far as the caller may read its analytics; empty when
    /// what it shows is not valid.
    public Optional<String> zoneMetrics(Call call) {
        return access.authenticate(presented(call))
                .map(principal -> intake.meters()
                        .scrape(id ->
                                principal.zone(id).map(zone -> new ZoneMeters.Named(zone.name(), zone.account()))));
    }

    private static Access.Presented presented(Call call) {
        return new Access.Presented(
                call.header("authorization"), call.header("x-auth-key"), call.header("x-auth-email"), call.remote());
    }

    /// What answers a GraphQL request.
    public Handler graphql() {
        return endpoint;
    }

    @Override
    public boolean offer(TrafficBatch batch) {
        return intake.offer(batch);
    }

    /// Less than 1 while the store is nearly full.
    @Override
    public double share() {
        return intake.store().map(AnalyticsStore::rateFactor).orElse(1.0);
    }

    /// Commits everything accepted, then closes the store.
    @Override
    public void close() {
        queries.close();
        intake.close();
    }
}
