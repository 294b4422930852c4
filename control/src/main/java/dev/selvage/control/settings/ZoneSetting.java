package dev.selvage.control.settings;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.settings.Form.Ciphers;
import dev.selvage.control.settings.Form.Fixed;
import dev.selvage.control.settings.Form.OneOf;
import dev.selvage.control.settings.Form.SecurityHeader;
import dev.selvage.control.settings.Form.Whole;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/// A setting: its name in the API is its own in lower case.
enum ZoneSetting {
    CACHE_LEVEL(OneOf.words("aggressive", "basic", "simplified"), true),
    BROWSER_CACHE_TTL(
            OneOf.numbers(
                    14400, 0, 30, 60, 120, 300, 1200, 1800, 3600, 7200, 10800, 18000, 28800, 43200, 57600, 72000, 86400,
                    172800, 259200, 345600, 432000, 691200, 1382400, 2073600, 2678400, 5356800, 16070400, 31536000),
            true),
    EDGE_CACHE_TTL(
            OneOf.numbers(
                    7200, 30, 60, 300, 1200, 1800, 3600, 10800, 14400, 18000, 28800, 43200, 57600, 72000, 86400, 172800,
                    259200, 345600, 432000, 518400, 604800),
            true),
    DEVELOPMENT_MODE(onOrOff(false), true),
    ALWAYS_ONLINE(onOrOff(false), true),
    SORT_QUERY_STRING_FOR_CACHE(onOrOff(false), true),
    PURGE_CONFIRMATION_SHARE(new Whole(0, 100, 0), true),
    PURGE_REFILL_LIMIT(new Whole(0, 1_000_000, 0), true),
    SSL(OneOf.words("full", "off", "flexible", "strict", "origin_pull"), true),

    ORIGIN_ERROR_PAGE_PASS_THRU(onOrOff(false), false),
    ALWAYS_USE_HTTPS(onOrOff(false), false),
    AUTOMATIC_HTTPS_REWRITES(onOrOff(false), false),
    OPPORTUNISTIC_ENCRYPTION(onOrOff(true), false),
    MIN_TLS_VERSION(OneOf.words("1.2", "1.3"), false),
    CIPHERS(new Ciphers(), false),
    TLS_1_3(OneOf.words("on", "off", "zrt"), false),
    ZERO_RTT(onOrOff(false), false),
    HTTP2(onOrOff(true), false),
    HTTP3(onOrOff(false), false),
    TLS_CLIENT_AUTH(onOrOff(false), false),
    SECURITY_HEADER(new SecurityHeader(), false),
    IPV6(onOrOff(true), false),
    WEBSOCKETS(onOrOff(true), false),
    BROTLI(onOrOff(true), false),
    EARLY_HINTS(onOrOff(false), false),
    IP_GEOLOCATION(onOrOff(true), false),
    TRUE_CLIENT_IP_HEADER(onOrOff(false), false),
    PSEUDO_IPV4(OneOf.words("off", "add_header", "overwrite_header"), false),
    PROXY_READ_TIMEOUT(new Whole(1, 6_000, 100), false),
    MAX_UPLOAD(OneOf.numbers(100, 200, 500), false),
    ORIGIN_MAX_HTTP_VERSION(OneOf.words("1", "2"), false),
    RESPONSE_BUFFERING(onOrOff(false), false),
    CNAME_FLATTENING(OneOf.words("flatten_at_root", "flatten_all", "flatten_none"), false),

    ADVANCED_DDOS(Fixed.word("on")),
    WAF(Fixed.off()),
    SECURITY_LEVEL(Fixed.word("essentially_off")),
    CHALLENGE_TTL(new Fixed(IntNode.valueOf(1800))),
    BROWSER_CHECK(Fixed.off()),
    HOTLINK_PROTECTION(Fixed.off()),
    EMAIL_OBFUSCATION(Fixed.off()),
    ROCKET_LOADER(Fixed.off()),
    MIRAGE(Fixed.off()),
    POLISH(Fixed.off()),
    WEBP(Fixed.off()),
    IMAGE_RESIZING(Fixed.off()),
    OPPORTUNISTIC_ONION(Fixed.off()),
    PREFETCH_PRELOAD(Fixed.off()),
    PRIVACY_PASS(Fixed.off()),
    SERVER_SIDE_EXCLUDE(Fixed.off()),
    H2_PRIORITIZATION(Fixed.off()),
    ORANGE_TO_ORANGE(Fixed.off()),
    NEL(disabled()),
    AEGIS(disabled()),
    FONTS(Fixed.off()),
    REPLACE_INSECURE_JS(Fixed.off()),
    SSL_RECOMMENDER(Fixed.off());

    /// Immutable but for the values in it, which are copied before they are given away.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Form form;

    private final boolean applied;

    ZoneSetting(Fixed form) {
        this(form, true);
    }

    ZoneSetting(Form form, boolean applied) {
        this.form = form;
        this.applied = applied;
    }

    static Optional<ZoneSetting> named(String id) {
        for (ZoneSetting setting : values()) {
            if (setting.id().equals(id)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    String id() {
        return this == ZERO_RTT ? "0rtt" : name().toLowerCase(Locale.ROOT);
    }

    Form form() {
        return form;
    }

    boolean editable() {
        return !(form instanceof Fixed);
    }

    /// False where the edge does not act on it.
    boolean applied() {
        return applied;
    }

    private static OneOf onOrOff(boolean on) {
        return on ? OneOf.words("on", "off") : OneOf.words("off", "on");
    }

    private static Fixed disabled() {
        JsonNode value = Envelope.object().put("enabled", false);
        return new Fixed(value);
    }
}
