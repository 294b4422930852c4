package dev.selvage.control.rulesets;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The endpoints of the phases' entry points.
public final class RulesetsEndpoints {
    static final int INVALID = 20_001;
    static final int NOT_FOUND = 10_003;

    private static final Set<String> FIELDS =
            Set.of("rules", "name", "description", "kind", "phase", "id", "version", "last_updated");

    private final Store store;
    private final Clock clock;
    private final OriginPolicy origins;

    public RulesetsEndpoints(Store store, Clock clock, OriginPolicy origins) {
        this.store = store;
        this.clock = clock;
        this.origins = origins;
    }

    public void routes(Api api) {
        String entryPoint = "/zones/{zone}/rulesets/phases/{phase}/entrypoint";
        api.by("GET", entryPoint, call -> Phase.toRead(call.capture("phase")), (call, _) -> get(call));
        api.by("PUT", entryPoint, call -> Phase.toWrite(call.capture("phase")), this::put);
    }

    private Answer get(Call call) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            String name = call.capture("phase");
            if (!Phase.known(name)) {
                throw unknown(name);
            }
            Optional<Ruleset> ruleset = Phase.named(name).flatMap(phase -> Ruleset.find(tx, zone, phase));
            return Envelope.ok(ruleset.orElseThrow(() ->
                            new Refused(404, NOT_FOUND, "could not find entrypoint ruleset in the " + name + " phase"))
                    .json());
        });
    }

    private Answer put(Call call, Caller caller) {
        Ids.of(call, "zone");
        Phase phase = available(call.capture("phase"));
        boolean rehearsal =
                Query.choice(call, "dry_run", "false", Set.of("true", "false")).equals("true");
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(FIELDS);
        body.require("rules");
        List<RuleForm> rules = RuleForm.read(body, phase);
        RouteParameters.checkAllowed(rules, origins, problems);
        String name = body.text("name", 255);
        String description = body.text("description", 1_000);
        body.choice("kind", Set.of("zone"));
        body.choice("phase", Set.of(phase.id()));
        String id = body.text("id", 100);
        problems.refuseIfAny();
        Store.Work<Answer> work = tx -> {
            Zone zone = Zone.of(tx, call);
            Ruleset before = Ruleset.find(tx, zone, phase).orElse(null);
            if (id != null && (before == null || !before.id().equals(id))) {
                problems.add("/id", "\"id\" is not that of this entry point; leave it out");
                problems.refuseIfAny();
            }
            long now = Times.now(clock);
            Ruleset after = Ruleset.next(
                    before,
                    phase,
                    Objects.requireNonNullElse(name, before == null ? "default" : before.name()),
                    Objects.requireNonNullElse(description, before == null ? "" : before.description()),
                    rules,
                    now);
            store(tx, zone, after, now);
            Audit.note(
                    tx,
                    caller,
                    now,
                    zone.place(),
                    Audit.Change.change("ruleset", after.id(), before == null ? null : before.json(), after.json()));
            return Envelope.ok(after.json());
        };
        if (rehearsal) {
            store.rehearse(work);
            return Envelope.ok(null);
        }
        return store.write(work);
    }

    private static void store(Tx tx, Zone zone, Ruleset ruleset, long now) {
        ruleset.store(tx, zone);
        zone.changed(tx, now);
    }

    private static Phase available(String name) {
        if (!Phase.known(name)) {
            throw unknown(name);
        }
        return Phase.named(name)
                .orElseThrow(() -> new Refused(
                        400,
                        INVALID,
                        "phase not available: " + name + "; this version has http_request_origin and"
                                + " http_request_cache_settings"));
    }

    private static Refused unknown(String name) {
        return new Refused(400, INVALID, "\"" + name + "\" is not a known phase");
    }
}
