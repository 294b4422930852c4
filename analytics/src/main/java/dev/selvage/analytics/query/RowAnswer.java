package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.estimate.Quantiles;
import dev.selvage.analytics.estimate.Ranks;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Answers a question from rows: plans the tiers by the index, asks the counters for the truth about the
/// whole, reads the rows once, and estimates.
///
/// The *domain* is what the estimates are calibrated to: the zones, the time, and as much of the filter
/// as one kind of counters holds. The rest of the filter chooses rows within it.
final class RowAnswer {
    private static final String CLOCK = "started";

    /// What counters call the values of a dimension beyond their bound.
    private static final String FOLDED = "other";

    private static final long HOUR = Level.HOUR.milliseconds();

    /// How many groups beyond the limit are looked at, to say what a list of the largest may miss.
    private static final int BEYOND = 10;

    /// How many places of a list have their overlaps told.
    private static final int RANKED = 100;

    /// The columns of a part, and how many the parts begin behind.
    private static final int HEAD = 5;
    private static final int PART = 8;

    /// Most values that the quantiles of one question are taken of.
    private static final int MAX_VALUES = 2_000_000;

    private final Question question;
    private final Window window;
    private final List<Measure> measures;
    private final List<Term> terms;
    private final QueryEngine.Limits limits;
    private final long now;
    private final long from;
    private final long until;
    private final Domain domain;
    private final boolean quantiles;

    /// @param by the dimensions of `conditions`
    private record Domain(
            @Nullable Counted counted,
            CounterKind kind,
            List<Condition> conditions,
            List<Condition> rest,
            List<String> by) {}

    /// The exact totals by counter column; empty when none are known.
    ///
    /// @param folded true when some values were counted under another name, and the totals of one are too low
    private record Truth(Map<String, Double> totals, List<String> by, boolean folded) {}

    private record Group(List<Object> keys, Estimator.Sums sums, Map<String, Object> orders) {}

    RowAnswer(Question question, List<Measure> measures, Window window, QueryEngine.Limits limits, long now) {
        this(question, measures, window, limits, now, true);
    }

    /// @param narrow false when the domain is all of the zones and the time
    private RowAnswer(
            Question question,
            List<Measure> measures,
            Window window,
            QueryEngine.Limits limits,
            long now,
            boolean narrow) {
        this.question = question;
        this.window = window;
        this.measures = measures;
        this.limits = limits;
        this.now = now;
        Set<Term> wanted = new LinkedHashSet<>(List.of(Term.REQUESTS));
        measures.forEach(measure -> wanted.addAll(measure.shape().terms()));
        terms = List.copyOf(wanted);
        // Without a bound the question is about what is kept.
        Clause whole = Clause.of(question.filter(), CLOCK, 1, RowAnswer::rowColumn);
        from = whole.from() == Long.MIN_VALUE
                ? Math.floorDiv(now - limits.rows().toMillis(), HOUR) * HOUR
                : whole.from();
        until = whole.until();
        domain = domain(narrow);
        quantiles =
                question.order().stream().anyMatch(each -> quantile(each.path()).isPresent());
    }

    private Optional<Measure> quantile(String path) {
        return measures.stream()
                .filter(measure -> measure.shape() instanceof Measure.Quantile
                        && measure.path().equals(path))
                .findFirst();
    }

    private Domain domain(boolean narrow) {
        Counted counted = Counted.of(from, until, Level.DAY, now)
                .filter(each -> each.kept(limits, now))
                .orElse(null);
        CounterKind kind = CounterKind.CROSSED;
        List<Condition> best = List.of();
        for (CounterKind each : CounterKind.values()) {
            List<Condition> held =
                    window.rest().stream().filter(part -> held(part, each)).toList();
            if (held.size() > best.size()) {
                kind = each;
                best = held;
            }
        }
        if (counted == null || !narrow) {
            kind = CounterKind.CROSSED;
            best = List.of();
        }
        List<Condition> rest = new ArrayList<>(window.rest());
        rest.removeAll(best);
        List<String> by = best.stream()
                .flatMap(Condition::dimensions)
                .filter(each -> !each.universal())
                .map(Dimension::name)
                .distinct()
                .toList();
        return new Domain(counted, kind, best, rest, by);
    }

    private static boolean held(Condition condition, CounterKind kind) {
        return condition.dimensions().allMatch(each -> each.bucket() == 0 && (each.universal() || each.kind() == kind));
    }

    private static String rowColumn(Dimension dimension) {
        if (dimension.row() == null) {
            throw new IllegalStateException("no row holds " + dimension.name());
        }
        return dimension.row();
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        Duration kept = limits.thin().compareTo(limits.rows()) > 0 ? limits.thin() : limits.rows();
        QueryEngine.checkAge(question, from, kept, now);
        Truth truth = truth(reading);
        if (truth.folded()) {
            return new RowAnswer(question, measures, window, limits, now, false).run(reading);
        }
        Index index = new Index();
        index.read(reading);
        Planner.Plan plan = Planner.plan(index.partitions, limits.rowBudget());
        RowPlan rows = RowPlan.of(index.partitions, plan.tiers(), index.pieces, index.zones);
        boolean finest = IntStream.range(0, plan.tiers().length).allMatch(i -> plan.tiers()[i] == 0);
        boolean whole = finest && truth.totals().isEmpty() && index.complete(reading);
        boolean ranked = ranked();
        Result result = new Result(index.unseen(plan.tiers()));
        result.read(reading, rows, truth, ranked ? BEYOND : 0);
        Estimator.Sums all = result.all();
        Double requests = truth.totals().get(Term.REQUESTS.counter());
        boolean exact =
                whole || (finest && requests != null && all.sampled() == 0 && all.rows() == Math.round(requests));
        Estimator estimator =
                new Estimator(terms, all, result.factors, !truth.totals().isEmpty(), exact);
        Map<List<Object>, Map<String, Quantiles>> distributions =
                measures.stream().anyMatch(each -> each.shape() instanceof Measure.Quantile)
                        ? distributions(reading, rows)
                        : Map.of();
        List<Group> groups = result.groups;
        if (quantiles) {
            groups = groups.stream()
                    .sorted(order(estimator, distributions))
                    .limit(question.limit())
                    .toList();
        }
        Report.Ranking ranking = ranked && !exact ? ranking(groups, estimator, requests, all.rows()) : null;
        List<Map<String, Object>> shown = groups.stream()
                .limit(question.limit())
                .map(group -> shape(group, estimator, distributions.getOrDefault(group.keys(), Map.of())))
                .toList();
        Report.Calibrated calibrated =
                exact || requests == null ? null : new Report.Calibrated(Math.round(requests), truth.by());
        return new QueryEngine.Answer(
                shown, new Report(exact, false, plan.rows(), index.tiers(plan.tiers()), calibrated, ranking));
    }

    /// True for a list of the largest by an estimated total.
    private boolean ranked() {
        return !question.dimensions().isEmpty()
                && !quantiles
                && !question.order().isEmpty()
                && question.order().getFirst().descending()
                && rankedBy().isPresent();
    }

    private Optional<Term> rankedBy() {
        return measures.stream()
                .filter(each -> each.path().equals(question.order().getFirst().path()))
                .flatMap(each -> each.shape() instanceof Measure.Total(Term term) ? Stream.of(term) : Stream.empty())
                .findFirst();
    }

    private Report.Ranking ranking(List<Group> groups, Estimator estimator, @Nullable Double requests, long rows) {
        Term term = rankedBy().orElseThrow();
        List<Interval> intervals = groups.stream()
                .map(group -> estimator.interval(group.sums(), term, Report.LEVEL))
                .toList();
        int listed = Math.min(question.limit(), intervals.size());
        int told = Math.min(RANKED, listed);
        Ranks ranks = Ranks.of(
                intervals.subList(0, told),
                intervals.subList(listed, intervals.size()),
                estimator.absent(term, Report.LEVEL));
        List<int[]> overlaps = new ArrayList<>();
        for (int i = 0; i < told; i++) {
            Ranks.Rank rank = ranks.ranks().get(i);
            if (rank.overlaps()) {
                overlaps.add(new int[] {i + 1, rank.first(), rank.last()});
            }
        }
        double missing = ranks.missing();
        if (term.equals(Term.REQUESTS) && requests != null) {
            // Where there is no row at all, any group may have been everything.
            missing = rows == 0 ? requests : Math.min(missing, requests);
        }
        return new Report.Ranking(missing, overlaps);
    }

    /// The exact totals of the domain; with a narrower domain than its counters know, of all that is in
    /// the zones and the time.
    private Truth truth(QueryEngine.Reading reading) throws EngineFailure {
        if (domain.counted() == null) {
            return new Truth(Map.of(), List.of(), false);
        }
        List<Clause> parts = new ArrayList<>(List.of(Clause.zones(question.zones()), Counted.kind(domain.kind())));
        Clause condition = Clause.all(domain.conditions().stream()
                .map(each -> Clause.of(each, "bucket", 1, AdaptivePlan::counterColumn))
                .toList());
        Set<String> columns = new LinkedHashSet<>();
        terms.forEach(term -> columns.add(term.counter()));
        RowPlan.Relation counters = domain.counted().relation(reading, "*", Clause.all(parts));
        String sums = columns.stream()
                .map(column -> "CAST(coalesce(sum(" + column + ") FILTER (WHERE hit), 0) AS DOUBLE)")
                .collect(Collectors.joining(", "));
        List<Object> values = new ArrayList<>(condition.values());
        values.addAll(counters.values());
        Map<String, Double> totals = new HashMap<>();
        boolean[] folded = new boolean[1];
        reading.select(
                "SELECT count(*) FILTER (WHERE value = '" + FOLDED + "'), " + sums + " FROM (SELECT *, "
                        + condition.sql() + " AS hit FROM " + counters.sql() + ")",
                values,
                row -> {
                    folded[0] = row.getLong(0) > 0;
                    int at = 1;
                    for (String column : columns) {
                        totals.put(column, row.getDouble(at++));
                    }
                });
        return new Truth(totals, domain.by(), folded[0] && !domain.by().isEmpty());
    }

    /// What the index says of the zones and the time.
    private final class Index {
        private final List<String> zones = List.copyOf(new TreeSet<>(question.zones()));
        private final Partitions partitions = new Partitions();
        private List<Piece> pieces = List.of();

        /// By partition: Σ w and Σ w · bytes of the finest tier that there is.
        private double[] weights = new double[64];
        private double[] bytes = new double[64];

        void read(QueryEngine.Reading reading) throws EngineFailure {
            pieces = reading.snapshot().pieces(from, until).stream()
                    .sorted(Comparator.comparingInt(Piece::id))
                    .toList();
            Map<Integer, Integer> places = new HashMap<>();
            pieces.forEach(piece -> places.put(piece.id(), places.size()));
            Map<String, Integer> order = new HashMap<>();
            zones.forEach(zone -> order.put(zone, order.size()));
            Clause ofZones = Clause.zones(zones);
            StringBuilder sql = new StringBuilder("SELECT piece, zone, hour // " + HOUR);
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                sql.append(", CAST(coalesce(sum(row_count) FILTER (WHERE tier = ")
                        .append(tier)
                        .append("), -1) AS BIGINT)");
            }
            sql.append(", arg_min(weight, tier), arg_min(byte_weight, tier) FROM ")
                    .append(reading.snapshot().partitions(from, until))
                    .append(" WHERE ")
                    .append(ofZones.sql())
                    .append(" AND hour > ? AND hour < ? GROUP BY ALL LIMIT ")
                    .append(Partitions.MAX + 1);
            List<Object> values = new ArrayList<>(ofZones.values());
            values.add(from - HOUR);
            values.add(until);
            int[] counts = new int[Sampling.TIERS];
            reading.select(sql.toString(), values, row -> {
                Integer piece = places.get((int) row.getLong(0));
                Integer zone = order.get(row.getString(1));
                if (piece == null || zone == null) {
                    return;
                }
                for (int tier = 0; tier < counts.length; tier++) {
                    counts[tier] = (int) Math.min(row.getLong(3 + tier), Integer.MAX_VALUE);
                }
                int at = partitions.size();
                partitions.add(piece, zone, (int) row.getLong(2), counts);
                if (at == weights.length) {
                    weights = Arrays.copyOf(weights, 2 * at);
                    bytes = Arrays.copyOf(bytes, 2 * at);
                }
                weights[at] = row.getDouble(3 + counts.length);
                bytes[at] = row.getDouble(4 + counts.length);
            });
        }

        /// True when every request of the hours that the time touches has its row, none standing for
        /// more than itself.
        boolean complete(QueryEngine.Reading reading) throws EngineFailure {
            long rows = 0;
            for (int i = 0; i < partitions.size(); i++) {
                rows += Math.max(0, partitions.rows(i, 0));
                if (weights[i] > partitions.rows(i, 0)) {
                    return false;
                }
            }
            long first = Math.floorDiv(from, HOUR) * HOUR;
            long end = until >= now ? Long.MAX_VALUE : Math.ceilDiv(until, HOUR) * HOUR;
            Counted hours = Counted.of(first, end, Level.DAY, now).orElseThrow();
            RowPlan.Relation counters = hours.relation(
                    reading,
                    "requests",
                    Clause.all(List.of(Clause.zones(question.zones()), Counted.kind(CounterKind.CROSSED))));
            long[] requests = new long[1];
            reading.select(
                    "SELECT CAST(coalesce(sum(requests), 0) AS BIGINT) FROM " + counters.sql(),
                    counters.values(),
                    row -> requests[0] = row.getLong(0));
            return requests[0] == rows;
        }

        /// The most requests, and bytes, that a row could have stood for which partitions do not show at
        /// the tier that they are read at: where they show some, the rows themselves tell.
        double[] unseen(byte[] tiers) {
            double[] most = new double[2];
            for (int i = 0; i < tiers.length; i++) {
                if (partitions.rows(i, tiers[i]) > 0) {
                    continue;
                }
                int finest = 0;
                while (partitions.rows(i, finest) <= 0 && finest < tiers[i]) {
                    finest++;
                }
                // The mean weight is the inverse of the rate.
                double weight = Math.max(1, weights[i] / Math.max(1, partitions.rows(i, finest)));
                double heaviest = 2 * weight * Math.pow(10, (double) tiers[i] - finest);
                most[0] = Math.max(most[0], heaviest);
                most[1] = Math.max(most[1], heaviest * bytes[i] / Math.max(1, weights[i]));
            }
            return most;
        }

        List<Report.Tier> tiers(byte[] chosen) {
            long[] rows = new long[Sampling.TIERS];
            long[] count = new long[Sampling.TIERS];
            for (int i = 0; i < chosen.length; i++) {
                rows[chosen[i]] += partitions.rows(i, chosen[i]);
                count[chosen[i]]++;
            }
            List<Report.Tier> tiers = new ArrayList<>();
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                if (count[tier] > 0) {
                    tiers.add(new Report.Tier(tier, rows[tier], (double) count[tier] / chosen.length));
                }
            }
            return tiers;
        }
    }

    /// The rows of the domain, with the columns that a statement takes.
    private RowPlan.Relation relation(RowPlan rows, Set<String> columns) {
        List<Clause> parts = domain.conditions().stream()
                .map(each -> Clause.of(each, CLOCK, 1, RowAnswer::rowColumn))
                .toList();
        return rows.relation(columns, from, until, Clause.all(parts));
    }

    /// The columns of rows that SQL mentions.
    private static Set<String> mentioned(Iterable<String> expressions) {
        Set<String> columns = new LinkedHashSet<>();
        for (String sql : expressions) {
            for (String column : Snapshot.ROW_COLUMNS) {
                int at = sql.indexOf(column);
                while (at >= 0) {
                    if (!word(sql, at - 1) && !word(sql, at + column.length())) {
                        columns.add(column);
                        break;
                    }
                    at = sql.indexOf(column, at + 1);
                }
            }
        }
        return columns;
    }

    private static boolean word(String sql, int at) {
        return at >= 0 && at < sql.length() && (sql.charAt(at) == '_' || Character.isLetterOrDigit(sql.charAt(at)));
    }

    private Clause chosen() {
        return Clause.all(domain.rest().stream()
                .map(each -> Clause.of(each, CLOCK, 1, RowAnswer::rowColumn))
                .toList());
    }

    private static String expression(Dimension dimension) {
        return dimension.bucket() > 0 ? CLOCK + " - " + CLOCK + " % " + dimension.bucket() : rowColumn(dimension);
    }

    /// What is asked for by which the rows of another group cannot be told from a row that was left out:
    /// a time or a zone.
    private static boolean placed(Dimension dimension) {
        return dimension.bucket() > 0 || dimension.name().equals("zoneTag");
    }

    /// The sums of groups and of the whole, in one reading of the rows.
    private final class Result {
        private final double[] unseen;
        private final List<Group> groups = new ArrayList<>();
        private List<Estimator.Factors> factors = List.of();
        private Estimator.@Nullable Sums all;

        Result(double[] unseen) {
            this.unseen = unseen;
        }

        Estimator.Sums all() {
            return Objects.requireNonNull(all);
        }

        void read(QueryEngine.Reading reading, RowPlan rows, Truth truth, int beyond) throws EngineFailure {
            int keys = question.dimensions().size();
            List<String> ordered = ordered();
            Clause chosen = chosen();
            boolean some = !chosen.equals(Clause.TRUE);
            List<String> expressions = new ArrayList<>();
            expressions.add(chosen.sql());
            terms.forEach(term -> expressions.add(term.sql()));
            question.dimensions().forEach(each -> expressions.add(expression(each)));
            ordered.forEach(path -> expressions.add(expression(AdaptivePlan.ordering(question, path))));
            expressions.add("mean_bytes");
            RowPlan.Relation from = relation(rows, mentioned(expressions));
            List<Object> values = new ArrayList<>(from.values());
            // A row is certain (y) or stands for z requests.
            StringBuilder sql = new StringBuilder(
                            "WITH h AS (SELECT *, CASE WHEN w > 1 THEN 0.0::DOUBLE ELSE 1.0::DOUBLE"
                                    + " END AS y, CASE WHEN w > 1 THEN w ELSE 0.0::DOUBLE END AS z, ")
                    .append(chosen.sql())
                    .append(" AS hit FROM ")
                    .append(from.sql())
                    .append("), ");
            // The text of the condition comes before that of the relation.
            values.addAll(0, chosen.values());
            sql.append("g AS MATERIALIZED (SELECT hit");
            for (int i = 0; i < keys; i++) {
                Dimension dimension = question.dimensions().get(i);
                String key = expression(dimension);
                sql.append(", ")
                        .append(some && !placed(dimension) ? "CASE WHEN hit THEN " + key + " END" : key)
                        .append(" AS d")
                        .append(i);
            }
            for (int i = 0; i < ordered.size(); i++) {
                sql.append(", min(")
                        .append(expression(AdaptivePlan.ordering(question, ordered.get(i))))
                        .append(") AS o")
                        .append(i);
            }
            boolean bytes = bounded(Term.counted("response_bytes"));
            sql.append(", count(*) AS n, max(u) AS u, ")
                    .append(bytes ? "max(u * mean_bytes)" : "max(0.0)")
                    .append(" AS ub");
            for (int i = 0; i < terms.size(); i++) {
                for (Map.Entry<String, String> part : sums(terms.get(i)).entrySet()) {
                    sql.append(", ")
                            .append(part.getValue())
                            .append(" AS ")
                            .append(part.getKey())
                            .append(i);
                }
            }
            sql.append(" FROM h GROUP BY hit");
            for (int i = 0; i < keys; i++) {
                sql.append(", d").append(i);
            }
            sql.append("), t AS (SELECT sum(n) AS n, max(u) AS u, max(ub) AS ub");
            for (int i = 0; i < terms.size(); i++) {
                for (String part : sums(terms.get(i)).keySet()) {
                    sql.append(part.equals("l") ? ", coalesce(max(" : ", coalesce(sum(")
                            .append(part)
                            .append(i)
                            .append("), 0) AS ")
                            .append(part)
                            .append(i);
                }
            }
            sql.append(" FROM g), f AS (SELECT *");
            for (int i = 0; i < terms.size(); i++) {
                factors(sql, i, truth);
            }
            sql.append(" FROM t), p AS (SELECT g.*");
            List<String> places = IntStream.range(0, keys)
                    .filter(i -> placed(question.dimensions().get(i)))
                    .mapToObj(i -> "d" + i)
                    .toList();
            // What was left out of a group can only have been where the group is.
            String over = " OVER (PARTITION BY " + String.join(", ", places) + ")";
            sql.append(
                    places.isEmpty()
                            ? ", f.u AS pu, f.ub AS pub FROM g, (SELECT u, ub FROM t) f) "
                            : ", max(u)" + over + " AS pu, max(ub)" + over + " AS pub FROM g) ");
            List<String> sorted = sorted(ordered);
            sql.append("SELECT * FROM ((SELECT 0 AS part, p.n, CAST(p.n - p.c0 AS BIGINT), p.pu, p.pub");
            for (int i = 0; i < terms.size(); i++) {
                parts(sql, "p.", i);
                sql.append(", f.a").append(i).append(", f.b").append(i);
            }
            for (int i = 0; i < keys; i++) {
                sql.append(", p.d").append(i);
            }
            for (int i = 0; i < ordered.size(); i++) {
                sql.append(", p.o").append(i);
            }
            // By position: what a group is sorted by comes last, without its direction.
            int column = HEAD + PART * terms.size() + keys + ordered.size();
            StringBuilder order = new StringBuilder();
            for (String each : sorted) {
                int direction = each.lastIndexOf(' ');
                sql.append(", ").append(each, 0, direction);
                order.append(order.isEmpty() ? "" : ", ").append(++column).append(each.substring(direction));
            }
            sql.append(" FROM p, f WHERE p.hit");
            if (!order.isEmpty()) {
                sql.append(" ORDER BY ").append(order);
            }
            sql.append(" LIMIT ").append(quantiles ? Asking.MAX_GROUPS + 1 : question.limit() + beyond);
            sql.append(") UNION ALL SELECT 1, n, CAST(n - c0 AS BIGINT), u, ub");
            for (int i = 0; i < terms.size(); i++) {
                parts(sql, "", i);
                sql.append(", a").append(i).append(", b").append(i);
            }
            sql.append(", NULL".repeat(keys + ordered.size() + sorted.size())).append(" FROM f) ORDER BY 1");
            if (!order.isEmpty()) {
                sql.append(", ").append(order);
            }
            reading.select(sql.toString(), values, row -> take(row, ordered));
        }

        private void take(Row row, List<String> ordered) {
            List<Estimator.Part> parts = new ArrayList<>();
            List<Estimator.Factors> factor = new ArrayList<>();
            int at = HEAD;
            for (int i = 0; i < terms.size(); i++) {
                parts.add(new Estimator.Part(
                        row.getDouble(at),
                        row.getDouble(at + 1),
                        row.getDouble(at + 2),
                        row.getDouble(at + 3),
                        row.getDouble(at + 4),
                        row.getDouble(at + 5)));
                factor.add(new Estimator.Factors(row.getDouble(at + 6), row.getDouble(at + 7)));
                at += PART;
            }
            Estimator.Sums sums = new Estimator.Sums(
                    row.getLong(1),
                    row.getLong(2),
                    Math.max(row.getDouble(3), unseen[0]),
                    Math.max(row.getDouble(4), unseen[1]),
                    parts);
            if (row.getLong(0) == 1) {
                all = sums;
                factors = factor;
                return;
            }
            List<Object> keys = new ArrayList<>();
            for (Dimension dimension : question.dimensions()) {
                keys.add(AdaptivePlan.value(row, at++, dimension));
            }
            Map<String, Object> orders = new HashMap<>();
            for (String path : ordered) {
                orders.put(path, AdaptivePlan.value(row, at++, AdaptivePlan.ordering(question, path)));
            }
            groups.add(new Group(keys, sums, orders));
            if (groups.size() > Asking.MAX_GROUPS) {
                throw Refusal.tooLarge();
            }
        }

        /// True when an interval is wanted for a term.
        private boolean bounded(Term term) {
            return question.fields().contains(Certainty.FIELD)
                    || (ranked() && rankedBy().orElseThrow().equals(term));
        }

        /// The sums of a term that are wanted, by part; see [Estimator.Part].
        private Map<String, String> sums(Term term) {
            Map<String, String> sums = new LinkedHashMap<>();
            if (term.equals(Term.REQUESTS)) {
                sums.put("c", "sum(y)");
                sums.put("s", "sum(z)");
                sums.put("v", "sum(z * (z - 1))");
                return sums;
            }
            String x = "CAST(" + term.sql() + " AS DOUBLE)";
            sums.put("c", "sum(y * " + x + ")");
            sums.put("s", "sum(z * " + x + ")");
            if (bounded(term)) {
                sums.put("v", "sum(" + x + " * " + x + " * (z * (z - 1)))");
                sums.put("x", "sum(" + x + " * (z * (z - 1)))");
                sums.put("l", "max(z * " + x + ")");
                sums.put("q", "sum(y * " + x + " * " + x + ")");
            }
            return sums;
        }

        /// The columns of a term; those that were not wanted are 0.
        private void parts(StringBuilder sql, String from, int i) {
            Set<String> wanted = sums(terms.get(i)).keySet();
            for (String part : List.of("c", "s", "v", "x", "l", "q")) {
                String known = terms.get(i).equals(Term.REQUESTS)
                        ? switch (part) {
                            // Of ones, the square and the value are the same.
                            case "x" -> "v";
                            case "q" -> "c";
                            default -> part;
                        }
                        : part;
                sql.append(", ").append(wanted.contains(known) ? from + known + i : "0.0");
            }
        }

        /// How the sums of a term become totals, see [Estimator.Factors].
        private void factors(StringBuilder sql, int i, Truth truth) {
            Double total = truth.totals().get(terms.get(i).counter());
            int of = terms.get(i).own() ? i : 0;
            if (total == null) {
                sql.append(", 1.0 AS a").append(i).append(", 1.0 AS b").append(i);
                return;
            }
            String certain = "c" + of;
            String sampled = "s" + of;
            String kept = sampled + " > 0 AND " + total + " > " + certain;
            String ratio = "CASE WHEN " + total + " > 0 AND " + certain + " + " + sampled + " > 0 THEN " + total
                    + " / (" + certain + " + " + sampled + ") ELSE 1.0 END";
            sql.append(", CASE WHEN " + kept + " THEN 1.0 ELSE " + ratio + " END AS a")
                    .append(i)
                    .append(", CASE WHEN " + kept + " THEN (" + total + " - " + certain + ") / " + sampled + " ELSE "
                            + ratio + " END AS b")
                    .append(i);
        }

        /// What groups are sorted by, with the direction: as asked, then by their keys.
        private List<String> sorted(List<String> ordered) {
            Set<String> sorted = new LinkedHashSet<>();
            for (Question.Order each : question.order()) {
                String key = sortedBy(each.path(), ordered);
                if (!key.isEmpty()) {
                    sorted.add(key + (each.descending() ? " DESC" : " ASC"));
                }
            }
            for (int i = 0; i < question.dimensions().size(); i++) {
                if (!sorted.contains("p.d" + i + " DESC")) {
                    sorted.add("p.d" + i + " ASC");
                }
            }
            return List.copyOf(sorted);
        }

        /// `""` for what the engine cannot sort by.
        private String sortedBy(String path, List<String> ordered) {
            for (int i = 0; i < question.dimensions().size(); i++) {
                if (question.dimensions().get(i).name().equals(path)) {
                    return "p.d" + i;
                }
            }
            for (Measure measure : measures) {
                if (measure.path().equals(path)) {
                    return switch (measure.shape()) {
                        // The last bits depend on the order in which the engine added, and must not decide.
                        case Measure.Total(Term term) -> "round(" + total(term) + ", 3)";
                        case Measure.Ratio(Term above, Term below) ->
                            "round(" + total(above) + " / greatest(" + total(below) + ", 1e-9), 9)";
                        case Measure.SampleInterval() -> "round(" + total(Term.REQUESTS) + " / p.n, 9)";
                        case Measure.Quantile _ -> "";
                    };
                }
            }
            return "p.o" + ordered.indexOf(path);
        }

        private String total(Term term) {
            int i = terms.indexOf(term);
            return "(f.a" + i + " * p.c" + i + " + f.b" + i + " * p.s" + i + ")";
        }
    }

    /// The dimensions that groups are ordered by and not made by.
    private List<String> ordered() {
        Set<String> grouped =
                question.dimensions().stream().map(Dimension::name).collect(Collectors.toSet());
        return question.order().stream()
                .map(Question.Order::path)
                .filter(path -> !grouped.contains(path)
                        && measures.stream().noneMatch(measure -> measure.path().equals(path)))
                .distinct()
                .toList();
    }

    /// The distribution of each value that a quantile is wanted of, by group and column.
    private Map<List<Object>, Map<String, Quantiles>> distributions(QueryEngine.Reading reading, RowPlan rows)
            throws EngineFailure {
        Map<String, Boolean> columns = new LinkedHashMap<>();
        for (Measure measure : measures) {
            if (measure.shape() instanceof Measure.Quantile(String column, boolean positive, double _)) {
                columns.put(column, positive);
            }
        }
        Map<List<Object>, Map<String, Quantiles>> distributions = new HashMap<>();
        for (Map.Entry<String, Boolean> each : columns.entrySet()) {
            Map<List<Object>, Distribution> found = new HashMap<>();
            String column = each.getKey();
            Clause chosen = chosen();
            List<String> expressions = new ArrayList<>(List.of(chosen.sql(), column));
            question.dimensions().forEach(dimension -> expressions.add(expression(dimension)));
            RowPlan.Relation from = relation(rows, mentioned(expressions));
            StringBuilder sql = new StringBuilder("SELECT ");
            question.dimensions()
                    .forEach(dimension -> sql.append(expression(dimension)).append(", "));
            sql.append(column)
                    .append(" AS value, sum(w), sum(w * (w - 1)), count(*) FROM ")
                    .append(from.sql())
                    .append(" WHERE ")
                    .append(chosen.sql())
                    .append(each.getValue() ? " AND " + column + " > 0" : "")
                    .append(" GROUP BY ALL ORDER BY value LIMIT ")
                    .append(MAX_VALUES + 1);
            List<Object> values = new ArrayList<>(from.values());
            values.addAll(chosen.values());
            int[] read = new int[1];
            reading.select(sql.toString(), values, row -> {
                if (++read[0] > MAX_VALUES) {
                    throw Refusal.tooLarge();
                }
                int at = 0;
                List<Object> keys = new ArrayList<>();
                for (Dimension dimension : question.dimensions()) {
                    keys.add(AdaptivePlan.value(row, at++, dimension));
                }
                found.computeIfAbsent(keys, _ -> new Distribution()).add(row, at);
            });
            found.forEach((keys, distribution) ->
                    distributions.computeIfAbsent(keys, _ -> new HashMap<>()).put(column, distribution.quantiles()));
        }
        return distributions;
    }

    /// Values in ascending order, with their weights.
    private static final class Distribution {
        private double[] values = new double[16];
        private double[] weights = new double[16];
        private double[] variances = new double[16];
        private int size;
        private long rows;

        void add(Row row, int at) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
                weights = Arrays.copyOf(weights, 2 * size);
                variances = Arrays.copyOf(variances, 2 * size);
            }
            values[size] = row.getDouble(at);
            weights[size] = row.getDouble(at + 1);
            variances[size] = row.getDouble(at + 2);
            rows += row.getLong(at + 3);
            size++;
        }

        Quantiles quantiles() {
            return Quantiles.of(
                    Arrays.copyOf(values, size), Arrays.copyOf(weights, size), Arrays.copyOf(variances, size), rows);
        }
    }

    private static final Quantiles NOTHING = Quantiles.of(new double[0], new double[0]);

    /// The order that was asked for, when it is by a quantile: the engine has sorted by the rest.
    private Comparator<Group> order(Estimator estimator, Map<List<Object>, Map<String, Quantiles>> distributions) {
        Comparator<Group> order = (_, _) -> 0;
        for (Question.Order each : question.order()) {
            Comparator<Group> next = comparing(each.path(), estimator, distributions);
            order = order.thenComparing(each.descending() ? next.reversed() : next);
        }
        return order;
    }

    private Comparator<Group> comparing(
            String path, Estimator estimator, Map<List<Object>, Map<String, Quantiles>> distributions) {
        for (int i = 0; i < question.dimensions().size(); i++) {
            if (question.dimensions().get(i).name().equals(path)) {
                int at = i;
                return (one, other) -> compare(one.keys().get(at), other.keys().get(at));
            }
        }
        for (Measure measure : measures) {
            if (measure.path().equals(path)) {
                return Comparator.comparingDouble(
                        group -> number(measure, group, estimator, distributions.getOrDefault(group.keys(), Map.of())));
            }
        }
        return (one, other) -> compare(
                Objects.requireNonNull(one.orders().get(path)),
                Objects.requireNonNull(other.orders().get(path)));
    }

    private static int compare(Object one, Object other) {
        return one instanceof String text ? text.compareTo(other.toString()) : Long.compare((Long) one, (Long) other);
    }

    private static double number(
            Measure measure, Group group, Estimator estimator, Map<String, Quantiles> distributions) {
        return switch (measure.shape()) {
            case Measure.Total(Term term) -> estimator.total(group.sums(), term);
            case Measure.Ratio(Term above, Term below) -> estimator.ratio(group.sums(), above, below);
            case Measure.SampleInterval() -> estimator.sampleInterval(group.sums());
            case Measure.Quantile(String column, boolean _, double share) ->
                distributions
                        .getOrDefault(column, NOTHING)
                        .at(share, Report.LEVEL)
                        .estimate();
        };
    }

    private Map<String, Object> shape(Group group, Estimator estimator, Map<String, Quantiles> distributions) {
        Map<String, Object> shown = new HashMap<>();
        Map<String, Object> dimensions = new LinkedHashMap<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            dimensions.put(question.dimensions().get(i).name(), group.keys().get(i));
        }
        shown.put("dimensions", dimensions);
        Map<Measure, Certainty.Bounds> bounds = new LinkedHashMap<>();
        for (Measure measure : measures) {
            double number = number(measure, group, estimator, distributions);
            Certainty.put(shown, measure, AdaptivePlan.rounded(measure, number));
            switch (measure.shape()) {
                case Measure.Total(Term term) ->
                    bounds.put(measure, level -> estimator.interval(group.sums(), term, level));
                case Measure.Ratio(Term above, Term below) ->
                    bounds.put(measure, level -> estimator.ratio(group.sums(), above, below, level));
                case Measure.SampleInterval() -> {}
                case Measure.Quantile(String column, boolean _, double share) ->
                    bounds.put(
                            measure,
                            level -> distributions.getOrDefault(column, NOTHING).at(share, level));
            }
        }
        if (question.fields().contains(Certainty.FIELD)) {
            shown.put(Certainty.FIELD, new Certainty(bounds));
        }
        return shown;
    }
}
