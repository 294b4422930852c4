package dev.selvage.dashboard;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Serves the dashboard: the files of its build, out of memory.
///
/// The build lists its files with a tag of each one's content. The list is read when the routes are added, a file when
/// it is first asked for; a path is looked up in the list and nowhere else, so there is no path that leads out of the
/// build. Files under `assets/` whose name carries a hash of their content may be kept for ever; all others are asked
/// for again each time, and answered 304 while they are the same.
public final class Dashboard {
    private static final String ROOT = "/dashboard/";

    /// Only this origin's files and API, no inline script or style, not in a frame.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// `name-8charHash.ending`, as the build names what it hashed.
    private static final Pattern HASHED = Pattern.compile("assets/.+-[A-Za-z0-9_-]{8}\\.(js|css|woff2)");

    private final Map<String, String> tags;
    /// What was asked for so far: at most the whole build.
    private final Map<String, Asset> assets = new ConcurrentHashMap<>();

    private Dashboard(Map<String, String> tags) {
        this.tags = tags;
    }

    /// Adds `/`, `/help/api`, `/graphiql`, `/favicon.svg` and what is under `/assets/`; every other path stays free for
    /// other routes.
    ///
    /// @throws IllegalStateException when this was packed without the front end
    public static void routes(Router router) {
        Dashboard dashboard = new Dashboard(list());
        router.add("GET", "/", call -> dashboard.answer(call, "index.html"));
        // The same page; it looks at its address.
        router.add("GET", "/help/api", call -> dashboard.answer(call, "index.html"));
        router.add("GET", "/graphiql", call -> dashboard.answer(call, "graphiql.html"));
        router.add("GET", "/assets/{path...}", call -> dashboard.answer(call, "assets/" + call.capture("path")));
        for (String name : dashboard.tags.keySet()) {
            if (!name.contains("/")) {
                router.add("GET", "/" + name, call -> dashboard.answer(call, name));
            }
        }
    }

    private Answer answer(Call call, String name) {
        String listed = tags.get(name);
        if (listed == null) {
            return guarded(Answer.text(404, "The dashboard has no file /" + name + "; its page is at /\n"));
        }
        Asset asset = assets.computeIfAbsent(name, this::read);
        byte[] packed = acceptsGzip(call.header("accept-encoding")) ? asset.packed() : null;
        String tag = packed == null ? listed : listed + "-gz";
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

    /// The tags of the build's files by their names: `index.html`, `assets/…`.
    private static Map<String, String> list() {
        byte[] list = bytes("files.txt");
        if (list == null) {
            throw new IllegalStateException(
                    "the dashboard is not on the class path; build its module, with Node 20.19 or newer");
        }
        Map<String, String> tags = new TreeMap<>();
        for (String line : new String(list, StandardCharsets.UTF_8).split("\n", -1)) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                tags.put(line.substring(blank + 1), line.substring(0, blank));
            }
        }
        return tags;
    }

    private Asset read(String name) {
        byte[] plain = bytes(name);
        if (plain == null) {
            throw new IllegalStateException("the dashboard's build lists " + name + " and does not hold it");
        }
        return new Asset(plain, bytes(name + ".gz"), type(name));
    }

    private static byte @Nullable [] bytes(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(ROOT + name)) {
            return in == null ? null : in.readAllBytes();
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

    /// One file of the build.
    ///
    /// @param packed the same by gzip; null for what does not get smaller
    private record Asset(byte[] plain, byte @Nullable [] packed, String type) {}

    /// The names of the files.
    static Set<String> names() {
        return list().keySet();
    }
}
