package dev.selvage.control.rulesets;

import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// What every change of a ruleset has in common: who may, the transaction, the note, what is remarked, and the
/// rehearsal that `dry_run=true` asks for.
final class Writing {
    /// Of a ruleset in the audit log.
    static final String TYPE = "ruleset";

    private final Store store;
    private final Clock clock;

    Writing(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// What a change came to.
    ///
    /// @param touched the rules of `after` that it was about
    record Changed(Ruleset after, Audit.Change note, Predicate<ObjectNode> touched) {}

    /// Makes a new version of a ruleset, in a transaction.
    interface Change {
        Changed run(Tx tx, Zone zone, long now);
    }

    /// Deletes something, in a transaction, and says what to note.
    interface Deletion {
        Audit.Change run(Tx tx, Zone zone, long now);
    }

    /// 200 with the whole ruleset, or with nothing for a rehearsal.
    Answer change(Call call, Caller caller, Change change) {
        boolean rehearsal = rehearsal(call);
        Store.Work<Changed> work = tx -> {
            Zone zone = Zone.of(tx, call);
            long now = Times.now(clock);
            Changed changed = change.run(tx, zone, now);
            changed.after.store(tx, zone);
            zone.changed(tx, now);
            Audit.note(tx, caller, now, zone.place(), changed.note);
            return changed;
        };
        Changed changed = rehearsal ? store.rehearse(work) : store.write(work);
        List<ObjectNode> messages = Remarks.of(changed.after, changed.touched, beside(call, changed.after));
        return Envelope.ok(rehearsal ? null : changed.after.json(), messages);
    }

    /// The rulesets that its rules have to do with, `ruleset` among them: outside the transaction that writes, for
    /// which
    /// others wait.
    private List<Ruleset> beside(Call call, Ruleset ruleset) {
        if (!SharedVariants.PHASES.contains(ruleset.phase())) {
            return List.of();
        }
        return store.read(tx -> {
            List<Ruleset> all = new ArrayList<>(List.of(ruleset));
            Optional<Zone> zone = Zone.find(tx, call.capture("zone"));
            for (Phase phase : SharedVariants.PHASES) {
                if (zone.isPresent() && phase != ruleset.phase()) {
                    Ruleset.find(tx, zone.get(), phase).ifPresent(all::add);
                }
            }
            return all;
        });
    }

    /// 204.
    Answer delete(Call call, Caller caller, Deletion deletion) {
        Store.Work<Boolean> work = tx -> {
            Zone zone = Zone.of(tx, call);
            long now = Times.now(clock);
            Audit.note(tx, caller, now, zone.place(), deletion.run(tx, zone, now));
            return true;
        };
        boolean _ = rehearsal(call) ? store.rehearse(work) : store.write(work);
        return Envelope.nothing();
    }

    private static boolean rehearsal(Call call) {
        return Query.choice(call, "dry_run", "false", Set.of("true", "false")).equals("true");
    }

    /// The phase of the ruleset of a call's path, whose phase never changes.
    ///
    /// @throws Refused when there is none, or the caller may not change it
    Phase changeable(Call call, Caller caller) {
        Ids.of(call, "zone");
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            Phase phase = ruleset(tx, zone, call).phase();
            require(caller, zone, phase.toWrite());
            return phase;
        });
    }

    /// The ruleset of a call's path.
    static Ruleset ruleset(Tx tx, Zone zone, Call call) {
        return Ruleset.find(tx, zone, Ids.of(call, "ruleset"))
                .orElseThrow(() -> new Refused(
                        404, RulesetsEndpoints.NOT_FOUND, "could not find a ruleset with this id in the zone"));
    }

    /// The entry point of the phase of a call's path.
    static Ruleset entryPoint(Tx tx, Zone zone, Call call) {
        String name = call.capture("phase");
        if (!Phase.known(name)) {
            throw RulesetsEndpoints.unknown(name);
        }
        Optional<Ruleset> ruleset = Phase.named(name).flatMap(phase -> Ruleset.find(tx, zone, phase));
        return ruleset.orElseThrow(() -> new Refused(
                404, RulesetsEndpoints.NOT_FOUND, "could not find entrypoint ruleset in the " + name + " phase"));
    }

    static void require(Caller caller, Zone zone, Permission permission) {
        if (!caller.may(permission, zone.place())) {
            throw Refused.lacking();
        }
    }
}
