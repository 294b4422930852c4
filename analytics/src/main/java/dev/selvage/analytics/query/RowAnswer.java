package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.estimate.Quantiles;
import dev.selvage.analytics.estimate.Ranks;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Answers a question from rows: plans the tiers by the index, asks the counters for the truth about the
/// whole, reads the rows once, and estimates.
///
/// The *domain* is what the estimates are calibrated to: the zones, the time, and as much of the filter
/// as one kind of counters holds. The rest of the filter chooses rows within it.
final class RowAnswer {
    /// The column that holds when a row began.
    static final String CLOCK = "started";

    /// What counters call the values of a dimension beyond their bound.
    private static final String FOLDED = "other";

    private static final long HOUR = Level.HOUR.milliseconds();

    /// How many groups beyond the limit are looked at, to say what a list of the largest may miss.
    private static final int BEYOND = 10;

    /// How many places of a list have their overlaps told.
    private static final int RANKED = 100;

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
        Clause whole = Clause.of(question.filter(), CLOCK, 1, RowAnswer::rowColumn);
        from = begin(whole, limits, now);
        until = whole.until();
        domain = domain(narrow);
        quantiles =
                question.order().stream().anyMatch(each -> quantile(each.path()).isPresent());
    }

    /// When a question begins; without a bound it is about what is kept.
    static long begin(Clause filter, QueryEngine.Limits limits, long now) {
        return filter.from() == Long.MIN_VALUE
                ? Math.floorDiv(now - limits.rows().toMillis(), HOUR) * HOUR
                : filter.from();
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

    static String rowColumn(Dimension dimension) {
        if (dimension.row() == null) {
            throw new IllegalStateException("no row holds " + dimension.name());
        }
        return dimension.row();
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        QueryEngine.checkAge(question, from, Dataset.longer(limits.thin(), limits.rows()), now);
        Truth truth = truth(reading);
        if (truth.folded()) {
            return new RowAnswer(question, measures, window, limits, now, false).run(reading);
        }
        RowIndex index = RowIndex.read(reading, question.zones(), from, until);
        Planner.Plan plan = index.plan(limits.rowBudget());
        RowPlan rows = index.rows(plan);
        boolean finest = plan.finest();
        boolean whole = finest && truth.totals().isEmpty() && index.complete(reading, now);
        boolean ranked = ranked();
        Set<String> grouped =
                question.dimensions().stream().map(Dimension::name).collect(Collectors.toSet());
        RowGroups read =
                new RowGroups(question, terms, RowGroups.ordered(question, measures, grouped), chosen(), this::bounded);
        read.read(reading, relation(rows, mentioned(read.expressions())), index.unseen(plan));
        Estimator.Sums all = read.all();
        Double requests = truth.totals().get(Term.REQUESTS.counter());
        boolean exact =
                whole || (finest && requests != null && all.sampled() == 0 && all.rows() == Math.round(requests));
        Estimator estimator =
                new Estimator(terms, all, factors(all, truth), !truth.totals().isEmpty(), exact);
        Map<List<Object>, Map<String, Quantiles>> distributions =
                measures.stream().anyMatch(each -> each.shape() instanceof Measure.Quantile)
                        ? distributions(reading, rows)
                        : Map.of();
        List<RowGroups.Group> groups = new GroupOrder(question, measures)
                .first(
                        read,
                        question.limit() + (ranked ? BEYOND : 0),
                        (measure, group) -> number(measure, read, group, estimator, distributions));
        Report.Ranking ranking = ranked && !exact ? ranking(groups, estimator, requests, all.rows()) : null;
        List<Map<String, Object>> shown = groups.stream()
                .limit(question.limit())
                .map(group -> shape(group, estimator, distributions.getOrDefault(group.keys(), Map.of())))
                .toList();
        Report.Calibrated calibrated =
                exact || requests == null ? null : new Report.Calibrated(Math.round(requests), truth.by());
        return new QueryEngine.Answer(
                shown, new Report(exact, false, plan.rows(), index.tiers(plan), calibrated, ranking));
    }

    /// How the sums of each term become totals.
    private List<Estimator.Factors> factors(Estimator.Sums all, Truth truth) {
        List<Estimator.Factors> factors = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            factors.add(Estimator.Factors.of(
                    all.parts().get(term.own() ? i : 0), truth.totals().get(term.counter())));
        }
        return factors;
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

    private Report.Ranking ranking(
            List<RowGroups.Group> groups, Estimator estimator, @Nullable Double requests, long rows) {
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

    /// The rows of the domain, with the columns that a statement takes.
    private RowPlan.Relation relation(RowPlan rows, Set<String> columns) {
        List<Clause> parts = domain.conditions().stream()
                .map(each -> Clause.of(each, CLOCK, 1, RowAnswer::rowColumn))
                .toList();
        return rows.relation(columns, from, until, Clause.all(parts));
    }

    /// The columns of rows that SQL mentions.
    static Set<String> mentioned(Iterable<String> expressions) {
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

    static String expression(Dimension dimension) {
        return dimension.bucket() > 0 ? CLOCK + " - " + CLOCK + " % " + dimension.bucket() : rowColumn(dimension);
    }

    /// True when an interval is wanted for a term.
    private boolean bounded(Term term) {
        return question.fields().contains(Certainty.FIELD)
                || (ranked() && rankedBy().orElseThrow().equals(term));
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

    /// What a group is ordered by.
    private double number(
            Measure measure,
            RowGroups groups,
            int group,
            Estimator estimator,
            Map<List<Object>, Map<String, Quantiles>> distributions) {
        return switch (measure.shape()) {
            case Measure.Total(Term term) -> total(groups, group, estimator, term);
            case Measure.Ratio(Term above, Term below) -> {
                double under = total(groups, group, estimator, below);
                yield under > 0 ? total(groups, group, estimator, above) / under : 0;
            }
            case Measure.Part(Term above, Term below) -> {
                double under = total(groups, group, estimator, below);
                yield under > 0 ? total(groups, group, estimator, above) / under : 0;
            }
            case Measure.Constant _ -> 0;
            case Measure.SampleInterval() -> total(groups, group, estimator, Term.REQUESTS) / groups.rows(group);
            case Measure.Quantile _ -> {
                RowGroups.Group whole = groups.group(group);
                yield number(measure, whole, estimator, distributions.getOrDefault(whole.keys(), Map.of()));
            }
        };
    }

    private static double total(RowGroups groups, int group, Estimator estimator, Term term) {
        return estimator.total(groups.certain(group, term), groups.sampled(group, term), term);
    }

    private static double number(
            Measure measure, RowGroups.Group group, Estimator estimator, Map<String, Quantiles> distributions) {
        return switch (measure.shape()) {
            case Measure.Total(Term term) -> estimator.total(group.sums(), term);
            case Measure.Ratio(Term above, Term below) -> estimator.ratio(group.sums(), above, below);
            case Measure.Part(Term above, Term below) -> estimator.ratio(group.sums(), above, below);
            case Measure.Constant _ -> 0;
            case Measure.SampleInterval() -> estimator.sampleInterval(group.sums());
            case Measure.Quantile(String column, boolean _, double share) ->
                distributions
                        .getOrDefault(column, NOTHING)
                        .at(share, Report.LEVEL)
                        .estimate();
        };
    }

    private Map<String, Object> shape(
            RowGroups.Group group, Estimator estimator, Map<String, Quantiles> distributions) {
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
                case Measure.SampleInterval(), Measure.Part _, Measure.Constant _ -> {}
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
