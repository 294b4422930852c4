package dev.selvage.model.purge;

import java.util.List;

/// What a purge is about: of exactly one kind there is something here.
///
/// @param everything the whole zone
/// @param urls of single resources
/// @param hosts visitors' host names, lower case, without port
/// @param prefixes `host` or `host/path`, host in lower case, without scheme, port, query and fragment: `h/bar`
///     covers `/bar`, what is under `/bar/` and both with any query; `h/bar/` covers what is under it
/// @param tags names in `Cache-Tag`, lower case
public record PurgeSelection(
        boolean everything, List<PurgedUrl> urls, List<String> hosts, List<String> prefixes, List<String> tags) {
    /// The whole zone.
    public static final PurgeSelection EVERYTHING =
            new PurgeSelection(true, List.of(), List.of(), List.of(), List.of());

    public PurgeSelection {
        urls = List.copyOf(urls);
        hosts = List.copyOf(hosts);
        prefixes = List.copyOf(prefixes);
        tags = List.copyOf(tags);
    }

    public static PurgeSelection ofUrls(List<PurgedUrl> urls) {
        return new PurgeSelection(false, urls, List.of(), List.of(), List.of());
    }

    public static PurgeSelection ofHosts(List<String> hosts) {
        return new PurgeSelection(false, List.of(), hosts, List.of(), List.of());
    }

    public static PurgeSelection ofPrefixes(List<String> prefixes) {
        return new PurgeSelection(false, List.of(), List.of(), prefixes, List.of());
    }

    public static PurgeSelection ofTags(List<String> tags) {
        return new PurgeSelection(false, List.of(), List.of(), List.of(), tags);
    }
}
