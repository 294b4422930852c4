package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.access.Credentials;
import dev.selvage.control.api.Permission;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TokensTest {
    private static final String EVERY_ZONE = "{\"com.cloudflare.api.account.zone.*\":\"*\"}";
    private static final String USER = "{\"com.cloudflare.api.user.*\":\"*\"}";

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

    private Result create(String resources, Permission... permissions) throws Exception {
        return api.send("POST", "/user/tokens", TestControl.tokenBody(resources, permissions));
    }

    @Test
    void aTokenIsMadeShownOnceListedAndDeleted() throws Exception {
        Result made = create(EVERY_ZONE, Permission.DNS_READ).ok();
        String secret = made.result().get("value").stringValue();
        assertThat(secret).matches("cfut_[A-Za-z0-9_-]{40}[0-9a-f]{8}");
        assertThat(made.result().get("status").stringValue()).isEqualTo("active");
        assertThat(made.result().get("issued_on").stringValue()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(made.result().get("last_used_on").isNull()).isTrue();
        assertThat(made.result().at("/policies/0/permission_groups/0/name").stringValue())
                .isEqualTo("DNS Read");
        assertThat(made.result().at("/policies/0/id").stringValue()).matches("[0-9a-f]{32}");

        Result got = api.get("/user/tokens/" + made.id()).ok();
        assertThat(got.result().has("value")).isFalse();
        Result list = api.get("/user/tokens").ok();
        assertThat(list.result().size()).isEqualTo(1);
        assertThat(list.response().body()).doesNotContain(secret);
        assertThat(api.get("/user/tokens?page=2").ok().result().isEmpty()).isTrue();

        api.sendAs(secret, "GET", "/zones/" + api.zone("a.example") + "/dns_records", null)
                .ok();
        assertThat(api.get("/user/tokens/" + made.id())
                        .ok()
                        .result()
                        .get("last_used_on")
                        .stringValue())
                .isEqualTo("2026-03-01T12:00:00Z");
        assertThat(api.send("DELETE", "/user/tokens/" + made.id(), null).ok().id())
                .isEqualTo(made.id());
        api.sendAs(secret, "GET", "/zones", null).refused(403, 9109);
        api.get("/user/tokens/" + made.id()).refused(404, 1003);
        api.send("DELETE", "/user/tokens/" + made.id(), null).refused(404, 1003);
    }

    @Test
    void theStoreAndItsFilesHaveNoSecret() throws Exception {
        String secret = api.token(EVERY_ZONE, Permission.ZONE_READ);
        String rolled = api.send("PUT", "/user/tokens/" + id(secret) + "/value", "{}")
                .ok()
                .result()
                .stringValue();
        api.sendAs(rolled, "GET", "/zones", null).ok();
        api.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(bytes).as(file.toString()).doesNotContain(secret).doesNotContain(rolled);
            }
        }
        api = TestControl.open(directory);
        api.sendAs(rolled, "GET", "/zones", null).ok();
    }

    @Test
    void aRolledTokensOldSecretOpensNothing() throws Exception {
        String secret = api.token(EVERY_ZONE, Permission.ZONE_READ);
        Result rolled =
                api.send("PUT", "/user/tokens/" + id(secret) + "/value", null).ok();
        assertThat(rolled.result().isString()).isTrue();
        String next = rolled.result().stringValue();
        assertThat(next).isNotEqualTo(secret);
        api.sendAs(secret, "GET", "/zones", null).refused(403, 9109);
        api.sendAs(next, "GET", "/zones", null).ok();
    }

    @Test
    void aTokenIsReplacedAndDisabled() throws Exception {
        String secret = api.token(EVERY_ZONE, Permission.ZONE_READ);
        String id = id(secret);
        api.send("PUT", "/user/tokens/" + id, TestControl.tokenBody(EVERY_ZONE, Permission.DNS_READ))
                .refused(400, 1004);
        String body = TestControl.tokenBody(EVERY_ZONE, Permission.DNS_READ)
                .replace("\"name\":\"test\"", "\"name\":\"renamed\",\"status\":\"disabled\"");
        Result replaced = api.send("PUT", "/user/tokens/" + id, body).ok();
        assertThat(replaced.result().get("name").stringValue()).isEqualTo("renamed");
        assertThat(replaced.result().get("status").stringValue()).isEqualTo("disabled");
        api.sendAs(secret, "GET", "/zones", null).refused(403, 9109);
        assertThat(api.sendAs(secret, "GET", "/user/tokens/verify", null)
                        .ok()
                        .result()
                        .get("status")
                        .stringValue())
                .isEqualTo("disabled");
        api.send("PUT", "/user/tokens/" + id, body.replace("disabled", "active"))
                .ok();
        api.sendAs(secret, "GET", "/zones", null).refused(403, 10_000);
        api.sendAs(secret, "GET", "/zones/" + api.zone("a.example") + "/dns_records", null)
                .ok();
    }

    @Test
    void aTokenIsValidFromItsBeginningToItsEnd() throws Exception {
        String body = TestControl.tokenBody(EVERY_ZONE, Permission.ZONE_READ)
                .replace(
                        "{\"name\"",
                        "{\"not_before\":\"2026-03-01T13:00:00Z\",\"expires_on\":\"2026-03-01T14:00:00Z\",\"name\"");
        Result made = api.send("POST", "/user/tokens", body).ok();
        String secret = made.result().get("value").stringValue();
        assertThat(made.result().get("expires_on").stringValue()).isEqualTo("2026-03-01T14:00:00Z");
        api.sendAs(secret, "GET", "/zones", null).refused(403, 9109);
        api.clock.advance(Duration.ofHours(1));
        api.sendAs(secret, "GET", "/zones", null).ok();
        api.clock.advance(Duration.ofHours(1));
        api.sendAs(secret, "GET", "/zones", null).refused(403, 9109);
        assertThat(api.get("/user/tokens/" + made.id())
                        .ok()
                        .result()
                        .get("status")
                        .stringValue())
                .isEqualTo("expired");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'in':['127.0.0.0/8']} | true",
                "{'in':['127.0.0.1']} | true",
                "{'in':['10.0.0.0/8','127.0.0.1/32']} | true",
                "{'in':['10.0.0.0/8']} | false",
                "{'in':['::1']} | false",
                "{'not_in':['127.0.0.1']} | false",
                "{'not_in':['10.0.0.0/8']} | true",
                "{'in':['127.0.0.0/8'],'not_in':['127.0.0.1/32']} | false",
            })
    void aTokenIsForTheAddressesOfItsCondition(String condition, boolean allowed) throws Exception {
        for (String name : List.of("request_ip", "request.ip")) {
            String body = TestControl.tokenBody(EVERY_ZONE, Permission.ZONE_READ)
                    .replace(
                            "{\"name\"",
                            "{\"condition\":{\"" + name + "\":" + condition.replace('\'', '"') + "},\"name\"");
            Result made = api.send("POST", "/user/tokens", body).ok();
            assertThat(made.result().get("condition").has(name)).isTrue();
            Result used = api.sendAs(made.result().get("value").stringValue(), "GET", "/zones", null);
            if (allowed) {
                used.ok();
            } else {
                assertThat(used.refused(403, 9109).message())
                        .isEqualTo("Cannot use the access token from location: 127.0.0.1");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{} | /name",
                "{\"name\":5} | /name",
                "{\"name\":\" \"} | /name",
                "{\"name\":\"a\"} | /policies",
                "{\"name\":\"a\",\"policies\":[]} | /policies",
                "{\"name\":\"a\",\"policies\":[5]} | /policies/0",
                "{\"name\":\"a\",\"policies\":[{}]} | /policies/0/effect",
                "{\"name\":\"a\",\"policies\":[{\"effect\":\"maybe\"}]} | /policies/0/effect",
                "{\"name\":\"a\",\"policies\":[{\"effect\":\"allow\",\"resources\":[],\"permission_groups\":[]}]} | /policies/0",
                "{\"name\":\"a\",\"policies\":[{\"effect\":\"allow\",\"resources\":{},\"permission_groups\":[{\"id\":\"no\"}]}]} | /policies/0",
                "{\"name\":\"a\",\"expires_on\":\"tomorrow\"} | /expires_on",
                "{\"name\":\"a\",\"not_before\":\"1960-01-01T00:00:00Z\"} | /not_before",
                "{\"name\":\"a\",\"condition\":{\"request_ip\":{\"in\":[\"300.0.0.1\"]}}} | /condition/request_ip/in",
                "{\"name\":\"a\",\"condition\":{\"weather\":{}}} | /condition/weather",
                "{\"name\":\"a\",\"nonsense\":1} | /nonsense",
            })
    void aWrongBodyIsRefusedAtItsPlace(String body, String pointer) throws Exception {
        Result refused = api.send("POST", "/user/tokens", body).refused(400, 1004);
        assertThat(TestControl.each(refused.body().get("errors"))
                        .map(error -> error.at("/source/pointer").asString()))
                .anyMatch(found -> found.startsWith(pointer));
        assertThat(api.get("/user/tokens").ok().result().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"com.cloudflare.api.account.zone.x\":\"*\"}",
                "{\"com.cloudflare.api.elsewhere\":\"*\"}",
                "{\"com.cloudflare.api.account.zone.*\":\"read\"}",
                "{\"com.cloudflare.api.account.zone.*\":{\"com.cloudflare.api.account.zone.*\":\"*\"}}",
                "{\"com.cloudflare.api.user.*\":\"*\"}",
                "{\"com.cloudflare.api.account.00000000000000000000000000000000\":\"*\"}",
                "{\"com.cloudflare.api.account.00000000000000000000000000000000\":{}}",
                "{\"com.cloudflare.api.account.00000000000000000000000000000000\":{\"com.cloudflare.api.account.zone.00000000000000000000000000000001\":\"*\"}}",
            })
    void resourcesThatSayNothingOfZonesAreRefused(String resources) throws Exception {
        create(resources, Permission.DNS_READ).refused(400, 1004);
    }

    @Test
    void aTokenSeesOnlyItsZonesAndOthersLookAsIfTheyWereNotThere() throws Exception {
        String own = api.zone("own.example");
        String other = api.zone("other.example");
        String record = api.record(other, "A", "www", "192.0.2.1", true);
        String secret = api.zoneToken(own, Permission.ZONE_WRITE, Permission.DNS_WRITE);
        Result list = api.sendAs(secret, "GET", "/zones", null).ok();
        assertThat(list.result().size()).isEqualTo(1);
        assertThat(list.result().at("/0/id").stringValue()).isEqualTo(own);
        assertThat(list.body().at("/result_info/total_count").intValue()).isEqualTo(1);
        assertThat(api.sendAs(secret, "GET", "/zones?name=other.example", null)
                        .ok()
                        .result()
                        .isEmpty())
                .isTrue();
        assertThat(api.sendAs(secret, "GET", "/zones?name=other.example&name=own.example&match=any", null)
                        .ok()
                        .result()
                        .isEmpty())
                .isTrue();

        String nobody = "0123456789abcdef0123456789abcdef";
        for (String method : List.of("GET", "PATCH", "DELETE")) {
            Result foreign = api.sendAs(secret, method, "/zones/" + other, "{\"paused\":true}")
                    .refused(404, 1001);
            Result absent = api.sendAs(secret, method, "/zones/" + nobody, "{\"paused\":true}")
                    .refused(404, 1001);
            assertThat(foreign.body()).isEqualTo(absent.body());
        }
        for (String path : List.of("/dns_records", "/dns_records/" + record, "/settings", "/settings/ssl")) {
            assertThat(api.sendAs(secret, "GET", "/zones/" + other + path, null)
                            .refused(404, 1001)
                            .body())
                    .isEqualTo(api.sendAs(secret, "GET", "/zones/" + nobody + path, null)
                            .refused(404, 1001)
                            .body());
        }
        // A record of another zone is none of this one.
        api.sendAs(secret, "GET", "/zones/" + own + "/dns_records/" + record, null)
                .refused(404, 81044);
        api.sendAs(secret, "GET", "/zones/" + own + "/settings", null).refused(403, 10_000);
        api.sendAs(secret, "POST", "/zones/" + own + "/purge_cache", "{\"purge_everything\":true}")
                .refused(403, 10_000);
        api.sendAs(secret, "GET", "/accounts", null).refused(403, 10_000);
        api.sendAs(secret, "GET", "/user/tokens", null).refused(403, 10_000);
        api.sendAs(secret, "GET", "/user", null).refused(403, 10_000);
    }

    @Test
    void toReadIsNotToWriteAndToDenyWinsOverToAllow() throws Exception {
        String zone = api.zone("a.example");
        String reader = api.zoneToken(zone, Permission.DNS_READ);
        api.sendAs(reader, "GET", "/zones/" + zone + "/dns_records", null).ok();
        String record = "{\"type\":\"A\",\"name\":\"x\",\"content\":\"192.0.2.1\"}";
        api.sendAs(reader, "POST", "/zones/" + zone + "/dns_records", record).refused(403, 10_000);

        String other = api.zone("b.example");
        String groups = "\"permission_groups\":[{\"id\":\"" + Permission.DNS_WRITE.id() + "\"}]";
        Result made = api.send(
                        "POST",
                        "/user/tokens",
                        "{\"name\":\"all but one\",\"policies\":[{\"effect\":\"allow\",\"resources\":" + EVERY_ZONE
                                + ","
                                + groups + "},{\"effect\":\"deny\",\"resources\":{\"com.cloudflare.api.account.zone."
                                + other + "\":\"*\"},\"permission_groups\":[{\"id\":\"" + Permission.DNS_READ.id()
                                + "\"}]}]}")
                .ok();
        String secret = made.result().get("value").stringValue();
        api.sendAs(secret, "POST", "/zones/" + zone + "/dns_records", record).ok();
        api.sendAs(secret, "POST", "/zones/" + other + "/dns_records", record).refused(404, 1001);
    }

    @Test
    void aTokenOfAnAccountsZonesHasItsLaterOnesAndNoOthers() throws Exception {
        String first = api.account();
        String second =
                api.send("POST", "/accounts", "{\"name\":\"Tenant\"}").ok().id();
        String secret = api.token(
                "{\"com.cloudflare.api.account." + second + "\":{\"com.cloudflare.api.account.zone.*\":\"*\"}}",
                Permission.ZONE_WRITE);
        String zone = "{\"name\":\"later.example\",\"account\":{\"id\":\"" + second + "\"}}";
        String made = api.sendAs(secret, "POST", "/zones", zone).ok().id();
        api.sendAs(secret, "GET", "/zones/" + made, null).ok();
        Result foreign = api.sendAs(
                        secret, "POST", "/zones", zone.replace(second, first).replace("later", "foreign"))
                .refused(400, 1004);
        Result absent = api.sendAs(
                        secret,
                        "POST",
                        "/zones",
                        zone.replace(second, "0".repeat(32)).replace("later", "foreign"))
                .refused(400, 1004);
        assertThat(foreign.message().replace(first, ""))
                .isEqualTo(absent.message().replace("0".repeat(32), ""));
        assertThat(api.sendAs(secret, "GET", "/zones", null).ok().result().size())
                .isEqualTo(1);
        // All zones of the account, yet nothing of the account itself.
        api.sendAs(secret, "GET", "/accounts/" + second, null).refused(403, 10_000);
        api.sendAs(secret, "GET", "/accounts/" + first, null).refused(404, 1001);
        String reader = api.zoneToken(made, Permission.ZONE_READ);
        api.sendAs(reader, "POST", "/zones", zone.replace("later", "more")).refused(403, 10_000);
    }

    @Test
    void aTokenHandsOnWhatItMayDoItselfAndNoMore() throws Exception {
        String zone = api.zone("a.example");
        Result maker = api.send(
                        "POST",
                        "/user/tokens",
                        "{\"name\":\"maker\",\"policies\":[{\"effect\":\"allow\",\"resources\":" + USER
                                + ",\"permission_groups\":[{\"id\":\"" + Permission.API_TOKENS_WRITE.id()
                                + "\"}]},{\"effect\":\"allow\",\"resources\":{\"com.cloudflare.api.account.zone." + zone
                                + "\":\"*\"},\"permission_groups\":[{\"id\":\"" + Permission.DNS_WRITE.id()
                                + "\"}]}]}")
                .ok();
        String secret = maker.result().get("value").stringValue();
        String zoneResource = "{\"com.cloudflare.api.account.zone." + zone + "\":\"*\"}";
        String less = api.sendAs(
                        secret, "POST", "/user/tokens", TestControl.tokenBody(zoneResource, Permission.DNS_READ))
                .ok()
                .id();
        api.sendAs(secret, "POST", "/user/tokens", TestControl.tokenBody(EVERY_ZONE, Permission.DNS_READ))
                .refused(403, 10_000);
        api.sendAs(secret, "POST", "/user/tokens", TestControl.tokenBody(zoneResource, Permission.ZONE_WRITE))
                .refused(403, 10_000);
        String strong = id(api.token(EVERY_ZONE, Permission.ZONE_WRITE));
        api.sendAs(secret, "PUT", "/user/tokens/" + strong + "/value", "{}").refused(403, 10_000);
        api.sendAs(
                        secret,
                        "PUT",
                        "/user/tokens/" + strong,
                        TestControl.tokenBody(zoneResource, Permission.DNS_READ)
                                .replace("{\"name\"", "{\"status\":\"active\",\"name\""))
                .refused(403, 10_000);
        api.sendAs(secret, "PUT", "/user/tokens/" + less + "/value", "{}").ok();
    }

    @Test
    void anAccountsTokensAreItsOwn() throws Exception {
        String account = api.account();
        String second =
                api.send("POST", "/accounts", "{\"name\":\"Tenant\"}").ok().id();
        String zone = api.zone("a.example");
        String everyZone = "{\"com.cloudflare.api.account.zone.*\":\"*\"}";
        String tokens = "/accounts/" + second + "/tokens";
        Result made = api.send("POST", tokens, TestControl.tokenBody(everyZone, Permission.ZONE_READ))
                .ok();
        String secret = made.result().get("value").stringValue();
        assertThat(secret).startsWith("cfat_");
        assertThat(api.sendAs(secret, "GET", "/zones", null).ok().result().isEmpty())
                .isTrue();
        api.sendAs(secret, "GET", "/zones/" + zone, null).refused(404, 1001);
        assertThat(api.sendAs(secret, "GET", tokens + "/verify", null).ok().id())
                .isEqualTo(made.id());
        api.sendAs(secret, "GET", "/user/tokens/verify", null).refused(403, 10_000);
        api.sendAs(secret, "GET", "/accounts/" + account + "/tokens/verify", null)
                .refused(401, 1000);
        assertThat(api.get(tokens).ok().result().size()).isEqualTo(1);
        assertThat(api.get("/user/tokens").ok().result().isEmpty()).isTrue();
        api.get("/accounts/" + account + "/tokens/" + made.id()).refused(404, 1003);
        api.get("/user/tokens/" + made.id()).refused(404, 1003);
        api.send(
                        "POST",
                        tokens,
                        TestControl.tokenBody(
                                "{\"com.cloudflare.api.account.zone." + zone + "\":\"*\"}", Permission.ZONE_READ))
                .refused(400, 1004);
        api.send("POST", tokens, TestControl.tokenBody(USER, Permission.API_TOKENS_WRITE))
                .refused(400, 1004);
        api.send(
                        "POST",
                        tokens,
                        TestControl.tokenBody(
                                "{\"com.cloudflare.api.account." + account + "\":\"*\"}",
                                Permission.ACCOUNT_SETTINGS_READ))
                .refused(400, 1004);
        api.get("/accounts/" + "0".repeat(32) + "/tokens").refused(404, 1001);
    }

    @Test
    void permissionGroupsAreListedWithStableIds() throws Exception {
        JsonNode groups = api.get("/user/tokens/permission_groups").ok().result();
        assertThat(groups.size()).isEqualTo(Permission.values().length);
        JsonNode dns =
                api.get("/user/tokens/permission_groups?name=DNS%20Write").ok().result();
        assertThat(dns.toString())
                .isEqualTo("[{\"id\":\"" + Permission.DNS_WRITE.id()
                        + "\",\"name\":\"DNS Write\",\"scopes\":[\"com.cloudflare.api.account.zone\"]}]");
        // Tokens and what people write down refer to it: it never changes.
        assertThat(Permission.DNS_WRITE.id()).isEqualTo("dcc24bdf5140df836c0494b9510a35e7");
        List<String> ids = new ArrayList<>();
        TestControl.each(groups).forEach(group -> ids.add(group.get("id").stringValue()));
        assertThat(ids).doesNotHaveDuplicates();
        JsonNode ofAccounts = api.get(
                        "/accounts/" + api.account() + "/tokens/permission_groups?scope=com.cloudflare.api.user")
                .ok()
                .result();
        assertThat(ofAccounts.isEmpty()).isTrue();
    }

    @Test
    void tooManyCallsAreRefusedUntilTheWindowEnds() throws Exception {
        api.close();
        api = TestControl.open(directory, new Credentials.Limits(3, 2));
        Result first = api.get("/zones").ok();
        assertThat(first.response().headers().firstValue("x-ratelimit-limit")).hasValue("3");
        assertThat(first.response().headers().firstValue("x-ratelimit-remaining"))
                .hasValue("2");
        assertThat(first.response().headers().firstValue("x-ratelimit-reset")).hasValue("Sun, 1 Mar 2026 12:05:00 GMT");
        api.get("/zones").ok();
        api.get("/zones/nonsense").refused(404, 7003);
        Result over = api.get("/zones").refused(429, 971);
        assertThat(over.response().headers().firstValue("retry-after")).hasValue("300");
        api.clock.advance(Duration.ofMinutes(5));
        api.get("/zones").ok();
        String wrong = "cfut_" + "a".repeat(48);
        api.sendAs(wrong, "GET", "/zones", null).refused(403, 9109);
        api.sendAs(wrong, "GET", "/zones", null).refused(403, 9109);
        api.sendAs(wrong, "GET", "/zones", null).refused(429, 971);
        api.clock.advance(Duration.ofSeconds(1));
        api.sendAs(wrong, "GET", "/zones", null).refused(403, 9109);
    }

    @Test
    void whatIsMeantForOneAccountIsInItsAuditLogOnly() throws Exception {
        String zone = api.zone("a.example");
        String secret = api.zoneToken(zone, Permission.DNS_WRITE);
        String record = api.sendAs(
                        secret,
                        "POST",
                        "/zones/" + zone + "/dns_records",
                        "{\"type\":\"A\",\"name\":\"www\",\"content\":\"192.0.2.1\",\"proxied\":true}")
                .ok()
                .id();
        api.clock.set(Instant.parse("2026-03-02T08:00:00Z"));
        api.sendAs(secret, "PATCH", "/zones/" + zone + "/dns_records/" + record, "{\"content\":\"192.0.2.2\"}")
                .ok();
        api.sendAs(secret, "DELETE", "/zones/" + zone + "/dns_records/" + record, null)
                .ok();
        JsonNode log = api.get("/accounts/" + api.account() + "/audit_logs?resource.type=dns_record")
                .ok()
                .result();
        assertThat(TestControl.each(log).map(note -> note.at("/action/type").stringValue()))
                .containsExactly("delete", "change", "add");
        JsonNode change = log.get(1);
        assertThat(change.at("/actor/id").stringValue()).isEqualTo(id(secret));
        assertThat(change.at("/actor/type").stringValue()).isEqualTo("user");
        assertThat(change.at("/metadata/credential").stringValue()).isEqualTo("token");
        assertThat(change.at("/actor/ip").stringValue()).isEqualTo("127.0.0.1");
        assertThat(change.at("/oldValueJson/content").stringValue()).isEqualTo("192.0.2.1");
        assertThat(change.at("/newValueJson/content").stringValue()).isEqualTo("192.0.2.2");
        assertThat(change.at("/when").stringValue()).isEqualTo("2026-03-02T08:00:00.000000Z");
        assertThat(change.at("/metadata/zone_id").stringValue()).isEqualTo(zone);
        assertThat(log.get(0).get("newValueJson").isEmpty()).isTrue();
        String logs = "/accounts/" + api.account() + "/audit_logs?resource.type=dns_record";
        assertThat(api.get(logs + "&since=2026-03-02").ok().result().size()).isEqualTo(2);
        assertThat(api.get(logs + "&before=2026-03-01").ok().result().size()).isEqualTo(1);
        assertThat(api.get(logs + "&action.type=add").ok().result().size()).isEqualTo(1);
        assertThat(api.get(logs + "&zone.name=a.example&per_page=1&page=2")
                        .ok()
                        .result()
                        .at("/0/action/type")
                        .stringValue())
                .isEqualTo("change");
        api.get(logs + "&since=yesterday").refused(400, 1004);
        String second =
                api.send("POST", "/accounts", "{\"name\":\"Tenant\"}").ok().id();
        assertThat(api.get("/accounts/" + second + "/audit_logs").ok().result().size())
                .isEqualTo(1);
        JsonNode user = api.get("/user/audit_logs").ok().result();
        assertThat(user.at("/0/resource/type").stringValue()).isEqualTo("token");
        assertThat(user.toString()).doesNotContain(secret);
        api.sendAs(secret, "GET", "/accounts/" + api.account() + "/audit_logs", null)
                .refused(403, 10_000);
    }

    /// The id of the token with this secret.
    private String id(String secret) throws Exception {
        return api.sendAs(secret, "GET", "/user/tokens/verify", null).ok().id();
    }
}
