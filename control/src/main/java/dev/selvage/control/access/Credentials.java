package dev.selvage.control.access;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Refused;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.model.access.Access;
import dev.selvage.toolkit.web.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells callers apart by what they send. Today there is one who may call: the holder of the admin token.
public final class Credentials implements Api.Gate, Access {
    private static final String SCHEME = "bearer ";

    /// API tokens: 40 characters, or the newer form with a prefix and a checksum.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{40}|cf[ua]t_[A-Za-z0-9_-]{40,80}");

    private static final Pattern KEY = Pattern.compile("[0-9a-f]{37,45}|cfk_[A-Za-z0-9_-]{40,80}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,200}@[^@\\s]{1,200}");

    private final AdminToken token;
    private final String tokenId;
    private final Store store;

    private Credentials(AdminToken token, String tokenId, Store store) {
        this.token = token;
        this.tokenId = tokenId;
        this.store = store;
    }

    /// @param given the admin token by the settings; null for the one in `directory`, made when it is
    ///     not there
    /// @throws IOException when the token cannot be used, read or written
    public static Credentials open(Path directory, @Nullable String given, Store store) throws IOException {
        AdminToken token = AdminToken.open(directory, given);
        Optional<String> known = store.read(Credentials::storedId);
        String id = known.isPresent()
                ? known.get()
                : store.write(tx -> {
                    tx.run("insert into admin_token (one, id) values (1, ?)", Ids.next());
                    return storedId(tx).orElseThrow();
                });
        return new Credentials(token, id, store);
    }

    private static Optional<String> storedId(Tx tx) {
        return tx.first(row -> row.text("id"), "select id from admin_token");
    }

    @Override
    public void admit(Call call) {
        String authorization = call.header("authorization");
        if (authorization == null) {
            refuseKey(call);
        } else if (!known(authorization)) {
            throw new Refused(403, 9109, "Invalid access token");
        }
    }

    /// The id of the token that a call carries, for `/user/tokens/verify`.
    ///
    /// @throws Refused in that endpoint's own words
    public String verify(Call call) {
        String authorization = call.header("authorization");
        if (authorization == null) {
            boolean key = call.header("x-auth-key") != null || call.header("x-auth-email") != null;
            throw key ? new Refused(400, 1001, "Missing \"Authorization\" header") : missing();
        }
        if (!known(authorization)) {
            throw new Refused(401, 1000, "Invalid API Token");
        }
        return tokenId;
    }

    @Override
    public Optional<Principal> authenticate(@Nullable String authorization) {
        String candidate = authorization == null ? null : bearer(authorization);
        return candidate != null && token.matches(candidate) ? Optional.of(new Admin()) : Optional.empty();
    }

    /// True for the admin token.
    ///
    /// @throws Refused when the header has not the form of one with a token
    private boolean known(String authorization) {
        String candidate = bearer(authorization);
        if (candidate != null && token.matches(candidate)) {
            return true;
        }
        if (candidate == null || !TOKEN.matcher(candidate).matches()) {
            throw malformed(6111, "Invalid format for Authorization header");
        }
        return false;
    }

    private static @Nullable String bearer(String authorization) {
        return authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    /// There are no API keys here, so that every one is unknown.
    private static void refuseKey(Call call) {
        String key = call.header("x-auth-key");
        String email = call.header("x-auth-email");
        if (key == null || email == null) {
            throw missing();
        }
        if (!EMAIL.matcher(email).matches()) {
            throw malformed(6102, "Invalid format for X-Auth-Email header");
        }
        if (!KEY.matcher(key).matches()) {
            throw malformed(6103, "Invalid format for X-Auth-Key header");
        }
        throw new Refused(403, 9103, "Unknown X-Auth-Key or X-Auth-Email");
    }

    private static Refused missing() {
        return new Refused(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
    }

    private static Refused malformed(int code, String message) {
        return new Refused(
                400, new ApiError(6003, "Invalid request headers", null, List.of(new ApiError(code, message))));
    }

    /// May do and see everything.
    private final class Admin implements Principal {
        private static final String ZONE = "select id, name, account_id from zone ";

        @Override
        public String id() {
            return tokenId;
        }

        @Override
        public Optional<ZoneRef> zone(String id) {
            return store.read(tx -> tx.first(Admin::ref, ZONE + "where id = ?", id));
        }

        @Override
        public List<ZoneRef> zones(@Nullable String after, int limit) {
            return store.read(tx ->
                    tx.list(Admin::ref, ZONE + "where id > ? order by id limit ?", after == null ? "" : after, limit));
        }

        @Override
        public List<ZoneRef> accountZones(String account) {
            return store.read(tx -> tx.list(Admin::ref, ZONE + "where account_id = ? order by id", account));
        }

        private static ZoneRef ref(Row row) {
            return new ZoneRef(row.text("id"), row.text("name"), row.text("account_id"));
        }
    }
}
