package dev.selvage.edge.record;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The browser family and device type that a `User-Agent` names; one per loop, with a bounded memory.
public final class UserAgents {
    private static final int MEMORY = 4_096;

    /// @param browser family, `Unknown` when it cannot be told
    /// @param device `desktop`, `mobile` or `tablet`
    public record Agent(String browser, String device) {
        /// No `User-Agent` at all.
        public static final Agent NONE = new Agent("Unknown", "desktop");
    }

    private final Map<String, Agent> known = new HashMap<>();

    /// What a `User-Agent` value names.
    public Agent of(String userAgent) {
        Agent agent = known.get(userAgent);
        if (agent == null) {
            agent = parse(userAgent);
            if (known.size() >= MEMORY) {
                known.clear();
            }
            known.put(userAgent, agent);
        }
        return agent;
    }

    private static Agent parse(String userAgent) {
        String text = userAgent.toLowerCase(Locale.ROOT);
        return new Agent(browser(text), device(text));
    }

    // Order matters: nearly everybody claims to be Mozilla, Safari and Chrome as well.
    private static String browser(String text) {
        if (text.contains("bot") || text.contains("spider") || text.contains("crawl") || text.contains("slurp")) {
            return "Bot";
        }
        if (text.contains("edg/") || text.contains("edge/")) {
            return "Edge";
        }
        if (text.contains("opr/") || text.contains("opera")) {
            return "Opera";
        }
        if (text.contains("samsungbrowser")) {
            return "SamsungBrowser";
        }
        if (text.contains("firefox/") || text.contains("fxios")) {
            return "Firefox";
        }
        if (text.contains("chrome/") || text.contains("crios") || text.contains("chromium")) {
            return text.contains("mobile") ? "ChromeMobile" : "Chrome";
        }
        if (text.contains("safari/")) {
            return text.contains("mobile") ? "MobileSafari" : "Safari";
        }
        if (text.contains("msie") || text.contains("trident/")) {
            return "IE";
        }
        if (text.startsWith("curl/")) {
            return "Curl";
        }
        return "Unknown";
    }

    private static String device(String text) {
        if (text.contains("ipad")
                || text.contains("tablet")
                || (text.contains("android") && !text.contains("mobile"))) {
            return "tablet";
        }
        return text.contains("mobi") || text.contains("iphone") || text.contains("ipod") ? "mobile" : "desktop";
    }
}
