package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Calls the API. Follows no redirect, since the token would go along; tries again only where the API says that it did
/// nothing yet (429, 503), a few times and not for long.
final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 4;
    private static final int LARGEST = 64 << 20;
    private static final String JSON = "application/json";

    private final ConnectionOptions.Target target;
    private final Notes notes;
    private final HttpClient http;

    /// Takes remarks on what takes long.
    interface Notes {
        void note(String text);
    }

    /// A body to send.
    record Body(String mediaType, byte[] bytes) {
        static Body json(JsonNode node) {
            return new Body(JSON, JsonText.compact(node).getBytes(StandardCharsets.UTF_8));
        }
    }

    /// What came back.
    ///
    /// @param mediaType in lower case, without parameters; empty where none is named
    record Reply(int status, String mediaType, byte[] body) {
        boolean isJson() {
            return mediaType.equals(JSON) || mediaType.endsWith("+json");
        }
    }

    ApiClient(ConnectionOptions.Target target, Notes notes) {
        this.target = target;
        this.notes = notes;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        if ("http".equalsIgnoreCase(target.base().getScheme())) {
            builder.sslContext(trustingNobody());
        }
        http = builder.build();
    }

    /// For calls without TLS: the client wants a context at any rate, and the usual one reads every certificate that
    /// the machine trusts, which takes longer than the call.
    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (NoSuchAlgorithmException | KeyManagementException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// The base URL, without a slash at its end.
    URI base() {
        return target.base();
    }

    /// The `result` of a call that succeeds.
    JsonNode result(String method, ApiPath path) throws ClientFailure {
        return call(method, path, null).result();
    }

    JsonNode result(String method, ApiPath path, JsonNode body) throws ClientFailure {
        return call(method, path, Body.json(body)).result();
    }

    /// The envelope of a call that succeeds.
    Envelope call(String method, ApiPath path, @Nullable Body body) throws ClientFailure {
        Reply reply = send(method, path, body);
        Envelope envelope = Envelope.of(reply).orElse(null);
        if (envelope == null || !envelope.isSuccess() || reply.status() >= 300) {
            throw failure(reply, Optional.ofNullable(envelope));
        }
        envelope.messages().forEach(notes::note);
        return envelope;
    }

    /// The text of a call whose answer is no envelope where it succeeds.
    String text(String method, ApiPath path) throws ClientFailure {
        Reply reply = send(method, path, null);
        if (reply.status() >= 300) {
            throw failure(reply, Envelope.of(reply));
        }
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /// What an answer that is no success means.
    ClientFailure failure(Reply reply, Optional<Envelope> envelope) {
        List<String> lines = new ArrayList<>(envelope.map(Envelope::errors).orElse(List.of()));
        if (lines.isEmpty()) {
            String what = reply.mediaType().isEmpty() ? "no media type" : reply.mediaType();
            return new ClientFailure(
                    reply.status() >= 500 ? Envelope.exit(reply.status()) : Exit.PROTOCOL,
                    "what answers at " + base() + " is not the API: status " + reply.status() + ", " + what,
                    "--url or SELVAGE_URL names another");
        }
        Exit exit = Envelope.exit(reply.status());
        boolean noCredentials = envelope.filter(json -> json.hasError(9106) || json.hasError(6003))
                .isPresent();
        if (exit == Exit.DENIED || noCredentials) {
            lines.add("the call was made with " + target.credential());
            exit = Exit.DENIED;
        }
        return new ClientFailure(exit, lines);
    }

    /// Sends a request, again where the API was too busy to look at it, and gives whatever comes back.
    Reply send(String method, ApiPath path, @Nullable Body body) throws ClientFailure {
        HttpRequest request = request(method, path, body);
        for (int attempt = 1; ; attempt++) {
            HttpResponse<byte[]> response = exchange(request);
            boolean busy = response.statusCode() == 429 || response.statusCode() == 503;
            Duration wait = wait(response, attempt);
            if (!busy || attempt == ATTEMPTS || wait.compareTo(LONGEST_WAIT) > 0) {
                return reply(response);
            }
            notes.note("the API is busy (" + response.statusCode() + "); trying again in " + wait.toSeconds() + " s");
            pause(wait);
        }
    }

    private HttpRequest request(String method, ApiPath path, @Nullable Body body) throws ClientFailure {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path.text()))
                    .timeout(target.patience())
                    .header("Authorization", target.credential().authorization())
                    .header("Accept", JSON + ", */*;q=0.1")
                    .header("User-Agent", "selvage-cli");
            if (body != null) {
                request.header("Content-Type", body.mediaType());
            }
            return request.method(
                            method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.bytes()))
                    .build();
        } catch (IllegalArgumentException wrong) {
            throw new ClientFailure(Exit.USAGE, "that cannot be asked: " + Failures.reason(wrong));
        }
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws ClientFailure {
        CompletableFuture<HttpResponse<byte[]>> sent =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        try {
            // The request's own time limit ends with the head of the answer; a body may trickle for ever.
            return sent.get(target.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            sent.cancel(true);
            throw tooSlow(request);
        } catch (ExecutionException failed) {
            throw broken(request, failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClientFailure(Exit.LATER, "interrupted");
        }
    }

    private ClientFailure broken(HttpRequest request, Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException _ -> unreachable("no connection within " + CONNECT.toSeconds() + " s");
            case HttpTimeoutException _ -> tooSlow(request);
            case ConnectException refused ->
                unreachable(refused.getMessage() == null ? "no connection" : refused.getMessage());
            case IOException broken ->
                new ClientFailure(
                        Exit.UNAVAILABLE,
                        "the connection to " + base() + " broke: " + Failures.reason(broken),
                        unknownEnd(request));
            default -> throw new IllegalStateException(cause);
        };
    }

    private ClientFailure unreachable(String reason) {
        return new ClientFailure(
                Exit.UNAVAILABLE,
                "nothing answers at " + base() + " (" + reason + ")",
                "./selvage up starts it; --url or SELVAGE_URL names another");
    }

    private ClientFailure tooSlow(HttpRequest request) {
        return new ClientFailure(
                Exit.LATER,
                "no answer from " + base() + " within " + target.patience().toMillis() + " ms (--timeout)",
                unknownEnd(request));
    }

    private static String unknownEnd(HttpRequest request) {
        return request.method().equals("GET") ? "nothing was changed" : "whether it was done is not known";
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        String bare = parameters < 0 ? type : type.substring(0, parameters);
        return new Reply(response.statusCode(), bare.strip().toLowerCase(Locale.ROOT), response.body());
    }

    /// How long the API wants us to wait (RFC 9110 section 10.2.3); without its word, twice as long each time.
    private static Duration wait(HttpResponse<?> response, int attempt) {
        String text = response.headers().firstValue("Retry-After").orElse("").strip();
        if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Duration until =
                    Duration.between(Instant.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeParseException noDate) {
            return Duration.ofSeconds(1L << (attempt - 1));
        }
    }

    private static void pause(Duration wait) throws ClientFailure {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClientFailure(Exit.LATER, "interrupted");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
