package dev.selvage.bench.analytics;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// Shares over a logarithmic axis, as SVG: every measurement a dot, their mean a line.
final class Chart {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 340;
    private static final int LEFT = 60;
    private static final int TOP = 40;
    private static final int RIGHT = 20;
    private static final int BOTTOM = 70;
    private static final List<String> COLORS = List.of("#0b6e99", "#c2410c", "#2d8a4e", "#6b21a8");

    private Chart() {}

    /// @param x above zero
    record Point(double x, double share) {}

    record Series(String name, List<Point> points) {}

    /// @param least the lower end of the axis of shares; the upper one is 1
    /// @param goals shares to draw a line at
    record Panel(String title, String across, double least, List<Double> goals, List<Series> series) {}

    static String svg(List<Panel> panels) {
        try (Formatter svg = new Formatter(Locale.ROOT)) {
            svg.format(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                            + " font-size=\"12\">",
                    WIDTH * panels.size(), HEIGHT);
            svg.format("<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>");
            for (int i = 0; i < panels.size(); i++) {
                svg.format("<g transform=\"translate(%d 0)\">", i * WIDTH);
                panel(svg, panels.get(i));
                svg.format("</g>");
            }
            svg.format("</svg>%n");
            return svg.toString();
        }
    }

    private static void panel(Formatter svg, Panel panel) {
        int last = (int) Math.ceil(panel.series.stream()
                .flatMap(series -> series.points.stream())
                .mapToDouble(point -> Math.log10(point.x))
                .max()
                .orElse(1));
        svg.format(
                "<text x=\"%d\" y=\"22\" text-anchor=\"middle\" font-weight=\"bold\">%s</text>",
                WIDTH / 2, panel.title);
        for (int decade = 0; decade <= last; decade++) {
            double x = x(Math.pow(10, decade), last);
            svg.format(
                    "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                    x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, Math.round(Math.pow(10, decade)));
        }
        for (int tick = 0; tick <= 5; tick++) {
            double share = panel.least + (1 - panel.least) * tick / 5;
            double y = y(share, panel.least);
            svg.format(
                    "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f %%</text>",
                    LEFT, y, WIDTH - RIGHT, LEFT - 4, y + 4, 100 * share);
        }
        for (double goal : panel.goals) {
            double y = y(goal, panel.least);
            svg.format("<path d=\"M%d %.1f H%d\" stroke=\"#888\" stroke-dasharray=\"4 3\"/>", LEFT, y, WIDTH - RIGHT);
        }
        svg.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 36, panel.across);
        for (int i = 0; i < panel.series.size(); i++) {
            series(svg, panel, panel.series.get(i), i, last);
        }
    }

    private static void series(Formatter svg, Panel panel, Series series, int place, int last) {
        String color = COLORS.get(place % COLORS.size());
        for (Point point : series.points) {
            svg.format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\" fill-opacity=\"0.35\"/>",
                    x(point.x, last), y(point.share, panel.least), color);
        }
        StringBuilder line = new StringBuilder();
        series.points.stream().mapToDouble(Point::x).distinct().sorted().forEach(x -> {
            double mean = series.points.stream()
                    .filter(point -> point.x == x)
                    .mapToDouble(Point::share)
                    .average()
                    .orElseThrow();
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(x, last), y(mean, panel.least)));
        });
        svg.format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                line.toString().strip(), color);
        svg.format(
                "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
                LEFT + place % 2 * 190, HEIGHT - 18 + place / 2 * 14, color, series.name);
    }

    private static double x(double value, int last) {
        return LEFT + Math.log10(value) / last * (WIDTH - RIGHT - LEFT);
    }

    private static double y(double share, double least) {
        return HEIGHT - BOTTOM - (Math.max(share, least) - least) / (1 - least) * (HEIGHT - BOTTOM - TOP);
    }
}
