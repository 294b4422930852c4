package dev.selvage.edge.config;

import dev.selvage.edge.http.NormalTarget;
import dev.selvage.model.rules.RedirectUrl;
import dev.selvage.model.rules.UrlPattern;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.ZoneConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A zone's page rules, compiled once for all its hosts. What this version cannot read matches nothing.
final class PageRules {
    /// No rules.
    static final PageRules NONE = new PageRules(List.of());

    private final List<Compiled> rules;

    private PageRules(List<Compiled> rules) {
        this.rules = List.copyOf(rules);
    }

    /// A rule and the URLs that it is for.
    record Compiled(
            PageRule rule,
            UrlPattern pattern,
            Glob host,
            Glob path,
            @Nullable RedirectUrl url) {
        /// True when it is for a request for a host that it is for.
        boolean matches(boolean secure, int port, byte[] b, int start, int length) {
            boolean scheme = switch (pattern.scheme()) {
                case ANY -> true;
                case HTTP -> !secure;
                case HTTPS -> secure;
            };
            return scheme && (pattern.port() == 0 || pattern.port() == port) && path.matches(b, start, length);
        }

        /// Where it sends the visitors of a host that it is for; null when it leaves them here.
        @Nullable
        Redirection redirection(String name) {
            PageRule.Redirect redirect = rule.redirect();
            return redirect == null
                    ? null
                    : new Redirection(redirect.status(), name, path, host.captured(bytes(name)), url);
        }
    }

    static PageRules of(ZoneConfig zone) {
        if (zone.paused() || zone.pageRules().isEmpty()) {
            return NONE;
        }
        List<Compiled> rules = new ArrayList<>();
        for (PageRule rule : zone.pageRules()) {
            if (UrlPattern.parse(rule.pattern()) instanceof UrlPattern.Accepted(UrlPattern pattern)) {
                RedirectUrl url = null;
                String sent = rule.redirect() == null ? null : rule.redirect().url();
                if (sent != null) {
                    if (!(RedirectUrl.parse(sent, pattern) instanceof RedirectUrl.Accepted(RedirectUrl read))) {
                        continue;
                    }
                    url = read;
                }
                rules.add(new Compiled(rule, pattern, new Glob(pattern.host()), new Glob(normal(pattern.path())), url));
            }
        }
        return new PageRules(rules);
    }

    /// The pattern of a path as requests spell theirs.
    private static String normal(String path) {
        String ascii =
                RedirectUrl.encoded(new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        return NormalTarget.of(ascii).orElse(ascii);
    }

    /// Those for a host, in order.
    ///
    /// @param host lower case, without port
    List<Compiled> forHost(String host) {
        if (rules.isEmpty()) {
            return rules;
        }
        byte[] name = bytes(host);
        return rules.stream()
                .filter(rule -> rule.host().matches(name, 0, name.length))
                .toList();
    }

    private static byte[] bytes(String host) {
        return host.getBytes(StandardCharsets.ISO_8859_1);
    }
}
