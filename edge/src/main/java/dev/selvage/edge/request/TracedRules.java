package dev.selvage.edge.request;

import dev.selvage.edge.config.HostBinding;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Redirect;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.ZoneRules;
import dev.selvage.model.trace.Trace;
import dev.selvage.model.zone.PageRule;
import dev.selvage.rules.Asked;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What each rule of a zone sees in a request.
///
/// The conditions are evaluated plainly here, by the interpreter that defines the language; what comes of them is
/// the phases' own.
final class TracedRules {
    private static final Set<String> ENDS = Set.of("http_request_dynamic_redirect", "http_request_firewall_custom");

    private final Exchange x;
    private final HostBinding binding;
    private final RequestFacts facts = new RequestFacts();
    private final List<Trace.Phase> phases = new ArrayList<>();
    private final Set<String> skipped = new HashSet<>();
    private boolean ended;
    private String endedBy = "";

    TracedRules(Exchange x, HostBinding binding) {
        this.x = x;
        this.binding = binding;
    }

    List<Trace.Phase> phases() {
        return phases;
    }

    /// What ended the request; empty when nothing here did.
    String endedBy() {
        return endedBy;
    }

    /// The phases that see the request as it came.
    void beforeRewriting() {
        ZoneRules rules = rules();
        phase("http_request_dynamic_redirect", rules.dynamicRedirect(), Scope.REQUEST, _ -> true, this::sent);
        phase("http_request_transform", rules.transform(), Scope.REQUEST, _ -> false, this::rewritten);
    }

    /// The phases after those.
    ///
    /// @param answered the edge answers by itself
    void afterRewriting(boolean answered) {
        ZoneRules rules = rules();
        pageRules();
        phase("http_config_settings", rules.configSettings(), Scope.REQUEST, _ -> false, _ -> List.of());
        phase("http_request_origin", rules.origin(), Scope.REQUEST, _ -> false, _ -> List.of());
        phase("http_request_firewall_custom", rules.firewallCustom(), Scope.REQUEST, this::screened, _ -> List.of());
        phase("http_ratelimit", rules.rateLimit(), Scope.REQUEST, _ -> false, _ -> List.of());
        ended |= answered;
        phase("http_request_late_transform", rules.lateTransform(), Scope.REQUEST, _ -> false, this::changed);
        phase("http_request_cache_settings", rules.cacheSettings(), Scope.REQUEST, _ -> false, _ -> List.of());
        ended = true;
        phase(
                "http_response_headers_transform",
                rules.responseHeadersTransform(),
                Scope.RESPONSE,
                _ -> false,
                _ -> List.of());
        phase("http_custom_errors", rules.customErrors(), Scope.RESPONSE, _ -> false, _ -> List.of());
    }

    private ZoneRules rules() {
        return binding.zone().paused() ? ZoneRules.NONE : binding.zone().rules();
    }

    /// @param ends whether a rule that is met ends its phase
    private <A> void phase(
            String name,
            PhaseRules<A> phase,
            Scope scope,
            Function<A, Boolean> ends,
            Function<A, List<Trace.Part>> outcome) {
        if (phase.rules().isEmpty()) {
            return;
        }
        facts.turnTo(x);
        boolean reached = !ended && !skipped.contains(name);
        boolean going = reached;
        List<Trace.Rule> traced = new ArrayList<>();
        for (Rule<A> rule : phase.rules()) {
            Reading<Condition> reading = Expressions.condition(rule.expression(), scope);
            if (!(reading instanceof Reading.Accepted<Condition>(Condition condition))) {
                traced.add(new Trace.Rule(rule.id(), rule.expression(), false, false, List.of(), List.of()));
                continue;
            }
            Asked asked = Asked.by(condition);
            boolean later = asked.fields().stream().anyMatch(field -> field.scope() == Scope.RESPONSE);
            boolean matched = !later && Interpreter.met(condition, facts);
            boolean applied = matched && going;
            traced.add(new Trace.Rule(
                    rule.id(),
                    rule.expression(),
                    matched,
                    applied,
                    values(asked),
                    applied ? outcome.apply(rule.action()) : List.of()));
            if (applied && ends.apply(rule.action())) {
                going = false;
                if (ENDS.contains(name) && !(rule.action() instanceof Screening screening && skips(screening))) {
                    ended = true;
                    endedBy = "the rule " + rule.id() + " of the phase " + name + " ends it";
                }
            }
        }
        phases.add(new Trace.Phase(name, phase.ruleset(), reached, traced));
    }

    private static boolean skips(Screening screening) {
        return screening.kind() == Screening.Kind.SKIP;
    }

    private boolean screened(Screening screening) {
        return switch (screening.kind()) {
            case BLOCK, CHALLENGE, MANAGED_CHALLENGE, JS_CHALLENGE -> true;
            case SKIP -> {
                skipped.addAll(screening.skippedPhases());
                yield screening.skipsRest();
            }
            case LOG -> false;
        };
    }

    private void pageRules() {
        List<PageRule> rules = binding.zone().pageRules();
        if (rules.isEmpty()) {
            return;
        }
        byte[] target = x.target().getBytes(StandardCharsets.ISO_8859_1);
        Set<Integer> met = new HashSet<>(binding.pageRulesMet(x.secure, x.visitor.port(), target));
        int first = met.stream().min(Integer::compare).orElse(-1);
        List<Trace.Rule> traced = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            traced.add(new Trace.Rule(
                    Integer.toString(i + 1),
                    rules.get(i).pattern(),
                    met.contains(i),
                    i == first && !ended,
                    List.of(),
                    List.of()));
        }
        phases.add(new Trace.Phase("page_rules", "", !ended, traced));
        if (first >= 0 && rules.get(first).redirect() != null && !ended) {
            ended = true;
            endedBy = "the page rule " + rules.get(first).pattern() + " sends the visitor elsewhere";
        }
    }

    private List<Trace.Part> values(Asked asked) {
        List<Trace.Part> values = new ArrayList<>();
        asked.values().forEach((spelled, value) -> {
            boolean later = Asked.by(value).fields().stream().anyMatch(field -> field.scope() == Scope.RESPONSE);
            values.add(
                    later
                            ? new Trace.Part(spelled, null, "known with the response only")
                            : new Trace.Part(spelled, readable(Asked.shown(value, facts)), ""));
        });
        return values;
    }

    private static @Nullable String readable(@Nullable String bytes) {
        return bytes == null ? null : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    // ---- what a rule comes to

    private List<Trace.Part> sent(Redirect redirect) {
        return List.of(new Trace.Part("target_url", computed(redirect.target()), ""));
    }

    private List<Trace.Part> rewritten(RewriteUrl rewrite) {
        List<Trace.Part> parts = new ArrayList<>();
        if (rewrite.path() != null) {
            parts.add(new Trace.Part("path", computed(rewrite.path()), ""));
        }
        if (rewrite.query() != null) {
            parts.add(new Trace.Part("query", computed(rewrite.query()), ""));
        }
        return parts;
    }

    private List<Trace.Part> changed(ModifyHeaders headers) {
        List<Trace.Part> parts = new ArrayList<>();
        for (ModifyHeaders.Change change : headers.changes()) {
            String name = change.operation().name().toLowerCase(Locale.ROOT) + " " + change.name();
            parts.add(new Trace.Part(name, change.value() == null ? null : computed(change.value()), ""));
        }
        return parts;
    }

    private @Nullable String computed(Computed computed) {
        if (computed.expression() == null) {
            return computed.value();
        }
        return switch (Expressions.text(computed.expression(), Scope.REQUEST)) {
            case Reading.Accepted<Value>(Value value) -> readable(Interpreter.text(value, facts));
            case Reading.Refused<Value> _ -> null;
        };
    }
}
