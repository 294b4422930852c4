package dev.selvage.edge.config;

import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.SslMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Page rules to test with.
public final class Page {
    private final String pattern;
    public PageRule.@Nullable Level level;
    public SetCache.@Nullable EdgeTtl edgeTtl;
    public @Nullable Integer browserTtl;
    public @Nullable Boolean originControl;
    public @Nullable Boolean sortQuery;
    public @Nullable String bypassOnCookie;
    public @Nullable String cacheOnCookie;
    public @Nullable String hostHeader;
    public @Nullable String originHost;
    public @Nullable SslMode ssl;
    public @Nullable Boolean alwaysOnline;
    public SetCache.@Nullable KeyForm cacheKey;
    public @Nullable Boolean respectStrongEtags;

    public Page(String pattern) {
        this.pattern = pattern;
    }

    public static Page of(String pattern, PageRule.Level level) {
        Page page = new Page(pattern);
        page.level = level;
        return page;
    }

    public static PageRule forwarding(String pattern, int status, String url) {
        return PageRule.redirecting(pattern, new PageRule.Redirect(url, status));
    }

    public static PageRule secured(String pattern) {
        return PageRule.redirecting(pattern, new PageRule.Redirect(null, 301));
    }

    public Page edge(int seconds) {
        edgeTtl = new SetCache.EdgeTtl(SetCache.Mode.OVERRIDE_ORIGIN, seconds, List.of());
        return this;
    }

    public PageRule build() {
        return new PageRule(
                pattern,
                null,
                level,
                edgeTtl,
                browserTtl,
                originControl,
                sortQuery,
                bypassOnCookie,
                cacheOnCookie,
                hostHeader,
                originHost,
                ssl,
                alwaysOnline,
                cacheKey,
                respectStrongEtags);
    }
}
