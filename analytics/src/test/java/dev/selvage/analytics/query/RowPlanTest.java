package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Sampling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowPlanTest {
    private static final long HOUR = 3_600_000;

    @Test
    void whateverTiersAreChosenEachPartitionIsReadAtItsOwn(@TempDir Path directory) throws Exception {
        Random random = new Random(21);
        List<String> zones =
                IntStream.range(0, 20).mapToObj(i -> "zone" + i).sorted().toList();
        List<RequestEvent> events = RowAnswerTest.traffic(random, 20_000, zones.size(), 12, (_, _) -> Sampling.ALL);
        try (DuckDb engine = DuckDb.open(directory, Map.of("threads", "2"));
                // Pieces that overlap in zones and hours, as what comes late does.
                StoredEvents store = new StoredEvents(engine, events, 4, event -> (int) (event.rayId() % 4))) {
            Snapshot snapshot = store.snapshot();
            for (int round = 0; round < 30; round++) {
                Partitions partitions = partitions(store, zones, 1 + random.nextInt(zones.size()));
                byte[] tiers = new byte[partitions.size()];
                int kinds = 1 + random.nextInt(3);
                Map<String, Long> expected = new TreeMap<>();
                for (int i = 0; i < tiers.length; i++) {
                    int tier = random.nextInt(kinds) * 2;
                    while (partitions.rows(i, tier) < 0) {
                        tier++;
                    }
                    tiers[i] = (byte) tier;
                    expected.merge(
                            zones.get(partitions.zone(i)) + " " + partitions.hour(i),
                            (long) partitions.rows(i, tier),
                            Long::sum);
                }
                expected.values().removeIf(count -> count == 0);
                RowPlan plan = RowPlan.of(partitions, tiers, snapshot.pieces(0, Long.MAX_VALUE), zones);
                RowPlan.Relation relation =
                        plan.relation(List.of("zone", "started"), Long.MIN_VALUE, Long.MAX_VALUE, Clause.TRUE);
                Map<String, Long> found = new TreeMap<>();
                snapshot.session()
                        .query(
                                "SELECT zone, started // " + HOUR + ", count(*) FROM " + relation.sql()
                                        + " GROUP BY ALL",
                                relation.values(),
                                Long.MAX_VALUE,
                                row -> found.put(row.getString(0) + " " + row.getLong(1), row.getLong(2)));
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    private static Partitions partitions(StoredEvents store, List<String> zones, int asked) throws Exception {
        Partitions partitions = new Partitions();
        StringBuilder sql = new StringBuilder("SELECT piece, zone, hour // " + HOUR);
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            sql.append(", CAST(coalesce(sum(row_count) FILTER (WHERE tier = " + tier + "), -1) AS BIGINT)");
        }
        sql.append(" FROM partition GROUP BY ALL");
        store.session().query(sql.toString(), List.of(), Long.MAX_VALUE, row -> {
            int zone = zones.indexOf(row.getString(1));
            int[] counts = IntStream.range(0, Sampling.TIERS)
                    .map(tier -> (int) row.getLong(3 + tier))
                    .toArray();
            if (zone < asked) {
                partitions.add((int) row.getLong(0), zone, (int) row.getLong(2), counts);
            }
        });
        return partitions;
    }

    @Test
    void piecesThatDoNotOverlapAreOneBranchForEachTier() {
        Partitions partitions = new Partitions();
        for (int hour = 0; hour < 30 * 24; hour++) {
            partitions.add(hour / 24, 0, hour, 5_000, 500, 50, 5, 0, 0, 0);
        }
        byte[] tiers = new byte[partitions.size()];
        for (int i = 0; i < tiers.length; i++) {
            tiers[i] = (byte) (i % 24 < 8 ? 0 : 1);
        }
        List<Piece> pieces = IntStream.range(0, 30)
                .mapToObj(day -> new Piece(
                        day,
                        0,
                        Long.MAX_VALUE,
                        IntStream.range(0, Sampling.TIERS)
                                .mapToObj(tier -> "read_parquet(['" + day + "-" + tier + "'])")
                                .toList()))
                .toList();
        RowPlan plan = RowPlan.of(partitions, tiers, pieces, List.of("z"));
        assertThat(plan.branches()).isEqualTo(2);
        String sql =
                plan.relation(List.of("zone"), 0, Long.MAX_VALUE, Clause.TRUE).sql();
        assertThat(sql.split("read_parquet", -1)).hasSize(3);
        assertThat(sql).contains("'0-0', '1-0'", "'28-1', '29-1'").doesNotContain("-2'");
    }

    @Test
    void aQuestionEndsAtItsDeadlineAndWhenTheEngineIsClosed(@TempDir Path directory) throws Exception {
        List<RequestEvent> events = RowAnswerTest.traffic(new Random(1), 10, 1, 1, (_, _) -> Sampling.ALL);
        try (DuckDb engine = DuckDb.open(directory, Map.of("threads", "1"));
                StoredEvents store = new StoredEvents(engine, events, 1, _ -> 0)) {
            store.session().execute("DROP TABLE partition");
            store.session()
                    .execute("CREATE VIEW partition AS SELECT 0 AS piece, 'zone0' AS zone,"
                            + " 491000 * " + HOUR + "::BIGINT AS hour, (a.range * b.range) % 7 AS tier,"
                            + " 1 AS row_count, 1.0 AS weight, 1.0 AS byte_weight FROM"
                            + " range(1000000000) a, range(1000000) b");
            QueryEngine queries = RowAnswerTest.engine(store, 100);
            Asking brief = new Asking(System.nanoTime() + Duration.ofMillis(300).toNanos());
            assertThatThrownBy(() -> queries.ask(RowAnswerTest.paths(), brief).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("query consumed excessive resources");
            CompletableFuture<List<Map<String, Object>>> endless =
                    queries.ask(RowAnswerTest.paths(), RowAnswerTest.asking());
            long before = System.nanoTime();
            queries.close();
            assertThatThrownBy(endless::join).isInstanceOf(CompletionException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        }
    }
}
