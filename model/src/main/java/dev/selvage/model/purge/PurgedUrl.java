package dev.selvage.model.purge;

import java.util.Map;

/// A URL that is purged, and the request's fields that tell its variants apart where the owner named some.
///
/// A purge covers every variant of the URL: too much is fetched again rather than too little. The fields serve
/// those rules that look at them before a URL becomes a cache key.
///
/// @param url absolute, without port and fragment
/// @param headers values by lower-case name
public record PurgedUrl(String url, Map<String, String> headers) {
    public PurgedUrl {
        headers = Map.copyOf(headers);
    }

    /// A URL without more.
    public static PurgedUrl of(String url) {
        return new PurgedUrl(url, Map.of());
    }
}
