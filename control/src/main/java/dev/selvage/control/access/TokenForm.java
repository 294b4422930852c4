package dev.selvage.control.access;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.settings.Kind;
import dev.selvage.toolkit.settings.Network;
import dev.selvage.toolkit.web.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a caller wants a token to be.
///
/// @param policies as they are answered
/// @param condition as it is answered; null for none
record TokenForm(
        String name,
        boolean active,
        ArrayNode policies,
        @Nullable ObjectNode condition,
        @Nullable Long notBefore,
        @Nullable Long expiresOn) {
    static final int INVALID = 1004;

    private static final int LONGEST_NAME = 120;
    private static final int MOST_NETWORKS = 100;
    private static final Set<String> FIELDS =
            Set.of("name", "policies", "not_before", "expires_on", "condition", "status");

    /// Clients send a token back as they got it; these of its fields are not theirs to set.
    private static final Set<String> READ_ONLY = Set.of("id", "issued_on", "modified_on", "last_used_on", "value");

    private static final Set<String> CONDITIONS = Set.of("request_ip", "request.ip");

    /// @param account the account that owns the token; null for the user
    /// @param complete true where `status` must be said, as everything must when a token is replaced
    static TokenForm read(Call call, @Nullable String account, boolean complete) {
        Problems problems = new Problems(INVALID);
        ObjectNode object = Body.parse(call);
        READ_ONLY.forEach(object::remove);
        Body body = new Body(object, "", problems);
        body.only(FIELDS);
        String name = body.require("name") ? body.text("name", LONGEST_NAME) : null;
        if (name != null && name.isBlank()) {
            problems.add("/name", "\"name\" must not be blank");
        }
        if (complete) {
            body.require("status");
        }
        // A client that sends a token back says that it is expired, which its time says already.
        String status = body.choice("status", Set.of("active", "disabled", "expired"));
        ArrayNode policies = PolicyForm.read(body, account);
        ObjectNode condition = condition(body);
        Long notBefore = time(body, "not_before");
        Long expiresOn = time(body, "expires_on");
        if (notBefore != null && expiresOn != null && expiresOn <= notBefore) {
            problems.add("/expires_on", "\"expires_on\" must be later than \"not_before\"");
        }
        problems.refuseIfAny();
        return new TokenForm(
                String.valueOf(name), !"disabled".equals(status), policies, condition, notBefore, expiresOn);
    }

    /// @throws dev.selvage.control.api.Refused when a zone is named that is not the account's, or not
    ///     there, which must look the same
    void checkZones(Tx tx, @Nullable String owner) {
        Problems problems = new Problems(INVALID);
        int i = 0;
        for (JsonNode policy : policies) {
            String pointer = "/policies/" + i++ + "/resources";
            for (Map.Entry<String, JsonNode> entry : policy.get("resources").properties()) {
                Resource resource = Resource.named(entry.getKey()).orElseThrow();
                if (owner != null && resource instanceof Resource.OneZone(String zone)) {
                    check(tx, zone, owner, pointer, problems);
                }
                if (resource instanceof Resource.OneAccount(String account)
                        && entry.getValue().isObject()) {
                    for (String name : entry.getValue().propertyNames()) {
                        if (Resource.named(name).orElseThrow() instanceof Resource.OneZone(String zone)) {
                            check(tx, zone, account, pointer, problems);
                        }
                    }
                }
            }
        }
        problems.refuseIfAny();
    }

    private static void check(Tx tx, String zone, String account, String pointer, Problems problems) {
        if (tx.number("select count(*) as n from zone where id = ? and account_id = ?", zone, account) == 0) {
            problems.add(new ApiError(INVALID, "there is no zone " + zone + " in the account " + account, pointer));
        }
    }

    /// What of this goes beyond what `holder` may hand on; empty when nothing does.
    Optional<String> beyond(Callers.Holder holder, @Nullable String owner) {
        Token token = holder.token();
        Optional<String> right = holder.rights().beyond(Policies.of(policies, owner));
        if (right.isPresent()) {
            return right;
        }
        Long until = token.expiresOn();
        if (until != null && (expiresOn == null || expiresOn > until)) {
            return Optional.of("to last longer than itself");
        }
        return token.condition() != null && !token.condition().equals(condition)
                ? Optional.of("to be used without its condition")
                : Optional.empty();
    }

    private static @Nullable Long time(Body body, String field) {
        String text = body.text(field, 100);
        if (text == null) {
            return null;
        }
        Optional<Long> time = Times.parse(text);
        if (time.isEmpty()) {
            body.problems()
                    .add(
                            body.pointer(field),
                            "\"" + field + "\" must be a time such as 2026-01-31T12:00:00Z, not \"" + text + "\"");
        }
        return time.orElse(null);
    }

    private static @Nullable ObjectNode condition(Body body) {
        Body condition = body.object("condition");
        if (condition == null || condition.node().isEmpty()) {
            return null;
        }
        condition.only(CONDITIONS);
        List<String> names = CONDITIONS.stream().filter(condition::has).toList();
        if (names.size() > 1) {
            condition.problems().add(condition.pointer(), "\"request_ip\" and \"request.ip\" are the same; send one");
            return null;
        }
        if (names.isEmpty()) {
            return null;
        }
        Body address = condition.object(names.getFirst());
        if (address == null) {
            return null;
        }
        address.only(Set.of("in", "not_in"));
        ObjectNode kept = Envelope.object();
        ObjectNode networks = kept.putObject(names.getFirst());
        boolean any = false;
        for (String list : List.of("in", "not_in")) {
            if (address.has(list)) {
                ArrayNode blocks = networks.putArray(list);
                for (String text : address.texts(list, MOST_NETWORKS, 100)) {
                    if (Network.parse(text) instanceof Kind.Invalid<Network>(String reason)) {
                        address.problems().add(address.pointer(list), "\"" + text + "\" " + reason);
                    }
                    blocks.add(text);
                    any = true;
                }
            }
        }
        return any ? kept : null;
    }
}
