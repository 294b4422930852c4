package dev.selvage.rules;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields of the language: what an expression can ask of a request or a response, under the names
/// of the
/// public API. What nothing is known of here has its type's nothing: false, 0, no text.
public enum RuleField {
    HTTP_HOST("http.host", Type.STRING),
    HTTP_REQUEST_URI("http.request.uri", Type.STRING),
    HTTP_REQUEST_URI_PATH("http.request.uri.path", Type.STRING),
    HTTP_REQUEST_URI_PATH_EXTENSION("http.request.uri.path.extension", Type.STRING),
    HTTP_REQUEST_URI_PATH_BASENAME("http.request.uri.path.basename", Type.STRING),
    HTTP_REQUEST_URI_QUERY("http.request.uri.query", Type.STRING),
    HTTP_REQUEST_URI_ARGS("http.request.uri.args", Type.MAP),
    HTTP_REQUEST_URI_ARGS_NAMES("http.request.uri.args.names", Type.STRINGS),
    HTTP_REQUEST_URI_ARGS_VALUES("http.request.uri.args.values", Type.STRINGS),
    HTTP_REQUEST_FULL_URI("http.request.full_uri", Type.STRING),
    HTTP_REQUEST_METHOD("http.request.method", Type.STRING),
    HTTP_REQUEST_VERSION("http.request.version", Type.STRING),
    HTTP_COOKIE("http.cookie", Type.STRING),
    HTTP_REQUEST_COOKIES("http.request.cookies", Type.MAP),
    HTTP_REFERER("http.referer", Type.STRING),
    HTTP_USER_AGENT("http.user_agent", Type.STRING),
    HTTP_X_FORWARDED_FOR("http.x_forwarded_for", Type.STRING),
    HTTP_REQUEST_HEADERS("http.request.headers", Type.MAP),
    HTTP_REQUEST_HEADERS_NAMES("http.request.headers.names", Type.STRINGS),
    HTTP_REQUEST_HEADERS_VALUES("http.request.headers.values", Type.STRINGS),
    HTTP_REQUEST_HEADERS_TRUNCATED("http.request.headers.truncated", Type.BOOLEAN),
    HTTP_REQUEST_ACCEPTED_LANGUAGES("http.request.accepted_languages", Type.STRINGS),
    HTTP_REQUEST_TIMESTAMP_SEC("http.request.timestamp.sec", Type.INTEGER),
    HTTP_REQUEST_TIMESTAMP_MSEC("http.request.timestamp.msec", Type.INTEGER),
    SSL("ssl", Type.BOOLEAN),
    IP_SRC("ip.src", Type.IP),
    IP_SRC_COUNTRY("ip.src.country", Type.STRING, "ip.geoip.country"),
    IP_SRC_CONTINENT("ip.src.continent", Type.STRING, "ip.geoip.continent"),
    IP_SRC_ASNUM("ip.src.asnum", Type.INTEGER, "ip.geoip.asnum"),
    IP_SRC_REGION("ip.src.region", Type.STRING),
    IP_SRC_REGION_CODE("ip.src.region_code", Type.STRING),
    IP_SRC_CITY("ip.src.city", Type.STRING),
    IP_SRC_POSTAL_CODE("ip.src.postal_code", Type.STRING),
    IP_SRC_METRO_CODE("ip.src.metro_code", Type.STRING),
    IP_SRC_LAT("ip.src.lat", Type.STRING),
    IP_SRC_LON("ip.src.lon", Type.STRING),
    IP_SRC_SUBDIVISION_1_ISO_CODE("ip.src.subdivision_1_iso_code", Type.STRING, "ip.geoip.subdivision_1_iso_code"),
    IP_SRC_SUBDIVISION_2_ISO_CODE("ip.src.subdivision_2_iso_code", Type.STRING, "ip.geoip.subdivision_2_iso_code"),
    IP_SRC_IS_IN_EUROPEAN_UNION("ip.src.is_in_european_union", Type.BOOLEAN, "ip.geoip.is_in_european_union"),
    IP_SRC_TIMEZONE_NAME("ip.src.timezone.name", Type.STRING),
    CF_ZONE_NAME("cf.zone.name", Type.STRING),
    CF_ZONE_PLAN("cf.zone.plan", Type.STRING),
    CF_RAY_ID("cf.ray_id", Type.STRING),
    CF_EDGE_SERVER_PORT("cf.edge.server_port", Type.INTEGER),
    CF_EDGE_SERVER_IP("cf.edge.server_ip", Type.IP),
    CF_EDGE_CLIENT_TCP("cf.edge.client_tcp", Type.BOOLEAN),
    CF_RANDOM_SEED("cf.random_seed", Type.STRING),
    CF_TLS_VERSION("cf.tls_version", Type.STRING),
    CF_TLS_CIPHER("cf.tls_cipher", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_PRESENTED("cf.tls_client_auth.cert_presented", Type.BOOLEAN),
    CF_TLS_CLIENT_AUTH_CERT_VERIFIED("cf.tls_client_auth.cert_verified", Type.BOOLEAN),
    CF_TLS_CLIENT_AUTH_CERT_REVOKED("cf.tls_client_auth.cert_revoked", Type.BOOLEAN),
    CF_TLS_CLIENT_AUTH_CERT_FINGERPRINT_SHA256("cf.tls_client_auth.cert_fingerprint_sha256", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_FINGERPRINT_SHA1("cf.tls_client_auth.cert_fingerprint_sha1", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_SERIAL("cf.tls_client_auth.cert_serial", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_ISSUER_SERIAL("cf.tls_client_auth.cert_issuer_serial", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_SKI("cf.tls_client_auth.cert_ski", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_ISSUER_SKI("cf.tls_client_auth.cert_issuer_ski", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN("cf.tls_client_auth.cert_subject_dn", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN("cf.tls_client_auth.cert_issuer_dn", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN_RFC2253("cf.tls_client_auth.cert_subject_dn_rfc2253", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN_RFC2253("cf.tls_client_auth.cert_issuer_dn_rfc2253", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN_LEGACY("cf.tls_client_auth.cert_subject_dn_legacy", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN_LEGACY("cf.tls_client_auth.cert_issuer_dn_legacy", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_NOT_BEFORE("cf.tls_client_auth.cert_not_before", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_NOT_AFTER("cf.tls_client_auth.cert_not_after", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_RFC9440("cf.tls_client_auth.cert_rfc9440", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_CHAIN_RFC9440("cf.tls_client_auth.cert_chain_rfc9440", Type.STRING),
    CF_TLS_CLIENT_AUTH_CERT_RFC9440_TOO_LARGE("cf.tls_client_auth.cert_rfc9440_too_large", Type.BOOLEAN),
    CF_TLS_CLIENT_AUTH_CERT_CHAIN_RFC9440_TOO_LARGE("cf.tls_client_auth.cert_chain_rfc9440_too_large", Type.BOOLEAN),
    CF_TLS_CLIENT_HELLO_LENGTH("cf.tls_client_hello_length", Type.INTEGER),
    CF_TLS_CLIENT_RANDOM("cf.tls_client_random", Type.STRING),
    CF_TLS_CIPHERS_SHA1("cf.tls_ciphers_sha1", Type.STRING),
    CF_TLS_CLIENT_EXTENSIONS_SHA1("cf.tls_client_extensions_sha1", Type.STRING),
    CF_TLS_CLIENT_EXTENSIONS_SHA1_LE("cf.tls_client_extensions_sha1_le", Type.STRING),
    CF_TIMINGS_CLIENT_TCP_RTT_MSEC("cf.timings.client_tcp_rtt_msec", Type.INTEGER),
    CF_TIMINGS_CLIENT_QUIC_RTT_MSEC("cf.timings.client_quic_rtt_msec", Type.INTEGER),
    CF_TIMINGS_EDGE_MSEC("cf.timings.edge_msec", Type.INTEGER),
    CF_TIMINGS_ORIGIN_TTFB_MSEC("cf.timings.origin_ttfb_msec", Type.INTEGER),
    CF_TIMINGS_WORKER_MSEC("cf.timings.worker_msec", Type.INTEGER),
    CF_CLIENT_BOT("cf.client.bot", Type.BOOLEAN),
    CF_BOT_MANAGEMENT_SCORE("cf.bot_management.score", Type.INTEGER),
    CF_BOT_MANAGEMENT_VERIFIED_BOT("cf.bot_management.verified_bot", Type.BOOLEAN),
    CF_BOT_MANAGEMENT_STATIC_RESOURCE("cf.bot_management.static_resource", Type.BOOLEAN),
    CF_BOT_MANAGEMENT_CORPORATE_PROXY("cf.bot_management.corporate_proxy", Type.BOOLEAN),
    CF_BOT_MANAGEMENT_JA3_HASH("cf.bot_management.ja3_hash", Type.STRING),
    CF_BOT_MANAGEMENT_JA4("cf.bot_management.ja4", Type.STRING),
    CF_BOT_MANAGEMENT_JS_DETECTION_PASSED("cf.bot_management.js_detection.passed", Type.BOOLEAN),
    CF_THREAT_SCORE("cf.threat_score", Type.INTEGER),
    CF_WAF_SCORE("cf.waf.score", Type.INTEGER),
    CF_WAF_SCORE_SQLI("cf.waf.score.sqli", Type.INTEGER),
    CF_WAF_SCORE_XSS("cf.waf.score.xss", Type.INTEGER),
    CF_WAF_SCORE_RCE("cf.waf.score.rce", Type.INTEGER),
    CF_WAF_SCORE_CLASS("cf.waf.score.class", Type.STRING),
    CF_WORKER_UPSTREAM_ZONE("cf.worker.upstream_zone", Type.STRING),
    CF_HOSTNAME_METADATA("cf.hostname.metadata", Type.STRING),
    CF_VERIFIED_BOT_CATEGORY("cf.verified_bot_category", Type.STRING),
    RAW_HTTP_REQUEST_URI("raw.http.request.uri", Type.STRING),
    RAW_HTTP_REQUEST_URI_PATH("raw.http.request.uri.path", Type.STRING),
    RAW_HTTP_REQUEST_URI_PATH_EXTENSION("raw.http.request.uri.path.extension", Type.STRING),
    RAW_HTTP_REQUEST_URI_QUERY("raw.http.request.uri.query", Type.STRING),
    RAW_HTTP_REQUEST_FULL_URI("raw.http.request.full_uri", Type.STRING),
    RAW_HTTP_REQUEST_URI_ARGS("raw.http.request.uri.args", Type.MAP),
    RAW_HTTP_REQUEST_URI_ARGS_NAMES("raw.http.request.uri.args.names", Type.STRINGS),
    RAW_HTTP_REQUEST_URI_ARGS_VALUES("raw.http.request.uri.args.values", Type.STRINGS),
    HTTP_RESPONSE_CODE("http.response.code", Type.INTEGER, Scope.RESPONSE),
    HTTP_RESPONSE_HEADERS("http.response.headers", Type.MAP, Scope.RESPONSE),
    HTTP_RESPONSE_HEADERS_NAMES("http.response.headers.names", Type.STRINGS, Scope.RESPONSE),
    HTTP_RESPONSE_HEADERS_VALUES("http.response.headers.values", Type.STRINGS, Scope.RESPONSE),
    HTTP_RESPONSE_CONTENT_TYPE_MEDIA_TYPE("http.response.content_type.media_type", Type.STRING, Scope.RESPONSE),
    CF_RESPONSE_ERROR_TYPE("cf.response.error_type", Type.STRING, Scope.RESPONSE);

    private static final Map<String, RuleField> NAMED = new HashMap<>();

    static {
        for (RuleField field : values()) {
            NAMED.put(field.spelled, field);
            if (!field.alias.isEmpty()) {
                NAMED.put(field.alias, field);
            }
        }
    }

    private final String spelled;
    private final Type type;
    private final Scope scope;
    private final String alias;

    RuleField(String spelled, Type type, Scope scope) {
        this.spelled = spelled;
        this.type = type;
        this.scope = scope;
        this.alias = "";
    }

    RuleField(String spelled, Type type, String alias) {
        this.spelled = spelled;
        this.type = type;
        this.scope = Scope.REQUEST;
        this.alias = alias;
    }

    RuleField(String spelled, Type type) {
        this(spelled, type, Scope.REQUEST);
    }

    /// The field of a name or an older name.
    public static Optional<RuleField> named(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    /// Every name that [#named] knows.
    static Set<String> names() {
        return Collections.unmodifiableSet(NAMED.keySet());
    }

    /// As expressions spell it.
    public String spelled() {
        return spelled;
    }

    public Type type() {
        return type;
    }

    /// The least scope that has it.
    public Scope scope() {
        return scope;
    }
}
