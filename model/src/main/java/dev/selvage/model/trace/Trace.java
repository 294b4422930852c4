package dev.selvage.model.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would happen to a request.
///
/// @param zone the id of the zone that it is for
/// @param version of the zone's configuration
/// @param status what the edge would answer by itself; null where the cache or the origin answers
/// @param decision in one word: `redirect`, `block`, `error`, `cache` or `origin`
/// @param reason why, in a sentence
/// @param url what is asked of the cache and the origin, after rewriting
/// @param phases in the order in which the request meets them
/// @param cacheKey what tells stored responses apart, in order; empty when the cache is not asked
/// @param cache what the cache is told
/// @param origin where the request would go
public record Trace(
        String zone,
        long version,
        @Nullable Integer status,
        String decision,
        String reason,
        String url,
        List<Phase> phases,
        List<Part> cacheKey,
        List<Part> cache,
        List<Part> origin) {
    public Trace {
        phases = List.copyOf(phases);
        cacheKey = List.copyOf(cacheKey);
        cache = List.copyOf(cache);
        origin = List.copyOf(origin);
    }

    /// A phase that has rules.
    ///
    /// @param name as the API spells it; `page_rules` for those
    /// @param ruleset the id of its entry point, empty for page rules
    /// @param reached false when an earlier phase ended the request, or it was skipped
    public record Phase(String name, String ruleset, boolean reached, List<Rule> rules) {
        public Phase {
            rules = List.copyOf(rules);
        }
    }

    /// A rule.
    ///
    /// @param id of the rule; the place of a page rule
    /// @param applied it matched, and what it says counts: no rule before it ended the phase
    /// @param values what its condition asks for, as this request has it
    /// @param outcome what it came to, such as a computed `Location`; empty when there is nothing to tell
    public record Rule(
            String id, String expression, boolean matched, boolean applied, List<Part> values, List<Part> outcome) {
        public Rule {
            values = List.copyOf(values);
            outcome = List.copyOf(outcome);
        }
    }

    /// A name and what it stands for.
    ///
    /// @param value null where the request has none
    /// @param source what said so; empty where that is plain
    public record Part(String name, @Nullable String value, String source) {}
}
