package dev.selvage.control.rulesets;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/// The endpoints below `/zones/{zone}/rulesets`.
public final class RulesetsEndpoints {
    static final int INVALID = 20_001;
    static final int NOT_FOUND = 10_003;

    private static final Set<String> FIELDS =
            Set.of("rules", "name", "description", "kind", "phase", "id", "version", "last_updated");

    private final Store store;
    private final OriginPolicy origins;
    private final Writing writing;

    public RulesetsEndpoints(Store store, Clock clock, OriginPolicy origins) {
        this.store = store;
        this.origins = origins;
        this.writing = new Writing(store, clock);
    }

    public void routes(Api api) {
        String all = "/zones/{zone}/rulesets";
        String one = all + "/{ruleset}";
        String entryPoint = all + "/phases/{phase}/entrypoint";
        api.oneOf("GET", all, Phase.toReadAny(), this::list);
        api.oneOf("POST", all, Phase.toWriteAny(), this::create);
        api.by("GET", entryPoint, call -> Phase.toRead(call.capture("phase")), (call, _) -> getEntryPoint(call));
        api.by("PUT", entryPoint, call -> Phase.toWrite(call.capture("phase")), this::putEntryPoint);
        api.oneOf("GET", one, Phase.toReadAny(), this::get);
        api.oneOf("PUT", one, Phase.toWriteAny(), this::put);
        api.oneOf("DELETE", one, Phase.toWriteAny(), this::delete);
        new RuleEndpoints(writing, origins).routes(api, one);
        new VersionEndpoints(store, writing).routes(api, one, entryPoint);
    }

    private Answer list(Call call, Caller caller) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            ArrayNode result = Envelope.array();
            Ruleset.listed(tx, zone).stream()
                    .filter(ruleset -> caller.may(ruleset.phase().toRead(), zone.place()))
                    .forEach(ruleset -> result.add(ruleset.summary()));
            return Envelope.ok(result);
        });
    }

    private Answer create(Call call, Caller caller) {
        Ids.of(call, "zone");
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        List.of("name", "kind", "phase").forEach(body::require);
        String named = body.text("phase", 100);
        problems.refuseIfAny();
        Phase phase = available(Objects.requireNonNull(named));
        store.read(tx -> {
            Writing.require(caller, Zone.of(tx, call), phase.toWrite());
            return phase;
        });
        Form form = form(body, phase);
        if (form.id != null) {
            problems.add("/id", "a new ruleset gets its id; leave \"id\" out");
        }
        problems.refuseIfAny();
        return writing.change(call, caller, (tx, zone, now) -> {
            if (Ruleset.find(tx, zone, phase).isPresent()) {
                throw new Refused(
                        400,
                        INVALID,
                        "the phase " + phase.id() + " of this zone already has its ruleset; replace that one");
            }
            Ruleset made = Ruleset.next(
                    null,
                    phase,
                    Objects.requireNonNull(form.name),
                    Objects.requireNonNullElse(form.description, ""),
                    form.rules,
                    now);
            return new Writing.Changed(made, Audit.Change.add(Writing.TYPE, made.id(), made.json()), _ -> true);
        });
    }

    private Answer getEntryPoint(Call call) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return Envelope.ok(Writing.entryPoint(tx, zone, call).json());
        });
    }

    private Answer putEntryPoint(Call call, Caller caller) {
        Ids.of(call, "zone");
        Phase phase = available(call.capture("phase"));
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.require("rules");
        Form form = form(body, phase);
        problems.refuseIfAny();
        return writing.change(call, caller, (tx, zone, now) -> {
            Ruleset before = Ruleset.find(tx, zone, phase).orElse(null);
            return replaced(before, phase, form, now);
        });
    }

    private Answer get(Call call, Caller caller) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            Ruleset ruleset = Writing.ruleset(tx, zone, call);
            Writing.require(caller, zone, ruleset.phase().toRead());
            return Envelope.ok(ruleset.json());
        });
    }

    private Answer put(Call call, Caller caller) {
        Phase phase = writing.changeable(call, caller);
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.require("rules");
        Form form = form(body, phase);
        problems.refuseIfAny();
        return writing.change(
                call, caller, (tx, zone, now) -> replaced(Writing.ruleset(tx, zone, call), phase, form, now));
    }

    private Answer delete(Call call, Caller caller) {
        writing.changeable(call, caller);
        return writing.delete(call, caller, (tx, zone, now) -> {
            Ruleset ruleset = Writing.ruleset(tx, zone, call);
            ruleset.delete(tx);
            zone.changed(tx, now);
            return Audit.Change.delete(Writing.TYPE, ruleset.id(), ruleset.json());
        });
    }

    private static Writing.Changed replaced(@Nullable Ruleset before, Phase phase, Form form, long now) {
        if (form.id != null && (before == null || !before.id().equals(form.id))) {
            Problems problems = new Problems(INVALID);
            problems.add("/id", "\"id\" is not that of this ruleset; leave it out");
            problems.refuseIfAny();
        }
        Ruleset after = Ruleset.next(
                before,
                phase,
                Objects.requireNonNullElse(form.name, before == null ? "default" : before.name()),
                Objects.requireNonNullElse(form.description, before == null ? "" : before.description()),
                form.rules,
                now);
        return new Writing.Changed(
                after,
                Audit.Change.change(Writing.TYPE, after.id(), before == null ? null : before.json(), after.json()),
                _ -> true);
    }

    /// A ruleset as a caller gives it.
    private record Form(
            @Nullable String id,
            @Nullable String name,
            @Nullable String description,
            List<RuleForm> rules) {}

    private Form form(Body body, Phase phase) {
        body.only(FIELDS);
        List<RuleForm> rules = RuleForm.read(body, phase);
        RouteParameters.checkAllowed(rules, origins, body.problems());
        body.choice("kind", Set.of("zone"));
        body.choice("phase", Set.of(phase.id()));
        String name = body.text("name", 255);
        if (name != null && name.isBlank()) {
            body.problems().add("/name", "\"name\" must not be empty");
        }
        return new Form(body.text("id", 100), name, body.text("description", 1_000), rules);
    }

    private static Phase available(String name) {
        Optional<Phase> phase = Phase.named(name);
        if (phase.isEmpty() && Phase.known(name)) {
            throw new Refused(
                    400,
                    INVALID,
                    "phase not available: " + name + "; there are "
                            + Arrays.stream(Phase.values()).map(Phase::id).collect(Collectors.joining(", ")));
        }
        return phase.orElseThrow(() -> unknown(name));
    }

    static Refused unknown(String name) {
        return new Refused(400, INVALID, "\"" + name + "\" is not a known phase");
    }
}
