package dev.selvage.control.access;

import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import java.util.Optional;

/// What a policy is about: its name begins with `com.cloudflare.api.`, as everywhere in this API.
sealed interface Resource {
    record AnyUser() implements Resource {}

    record AnyAccount() implements Resource {}

    record OneAccount(String id) implements Resource {}

    record AnyZone() implements Resource {}

    record OneZone(String id) implements Resource {}

    /// Every zone of an account, those of later too.
    record ZonesOf(String account) implements Resource {}

    /// Names the user's own resource; a tool may name him by his id.
    String USER = "com.cloudflare.api.user.";

    String ACCOUNT = "com.cloudflare.api.account.";
    String ZONE = "com.cloudflare.api.account.zone.";

    /// The resource with this name on the outer level of a policy.
    static Optional<Resource> named(String name) {
        if (name.startsWith(ZONE)) {
            String id = name.substring(ZONE.length());
            return id.equals("*")
                    ? Optional.of(new AnyZone())
                    : Optional.of(id).filter(Ids::wellFormed).map(OneZone::new);
        }
        if (name.startsWith(ACCOUNT)) {
            String id = name.substring(ACCOUNT.length());
            return id.equals("*")
                    ? Optional.of(new AnyAccount())
                    : Optional.of(id).filter(Ids::wellFormed).map(OneAccount::new);
        }
        if (name.startsWith(USER)) {
            String id = name.substring(USER.length());
            return id.equals("*") || Ids.wellFormed(id) ? Optional.of(new AnyUser()) : Optional.empty();
        }
        return Optional.empty();
    }

    default Permission.Scope scope() {
        return switch (this) {
            case AnyUser _ -> Permission.Scope.USER;
            case AnyAccount _, OneAccount _ -> Permission.Scope.ACCOUNT;
            case AnyZone _, OneZone _, ZonesOf _ -> Permission.Scope.ZONE;
        };
    }

    /// True when `place` is within this.
    default boolean covers(Place place) {
        return switch (this) {
            case AnyUser _ -> place instanceof Place.User;
            case AnyAccount _ -> place instanceof Place.Account;
            case OneAccount(String id) -> place instanceof Place.Account(String at) && at.equals(id);
            case AnyZone _ -> place instanceof Place.Zone;
            case OneZone(String id) ->
                place instanceof Place.Zone zone && zone.id().equals(id);
            case ZonesOf(String account) ->
                place instanceof Place.Zone zone && zone.account().equals(account);
        };
    }

    /// True when everything within `other` is within this.
    default boolean covers(Resource other) {
        return equals(other)
                || switch (this) {
                    case AnyAccount _ -> other instanceof OneAccount;
                    case AnyZone _ -> other.scope() == Permission.Scope.ZONE;
                    case AnyUser _, OneAccount _, OneZone _, ZonesOf _ -> false;
                };
    }
}
