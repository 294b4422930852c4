package dev.selvage.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Fallback;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The dashboard's files over the real web server, beside a route of another plane.
class DashboardTest {
    private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"/(assets/[^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        Router router = new Router();
        router.add("GET", "/client/v4/zones", _ -> Answer.text(200, "zones"));
        Dashboard.routes(router);
        server = WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, new Elsewhere());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void theRootIsThePageAndIsAskedForAgainEachTime() throws Exception {
        HttpResponse<String> page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "cache-control")).isEqualTo("no-cache");
        assertThat(page.body()).contains("<title>Selvage</title>").contains("id=\"root\"");
    }

    @Test
    void thePageOfTheApiIsTheSamePage() throws Exception {
        HttpResponse<String> page = get("/help/api");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo(get("/").body());
        assertThat(get("/help").statusCode()).isEqualTo(404);
    }

    @Test
    void theEditorOfQueriesIsAPageOfItsOwn() throws Exception {
        HttpResponse<String> page = get("/graphiql");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>GraphQL · Selvage</title>").isNotEqualTo(get("/").body());
        assertThat(header(page, "content-security-policy")).isEqualTo(header(get("/"), "content-security-policy"));
        assertThat(ASSET.matcher(page.body()).results()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void everyFileThatThePageNamesIsThereWithItsTypeAndIsKeptForEver() throws Exception {
        Matcher matcher = ASSET.matcher(get("/").body());
        List<String> named = matcher.results().map(found -> found.group(1)).toList();

        assertThat(named).hasSizeGreaterThanOrEqualTo(2);
        for (String name : named) {
            HttpResponse<String> asset = get("/" + name);
            assertThat(asset.statusCode()).as(name).isEqualTo(200);
            assertThat(header(asset, "content-type"))
                    .isEqualTo(name.endsWith(".js") ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8");
            assertThat(header(asset, "cache-control")).isEqualTo("public, max-age=31536000, immutable");
            assertThat(asset.body()).isNotEmpty();
        }
    }

    @Test
    void everyFileOfTheBuildIsServedAsItIs() throws Exception {
        for (String name : Dashboard.names()) {
            HttpResponse<byte[]> answer = client.send(request("/" + name).build(), BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            try (InputStream in = Dashboard.class.getResourceAsStream("/dashboard/" + name)) {
                assertThat(in).as(name).isNotNull();
                assertThat(answer.body()).as(name).isEqualTo(in.readAllBytes());
            }
        }
        assertThat(Dashboard.names())
                .anyMatch(name -> name.endsWith(".woff2"))
                .contains("index.html", "favicon.svg", "assets/b612-licence.txt", "assets/licences.md")
                .noneMatch(name -> name.endsWith(".gz") || name.endsWith(".map"));
    }

    @Test
    void theIconHasAnImagesType() throws Exception {
        assertThat(header(get("/favicon.svg"), "content-type")).isEqualTo("image/svg+xml");
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() throws Exception {
        String tag = header(get("/"), "etag");

        HttpResponse<String> same = get("/", "If-None-Match", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(header(same, "etag")).isEqualTo(tag);
        assertThat(get("/", "If-None-Match", "\"other\", W/" + tag).statusCode())
                .isEqualTo(304);
        assertThat(get("/", "If-None-Match", "*").statusCode()).isEqualTo(304);
        assertThat(get("/", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
        assertThat(get("/", "If-None-Match", tag.replace("\"", "")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoTakesGzipGetsTheSameTextSmallerUnderAnotherTag() throws Exception {
        HttpResponse<byte[]> packed = client.send(
                request("/").header("Accept-Encoding", "br, gzip;q=0.5").build(), BodyHandlers.ofByteArray());
        HttpResponse<String> plain = get("/");

        assertThat(header(packed, "content-encoding")).isEqualTo("gzip");
        assertThat(header(packed, "vary")).isEqualTo("Accept-Encoding");
        assertThat(header(packed, "etag")).isNotEqualTo(header(plain, "etag"));
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain.body());
        }
        assertThat(packed.body().length).isLessThan(plain.body().length());
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(get("/", "Accept-Encoding", "gzip;q=0").headers().firstValue("content-encoding"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/favicon.svg", "/assets/none.js"})
    void everyAnswerCarriesTheGuards(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(header(answer, "content-security-policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(answer, "referrer-policy")).isEqualTo("no-referrer");
    }

    @Test
    void thePageHasNoInlineScriptOrStyleAndNothingFromAnotherHost() throws Exception {
        String page = get("/").body();

        assertThat(page).doesNotContainPattern("<script(?![^>]*\\ssrc=)[^>]*>").doesNotContain("<style", " style=");
        assertThat(page).doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/none.js", "/assets/", "/assets/index-0000.js", "/assets/licences.md.gz"})
    void whatIsNotInTheBuildIs404InWords(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(header(answer, "content-type")).startsWith("text/plain");
        assertThat(answer.body()).contains("its page is at /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../files.txt",
                "/assets/%2e%2e/files.txt",
                "/assets/..%2ffiles.txt",
                "/assets/%2e%2e%2f%2e%2e%2fdev/selvage/dashboard/Dashboard.class",
                "/assets/..\\files.txt",
                "/assets//etc/passwd",
                "/assets/%00",
                "/files.txt",
                "/../files.txt"
            })
    void noPathLeadsOutOfTheBuild(String path) throws Exception {
        // The client would tidy such a path, so it goes over a bare socket.
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: dashboard\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 4");
        assertThat(answer).doesNotContain("index.html\n").doesNotContain("root:");
    }

    @Test
    void thePathsOfTheApiAreLeftToIt() throws Exception {
        assertThat(get("/client/v4/zones").body()).isEqualTo("zones");
        assertThat(get("/client/v4/unknown").body()).isEqualTo("elsewhere");
        assertThat(get("/metrics").body()).isEqualTo("elsewhere");
        assertThat(get("/zones").body()).isEqualTo("elsewhere");
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        HttpResponse<String> answer = client.send(
                request("/").POST(HttpRequest.BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "allow")).isEqualTo("GET");
    }

    @Test
    void headSaysWhatGetWouldSend() throws Exception {
        HttpResponse<String> head = client.send(
                request("/").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "content-length")).isEqualTo(header(get("/"), "content-length"));
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElseThrow(() -> new AssertionError("no header " + name));
    }

    /// Stands for the API's own answers.
    private static final class Elsewhere implements Fallback {
        @Override
        public Answer notFound(String method, String path) {
            return Answer.text(404, "elsewhere");
        }

        @Override
        public Answer methodNotAllowed(String method, String path, List<String> allowed) {
            return Answer.text(405, "elsewhere");
        }

        @Override
        public Answer tooLarge(String path, int limit) {
            return Answer.text(413, "elsewhere");
        }

        @Override
        public Answer badRequest(String path, String reason) {
            return Answer.text(400, "elsewhere");
        }

        @Override
        public Answer failed(String path, String id) {
            return Answer.text(500, "elsewhere");
        }
    }
}
