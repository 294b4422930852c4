package dev.selvage.control.access;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Reach;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.StoreFailure;
import dev.selvage.control.store.Tx;
import dev.selvage.model.access.Access;
import dev.selvage.toolkit.web.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells callers apart by what they send, and what each of them may do.
///
/// A token's row is read at each call: what is rolled, disabled or deleted opens nothing from then on.
public final class Credentials implements Api.Gate, Access {
    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());
    private static final String SCHEME = "bearer ";
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,200}@[^@\\s]{1,200}");
    private static final String TOKEN_FILE = "admin-token";
    private static final String KEY_FILE = "admin-key";

    private static final Duration CALLER_WINDOW = Duration.ofMinutes(5);
    private static final Duration ADDRESS_WINDOW = Duration.ofSeconds(1);

    /// How much later than its use a token's `last_used_on` may be: each change of it costs a write.
    private static final long USE_NOTED_EVERY = TimeUnit.HOURS.toMicros(1);

    private final SecretFile token;
    private final SecretFile key;
    private final String tokenId;
    private final User user;
    private final Store store;
    private final Clock clock;
    private final RateLimits calls;
    private final RateLimits failures;

    /// How often callers may call.
    ///
    /// @param callsPerFiveMinutes of one token or user
    /// @param failuresPerSecond with wrong credentials, from one address
    public record Limits(int callsPerFiveMinutes, int failuresPerSecond) {
        public static final Limits DEFAULTS = new Limits(1_200_000, 200);
    }

    private Credentials(
            SecretFile token, SecretFile key, String tokenId, User user, Store store, Clock clock, Limits limits) {
        this.token = token;
        this.key = key;
        this.tokenId = tokenId;
        this.user = user;
        this.store = store;
        this.clock = clock;
        this.calls = new RateLimits(limits.callsPerFiveMinutes, CALLER_WINDOW, clock);
        this.failures = new RateLimits(limits.failuresPerSecond, ADDRESS_WINDOW, clock);
    }

    /// @param given the admin token by the settings; null for the one in `directory`, made when it is
    ///     not there
    /// @throws IOException when a secret cannot be used, read or written
    public static Credentials open(Path directory, @Nullable String given, Store store, Clock clock, Limits limits)
            throws IOException {
        if (given != null && !Secrets.BEARER.matcher(given).matches()) {
            throw new IOException("the admin token given by SELVAGE_TOKEN cannot be a bearer token: expected 1 to"
                    + " 512 letters, digits and - . _ ~ + /");
        }
        SecretFile token = given == null
                ? SecretFile.open(directory, TOKEN_FILE, Secrets.BEARER, Secrets::random)
                : SecretFile.given(given);
        SecretFile key = SecretFile.open(directory, KEY_FILE, Secrets.KEY, Secrets::key);
        Optional<String> known = store.read(Credentials::storedId);
        String id = known.isPresent()
                ? known.get()
                : store.write(tx -> {
                    tx.run("insert into admin_token (one, id) values (1, ?)", Ids.next());
                    return storedId(tx).orElseThrow();
                });
        return new Credentials(token, key, id, User.open(store, clock), store, clock, limits);
    }

    private static Optional<String> storedId(Tx tx) {
        return tx.first(row -> row.text("id"), "select id from admin_token");
    }

    /// The id of the admin token.
    String adminTokenId() {
        return tokenId;
    }

    @Override
    public Api.Admitted admit(Call call, Set<Permission> permissions) {
        failures.refuseIfSpent(call.remote());
        Caller caller;
        try {
            caller = caller(presented(call));
        } catch (Refused refused) {
            failures.count(call.remote());
            throw refused;
        }
        Map<String, String> headers = calls.count(caller.actor().id());
        for (String segment : List.of("zone", "account")) {
            if (call.captures().containsKey(segment)) {
                Ids.of(call, segment);
            }
        }
        if (!permissions.isEmpty() && caller instanceof Callers.Holder holder) {
            require(call, holder, permissions);
        }
        return new Api.Admitted(caller, headers);
    }

    private static Presented presented(Call call) {
        return new Presented(
                call.header("authorization"), call.header("x-auth-key"), call.header("x-auth-email"), call.remote());
    }

    /// @throws Refused when the place is not the caller's to know of, as if it were not there; or when he
    ///     lacks the permission
    private void require(Call call, Callers.Holder caller, Set<Permission> permissions) {
        if (call.captures().containsKey("zone")) {
            String id = Ids.of(call, "zone");
            Optional<String> owner = store.read(
                    tx -> tx.first(row -> row.text("account_id"), "select account_id from zone where id = ?", id));
            Place place = new Place.Zone(id, owner.orElse(""));
            boolean sees = caller.rights().see(place);
            require(caller, permissions, place, sees && owner.isPresent(), "zone");
        } else if (call.captures().containsKey("account")) {
            String id = Ids.of(call, "account");
            Place place = new Place.Account(id);
            boolean there = store.read(tx -> tx.number("select count(*) as n from account where id = ?", id)) > 0;
            boolean through = hasZone(id, caller.rights().namedZones());
            boolean sees = caller.rights().see(place);
            require(caller, permissions, place, there && (sees || through), "account");
        } else if (permissions.stream().noneMatch(permission -> somewhere(caller, permission))) {
            throw Refused.lacking();
        }
    }

    private static boolean somewhere(Callers.Holder caller, Permission permission) {
        return permission.scope() == Permission.Scope.USER
                ? caller.may(permission, Place.USER)
                : !caller.reach(permission).none();
    }

    /// True when one of these zones is the account's.
    private boolean hasZone(String account, List<String> zones) {
        if (zones.isEmpty()) {
            return false;
        }
        List<Object> arguments = new ArrayList<>(zones);
        arguments.add(account);
        return store.read(tx -> tx.number(
                        "select count(*) as n from zone where id in ("
                                + String.join(", ", Collections.nCopies(zones.size(), "?")) + ") and account_id = ?",
                        arguments.toArray()))
                > 0;
    }

    /// A place of others is looked for and judged by the same steps as one that is not there, so that it
    /// takes the same time.
    private static void require(
            Callers.Holder caller, Set<Permission> permissions, Place place, boolean seen, String kind) {
        boolean may = permissions.stream().anyMatch(permission -> caller.may(permission, place));
        if (!seen) {
            throw new Refused(404, 1001, "Invalid " + kind + " identifier");
        }
        if (!may) {
            throw Refused.lacking();
        }
    }

    /// @throws Refused when nobody is known by these
    Caller caller(Presented by) {
        if (by.authorization() == null) {
            return keyHolder(by);
        }
        String secret = bearer(by.authorization());
        if (secret != null && token.matches(secret)) {
            return new Callers.Operator(new Caller.Actor(tokenId, "token", user.email(), by.address()));
        }
        if (secret == null || !Secrets.TOKEN.matcher(secret).matches()) {
            throw malformed(6111, "Invalid format for Authorization header");
        }
        Token held = store.read(tx -> Token.withSecret(tx, secret)).orElseThrow(Credentials::invalid);
        if (!held.from(by.address())) {
            throw new Refused(403, 9109, "Cannot use the access token from location: " + by.address());
        }
        if (!held.valid(Times.now(clock))) {
            throw invalid();
        }
        noteUse(held);
        return new Callers.Holder(
                held, held.rights(), held.actor(held.account() == null ? user.email() : "", by.address()));
    }

    /// The token that a call shows, whatever its state, for the endpoints that verify.
    ///
    /// @return empty for the admin token
    /// @throws Refused in those endpoints' own words
    Optional<Token> shown(Call call) {
        Presented by = presented(call);
        if (by.authorization() == null) {
            throw by.key() != null || by.email() != null
                    ? new Refused(400, 1001, "Missing \"Authorization\" header")
                    : missing();
        }
        failures.refuseIfSpent(call.remote());
        String secret = bearer(by.authorization());
        if (secret != null && token.matches(secret)) {
            return Optional.empty();
        }
        Optional<Token> held = secret == null || !Secrets.TOKEN.matcher(secret).matches()
                ? Optional.empty()
                : store.read(tx -> Token.withSecret(tx, secret));
        if (held.isEmpty()) {
            failures.count(call.remote());
        }
        if (secret == null || !Secrets.TOKEN.matcher(secret).matches()) {
            throw malformed(6111, "Invalid format for Authorization header");
        }
        return Optional.of(held.filter(it -> it.from(by.address())).orElseThrow(Credentials::notValid));
    }

    /// In the words of the endpoints that verify.
    static Refused notValid() {
        return new Refused(401, 1000, "Invalid API Token");
    }

    @Override
    public Optional<Principal> authenticate(Presented by) {
        try {
            failures.refuseIfSpent(by.address());
            return Optional.of(new Reader(caller(by)));
        } catch (Refused refused) {
            if (refused.status() != 429) {
                failures.count(by.address());
            }
            return Optional.empty();
        }
    }

    private void noteUse(Token held) {
        long now = Times.now(clock);
        if (held.lastUsedOn() != null && now - held.lastUsedOn() < USE_NOTED_EVERY) {
            return;
        }
        try {
            store.write(tx -> tx.run("update token set last_used_on = ? where id = ?", now, held.id()));
        } catch (StoreFailure failure) {
            // Reading must go on when the disk is full.
            LOG.log(WARNING, "the use of a token was not noted", failure);
        }
    }

    private Caller keyHolder(Presented by) {
        if (by.key() == null || by.email() == null) {
            throw missing();
        }
        if (!EMAIL.matcher(by.email()).matches()) {
            throw malformed(6102, "Invalid format for X-Auth-Email header");
        }
        if (!Secrets.KEY.matcher(by.key()).matches()) {
            throw malformed(6103, "Invalid format for X-Auth-Key header");
        }
        boolean right = key.matches(by.key());
        if (!right || !by.email().equalsIgnoreCase(user.email())) {
            throw new Refused(403, 9103, "Unknown X-Auth-Key or X-Auth-Email");
        }
        return new Callers.Operator(new Caller.Actor(user.id(), "user", user.email(), by.address()));
    }

    private static @Nullable String bearer(String authorization) {
        return authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    private static Refused invalid() {
        return new Refused(403, 9109, "Invalid access token");
    }

    private static Refused missing() {
        return new Refused(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
    }

    private static Refused malformed(int code, String message) {
        return new Refused(
                400, new ApiError(6003, "Invalid request headers", null, List.of(new ApiError(code, message))));
    }

    /// What a caller may read of the analytics of zones.
    private final class Reader implements Principal {
        private final Caller caller;
        private final Reach reach;

        Reader(Caller caller) {
            this.caller = caller;
            this.reach = caller.reach(Permission.ANALYTICS_READ);
        }

        @Override
        public String id() {
            return caller.actor().id();
        }

        @Override
        public Optional<ZoneRef> zone(String id) {
            return list("id = ?", id, "limit 1").stream().findFirst();
        }

        @Override
        public List<ZoneRef> zones(@Nullable String after, int limit) {
            return list("id > ?", after == null ? "" : after, "limit " + limit);
        }

        @Override
        public List<ZoneRef> accountZones(String account) {
            return list("account_id = ?", account, "");
        }

        private List<ZoneRef> list(String condition, String argument, String limit) {
            List<Object> arguments = new ArrayList<>(List.of(argument));
            String sql = "select id, name, account_id from zone where " + condition + " and "
                    + reach.condition("account_id", "id", arguments) + " order by id " + limit;
            return store.read(tx -> tx.list(Reader::ref, sql, arguments.toArray()));
        }

        private static ZoneRef ref(Row row) {
            return new ZoneRef(row.text("id"), row.text("name"), row.text("account_id"));
        }
    }
}
