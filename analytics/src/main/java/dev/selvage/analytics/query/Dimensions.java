package dev.selvage.analytics.query;

import static dev.selvage.analytics.query.Dimension.constant;
import static dev.selvage.analytics.query.Dimension.counted;
import static dev.selvage.analytics.query.Dimension.row;
import static dev.selvage.analytics.query.Dimension.time;
import static dev.selvage.analytics.query.ValueType.INT8;
import static dev.selvage.analytics.query.ValueType.NUMBERS;
import static dev.selvage.analytics.query.ValueType.PAIRS;
import static dev.selvage.analytics.query.ValueType.STRING;
import static dev.selvage.analytics.query.ValueType.STRINGS;
import static dev.selvage.analytics.query.ValueType.UINT16;
import static dev.selvage.analytics.query.ValueType.UINT32;
import static dev.selvage.analytics.query.ValueType.UINT64;
import static dev.selvage.analytics.query.ValueType.UINT8;

import dev.selvage.analytics.store.CounterKind;
import dev.selvage.model.event.RuleAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The dimensions of each dataset, by the API's names.
final class Dimensions {
    static final Dimension ZONE = new Dimension("zoneTag", STRING, "zone", null, "zone", 0, true, null, true);

    private static final Dimension RAY =
            new Dimension("rayName", STRING, "printf('%016x', ray)", null, null, 0, true, null, true);

    /// What the firewall did; the API spells one of them in its own way.
    private static final String ACTION = "CASE rule_action WHEN 'js_challenge' THEN 'jschallenge' ELSE rule_action END";

    /// The actions that make a request a security event, as rows spell them.
    private static final List<String> SECURITY = Arrays.stream(RuleAction.values())
            .filter(action -> switch (action) {
                case LOG, SKIP, JS_CHALLENGE, MANAGED_CHALLENGE, CHALLENGE, BLOCK -> true;
                case NONE, SERVE_ERROR, REDIRECT -> false;
            })
            .map(RuleAction::wire)
            .toList();

    private static final String IS_SECURITY =
            "rule_action IN (" + SECURITY.stream().collect(Collectors.joining("', '", "'", "'")) + ")";

    private static final String OS = "CASE WHEN contains(user_agent, 'Windows') THEN 'Windows'"
            + " WHEN contains(user_agent, 'iPhone') OR contains(user_agent, 'iPad') THEN 'iOS'"
            + " WHEN contains(user_agent, 'Android') THEN 'Android'"
            + " WHEN contains(user_agent, 'CrOS') THEN 'ChromeOS'"
            + " WHEN contains(user_agent, 'Mac OS X') THEN 'MacOSX'"
            + " WHEN contains(user_agent, 'Linux') THEN 'Linux' ELSE 'Unknown' END";

    private static final Dimension RULE_ACTION = row("ruleAction", STRING, "rule_action");

    private Dimensions() {}

    /// The condition that every row of a dataset of security events fulfils.
    static Condition security() {
        return new Condition.Compare(RULE_ACTION, Operator.IN, List.copyOf(SECURITY));
    }

    static List<Dimension> of(Dataset dataset, boolean account) {
        Map<String, Dimension> all = new TreeMap<>(Comparator.naturalOrder());
        List<Dimension> listed = switch (dataset) {
            case REQUESTS -> requests(false);
            case ADAPTIVE -> requests(true);
            case OVERVIEW -> overview();
            case MINUTES ->
                times(Map.of(
                        "datetime", 1,
                        "datetimeMinute", 1,
                        "datetimeFiveMinutes", 5,
                        "datetimeFifteenMinutes", 15,
                        "datetimeHalfOfHour", 30,
                        "datetimeHour", 60,
                        "datetimeDay", 1_440));
            case HOURS -> times(Map.of("datetime", 60));
            case DAYS -> times(Map.of());
            case MINUTES_BY_COLO -> {
                List<Dimension> byColo = times(Map.of(
                        "datetime", 1, "datetimeFifteenMinutes", 15, "datetimeHalfOfHour", 30, "datetimeHour", 60));
                byColo.add(colo("coloCode"));
                yield byColo;
            }
            case DAYS_BY_COLO -> {
                List<Dimension> byColo = times(Map.of());
                byColo.add(colo("coloCode"));
                yield byColo;
            }
            case FIREWALL -> firewall(true, true);
            case FIREWALL_GROUPS -> firewall(false, true);
            case FIREWALL_BY_TIME -> firewall(false, false);
            case PURGES -> purges();
            case HEALTH_CHECKS -> healthChecks();
            case LOAD_BALANCING -> loadBalancing();
        };
        listed.forEach(each -> all.put(each.name(), each));
        if (account && dataset.knowsZone()) {
            all.put(ZONE.name(), ZONE);
        }
        return List.copyOf(all.values());
    }

    private static List<Dimension> times(Map<String, Integer> minutes) {
        List<Dimension> times = new ArrayList<>(List.of(Dimension.date()));
        minutes.forEach((name, width) -> times.add(time(name, Duration.ofMinutes(width))));
        return times;
    }

    private static List<Dimension> adaptiveTimes() {
        List<Dimension> times = times(Map.of(
                "datetimeMinute", 1, "datetimeFiveMinutes", 5, "datetimeFifteenMinutes", 15, "datetimeHour", 60));
        times.add(time("datetime", Duration.ofSeconds(1)));
        return times;
    }

    private static Dimension colo(String name) {
        return counted(name, STRING, "colo", CounterKind.CROSSED, "colo");
    }

    /// What all datasets of single requests and their groups know of a request.
    private static List<Dimension> common() {
        List<Dimension> all = new ArrayList<>(adaptiveTimes());
        all.add(counted("clientCountryName", STRING, "country", CounterKind.COUNTRY, "value"));
        all.add(counted("clientRequestHTTPProtocol", STRING, "protocol", CounterKind.PROTOCOL, "value"));
        all.add(counted(
                "edgeResponseStatus", UINT16, "status", CounterKind.STATUS, "coalesce(TRY_CAST(value AS INTEGER), 0)"));
        neutral(all, UINT64, "httpApplicationVersion", "zoneVersion");
        return all;
    }

    private static void neutral(List<Dimension> all, ValueType type, String... names) {
        for (String name : names) {
            all.add(Dimension.neutral(name, type));
        }
    }

    private static List<Dimension> overview() {
        List<Dimension> all = common();
        all.add(counted("clientSSLProtocol", STRING, "tls_version", CounterKind.TLS_VERSION, "value"));
        all.add(counted("edgeResponseContentTypeName", STRING, "content_type", CounterKind.CONTENT_TYPE, "value"));
        all.add(counted("userAgentBrowser", STRING, "browser", CounterKind.BROWSER, "value"));
        all.add(RAY.filterOnly());
        return all;
    }

    /// What requests and security events have in common.
    private static List<Dimension> visible() {
        List<Dimension> all = common();
        all.add(row("clientIP", STRING, "client_ip"));
        all.add(row("clientRefererHost", STRING, "referer_host"));
        all.add(row("clientRequestHTTPHost", STRING, "host"));
        all.add(row("clientRequestHTTPMethodName", STRING, "method"));
        all.add(row("clientRequestPath", STRING, "path"));
        all.add(row("clientRequestQuery", STRING, "query"));
        all.add(row("clientRequestScheme", STRING, "scheme"));
        all.add(row("originResponseStatus", UINT16, "origin_status"));
        all.add(row("userAgent", STRING, "user_agent"));
        all.add(counted("ruleId", STRING, "rule", CounterKind.RULE, "value"));
        unmeasured(all);
        return all;
    }

    private static void unmeasured(List<Dimension> all) {
        neutral(
                all,
                STRING,
                "apiGatewayMatchedEndpoint",
                "apiGatewayMatchedHost",
                "botScoreSrcName",
                "clientASNDescription",
                "fraudAttack",
                "fraudEmailRisk",
                "ja3Hash",
                "ja4",
                "jsDetectionPassed",
                "verifiedBotCategory",
                "wafAttackScoreClass");
        all.add(Dimension.neutral("clientAsn", STRING, "0"));
        neutral(
                all,
                UINT8,
                "botScore",
                "contentScanHasFailed",
                "contentScanNumMaliciousObj",
                "contentScanNumObj",
                "wafAttackScore",
                "wafRceAttackScore",
                "wafSqliAttackScore",
                "wafXssAttackScore");
        neutral(all, INT8, "firewallForAiAnyPiiCategory", "firewallForAiInjectionScore");
        neutral(
                all,
                STRINGS,
                "attackSignatureCategories",
                "attackSignatureRefs",
                "botDetectionTags",
                "contentScanObjResults",
                "contentScanObjTypes",
                "firewallForAiPiiCategories",
                "firewallForAiUnsafeTopicCategories",
                "fraudDetectionTags");
        neutral(all, NUMBERS, "botDetectionIds", "contentScanObjSizes", "fraudDetectionIds");
    }

    private static List<Dimension> requests(boolean grouped) {
        List<Dimension> all = visible();
        all.add(counted("cacheStatus", STRING, "cache_status", CounterKind.CROSSED, "cache_status"));
        all.add(colo("coloCode"));
        all.add(counted("edgeResponseContentTypeName", STRING, "content_type", CounterKind.CONTENT_TYPE, "value"));
        all.add(counted("clientSSLProtocol", STRING, "tls_version", CounterKind.TLS_VERSION, "value"));
        all.add(counted("userAgentBrowser", STRING, "browser", CounterKind.BROWSER, "value"));
        all.add(row("userAgentOS", STRING, OS));
        all.add(row("clientDeviceType", STRING, "device_type"));
        all.add(row("clientRequestReferer", STRING, "referer"));
        all.add(row("originIP", STRING, "origin_ip"));
        all.add(row("originResponseDurationMs", UINT64, "origin_ms"));
        all.add(row("edgeTimeToFirstByteMs", UINT16, "first_byte_ms"));
        all.add(row("missReason", STRING, "miss_reason"));
        all.add(RULE_ACTION);
        all.add(row("securityAction", STRING, "CASE WHEN " + IS_SECURITY + " THEN " + ACTION + " ELSE 'unknown' END"));
        all.add(row(
                "securitySource", STRING, "CASE WHEN " + IS_SECURITY + " THEN 'firewallCustom' ELSE 'unknown' END"));
        // Every event is a visitor's request: the edge's own are none.
        all.add(constant("requestSource", STRING, "eyeball"));
        neutral(
                all,
                STRING,
                "botManagementDecision",
                "clientMTLSAuthCertFingerprint",
                "leakedCredentialCheckResult",
                "originASNDescription",
                "payPerCrawlStatus",
                "sessionIdHash",
                "upperTierColoName",
                "xRequestedWith");
        all.add(Dimension.neutral("clientMTLSAuthStatus", STRING, "absent"));
        neutral(all, UINT8, "botScoreBucketBy10", "cacheReserveUsed", "isCrossZoneSubrequest");
        neutral(all, UINT16, "edgeDnsResponseTimeMs");
        neutral(all, UINT32, "originASN");
        if (grouped) {
            all.add(row("sampleInterval", UINT32, "CAST(round(w) AS BIGINT)"));
            all.add(RAY.filterOnly());
        } else {
            neutral(all, PAIRS, "ja4Signals");
            all.add(RAY);
        }
        return all;
    }

    private static List<Dimension> firewall(boolean single, boolean whole) {
        List<Dimension> all = visible();
        all.add(row("action", STRING, ACTION));
        all.add(constant("source", STRING, "firewallCustom"));
        all.add(constant("kind", STRING, "firewall"));
        all.add(constant("matchIndex", UINT16, 0L));
        all.add(colo("edgeColoName"));
        all.add(row("sampleInterval", UINT32, "CAST(round(w) AS BIGINT)"));
        all.add(row("clientRefererScheme", STRING, "regexp_extract(referer, '^([A-Za-z][A-Za-z0-9+.-]*)://', 1)"));
        all.add(row(
                "clientRefererPath",
                STRING,
                "regexp_extract(referer, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)', 1)"));
        all.add(row("clientRefererQuery", STRING, "regexp_extract(referer, '^[^?#]*([?][^#]*)', 1)"));
        all.add(RAY);
        all.add(Dimension.neutral("clientIPClass", STRING, "unknown"));
        neutral(all, STRING, "description", "originatorRayName", "ref", "rulesetId");
        neutral(all, UINT8, "wafMlAttackScore", "wafMlSqliAttackScore", "wafMlXssAttackScore");
        if (single) {
            neutral(all, PAIRS, "ja4Signals", "metadata");
            neutral(all, STRING, "leakedCredentialCheckResult");
        }
        if (!whole) {
            // All may be filtered by, and some be grouped by.
            all.replaceAll(each -> BY_TIME.contains(each.name()) ? each : each.filterOnly());
        }
        return all;
    }

    /// What `firewallEventsAdaptiveByTimeGroups` groups by.
    private static final Set<String> BY_TIME = Set.of(
            "apiGatewayMatchedEndpoint",
            "apiGatewayMatchedHost",
            "attackSignatureCategories",
            "attackSignatureRefs",
            "botDetectionIds",
            "botDetectionTags",
            "botScore",
            "botScoreSrcName",
            "date",
            "datetime",
            "datetimeFifteenMinutes",
            "datetimeFiveMinutes",
            "datetimeHour",
            "datetimeMinute",
            "description",
            "firewallForAiAnyPiiCategory",
            "firewallForAiInjectionScore",
            "firewallForAiPiiCategories",
            "firewallForAiUnsafeTopicCategories",
            "fraudAttack",
            "fraudDetectionIds",
            "fraudDetectionTags",
            "fraudEmailRisk",
            "httpApplicationVersion",
            "ja3Hash",
            "ja4",
            "jsDetectionPassed",
            "verifiedBotCategory",
            "wafAttackScore",
            "wafAttackScoreClass",
            "wafMlAttackScore",
            "wafMlSqliAttackScore",
            "wafMlXssAttackScore",
            "wafRceAttackScore",
            "wafSqliAttackScore",
            "wafXssAttackScore",
            "zoneVersion");

    private static List<Dimension> healthChecks() {
        List<Dimension> all = new ArrayList<>(adaptiveTimes());
        neutral(all, STRING, "failureReason", "fqdn", "healthCheckName", "healthStatus", "originIP", "region");
        neutral(all, UINT16, "originResponseStatus");
        return all;
    }

    private static List<Dimension> loadBalancing() {
        List<Dimension> all = new ArrayList<>(adaptiveTimes());
        neutral(
                all,
                STRING,
                "coloCode",
                "errorType",
                "lbName",
                "region",
                "selectedOriginName",
                "selectedPoolName",
                "steeringPolicy");
        neutral(all, UINT8, "proxied", "selectedPoolHealthy");
        neutral(all, UINT32, "numberOriginsSelected", "selectedPoolAvgRttMs");
        return all;
    }

    private static List<Dimension> purges() {
        List<Dimension> all = new ArrayList<>(adaptiveTimes());
        for (String name : List.of("purgeId", "kind", "manner", "actorId", "effective")) {
            all.add(new Dimension(name, STRING, null, null, null, 0, true, null, true));
        }
        return all;
    }
}
