package dev.selvage.edge.config;

import dev.selvage.edge.http.NormalTarget;
import dev.selvage.model.rules.RedirectUrl;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.rules.UrlPattern;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.ZoneConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    ///
    /// @param place among the zone's
    record Compiled(
            int place,
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

        /// What it says that a rule of the phase `http_request_cache_settings` can say too.
        SetCache cache() {
            PageRule.Level level = rule.cacheLevel();
            Boolean eligible = switch (level) {
                case null -> null;
                case BYPASS -> false;
                case CACHE_EVERYTHING -> true;
                case BASIC, SIMPLIFIED, AGGRESSIVE -> null;
            };
            return new SetCache(
                    eligible,
                    rule.edgeTtl(),
                    null,
                    key(),
                    null,
                    rule.respectStrongEtags(),
                    null,
                    rule.originControl(),
                    null);
        }

        private SetCache.@Nullable KeyForm key() {
            SetCache.KeyForm key = rule.cacheKey();
            if (rule.sortQuery() == null || (key != null && key.sortQuery() != null)) {
                return key;
            }
            return key == null
                    ? new SetCache.KeyForm(null, null, rule.sortQuery(), null, null, null, null, null)
                    : new SetCache.KeyForm(
                            key.byDeviceType(),
                            key.deceptionArmor(),
                            rule.sortQuery(),
                            key.query(),
                            key.header(),
                            key.cookie(),
                            key.hostResolved(),
                            key.user());
        }

        /// The same of `http_request_origin`.
        Route route() {
            return new Route(rule.hostHeader(), rule.originHost(), null, null);
        }

        /// The same of `http_config_settings`.
        SetConfig config() {
            return new SetConfig(rule.ssl());
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
        if (zone.pageRules().isEmpty()) {
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
                rules.add(new Compiled(
                        rules.size(), rule, pattern, new Glob(pattern.host()), new Glob(normal(pattern.path())), url));
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

    int size() {
        return rules.size();
    }

    Compiled at(int place) {
        return rules.get(place);
    }

    /// What they say of keys.
    List<SetCache.KeyForm> keyForms() {
        return rules.stream()
                .map(rule -> rule.rule().cacheKey())
                .filter(Objects::nonNull)
                .toList();
    }

    /// The hosts that they send requests to.
    List<String> originHosts() {
        return rules.stream()
                .map(rule -> rule.rule().originHost())
                .filter(Objects::nonNull)
                .toList();
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
