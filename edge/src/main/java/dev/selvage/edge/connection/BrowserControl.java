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
            case AT_LEAST -> told(control, headers) >= ttl.seconds() ? null : others(sent) + "max-age=" + ttl.seconds();
        };
    }

    /// The directives that say something else than `max-age`, each followed by a comma.
    private static String others(@Nullable String sent) {
        StringBuilder kept = new StringBuilder();
        int at = 0;
        while (sent != null && at < sent.length()) {
            int end = memberEnd(sent, at);
            String member = sent.substring(at, end).strip();
            int name = member.indexOf('=');
            boolean age =
                    (name < 0 ? member : member.substring(0, name)).strip().equalsIgnoreCase("max-age");
            if (!member.isEmpty() && !age) {
                kept.append(member).append(", ");
            }
            at = end + 1;
        }
        return kept.toString();
    }

    /// Where the list member that begins at `from` ends: at the next comma outside of quotation marks, of which one
    /// without its partner quotes nothing.
    private static int memberEnd(String list, int from) {
        boolean quoted = false;
        int at = from;
        while (at < list.length() && (quoted || list.charAt(at) != ',')) {
            if (quoted && list.charAt(at) == '\\') {
                at++;
            } else if (list.charAt(at) == '"') {
                quoted = !quoted;
            }
            at++;
        }
        if (!quoted) {
            return at;
        }
        int comma = list.indexOf(',', from);
        return comma < 0 ? list.length() : comma;
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
