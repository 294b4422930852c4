package dev.selvage.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.CacheStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphqlTest {
    /// The hour before the current one: closed, and young enough for every keeping time.
    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS);

    private static final String ZONE = FakeAccess.ZONE;

    @TempDir
    private static Path directory;

    private Api api;

    @BeforeAll
    void recordAKnownHour() throws Exception {
        api = new Api(directory);
        Traffic traffic = new Traffic("edge-0");
        long start = hour.toEpochMilli();
        // Minute 0: 6 hits of /a, 2 misses of /a_b.
        for (int i = 0; i < 6; i++) {
            traffic.add(Traffic.request(i, start + i * 1_000L)
                    .path("/a")
                    .clientIp("192.0.2." + i)
                    .bytes(1_000)
                    .done());
        }
        for (int i = 6; i < 8; i++) {
            traffic.add(Traffic.request(i, start + i * 1_000L)
                    .path("/a_b")
                    .cache(CacheStatus.MISS)
                    .bytes(500)
                    .contentType("png")
                    .originDuration(40)
                    .referer("https://Search.example:8443/x?q=/")
                    .done());
        }
        // Minute 1: an error of the origin, from another place and over TLS; a revalidation.
        traffic.add(Traffic.request(8, start + 60_000)
                .path("/aXb")
                .cache(CacheStatus.DYNAMIC)
                .status(502)
                .country("FR")
                .colo("FRA")
                .tls("TLSv1.3")
                .bytes(70)
                .originDuration(20)
                .done());
        traffic.add(Traffic.request(9, start + 119_999)
                .path("/a")
                .cache(CacheStatus.REVALIDATED)
                .bytes(1_000)
                .done());
        // Another zone of the same account.
        traffic.add(
                Traffic.request(10, start).zone(FakeAccess.OTHER_ZONE).bytes(9).done());
        api.record(traffic.batch());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private static String in(String dataset, String arguments, String selection) {
        return "{viewer{zones(filter:{zoneTag:\"" + ZONE + "\"}){" + dataset + "(" + arguments + ")" + selection
                + "}}}";
    }

    private String window() {
        return "datetime_geq:\"" + hour + "\",datetime_lt:\"" + hour.plusSeconds(3_600) + "\"";
    }

    private JsonNode adaptive(String filter, String more, String selection) throws Exception {
        Api.Reply reply = api.ask(
                in("httpRequestsAdaptiveGroups", "filter:{" + window() + filter + "},limit:100" + more, selection));
        assertThat(reply.json().path("errors").isNull())
                .as(reply.json().toString())
                .isTrue();
        assertThat(reply.status()).isEqualTo(200);
        return reply.groups("httpRequestsAdaptiveGroups");
    }

    private static List<String> texts(JsonNode groups, String pointer) {
        return groups.valueStream().map(group -> group.at(pointer).asString()).toList();
    }

    @Test
    void aTotalComesFromTheExactCounters() throws Exception {
        JsonNode groups = adaptive(
                "",
                "",
                "{count sum{edgeResponseBytes edgeRequestBytes visits originRequests originResponseBytes}"
                        + " avg{sampleInterval} ratio{status5xx}}");
        assertThat(groups.toString())
                .isEqualTo("[{\"count\":10,\"sum\":{\"edgeResponseBytes\":8070,\"edgeRequestBytes\":1000,\"visits\":2,"
                        + "\"originRequests\":4,\"originResponseBytes\":2270},\"avg\":{\"sampleInterval\":1.0},"
                        + "\"ratio\":{\"status5xx\":0.1}}]");
    }

    @Test
    void rowsAndCountersAgree() throws Exception {
        String numbers = "count sum{edgeResponseBytes visits originRequests} ratio{status5xx}";
        JsonNode counters = adaptive("", "", "{" + numbers + " dimensions{cacheStatus}}");
        // A path that everything has is no dimension of any counter.
        JsonNode rows = adaptive(",clientRequestPath_like:\"/%\"", "", "{" + numbers + " dimensions{cacheStatus}}");
        assertThat(rows).isEqualTo(counters);
        assertThat(texts(rows, "/dimensions/cacheStatus")).containsExactly("dynamic", "hit", "miss", "revalidated");
    }

    @Test
    void aMarginalAnswersAloneAndWithTimes() throws Exception {
        JsonNode groups =
                adaptive(",edgeResponseStatus_geq:500", "", "{count dimensions{edgeResponseStatus datetimeMinute}}");
        assertThat(groups.toString())
                .isEqualTo("[{\"count\":1,\"dimensions\":{\"edgeResponseStatus\":502,\"datetimeMinute\":\""
                        + hour.plusSeconds(60) + "\"}}]");
    }

    @Test
    void drillDownsGroupFilterOrderAndLimit() throws Exception {
        JsonNode groups = adaptive(
                ",cacheStatus_notin:[\"dynamic\"]",
                ",orderBy:[count_DESC,clientRequestPath_ASC]",
                "{count sum{edgeResponseBytes} dimensions{clientRequestPath}}");
        assertThat(groups.toString())
                .isEqualTo(
                        "[{\"count\":7,\"sum\":{\"edgeResponseBytes\":7000},\"dimensions\":{\"clientRequestPath\":\"/a\"}},"
                                + "{\"count\":2,\"sum\":{\"edgeResponseBytes\":1000},\"dimensions\":{\"clientRequestPath\":\"/a_b\"}}]");
        Api.Reply limited = api.ask(in(
                "httpRequestsAdaptiveGroups",
                "filter:{" + window() + "},limit:1,orderBy:sum_edgeResponseBytes_ASC",
                "{dimensions{clientRequestPath}}"));
        assertThat(texts(limited.groups("httpRequestsAdaptiveGroups"), "/dimensions/clientRequestPath"))
                .containsExactly("/aXb");
    }

    @Test
    void underscoresOfAPatternStandForThemselves() throws Exception {
        assertThat(texts(
                        adaptive(",clientRequestPath_like:\"/a_%\"", "", "{dimensions{clientRequestPath}}"),
                        "/dimensions/clientRequestPath"))
                .containsExactly("/a_b");
        assertThat(adaptive(",clientRequestPath_notlike:\"/a%\"", "", "{count}"))
                .isEmpty();
    }

    @Test
    void everyOperatorCompares() throws Exception {
        Map<String, Integer> expected = Map.ofEntries(
                Map.entry("edgeResponseStatus:502,clientRequestPath_neq:\"\"", 1),
                Map.entry("edgeResponseStatus_neq:502,clientRequestPath_neq:\"\"", 9),
                Map.entry("originResponseStatus_gt:200", 1),
                Map.entry("originResponseStatus_geq:200", 4),
                Map.entry("originResponseStatus_lt:200", 6),
                Map.entry("originResponseStatus_leq:200", 9),
                Map.entry("originResponseStatus_in:[502,0]", 7),
                Map.entry("originResponseStatus_notin:[502,0]", 3),
                Map.entry("originResponseStatus_in:[]", 0),
                Map.entry("OR:[{clientRequestPath:\"/a\"},{AND:[{clientCountryName:\"FR\"},{coloCode:\"FRA\"}]}]", 8),
                Map.entry("clientRefererHost:\"search.example\"", 2),
                Map.entry("missReason:\"first-seen\"", 4),
                Map.entry("requestSource:\"eyeball\"", 10),
                Map.entry("rayName:\"0000000000000008\"", 1),
                Map.entry("clientIP_in:[\"192.0.2.0\",\"192.0.2.2\"]", 2));
        for (Map.Entry<String, Integer> each : expected.entrySet()) {
            JsonNode groups = adaptive("," + each.getKey(), "", "{count}");
            assertThat(groups.at("/0/count").asInt(0)).as(each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void timesAreHalfOpenAndComeInManyForms() throws Exception {
        String iso = hour.plusSeconds(60).toString();
        Map<String, Integer> expected = Map.ofEntries(
                Map.entry("datetime_lt:\"" + iso + "\"", 8),
                Map.entry("datetime_geq:\"" + iso + "\"", 2),
                Map.entry("datetime_gt:\"" + iso + "\"", 1),
                Map.entry("datetime_leq:\"" + iso + "\"", 9),
                Map.entry("datetime:\"" + iso + "\"", 1),
                Map.entry("datetimeMinute:\"" + iso + "\"", 2),
                Map.entry("datetimeMinute_gt:\"" + hour + "\"", 2),
                Map.entry("datetime_lt:\"" + iso.replace("Z", ".000Z") + "\"", 8),
                Map.entry("datetime_leq:\"" + iso.replace("Z", ".500Z") + "\"", 9),
                Map.entry("datetime_lt:\"" + iso.replace("Z", "+00:00") + "\"", 8),
                Map.entry("datetime_lt:\"" + iso.replace("Z", "") + "\"", 8),
                Map.entry("datetime_lt:\"" + hour.plusSeconds(3_660).toString().replace("Z", "+01:00") + "\"", 8),
                Map.entry("datetimeHour:\"" + hour + "\"", 10),
                Map.entry("date:\"" + iso + "\"", 10),
                Map.entry("date_neq:\"" + iso.substring(0, 10) + "\"", 0));
        for (Map.Entry<String, Integer> each : expected.entrySet()) {
            Api.Reply reply =
                    api.ask(in("httpRequestsAdaptiveGroups", "filter:{" + each.getKey() + "},limit:10", "{count}"));
            assertThat(reply.groups("httpRequestsAdaptiveGroups").at("/0/count").asInt(0))
                    .as(each.getKey() + reply.json())
                    .isEqualTo(each.getValue());
        }
    }

    @Test
    void averagesLeaveOutRequestsThatDidNotAskTheOrigin() throws Exception {
        JsonNode groups =
                adaptive("", "", "{avg{originResponseDurationMs edgeTimeToFirstByteMs} sum{originResponseDurationMs}}");
        assertThat(groups.toString())
                .startsWith("[{\"avg\":{\"originResponseDurationMs\":33.33")
                .endsWith("\"edgeTimeToFirstByteMs\":3.0},\"sum\":{\"originResponseDurationMs\":100}}]");
    }

    @Test
    void theMinuteRollupHasItsMapsAndVisitors() throws Exception {
        Api.Reply reply = api.ask(in(
                "httpRequests1mGroups",
                "filter:{" + window() + "},limit:10,orderBy:[datetime_DESC]",
                "{dimensions{datetime date} uniq{uniques} avg{bytes sampleInterval}"
                        + " sum{requests bytes cachedRequests cachedBytes edgeRequestBytes encryptedRequests encryptedBytes"
                        + " pageViews visits threats originRequests originResponseBytes"
                        + " responseStatusMap{edgeResponseStatus requests} countryMap{clientCountryName requests bytes threats}"
                        + " contentTypeMap{edgeResponseContentTypeName requests bytes} clientSSLMap{clientSSLProtocol requests}"
                        + " clientHTTPVersionMap{clientHTTPProtocol requests} browserMap{uaBrowserFamily pageViews}"
                        + " ipClassMap{ipType requests} threatPathingMap{threatPathingName requests}}}"));
        JsonNode groups = reply.groups("httpRequests1mGroups");
        assertThat(texts(groups, "/dimensions/datetime"))
                .containsExactly(hour.plusSeconds(60).toString(), hour.toString());
        assertThat(groups.at("/1/sum").toString())
                .isEqualTo(
                        "{\"requests\":8,\"bytes\":7000,\"cachedRequests\":6,\"cachedBytes\":6000,\"edgeRequestBytes\":800,"
                                + "\"encryptedRequests\":0,\"encryptedBytes\":0,\"pageViews\":6,\"visits\":2,\"threats\":0,"
                                + "\"originRequests\":2,\"originResponseBytes\":1100,"
                                + "\"responseStatusMap\":[{\"edgeResponseStatus\":200,\"requests\":8}],"
                                + "\"countryMap\":[{\"clientCountryName\":\"DE\",\"requests\":8,\"bytes\":7000,\"threats\":0}],"
                                + "\"contentTypeMap\":[{\"edgeResponseContentTypeName\":\"html\",\"requests\":6,\"bytes\":6000},"
                                + "{\"edgeResponseContentTypeName\":\"png\",\"requests\":2,\"bytes\":1000}],"
                                + "\"clientSSLMap\":[{\"clientSSLProtocol\":\"none\",\"requests\":8}],"
                                + "\"clientHTTPVersionMap\":[{\"clientHTTPProtocol\":\"HTTP/1.1\",\"requests\":8}],"
                                + "\"browserMap\":[{\"uaBrowserFamily\":\"Curl\",\"pageViews\":6}],"
                                + "\"ipClassMap\":[{\"ipType\":\"noRecord\",\"requests\":8}],\"threatPathingMap\":[]}");
        // The misses came from an address that one of the six hits has too.
        assertThat(groups.at("/1/uniq/uniques").asInt()).isEqualTo(6);
        assertThat(groups.at("/0/sum/cachedRequests").asInt()).isEqualTo(1);
        assertThat(groups.at("/0/sum/encryptedRequests").asInt()).isEqualTo(1);
        assertThat(groups.at("/0/sum/encryptedBytes").asInt()).isEqualTo(70);
        assertThat(groups.at("/0/avg").toString()).isEqualTo("{\"bytes\":535.0,\"sampleInterval\":1.0}");
    }

    @Test
    void hoursAndDaysSumWhatMinutesSay() throws Exception {
        for (String dataset : List.of("httpRequests1mGroups", "httpRequests1hGroups", "httpRequests1dGroups")) {
            Api.Reply reply = api.ask(in(
                    dataset,
                    "filter:{date_geq:\"" + hour.toString().substring(0, 10)
                            + "\"},limit:10,orderBy:[uniq_uniques_DESC]",
                    "{dimensions{date} uniq{uniques} sum{requests bytes encryptedRequests}}"));
            assertThat(reply.groups(dataset).toString())
                    .as(dataset + reply.json())
                    .isEqualTo(
                            "[{\"dimensions\":{\"date\":\"" + hour.toString().substring(0, 10)
                                    + "\"},\"uniq\":{\"uniques\":6},\"sum\":{\"requests\":10,\"bytes\":8070,\"encryptedRequests\":1}}]");
        }
    }

    @Test
    void anAccountHasAllItsZones() throws Exception {
        Api.Reply reply = api.ask("{viewer{accounts(filter:{accountTag:\"" + FakeAccess.ACCOUNT
                + "\"}){accountTag httpRequestsAdaptiveGroups(filter:{" + window()
                + "},limit:10){count dimensions{zoneTag}} httpRequests1dGroups(filter:{},limit:1){sum{requests}}}}}");
        assertThat(reply.groups("httpRequestsAdaptiveGroups").toString())
                .as(reply.json().toString())
                .isEqualTo("[{\"count\":10,\"dimensions\":{\"zoneTag\":\"" + ZONE
                        + "\"}},{\"count\":1,\"dimensions\":{\"zoneTag\":\"" + FakeAccess.OTHER_ZONE + "\"}}]");
        assertThat(reply.groups("httpRequests1dGroups").at("/0/sum/requests").asInt())
                .isEqualTo(11);
    }

    @Test
    void aPrincipalSeesTheZonesOfItsAccountThatItMayRead() throws Exception {
        Api.Reply reply = api.ask(
                "Bearer one",
                "{viewer{accounts(filter:{accountTag:\"" + FakeAccess.ACCOUNT
                        + "\"}){httpRequests1dGroups(filter:{},limit:1){sum{requests}}}}}",
                Map.of());
        assertThat(reply.groups("httpRequests1dGroups").at("/0/sum/requests").asInt())
                .isEqualTo(10);
    }

    @Test
    void zonesAreWalkedById() throws Exception {
        assertThat(api.ask("{viewer{zones{zoneTag}}}").json().at("/data").toString())
                .isEqualTo("{\"viewer\":{\"zones\":[{\"zoneTag\":\"" + ZONE + "\"},{\"zoneTag\":\""
                        + FakeAccess.OTHER_ZONE + "\"}]}}");
        assertThat(api.ask("{viewer{zones(filter:{zoneTag_gt:\"" + ZONE + "\"},limit:1){zoneTag}}}")
                        .json()
                        .at("/data/viewer/zones/0/zoneTag")
                        .asString())
                .isEqualTo(FakeAccess.OTHER_ZONE);
    }

    @Test
    void aZoneThatMayNotBeReadIsLikeOneThatDoesNotExist() throws Exception {
        String unknown = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        String query =
                "query($z:string){viewer{zones(filter:{zoneTag:$z}){httpRequests1dGroups(limit:1,filter:{}){sum{requests}}}}}";
        Api.Reply hidden = api.ask("Bearer one", query, Map.of("z", FakeAccess.OTHER_ZONE));
        Api.Reply absent = api.ask("Bearer one", query, Map.of("z", unknown));
        assertThat(hidden.status()).isEqualTo(403);
        assertThat(hidden.message()).isEqualTo("zones [" + FakeAccess.OTHER_ZONE + "] are not authorized");
        assertThat(hidden.json().at("/errors/0/extensions/code").asString()).isEqualTo("authz");
        assertThat(hidden.json().at("/data").isNull()).isTrue();
        assertThat(absent.status()).isEqualTo(403);
        assertThat(absent.message().replace(unknown, FakeAccess.OTHER_ZONE)).isEqualTo(hidden.message());
        Api.Reply account =
                api.ask("Bearer one", "{viewer{accounts(filter:{accountTag:\"none\"}){accountTag}}}", Map.of());
        assertThat(account.status()).isEqualTo(403);
        assertThat(account.message()).isEqualTo("not authorized for that account");
    }

    @Test
    void clientsMayBeAsLooseAsTheyAre() throws Exception {
        // Undeclared, declared with unknown types, unused, with a default, as text; repeated fields, aliases,
        // __typename.
        Api.Reply reply = api.ask(
                "query Q($limit: Int = 3, $filter: FirewallEventsAdaptiveFilter_InputObject, $unused: whatever!, $order: [string])"
                        + "{viewer{__typename mine:zones(filter:{zoneTag_in:$zones}){tag:zoneTag"
                        + " top:httpRequestsAdaptiveGroups(filter:$filter,limit:$limit,orderBy:$order)"
                        + "{count count dimensions{metric:clientRequestPath __typename}}}}}",
                Map.of(
                        "zones",
                        List.of(ZONE),
                        "order",
                        "count_DESC",
                        "filter",
                        Map.of(
                                "datetime_geq", hour.toString(),
                                "datetime_lt", hour.plusSeconds(3_600).toString(),
                                "edgeResponseStatus_lt", "500")));
        assertThat(reply.json().path("data").toString())
                .as(reply.json().toString())
                .isEqualTo(
                        "{\"viewer\":{\"__typename\":\"viewer\",\"mine\":[{\"tag\":\"" + ZONE
                                + "\",\"top\":[{\"count\":7,\"dimensions\":{\"metric\":\"/a\",\"__typename\":\"ZoneHttpRequestsAdaptiveGroupsDimensions\"}},"
                                + "{\"count\":2,\"dimensions\":{\"metric\":\"/a_b\",\"__typename\":\"ZoneHttpRequestsAdaptiveGroupsDimensions\"}}]}]}}");
    }

    @Test
    void anAnswerSaysHowFarAndHowExactItIs() throws Exception {
        Api.Reply reply = api.ask(in("httpRequests1dGroups", "limit:1,filter:{}", "{sum{requests}}"));
        assertThat(reply.json().at("/extensions/exact").asBoolean()).isTrue();
        assertThat(reply.json().at("/extensions/rows").asLong()).isPositive();
        assertThat(Instant.parse(reply.json().at("/extensions/watermark").asString()))
                .isBetween(Instant.now().minusSeconds(5), Instant.now());
        assertThat(reply.json().path("errors").isNull()).isTrue();
    }

    @Test
    void aGroupOfNothingIsNone() throws Exception {
        assertThat(adaptive(",cacheStatus:\"stale\"", "", "{count}")).isEmpty();
        assertThat(adaptive(",clientRequestPath:\"/none\"", "", "{count}")).isEmpty();
    }

    @Test
    void theSchemaCanBeAskedFor() throws Exception {
        Api.Reply reply =
                api.ask("{__schema{types{name kind fields{name type{name kind ofType{name}}} inputFields{name}}}}");
        assertThat(texts(reply.json().at("/data/__schema/types"), "/name"))
                .as(reply.json().toString().substring(0, 200))
                .contains(
                        "ZoneHttpRequests1mGroupsBrowserMapElem",
                        "AccountHttpRequestsAdaptiveGroupsFilter_InputObject",
                        "uint64",
                        "Time");
    }

    @Test
    void costAndBudgetAreShown() throws Exception {
        String dataset = "httpRequests1dGroups(limit:1,filter:{}){sum{requests}}";
        Api.Reply reply =
                api.ask("{cost viewer{budget zones{a:" + dataset + " ...f}}} fragment f on zone{b:" + dataset + "}");
        assertThat(reply.json().at("/data/cost").asInt())
                .as(reply.json().toString())
                .isEqualTo(2);
        assertThat(reply.json().at("/data/viewer/budget").asInt()).isBetween(1, 2_999);
    }
}
