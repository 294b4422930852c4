package dev.selvage.control.access;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The endpoints of tokens: the user's below `/user/tokens`, an account's below
/// `/accounts/{account}/tokens`.
public final class Tokens {
    /// Most tokens of the user, and of one account.
    private static final int MOST = 1_000;

    private static final String TYPE = "token";

    private final Store store;
    private final Credentials credentials;
    private final Clock clock;

    public Tokens(Store store, Credentials credentials, Clock clock) {
        this.store = store;
        this.credentials = credentials;
        this.clock = clock;
    }

    public void routes(Api api) {
        api.open("GET", "/user/tokens/verify", this::verifyOfUser);
        api.open("GET", "/accounts/{account}/tokens/verify", this::verifyOfAccount);
        routes(api, "/user/tokens", Permission.API_TOKENS_READ, Permission.API_TOKENS_WRITE);
        routes(api, "/accounts/{account}/tokens", Permission.ACCOUNT_TOKENS_READ, Permission.ACCOUNT_TOKENS_WRITE);
    }

    private void routes(Api api, String all, Permission read, Permission write) {
        String one = all + "/{token}";
        api.read(all, read, this::list);
        api.change("POST", all, write, this::create);
        api.read(all + "/permission_groups", read, Tokens::groups);
        api.read(one, read, this::get);
        api.change("PUT", one, write, this::replace);
        api.change("DELETE", one, write, this::delete);
        api.change("PUT", one + "/value", write, this::roll);
    }

    /// The account that owns the tokens a call is about; null for the user's.
    private static @Nullable String owner(Call call) {
        return call.captures().containsKey("account") ? Ids.of(call, "account") : null;
    }

    private static Place place(@Nullable String owner) {
        return owner == null ? Place.USER : new Place.Account(owner);
    }

    private Answer list(Call call) {
        Page page = Page.of(call, 20, 50);
        String owner = owner(call);
        String order = Query.descending(call) ? "desc" : "asc";
        long now = Times.now(clock);
        return store.read(tx -> {
            refuseUnknown(tx, owner);
            return Envelope.page(
                    page,
                    count(tx, owner),
                    tx.list(
                            Token::of,
                            "select * from token where account_id is ? order by name " + order
                                    + ", id limit ? offset ?",
                            owner,
                            page.size(),
                            page.offset()),
                    token -> token.json(now));
        });
    }

    private static long count(Tx tx, @Nullable String owner) {
        return tx.number("select count(*) as n from token where account_id is ?", owner);
    }

    private Answer get(Call call) {
        long now = Times.now(clock);
        return Envelope.ok(store.read(tx -> token(tx, call)).json(now));
    }

    private Answer create(Call call, Caller caller) {
        String owner = owner(call);
        TokenForm form = TokenForm.read(call, owner, false);
        refuseBeyond(caller, form, owner);
        String secret = Secrets.token(owner != null);
        long now = Times.now(clock);
        Token token = new Token(
                Ids.next(),
                owner,
                form.name(),
                form.active(),
                form.policies(),
                form.condition(),
                form.notBefore(),
                form.expiresOn(),
                now,
                now,
                null);
        store.write(tx -> {
            refuseUnknown(tx, owner);
            form.checkZones(tx, owner);
            if (count(tx, owner) >= MOST) {
                throw new Refused(
                        400, TokenForm.INVALID, "there are " + MOST + " tokens, which is the most; delete one first");
            }
            token.insert(tx, secret);
            Audit.note(tx, caller, now, place(owner), Audit.Change.add(TYPE, token.id(), token.json(now)));
            return token;
        });
        return Envelope.ok(token.json(now).put("value", secret));
    }

    private Answer replace(Call call, Caller caller) {
        String owner = owner(call);
        Ids.of(call, "token");
        TokenForm form = TokenForm.read(call, owner, true);
        refuseBeyond(caller, form, owner);
        long now = Times.now(clock);
        return Envelope.ok(store.write(tx -> {
            Token before = token(tx, call);
            refuseBeyond(caller, before);
            form.checkZones(tx, owner);
            Token after = new Token(
                    before.id(),
                    owner,
                    form.name(),
                    form.active(),
                    form.policies(),
                    form.condition(),
                    form.notBefore(),
                    form.expiresOn(),
                    before.issuedOn(),
                    now,
                    before.lastUsedOn());
            after.update(tx);
            ObjectNode json = after.json(now);
            Audit.note(tx, caller, now, place(owner), Audit.Change.change(TYPE, after.id(), before.json(now), json));
            return json;
        }));
    }

    private Answer delete(Call call, Caller caller) {
        long now = Times.now(clock);
        return Envelope.id(store.write(tx -> {
            Token token = token(tx, call);
            tx.run("delete from token where id = ?", token.id());
            Audit.note(tx, caller, now, place(token.account()), Audit.Change.delete(TYPE, token.id(), token.json(now)));
            return token.id();
        }));
    }

    private Answer roll(Call call, Caller caller) {
        String secret = Secrets.token(owner(call) != null);
        long now = Times.now(clock);
        store.write(tx -> {
            Token token = token(tx, call);
            refuseBeyond(caller, token);
            token.roll(tx, secret, now);
            Audit.note(
                    tx,
                    caller,
                    now,
                    place(token.account()),
                    new Audit.Change("roll", TYPE, token.id(), token.json(now), token.json(now)));
            return token;
        });
        return Envelope.ok(StringNode.valueOf(secret));
    }

    /// A token hands on what it may do itself, and no more: else who may make tokens might do everything.
    private static void refuseBeyond(Caller caller, TokenForm form, @Nullable String owner) {
        if (caller instanceof Callers.Holder holder) {
            form.beyond(holder, owner).ifPresent(right -> {
                throw new Refused(
                        403,
                        10_000,
                        "Authentication error: a token cannot allow more than the token that makes it: " + right);
            });
        }
    }

    /// Whoever has a token's new secret, or says what it may do, can do what it can.
    private static void refuseBeyond(Caller caller, Token token) {
        refuseBeyond(
                caller,
                new TokenForm(
                        token.name(), true, token.policies(), token.condition(), token.notBefore(), token.expiresOn()),
                token.account());
    }

    private static Token token(Tx tx, Call call) {
        String id = Ids.of(call, "token");
        String owner = owner(call);
        refuseUnknown(tx, owner);
        return Token.find(tx, owner, id).orElseThrow(() -> new Refused(404, 1003, "Invalid token identifier"));
    }

    private static void refuseUnknown(Tx tx, @Nullable String account) {
        if (account != null && tx.number("select count(*) as n from account where id = ?", account) == 0) {
            throw new Refused(404, 1001, "Invalid account identifier");
        }
    }

    private static Answer groups(Call call) {
        String name = Query.text(call, "name").orElse("");
        String scope = Query.text(call, "scope").orElse("");
        boolean account = call.captures().containsKey("account");
        List<Permission> permissions = Arrays.stream(Permission.values())
                .filter(it -> name.isEmpty() || it.title().equalsIgnoreCase(name))
                .filter(it -> scope.isEmpty() || it.scope().id().equals(scope))
                .filter(it -> !account || it.scope() != Permission.Scope.USER)
                .toList();
        ArrayNode groups = Envelope.array();
        permissions.forEach(it -> groups.addObject()
                .put("id", it.id())
                .put("name", it.title())
                .putArray("scopes")
                .add(it.scope().id()));
        return Envelope.ok(groups);
    }

    private Answer verifyOfUser(Call call) {
        Optional<Token> token = credentials.shown(call);
        if (token.isPresent() && token.get().account() != null) {
            throw new Refused(
                    403,
                    10_000,
                    "Authentication error: verify an account's token with" + " /accounts/{account_id}/tokens/verify");
        }
        return verified(token);
    }

    private Answer verifyOfAccount(Call call) {
        Optional<Token> token = credentials.shown(call);
        String account = Ids.of(call, "account");
        if (token.filter(it -> account.equals(it.account())).isEmpty()) {
            throw Credentials.notValid();
        }
        return verified(token);
    }

    private Answer verified(Optional<Token> token) {
        long now = Times.now(clock);
        if (token.isEmpty()) {
            return Envelope.ok(
                    Envelope.object().put("id", credentials.adminTokenId()).put("status", "active"),
                    List.of(message("This API Token is valid and active")));
        }
        ObjectNode json = Envelope.object()
                .put("id", token.get().id())
                .put("status", token.get().status(now));
        return Envelope.ok(
                token.get().bounds(json),
                List.of(message(
                        token.get().valid(now)
                                ? "This API Token is valid and active"
                                : "This API Token is not active")));
    }

    private static ObjectNode message(String text) {
        ObjectNode message = Envelope.message(10_000, text);
        message.putNull("type");
        return message;
    }
}
