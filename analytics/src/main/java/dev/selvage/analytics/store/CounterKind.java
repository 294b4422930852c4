package dev.selvage.analytics.store;

import dev.selvage.model.event.ZoneMinute;

/// What a counter row counts by; the code is what the file holds.
public enum CounterKind {
    /// By colo, cache status and status class.
    CROSSED(0),
    STATUS(1),
    COUNTRY(2),
    CONTENT_TYPE(3),
    PROTOCOL(4),
    TLS_VERSION(5),
    BROWSER(6),
    IP_CLASS(7),
    RULE(8);

    private final int code;

    CounterKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static CounterKind of(ZoneMinute.Dimension dimension) {
        return switch (dimension) {
            case STATUS -> STATUS;
            case COUNTRY -> COUNTRY;
            case CONTENT_TYPE -> CONTENT_TYPE;
            case PROTOCOL -> PROTOCOL;
            case TLS_VERSION -> TLS_VERSION;
            case BROWSER -> BROWSER;
            case IP_CLASS -> IP_CLASS;
            case RULE -> RULE;
        };
    }

    /// The kind with this code.
    public static CounterKind of(int code) {
        for (CounterKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("the store holds a counter of the unknown kind " + code);
    }
}
