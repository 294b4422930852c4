package dev.selvage.control.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a token may be allowed to do, by the names that the API's permission groups have.
///
/// To write includes to read. The identifiers are made of scope and name, so that they are the same in
/// every installation and for good.
public enum Permission {
    USER_DETAILS_READ("User Details Read", Scope.USER, null),
    USER_DETAILS_WRITE("User Details Write", Scope.USER, USER_DETAILS_READ),
    MEMBERSHIPS_READ("Memberships Read", Scope.USER, null),
    API_TOKENS_READ("API Tokens Read", Scope.USER, null),
    API_TOKENS_WRITE("API Tokens Write", Scope.USER, API_TOKENS_READ),

    ACCOUNT_SETTINGS_READ("Account Settings Read", Scope.ACCOUNT, null),
    ACCOUNT_SETTINGS_WRITE("Account Settings Write", Scope.ACCOUNT, ACCOUNT_SETTINGS_READ),
    ACCOUNT_TOKENS_READ("Account API Tokens Read", Scope.ACCOUNT, null),
    ACCOUNT_TOKENS_WRITE("Account API Tokens Write", Scope.ACCOUNT, ACCOUNT_TOKENS_READ),
    ACCOUNT_ANALYTICS_READ("Account Analytics Read", Scope.ACCOUNT, null),
    ACCOUNT_CERTIFICATES_READ("Account: SSL and Certificates Read", Scope.ACCOUNT, null),
    ACCOUNT_CERTIFICATES_WRITE("Account: SSL and Certificates Write", Scope.ACCOUNT, ACCOUNT_CERTIFICATES_READ),
    ACCOUNT_LOGS_READ("Logs Read", Scope.ACCOUNT, null),
    ACCOUNT_LOGS_WRITE("Logs Write", Scope.ACCOUNT, ACCOUNT_LOGS_READ),
    REQUEST_TRACER_READ("Allow Request Tracer Read", Scope.ACCOUNT, null),

    ZONE_READ("Zone Read", Scope.ZONE, null),
    ZONE_WRITE("Zone Write", Scope.ZONE, ZONE_READ),
    ZONE_SETTINGS_READ("Zone Settings Read", Scope.ZONE, null),
    ZONE_SETTINGS_WRITE("Zone Settings Write", Scope.ZONE, ZONE_SETTINGS_READ),
    DNS_READ("DNS Read", Scope.ZONE, null),
    DNS_WRITE("DNS Write", Scope.ZONE, DNS_READ),
    CACHE_PURGE("Cache Purge", Scope.ZONE, null),
    CACHE_SETTINGS_READ("Cache Settings Read", Scope.ZONE, null),
    CACHE_SETTINGS_WRITE("Cache Settings Write", Scope.ZONE, CACHE_SETTINGS_READ),
    ORIGIN_READ("Origin Read", Scope.ZONE, null),
    ORIGIN_WRITE("Origin Write", Scope.ZONE, ORIGIN_READ),
    DYNAMIC_REDIRECTS_READ("Dynamic URL Redirects Read", Scope.ZONE, null),
    DYNAMIC_REDIRECTS_WRITE("Dynamic URL Redirects Write", Scope.ZONE, DYNAMIC_REDIRECTS_READ),
    TRANSFORM_RULES_READ("Zone Transform Rules Read", Scope.ZONE, null),
    TRANSFORM_RULES_WRITE("Zone Transform Rules Write", Scope.ZONE, TRANSFORM_RULES_READ),
    CONFIG_SETTINGS_READ("Config Settings Read", Scope.ZONE, null),
    CONFIG_SETTINGS_WRITE("Config Settings Write", Scope.ZONE, CONFIG_SETTINGS_READ),
    WAF_READ("Zone WAF Read", Scope.ZONE, null),
    WAF_WRITE("Zone WAF Write", Scope.ZONE, WAF_READ),
    CUSTOM_ERRORS_READ("Custom Errors Read", Scope.ZONE, null),
    CUSTOM_ERRORS_WRITE("Custom Errors Write", Scope.ZONE, CUSTOM_ERRORS_READ),
    PAGE_RULES_READ("Page Rules Read", Scope.ZONE, null),
    PAGE_RULES_WRITE("Page Rules Write", Scope.ZONE, PAGE_RULES_READ),
    CERTIFICATES_READ("SSL and Certificates Read", Scope.ZONE, null),
    CERTIFICATES_WRITE("SSL and Certificates Write", Scope.ZONE, CERTIFICATES_READ),
    LOGS_READ("Logs Read", Scope.ZONE, null),
    LOGS_WRITE("Logs Write", Scope.ZONE, LOGS_READ),
    ANALYTICS_READ("Analytics Read", Scope.ZONE, null);

    /// What a permission is about.
    public enum Scope {
        USER("com.cloudflare.api.user"),
        ACCOUNT("com.cloudflare.api.account"),
        ZONE("com.cloudflare.api.account.zone");

        private final String id;

        Scope(String id) {
            this.id = id;
        }

        /// Its name in the API.
        public String id() {
            return id;
        }
    }

    private final String title;
    private final Scope scope;
    private final @Nullable Permission included;
    private final String id;

    Permission(String title, Scope scope, @Nullable Permission included) {
        this.title = title;
        this.scope = scope;
        this.included = included;
        this.id = id(scope.id + "/" + title);
    }

    /// Its name in the API.
    public String title() {
        return title;
    }

    public Scope scope() {
        return scope;
    }

    /// 32 lower-case hexadecimal digits.
    public String id() {
        return id;
    }

    /// True when who has this may do what `wanted` allows.
    public boolean includes(Permission wanted) {
        return this == wanted || included == wanted;
    }

    public static Optional<Permission> withId(String id) {
        for (Permission permission : values()) {
            if (permission.id.equals(id)) {
                return Optional.of(permission);
            }
        }
        return Optional.empty();
    }

    private static String id(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(("selvage/permission-group/" + name).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
