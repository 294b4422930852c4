package dev.selvage.control.settings;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.settings.Form.OneOf;
import dev.selvage.control.settings.Form.Variants;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings of the cache that have endpoints of their own: tiers and variants.
public final class CacheEndpoints {
    private static final int INVALID = 1007;

    /// The API's code for a setting that nobody has set.
    private static final int UNSET = 1142;

    private static final int NOTE = 1300;
    private static final String AUDITED = "zone_setting";
    private static final OneOf ON_OFF = OneOf.words("off", "on");

    private final Store store;
    private final Clock clock;

    /// One of them.
    ///
    /// @param path below the zone
    /// @param absent true when there is a value before the first is set
    /// @param note what a caller should know when he sets it
    private record Setting(String path, String id, Form form, boolean absent, String note) {}

    private static final Setting TIERED = new Setting(
            "/argo/tiered_caching",
            "tiered_caching",
            ON_OFF,
            true,
            "tiered_caching is stored; it takes effect where there are upper tiers, which this version has not");
    private static final Setting SMART = new Setting(
            "/cache/tiered_cache_smart_topology_enable",
            "tiered_cache_smart_topology_enable",
            ON_OFF,
            false,
            "tiered_cache_smart_topology_enable is stored; it takes effect where there are upper tiers, which this"
                    + " version has not");
    private static final Setting REGIONAL = new Setting(
            "/cache/regional_tiered_cache",
            "tc_regional",
            ON_OFF,
            true,
            "tc_regional is stored; it takes effect where there are regional tiers, which this version has not");
    private static final Setting VARIANTS = new Setting(
            "/cache/variants",
            "variants",
            new Variants(),
            false,
            "variants is stored; the edge honours Vary for every path, whether or not it is set");

    public CacheEndpoints(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        for (Setting setting : List.of(TIERED, SMART, REGIONAL, VARIANTS)) {
            String path = "/zones/{zone}" + setting.path;
            api.read(path, Permission.ZONE_SETTINGS_READ, call -> get(call, setting));
            change(api, "PATCH", path, (call, caller) -> edit(call, caller, setting));
        }
        change(api, "POST", "/zones/{zone}" + SMART.path, (call, caller) -> edit(call, caller, SMART));
        for (Setting setting : List.of(SMART, VARIANTS)) {
            change(api, "DELETE", "/zones/{zone}" + setting.path, (call, caller) -> delete(call, caller, setting));
        }
    }

    private static void change(Api api, String method, String path, Api.CallerEndpoint endpoint) {
        api.change(method, path, Permission.ZONE_SETTINGS_WRITE, endpoint);
    }

    private Answer get(Call call, Setting setting) {
        return Envelope.ok(store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return stored(tx, zone, setting).orElseThrow(() -> unset(setting));
        }));
    }

    private static Refused unset(Setting setting) {
        return new Refused(
                404,
                UNSET,
                "Unable to retrieve " + setting.id + " setting value. The zone setting does not exist because nobody"
                        + " has set it.");
    }

    private Answer edit(Call call, Caller caller, Setting setting) {
        Ids.of(call, "zone");
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(Set.of("id", "value"));
        JsonNode given = body.node().get("value");
        Optional<JsonNode> value = given == null ? Optional.empty() : setting.form.read(given);
        if (value.isEmpty()) {
            problems.add(
                    "/value",
                    "Invalid value for " + setting.id + ": expected " + setting.form.expected() + ", not "
                            + (given == null ? "nothing" : given.toString()));
        }
        problems.refuseIfAny();
        ObjectNode after = store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            JsonNode before = stored(tx, zone, setting).orElse(null);
            long now = Times.now(clock);
            tx.run("""
                    insert into zone_setting (zone_id, name, value, modified_on) values (?, ?, ?, ?)
                    on conflict (zone_id, name) do update set value = excluded.value,
                        modified_on = excluded.modified_on
                    """, zone.id(), setting.id, value.orElseThrow().toString(), now);
            ObjectNode json = stored(tx, zone, setting).orElseThrow();
            Audit.note(tx, caller, now, zone.place(), Audit.Change.change(AUDITED, setting.id, before, json));
            return json;
        });
        return Envelope.ok(after, List.of(Envelope.message(NOTE, setting.note)));
    }

    private Answer delete(Call call, Caller caller, Setting setting) {
        return Envelope.ok(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            JsonNode before = stored(tx, zone, setting).orElseThrow(() -> unset(setting));
            long now = Times.now(clock);
            tx.run("delete from zone_setting where zone_id = ? and name = ?", zone.id(), setting.id);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.delete(AUDITED, setting.id, before));
            return Envelope.object().put("id", setting.id).put("editable", true).put("modified_on", Times.text(now));
        }));
    }

    private static Optional<ObjectNode> stored(Tx tx, Zone zone, Setting setting) {
        Optional<ObjectNode> stored = tx.first(
                row -> json(setting, Json.MAPPER.readTree(row.text("value")), row.number("modified_on")),
                "select value, modified_on from zone_setting where zone_id = ? and name = ?",
                zone.id(),
                setting.id);
        return stored.isEmpty() && setting.absent ? Optional.of(json(setting, setting.form.absent(), null)) : stored;
    }

    private static ObjectNode json(Setting setting, JsonNode value, @Nullable Long modifiedOn) {
        ObjectNode json = Envelope.object().put("id", setting.id);
        json.set("value", value);
        return json.put("editable", true).put("modified_on", Times.textOrNull(modifiedOn));
    }
}
