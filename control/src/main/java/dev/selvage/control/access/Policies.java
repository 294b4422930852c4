package dev.selvage.control.access;

import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Reach;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a token may do. What is not allowed is forbidden, and to deny wins over to allow.
record Policies(List<Policy> all) {
    Policies {
        all = List.copyOf(all);
    }

    /// One statement.
    record Policy(boolean allow, Set<Permission> permissions, Set<Resource> resources) {
        Policy {
            permissions = Set.copyOf(permissions);
            resources = Set.copyOf(resources);
        }

        /// True when this says something of `wanted` at some place. To deny reading denies writing too, as
        /// writing answers what was read.
        boolean about(Permission wanted) {
            return permissions.stream().anyMatch(own -> allow ? own.includes(wanted) : wanted.includes(own));
        }

        boolean covers(Place place) {
            return resources.stream().anyMatch(resource -> resource.covers(place));
        }
    }

    /// @param json as [PolicyForm] wrote it
    /// @param owner the account beyond whose zones nothing reaches; null for none
    static Policies of(JsonNode json, @Nullable String owner) {
        return new Policies(
                json.valueStream().map(policy -> policy(policy, owner)).toList());
    }

    boolean allow(Permission permission, Place place) {
        boolean allowed = false;
        for (Policy policy : all) {
            if (policy.about(permission) && policy.covers(place)) {
                if (!policy.allow) {
                    return false;
                }
                allowed = true;
            }
        }
        return allowed;
    }

    /// True when the token may know that there is such a place: it may do something there.
    boolean see(Place place) {
        for (Permission permission : Permission.values()) {
            if (allow(permission, place)) {
                return true;
            }
        }
        return place instanceof Place.Account(String id) && reachesZonesOf(id);
    }

    /// The zones that are named one by one: who may see one of them may see its account.
    List<String> namedZones() {
        return all.stream()
                .filter(Policy::allow)
                .flatMap(policy -> policy.resources.stream())
                .filter(Resource.OneZone.class::isInstance)
                .map(zone -> ((Resource.OneZone) zone).id())
                .distinct()
                .toList();
    }

    private boolean reachesZonesOf(String account) {
        Place anyZone = new Place.Zone("", account);
        return all.stream().anyMatch(policy -> policy.allow && policy.covers(anyZone));
    }

    Reach reach(Permission permission) {
        boolean everywhere = false;
        boolean nowhere = false;
        Set<String> accounts = new HashSet<>();
        Set<String> zones = new HashSet<>();
        Set<String> exceptAccounts = new HashSet<>();
        Set<String> exceptZones = new HashSet<>();
        for (Policy policy : all) {
            if (!policy.about(permission)) {
                continue;
            }
            for (Resource resource : policy.resources) {
                if (resource.scope() != permission.scope()) {
                    continue;
                }
                switch (resource) {
                    case Resource.AnyUser _, Resource.AnyAccount _, Resource.AnyZone _ -> {
                        everywhere |= policy.allow;
                        nowhere |= !policy.allow;
                    }
                    case Resource.OneAccount(String id) -> (policy.allow ? accounts : exceptAccounts).add(id);
                    case Resource.ZonesOf(String account) -> (policy.allow ? accounts : exceptAccounts).add(account);
                    case Resource.OneZone(String id) -> (policy.allow ? zones : exceptZones).add(id);
                }
            }
        }
        return new Reach(everywhere, accounts, zones, nowhere, exceptAccounts, exceptZones);
    }

    /// What `wanted` would allow that this does not; empty when there is nothing.
    ///
    /// Careful rather than exact: where this denies something at all, it cannot be handed on.
    Optional<String> beyond(Policies wanted) {
        for (Policy policy : wanted.all) {
            for (Permission permission : policy.allow ? policy.permissions : EnumSet.noneOf(Permission.class)) {
                for (Resource resource : policy.resources) {
                    if (resource.scope() == permission.scope() && !hasWhole(permission, resource)) {
                        return Optional.of(permission.title());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean hasWhole(Permission permission, Resource resource) {
        boolean denied = all.stream().anyMatch(policy -> !policy.allow && policy.about(permission));
        return !denied
                && all.stream()
                        .anyMatch(policy -> policy.allow
                                && policy.about(permission)
                                && policy.resources.stream().anyMatch(own -> own.covers(resource)));
    }

    private static Policy policy(JsonNode json, @Nullable String owner) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        json.get("permission_groups")
                .forEach(group ->
                        Permission.withId(group.get("id").stringValue()).ifPresent(permissions::add));
        Set<Resource> resources = PolicyForm.resources(json.get("resources"));
        if (owner != null && resources.remove(new Resource.AnyZone())) {
            resources.add(new Resource.ZonesOf(owner));
        }
        return new Policy(json.get("effect").stringValue().equals("allow"), permissions, resources);
    }
}
