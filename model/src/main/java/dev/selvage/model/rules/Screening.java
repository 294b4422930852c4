package dev.selvage.model.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to a request at the door (phases `http_request_firewall_custom` and `http_ratelimit`).
///
/// @param response what `BLOCK` answers; null for the edge's own page
/// @param skipsRest `SKIP` passes over the rest of its own phase
/// @param skippedPhases what `SKIP` passes over besides, by their names
public record Screening(Kind kind, @Nullable BlockResponse response, boolean skipsRest, List<String> skippedPhases) {
    public Screening {
        skippedPhases = List.copyOf(skippedPhases);
    }

    /// The action.
    public enum Kind {
        /// Answered with a refusal; ends the phase.
        BLOCK,
        /// As `BLOCK`, and the page says that a challenge was asked for, which there is none of here.
        CHALLENGE,
        /// The same, by its other name.
        MANAGED_CHALLENGE,
        /// The same, by its other name.
        JS_CHALLENGE,
        /// Later rules are passed over.
        SKIP,
        /// Goes on, and is recorded.
        LOG
    }

    /// The refusal that an owner wrote.
    ///
    /// @param status 400..499
    /// @param contentType a media type
    public record BlockResponse(int status, String content, String contentType) {}
}
