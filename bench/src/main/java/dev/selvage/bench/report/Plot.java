package dev.selvage.bench.report;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Lines over logarithmic axes, as SVG.
public final class Plot {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int RIGHT = 20;
    private static final int BOTTOM = 60;
    private static final List<String> COLORS = List.of("#0b6e99", "#2d8a4e", "#c2410c", "#6b21a8");

    private Plot() {}

    /// @param points values above zero
    public record Line(String name, Map<? extends Number, Double> points) {}

    public record Panel(String title, String across, String up, List<Line> lines) {}

    /// The panels beside each other.
    public static String svg(List<Panel> panels) {
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
            svg.format("</svg>");
            return svg.toString();
        }
    }

    private static void panel(Formatter svg, Panel panel) {
        double[] xs = panel.lines.stream()
                .flatMap(line -> line.points.keySet().stream())
                .mapToDouble(Number::doubleValue)
                .toArray();
        double[] ys = panel.lines.stream()
                .flatMap(line -> line.points.values().stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        Axis across = Axis.over(xs, LEFT, WIDTH - RIGHT);
        Axis up = Axis.over(ys, HEIGHT - BOTTOM, TOP);
        svg.format(
                "<text x=\"%d\" y=\"22\" text-anchor=\"middle\" font-weight=\"bold\">%s</text>",
                WIDTH / 2, escaped(panel.title));
        for (int decade = across.first; decade <= across.last; decade++) {
            double x = across.at(Math.pow(10, decade));
            svg.format(
                    "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, label(decade));
        }
        for (int decade = up.first; decade <= up.last; decade++) {
            double y = up.at(Math.pow(10, decade));
            svg.format(
                    "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, label(decade));
        }
        svg.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 36, escaped(panel.across));
        svg.format(
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2, escaped(panel.up));
        for (int i = 0; i < panel.lines.size(); i++) {
            line(svg, panel.lines.get(i), COLORS.get(i % COLORS.size()), i, across, up);
        }
    }

    private static void line(Formatter svg, Line line, String color, int place, Axis across, Axis up) {
        StringBuilder points = new StringBuilder();
        line.points.forEach((x, y) -> {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", across.at(x.doubleValue()), up.at(y)));
            svg.format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                    across.at(x.doubleValue()), up.at(y), color);
        });
        svg.format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                points.toString().strip(), color);
        svg.format(
                "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
                LEFT + 10 + place * 90, HEIGHT - 8, color, escaped(line.name));
    }

    /// Whole decades, spread over a stretch.
    private record Axis(int first, int last, double from, double to) {
        static Axis over(double[] values, double from, double to) {
            double least = Double.MAX_VALUE;
            double most = Double.MIN_VALUE;
            for (double value : values) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            if (values.length == 0) {
                return new Axis(0, 1, from, to);
            }
            int first = (int) Math.floor(Math.log10(least));
            return new Axis(first, Math.max(first + 1, (int) Math.ceil(Math.log10(most))), from, to);
        }

        double at(double value) {
            return from + (Math.log10(value) - first) / (last - first) * (to - from);
        }
    }

    private static String label(int decade) {
        if (decade >= 5) {
            // Ten of these stand beside each other.
            return "10" + superscript(decade);
        }
        return decade >= 0
                ? String.format(Locale.ROOT, "%,d", (long) Math.pow(10, decade))
                : String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade));
    }

    private static String superscript(int number) {
        StringBuilder written = new StringBuilder();
        Integer.toString(number).chars().forEach(digit -> written.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0')));
        return written.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
