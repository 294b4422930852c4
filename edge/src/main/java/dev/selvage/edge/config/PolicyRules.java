package dev.selvage.edge.config;

import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What decides the policy of a zone's requests: its page rules, and the rules of the phases
/// `http_config_settings`, `http_request_origin` and `http_request_cache_settings`; compiled once for all its
/// hosts.
///
/// What is to be done with a request depends on nothing but which of them match it. Each such set is folded once
/// ([Ruling]); requests find theirs by walking from rule to rule, which allocates nothing.
final class PolicyRules {
    /// Sets that are remembered. Where visitors bring about more, all are found anew.
    static final int MOST_SETS = 4_096;

    /// What a key has of a request whatever its rules say: what depends on these alone depends on the key.
    private static final RuleField[] OF_EVERY_KEY = {
        RuleField.HTTP_HOST,
        RuleField.HTTP_REQUEST_URI_PATH,
        RuleField.HTTP_REQUEST_URI_PATH_BASENAME,
        RuleField.HTTP_REQUEST_URI_PATH_EXTENSION,
        RuleField.SSL,
        RuleField.CF_ZONE_NAME,
        RuleField.CF_ZONE_PLAN
    };

    private static final RuleField[] OF_EVERY_HOST = {
        RuleField.HTTP_HOST, RuleField.CF_ZONE_NAME, RuleField.CF_ZONE_PLAN
    };

    /// No rules; after what it is made with.
    static final PolicyRules NONE = new PolicyRules(PageRules.NONE, none(), none(), none());

    private final PageRules pageRules;
    private final PhaseProgram<SetConfig> config;
    private final PhaseProgram<Route> origin;
    private final PhaseProgram<SetCache> cache;
    private final String configRuleset;
    private final String originRuleset;
    private final String cacheRuleset;
    private final boolean byHostAlone;
    private final boolean originByKey;
    private volatile Matched root = new Matched(null, -1);
    private int sets;

    private PolicyRules(
            PageRules pageRules, PhaseRules<SetConfig> config, PhaseRules<Route> origin, PhaseRules<SetCache> cache) {
        this.pageRules = pageRules;
        this.config = compiled(config);
        this.origin = compiled(origin);
        this.cache = compiled(cache);
        this.configRuleset = config.ruleset();
        this.originRuleset = origin.ruleset();
        this.cacheRuleset = cache.ruleset();
        this.byHostAlone = this.config.dependsOnlyOn(OF_EVERY_HOST)
                && this.origin.dependsOnlyOn(OF_EVERY_HOST)
                && this.cache.dependsOnlyOn(OF_EVERY_HOST);
        this.originByKey = this.config.dependsOnlyOn(OF_EVERY_KEY) && this.origin.dependsOnlyOn(OF_EVERY_KEY);
    }

    private static <A> PhaseProgram<A> compiled(PhaseRules<A> phase) {
        return PhaseProgram.of(phase, Scope.REQUEST, rule -> Optional.of(rule.action()));
    }

    private static <A> PhaseRules<A> none() {
        return PhaseRules.none();
    }

    static PolicyRules of(ZoneConfig zone) {
        if (zone.paused()) {
            return NONE;
        }
        return new PolicyRules(
                PageRules.of(zone),
                zone.rules().configSettings(),
                zone.rules().origin(),
                zone.rules().cacheSettings());
    }

    PageRules pageRules() {
        return pageRules;
    }

    /// True when the rules decide by the host; the page rules apart.
    boolean byHostAlone() {
        return byHostAlone;
    }

    /// True when requests of the same ordinary key go to the same origin, as far as rules decide it.
    boolean originByKey() {
        return originByKey;
    }

    /// What is found out about a set of rules, and the way to larger sets: a rule that matches after the others.
    static final class Matched {
        private static final int[] NO_RULES = {};
        private static final Matched[] NO_SETS = {};

        private final @Nullable Matched before;
        private final int rule;
        private volatile Larger larger = new Larger(NO_RULES, NO_SETS);
        private volatile @Nullable Ruling ruling;

        /// By rule, in order.
        private record Larger(int[] rules, Matched[] sets) {
            @Nullable
            Matched with(int rule) {
                int place = Arrays.binarySearch(rules, rule);
                return place < 0 ? null : sets[place];
            }

            Larger and(Matched set) {
                int place = -1 - Arrays.binarySearch(rules, set.rule);
                int[] moreRules = Arrays.copyOf(rules, rules.length + 1);
                Matched[] moreSets = Arrays.copyOf(sets, sets.length + 1);
                System.arraycopy(rules, place, moreRules, place + 1, rules.length - place);
                System.arraycopy(sets, place, moreSets, place + 1, sets.length - place);
                moreRules[place] = set.rule;
                moreSets[place] = set;
                return new Larger(moreRules, moreSets);
            }
        }

        private Matched(@Nullable Matched before, int rule) {
            this.before = before;
            this.rule = rule;
        }
    }

    /// The rules that match a request.
    ///
    /// @param pageRule the place of the page rule that is for it, -1 when none is
    Matched matched(Evaluation evaluation, int pageRule) {
        Matched set = root;
        if (pageRule >= 0) {
            set = with(set, pageRule);
        }
        int places = pageRules.size();
        set = walk(set, config, places, evaluation);
        places += config.size();
        set = walk(set, origin, places, evaluation);
        places += origin.size();
        return walk(set, cache, places, evaluation);
    }

    /// The same for every request for a host, where the host decides it.
    Matched matched(String host, ZoneConfig zone, int pageRule) {
        if (config.isEmpty() && origin.isEmpty() && cache.isEmpty()) {
            // A wildcard's bindings are made for each connection.
            return pageRule < 0 ? root : with(root, pageRule);
        }
        Evaluation evaluation = new Evaluation(new HostFacts(host, zone));
        evaluation.begin();
        return matched(evaluation, pageRule);
    }

    private Matched walk(Matched from, PhaseProgram<?> program, int places, Evaluation evaluation) {
        Matched set = from;
        if (!program.isEmpty()) {
            for (int rule = program.next(evaluation, 0); rule >= 0; rule = program.next(evaluation, rule + 1)) {
                set = with(set, places + rule);
            }
        }
        return set;
    }

    private Matched with(Matched set, int rule) {
        Matched known = set.larger.with(rule);
        return known == null ? made(set, rule) : known;
    }

    private synchronized Matched made(Matched set, int rule) {
        Matched known = set.larger.with(rule);
        if (known != null) {
            return known;
        }
        if (sets >= MOST_SETS) {
            // Who is walking goes on among those that are no longer found.
            root = new Matched(null, -1);
            sets = 0;
        }
        Matched made = new Matched(set, rule);
        set.larger = set.larger.and(made);
        sets++;
        return made;
    }

    /// What a set of rules comes to.
    Ruling ruling(Matched set) {
        Ruling known = set.ruling;
        if (known == null) {
            known = folded(set);
            set.ruling = known;
        }
        return known;
    }

    private Ruling folded(Matched set) {
        List<Integer> rules = new ArrayList<>();
        for (Matched at = set; at != null && at.before != null; at = at.before) {
            rules.add(at.rule);
        }
        Collections.reverse(rules);
        int configs = pageRules.size();
        int origins = configs + config.size();
        int caches = origins + origin.size();
        Ruling.Folding folding = new Ruling.Folding();
        for (int rule : rules) {
            if (rule < configs) {
                folding.pageRule(pageRules.at(rule));
            } else if (rule < origins) {
                folding.config(configRuleset, config.id(rule - configs), config.action(rule - configs));
            } else if (rule < caches) {
                folding.route(originRuleset, origin.id(rule - origins), origin.action(rule - origins));
            } else {
                folding.cache(cacheRuleset, cache.id(rule - caches), cache.action(rule - caches));
            }
        }
        return folding.ruling();
    }

    /// Every way in which some rule has the query in the key, the ordinary one left out.
    List<SetCache.KeyForm> keyForms() {
        List<SetCache.KeyForm> forms = new ArrayList<>(pageRules.keyForms());
        for (int i = 0; i < cache.size(); i++) {
            SetCache.KeyForm form = cache.action(i).cacheKey();
            if (form != null) {
                forms.add(form);
            }
        }
        return forms;
    }

    /// The hosts that rules and page rules send requests to in place of the DNS records'.
    List<String> originHosts() {
        List<String> hosts = new ArrayList<>(pageRules.originHosts());
        for (int i = 0; i < origin.size(); i++) {
            String host = origin.action(i).host();
            if (host != null) {
                hosts.add(host);
            }
        }
        return hosts;
    }
}
