package dev.selvage.control.trace;

import dev.selvage.control.accounts.Account;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.rulesets.PublishedRules;
import dev.selvage.control.store.Store;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.trace.Trace;
import dev.selvage.model.trace.TraceRequest;
import dev.selvage.model.trace.Tracer;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoint that follows a request through the phases, without making it.
public final class Traces {
    static final int INVALID = 1_220;
    static final int UNKNOWN_HOST = 1_221;
    static final int UNAVAILABLE = 1_222;

    private static final int NO_ACCOUNT = 1_001;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Store store;
    private final Supplier<Tracer> tracer;

    public Traces(Store store, Supplier<Tracer> tracer) {
        this.store = store;
        this.tracer = tracer;
    }

    public void routes(Api api) {
        api.change(
                "POST",
                "/accounts/{account}/request-tracer/trace",
                Permission.REQUEST_TRACER_READ,
                (call, _) -> trace(call));
    }

    private Answer trace(Call call) {
        String account = Ids.of(call, "account");
        Problems problems = new Problems(INVALID);
        TraceRequest request = TraceForm.read(Body.of(call, problems), account);
        problems.refuseIfAny();
        if (store.read(tx -> Account.find(tx, account)).isEmpty()) {
            throw new Refused(404, NO_ACCOUNT, "there is no account " + account);
        }
        return switch (tracer.get().trace(Objects.requireNonNull(request), PATIENCE)) {
            case Tracer.Answer.Traced(Trace trace) -> Envelope.ok(json(trace));
            case Tracer.Answer.Malformed(int status, String reason) ->
                throw new Refused(
                        400,
                        List.of(new ApiError(
                                INVALID, "the edge would answer such a request " + status + ": " + reason, "/url")));
            case Tracer.Answer.UnknownHost _ ->
                throw new Refused(
                        400,
                        List.of(new ApiError(
                                UNKNOWN_HOST,
                                "no zone of this account has the host " + request.authority()
                                        + "; it needs a proxied DNS record",
                                "/url")));
            case Tracer.Answer.Unavailable _ ->
                throw new Refused(503, UNAVAILABLE, "no edge answered; nothing can be traced without one");
        };
    }

    private ObjectNode json(Trace trace) {
        ObjectNode json = Envelope.object();
        if (trace.status() != null) {
            json.put("status_code", trace.status());
        }
        json.put("decision", trace.decision()).put("reason", trace.reason()).put("url", trace.url());
        Map<String, ObjectNode> rules = store.read(tx -> Zone.find(tx, trace.zone())
                .map(zone -> PublishedRules.all(tx, zone))
                .orElse(Map.of()));
        ArrayNode phases = json.putArray("trace");
        for (Trace.Phase phase : trace.phases()) {
            phases.add(phase(phase, rules));
        }
        parts(json.putArray("cache_key"), trace.cacheKey());
        parts(json.putArray("cache"), trace.cache());
        parts(json.putArray("origin"), trace.origin());
        json.putObject("zone").put("id", trace.zone()).put("version", Long.toString(trace.version()));
        return json;
    }

    private static ObjectNode phase(Trace.Phase phase, Map<String, ObjectNode> rules) {
        boolean matched = phase.rules().stream().anyMatch(Trace.Rule::applied);
        ObjectNode json = Envelope.object()
                .put("step_name", phase.name())
                .put("type", "phase")
                .put("matched", matched)
                .put("reached", phase.reached());
        ArrayNode steps = json.putArray("trace");
        if (!phase.ruleset().isEmpty()) {
            steps = steps.addObject()
                    .put("step_name", phase.ruleset())
                    .put("type", "ruleset")
                    .put("kind", "zone")
                    .put("matched", matched)
                    .putArray("trace");
        }
        for (Trace.Rule rule : phase.rules()) {
            steps.add(rule(rule, rules.get(rule.id())));
        }
        return json;
    }

    /// @param stored the rule as the API shows it; null where it has changed since
    private static ObjectNode rule(Trace.Rule rule, @Nullable ObjectNode stored) {
        ObjectNode json = Envelope.object()
                .put("step_name", rule.id())
                .put("type", "rule")
                .put("matched", rule.matched())
                .put("applied", rule.applied())
                .put("expression", rule.expression());
        if (stored != null) {
            json.put("description", stored.path("description").stringValue(""));
            json.put("action", stored.path("action").stringValue(""));
            if (stored.path("action_parameters").isObject()) {
                json.set("action_parameters", stored.get("action_parameters"));
            }
        }
        parts(json.putArray("values"), rule.values());
        parts(json.putArray("outcome"), rule.outcome());
        return json;
    }

    private static void parts(ArrayNode array, List<Trace.Part> parts) {
        for (Trace.Part part : parts) {
            ObjectNode json = array.addObject().put("name", part.name()).put("value", part.value());
            if (!part.source().isEmpty()) {
                json.put("source", part.source());
            }
        }
    }
}
