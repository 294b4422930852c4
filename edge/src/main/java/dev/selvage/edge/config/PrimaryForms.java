package dev.selvage.edge.config;

import dev.selvage.edge.cache.QueryForm;
import dev.selvage.model.rules.SetCache;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Every form that a zone's settings and rules give, or have given since this edge started, the primary key of a
/// URL. A purge goes by all of them: what was stored by a rule that is gone must not be there when it comes back.
///
/// @param queries what of the query is in the key
/// @param resolvedHosts what stands in place of the visitor's host
public record PrimaryForms(Set<QueryForm> queries, Set<String> resolvedHosts) {
    /// The forms that the settings alone can bring about.
    public static final PrimaryForms ORDINARY = of(List.of(), List.of());

    /// Forms that are remembered of rules that are gone.
    static final int MOST_FORMS = 256;

    public PrimaryForms {
        queries = Set.copyOf(queries);
        resolvedHosts = Set.copyOf(resolvedHosts);
    }

    /// The forms that a zone's rules can bring about: each setting may be of another rule.
    static PrimaryForms of(PolicyRules rules) {
        return of(rules.keyForms(), rules.originHosts());
    }

    private static PrimaryForms of(List<SetCache.KeyForm> said, List<String> hosts) {
        Set<QueryForm> queries = new HashSet<>();
        boolean resolved = false;
        for (boolean sort : new boolean[] {false, true}) {
            queries.add(QueryForm.of(false, sort));
            queries.add(QueryForm.of(true, sort));
            for (SetCache.KeyForm form : said) {
                if (form.query() != null) {
                    queries.add(QueryForm.of(form.query(), sort));
                }
                resolved |= Boolean.TRUE.equals(form.hostResolved());
            }
        }
        Set<String> resolvedHosts = new HashSet<>();
        if (resolved) {
            hosts.forEach(host -> resolvedHosts.add(host.toLowerCase(Locale.ROOT)));
        }
        return new PrimaryForms(queries, resolvedHosts);
    }

    /// True when there are none but those of `other`.
    boolean within(PrimaryForms other) {
        return other.queries.containsAll(queries) && other.resolvedHosts.containsAll(resolvedHosts);
    }

    /// These and those of `other`.
    PrimaryForms and(PrimaryForms other) {
        Set<QueryForm> moreQueries = new HashSet<>(queries);
        moreQueries.addAll(other.queries);
        Set<String> moreHosts = new HashSet<>(resolvedHosts);
        moreHosts.addAll(other.resolvedHosts);
        return new PrimaryForms(moreQueries, moreHosts);
    }

    int size() {
        return queries.size() + resolvedHosts.size();
    }
}
