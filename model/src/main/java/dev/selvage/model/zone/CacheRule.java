package dev.selvage.model.zone;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An enabled rule of the phase `http_request_cache_settings`. Every matching rule applies, in order; a
/// later one
/// overrides.
///
/// @param expression text that `Expression.parse` accepts
/// @param cache eligible (true), bypass (false), or not said (null)
public record CacheRule(
        String expression,
        @Nullable Boolean cache,
        @Nullable EdgeTtl edgeTtl,
        @Nullable BrowserTtl browserTtl) {

    /// How the time to live comes about.
    public enum Mode {
        /// The origin's headers, else the default behaviour.
        RESPECT_ORIGIN,
        /// `seconds`, whatever the origin says.
        OVERRIDE_ORIGIN,
        /// The origin's headers, else not cached.
        BYPASS_BY_DEFAULT,
        /// Never (browser only).
        BYPASS
    }

    /// Time to live at the edge.
    ///
    /// @param seconds set with `OVERRIDE_ORIGIN`; 0 stores and always revalidates
    /// @param byStatus overrides the mode for these statuses
    public record EdgeTtl(Mode mode, @Nullable Integer seconds, List<StatusTtl> byStatus) {
        public EdgeTtl {
            byStatus = List.copyOf(byStatus);
        }
    }

    /// Time to live for a range of statuses, both ends included.
    ///
    /// @param seconds 0 is no-cache, -1 is no-store
    public record StatusTtl(int from, int to, int seconds) {}

    /// Time to live in the visitor's browser.
    ///
    /// @param seconds set with `OVERRIDE_ORIGIN`
    public record BrowserTtl(Mode mode, @Nullable Integer seconds) {}
}
