package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.Appender;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.model.event.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Writes Parquet files of one roll or merge: under other names first, then, all of them durable, under
/// their own.
///
/// A file without rows is not made. What is not [#publish]ed is deleted when it is closed.
final class Export implements AutoCloseable {
    /// Where files are in the making.
    static final String NEW = "new";

    /// A tier of a zone and hour with no more rows than this has none of the two below it.
    static final int FLOOR = 300;

    /// From this tier on all rows of a tier are written.
    static final int ALWAYS = 3;

    /// Rows of a group of counters, sketches and the index.
    private static final long GROUP = 51_200;

    private static final long LEAST_GROUP = 8_192;
    private static final long MOST_GROUP = 245_760;

    /// The engine counts in vectors of so many rows.
    private static final long VECTOR = 2_048;

    private static final DateTimeFormatter PERIOD =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HH", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String INDEX_TABLE = "export_index";
    private static final String VISITOR_TABLE = "export_visitors";

    private final Path directory;
    private final Disk disk;
    private final Session session;
    private final List<StoredFile> files = new ArrayList<>();
    private boolean published;

    Export(Path directory, Disk disk, Session session) {
        this.directory = directory;
        this.disk = disk;
        this.session = session;
    }

    /// Writes a piece: the rows that began in `[from, until)`, tier by tier, and its index.
    ///
    /// @param rows a relation that has every row of the finest tier
    void rows(int piece, String rows, long from, long until) throws EngineFailure, IOException {
        String part = "(SELECT * FROM " + rows + " WHERE started >= " + from + " AND started < " + until + ")";
        session.execute("DROP TABLE IF EXISTS " + INDEX_TABLE);
        session.execute("CREATE TEMP TABLE " + INDEX_TABLE + " AS SELECT * FROM " + Columns.index(piece, part));
        for (int tier = 1; tier < ALWAYS; tier++) {
            session.execute("DELETE FROM " + INDEX_TABLE + " AS thin WHERE tier = " + tier
                    + " AND NOT EXISTS (SELECT 1 FROM " + INDEX_TABLE + " AS fine WHERE fine.zone = thin.zone"
                    + " AND fine.hour = thin.hour AND fine.tier = " + (tier - 1) + " AND fine.row_count > " + FLOOR
                    + ")");
        }
        long[] counts = new long[Sampling.TIERS];
        session.query(
                "SELECT tier, CAST(sum(row_count) AS BIGINT) FROM " + INDEX_TABLE + " GROUP BY tier",
                List.of(),
                Long.MAX_VALUE,
                row -> counts[(int) row.getLong(0)] = row.getLong(1));
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            String where = tier == 0 ? "" : " WHERE depth >= " + tier;
            if (tier > 0 && tier < ALWAYS) {
                where += " AND EXISTS (SELECT 1 FROM " + INDEX_TABLE + " AS i WHERE i.zone = part.zone AND i.hour = "
                        + "part.started - part.started % " + Level.HOUR.milliseconds() + " AND i.tier = " + tier + ")";
            }
            copy(
                    StoredFile.Kind.ROWS,
                    tier,
                    piece,
                    "SELECT " + Columns.ROWS + " FROM " + part + " AS part" + where + " ORDER BY zone, started",
                    group(counts[tier]),
                    "started",
                    1);
        }
        copy(
                StoredFile.Kind.INDEX,
                0,
                piece,
                "SELECT " + Columns.INDEX + " FROM " + INDEX_TABLE + " ORDER BY zone, hour, tier",
                GROUP,
                "hour",
                Level.HOUR.milliseconds());
        session.execute("DROP TABLE " + INDEX_TABLE);
    }

    /// Writes the tiers of a piece as they are.
    ///
    /// @param tiers relations, finest first; `""` for none
    void tiers(int piece, List<String> tiers) throws EngineFailure, IOException {
        List<String> index = new ArrayList<>();
        for (int tier = 0; tier < tiers.size(); tier++) {
            if (!tiers.get(tier).isEmpty()) {
                long[] count = new long[1];
                session.query(
                        "SELECT count(*) FROM " + tiers.get(tier),
                        List.of(),
                        Long.MAX_VALUE,
                        row -> count[0] = row.getLong(0));
                copy(
                        StoredFile.Kind.ROWS,
                        tier,
                        piece,
                        "SELECT " + Columns.ROWS + " FROM " + tiers.get(tier) + " ORDER BY zone, started",
                        group(count[0]),
                        "started",
                        1);
                index.add("SELECT " + Columns.INDEX + " FROM " + Columns.index(piece, tiers.get(tier))
                        + " WHERE tier = " + tier);
            }
        }
        if (!index.isEmpty()) {
            copy(
                    StoredFile.Kind.INDEX,
                    0,
                    piece,
                    String.join(" UNION ALL ", index) + " ORDER BY zone, hour, tier",
                    GROUP,
                    "hour",
                    Level.HOUR.milliseconds());
        }
    }

    /// Writes counters of a level, one row per value; of a dimension's values the largest keep their
    /// names and the rest become `other`.
    void counters(Level level, int piece, String counters, long from, long until) throws EngineFailure, IOException {
        String bucket = "bucket - bucket % " + level.milliseconds();
        copy(
                StoredFile.Kind.COUNTERS,
                level.ordinal(),
                piece,
                "SELECT " + Columns.COUNTER_KEYS + ", " + Columns.sums() + " FROM ("
                        + "SELECT zone, bucket, kind, colo, cache_status, status_class, "
                        + "CASE WHEN kind = 0 OR value = '" + Delta.OTHER + "' OR row_number() OVER ("
                        + "PARTITION BY zone, bucket, kind ORDER BY requests DESC, value) <= "
                        + Delta.MAX_VALUES + " THEN value ELSE '" + Delta.OTHER + "' END AS value, " + Columns.TOTALS
                        + " FROM (SELECT zone, " + bucket
                        + " AS bucket, kind, colo, cache_status, status_class, value, " + Columns.sums() + " FROM "
                        + counters + " WHERE bucket >= " + from + " AND bucket < " + until
                        + " GROUP BY ALL)) GROUP BY ALL ORDER BY zone, bucket, kind, value",
                GROUP,
                "bucket",
                level.milliseconds());
    }

    /// Writes visitors of a level, one sketch per zone and bucket.
    void visitors(Level level, int piece, Session merging, String visitors, long from, long until)
            throws EngineFailure, IOException {
        merging.execute("CREATE OR REPLACE TABLE " + VISITOR_TABLE + piece + Columns.definition(Columns.VISITORS));
        try {
            try (Appender appender = merging.appender(VISITOR_TABLE + piece)) {
                VisitorRuns runs = new VisitorRuns(appender);
                session.query(
                        "SELECT zone, bucket - bucket % " + level.milliseconds() + " AS cut, sketch FROM " + visitors
                                + " WHERE bucket >= " + from + " AND bucket < " + until + " ORDER BY zone, cut",
                        List.of(),
                        Long.MAX_VALUE,
                        row -> runs.add(row.getString(0), row.getLong(1), row.getBytes(2)));
                runs.end();
            }
            copy(
                    StoredFile.Kind.VISITORS,
                    level.ordinal(),
                    piece,
                    "SELECT " + Columns.VISITORS + " FROM " + VISITOR_TABLE + piece + " ORDER BY zone, bucket",
                    GROUP,
                    "bucket",
                    level.milliseconds());
        } finally {
            merging.execute("DROP TABLE IF EXISTS " + VISITOR_TABLE + piece);
        }
    }

    /// The size of a file's row groups, such that a question about one small zone takes least: the engine
    /// looks at every group's statistics (some 25 µs each with a row's columns) and reads all of the groups
    /// that may hold the zone (some 10 ns a row).
    private static long group(long rows) {
        long best = Math.round(Math.sqrt(2_500.0 * rows));
        return Math.clamp(best, LEAST_GROUP, MOST_GROUP) / VECTOR * VECTOR;
    }

    private void copy(StoredFile.Kind kind, int level, int piece, String select, long group, String time, long width)
            throws EngineFailure, IOException {
        Path fresh = directory
                .resolve(NEW)
                .resolve(kind.name().toLowerCase(Locale.ROOT) + "-" + level + "-" + piece + ".parquet");
        session.execute("COPY (" + select + ") TO " + text(fresh)
                + " (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE " + group + ")");
        long[] found = new long[3];
        session.query(
                "SELECT count(*), coalesce(min(" + time + "), 0), coalesce(max(" + time + "), 0) FROM "
                        + parquet(List.of(fresh)),
                List.of(),
                Long.MAX_VALUE,
                row -> {
                    found[0] = row.getLong(0);
                    found[1] = row.getLong(1);
                    found[2] = row.getLong(2);
                });
        if (found[0] == 0) {
            disk.delete(fresh);
            return;
        }
        disk.force(fresh);
        String name = kind.name().toLowerCase(Locale.ROOT) + "/" + folder(kind, level)
                + PERIOD.format(Instant.ofEpochMilli(found[1])) + "-" + piece + ".parquet";
        files.add(new StoredFile(kind, level, piece, found[1], found[2] + width, found[0], Files.size(fresh), name));
    }

    private static String folder(StoredFile.Kind kind, int level) {
        return switch (kind) {
            case ROWS -> level + "/";
            case INDEX -> "";
            case COUNTERS, VISITORS -> Level.values()[level].name().toLowerCase(Locale.ROOT) + "/";
        };
    }

    /// Gives the files their names; when it returns, that is durable.
    List<StoredFile> publish() throws IOException {
        Set<Path> folders = new HashSet<>();
        for (StoredFile file : files) {
            Path place = directory.resolve(file.name());
            Path folder = place.getParent();
            if (folder != null && folders.add(folder) && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                disk.forceDirectory(directory);
                Path above = folder.getParent();
                if (above != null) {
                    disk.forceDirectory(above);
                }
            }
            disk.move(fresh(file), place);
        }
        for (Path folder : folders) {
            disk.forceDirectory(folder);
        }
        published = true;
        return List.copyOf(files);
    }

    private Path fresh(StoredFile file) {
        return directory
                .resolve(NEW)
                .resolve(file.kind().name().toLowerCase(Locale.ROOT) + "-" + file.level() + "-" + file.piece()
                        + ".parquet");
    }

    @Override
    public void close() {
        if (published) {
            return;
        }
        for (StoredFile file : files) {
            for (Path each : List.of(fresh(file), directory.resolve(file.name()))) {
                try {
                    disk.delete(each);
                } catch (IOException _) {
                    // No manifest names it: the next start deletes it.
                }
            }
        }
    }

    /// The relation of files.
    static String parquet(List<Path> files) {
        StringBuilder list = new StringBuilder("read_parquet([");
        for (Path file : files) {
            list.append(list.charAt(list.length() - 1) == '[' ? "" : ", ").append(pattern(file));
        }
        return list.append("])").toString();
    }

    /// A path as a pattern that only it matches.
    private static String pattern(Path file) {
        StringBuilder pattern = new StringBuilder("'");
        String path = file.toString();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            switch (c) {
                case '*', '?', '[' -> pattern.append('[').append(c).append(']');
                case '\'' -> pattern.append("''");
                default -> pattern.append(c);
            }
        }
        return pattern.append('\'').toString();
    }

    static String text(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }
}
