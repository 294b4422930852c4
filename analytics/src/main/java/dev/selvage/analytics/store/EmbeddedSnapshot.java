package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.Session;
import dev.selvage.model.event.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// A moment of the embedded store.
final class EmbeddedSnapshot implements Snapshot {
    private final Path directory;
    private final Catalog.State state;
    private final Session session;
    private final Runnable release;
    private boolean closed;

    /// @param session in which a transaction was begun while the moment lasted
    EmbeddedSnapshot(Path directory, Catalog.State state, Session session, Runnable release) {
        this.directory = directory;
        this.state = state;
        this.session = session;
        this.release = release;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public List<Piece> pieces(long from, long until) {
        List<Piece> pieces = new ArrayList<>();
        pieces(state.manifest().files()).forEach((id, files) -> {
            List<String> tiers = new ArrayList<>();
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                List<Path> paths = new ArrayList<>();
                for (StoredFile file : files) {
                    if (file.level() == tier) {
                        paths.add(directory.resolve(file.name()));
                        first = Math.min(first, file.from());
                        last = Math.max(last, file.until());
                    }
                }
                tiers.add(paths.isEmpty() ? "" : Export.parquet(paths));
            }
            if (first < until && last > from) {
                pieces.add(new Piece(id, first, last, tiers));
            }
        });
        for (Hot hot : state.hots()) {
            if (overlaps(hot, from, until)) {
                List<String> tiers = new ArrayList<>();
                for (int tier = 0; tier < Sampling.TIERS; tier++) {
                    tiers.add(hot.tier(tier));
                }
                pieces.add(new Piece(hot.number(), hot.earliest(), hot.latest() + 1, tiers));
            }
        }
        return List.copyOf(pieces);
    }

    /// The files of rows by piece.
    static Map<Integer, List<StoredFile>> pieces(List<StoredFile> files) {
        Map<Integer, List<StoredFile>> pieces = new TreeMap<>();
        for (StoredFile file : files) {
            if (file.kind() == StoredFile.Kind.ROWS) {
                pieces.computeIfAbsent(file.piece(), _ -> new ArrayList<>()).add(file);
            }
        }
        return pieces;
    }

    private static boolean overlaps(Hot hot, long from, long until) {
        return hot.earliest() < until && hot.latest() >= from && hot.earliest() <= hot.latest();
    }

    @Override
    public String partitions(long from, long until) {
        // A piece that lost its finest tiers has no entries for them any more.
        Map<Integer, Integer> finest = new TreeMap<>();
        pieces(state.manifest().files())
                .forEach((id, files) -> finest.put(
                        id, files.stream().mapToInt(StoredFile::level).min().orElse(Sampling.TIERS)));
        Map<Integer, List<Path>> byFinest = new TreeMap<>();
        for (StoredFile file : state.manifest().files()) {
            if (file.kind() == StoredFile.Kind.INDEX && file.overlaps(from, until)) {
                byFinest.computeIfAbsent(finest.getOrDefault(file.piece(), Sampling.TIERS), _ -> new ArrayList<>())
                        .add(directory.resolve(file.name()));
            }
        }
        List<String> parts = new ArrayList<>();
        byFinest.forEach((tier, files) -> parts.add("SELECT " + Columns.INDEX + " FROM " + Export.parquet(files)
                + (tier == 0 ? "" : " WHERE tier >= " + tier)));
        for (Hot hot : state.hots()) {
            if (overlaps(hot, from, until)) {
                parts.add("SELECT " + Columns.INDEX + " FROM " + Columns.wholeIndex(hot.number(), hot.rows()));
            }
        }
        return union(parts, Columns.INDEX);
    }

    @Override
    public String counters(Level level, long from, long until) {
        return levelled(StoredFile.Kind.COUNTERS, level, from, until, Columns.COUNTERS, Hot::counters);
    }

    @Override
    public String visitors(Level level, long from, long until) {
        return levelled(StoredFile.Kind.VISITORS, level, from, until, Columns.VISITORS, Hot::visitors);
    }

    private String levelled(
            StoredFile.Kind kind, Level level, long from, long until, String columns, Function<Hot, String> table) {
        List<Path> files = new ArrayList<>();
        for (StoredFile file : state.manifest().files()) {
            if (file.kind() == kind && file.level() == level.ordinal() && file.overlaps(from, until)) {
                files.add(directory.resolve(file.name()));
            }
        }
        List<String> parts = new ArrayList<>();
        if (!files.isEmpty()) {
            parts.add("SELECT " + columns + " FROM " + Export.parquet(files));
        }
        String cut = columns.replace("bucket", "bucket - bucket % " + level.milliseconds() + " AS bucket");
        for (Hot hot : state.hots()) {
            long first = hot.earliestBucket() - Math.floorMod(hot.earliestBucket(), level.milliseconds());
            if (first < until && hot.latestBucket() >= from - level.milliseconds()) {
                parts.add("SELECT " + cut + " FROM " + table.apply(hot));
            }
        }
        return union(parts, columns);
    }

    private static String union(List<String> parts, String columns) {
        return parts.isEmpty() ? Columns.nothing(columns) : "(" + String.join(" UNION ALL ", parts) + ")";
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
