package dev.selvage.control.access;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints of the user himself.
public final class UserEndpoints {
    private static final int INVALID = 1004;
    private static final List<String> FIELDS = List.of("first_name", "last_name", "telephone", "country", "zipcode");

    private final Store store;
    private final Clock clock;

    public UserEndpoints(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        api.read("/user", Permission.USER_DETAILS_READ, this::get);
        api.change("PATCH", "/user", Permission.USER_DETAILS_WRITE, this::edit);
    }

    private Answer get(Call call) {
        return Envelope.ok(store.read(User::of).json());
    }

    private Answer edit(Call call, Caller caller) {
        Body body = Body.of(call, new Problems(INVALID));
        body.only(Set.copyOf(FIELDS));
        for (String field : FIELDS) {
            body.text(field, field.equals("country") ? 30 : field.endsWith("name") ? 60 : 20);
        }
        body.problems().refuseIfAny();
        long now = Times.now(clock);
        return Envelope.ok(store.write(tx -> {
            ObjectNode before = User.of(tx).json();
            for (String field : FIELDS) {
                if (body.node().has(field)) {
                    tx.run("update user set " + field + " = ? where one = 1", body.text(field, 60));
                }
            }
            tx.run("update user set modified_on = ? where one = 1", now);
            User after = User.of(tx);
            Audit.note(tx, caller, now, Place.USER, Audit.Change.change("user", after.id(), before, after.json()));
            return after.json();
        }));
    }
}
