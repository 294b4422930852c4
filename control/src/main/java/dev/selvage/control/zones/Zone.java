package dev.selvage.control.zones;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.toolkit.web.Call;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A zone, without what hangs on it.
///
/// @param developmentModeUntil epoch seconds; 0 when it never was on
public record Zone(
        String id,
        String account,
        String accountName,
        String name,
        String type,
        boolean paused,
        boolean catchAll,
        DefaultCaching defaultCaching,
        long version,
        long developmentModeUntil,
        long createdOn,
        long modifiedOn) {

    /// Most page rules of one zone.
    public static final int PAGE_RULE_QUOTA = 125;

    static final String SELECT = """
            select zone.*, account.name as account_name from zone join account on account.id = zone.account_id
            """;

    /// The columns of a zone in a list, whose accounts are looked up for the rows of the page only.
    static final String LISTED =
            "select zone.*, (select name from account where account.id = zone.account_id) as account_name ";

    public static Optional<Zone> find(Tx tx, String id) {
        return tx.first(Zone::of, SELECT + "where zone.id = ?", id);
    }

    public static Optional<Zone> named(Tx tx, String name) {
        return tx.first(Zone::of, SELECT + "where zone.name = ?", name);
    }

    /// The zone of a call's path segment `{zone}`.
    ///
    /// @throws Refused with 404 when there is none
    public static Zone of(Tx tx, Call call) {
        return find(tx, Ids.of(call, "zone")).orElseThrow(() -> new Refused(404, 1001, "Invalid zone identifier"));
    }

    /// Where changes of it and of what hangs on it are made.
    public Place.Zone place() {
        return new Place.Zone(id, account);
    }

    /// Notes that the edges must learn of a change of this zone.
    public void changed(Tx tx, long now) {
        tx.run("update zone set version = version + 1, modified_on = ? where id = ?", now, id);
        tx.run("insert into outbox (zone_id) values (?)", id);
    }

    static Zone of(Row row) {
        return new Zone(
                row.text("id"),
                row.text("account_id"),
                row.text("account_name"),
                row.text("name"),
                row.text("type"),
                row.flag("paused"),
                row.flag("catch_all"),
                DefaultCaching.valueOf(row.text("default_caching")),
                row.number("version"),
                row.number("development_mode_until"),
                row.number("created_on"),
                row.number("modified_on"));
    }

    /// The zone as the API answers it.
    ///
    /// @param nowSeconds epoch seconds
    ObjectNode json(long nowSeconds) {
        ObjectNode json = Envelope.object()
                .put("id", id)
                .put("name", name)
                .put("status", "active")
                .put("paused", paused)
                .put("type", type)
                .put("development_mode", developmentModeUntil == 0 ? 0 : developmentModeUntil - nowSeconds);
        json.putArray("name_servers");
        json.putNull("original_name_servers").putNull("original_registrar").putNull("original_dnshost");
        json.put("modified_on", Times.text(modifiedOn))
                .put("created_on", Times.text(createdOn))
                .put("activated_on", Times.text(createdOn));
        json.putObject("account").put("id", account).put("name", accountName);
        json.putObject("owner").put("id", account).put("name", accountName).put("type", "organization");
        json.putObject("plan")
                .put("id", "94f3b7b768b0458b56d2cac4fe5ec0f9")
                .put("name", "Enterprise Website")
                .put("price", 0)
                .put("currency", "USD")
                .put("frequency", "monthly")
                .put("is_subscribed", true)
                .put("can_subscribe", false)
                .put("legacy_id", "enterprise")
                .put("legacy_discount", false)
                .put("externally_managed", false);
        json.putObject("meta")
                .put("cdn_only", true)
                .put("custom_certificate_quota", 0)
                .put("dns_only", false)
                .put("foundation_dns", false)
                .put("page_rule_quota", PAGE_RULE_QUOTA)
                .put("phishing_detected", false)
                .put("step", 4);
        json.putArray("permissions")
                .add("#zone:read")
                .add("#zone:edit")
                .add("#zone_settings:read")
                .add("#zone_settings:edit")
                .add("#dns_records:read")
                .add("#dns_records:edit")
                .add("#cache_purge:edit")
                .add("#analytics:read");
        json.putObject("tenant").putNull("id").putNull("name");
        json.putObject("tenant_unit").putNull("id");
        return json.put("catch_all", catchAll);
    }
}
