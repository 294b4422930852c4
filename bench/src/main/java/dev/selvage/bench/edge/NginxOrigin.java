package dev.selvage.bench.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The origin of a comparison, which counts its requests.
final class NginxOrigin implements Origin {
    /// The third number of `stub_status`'s third line.
    private static final Pattern REQUESTS = Pattern.compile("\\d+ \\d+ (\\d+)");

    private final HttpClient client;
    private final int port;
    private long questions;

    NginxOrigin(HttpClient client, int port) {
        this.client = client;
        this.port = port;
    }

    int port() {
        return port;
    }

    @Override
    public long asked() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/_status"))
                .timeout(Duration.ofSeconds(10))
                .build();
        String status =
                client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        questions++; // it counts the question itself
        return requests(status) - questions;
    }

    static long requests(String status) throws IOException {
        Matcher requests = REQUESTS.matcher(status);
        if (!requests.find()) {
            throw new IOException("the origin's status has no counters: " + status);
        }
        return Long.parseLong(requests.group(1));
    }
}
