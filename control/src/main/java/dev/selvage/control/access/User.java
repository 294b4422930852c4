package dev.selvage.control.access;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Who runs the installation. There is one, made at the first start; others are given tokens.
record User(
        String id,
        String email,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String telephone,
        @Nullable String country,
        @Nullable String zipcode,
        long createdOn,
        long modifiedOn) {
    private static final String EMAIL = "admin@selvage.internal";

    /// The user, made when there is none.
    static User open(Store store, Clock clock) {
        return store.read(tx -> tx.first(User::of, "select * from user"))
                .orElseGet(() -> store.write(tx -> {
                    long now = Times.now(clock);
                    tx.run(
                            "insert into user (one, id, email, created_on, modified_on) values (1, ?, ?, ?, ?)",
                            Ids.next(),
                            EMAIL,
                            now,
                            now);
                    return of(tx);
                }));
    }

    static User of(Tx tx) {
        return tx.first(User::of, "select * from user").orElseThrow();
    }

    ObjectNode json() {
        return Envelope.object()
                .put("id", id)
                .put("email", email)
                .put("first_name", firstName)
                .put("last_name", lastName)
                .put("telephone", telephone)
                .put("country", country)
                .put("zipcode", zipcode)
                .put("suspended", false)
                .put("two_factor_authentication_enabled", false)
                .put("two_factor_authentication_locked", false)
                .put("has_pro_zones", false)
                .put("has_business_zones", false)
                .put("has_enterprise_zones", true)
                .put("created_on", Times.text(createdOn))
                .put("modified_on", Times.text(modifiedOn));
    }

    private static User of(Row row) {
        return new User(
                row.text("id"),
                row.text("email"),
                row.textOrNull("first_name"),
                row.textOrNull("last_name"),
                row.textOrNull("telephone"),
                row.textOrNull("country"),
                row.textOrNull("zipcode"),
                row.number("created_on"),
                row.number("modified_on"));
    }
}
