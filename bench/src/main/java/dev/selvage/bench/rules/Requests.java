package dev.selvage.bench.rules;

import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The requests of a [Zone] as facts that lie ready as bytes, as those of an edge do.
final class Requests implements Facts {
    private static final List<String> HEADERS = List.of(
            "host",
            "user-agent",
            "accept",
            "accept-language",
            "accept-encoding",
            "referer",
            "cookie",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "cache-control",
            "x-flag-4");

    private final byte[][] hosts;
    private final byte[][] paths;
    private final byte[][] names;
    private final byte[] value = bytes("a value of a header field");
    private final byte[] address = {(byte) 192, 0, 2, 7};
    private int at;

    Requests(Zone zone) {
        hosts = zone.hosts().stream().map(Requests::bytes).toArray(byte[][]::new);
        paths = zone.paths().stream().map(Requests::bytes).toArray(byte[][]::new);
        names = HEADERS.stream().map(Requests::bytes).toArray(byte[][]::new);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Goes to the next request; after the last comes the first.
    void next() {
        at = at + 1 == paths.length ? 0 : at + 1;
    }

    @Override
    public boolean read(RuleField field, Slice into) {
        switch (field) {
            case HTTP_HOST -> into.set(hosts[at], 0, hosts[at].length);
            case HTTP_REQUEST_URI_PATH -> into.set(paths[at], 0, paths[at].length);
            case HTTP_REQUEST_URI_PATH_EXTENSION -> extension(into);
            case HTTP_REQUEST_URI_QUERY -> into.set(value, 0, 0);
            case IP_SRC -> into.set(address, 0, address.length);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void extension(Slice into) {
        byte[] path = paths[at];
        int dot = path.length;
        while (dot > 0 && path[dot - 1] != '.' && path[dot - 1] != '/') {
            dot--;
        }
        boolean none = dot == 0 || path[dot - 1] == '/';
        into.set(path, none ? path.length : dot, none ? 0 : path.length - dot);
    }

    @Override
    public long integer(RuleField field) {
        return 443;
    }

    @Override
    public boolean flag(RuleField field) {
        return true;
    }

    @Override
    public int count(RuleField field) {
        return names.length;
    }

    @Override
    public void value(RuleField field, int i, Slice into) {
        into.set(value, 0, value.length);
    }

    @Override
    public void name(RuleField field, int i, Slice into) {
        into.set(names[i], 0, names[i].length);
    }
}
