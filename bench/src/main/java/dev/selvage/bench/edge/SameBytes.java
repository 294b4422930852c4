package dev.selvage.bench.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Proves that a contender serves what the origin serves, from its cache.
final class SameBytes {
    private final HttpClient client;
    private final Origin origin;
    private final int originPort;

    SameBytes(HttpClient client, Origin origin, int originPort) {
        this.client = client;
        this.origin = origin;
        this.originPort = originPort;
    }

    /// Asks for every object twice; the second time the origin must not hear of it.
    ///
    /// @throws IOException when a body differs from the origin's, or an object is not in the contender's cache
    void prove(Contender.Running contender, List<Load> loads) throws IOException, InterruptedException {
        for (Load load : loads) {
            for (String path : load.paths()) {
                byte[] expected = get(originPort, path);
                if (!Arrays.equals(expected, load.content(path))) {
                    throw new IOException("the origin itself does not serve " + path + " as it was made");
                }
                same(contender, path, expected);
            }
        }
        long before = origin.asked();
        for (Load load : loads) {
            for (String path : load.paths()) {
                same(contender, path, load.content(path));
            }
        }
        long asked = origin.asked() - before;
        if (asked != 0) {
            throw new IOException(contender.name() + " asked the origin " + asked
                    + " times for objects that it should have had in its cache");
        }
    }

    private void same(Contender.Running contender, String path, byte[] expected)
            throws IOException, InterruptedException {
        byte[] body = get(contender.port(), path);
        if (!Arrays.equals(expected, body)) {
            throw new IOException(contender.name() + " serves " + path + " with " + body.length
                    + " bytes that are not the origin's " + expected.length);
        }
    }

    private byte[] get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new IOException("port " + port + " gave no answer for " + path + ": " + failure, failure);
        }
        if (answer.statusCode() != 200) {
            throw new IOException("port " + port + " answered " + answer.statusCode() + " for " + path);
        }
        return answer.body();
    }
}
