package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ZonesTest {
    @TempDir
    Path directory;

    private TestControl api;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aNewZoneIsActiveAndHasEveryKeyThatClientsRequire() throws Exception {
        Result made = api.send(
                        "POST",
                        "/zones",
                        "{\"account\":{\"id\":\"" + api.account() + "\"},\"name\":\"Example.COM\",\"jump_start\":true}")
                .ok();
        assertThat(made.result().propertyNames())
                .contains(
                        "id",
                        "name",
                        "status",
                        "paused",
                        "type",
                        "development_mode",
                        "name_servers",
                        "original_name_servers",
                        "original_registrar",
                        "original_dnshost",
                        "modified_on",
                        "created_on",
                        "activated_on",
                        "account",
                        "owner",
                        "plan",
                        "meta",
                        "permissions",
                        "tenant",
                        "tenant_unit",
                        "catch_all");
        assertThat(made.id()).matches("[0-9a-f]{32}");
        assertThat(made.result().get("name").asString()).isEqualTo("example.com");
        assertThat(made.result().get("status").asString()).isEqualTo("active");
        assertThat(made.result().get("type").asString()).isEqualTo("full");
        assertThat(made.result().get("paused").booleanValue()).isFalse();
        assertThat(made.result().get("development_mode").intValue()).isZero();
        assertThat(made.result().get("created_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(made.result().at("/account/id").asString()).isEqualTo(api.account());
        assertThat(api.get("/zones/" + made.id()).ok().result()).isEqualTo(made.result());
    }

    @Test
    void anInternationalNameIsKeptInPunycode() throws Exception {
        String id = api.zone("Bücher.example");
        assertThat(api.get("/zones/" + id).ok().result().get("name").asString()).isEqualTo("xn--bcher-kva.example");
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        api.zone("example.com");
        Result again =
                api.send("POST", "/zones", "{\"account\":{\"id\":\"" + api.account() + "\"},\"name\":\"EXAMPLE.com\"}");
        assertThat(again.refused(400, 1061).message()).isEqualTo("example.com already exists");
    }

    @ParameterizedTest
    @CsvSource({"localhost", "a..b", "-a.example", "10.0.0.10", "example.c", "ex ample.com", "*.example.com", "''"})
    void aBadNameIsRefused(String name) throws Exception {
        Result refused = api.send(
                "POST", "/zones", "{\"account\":{\"id\":\"" + api.account() + "\"},\"name\":\"" + name + "\"}");
        assertThat(refused.refused(400, 1097).pointer()).isEqualTo("/name");
        assertThat(api.get("/zones").ok().result().isEmpty()).isTrue();
    }

    @Test
    void theReservedNameCannotBeTaken() throws Exception {
        Result refused = api.send(
                "POST", "/zones", "{\"account\":{\"id\":\"" + api.account() + "\"},\"name\":\"quickstart.internal\"}");
        assertThat(refused.refused(400, 1097).message()).contains("reserved");
    }

    @Test
    void everythingWrongWithABodyIsSaidAtOnce() throws Exception {
        Result refused = api.send("POST", "/zones", "{\"nam\":1,\"type\":\"half\",\"jump_start\":\"yes\"}");
        refused.refused(400, 1004);
        List<String> pointers = TestControl.each(refused.body().get("errors"))
                .map(error -> error.at("/source/pointer").asString())
                .toList();
        assertThat(pointers).containsExactlyInAnyOrder("/nam", "/name", "/account", "/type", "/jump_start");
    }

    @Test
    void anUnknownAccountIsRefused() throws Exception {
        Result refused = api.send(
                "POST", "/zones", "{\"account\":{\"id\":\"" + "0".repeat(32) + "\"},\"name\":\"example.com\"}");
        assertThat(refused.refused(400, 1004).pointer()).isEqualTo("/account/id");
        Result malformed = api.send("POST", "/zones", "{\"account\":{\"id\":\"x\"},\"name\":\"example.com\"}");
        assertThat(malformed.refused(400, 1004).pointer()).isEqualTo("/account/id");
    }

    @Test
    void anUnknownZoneIs404AndAMalformedIdCannotBeRouted() throws Exception {
        String unknown = "/zones/" + "0".repeat(32);
        for (String method : List.of("GET", "DELETE")) {
            api.send(method, unknown, null).refused(404, 1001);
            Result malformed = api.send(method, "/zones/FOO", null).refused(404, 7003);
            assertThat(malformed.message())
                    .isEqualTo("Could not route to /client/v4/zones/FOO, perhaps your object identifier is invalid?");
        }
        api.send("PATCH", unknown, "{\"paused\":true}").refused(404, 1001);
        api.send("PUT", unknown + "/activation_check", "{}").refused(404, 1001);
    }

    @Test
    void aZoneIsPausedAndTheEdgesLearnOfIt() throws Exception {
        String id = api.zone("example.com");
        assertThat(api.send("PATCH", "/zones/" + id, "{\"paused\":true}")
                        .ok()
                        .result()
                        .get("paused")
                        .booleanValue())
                .isTrue();
        assertThat(api.published(id, zone -> zone.paused()).version()).isGreaterThan(1);
        api.send("PATCH", "/zones/" + id, "{\"paused\":false}").ok();
        api.published(id, zone -> !zone.paused() && zone.version() == 3);
    }

    @Test
    void aPatchChangesExactlyOneKnownProperty() throws Exception {
        String id = api.zone("example.com");
        api.send("PATCH", "/zones/" + id, "{}").refused(400, 1004);
        api.send("PATCH", "/zones/" + id, "{\"paused\":true,\"type\":\"partial\"}")
                .refused(400, 1004);
        api.send("PATCH", "/zones/" + id, "{\"paused\":\"yes\"}").refused(400, 1004);
        api.send("PATCH", "/zones/" + id, "{\"name\":\"other.example\"}").refused(400, 1004);
        api.send("PATCH", "/zones/" + id, "{\"vanity_name_servers\":[\"ns1.example.com\"]}")
                .refused(400, 1004);
        assertThat(api.get("/zones/" + id).ok().result().get("paused").booleanValue())
                .isFalse();
        assertThat(api.send("PATCH", "/zones/" + id, "{\"type\":\"partial\"}")
                        .ok()
                        .result()
                        .get("type")
                        .asString())
                .isEqualTo("partial");
    }

    @Test
    void atMostOneZoneIsTheCatchAll() throws Exception {
        String one = api.zone("one.example");
        String two = api.zone("two.example");
        api.send("PATCH", "/zones/" + one, "{\"catch_all\":true}").ok();
        api.send("PATCH", "/zones/" + one, "{\"catch_all\":true}").ok();
        api.published(one, zone -> zone.catchAll());
        Result second =
                api.send("PATCH", "/zones/" + two, "{\"catch_all\":true}").refused(400, 1004);
        assertThat(second.message()).contains("one.example").contains("false first");
        api.send("PATCH", "/zones/" + one, "{\"catch_all\":false}").ok();
        api.send("PATCH", "/zones/" + two, "{\"catch_all\":true}").ok();
        assertThat(api.get("/zones/" + two).ok().result().get("catch_all").booleanValue())
                .isTrue();
    }

    @Test
    void aDeletedZoneIsGoneEverywhere() throws Exception {
        String id = api.zone("example.com");
        String record = api.record(id, "A", "www", "192.0.2.1", true);
        api.published(id, zone -> !zone.hosts().isEmpty());
        Result deleted = api.send("DELETE", "/zones/" + id, null).ok();
        assertThat(deleted.result().propertyNames()).containsExactly("id");
        assertThat(deleted.id()).isEqualTo(id);
        api.get("/zones/" + id).refused(404, 1001);
        api.get("/zones/" + id + "/dns_records/" + record).refused(404, 1001);
        Await.until(() -> api.latest(id).isEmpty());
        assertThat(api.zone("example.com")).isNotEqualTo(id);
    }

    @Test
    void theActivationCheckAnswersAtOnce() throws Exception {
        String id = api.zone("example.com");
        assertThat(api.send("PUT", "/zones/" + id + "/activation_check", null)
                        .ok()
                        .id())
                .isEqualTo(id);
    }

    @Test
    void pagesEndWithAnEmptyOne() throws Exception {
        for (int i = 0; i < 7; i++) {
            api.zone("zone" + i + ".example");
        }
        Result first = api.get("/zones?per_page=5").ok();
        assertThat(names(first))
                .containsExactly("zone0.example", "zone1.example", "zone2.example", "zone3.example", "zone4.example");
        JsonNode info = first.body().get("result_info");
        assertThat(info.get("page").intValue()).isEqualTo(1);
        assertThat(info.get("per_page").intValue()).isEqualTo(5);
        assertThat(info.get("count").intValue()).isEqualTo(5);
        assertThat(info.get("total_count").intValue()).isEqualTo(7);
        assertThat(info.get("total_pages").intValue()).isEqualTo(2);
        assertThat(names(api.get("/zones?per_page=5&page=2").ok())).containsExactly("zone5.example", "zone6.example");
        assertThat(names(api.get("/zones?per_page=5&page=3").ok())).isEmpty();
        assertThat(names(api.get("/zones?per_page=50&page=2147483647").ok())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "page=0",
        "page=x",
        "page=99999999999",
        "per_page=1001",
        "per_page=-1",
        "order=size",
        "direction=up",
        "match=some",
        "status=lost"
    })
    void aBadQueryIsRefused(String query) throws Exception {
        api.get("/zones?" + query).refused(400, 1004);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name=beta.example | beta.example",
                "name=BETA.example | beta.example",
                "name=equal:beta.example | beta.example",
                "name=not_equal:beta.example | alpha.example gamma.test",
                "name=starts_with:al | alpha.example",
                "name=ends_with:.test | gamma.test",
                "name=ends_with:longer-than-any-name-that-is-here.test | ''",
                "name=contains:A.EX | alpha.example beta.example",
                "name=contains_case_sensitive:A.EX | ''",
                "name=starts_with_case_sensitive:be | beta.example",
                "name=ends_with_case_sensitive:mma.test | gamma.test",
                "name=contains:%25 | ''",
                "status=active | alpha.example beta.example gamma.test",
                "status=pending | ''",
                "account.name=selvage | alpha.example beta.example gamma.test",
                "account.name=contains:other | ''",
                "account.id=00000000000000000000000000000000 | ''",
                "type=partial | beta.example",
                "name=alpha.example&type=partial | ''",
                "name=alpha.example&type=partial&match=any | alpha.example beta.example",
                "order=name&direction=desc | gamma.test beta.example alpha.example",
                "order=account.name | alpha.example beta.example gamma.test",
                "name=x'%20or%201=1%20-- | ''",
            })
    void listsAreFilteredAndOrdered(String query, String names) throws Exception {
        api.zone("beta.example");
        api.zone("alpha.example");
        api.zone("gamma.test");
        String beta =
                api.get("/zones?name=beta.example").ok().result().at("/0/id").asString();
        api.send("PATCH", "/zones/" + beta, "{\"type\":\"partial\"}").ok();
        Result list = api.get("/zones?" + query).ok();
        List<String> wanted = names.isEmpty() ? List.of() : List.of(names.split(" "));
        if (query.contains("order=name")) {
            assertThat(names(list)).containsExactlyElementsOf(wanted);
        } else {
            assertThat(names(list)).containsExactlyInAnyOrderElementsOf(wanted);
        }
        assertThat(list.body().at("/result_info/total_count").intValue()).isEqualTo(wanted.size());
    }

    private static List<String> names(Result list) {
        return TestControl.each(list.result())
                .map(zone -> zone.get("name").stringValue())
                .toList();
    }
}
