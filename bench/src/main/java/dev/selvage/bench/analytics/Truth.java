package dev.selvage.bench.analytics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was really played for one zone: the oracle of its answers.
final class Truth {
    private final Shapes shapes;
    private final long[] byShape;
    private long requests;
    private long bytes;

    Truth(Shapes shapes) {
        this.shapes = shapes;
        byShape = new long[shapes.size()];
    }

    void count(int shape, long size) {
        byShape[shape]++;
        requests++;
        bytes += size + 380;
    }

    long requests() {
        return requests;
    }

    /// Bytes sent, heads included.
    long bytes() {
        return bytes;
    }

    /// Requests by path.
    Map<String, Long> paths() {
        Map<String, Long> paths = new HashMap<>();
        for (int i = 0; i < byShape.length; i++) {
            if (byShape[i] > 0) {
                paths.merge(shapes.of(i).path(), byShape[i], Long::sum);
            }
        }
        return paths;
    }

    /// The most requested paths, the first one first.
    Map<String, Long> top(int count) {
        List<Map.Entry<String, Long>> sorted = paths().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(count)
                .toList();
        Map<String, Long> top = new LinkedHashMap<>();
        sorted.forEach(entry -> top.put(entry.getKey(), entry.getValue()));
        return top;
    }

    @Override
    public String toString() {
        return requests + " requests, " + bytes + " bytes, "
                + Arrays.stream(byShape).filter(n -> n > 0).count() + " shapes";
    }
}
