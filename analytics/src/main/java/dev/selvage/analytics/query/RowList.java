package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Answers a question for single rows: those that are stored, at the tiers that the budget allows.
final class RowList {
    private final Question question;
    private final QueryEngine.Limits limits;
    private final long now;

    RowList(Question question, QueryEngine.Limits limits, long now) {
        this.question = question;
        this.limits = limits;
        this.now = now;
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        Clause where = Clause.of(question.filter(), RowAnswer.CLOCK, 1, RowAnswer::rowColumn);
        long from = RowAnswer.begin(where, limits, now);
        QueryEngine.checkAge(question, from, question.dataset().kept(limits), now);
        RowIndex index = RowIndex.read(reading, question.zones(), from, where.until());
        Planner.Plan plan = index.plan(limits.rowBudget());
        boolean exact = plan.finest() && index.complete(reading, now);
        List<String> expressions = new ArrayList<>();
        question.dimensions().forEach(each -> expressions.add(RowAnswer.expression(each)));
        Set<String> order = new LinkedHashSet<>();
        for (Question.Order each : question.order()) {
            Dimension dimension = AdaptivePlan.ordering(question, each.path());
            String by = RowAnswer.expression(dimension);
            // All rows are alike in a constant.
            if (dimension.constant() == null && !order.contains(by + " DESC")) {
                order.add(by + (each.descending() ? " DESC" : " ASC"));
            }
        }
        // So that paging is stable: no two rows are alike in these.
        boolean descending = order.isEmpty() || order.iterator().next().endsWith(" DESC");
        for (String last : List.of(RowAnswer.CLOCK, "ray")) {
            order.add(last + (descending ? " DESC" : " ASC"));
        }
        List<String> mentioned = new ArrayList<>(expressions);
        mentioned.add(where.sql());
        mentioned.addAll(order);
        RowPlan.Relation rows =
                index.rows(plan).relation(RowAnswer.mentioned(mentioned), from, where.until(), Clause.TRUE);
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 0; i < expressions.size(); i++) {
            sql.append(i == 0 ? "" : ", ")
                    .append(expressions.get(i))
                    .append(" AS d")
                    .append(i);
        }
        if (expressions.isEmpty()) {
            sql.append("1");
        }
        sql.append(" FROM ")
                .append(rows.sql())
                .append(" WHERE ")
                .append(where.sql())
                .append(" ORDER BY ")
                .append(String.join(", ", order))
                .append(" LIMIT ")
                .append(question.limit());
        List<Object> values = new ArrayList<>(rows.values());
        values.addAll(where.values());
        List<Map<String, Object>> found = new ArrayList<>();
        reading.select(sql.toString(), values, row -> {
            Map<String, Object> one = new LinkedHashMap<>();
            int at = 0;
            for (Dimension dimension : question.dimensions()) {
                one.put(dimension.name(), AdaptivePlan.value(row, at++, dimension));
            }
            found.add(one);
        });
        return new QueryEngine.Answer(found, new Report(exact, false, plan.rows(), index.tiers(plan), null, null));
    }
}
