package dev.selvage.control.settings;

import static dev.selvage.control.settings.ZoneSetting.ALWAYS_ONLINE;
import static dev.selvage.control.settings.ZoneSetting.BROWSER_CACHE_TTL;
import static dev.selvage.control.settings.ZoneSetting.CACHE_LEVEL;
import static dev.selvage.control.settings.ZoneSetting.DEVELOPMENT_MODE;
import static dev.selvage.control.settings.ZoneSetting.EDGE_CACHE_TTL;
import static dev.selvage.control.settings.ZoneSetting.PURGE_CONFIRMATION_SHARE;
import static dev.selvage.control.settings.ZoneSetting.PURGE_REFILL_LIMIT;
import static dev.selvage.control.settings.ZoneSetting.SORT_QUERY_STRING_FOR_CACHE;
import static dev.selvage.control.settings.ZoneSetting.SSL;
import static dev.selvage.control.settings.ZoneSetting.SSL_RECOMMENDER;

import dev.selvage.control.api.Times;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.SslMode;
import dev.selvage.toolkit.json.Json;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The settings of one zone, as stored.
public final class ZoneSettings {
    private static final Duration DEVELOPMENT_MODE_LASTS = Duration.ofHours(3);

    private final Zone zone;
    private final Map<ZoneSetting, Stored> stored = new EnumMap<>(ZoneSetting.class);

    private record Stored(JsonNode value, long modifiedOn) {}

    private ZoneSettings(Tx tx, Zone zone) {
        this.zone = zone;
        tx.list(
                row -> ZoneSetting.named(row.text("name"))
                        .map(setting -> stored.put(
                                setting,
                                new Stored(Json.MAPPER.readTree(row.text("value")), row.number("modified_on"))))
                        .isPresent(),
                "select name, value, modified_on from zone_setting where zone_id = ?",
                zone.id());
    }

    public static ZoneSettings of(Tx tx, Zone zone) {
        return new ZoneSettings(tx, zone);
    }

    /// What the edge's cache must know.
    public CacheSettings cache() {
        return new CacheSettings(
                CacheLevel.valueOf(upper(CACHE_LEVEL)),
                value(BROWSER_CACHE_TTL).intValue(),
                value(EDGE_CACHE_TTL).intValue(),
                zone.developmentModeUntil(),
                value(ALWAYS_ONLINE).stringValue().equals("on"),
                value(SORT_QUERY_STRING_FOR_CACHE).stringValue().equals("on"),
                value(PURGE_REFILL_LIMIT).intValue());
    }

    /// The percentage of a zone's hits above which a purge needs to be confirmed; 0 for never.
    public int purgeConfirmationShare() {
        return value(PURGE_CONFIRMATION_SHARE).intValue();
    }

    /// How the edge reaches the origin.
    public SslMode ssl() {
        return SslMode.valueOf(upper(SSL));
    }

    /// Sets how the edge reaches the origin.
    public static void setSsl(Tx tx, Zone zone, SslMode mode, long now) {
        store(tx, zone, SSL, StringNode.valueOf(mode.name().toLowerCase(Locale.ROOT)), now);
    }

    /// Sets how long browsers keep what the origin set no time for; 0 leaves the origin's headers alone.
    public static void setBrowserCacheTtl(Tx tx, Zone zone, int seconds, long now) {
        store(tx, zone, BROWSER_CACHE_TTL, IntNode.valueOf(seconds), now);
    }

    /// Stores a value that `setting` accepts.
    static void store(Tx tx, Zone zone, ZoneSetting setting, JsonNode value, long now) {
        if (setting.form().read(value).isEmpty()) {
            throw new IllegalArgumentException(setting.id() + " does not accept " + value);
        }
        tx.run("""
                insert into zone_setting (zone_id, name, value, modified_on) values (?, ?, ?, ?)
                on conflict (zone_id, name) do update set value = excluded.value, modified_on = excluded.modified_on
                """, zone.id(), setting.id(), value.toString(), now);
        if (setting == DEVELOPMENT_MODE) {
            long seconds = TimeUnit.MICROSECONDS.toSeconds(now);
            if (value.stringValue().equals("on")) {
                long until = seconds + DEVELOPMENT_MODE_LASTS.toSeconds();
                tx.run("update zone set development_mode_until = ? where id = ?", until, zone.id());
            } else {
                tx.run(
                        "update zone set development_mode_until = ? where id = ? and development_mode_until > ?",
                        seconds,
                        zone.id(),
                        seconds);
            }
        }
    }

    /// A setting as the API answers it.
    ///
    /// @param nowSeconds epoch seconds
    ObjectNode json(ZoneSetting setting, long nowSeconds) {
        Stored own = stored.get(setting);
        ObjectNode json = Json.MAPPER.createObjectNode().put("id", setting.id());
        if (setting == DEVELOPMENT_MODE) {
            long left = Math.max(0, zone.developmentModeUntil() - nowSeconds);
            json.put("value", left > 0 ? "on" : "off").put("time_remaining", left);
        } else {
            json.set("value", value(setting));
        }
        if (setting == SSL_RECOMMENDER) {
            json.put("enabled", false);
        }
        return json.put("editable", setting.editable()).put("modified_on", modified(own));
    }

    private static @Nullable String modified(@Nullable Stored own) {
        return own == null ? null : Times.text(own.modifiedOn());
    }

    private JsonNode value(ZoneSetting setting) {
        Stored own = stored.get(setting);
        return own == null ? setting.form().absent() : own.value();
    }

    private String upper(ZoneSetting setting) {
        return value(setting).stringValue().toUpperCase(Locale.ROOT);
    }
}
