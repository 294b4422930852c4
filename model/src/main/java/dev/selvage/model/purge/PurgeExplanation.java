package dev.selvage.model.purge;

import java.util.List;

/// What one PoP knows of a URL.
///
/// @param pop the PoP's name
/// @param applied the sequence of the last purge of the zone that is effective there
/// @param host the visitor's host as purges see it
/// @param path as prefixes see it: after the zone's rules have rewritten the URL
/// @param copies stored of it, at most [#MOST_COPIES]
public record PurgeExplanation(String pop, long applied, String host, String path, List<Copy> copies) {
    /// Of these each explanation names at most as many.
    public static final int MOST_COPIES = 100;

    public PurgeExplanation {
        copies = List.copyOf(copies);
    }

    /// One stored copy.
    ///
    /// @param key what it is stored under, readable
    /// @param tags lower case
    /// @param storedAt epoch milliseconds when its head arrived
    /// @param sequence the last purge of the zone that was effective when its fill began
    /// @param bytes of memory
    /// @param hits of the last hour, about
    /// @param purges what each of the purges that were asked about means for it, in their order
    public record Copy(
            String key,
            List<String> tags,
            State state,
            long storedAt,
            long sequence,
            long bytes,
            long hits,
            List<Coverage> purges) {
        public Copy {
            tags = List.copyOf(tags);
            purges = List.copyOf(purges);
        }
    }

    /// What a visitor would get of a copy.
    public enum State {
        FRESH,
        STALE,
        /// A purge hides it; its space is not given back yet.
        PURGED
    }

    /// What a purge means for a copy.
    public record Coverage(String purge, Meaning meaning) {}

    /// Why a purge does or does not cover a copy.
    public enum Meaning {
        /// It hides it, or made it stale.
        COVERS,
        /// It would, but the copy was fetched after it.
        FETCHED_AFTER,
        OTHER_HOST,
        OTHER_PATH,
        /// The paths differ in upper and lower case only.
        OTHER_CASE,
        /// The prefix ends in a slash and covers what is under it, the copy is what it is under.
        SLASH_AT_END,
        /// The path begins with the prefix's characters and goes on within the same segment.
        NEIGHBOUR,
        /// A single URL has its query: another, or none.
        OTHER_QUERY,
        OTHER_TAGS
    }
}
