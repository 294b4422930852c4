package dev.selvage.control.audit;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints that read the audit log.
public final class AuditLog {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    /// Parameters that compare one column.
    private static final Map<String, String> COLUMNS = Map.of(
            "id", "audit_log.id",
            "actor.ip", "address",
            "actor.email", "actor_email",
            "actor.id", "actor_id",
            "action.type", "action",
            "resource.type", "resource_type",
            "resource.id", "resource_id",
            "zone.id", "zone_id");

    private final Store store;

    public AuditLog(Store store) {
        this.store = store;
    }

    public void routes(Api api) {
        api.read("/accounts/{account}/audit_logs", Permission.ACCOUNT_SETTINGS_READ, this::ofAccount);
        api.read("/user/audit_logs", Permission.USER_DETAILS_READ, this::ofUser);
    }

    private Answer ofAccount(Call call) {
        return list(call, "account_id = ?", List.of(Ids.of(call, "account")));
    }

    private Answer ofUser(Call call) {
        return list(call, "account_id is null", List.of());
    }

    private Answer list(Call call, String scope, List<String> scoped) {
        Page page = Page.of(call, PAGE, LARGEST_PAGE);
        StringBuilder where = new StringBuilder(" from audit_log where ").append(scope);
        List<Object> arguments = new ArrayList<>(scoped);
        COLUMNS.forEach((parameter, column) -> Query.text(call, parameter).ifPresent(text -> {
            where.append(" and ").append(column).append(" = ?");
            arguments.add(text);
        }));
        Query.text(call, "zone.name").ifPresent(name -> {
            where.append(" and zone_id = (select id from zone where name = ?)");
            arguments.add(name);
        });
        time(call, "since", where, arguments, " and at >= ?", 0);
        time(call, "before", where, arguments, " and at < ?", 1);
        // The newest first, as people ask for them.
        String order = Query.choice(call, "direction", "desc", Set.of("asc", "desc"));
        return store.read(tx -> {
            long total = tx.number("select count(*) as n" + where, arguments.toArray());
            List<Object> all = new ArrayList<>(arguments);
            all.add(page.size());
            all.add(page.offset());
            List<ObjectNode> notes = tx.list(
                    AuditLog::json,
                    "select *" + where + " order by at " + order + ", sequence " + order + " limit ? offset ?",
                    all.toArray());
            return Envelope.page(page, total, notes, note -> note);
        });
    }

    private static void time(
            Call call, String name, StringBuilder where, List<Object> arguments, String condition, int days) {
        Query.text(call, name).ifPresent(text -> {
            where.append(condition);
            arguments.add(micros(name, text, days));
        });
    }

    /// A time, or a day, which as an end is meant whole.
    private static long micros(String name, String text, int days) {
        boolean day = text.length() == "2026-01-31".length();
        return Times.parse(day ? text + "T00:00:00Z" : text)
                .map(micros -> day ? micros + TimeUnit.DAYS.toMicros(days) : micros)
                .orElseThrow(() -> new Refused(
                        400,
                        1004,
                        "Invalid value for " + name + ": expected a time such as 2026-01-31T12:00:00Z or a day such as"
                                + " 2026-01-31"));
    }

    private static ObjectNode json(Row row) {
        ObjectNode json = Envelope.object().put("id", row.text("id")).put("when", Times.text(row.number("at")));
        json.putObject("action").put("type", row.text("action")).put("result", true);
        ObjectNode actor = json.putObject("actor")
                .put("id", row.text("actor_id"))
                .put("type", row.text("actor_type").equals("system") ? "admin" : "user")
                .put("ip", row.text("address"));
        if (!row.text("actor_email").isEmpty()) {
            actor.put("email", row.text("actor_email"));
        }
        json.put("interface", row.text("actor_type").equals("system") ? "SYSTEM" : "API");
        String account = row.textOrNull("account_id");
        json.putObject("owner").put("id", account == null ? "" : account);
        json.putObject("resource").put("id", row.text("resource_id")).put("type", row.text("resource_type"));
        ObjectNode metadata = json.putObject("metadata").put("credential", row.text("actor_type"));
        String zone = row.textOrNull("zone_id");
        if (zone != null) {
            metadata.put("zone_id", zone);
        }
        String before = row.textOrNull("before");
        String after = row.textOrNull("after");
        json.put("oldValue", before == null ? "" : before).put("newValue", after == null ? "" : after);
        json.set("oldValueJson", node(before));
        json.set("newValueJson", node(after));
        return json;
    }

    private static JsonNode node(@Nullable String text) {
        return text == null ? Envelope.object() : Json.MAPPER.readTree(text);
    }
}
