package dev.selvage.bench.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// The rules of a zone, and what is asked of it. The same in every run.
///
/// @param name of the kind of zone
/// @param rules the expressions, in order
/// @param hosts and paths, of the requests, one by one
record Zone(String name, List<String> rules, List<String> hosts, List<String> paths) {
    static final int RULES = 1_000;
    static final int MATCHES = 200;
    static final int REQUESTS = 512;
    private static final int HOSTS = 20;
    private static final long SEED = 1_000;

    Zone {
        rules = List.copyOf(rules);
        hosts = List.copyOf(hosts);
        paths = List.copyOf(paths);
    }

    /// As zones mostly are: rules of a host and a directory, a page, a kind of file.
    static Zone common() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < RULES; i++) {
            String host = "s" + i % HOSTS + ".example.com";
            rules.add(
                    switch (i % 10) {
                        case 0, 1, 2, 3, 4 ->
                            String.format(
                                    Locale.ROOT,
                                    "http.host eq \"%s\" and starts_with(http.request.uri.path, \"/section-%04d/\")",
                                    host,
                                    i % 800);
                        case 5, 6 -> String.format(Locale.ROOT, "http.request.uri.path eq \"/page-%d.html\"", i);
                        case 7 ->
                            String.format(
                                    Locale.ROOT,
                                    "http.host eq \"%s\" and http.request.uri.path.extension in {\"jpg\" \"png\" \"%d\"}",
                                    host,
                                    i);
                        case 8 ->
                            String.format(Locale.ROOT, "http.request.uri.path wildcard \"/legacy-%d/*/index.html\"", i);
                        default ->
                            String.format(
                                    Locale.ROOT,
                                    "http.request.uri.path matches r\"^/shop/%d/[0-9]+/item-[a-z0-9-]+$\"",
                                    i);
                    });
        }
        return zone("common", rules);
    }

    /// What nginx can have as well: regular expressions, and directories.
    static Zone comparable() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < MATCHES; i++) {
            rules.add("http.request.uri.path matches r\"" + pattern(i) + "\"");
        }
        for (int i = 0; i < RULES - MATCHES; i++) {
            rules.add("starts_with(http.request.uri.path, \"" + prefix(i) + "\")");
        }
        return zone("matches and prefixes", rules);
    }

    static String pattern(int i) {
        return switch (i % 4) {
            case 0 -> String.format(Locale.ROOT, "^/shop/%d/[0-9]+/item-[a-z0-9-]+$", i);
            case 1 -> String.format(Locale.ROOT, "(?i)/img%d/.*\\.(jpe?g|png|webp)$", i);
            case 2 -> String.format(Locale.ROOT, "/wp-(admin|login|content)-%d(/|\\.php)", i);
            default -> String.format(Locale.ROOT, "^/api/v[0-9]+/(users|orders)/%d(/.*)?$", i);
        };
    }

    static String prefix(int i) {
        return String.format(Locale.ROOT, "/section-%04d/", i);
    }

    /// Rules that nothing tells apart beforehand: all have to be evaluated for every request.
    static Zone worst() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < RULES; i++) {
            rules.add(
                    switch (i % 5) {
                        case 0 ->
                            String.format(
                                    Locale.ROOT,
                                    "http.request.uri.path matches r\"[0-9]{%d,}[a-%c]+[0-9]$\"",
                                    1 + i % 7,
                                    'b' + i % 20);
                        case 1 ->
                            String.format(
                                    Locale.ROOT, "ip.src in {10.%d.%d.0/24 2001:db8:%x::/48}", i / 250, i % 250, i);
                        case 2 ->
                            String.format(
                                    Locale.ROOT,
                                    "not http.request.uri.path contains \"-\" and not http.host eq \"h%d\"",
                                    i);
                        case 3 ->
                            String.format(
                                    Locale.ROOT,
                                    "len(http.request.uri.query) gt %d or cf.edge.server_port eq %d",
                                    200 + i,
                                    9_000 + i);
                        default -> String.format(Locale.ROOT, "http.request.headers[\"x-flag-%d\"][0] eq \"1\"", i);
                    });
        }
        return zone("worst", rules);
    }

    private static Zone zone(String name, List<String> rules) {
        var random = new SplittableRandom(SEED);
        List<String> hosts = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            hosts.add("s" + random.nextInt(HOSTS) + ".example.com");
            int n = random.nextInt(RULES);
            paths.add(
                    switch (random.nextInt(8)) {
                        case 0, 1, 2 ->
                            String.format(Locale.ROOT, "/section-%04d/articles/2026/%d-a-title-of-words.html", n, n);
                        case 3 -> String.format(Locale.ROOT, "/page-%d.html", n);
                        case 4 -> String.format(Locale.ROOT, "/img%d/large/photo-%d.webp", n % MATCHES, n);
                        case 5 -> String.format(Locale.ROOT, "/shop/%d/%d/item-blue-shirt", n, n);
                        case 6 -> String.format(Locale.ROOT, "/legacy-%d/a/b/index.html", n);
                        default -> String.format(Locale.ROOT, "/static/js/app.%08x.min.js", random.nextInt());
                    });
        }
        return new Zone(name, rules, hosts, paths);
    }
}
