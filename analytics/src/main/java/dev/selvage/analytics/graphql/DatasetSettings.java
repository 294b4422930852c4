package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Dataset;
import dev.selvage.analytics.query.Dimension;
import dev.selvage.analytics.query.Measure;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Question;
import dev.selvage.analytics.query.RollupPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a caller may ask of each dataset: `settings` of a scope.
final class DatasetSettings {
    private DatasetSettings() {}

    static Map<String, Object> shown(boolean account, QueryEngine.Limits limits) {
        Map<String, Object> settings = new HashMap<>();
        for (Dataset dataset : Dataset.values()) {
            // As long as it is kept: no width is too large by itself.
            long kept = dataset.kept(limits).toSeconds();
            settings.put(
                    dataset.wire(),
                    Map.of(
                            "enabled",
                            dataset.form() != Dataset.Form.NOTHING,
                            "availableFields",
                            fields(dataset, account),
                            "maxDuration",
                            kept,
                            "maxNumberOfFields",
                            (long) Fetchers.MAX_FIELDS,
                            "maxPageSize",
                            (long) Question.MAX_LIMIT,
                            "notOlderThan",
                            kept));
        }
        return settings;
    }

    /// The fields that are measured; the others are there, and always the same.
    private static List<String> fields(Dataset dataset, boolean account) {
        List<String> fields = new ArrayList<>();
        String prefix = dataset.form() == Dataset.Form.ROWS ? "" : "dimensions_";
        for (Dimension dimension : dataset.dimensions(account)) {
            if (dimension.measured() && dimension.groupable()) {
                fields.add(prefix + dimension.name());
            }
        }
        for (Measure measure : dataset.measures()) {
            if (measure.measured()) {
                fields.add(measure.path());
            }
        }
        if (dataset.form() == Dataset.Form.ROLLUP) {
            fields.addAll(RollupPlan.availableFields());
        }
        return fields;
    }
}
