package dev.selvage.bench.analytics;

import dev.selvage.app.demo.AccessLog;
import dev.selvage.model.event.CacheStatus;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tukaani.xz.XZInputStream;

/// Requests in the shapes of two real traces: the objects of a CDN, their popularity and sizes, and the
/// pages, visitors, agents and referers of a web server.
final class Shapes {
    private static final String TRACE = "cdn-sample.trace.xz";
    private static final List<String> TYPES = List.of("jpg", "js", "css", "png", "json", "mp4", "woff2", "html");
    /// Countries by falling share of visitors.
    private static final List<String> COUNTRIES =
            List.of("US", "US", "US", "US", "DE", "DE", "DE", "GB", "GB", "FR", "FR", "IN", "BR", "JP", "CA", "NL");

    /// One request of a trace.
    ///
    /// @param status of the cache when the trace is played from its start through an infinite one
    record Shape(
            String path,
            String query,
            String contentType,
            int code,
            long bytes,
            CacheStatus status,
            String referer,
            String userAgent,
            String client,
            String country) {}

    private final Shape[] shapes;

    private Shapes(List<Shape> shapes) {
        this.shapes = shapes.toArray(Shape[]::new);
    }

    /// Reads both traces.
    static Shapes read() throws IOException {
        List<AccessLog.Entry> log = AccessLog.bundled().entries();
        List<Shape> shapes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (AccessLog.Entry entry : log) {
            String target = entry.target();
            int question = target.indexOf('?');
            String path = question < 0 ? target : target.substring(0, question);
            boolean cacheable = entry.method().equals("GET") && entry.status() == 200;
            CacheStatus status =
                    !cacheable ? CacheStatus.DYNAMIC : seen.add(target) ? CacheStatus.MISS : CacheStatus.HIT;
            int dot = path.lastIndexOf('.');
            String type = dot > path.lastIndexOf('/') && path.length() - dot <= 6 ? path.substring(dot + 1) : "html";
            shapes.add(shape(
                    path,
                    question < 0 ? "" : target.substring(question),
                    type,
                    entry.status(),
                    entry.bytes(),
                    status,
                    entry,
                    shapes.size()));
        }
        InputStream trace = Shapes.class.getResourceAsStream(TRACE);
        if (trace == null) {
            throw new FileNotFoundException("the trace " + TRACE + " is missing from this build");
        }
        try (var lines = new BufferedReader(
                new InputStreamReader(new XZInputStream(trace, 128 << 10), StandardCharsets.US_ASCII))) {
            for (String line; (line = lines.readLine()) != null; ) {
                String[] parts = line.split(" ", -1);
                int id = Integer.parseInt(parts[1]);
                String type = TYPES.get(id % TYPES.size());
                String path = "/assets/" + id % 97 + "/" + Integer.toHexString(id * 0x9E3779B1) + "." + type;
                shapes.add(shape(
                        path,
                        "",
                        type,
                        200,
                        Long.parseLong(parts[2]),
                        seen.add(path) ? CacheStatus.MISS : CacheStatus.HIT,
                        log.get(shapes.size() % log.size()),
                        shapes.size()));
            }
        }
        return new Shapes(shapes);
    }

    private static Shape shape(
            String path,
            String query,
            String type,
            int code,
            long bytes,
            CacheStatus status,
            AccessLog.Entry visitor,
            int number) {
        return new Shape(
                path,
                query,
                type,
                code,
                bytes,
                status,
                visitor.referer(),
                visitor.userAgent(),
                visitor.client().substring(0, visitor.client().lastIndexOf('.') + 1),
                COUNTRIES.get(number * 7 % COUNTRIES.size()));
    }

    int size() {
        return shapes.length;
    }

    /// One of them; each as likely as the others, so that an object is as likely as it is popular.
    Shape of(long random) {
        return shapes[(int) Math.floorMod(random, (long) shapes.length)];
    }
}
