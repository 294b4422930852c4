package dev.selvage.dashboard;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Serves the dashboard: the files of its build, out of memory.
///
/// The build lists its files; they are read once, when the routes are added, and a path is looked up among them and
/// nowhere else, so there is no path that leads out of the build. Files under `assets/` whose name carries a hash of
/// their content may be kept for ever; all others are asked for again each time, and answered 304 while they are the
/// same.
public final class Dashboard {
    private static final String ROOT = "/dashboard/";

    /// Only this origin's files and API, no inline script or style, not in a frame.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// `name-8charHash.ending`, as the build names what it hashed.
    private static final Pattern HASHED = Pattern.compile("assets/.+-[A-Za-z0-9_-]{8}\\.(js|css|woff2)");

    private final Map<String, Asset> assets;

    private Dashboard(Map<String, Asset> assets) {
        this.assets = assets;
    }

    /// Adds `/`, `/favicon.svg` and what is under `/assets/`; every other path stays free for other routes.
    ///
    /// @throws IllegalStateException when this was packed without the front end
    public static void routes(Router router) {
        Dashboard dashboard = new Dashboard(load());
        router.add("GET", "/", call -> dashboard.answer(call, "index.html"));
        router.add("GET", "/assets/{path...}", call -> dashboard.answer(call, "assets/" + call.capture("path")));
        for (String name : dashboard.assets.keySet()) {
            if (!name.contains("/")) {
                router.add("GET", "/" + name, call -> dashboard.answer(call, name));
            }
        }
    }

    private Answer answer(Call call, String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            return guarded(Answer.text(404, "The dashboard has no file /" + name + "; its page is at /\n"));
        }
        byte[] packed = acceptsGzip(call.header("accept-encoding")) ? asset.packed() : null;
        String tag = packed == null ? asset.tag() : asset.tag() + "-gz";
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ETag", '"' + tag + '"');
        headers.put(
                "Cache-Control", HASHED.matcher(name).matches() ? "public, max-age=31536000, immutable" : "no-cache");
        headers.put("Vary", "Accept-Encoding");
        if (names(call.header("if-none-match"), tag)) {
            return guarded(new Answer(304, headers, new byte[0]));
        }
        headers.put("Content-Type", asset.type());
        if (packed == null) {
            return guarded(new Answer(200, headers, asset.plain()));
        }
        headers.put("Content-Encoding", "gzip");
        return guarded(new Answer(200, headers, packed));
    }

    private static Answer guarded(Answer answer) {
        return answer.with("Content-Security-Policy", POLICY)
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// True when `Accept-Encoding` names gzip with a weight above 0 (RFC 9110, section 12.5.3).
    private static boolean acceptsGzip(@Nullable String header) {
        if (header == null) {
            return false;
        }
        for (String coding : header.split(",", 32)) {
            String[] parts = coding.split(";", 2);
            if (parts[0].strip().equalsIgnoreCase("gzip")) {
                return parts.length == 1 || !parts[1].replace(" ", "").matches("(?i)q=0(\\.0{0,3})?");
            }
        }
        return false;
    }

    /// True when `If-None-Match` names the tag, by weak comparison (RFC 9110, section 13.1.2).
    private static boolean names(@Nullable String header, String tag) {
        if (header == null) {
            return false;
        }
        for (String one : header.split(",", 32)) {
            String stripped = one.strip();
            String strong = stripped.startsWith("W/") ? stripped.substring(2) : stripped;
            if (stripped.equals("*") || strong.equals('"' + tag + '"')) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Asset> load() {
        Set<String> names =
                new String(bytes("files.txt"), StandardCharsets.UTF_8).lines().collect(Collectors.toUnmodifiableSet());
        Map<String, Asset> assets = HashMap.newHashMap(names.size());
        for (String name : names) {
            if (!name.endsWith(".gz")) {
                byte[] plain = bytes(name);
                byte[] packed = names.contains(name + ".gz") ? bytes(name + ".gz") : null;
                assets.put(name, new Asset(plain, packed, type(name), tag(plain)));
            }
        }
        if (!assets.containsKey("index.html")) {
            throw new IllegalStateException("the dashboard's build has no index.html; build the module anew");
        }
        return Map.copyOf(assets);
    }

    private static byte[] bytes(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IllegalStateException("the dashboard's " + name
                        + " is not on the class path; build the module with Node 20.19 or newer");
            }
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException("the dashboard's " + name + " cannot be read", failure);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "woff2" -> "font/woff2";
            case "txt", "md" -> "text/plain; charset=utf-8";
            default ->
                throw new IllegalStateException(
                        "the dashboard's " + name + " is of a kind whose media type is unknown");
        };
    }

    private static String tag(byte[] content) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(sum, 0, 12);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /// One file of the build.
    ///
    /// @param packed the same by gzip; null for what does not get smaller
    /// @param tag of the plain bytes
    private record Asset(byte[] plain, byte @Nullable [] packed, String type, String tag) {}

    /// The names of the files, for the tests.
    static List<String> names() {
        return load().keySet().stream().sorted().toList();
    }
}
