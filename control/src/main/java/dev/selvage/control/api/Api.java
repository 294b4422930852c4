package dev.selvage.control.api;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Handler;
import dev.selvage.toolkit.web.Router;

/// Adds the API's routes: each call is admitted before its endpoint sees it, and a refusal becomes an
/// answer.
public final class Api {
    /// Where the API begins.
    public static final String ROOT = "/client/v4";

    private final Router router;
    private final Gate gate;

    /// Decides whether a call may go on.
    @FunctionalInterface
    public interface Gate {
        /// @throws Refused when not
        void admit(Call call);
    }

    /// Answers the calls of one method and path.
    @FunctionalInterface
    public interface Endpoint {
        /// @throws Refused when the caller asks for what cannot be
        Answer answer(Call call);
    }

    public Api(Router router, Gate gate) {
        this.router = router;
        this.gate = gate;
    }

    /// Adds an endpoint for admitted callers.
    ///
    /// @param template below [#ROOT]
    public Api add(String method, String template, Endpoint endpoint) {
        return open(method, template, call -> {
            gate.admit(call);
            return endpoint.answer(call);
        });
    }

    /// Adds an endpoint that admits by itself.
    public Api open(String method, String template, Endpoint endpoint) {
        Handler handler = call -> {
            try {
                return endpoint.answer(call);
            } catch (Refused refused) {
                return Envelope.failure(refused);
            }
        };
        router.add(method, ROOT + template, handler);
        return this;
    }
}
