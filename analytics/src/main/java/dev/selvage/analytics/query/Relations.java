package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.List;

/// Relations of the same columns as one.
final class Relations {
    private static final String FILES = "read_parquet([";
    private static final String END = "])";

    private Relations() {}

    /// The union of relations; lists of files become one list, which the engine plans once.
    ///
    /// @param relations at least one
    static String union(List<String> relations, List<String> columns) {
        if (relations.size() == 1) {
            return relations.getFirst();
        }
        StringBuilder files = new StringBuilder();
        List<String> others = new ArrayList<>();
        for (String relation : relations) {
            if (relation.startsWith(FILES) && relation.indexOf(END) == relation.length() - END.length()) {
                files.append(files.isEmpty() ? "" : ", ")
                        .append(relation, FILES.length(), relation.length() - END.length());
            } else {
                others.add(relation);
            }
        }
        if (!files.isEmpty()) {
            others.add(FILES + files + END);
        }
        if (others.size() == 1) {
            return others.getFirst();
        }
        String names = String.join(", ", columns);
        StringBuilder union = new StringBuilder("(");
        for (String other : others) {
            union.append(union.length() == 1 ? "" : " UNION ALL ")
                    .append("SELECT ")
                    .append(names)
                    .append(" FROM ")
                    .append(other);
        }
        return union.append(')').toString();
    }
}
