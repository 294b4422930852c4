package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// The sums of a question's groups and of the whole, in one reading of the planned rows.
///
/// The engine adds up; everything else is done here, because it plans an arithmetic expression in
/// more time than it takes to evaluate it for some ten thousand groups. There are no more groups than
/// the budget has rows.
final class RowGroups {
    private static final String PARTS = "csvxlq";
    private static final int LARGEST = PARTS.indexOf('l');
    private static final int LEAST = 64;

    private final Question question;
    private final List<Term> terms;
    private final List<String> ordered;
    private final Clause chosen;
    private final Predicate<Term> bounded;

    private final int[] places;

    /// By [#PARTS] and term: the column that holds it, or 0.
    private final int[][] columns;

    // In columns, because there may be as many groups as rows, and most of them are only added up.
    private int size;
    private Object[] keys;
    private Object[] orders;
    private long[] rows = new long[LEAST];
    private double[] parts;

    private double[] unseen = new double[2];
    private long allRows;
    private final double[] allParts;

    /// Where rows were seen: the most requests, and bytes, that one that was left out there stood for.
    private final Map<List<Object>, double[]> heaviest = new HashMap<>();

    /// A group that is to be shown.
    ///
    /// @param index its place among the groups that were read
    record Group(int index, List<Object> keys, Estimator.Sums sums) {}

    /// @param terms of which the first is [Term#REQUESTS]
    /// @param ordered the dimensions that groups are ordered by and not made by
    /// @param chosen what chooses rows within the domain
    /// @param bounded whether an interval is wanted for a term
    RowGroups(Question question, List<Term> terms, List<String> ordered, Clause chosen, Predicate<Term> bounded) {
        this.question = question;
        this.terms = terms;
        this.ordered = ordered;
        this.chosen = chosen;
        this.bounded = bounded;
        columns = new int[PARTS.length()][terms.size()];
        places = IntStream.range(0, question.dimensions().size())
                .filter(i -> placed(question.dimensions().get(i)))
                .toArray();
        keys = new Object[LEAST * question.dimensions().size()];
        orders = new Object[LEAST * ordered.size()];
        parts = new double[LEAST * width()];
        allParts = new double[width()];
    }

    private int width() {
        return terms.size() * PARTS.length();
    }

    /// Every expression that it evaluates on rows.
    List<String> expressions() {
        List<String> expressions = new ArrayList<>(List.of(chosen.sql(), "mean_bytes"));
        terms.forEach(term -> expressions.add(term.sql()));
        question.dimensions().forEach(each -> expressions.add(RowAnswer.expression(each)));
        ordered.forEach(path -> expressions.add(RowAnswer.expression(AdaptivePlan.ordering(question, path))));
        return expressions;
    }

    /// @param from with the columns of [#expressions]
    /// @param unseen the most requests, and bytes, that a row could have stood for where none was seen
    void read(QueryEngine.Reading reading, RowPlan.Relation from, double[] unseen) throws EngineFailure {
        this.unseen = unseen;
        boolean some = !chosen.equals(Clause.TRUE);
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT ").append(some ? "hit" : "TRUE");
        List<String> grouped = new ArrayList<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            Dimension dimension = question.dimensions().get(i);
            String key = RowAnswer.expression(dimension);
            sql.append(", ")
                    .append(some && !placed(dimension) ? "CASE WHEN hit THEN " + key + " END" : key)
                    .append(" AS d")
                    .append(i);
            grouped.add("d" + i);
        }
        for (String path : ordered) {
            sql.append(", min(")
                    .append(RowAnswer.expression(AdaptivePlan.ordering(question, path)))
                    .append(')');
        }
        sql.append(", count(*), max(u), ")
                .append(bounded.test(Term.counted("response_bytes")) ? "max(u * mean_bytes)" : "0.0");
        int column = grouped.size() + ordered.size() + 4;
        for (int i = 0; i < terms.size(); i++) {
            for (Map.Entry<String, String> part : sums(terms.get(i)).entrySet()) {
                sql.append(", ").append(part.getValue());
                columns[PARTS.indexOf(part.getKey())][i] = column++;
            }
        }
        // Of ones, the square and the value are the same.
        columns[PARTS.indexOf('x')][0] = columns[PARTS.indexOf('v')][0];
        columns[PARTS.indexOf('q')][0] = columns[PARTS.indexOf('c')][0];
        // A row is certain (y) or stands for z requests.
        sql.append(" FROM (SELECT *, CASE WHEN w > 1 THEN 0.0::DOUBLE ELSE 1.0::DOUBLE END AS y,"
                + " CASE WHEN w > 1 THEN w ELSE 0.0::DOUBLE END AS z");
        if (some) {
            sql.append(", ").append(chosen.sql()).append(" AS hit");
            values.addAll(chosen.values());
            grouped.add("hit");
        }
        sql.append(" FROM ").append(from.sql()).append(')');
        values.addAll(from.values());
        if (!grouped.isEmpty()) {
            sql.append(" GROUP BY ").append(String.join(", ", grouped));
        }
        reading.select(sql.append(" HAVING count(*) > 0").toString(), values, this::take);
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
        if (bounded.test(term)) {
            sums.put("v", "sum(" + x + " * " + x + " * (z * (z - 1)))");
            sums.put("x", "sum(" + x + " * (z * (z - 1)))");
            sums.put("l", "max(z * " + x + ")");
            sums.put("q", "sum(y * " + x + " * " + x + ")");
        }
        return sums;
    }

    /// True for a time or a zone: what was left out of such a group can only have been where the group is.
    private static boolean placed(Dimension dimension) {
        return dimension.bucket() > 0 || dimension.name().equals("zoneTag");
    }

    private void take(Row row) {
        int dimensions = question.dimensions().size();
        if (size == rows.length) {
            keys = Arrays.copyOf(keys, 2 * size * dimensions);
            orders = Arrays.copyOf(orders, 2 * size * ordered.size());
            rows = Arrays.copyOf(rows, 2 * size);
            parts = Arrays.copyOf(parts, 2 * size * width());
        }
        int at = 1;
        for (int i = 0; i < dimensions; i++) {
            keys[size * dimensions + i] =
                    AdaptivePlan.value(row, at++, question.dimensions().get(i));
        }
        for (int i = 0; i < ordered.size(); i++) {
            orders[size * ordered.size() + i] =
                    AdaptivePlan.value(row, at++, AdaptivePlan.ordering(question, ordered.get(i)));
        }
        rows[size] = row.getLong(at);
        allRows += rows[size];
        double[] most = heaviest.computeIfAbsent(place(size), _ -> unseen.clone());
        most[0] = Math.max(most[0], row.getDouble(at + 1));
        most[1] = Math.max(most[1], row.getDouble(at + 2));
        for (int term = 0, to = size * width(); term < terms.size(); term++) {
            for (int part = 0; part < PARTS.length(); part++, to++) {
                int column = columns[part][term];
                double value = column == 0 ? 0 : row.getDouble(column);
                parts[to] = value;
                int whole = term * PARTS.length() + part;
                allParts[whole] = part == LARGEST ? Math.max(allParts[whole], value) : allParts[whole] + value;
            }
        }
        // Of a group that was not chosen nothing is known but where it is.
        if (row.getLong(0) != 0) {
            size++;
        }
    }

    private List<Object> place(int group) {
        int first = group * question.dimensions().size();
        return switch (places.length) {
            case 0 -> List.of();
            case 1 -> List.of(keys[first + places[0]]);
            default ->
                IntStream.of(places).mapToObj(place -> keys[first + place]).toList();
        };
    }

    /// What all rows of the domain add up to.
    Estimator.Sums all() {
        double[] most = unseen.clone();
        for (double[] each : heaviest.values()) {
            most[0] = Math.max(most[0], each[0]);
            most[1] = Math.max(most[1], each[1]);
        }
        return sums(allRows, most, allParts, 0);
    }

    private Estimator.Sums sums(long rows, double[] most, double[] from, int at) {
        List<Estimator.Part> read = new ArrayList<>();
        for (int term = 0, i = at; term < terms.size(); term++, i += PARTS.length()) {
            read.add(new Estimator.Part(from[i], from[i + 1], from[i + 2], from[i + 3], from[i + 4], from[i + 5]));
        }
        return new Estimator.Sums(rows, rows - Math.round(from[at]), most[0], most[1], read);
    }

    /// How many groups of chosen rows there are.
    int size() {
        return size;
    }

    long rows(int group) {
        return rows[group];
    }

    /// See [Estimator.Part].
    double certain(int group, Term term) {
        return parts[group * width() + terms.indexOf(term) * PARTS.length()];
    }

    double sampled(int group, Term term) {
        return parts[group * width() + terms.indexOf(term) * PARTS.length() + 1];
    }

    Object key(int group, int dimension) {
        return keys[group * question.dimensions().size() + dimension];
    }

    /// @param path of [#ordered]
    Object order(int group, String path) {
        return orders[group * ordered.size() + ordered.indexOf(path)];
    }

    Group group(int group) {
        List<Object> own = new ArrayList<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            own.add(key(group, i));
        }
        double[] most = Objects.requireNonNull(heaviest.get(place(group)));
        return new Group(group, own, sums(rows[group], most, parts, group * width()));
    }

    /// The dimensions that groups are ordered by and not made by.
    static List<String> ordered(Question question, List<Measure> measures, Set<String> grouped) {
        return question.order().stream()
                .map(Question.Order::path)
                .filter(path -> !grouped.contains(path)
                        && measures.stream().noneMatch(measure -> measure.path().equals(path)))
                .distinct()
                .toList();
    }
}
