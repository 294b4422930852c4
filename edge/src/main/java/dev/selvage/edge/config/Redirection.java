package dev.selvage.edge.config;

import dev.selvage.model.rules.RedirectUrl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a page rule sends the visitors of one host.
public final class Redirection {
    private final int status;
    private final String host;
    private final Glob path;
    private final List<String> ofHost;
    private final @Nullable RedirectUrl url;

    /// @param ofHost what the asterisks of the pattern's host stand for
    /// @param url null for the same URL with `https`
    Redirection(int status, String host, Glob path, List<String> ofHost, @Nullable RedirectUrl url) {
        this.status = status;
        this.host = host;
        this.path = path;
        this.ofHost = List.copyOf(ofHost);
        this.url = url;
    }

    /// 301 or 302.
    public int status() {
        return status;
    }

    /// The value of `Location`; null when the visitor is there already.
    ///
    /// @param target path and query, which the rule matches, each character a byte
    public @Nullable String location(boolean secure, String target) {
        if (url == null) {
            // Without a port: https has its own.
            return secure ? null : "https://" + host + RedirectUrl.encoded(target);
        }
        List<String> captured = new ArrayList<>(ofHost);
        captured.addAll(path.captured(target.getBytes(StandardCharsets.ISO_8859_1)));
        return url.expand(captured);
    }
}
