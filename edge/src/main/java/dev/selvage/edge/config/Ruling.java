package dev.selvage.edge.config;

import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the rules that match a request come to: of each setting, what the last of them says, and what the page
/// rule says where none of them says anything.
///
/// @param pageRule the page rule that is for the request, for what only page rules can say
/// @param ruledCache a cache rule, not the page rule, says what is eligible
/// @param ruledQuery a cache rule, not the page rule, says what the query means
/// @param sources whose words the settings are
record Ruling(
        PageRules.@Nullable Compiled pageRule,
        SetConfig config,
        Route route,
        SetCache cache,
        boolean ruledCache,
        boolean ruledQuery,
        List<RequestPolicy.Source> sources) {

    /// Folds settings in order.
    static final class Folding {
        private PageRules.@Nullable Compiled pageRule;
        private SetConfig config = new SetConfig(null);
        private Route route = new Route(null, null, null, null);
        private SetCache cache = new SetCache(null, null, null);
        private boolean ruledCache;
        private boolean ruledQuery;

        private final Map<String, RequestPolicy.Source> sources = new LinkedHashMap<>();
        private String ruleset = "";
        private String rule = "";

        /// To come before every rule.
        void pageRule(PageRules.Compiled compiled) {
            pageRule = compiled;
            ruleset = "";
            rule = compiled.rule().pattern();
            config = over(config, compiled.config());
            route = over(route, compiled.route());
            cache = over(cache, compiled.cache());
            over("browser_cache_ttl", null, compiled.rule().browserTtl());
            over("cache_level", null, compiled.rule().cacheLevel());
            over("always_online", null, compiled.rule().alwaysOnline());
            over("bypass_cache_on_cookie", null, compiled.rule().bypassOnCookie());
            over("cache_on_cookie", null, compiled.rule().cacheOnCookie());
        }

        void config(String ruleset, String rule, SetConfig said) {
            from(ruleset, rule);
            config = over(config, said);
        }

        void route(String ruleset, String rule, Route said) {
            from(ruleset, rule);
            route = over(route, said);
        }

        void cache(String ruleset, String rule, SetCache said) {
            from(ruleset, rule);
            ruledCache |= said.cache() != null;
            SetCache.KeyForm key = said.cacheKey();
            ruledQuery |= key != null && key.query() != null;
            cache = over(cache, said);
        }

        private void from(String ruleset, String rule) {
            this.ruleset = ruleset;
            this.rule = rule;
        }

        Ruling ruling() {
            return new Ruling(pageRule, config, route, cache, ruledCache, ruledQuery, List.copyOf(sources.values()));
        }

        private <T> @Nullable T over(String setting, @Nullable T before, @Nullable T said) {
            if (said == null) {
                return before;
            }
            sources.put(setting, new RequestPolicy.Source(setting, ruleset, rule));
            return said;
        }

        private SetConfig over(SetConfig before, SetConfig said) {
            return new SetConfig(over("ssl", before.ssl(), said.ssl()));
        }

        private Route over(Route before, Route said) {
            return new Route(
                    over("host_header", before.hostHeader(), said.hostHeader()),
                    over("origin.host", before.host(), said.host()),
                    over("origin.port", before.port(), said.port()),
                    over("sni", before.sni(), said.sni()));
        }

        private SetCache over(SetCache before, SetCache said) {
            return new SetCache(
                    over("cache", before.cache(), said.cache()),
                    over("edge_ttl", before.edgeTtl(), said.edgeTtl()),
                    over("browser_ttl", before.browserTtl(), said.browserTtl()),
                    over(before.cacheKey(), said.cacheKey()),
                    over("serve_stale", before.staleWhileUpdating(), said.staleWhileUpdating()),
                    over("respect_strong_etags", before.respectStrongEtags(), said.respectStrongEtags()),
                    over("origin_error_page_passthru", before.originErrorPassThrough(), said.originErrorPassThrough()),
                    over("origin_cache_control", before.originControl(), said.originControl()),
                    over("read_timeout", before.readTimeout(), said.readTimeout()));
        }

        /// Part by part: what an earlier rule tells apart stays apart when a later one speaks of another part.
        private SetCache.@Nullable KeyForm over(SetCache.@Nullable KeyForm before, SetCache.@Nullable KeyForm said) {
            if (said == null) {
                return before;
            }
            SetCache.KeyForm under =
                    before == null ? new SetCache.KeyForm(null, null, null, null, null, null, null, null) : before;
            return new SetCache.KeyForm(
                    over("cache_key.cache_by_device_type", under.byDeviceType(), said.byDeviceType()),
                    over("cache_key.cache_deception_armor", under.deceptionArmor(), said.deceptionArmor()),
                    over("cache_key.ignore_query_strings_order", under.sortQuery(), said.sortQuery()),
                    over("cache_key.query_string", under.query(), said.query()),
                    over("cache_key.header", under.header(), said.header()),
                    over("cache_key.cookie", under.cookie(), said.cookie()),
                    over("cache_key.host", under.hostResolved(), said.hostResolved()),
                    over(under.user(), said.user()));
        }

        private SetCache.@Nullable User over(SetCache.@Nullable User before, SetCache.@Nullable User said) {
            if (said == null) {
                return before;
            }
            SetCache.User under = before == null ? new SetCache.User(null, null, null) : before;
            return new SetCache.User(
                    over("cache_key.user.device_type", under.deviceType(), said.deviceType()),
                    over("cache_key.user.geo", under.geo(), said.geo()),
                    over("cache_key.user.lang", under.lang(), said.lang()));
        }
    }
}
