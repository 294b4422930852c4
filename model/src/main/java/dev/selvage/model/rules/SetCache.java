package dev.selvage.model.rules;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the cache does with a request (phase `http_request_cache_settings`). Every matching rule
/// applies, in
/// order, and a later one overrides an earlier one setting by setting. Null says nothing.
///
/// @param cache eligible (true) or bypass (false)
/// @param cacheKey what tells stored responses apart
/// @param staleWhileUpdating false: what is stale waits for the origin even where `stale-while-revalidate`
///     allows it to be served
/// @param respectStrongEtags strong tags stay strong: nothing is compressed in passing
/// @param originErrorPassThrough errors of the origin are sent as they are, not as a page of the owner's
/// @param originControl what must be asked about each time (`no-cache`, `max-age=0`) is stored and
///     asked about,
///     rather than not stored
/// @param readTimeout seconds that the origin may take between two reads
public record SetCache(
        @Nullable Boolean cache,
        @Nullable EdgeTtl edgeTtl,
        @Nullable BrowserTtl browserTtl,
        @Nullable KeyForm cacheKey,
        @Nullable Boolean staleWhileUpdating,
        @Nullable Boolean respectStrongEtags,
        @Nullable Boolean originErrorPassThrough,
        @Nullable Boolean originControl,
        @Nullable Integer readTimeout) {

    /// Eligibility and times alone.
    public SetCache(@Nullable Boolean cache, @Nullable EdgeTtl edgeTtl, @Nullable BrowserTtl browserTtl) {
        this(cache, edgeTtl, browserTtl, null, null, null, null, null, null);
    }

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

    /// What of a request is part of the cache key besides scheme, host, path and query. Null says nothing.
    ///
    /// @param byDeviceType phones, tablets and others apart
    /// @param deceptionArmor what is called like a file but is another media type is not stored
    /// @param sortQuery the order of the query's parameters does not count
    /// @param hostResolved the name of the origin in place of the visitor's host
    /// @param user what else is told apart about the visitor
    public record KeyForm(
            @Nullable Boolean byDeviceType,
            @Nullable Boolean deceptionArmor,
            @Nullable Boolean sortQuery,
            @Nullable Query query,
            @Nullable HeaderFields header,
            @Nullable Cookies cookie,
            @Nullable Boolean hostResolved,
            @Nullable User user) {}

    /// Which parameters of the query count.
    ///
    /// @param included true: those of `names` alone count; false: all but those
    /// @param all in place of `names`: all of them (with `included`), or none
    /// @param names as an origin reads them, at most 100
    public record Query(boolean included, boolean all, List<String> names) {
        public Query {
            names = List.copyOf(names);
        }
    }

    /// Which header fields count. Names are lower case.
    ///
    /// @param included their values
    /// @param checkedPresence whether they are there
    /// @param contains which of these texts their values contain
    /// @param excludeOrigin the field `Origin` does not count
    public record HeaderFields(
            List<String> included, List<String> checkedPresence, List<Contains> contains, boolean excludeOrigin) {
        public HeaderFields {
            included = List.copyOf(included);
            checkedPresence = List.copyOf(checkedPresence);
            contains = List.copyOf(Objects.requireNonNullElse(contains, List.of()));
        }
    }

    /// A field and the texts that tell its values apart.
    public record Contains(String name, List<String> texts) {
        public Contains {
            texts = List.copyOf(texts);
        }
    }

    /// Which cookies count.
    ///
    /// @param included their values
    /// @param checkedPresence whether they are there
    public record Cookies(List<String> included, List<String> checkedPresence) {
        public Cookies {
            included = List.copyOf(included);
            checkedPresence = List.copyOf(checkedPresence);
        }
    }

    /// What is told apart about the visitor. Null says nothing.
    ///
    /// @param deviceType phones, tablets and others
    /// @param geo the country
    /// @param lang the first language of `Accept-Language`
    public record User(
            @Nullable Boolean deviceType,
            @Nullable Boolean geo,
            @Nullable Boolean lang) {}
}
