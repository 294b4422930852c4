package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the policies of a token from what a person allows and where. Nothing is granted that was not named: each
/// permission goes to the resources of its own scope, and one whose resources nobody named is refused.
final class Policies {
    /// What a permission is about.
    private enum Scope {
        ZONE("com.cloudflare.api.account.zone", "zones: add --zone NAME or --all-zones"),
        ACCOUNT("com.cloudflare.api.account", "an account: add --account NAME"),
        USER("com.cloudflare.api.user", "the user: add --user");

        final String wire;
        final String wanted;

        Scope(String wire, String wanted) {
            this.wire = wire;
            this.wanted = wanted;
        }
    }

    private final JsonNode groups;
    private final Map<Scope, ObjectNode> resources = new LinkedHashMap<>();

    /// @param groups the permission groups that there are
    Policies(JsonNode groups) {
        this.groups = groups;
    }

    void zone(String id) {
        resources(Scope.ZONE).put(Scope.ZONE.wire + "." + id, "*");
    }

    void everyZone() {
        resources(Scope.ZONE).put(Scope.ZONE.wire + ".*", "*");
    }

    void everyZoneOf(String accountId) {
        resources(Scope.ZONE).putObject(Scope.ACCOUNT.wire + "." + accountId).put(Scope.ZONE.wire + ".*", "*");
    }

    void account(String id) {
        resources(Scope.ACCOUNT).put(Scope.ACCOUNT.wire + "." + id, "*");
    }

    void user(String id) {
        resources(Scope.USER).put(Scope.USER.wire + "." + id, "*");
    }

    private ObjectNode resources(Scope scope) {
        return resources.computeIfAbsent(scope, _ -> Json.MAPPER.createObjectNode());
    }

    /// One policy for each scope.
    ///
    /// @param allowed names, in any case, or ids of permission groups
    /// @param accountIsOnlyAPlace the account says whose zones are meant, so nothing need be allowed of itself
    ArrayNode allowing(List<String> allowed, boolean accountIsOnlyAPlace) throws ClientFailure {
        Map<Scope, Set<String>> ids = new LinkedHashMap<>();
        for (String name : allowed) {
            List<JsonNode> found = named(name);
            if (found.isEmpty()) {
                throw Names.unknown("permission group", name, Names.texts(each(), "/name"));
            }
            // One name can stand for zones and for accounts; the narrower of those that were named is meant.
            boolean placed = false;
            for (Scope scope : Scope.values()) {
                if (!resources.containsKey(scope) || placed) {
                    continue;
                }
                for (JsonNode group : found) {
                    if (scopes(group).contains(scope)) {
                        ids.computeIfAbsent(scope, _ -> new LinkedHashSet<>()).add(Names.id(group));
                        placed = true;
                    }
                }
            }
            if (!placed) {
                Optional<Scope> scope = scopes(found.getFirst()).stream().min(Enum::compareTo);
                throw new ClientFailure(
                        Exit.USAGE,
                        "`" + name + "` is about "
                                + scope.map(about -> about.wanted).orElse("nothing that this program knows"));
            }
        }
        for (Scope scope : resources.keySet()) {
            if (!ids.containsKey(scope) && !(scope == Scope.ACCOUNT && accountIsOnlyAPlace)) {
                throw new ClientFailure(
                        Exit.USAGE,
                        "nothing of what is allowed is about "
                                + scope.wanted.substring(0, scope.wanted.indexOf(':'))
                                + ", which the command names; ./selvage token groups lists what there is");
            }
        }
        ArrayNode policies = Json.MAPPER.createArrayNode();
        ids.forEach((scope, groupIds) -> {
            ObjectNode policy = policies.addObject().put("effect", "allow");
            policy.set("resources", resources(scope));
            ArrayNode granted = policy.putArray("permission_groups");
            groupIds.forEach(id -> granted.addObject().put("id", id));
        });
        return policies;
    }

    private List<JsonNode> named(String name) {
        return each().stream()
                .filter(group -> group.path("id").asString("").equals(name)
                        || group.path("name")
                                .asString("")
                                .toLowerCase(Locale.ROOT)
                                .equals(name.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private List<JsonNode> each() {
        List<JsonNode> each = new ArrayList<>();
        groups.forEach(each::add);
        return each;
    }

    private static Set<Scope> scopes(JsonNode group) {
        Set<Scope> scopes = new LinkedHashSet<>();
        for (JsonNode wire : group.path("scopes")) {
            for (Scope scope : Scope.values()) {
                if (scope.wire.equals(wire.asString(""))) {
                    scopes.add(scope);
                }
            }
        }
        return scopes;
    }
}
