package dev.selvage.analytics;

import static dev.selvage.analytics.FakeAccess.ACCOUNT;
import static dev.selvage.analytics.FakeAccess.ZONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.RuleAction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The queries that exporters, reports and scripts out there send, as they send them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {
    private final Instant minute = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MINUTES);

    @TempDir
    private static Path directory;

    private Api api;

    @BeforeAll
    void recordAMinute() throws Exception {
        api = new Api(directory);
        Traffic traffic = new Traffic("edge-0");
        long start = minute.toEpochMilli();
        for (int i = 0; i < 5; i++) {
            traffic.add(Traffic.request(i, start + i * 1_000L)
                    .clientIp("192.0.2." + i)
                    .bytes(1_000)
                    .done());
        }
        traffic.add(Traffic.request(5, start + 10_000)
                .cache(CacheStatus.MISS)
                .status(502)
                .country("FR")
                .colo("FRA")
                .tls("TLSv1.3")
                .bytes(70)
                .originDuration(20)
                .referer("https://search.example/x?q=1")
                .done());
        for (int i = 6; i < 9; i++) {
            traffic.add(Traffic.request(i, start + 20_000 + i)
                    .cache(CacheStatus.NONE)
                    .status(403)
                    .path("/login")
                    .rule("rule-1", i == 8 ? RuleAction.JS_CHALLENGE : RuleAction.BLOCK)
                    .bytes(30)
                    .done());
        }
        traffic.add(Traffic.request(9, start + 30_000)
                .cache(CacheStatus.NONE)
                .status(301)
                .rule("rule-2", RuleAction.REDIRECT)
                .done());
        traffic.add(Traffic.request(10, start)
                .zone(FakeAccess.OTHER_ZONE)
                .cache(CacheStatus.MISS)
                .done());
        traffic.add(Traffic.request(11, start + 60_000)
                .zone(FakeAccess.OTHER_ZONE)
                .cache(CacheStatus.MISS)
                .done());
        api.record(traffic.batch());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private JsonNode ask(String file, Map<String, Object> variables) throws Exception {
        Api.Reply reply = api.ask(text(file), variables);
        assertThat(reply.json().path("errors").isNull())
                .as(reply.json().toString())
                .isTrue();
        return reply.json().at("/data/viewer");
    }

    private static String text(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(ClientsTest.class.getResourceAsStream("clients/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Map<String, Object> window() {
        return Map.of(
                "zoneIDs",
                List.of(ZONE),
                "accountID",
                ACCOUNT,
                "mintime",
                minute.toString(),
                "maxtime",
                minute.plusSeconds(60).toString(),
                "limit",
                9_999);
    }

    @Test
    void anExporterOfMinutesGetsItsNumbers() throws Exception {
        JsonNode zone = ask("minute-exporter.graphql", window()).at("/zones/0");
        assertThat(zone.path("zoneTag").asString()).isEqualTo(ZONE);
        JsonNode sum = zone.at("/httpRequests1mGroups/0/sum");
        assertThat(sum.path("requests").asLong()).isEqualTo(10);
        assertThat(sum.path("cachedRequests").asLong()).isEqualTo(5);
        assertThat(sum.path("encryptedRequests").asLong()).isEqualTo(1);
        assertThat(sum.path("bytes").asLong()).isEqualTo(5_000 + 70 + 90 + 1_000);
        assertThat(sum.path("threats").asLong()).isZero();
        assertThat(sum.path("responseStatusMap").toString())
                .isEqualTo("[{\"edgeResponseStatus\":200,\"requests\":5},{\"edgeResponseStatus\":301,\"requests\":1},"
                        + "{\"edgeResponseStatus\":403,\"requests\":3},{\"edgeResponseStatus\":502,\"requests\":1}]");
        assertThat(zone.at("/httpRequests1mGroups/0/uniq/uniques").asLong()).isEqualTo(5);
        assertThat(zone.path("firewallEventsAdaptiveGroups").toString())
                .isEqualTo(
                        "[{\"count\":2,\"dimensions\":{\"action\":\"block\",\"source\":\"firewallCustom\","
                                + "\"ruleId\":\"rule-1\",\"clientCountryName\":\"DE\",\"clientRequestHTTPHost\":\"example.com\"}},"
                                + "{\"count\":1,\"dimensions\":{\"action\":\"jschallenge\",\"source\":\"firewallCustom\","
                                + "\"ruleId\":\"rule-1\",\"clientCountryName\":\"DE\",\"clientRequestHTTPHost\":\"example.com\"}}]");
        assertThat(zone.path("httpRequestsAdaptiveGroups").toString())
                .isEqualTo("[{\"count\":4,\"dimensions\":{\"originResponseStatus\":0,\"clientCountryName\":\"DE\","
                        + "\"clientRequestHTTPHost\":\"example.com\"}},{\"count\":1,\"dimensions\":{\"originResponseStatus\":502,"
                        + "\"clientCountryName\":\"FR\",\"clientRequestHTTPHost\":\"example.com\"}}]");
        assertThat(zone.path("httpRequestsEdgeCountryHost").size()).isEqualTo(4);
        assertThat(zone.path("healthCheckEventsAdaptiveGroups").size()).isZero();
    }

    @Test
    void anExporterOfPopsGetsItsNumbers() throws Exception {
        JsonNode groups = ask("colo-exporter.graphql", window()).at("/zones/0/httpRequestsAdaptiveGroups");
        assertThat(groups.size()).isEqualTo(8);
        assertThat(groups.valueStream()
                        .mapToLong(each -> each.path("count").asLong())
                        .sum())
                .isEqualTo(10);
        JsonNode far = groups.valueStream()
                .filter(each -> each.at("/dimensions/coloCode").asString().equals("FRA"))
                .findFirst()
                .orElseThrow();
        assertThat(far.toString())
                .isEqualTo(
                        "{\"count\":1,\"avg\":{\"sampleInterval\":1.0},\"sum\":{\"edgeResponseBytes\":70,\"visits\":1},"
                                + "\"dimensions\":{\"coloCode\":\"FRA\",\"datetime\":\"" + minute.plusSeconds(10)
                                + "\",\"clientRequestHTTPHost\":\"example.com\",\"originResponseStatus\":502}}");
    }

    @Test
    void anExporterOfAnAccountGetsItsZones() throws Exception {
        JsonNode zone = ask("account-exporter.graphql", window()).at("/accounts/0/zones/0");
        assertThat(zone.at("/minutes/0/sum/requests").asLong()).isEqualTo(10);
        assertThat(zone.path("failures").toString())
                .isEqualTo(
                        "[{\"count\":1,\"avg\":{\"originResponseDurationMs\":20.0},\"dimensions\":{"
                                + "\"originResponseStatus\":502,\"clientCountryName\":\"FR\",\"clientRequestHTTPHost\":\"example.com\"}}]");
        assertThat(zone.at("/events/0/dimensions/botScore").asInt(-1)).isZero();
        assertThat(zone.path("balancing").size()).isZero();
    }

    @Test
    void aReportOfDaysNeedsNoDeclarations() throws Exception {
        String day = minute.toString().substring(0, 10);
        JsonNode zone = ask("day-report.graphql", Map.of("zoneTag", ZONE, "start", day, "end", day))
                .at("/zones/0");
        assertThat(zone.at("/httpRequests1dGroups/0/date/date").asString()).isEqualTo(day);
        assertThat(zone.at("/httpRequests1dGroups/0/sum/requests").asLong()).isEqualTo(10);
        JsonNode overview = zone.at("/httpRequestsOverviewAdaptiveGroups/0");
        assertThat(overview.path("sum").toString())
                .isEqualTo("{\"requests\":10,\"bytes\":6160,\"cachedRequests\":5,\"cachedBytes\":5000,\"pageViews\":5,"
                        + "\"visits\":1}");
        assertThat(overview.at("/ratio/cachedRequests").asDouble()).isEqualTo(0.5);
        assertThat(overview.at("/ratio/cachedBytes").asDouble()).isBetween(0.811, 0.812);
        assertThat(overview.at("/ratio/encryptedRequests").asDouble()).isEqualTo(0.1);
        assertThat(overview.at("/ratio/encryptedBytes").asDouble()).isBetween(0.0113, 0.0114);
        assertThat(overview.at("/ratio/status4xx").asDouble()).isEqualTo(0.3);
        assertThat(overview.at("/ratio/status5xx").asDouble()).isEqualTo(0.1);
        assertThat(overview.at("/avg/originResponseDurationMs").asDouble()).isEqualTo(20);
    }

    @Test
    void aLogOfEventsIsTheNewestFirst() throws Exception {
        JsonNode events = ask(
                        "event-log.graphql",
                        Map.of(
                                "zoneTag",
                                ZONE,
                                "filter",
                                Map.of(
                                        "datetime_geq", minute.toString(),
                                        "datetime_leq", minute.plusSeconds(59).toString(),
                                        "AND", List.of(Map.of("action_neq", "managed_challenge")))))
                .at("/zones/0/firewallEventsAdaptive");
        assertThat(events.valueStream().map(each -> each.path("rayName").asString()))
                .containsExactly("0000000000000008", "0000000000000007", "0000000000000006");
        assertThat(events.get(0).path("action").asString()).isEqualTo("jschallenge");
        assertThat(events.get(1).path("clientRequestPath").asString()).isEqualTo("/login");
        assertThat(events.get(0).path("datetime").asString())
                .isEqualTo(minute.plusSeconds(20).toString());
    }

    private JsonNode one(String dataset, String arguments, String selection) throws Exception {
        Api.Reply reply = api.ask("{viewer{zones(filter:{zoneTag:\"" + ZONE + "\"}){it:" + dataset
                + "(limit:100,filter:{datetime_geq:\"" + minute + "\",datetime_lt:\"" + minute.plusSeconds(60) + "\"}"
                + arguments + ")" + selection + "}}}");
        assertThat(reply.json().path("errors").isNull())
                .as(reply.json().toString())
                .isTrue();
        return reply.json().at("/data/viewer/zones/0/it");
    }

    @Test
    void singleRequestsAreShownAsTheyWere() throws Exception {
        JsonNode rows = one(
                "httpRequestsAdaptive",
                ",orderBy:[edgeResponseStatus_DESC]",
                "{rayName edgeResponseStatus securityAction securitySource clientRefererHost userAgentOS botScore"
                        + " contentScanObjTypes ja4Signals{name value} originResponseStatus date}");
        assertThat(rows.size()).isEqualTo(10);
        assertThat(rows.get(0).toString())
                .isEqualTo(
                        "{\"rayName\":\"0000000000000005\",\"edgeResponseStatus\":502,\"securityAction\":\"unknown\","
                                + "\"securitySource\":\"unknown\",\"clientRefererHost\":\"search.example\",\"userAgentOS\":\"Unknown\","
                                + "\"botScore\":0,\"contentScanObjTypes\":[],\"ja4Signals\":[],\"originResponseStatus\":502,"
                                + "\"date\":\"" + minute.toString().substring(0, 10) + "\"}");
        assertThat(rows.get(1).path("securityAction").asString()).isEqualTo("jschallenge");
    }

    @Test
    void aMinuteByPopHasItsMaps() throws Exception {
        JsonNode groups = one(
                "httpRequests1mByColoGroups",
                ",orderBy:[coloCode_DESC]",
                "{dimensions{coloCode datetime} sum{requests bytes cachedRequests cachedBytes"
                        + " countryMap{clientCountryName requests bytes threats}"
                        + " responseStatusMap{edgeResponseStatus requests} threatPathingMap{requests}}}");
        assertThat(groups.size()).isEqualTo(2);
        assertThat(groups.get(0).toString())
                .isEqualTo("{\"dimensions\":{\"coloCode\":\"FRA\",\"datetime\":\"" + minute
                        + "\"},\"sum\":{\"requests\":1,"
                        + "\"bytes\":70,\"cachedRequests\":0,\"cachedBytes\":0,\"countryMap\":[{\"clientCountryName\":\"FR\","
                        + "\"requests\":1,\"bytes\":70,\"threats\":0}],\"responseStatusMap\":[{\"edgeResponseStatus\":502,"
                        + "\"requests\":1}],\"threatPathingMap\":[]}}");
        assertThat(groups.get(1).at("/sum/requests").asLong()).isEqualTo(9);
    }

    @Test
    void thePreviousPeriodStandsBesideTheGroups() throws Exception {
        Instant next = minute.plusSeconds(60);
        String query = "{viewer{zones(filter:{zoneTag:\"" + ZONE + "\"}){it:httpRequestsAdaptiveGroups(limit:5,"
                + "compareTo:previous,orderBy:[cacheStatus_ASC],filter:{datetime_geq:\"" + minute.minusSeconds(60)
                + "\",datetime_lt:\"" + next + "\"}){count dimensions{cacheStatus} previous{count}}"
                + " same:httpRequests1mGroups(limit:5,compareTo:day,filter:{datetime_geq:\"" + minute
                + "\",datetime_lt:\"" + next + "\"}){dimensions{datetime} sum{requests} previous{sum{requests}}}}}}";
        Api.Reply reply = api.ask(query);
        JsonNode zone = reply.json().at("/data/viewer/zones/0");
        assertThat(zone.path("it").toString())
                .as(reply.json().toString())
                .isEqualTo("[{\"count\":5,\"dimensions\":{\"cacheStatus\":\"hit\"},\"previous\":null},"
                        + "{\"count\":1,\"dimensions\":{\"cacheStatus\":\"miss\"},\"previous\":null},"
                        + "{\"count\":4,\"dimensions\":{\"cacheStatus\":\"none\"},\"previous\":null}]");
        assertThat(zone.at("/same/0/sum/requests").asLong()).isEqualTo(10);
        String shifted = "{viewer{zones(filter:{zoneTag:\"" + FakeAccess.OTHER_ZONE
                + "\"}){it:httpRequestsAdaptiveGroups(limit:5,"
                + "compareTo:previous,filter:{datetime_geq:\"" + next + "\",datetime_lt:\"" + next.plusSeconds(60)
                + "\"}){count dimensions{cacheStatus datetimeMinute} previous{count dimensions{datetimeMinute}}}}}}";
        assertThat(api.ask(shifted).json().at("/data/viewer/zones/0/it").toString())
                .isEqualTo("[{\"count\":1,\"dimensions\":{\"cacheStatus\":\"miss\",\"datetimeMinute\":\"" + next
                        + "\"},\"previous\":{\"count\":1,\"dimensions\":{\"datetimeMinute\":\"" + minute + "\"}}}]");
        assertThat(api.ask(shifted.replace("datetimeMinute", "datetimeHour")).message())
                .isEqualTo("error parsing args for \"httpRequestsAdaptiveGroups\": compareTo needs times that are whole"
                        + " buckets of \"datetimeHour\"; this one is 1m long");
        assertThat(api.ask(shifted.replace("compareTo:previous,", "")).message())
                .contains("previous needs the argument compareTo");
    }

    @Test
    void settingsSayWhatIsMeasured() throws Exception {
        Api.Reply reply = api.ask("{viewer{zones(filter:{zoneTag:\"" + ZONE + "\"}){settings{"
                + "httpRequestsAdaptiveGroups{enabled maxPageSize maxNumberOfFields maxDuration notOlderThan availableFields}"
                + " healthCheckEventsAdaptiveGroups{enabled}}}}}");
        JsonNode settings = reply.json().at("/data/viewer/zones/0/settings");
        JsonNode adaptive = settings.path("httpRequestsAdaptiveGroups");
        assertThat(adaptive.path("enabled").asBoolean())
                .as(reply.json().toString())
                .isTrue();
        assertThat(adaptive.path("maxPageSize").asInt()).isEqualTo(10_000);
        assertThat(adaptive.path("notOlderThan").asLong()).isGreaterThan(86_400 * 30);
        List<String> fields = adaptive.path("availableFields")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
        assertThat(fields)
                .contains(
                        "count",
                        "sum_edgeResponseBytes",
                        "dimensions_clientRequestPath",
                        "quantiles_edgeTimeToFirstByteMsP95")
                .doesNotContain("dimensions_botScore", "sum_crossZoneSubrequests", "dimensions_rayName");
        assertThat(settings.at("/healthCheckEventsAdaptiveGroups/enabled").asBoolean(true))
                .isFalse();
    }

    @Test
    void aTimeThatEndsBeforeItBeginsIsRefused() throws Exception {
        Api.Reply reply = api.ask("{viewer{zones{httpRequestsAdaptiveGroups(limit:1,filter:{datetime_geq:\"" + minute
                + "\",datetime_lt:\"" + minute.minusSeconds(60) + "\"}){count}}}}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.message())
                .isEqualTo("error parsing args for \"httpRequestsAdaptiveGroups\": the time ends before it begins");
    }
}
