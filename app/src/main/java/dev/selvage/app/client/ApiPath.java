package dev.selvage.app.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A path below the API's base, with its query, percent-encoded.
record ApiPath(String text) {
    /// @param segments whatever a person wrote: a slash in one stays in it
    static ApiPath of(String... segments) {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
        return new ApiPath(path.toString());
    }

    /// This path with one more segment.
    ApiPath then(String segment) {
        return new ApiPath(text + '/' + encode(segment));
    }

    /// This path with a parameter, unless its value is absent.
    ApiPath with(String name, @Nullable Object value) {
        return value == null
                ? this
                : new ApiPath(text + (text.indexOf('?') < 0 ? '?' : '&') + name + '=' + encode(value.toString()));
    }

    private static String encode(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        // A segment of dots would be taken for a step through the path.
        return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
    }

    @Override
    public String toString() {
        return text;
    }
}
