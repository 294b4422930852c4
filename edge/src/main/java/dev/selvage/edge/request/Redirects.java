package dev.selvage.edge.request;

import dev.selvage.edge.config.ZonePrograms.Redirecting;
import dev.selvage.model.rules.RedirectUrl;
import dev.selvage.rules.program.Evaluation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The phase `http_request_dynamic_redirect`: where a visitor is sent.
final class Redirects {
    /// Longest `Location`, in characters; what is longer comes to nothing.
    static final int MAX_LOCATION = 16 << 10;

    private Redirects() {}

    /// Where a rule sends a visitor; null when its target comes to nothing.
    static @Nullable String location(Redirecting rule, Evaluation evaluation, Exchange x) {
        return location(
                rule.target().text(evaluation),
                rule.preserveQuery() ? query(x.target()) : "",
                (x.secure ? "https://" : "http://") + x.authority);
    }

    private static String query(String target) {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }

    /// The value of `Location`; null when the target is neither an absolute URL nor a path.
    ///
    /// @param target each character a byte
    /// @param query goes along, behind what the target has
    /// @param site scheme and authority of the request
    static @Nullable String location(@Nullable String target, String query, String site) {
        if (target == null || target.isEmpty()) {
            return null;
        }
        String url = RedirectUrl.encoded(target);
        if (url.charAt(0) == '/') {
            // Browsers read `//host` and `/\host` as another site: a path that visitors chose must not send them there.
            boolean other = url.length() > 1 && (url.charAt(1) == '/' || url.charAt(1) == '\\');
            url = other ? site + url : url;
        } else if (!absolute(url)) {
            return null;
        }
        if (!query.isEmpty()) {
            int hash = url.indexOf('#');
            String before = hash < 0 ? url : url.substring(0, hash);
            String fragment = hash < 0 ? "" : url.substring(hash);
            int question = before.indexOf('?');
            String sign = question < 0 ? "?" : question == before.length() - 1 ? "" : "&";
            url = before + sign + RedirectUrl.encoded(query) + fragment;
        }
        return url.length() > MAX_LOCATION ? null : url;
    }

    private static boolean absolute(String url) {
        String scheme = url.substring(0, Math.min(8, url.length())).toLowerCase(Locale.ROOT);
        int host = scheme.startsWith("http://") ? 7 : scheme.startsWith("https://") ? 8 : -1;
        return host > 0 && host < url.length() && "/\\?#:@".indexOf(url.charAt(host)) < 0;
    }
}
