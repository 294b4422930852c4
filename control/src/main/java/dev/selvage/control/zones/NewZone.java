package dev.selvage.control.zones;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.names.HostName;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.ZoneConfig;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A zone to be made.
public record NewZone(String account, String name, String type, boolean catchAll, DefaultCaching defaultCaching) {
    static final Set<String> TYPES = Set.of("full", "partial", "secondary", "internal");

    private static final int BAD_NAME = 1097;
    private static final Set<String> FIELDS = Set.of("account", "name", "type", "jump_start");

    /// At least two labels; the last has two characters or more and a letter, which tells it from an IP
    /// address.
    private static final Pattern DOMAIN = Pattern.compile("(?:[a-z0-9][a-z0-9-]*\\.)+(?=[^.]*[a-z])[a-z0-9-]{2,63}");

    /// Reads what a caller wants.
    static NewZone of(Body body) {
        Problems problems = body.problems();
        body.only(FIELDS);
        String name = body.require("name") ? body.text("name", 1_000) : null;
        Optional<String> domain = name == null
                ? Optional.empty()
                : HostName.of(name).filter(host -> DOMAIN.matcher(host).matches());
        if (name != null && domain.isEmpty()) {
            problems.add(new ApiError(
                    BAD_NAME,
                    "\"" + name + "\" is not a valid domain name; expected one such as example.com",
                    "/name"));
        }
        if (domain.filter(ZoneConfig.QUICKSTART::equals).isPresent()) {
            problems.add(new ApiError(
                    BAD_NAME,
                    ZoneConfig.QUICKSTART + " is reserved for the site given to `selvage up`; choose another name",
                    "/name"));
        }
        String type = body.choice("type", TYPES);
        body.flag("jump_start");
        Body account = body.require("account") ? body.object("account") : null;
        String id = null;
        if (account != null && account.require("id")) {
            id = account.text("id", 100);
            if (id != null && !Ids.wellFormed(id)) {
                problems.add("/account/id", "\"id\" must be 32 lower-case hexadecimal digits");
            }
        }
        problems.refuseIfAny();
        return new NewZone(
                String.valueOf(id),
                domain.orElseThrow(),
                type == null ? "full" : type,
                false,
                DefaultCaching.STATIC_EXTENSIONS);
    }
}
