package dev.selvage.control.rulesets;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Refused;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import tools.jackson.databind.node.ArrayNode;

/// The endpoints of the versions of a ruleset.
final class VersionEndpoints {
    private static final String TYPE = "ruleset_version";

    /// Digits of a number that surely fits.
    private static final int MOST_DIGITS = 18;

    private final Store store;
    private final Writing writing;

    VersionEndpoints(Store store, Writing writing) {
        this.store = store;
        this.writing = writing;
    }

    void routes(Api api, String ruleset, String entryPoint) {
        String all = "/versions";
        String one = all + "/{version}";
        api.oneOf(
                "GET",
                ruleset + all,
                Phase.toReadAny(),
                (call, caller) -> store.read(tx -> list(tx, readable(tx, call, caller))));
        api.oneOf(
                "GET",
                ruleset + one,
                Phase.toReadAny(),
                (call, caller) -> store.read(tx -> Envelope.ok(
                        version(tx, readable(tx, call, caller), call).json())));
        api.oneOf("DELETE", ruleset + one, Phase.toWriteAny(), this::delete);
        api.by(
                "GET",
                entryPoint + all,
                call -> Phase.toRead(call.capture("phase")),
                (call, _) -> store.read(tx -> list(tx, Writing.entryPoint(tx, Zone.of(tx, call), call))));
        api.by(
                "GET",
                entryPoint + one,
                call -> Phase.toRead(call.capture("phase")),
                (call, _) ->
                        store.read(tx -> Envelope.ok(version(tx, Writing.entryPoint(tx, Zone.of(tx, call), call), call)
                                .json())));
    }

    private static Ruleset readable(Tx tx, Call call, Caller caller) {
        Zone zone = Zone.of(tx, call);
        Ruleset ruleset = Writing.ruleset(tx, zone, call);
        Writing.require(caller, zone, ruleset.phase().toRead());
        return ruleset;
    }

    private static Answer list(Tx tx, Ruleset ruleset) {
        ArrayNode result = Envelope.array();
        ruleset.versions(tx).forEach(version -> result.add(version.summary()));
        return Envelope.ok(result);
    }

    private Answer delete(Call call, Caller caller) {
        writing.changeable(call, caller);
        return writing.delete(call, caller, (tx, zone, _) -> {
            Ruleset ruleset = Writing.ruleset(tx, zone, call);
            Ruleset version = version(tx, ruleset, call);
            if (version.version() == ruleset.version()) {
                throw new Refused(400, RulesetsEndpoints.INVALID, "the current version of a ruleset cannot be deleted");
            }
            ruleset.deleteVersion(tx, version.version());
            return Audit.Change.delete(TYPE, ruleset.id(), version.json());
        });
    }

    private static Ruleset version(Tx tx, Ruleset ruleset, Call call) {
        String digits = call.capture("version");
        boolean number = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.charAt(0) != '0'
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return (number ? ruleset.version(tx, Long.parseLong(digits)) : java.util.Optional.<Ruleset>empty())
                .orElseThrow(() ->
                        new Refused(404, RulesetsEndpoints.NOT_FOUND, "could not find this version of the ruleset"));
    }
}
