package dev.selvage.control.access;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads policies from a body and says everything that is wrong with them.
final class PolicyForm {
    private static final int MOST_POLICIES = 50;
    private static final int MOST_GROUPS = 200;
    private static final int MOST_RESOURCES = 1_000;
    private static final Set<String> FIELDS = Set.of("id", "effect", "resources", "permission_groups");
    private static final Set<String> GROUP_FIELDS = Set.of("id", "name", "meta", "scopes", "category");

    private PolicyForm() {}

    /// The policies of `body`, as they are stored and answered; what is wrong goes to the body's problems.
    ///
    /// @param account the only account that may be named; null for any
    static ArrayNode read(Body body, @Nullable String account) {
        ArrayNode policies = Envelope.array();
        if (!body.require("policies")) {
            return policies;
        }
        List<Body> given = body.objects("policies", MOST_POLICIES);
        if (given.isEmpty() && body.problems().none()) {
            body.problems().add(body.pointer("policies"), "a token needs at least one policy");
        }
        for (Body policy : given) {
            policies.add(policy(policy, account));
        }
        return policies;
    }

    private static ObjectNode policy(Body policy, @Nullable String account) {
        policy.only(FIELDS);
        Problems problems = policy.problems();
        String id = policy.text("id", 100);
        String effect = policy.require("effect") ? policy.choice("effect", Set.of("allow", "deny")) : null;
        ObjectNode answered = Envelope.object()
                .put("id", id != null && Ids.wellFormed(id) ? id : Ids.next())
                .put("effect", effect);
        Set<Permission> permissions = permissions(policy, answered.putArray("permission_groups"));
        Body resources = policy.require("resources") ? policy.object("resources") : null;
        if (resources == null) {
            return answered;
        }
        int wrongBefore = problems.size();
        check(resources, account);
        answered.set("resources", resources.node());
        if (problems.size() == wrongBefore && !permissions.isEmpty()) {
            scopes(policy, permissions, resources(resources.node()));
        }
        return answered;
    }

    private static Set<Permission> permissions(Body policy, ArrayNode answered) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        policy.require("permission_groups");
        for (Body group : policy.objects("permission_groups", MOST_GROUPS)) {
            group.only(GROUP_FIELDS);
            String id = group.require("id") ? group.text("id", 100) : null;
            if (id == null) {
                continue;
            }
            Optional<Permission> permission = Permission.withId(id);
            if (permission.isEmpty()) {
                policy.problems()
                        .add(
                                group.pointer("id"),
                                "there is no permission group \"" + id
                                        + "\"; GET /user/tokens/permission_groups lists them");
            } else if (permissions.add(permission.get())) {
                answered.addObject()
                        .put("id", permission.get().id())
                        .put("name", permission.get().title());
            }
        }
        if (permissions.isEmpty() && policy.problems().none()) {
            policy.problems().add(policy.pointer("permission_groups"), "a policy needs at least one permission group");
        }
        return permissions;
    }

    /// Each permission needs a resource that it is about, and the other way round; else the policy would
    /// look as if it said something.
    private static void scopes(Body policy, Set<Permission> permissions, Set<Resource> resources) {
        Set<Permission.Scope> held = resources.stream().map(Resource::scope).collect(Collectors.toSet());
        for (Permission permission : permissions) {
            if (!held.contains(permission.scope())) {
                policy.problems()
                        .add(
                                policy.pointer("resources"),
                                "\"" + permission.title() + "\" needs a resource of the scope "
                                        + permission.scope().id() + ", such as " + example(permission.scope()));
            }
        }
        Set<Permission.Scope> used = permissions.stream().map(Permission::scope).collect(Collectors.toSet());
        for (Permission.Scope scope : held) {
            if (!used.contains(scope)) {
                policy.problems()
                        .add(
                                policy.pointer("permission_groups"),
                                "a resource of the scope " + scope.id() + " needs a permission group of that scope");
            }
        }
    }

    private static String example(Permission.Scope scope) {
        return switch (scope) {
            case USER -> "{\"com.cloudflare.api.user.*\": \"*\"}";
            case ACCOUNT -> "{\"com.cloudflare.api.account.ACCOUNT_ID\": \"*\"}";
            case ZONE ->
                "{\"com.cloudflare.api.account.zone.ZONE_ID\": \"*\"} or {\"com.cloudflare.api.account.ACCOUNT_ID\":"
                        + " {\"com.cloudflare.api.account.zone.*\": \"*\"}}";
        };
    }

    private static void check(Body resources, @Nullable String account) {
        Problems problems = resources.problems();
        ObjectNode node = resources.node();
        if (node.isEmpty() || node.size() > MOST_RESOURCES) {
            problems.add(resources.pointer(), "a policy names 1 to " + MOST_RESOURCES + " resources");
            return;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String pointer = resources.pointer(entry.getKey());
            Optional<Resource> resource = Resource.named(entry.getKey());
            if (resource.isEmpty()) {
                problems.add(
                        pointer,
                        "\"" + entry.getKey() + "\" is not a resource; expected " + example(Permission.Scope.ACCOUNT)
                                + " or " + example(Permission.Scope.ZONE));
            } else if (entry.getValue() instanceof ObjectNode inner) {
                nested(resource.get(), inner, pointer, problems);
            } else if (!entry.getValue().isString()
                    || !entry.getValue().stringValue().equals("*")) {
                problems.add(pointer, "the value of a resource must be \"*\", or for an account an object of zones");
            }
            if (account != null && resource.isPresent() && !within(resource.get(), account)) {
                problems.add(pointer, "an account's token can only name that account and its zones");
            }
        }
    }

    private static void nested(Resource outer, ObjectNode inner, String pointer, Problems problems) {
        if (!(outer instanceof Resource.OneAccount) || inner.isEmpty() || inner.size() > MOST_RESOURCES) {
            problems.add(pointer, "only one account can have an object of zones, of 1 to " + MOST_RESOURCES);
            return;
        }
        for (Map.Entry<String, JsonNode> entry : inner.properties()) {
            boolean zone = Resource.named(entry.getKey())
                    .filter(it -> it.scope() == Permission.Scope.ZONE)
                    .isPresent();
            boolean star = entry.getValue().isString()
                    && entry.getValue().stringValue().equals("*");
            if (!zone || !star) {
                problems.add(
                        pointer,
                        "within an account expected \"com.cloudflare.api.account.zone.*\" or a zone's id, with \"*\"");
                return;
            }
        }
    }

    /// Whether a zone named by its id is the account's, the store knows; `TokenForm` asks it.
    private static boolean within(Resource resource, String account) {
        return switch (resource) {
            case Resource.OneAccount(String id) -> id.equals(account);
            case Resource.OneZone _ -> true;
            case Resource.AnyZone _, Resource.ZonesOf _ -> true;
            case Resource.AnyUser _, Resource.AnyAccount _ -> false;
        };
    }

    /// The resources that a checked object names.
    static Set<Resource> resources(JsonNode node) {
        Set<Resource> resources = new HashSet<>();
        node.properties()
                .forEach(entry -> Resource.named(entry.getKey()).ifPresent(outer -> {
                    if (outer instanceof Resource.OneAccount(String account)
                            && entry.getValue() instanceof ObjectNode inner) {
                        inner.propertyNames()
                                .forEach(name -> Resource.named(name)
                                        .map(zone ->
                                                zone instanceof Resource.AnyZone ? new Resource.ZonesOf(account) : zone)
                                        .ifPresent(resources::add));
                    } else {
                        resources.add(outer);
                    }
                }));
        return resources;
    }
}
