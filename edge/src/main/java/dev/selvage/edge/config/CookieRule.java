package dev.selvage.edge.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.model.zone.PageRule;
import org.jspecify.annotations.Nullable;

/// What a visitor's cookies change of what is eligible for the cache.
public final class CookieRule {
    /// Most steps that looking for an expression may take, 10 ns each: the loop waits. An expression takes at most
    /// as many as it has instructions for each character. Cookies that would take more are not looked at, and
    /// count as what keeps a request out of the cache.
    static final int MOST_STEPS = 1 << 18;

    private final boolean bypasses;
    private final @Nullable Pattern bypass;
    private final @Nullable Pattern cache;
    private final CachePlan everything;

    /// What the cookies say.
    public enum Verdict {
        NOTHING,
        BYPASS,
        CACHE
    }

    private CookieRule(boolean bypasses, @Nullable Pattern bypass, @Nullable Pattern cache, CachePlan everything) {
        this.bypasses = bypasses;
        this.bypass = bypass;
        this.cache = cache;
        this.everything = everything;
    }

    /// The rule's conditions; null when it has none.
    ///
    /// @param everything the plan of a request of which everything is eligible
    static @Nullable CookieRule of(PageRule rule, CachePlan everything) {
        return rule.bypassOnCookie() == null && rule.cacheOnCookie() == null
                ? null
                : new CookieRule(
                        rule.bypassOnCookie() != null,
                        compiled(rule.bypassOnCookie()),
                        compiled(rule.cacheOnCookie()),
                        everything);
    }

    /// Null also for what this version cannot read.
    private static @Nullable Pattern compiled(@Nullable String expression) {
        try {
            return expression == null ? null : Pattern.compile(expression);
        } catch (PatternSyntaxException _) {
            return null;
        }
    }

    /// What a request's `Cookie` says.
    public Verdict verdict(String cookies) {
        if (cache != null && affordable(cache, cookies) && found(cache, cookies)) {
            return Verdict.CACHE;
        }
        if (!bypasses || (bypass != null && affordable(bypass, cookies) && !found(bypass, cookies))) {
            return Verdict.NOTHING;
        }
        return Verdict.BYPASS;
    }

    private static boolean affordable(Pattern expression, String cookies) {
        return (long) cookies.length() * expression.programSize() <= MOST_STEPS;
    }

    /// True when the expression is found in one of the cookies, its name, `=` and its value. A comma ends one
    /// too: it joins the lines of a field.
    private static boolean found(Pattern expression, String cookies) {
        int start = 0;
        for (int i = 0; i <= cookies.length(); i++) {
            if (i == cookies.length() || cookies.charAt(i) == ';' || cookies.charAt(i) == ',') {
                String cookie = cookies.substring(start, i).strip();
                if (!cookie.isEmpty() && expression.matcher(cookie).find()) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    /// The plan of a request of which everything is eligible.
    public CachePlan everything() {
        return everything;
    }
}
