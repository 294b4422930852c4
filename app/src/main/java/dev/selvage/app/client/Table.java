package dev.selvage.app.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Rows under titles, aligned by what a terminal shows. Where the terminal is too narrow, the widest columns that may
/// shrink are cut; what goes to a file or a program is never cut.
final class Table {
    private static final int GAP = 2;
    private static final int LEAST = 8;

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<Column> columns) {
        this.columns = columns;
    }

    void add(JsonNode item) {
        rows.add(columns.stream().map(column -> column.of(item)).toList());
    }

    /// @param most columns of the terminal; 0 when there is none
    /// @param ellipsis of one column
    /// @param title dresses the first line
    void print(int most, String ellipsis, java.util.function.UnaryOperator<String> title, Consumer<String> line) {
        int[] widths = new int[columns.size()];
        Arrays.setAll(widths, i -> Printable.width(columns.get(i).title()));
        rows.forEach(row -> Arrays.setAll(widths, i -> Math.max(widths[i], Printable.width(row.get(i)))));
        if (most > 0) {
            fit(widths, most);
        }
        line.accept(title.apply(line(columns.stream().map(Column::title).toList(), widths, ellipsis)));
        rows.forEach(row -> line.accept(line(row, widths, ellipsis)));
    }

    private void fit(int[] widths, int most) {
        int excess = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - most;
        while (excess > 0) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                int least = Math.max(LEAST, Printable.width(columns.get(i).title()));
                boolean canShrink = columns.get(i).shrinks() && widths[i] > least;
                if (canShrink && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            excess--;
        }
    }

    private static String line(List<String> cells, int[] widths, String ellipsis) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = Printable.clip(cells.get(i), widths[i], ellipsis);
            line.append(cell);
            if (i < widths.length - 1) {
                line.repeat(" ", widths[i] - Printable.width(cell) + GAP);
            }
        }
        return line.toString().stripTrailing();
    }
}
