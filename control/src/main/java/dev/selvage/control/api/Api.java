package dev.selvage.control.api;

import dev.selvage.control.store.StoreFailure;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Handler;
import dev.selvage.toolkit.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Adds the API's routes: each call is admitted before its endpoint sees it, and a refusal becomes an
/// answer.
///
/// A template's `{zone}` or `{account}` says where the call's permission must hold.
public final class Api {
    /// Where the API begins.
    public static final String ROOT = "/client/v4";

    private final Router router;
    private final Gate gate;
    private final List<Route> routes = new ArrayList<>();

    /// Decides whether a call may go on.
    @FunctionalInterface
    public interface Gate {
        /// @param permissions what the call needs one of; empty when any caller will do
        /// @throws Refused when the call may not go on
        Admitted admit(Call call, Set<Permission> permissions);
    }

    /// A call that may go on.
    ///
    /// @param headers of its answer
    public record Admitted(Caller caller, Map<String, String> headers) {
        public Admitted {
            headers = Map.copyOf(headers);
        }
    }

    /// An operation of the API.
    ///
    /// @param permission null when any caller will do, none is needed, or it depends on the call
    /// @param open true when it admits by itself
    public record Route(
            String method, String template, @Nullable Permission permission, boolean open) {}

    /// Answers the calls of one method and path.
    @FunctionalInterface
    public interface Endpoint {
        /// @throws Refused when the caller asks for what cannot be
        Answer answer(Call call);
    }

    /// Answers the calls of one method and path by who calls.
    @FunctionalInterface
    public interface CallerEndpoint {
        /// @throws Refused when the caller asks for what cannot be
        Answer answer(Call call, Caller caller);
    }

    public Api(Router router, Gate gate) {
        this.router = router;
        this.gate = gate;
    }

    /// Adds an endpoint that reads.
    ///
    /// @param template below [#ROOT]
    public Api read(String template, @Nullable Permission permission, Endpoint endpoint) {
        return readAs(template, permission, (call, _) -> endpoint.answer(call));
    }

    /// Adds an endpoint that reads, and answers by who calls.
    public Api readAs(String template, @Nullable Permission permission, CallerEndpoint endpoint) {
        return change("GET", template, permission, endpoint);
    }

    /// Adds an endpoint that changes something; it must note so in the audit log.
    public Api change(String method, String template, @Nullable Permission permission, CallerEndpoint endpoint) {
        Set<Permission> needed = permission == null ? Set.of() : Set.of(permission);
        add(new Route(method, template, permission, false), call -> admit(call, needed, endpoint));
        return this;
    }

    /// Adds an endpoint whose permission depends on what the call is about.
    public Api by(String method, String template, Function<Call, Permission> permission, CallerEndpoint endpoint) {
        add(new Route(method, template, null, false), call -> admit(call, Set.of(permission.apply(call)), endpoint));
        return this;
    }

    /// Adds an endpoint for which one of several permissions is needed; which one depends on what is stored, so that
    /// the endpoint itself refuses with [Refused#lacking] who has another one.
    public Api oneOf(String method, String template, Set<Permission> permissions, CallerEndpoint endpoint) {
        add(new Route(method, template, null, false), call -> admit(call, permissions, endpoint));
        return this;
    }

    /// Adds an endpoint that admits by itself.
    public Api open(String method, String template, Endpoint endpoint) {
        add(new Route(method, template, null, true), endpoint);
        return this;
    }

    /// Every operation that was added, in order.
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    private Answer admit(Call call, Set<Permission> permissions, CallerEndpoint endpoint) {
        Admitted admitted = gate.admit(call, permissions);
        try {
            return endpoint.answer(call, admitted.caller()).with(admitted.headers());
        } catch (Refused refused) {
            return Envelope.failure(refused).with(admitted.headers());
        }
    }

    private void add(Route route, Endpoint endpoint) {
        Handler handler = call -> {
            try {
                return endpoint.answer(call);
            } catch (Refused refused) {
                return Envelope.failure(refused);
            } catch (StoreFailure failure) {
                return Outage.answer(call, failure);
            }
        };
        router.add(route.method(), ROOT + route.template(), handler);
        routes.add(route);
    }
}
