package dev.selvage.control.settings;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/zones/{zone}/settings`.
public final class SettingsEndpoints {
    private static final String TYPE = "zone_setting";
    private static final int UNKNOWN = 1006;
    private static final int INVALID = 1007;
    private static final int FIXED = 1057;
    private static final int UNAPPLIED = 1300;
    private static final Set<String> FIELDS = Set.of("id", "value");

    private final Store store;
    private final Clock clock;

    public SettingsEndpoints(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        String all = "/zones/{zone}/settings";
        String one = all + "/{setting}";
        api.read(all, Permission.ZONE_SETTINGS_READ, this::list);
        api.change("PATCH", all, Permission.ZONE_SETTINGS_WRITE, this::editSome);
        api.read(one, Permission.ZONE_SETTINGS_READ, this::get);
        api.change("PATCH", one, Permission.ZONE_SETTINGS_WRITE, this::edit);
    }

    private Answer list(Call call) {
        return store.read(tx -> some(tx, Zone.of(tx, call), List.of(ZoneSetting.values()), List.of()));
    }

    private Answer get(Call call) {
        Ids.of(call, "zone");
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            ZoneSetting setting = setting(call);
            return one(tx, zone, setting, List.of());
        });
    }

    private Answer edit(Call call, Caller caller) {
        Ids.of(call, "zone");
        ZoneSetting setting = setting(call);
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(FIELDS);
        JsonNode value = value(body, setting);
        problems.refuseIfAny();
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            change(tx, caller, zone, Map.of(setting, value));
            return one(tx, Zone.of(tx, call), setting, unapplied(Set.of(setting)));
        });
    }

    /// All of the given settings, or none.
    private Answer editSome(Call call, Caller caller) {
        Ids.of(call, "zone");
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(Set.of("items"));
        body.require("items");
        Map<ZoneSetting, JsonNode> values = new EnumMap<>(ZoneSetting.class);
        for (Body item : body.objects("items", 100)) {
            item.only(FIELDS);
            String id = item.require("id") ? item.text("id", 100) : null;
            if (id != null) {
                ZoneSetting.named(id)
                        .ifPresentOrElse(
                                setting -> values.put(setting, value(item, setting)),
                                () -> problems.add(new ApiError(UNKNOWN, unrecognized(id), item.pointer("id"))));
            }
        }
        problems.refuseIfAny();
        return store.write(tx -> {
            change(tx, caller, Zone.of(tx, call), values);
            return some(tx, Zone.of(tx, call), values.keySet(), unapplied(values.keySet()));
        });
    }

    private void change(Tx tx, Caller caller, Zone zone, Map<ZoneSetting, JsonNode> values) {
        if (values.isEmpty()) {
            return;
        }
        long now = Times.now(clock);
        long seconds = TimeUnit.MICROSECONDS.toSeconds(now);
        ZoneSettings before = ZoneSettings.of(tx, zone);
        values.forEach((setting, value) -> ZoneSettings.store(tx, zone, setting, value, now));
        zone.changed(tx, now);
        ZoneSettings after = ZoneSettings.of(tx, Zone.find(tx, zone.id()).orElseThrow());
        values.keySet()
                .forEach(setting -> Audit.note(
                        tx,
                        caller,
                        now,
                        zone.place(),
                        Audit.Change.change(
                                TYPE, setting.id(), before.json(setting, seconds), after.json(setting, seconds))));
    }

    private static JsonNode value(Body body, ZoneSetting setting) {
        JsonNode given = body.node().get("value");
        if (!setting.editable()) {
            body.problems()
                    .add(new ApiError(FIXED, setting.id() + " cannot be modified for this zone", body.pointer()));
            return setting.form().absent();
        }
        Optional<JsonNode> value =
                given == null ? Optional.empty() : setting.form().read(given);
        if (value.isEmpty()) {
            body.problems()
                    .add(
                            body.pointer("value"),
                            "Invalid value for zone setting " + setting.id() + ": expected "
                                    + setting.form().expected() + ", not "
                                    + (given == null ? "nothing" : given.toString()));
        }
        return value.orElseGet(() -> setting.form().absent());
    }

    private static ZoneSetting setting(Call call) {
        String id = call.capture("setting");
        return ZoneSetting.named(id).orElseThrow(() -> new Refused(400, UNKNOWN, unrecognized(id)));
    }

    private static String unrecognized(String id) {
        return "Unrecognized zone setting name: " + id;
    }

    /// Says of what is stored and returned, and not acted on: nobody should think otherwise.
    private static List<ObjectNode> unapplied(Collection<ZoneSetting> settings) {
        return settings.stream()
                .filter(setting -> !setting.applied())
                .map(setting -> Envelope.message(
                        UNAPPLIED, setting.id() + " is stored; the edge of this version does not act on it"))
                .toList();
    }

    private Answer one(Tx tx, Zone zone, ZoneSetting setting, List<ObjectNode> messages) {
        return Envelope.ok(
                ZoneSettings.of(tx, zone).json(setting, clock.instant().getEpochSecond()), messages);
    }

    private Answer some(Tx tx, Zone zone, Collection<ZoneSetting> settings, List<ObjectNode> messages) {
        ZoneSettings values = ZoneSettings.of(tx, zone);
        ArrayNode array = Envelope.array();
        settings.forEach(
                setting -> array.add(values.json(setting, clock.instant().getEpochSecond())));
        return Envelope.ok(array, messages);
    }
}
