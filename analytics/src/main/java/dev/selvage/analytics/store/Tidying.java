package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.model.event.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Keeps files few, young and within the disk's bound: merges those of a period, forgets those beyond
/// their time, and, when the store is full, the oldest fine tiers first.
final class Tidying implements AutoCloseable {
    /// So many files of one period and of about one size become one before the period is over.
    static final int FAN = 8;

    /// What comes later than this after its period is merged with what is there once there is enough of
    /// it.
    private static final long LATE = 2 * Level.HOUR.milliseconds();

    /// A day more than promised, so that a query for the whole time finds all of it.
    private static final long GRACE = Level.DAY.milliseconds();

    /// The share of its disk up to which the store frees room, and from which sampling is tightened.
    private static final double FULL = 0.9;

    private static final double LEAST_RATE = 0.01;

    private final EmbeddedStore store;
    private final SteadyTime time;
    private final AtomicLong merges = new AtomicLong();
    private volatile String full = "";
    private volatile String failure = "";
    private volatile @Nullable Session session;
    private volatile double rateFactor = 1;

    Tidying(EmbeddedStore store, SteadyTime time) {
        this.store = store;
        this.time = time;
    }

    /// Does one thing that is due; true when it did.
    boolean step(long now) throws IOException {
        try {
            boolean did = forget(now) || free(now) || merge(now);
            failure = "";
            return did;
        } catch (EngineFailure | IOException failed) {
            Session unusable = session;
            session = null;
            if (unusable != null) {
                unusable.close();
            }
            failure = "files could not be tidied up: " + failed.getMessage();
            throw new IOException(failure, failed);
        }
    }

    private boolean forget(long now) throws IOException {
        if (!time.trusted(now)) {
            return false;
        }
        Set<StoredFile> old = new HashSet<>();
        Set<Integer> pieces = new HashSet<>();
        for (StoredFile file : store.manifest().files()) {
            if (file.until() < now - GRACE - kept(file)) {
                old.add(file);
            } else if (file.kind() == StoredFile.Kind.ROWS) {
                pieces.add(file.piece());
            }
        }
        // An index says nothing when the last tier of its piece is gone.
        for (StoredFile file : store.manifest().files()) {
            if (file.kind() == StoredFile.Kind.INDEX && !pieces.contains(file.piece())) {
                old.add(file);
            }
        }
        if (old.isEmpty()) {
            return false;
        }
        store.drop(old, now);
        return true;
    }

    private long kept(StoredFile file) {
        StoreSettings settings = store.settings();
        return switch (file.kind()) {
            case ROWS -> (file.level() < EmbeddedStore.THIN ? settings.keepRows() : settings.keepThin()).toMillis();
            case INDEX ->
                Math.max(settings.keepRows().toMillis(), settings.keepThin().toMillis());
            case COUNTERS, VISITORS ->
                switch (Level.values()[file.level()]) {
                    case MINUTE -> settings.keepMinutes().toMillis();
                    case HOUR -> settings.keepHours().toMillis();
                    case DAY -> Long.MAX_VALUE / 4;
                };
        };
    }

    /// Frees room when the store has come near its bound: the fine tiers of the oldest day, then the
    /// thin ones, then the oldest minutes.
    private boolean free(long now) throws IOException {
        double share = (double) store.used() / store.settings().diskBytes();
        rateFactor = share <= FULL ? 1 : Math.max(LEAST_RATE, Math.min(1, (1 - share) / (1 - FULL)));
        if (share <= FULL) {
            full = "";
            return false;
        }
        Set<StoredFile> oldest = oldest(now);
        full = "the store is full (" + Math.round(100 * share) + " % of analytics.disk): "
                + (oldest.isEmpty() ? "nothing is left to forget" : "the oldest rows go first")
                + (rateFactor < 1 ? ", and fewer are kept" : "");
        if (oldest.isEmpty()) {
            return false;
        }
        store.drop(oldest, now);
        return true;
    }

    private Set<StoredFile> oldest(long now) {
        List<StoredFile> files = store.manifest().files();
        for (int thinnest : new int[] {EmbeddedStore.THIN, Sampling.TIERS}) {
            long day = Long.MAX_VALUE;
            for (StoredFile file : files) {
                if (file.kind() == StoredFile.Kind.ROWS && file.level() < thinnest) {
                    day = Math.min(day, file.period());
                }
            }
            if (day < now - Level.DAY.milliseconds()) {
                Set<StoredFile> oldest = new HashSet<>();
                for (StoredFile file : files) {
                    if (file.kind() == StoredFile.Kind.ROWS && file.level() < thinnest && file.period() == day) {
                        oldest.add(file);
                    }
                }
                return oldest;
            }
        }
        return Set.of();
    }

    /// Files of one kind, level and period.
    private record Group(StoredFile.Kind kind, int level, long period, boolean whole) implements Comparable<Group> {
        private static final Comparator<Group> ORDER = Comparator.comparingLong(Group::period)
                .thenComparing(Group::kind)
                .thenComparingInt(Group::level)
                .thenComparing(Group::whole);

        @Override
        public int compareTo(Group other) {
            return ORDER.compare(this, other);
        }
    }

    /// What is merged as one: a file of counters, or all files of a piece.
    private record Member(int piece, long rows, long from, long until, List<StoredFile> files) {}

    private boolean merge(long now) throws EngineFailure, IOException {
        for (Map.Entry<Group, List<Member>> each : groups().entrySet()) {
            Group group = each.getKey();
            boolean over = now >= StoredFile.end(group.kind(), group.level(), group.period()) + LATE;
            List<Member> due = due(each.getValue(), over);
            if (due.size() > 1) {
                merge(group, due, now);
                return true;
            }
        }
        return false;
    }

    private Map<Group, List<Member>> groups() {
        List<StoredFile> files = store.manifest().files();
        Map<Integer, List<StoredFile>> pieces = new LinkedHashMap<>();
        Map<Group, List<Member>> groups = new TreeMap<>();
        for (StoredFile file : files) {
            switch (file.kind()) {
                case ROWS, INDEX ->
                    pieces.computeIfAbsent(file.piece(), _ -> new ArrayList<>()).add(file);
                case COUNTERS, VISITORS ->
                    groups.computeIfAbsent(
                                    new Group(file.kind(), file.level(), file.period(), true), _ -> new ArrayList<>())
                            .add(new Member(file.piece(), file.rows(), file.from(), file.until(), List.of(file)));
            }
        }
        pieces.forEach((piece, of) -> {
            StoredFile finest = of.stream()
                    .filter(file -> file.kind() == StoredFile.Kind.ROWS)
                    .min(Comparator.comparingInt(StoredFile::level))
                    .orElseThrow();
            groups.computeIfAbsent(
                            new Group(StoredFile.Kind.ROWS, 0, finest.period(), finest.level() == 0),
                            _ -> new ArrayList<>())
                    .add(new Member(piece, finest.rows(), finest.from(), finest.until(), of));
        });
        return groups;
    }

    /// What is to be merged of a group now: all of it when its period is over and that is not mostly to
    /// copy what was merged before, else enough files of one size.
    private static List<Member> due(List<Member> members, boolean over) {
        long all = 0;
        long largest = 0;
        for (Member each : members) {
            all += each.rows();
            largest = Math.max(largest, each.rows());
        }
        if (over && largest <= (long) FAN * (all - largest)) {
            return members;
        }
        Map<Integer, List<Member>> sizes = new TreeMap<>();
        for (Member each : members) {
            // Powers of eight.
            int size = (63 - Long.numberOfLeadingZeros(Math.max(1, each.rows()))) / 3;
            List<Member> like = sizes.computeIfAbsent(size, _ -> new ArrayList<>());
            like.add(each);
            if (like.size() >= FAN) {
                return like;
            }
        }
        return List.of();
    }

    private void merge(Group group, List<Member> members, long now) throws EngineFailure, IOException {
        Session own = session;
        if (own == null) {
            own = store.session();
            session = own;
        }
        Set<StoredFile> merged = new HashSet<>();
        List<Path> paths = new ArrayList<>();
        for (Member each : members) {
            merged.addAll(each.files());
            each.files().forEach(file -> paths.add(store.path(file)));
        }
        long until = StoredFile.end(group.kind(), group.level(), group.period());
        int number = store.number();
        try (Export export = store.export(own)) {
            switch (group.kind()) {
                case ROWS, INDEX -> {
                    if (group.whole()) {
                        export.rows(number, Export.parquet(finest(members)), group.period(), until);
                    } else {
                        export.tiers(number, tiers(members));
                    }
                }
                case COUNTERS ->
                    export.counters(
                            Level.values()[group.level()], number, Export.parquet(paths), group.period(), until);
                case VISITORS -> {
                    try (Session appending = store.session()) {
                        export.visitors(
                                Level.values()[group.level()],
                                number,
                                appending,
                                Export.parquet(paths),
                                group.period(),
                                until);
                    }
                }
            }
            store.replace(export, merged, now);
        }
        merges.incrementAndGet();
    }

    private List<Path> finest(List<Member> members) {
        List<Path> paths = new ArrayList<>();
        for (Member each : members) {
            for (StoredFile file : each.files()) {
                if (file.kind() == StoredFile.Kind.ROWS && file.level() == 0) {
                    paths.add(store.path(file));
                }
            }
        }
        return paths;
    }

    private List<String> tiers(List<Member> members) {
        List<String> tiers = new ArrayList<>();
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            List<Path> paths = new ArrayList<>();
            for (Member each : members) {
                for (StoredFile file : each.files()) {
                    if (file.kind() == StoredFile.Kind.ROWS && file.level() == tier) {
                        paths.add(store.path(file));
                    }
                }
            }
            tiers.add(paths.isEmpty() ? "" : Export.parquet(paths));
        }
        return tiers;
    }

    long merges() {
        return merges.get();
    }

    double rateFactor() {
        return rateFactor;
    }

    String trouble() {
        return full.isEmpty() || failure.isEmpty() ? full + failure : full + "; " + failure;
    }

    /// Ends a merge that is under way; the files it was to replace stay.
    @Override
    public void close() {
        Session own = session;
        if (own != null) {
            own.cancel();
        }
    }
}
