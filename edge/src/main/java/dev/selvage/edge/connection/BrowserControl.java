package dev.selvage.edge.connection;

import dev.selvage.edge.cache.CacheControl;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a browser is told of the time to live, where the owner decides it.
final class BrowserControl {
    private BrowserControl() {}

    /// The `Cache-Control` to send in place of the origin's and its `Expires`; null to leave both alone.
    static @Nullable String rewrite(Headers headers, CachePlan.BrowserTtl ttl) {
        String sent = headers.joined("cache-control");
        CacheControl control = CacheControl.parse(sent);
        return switch (ttl.form()) {
            case RESPECT -> null;
            case EXACTLY -> "max-age=" + ttl.seconds();
            case BYPASS -> "no-store";
            case BYPASS_BY_DEFAULT -> control.present() || headers.has("expires") ? null : "no-cache";
            case AT_LEAST -> told(control, headers) >= ttl.seconds() ? null : "max-age=" + ttl.seconds();
        };
    }

    /// The seconds that the origin tells browsers, -1 when it tells them nothing.
    private static long told(CacheControl control, Headers headers) {
        OptionalLong expires = HttpDate.parse(headers.first("expires"));
        OptionalLong date = HttpDate.parse(headers.first("date"));
        return control.maxAge() >= 0 || expires.isEmpty() || date.isEmpty()
                ? control.maxAge()
                : expires.getAsLong() - date.getAsLong();
    }
}
