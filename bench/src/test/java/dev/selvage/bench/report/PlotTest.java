package dev.selvage.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PlotTest {
    private static Plot.Line line(String name, Map<Integer, Double> points) {
        return new Plot.Line(name, new TreeMap<>(points));
    }

    @Test
    void everyLineIsDrawnOverWholeDecades() throws Exception {
        String svg = Plot.svg(List.of(
                new Plot.Panel(
                        "a < b",
                        "across",
                        "up",
                        List.of(line("one", Map.of(1, 2.0, 100, 20.0)), line("two", Map.of(10, 0.5)))),
                new Plot.Panel("empty", "across", "up", List.of())));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(svg).contains(">a &lt; b<", ">one<", ">two<", ">0.1<", ">1<", ">100<");
        // From 1 to 100 across and from 0.1 to 100 up: a hundred is at the right edge, one at the left.
        assertThat(svg).contains("points=\"70.0,").contains(" 440.0,");
    }
}
