package dev.selvage.analytics.query;

import dev.selvage.analytics.store.Level;
import dev.selvage.model.purge.PurgeHistory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What can be asked for: the API's datasets and their fields.
public enum Dataset {
    /// Single requests, as they are stored.
    REQUESTS("httpRequestsAdaptive", Form.ROWS, null),
    /// Requests, grouped at will; exact from counters where they hold the question, else estimated from rows.
    ADAPTIVE("httpRequestsAdaptiveGroups", Form.GROUPS, null),
    OVERVIEW("httpRequestsOverviewAdaptiveGroups", Form.GROUPS, null),
    MINUTES("httpRequests1mGroups", Form.ROLLUP, Level.MINUTE),
    HOURS("httpRequests1hGroups", Form.ROLLUP, Level.HOUR),
    DAYS("httpRequests1dGroups", Form.ROLLUP, Level.DAY),
    MINUTES_BY_COLO("httpRequests1mByColoGroups", Form.BY_COLO, Level.MINUTE),
    DAYS_BY_COLO("httpRequests1dByColoGroups", Form.BY_COLO, Level.DAY),
    /// Requests that a security rule acted on, one by one, and grouped.
    FIREWALL("firewallEventsAdaptive", Form.ROWS, null),
    FIREWALL_GROUPS("firewallEventsAdaptiveGroups", Form.GROUPS, null),
    FIREWALL_BY_TIME("firewallEventsAdaptiveByTimeGroups", Form.GROUPS, null),
    /// What was purged; ours.
    PURGES("purgeEventsAdaptiveGroups", Form.PURGES, null),
    /// What exporters ask for beside the rest, and there is nothing of here.
    HEALTH_CHECKS("healthCheckEventsAdaptiveGroups", Form.NOTHING, null),
    LOAD_BALANCING("loadBalancingRequestsAdaptiveGroups", Form.NOTHING, null);

    /// How a dataset is answered, and what its elements look like.
    public enum Form {
        /// Single rows.
        ROWS,
        /// Groups by any dimension.
        GROUPS,
        /// Groups by time, with maps.
        ROLLUP,
        /// Groups by time and PoP, with maps.
        BY_COLO,
        /// Groups of what the management plane did.
        PURGES,
        /// Groups of which there are none.
        NOTHING
    }

    private final String wire;
    private final Form form;
    private final @Nullable Level level;

    /// Made once all datasets are there, because it tells them apart.
    private static final class Fields {
        private static final Map<Dataset, List<Measure>> MEASURES = new EnumMap<>(Dataset.class);
        private static final Map<Dataset, List<Dimension>> OF_ZONES = new EnumMap<>(Dataset.class);
        private static final Map<Dataset, List<Dimension>> OF_ACCOUNTS = new EnumMap<>(Dataset.class);

        static {
            for (Dataset each : Dataset.values()) {
                MEASURES.put(each, Measures.of(each));
                OF_ZONES.put(each, Dimensions.of(each, false));
                OF_ACCOUNTS.put(each, Dimensions.of(each, true));
            }
        }
    }

    Dataset(String wire, Form form, @Nullable Level level) {
        this.wire = wire;
        this.form = form;
        this.level = level;
    }

    /// The API's name.
    public String wire() {
        return wire;
    }

    public Form form() {
        return form;
    }

    /// The level of a roll-up.
    Level level() {
        return Objects.requireNonNull(level);
    }

    /// True when an account may be asked as well as a zone.
    public boolean inAccounts() {
        return form != Form.BY_COLO && form != Form.NOTHING && this != FIREWALL_BY_TIME;
    }

    /// True when an account's elements may say which zone they are of.
    boolean knowsZone() {
        return form == Form.ROWS || form == Form.GROUPS || form == Form.PURGES;
    }

    /// The fields to group and filter by, by name.
    ///
    /// @param account true for the scope of an account, where most datasets know the zone too
    public List<Dimension> dimensions(boolean account) {
        return Objects.requireNonNull((account ? Fields.OF_ACCOUNTS : Fields.OF_ZONES).get(this));
    }

    /// The numbers of its groups; a roll-up's are [RollupPlan]'s.
    public List<Measure> measures() {
        return Objects.requireNonNull(Fields.MEASURES.get(this));
    }

    /// What every element of it fulfils.
    public Condition base() {
        return switch (this) {
            case FIREWALL, FIREWALL_GROUPS, FIREWALL_BY_TIME -> Dimensions.security();
            default -> new Condition.All(List.of());
        };
    }

    /// How long it can be asked about, back from now.
    public Duration kept(QueryEngine.Limits limits) {
        return switch (form) {
            case ROWS, GROUPS, NOTHING -> longer(limits.thin(), limits.rows());
            case ROLLUP, BY_COLO -> Counted.kept(level(), limits);
            case PURGES -> PurgeHistory.KEPT;
        };
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
