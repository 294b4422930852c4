package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.QueryForm;
import dev.selvage.edge.config.PhaseProgram;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.config.Text;
import dev.selvage.edge.config.ZonePrograms.Rewriting;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.rules.program.Evaluation;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The cache keys that a purged URL stands for.
public final class PurgeUrls {
    /// Longest target that a rule makes of a URL.
    private static final int MAX_TARGET = 64 << 10;

    private PurgeUrls() {}

    /// Both schemes' primary keys, because an owner who purges one wants neither to be served, with and without
    /// this edge's port, under every form that the zone's settings and rules give the query and the host, and of
    /// the URLs that rules make of it before the cache is asked.
    ///
    /// @param zone the zone's id
    /// @param url absolute, in any spelling
    /// @param listening the port that this edge listens on
    public static Set<CacheKey> keys(String zone, PurgeScope scope, String url, int listening) {
        int start = url.indexOf("://");
        if (start < 0) {
            return Set.of();
        }
        int authority = start + 3;
        int path = authority;
        while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
            path++;
        }
        int fragment = url.indexOf('#', path);
        String target = url.substring(path, fragment < 0 ? url.length() : fragment);
        Optional<String> normal = NormalTarget.of(target.startsWith("/") ? target : "/" + target);
        Optional<String> host = Authority.host(url.substring(authority, path));
        if (normal.isEmpty() || host.isEmpty()) {
            return Set.of();
        }
        Set<CacheKey> keys = new LinkedHashSet<>();
        for (boolean secure : new boolean[] {false, true}) {
            Set<String> targets = new LinkedHashSet<>();
            for (String asked : rewritten(scope.programs().rewrites(), secure, host.get(), normal.get())) {
                for (QueryForm form : scope.forms().queries()) {
                    targets.add(form.of(asked));
                }
            }
            Set<String> authorities = new LinkedHashSet<>();
            authorities.add(host.get());
            authorities.add(CacheTargets.authority(host.get(), secure, listening, listening));
            for (String each : targets) {
                for (String form : authorities) {
                    keys.add(CacheKey.of(zone, secure, form, each));
                }
                for (String resolved : scope.forms().resolvedHosts()) {
                    keys.add(CacheKey.of(zone, secure, true, resolved, each));
                }
            }
        }
        return keys;
    }

    /// The target, what a GET for it is rewritten to, and what each rule makes of it by itself whose condition asks
    /// for more than a URL: whom it is met by is not known.
    private static Set<String> rewritten(PhaseProgram<Rewriting> rewrites, boolean secure, String host, String target) {
        Set<String> targets = new LinkedHashSet<>();
        targets.add(target);
        if (!rewrites.isEmpty()) {
            Evaluation evaluation = new Evaluation(new UrlFacts(secure, host, target));
            evaluation.begin();
            Rewrites.of(rewrites, evaluation, rewrites.next(evaluation, 0), target, MAX_TARGET)
                    .ifPresent(targets::add);
            for (int i = 0; i < rewrites.size(); i++) {
                if (UrlFacts.decide(rewrites.asked(i))) {
                    continue;
                }
                Text path = rewrites.action(i).path();
                Text query = rewrites.action(i).query();
                Rewrites.put(
                                target,
                                path == null ? null : path.text(evaluation),
                                query == null ? null : query.text(evaluation),
                                MAX_TARGET)
                        .ifPresent(targets::add);
            }
        }
        return targets;
    }
}
