package dev.selvage.control.access;

import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.settings.Kind;
import dev.selvage.toolkit.settings.Network;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A token, without its secret.
///
/// @param account the account that owns it; null for the user's
/// @param active false when it is disabled
/// @param policies as the API answers them
/// @param condition as the API answers it; null for none
/// @param notBefore as all times here, microseconds since 1970
record Token(
        String id,
        @Nullable String account,
        String name,
        boolean active,
        ArrayNode policies,
        @Nullable ObjectNode condition,
        @Nullable Long notBefore,
        @Nullable Long expiresOn,
        long issuedOn,
        long modifiedOn,
        @Nullable Long lastUsedOn) {
    private static final int SELECTOR = 8;

    /// The token with this secret. The index finds candidates by the beginning of the hash; the whole is
    /// compared in constant time.
    static Optional<Token> withSecret(Tx tx, String secret) {
        byte[] hash = Secrets.hash(secret);
        List<Optional<Token>> candidates = tx.list(
                row -> MessageDigest.isEqual(hash, row.bytesOrNull("hash")) ? Optional.of(of(row)) : Optional.empty(),
                "select * from token where selector = ?",
                selector(hash));
        return candidates.stream().flatMap(Optional::stream).findFirst();
    }

    static Optional<Token> find(Tx tx, @Nullable String account, String id) {
        return tx.first(Token::of, "select * from token where id = ? and account_id is ?", id, account);
    }

    void insert(Tx tx, String secret) {
        byte[] hash = Secrets.hash(secret);
        tx.run(
                """
                insert into token (id, account_id, name, status, policies, condition, not_before, expires_on, issued_on,
                    modified_on, selector, hash)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id,
                account,
                name,
                active ? "active" : "disabled",
                policies.toString(),
                condition == null ? null : condition.toString(),
                notBefore,
                expiresOn,
                issuedOn,
                modifiedOn,
                selector(hash),
                hash);
    }

    void update(Tx tx) {
        tx.run(
                """
                update token set name = ?, status = ?, policies = ?, condition = ?, not_before = ?, expires_on = ?,
                    modified_on = ? where id = ?
                """,
                name,
                active ? "active" : "disabled",
                policies.toString(),
                condition == null ? null : condition.toString(),
                notBefore,
                expiresOn,
                modifiedOn,
                id);
    }

    /// Has the token another secret; the one before opens nothing from now on.
    void roll(Tx tx, String secret, long now) {
        byte[] hash = Secrets.hash(secret);
        tx.run("update token set selector = ?, hash = ?, modified_on = ? where id = ?", selector(hash), hash, now, id);
    }

    Policies rights() {
        return Policies.of(policies, account);
    }

    Caller.Actor actor(String email, String address) {
        return new Caller.Actor(id, account == null ? "token" : "account_token", email, address);
    }

    boolean expired(long now) {
        return expiresOn != null && expiresOn <= now;
    }

    /// `active`, `disabled` or `expired`.
    String status(long now) {
        return !active ? "disabled" : expired(now) ? "expired" : "active";
    }

    /// True when the token opens anything at this time.
    boolean valid(long now) {
        return active && !expired(now) && (notBefore == null || notBefore <= now);
    }

    /// True when the token may be used from there.
    boolean from(String address) {
        JsonNode networks = condition == null
                ? null
                : condition.properties().iterator().next().getValue();
        if (networks == null) {
            return true;
        }
        byte[] bytes;
        try {
            bytes = InetAddress.ofLiteral(address).getAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
        boolean in = networks.path("in").isEmpty() || contains(networks.path("in"), bytes);
        return in && !contains(networks.path("not_in"), bytes);
    }

    private static boolean contains(JsonNode blocks, byte[] address) {
        return blocks.valueStream()
                .anyMatch(block -> Network.parse(block.stringValue()) instanceof Kind.Valid<Network>(Network network)
                        && network.contains(address));
    }

    /// The token as the API answers it.
    ObjectNode json(long now) {
        ObjectNode json = Envelope.object().put("id", id).put("name", name).put("status", status(now));
        json.put("issued_on", Times.seconds(issuedOn))
                .put("modified_on", Times.seconds(modifiedOn))
                .put("last_used_on", lastUsedOn == null ? null : Times.seconds(lastUsedOn));
        bounds(json);
        if (condition != null) {
            json.set("condition", condition);
        }
        json.set("policies", policies);
        return json;
    }

    /// Adds from when and until when it may be used.
    ObjectNode bounds(ObjectNode json) {
        if (notBefore != null) {
            json.put("not_before", Times.seconds(notBefore));
        }
        if (expiresOn != null) {
            json.put("expires_on", Times.seconds(expiresOn));
        }
        return json;
    }

    static Token of(Row row) {
        String condition = row.textOrNull("condition");
        return new Token(
                row.text("id"),
                row.textOrNull("account_id"),
                row.text("name"),
                row.text("status").equals("active"),
                (ArrayNode) Json.MAPPER.readTree(row.text("policies")),
                condition == null ? null : (ObjectNode) Json.MAPPER.readTree(condition),
                row.numberOrNull("not_before"),
                row.numberOrNull("expires_on"),
                row.number("issued_on"),
                row.number("modified_on"),
                row.numberOrNull("last_used_on"));
    }

    private static byte[] selector(byte[] hash) {
        return Arrays.copyOf(hash, SELECTOR);
    }
}
