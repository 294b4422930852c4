package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import dev.selvage.model.zone.ProxiedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsRecordsTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String records;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        records = "/zones/" + zone + "/dns_records";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aNewRecordHasEveryKeyThatClientsRequire() throws Exception {
        Result made = api.send("POST", records, """
                {"type":"A","name":"WWW","content":"192.0.2.1","ttl":300,"comment":"the site","tags":["Team:web"],
                 "settings":{"ipv4_only":true}}
                """).ok();
        assertThat(made.id()).matches("[0-9a-f]{32}");
        assertThat(made.result().toString())
                .contains("\"zone_id\":\"" + zone + "\"")
                .contains("\"zone_name\":\"example.com\"")
                .contains("\"name\":\"www.example.com\"")
                .contains("\"type\":\"A\"")
                .contains("\"content\":\"192.0.2.1\"")
                .contains("\"proxiable\":true")
                .contains("\"proxied\":false")
                .contains("\"ttl\":300")
                .contains("\"settings\":{\"ipv4_only\":true}")
                .contains("\"meta\":{}")
                .contains("\"comment\":\"the site\"")
                .contains("\"tags\":[\"team:web\"]")
                .contains("\"created_on\":\"2026-03-01T12:00:00.123456Z\"")
                .contains("\"modified_on\":\"2026-03-01T12:00:00.123456Z\"")
                .contains("\"comment_modified_on\":\"2026-03-01T12:00:00.123456Z\"")
                .contains("\"tags_modified_on\":\"2026-03-01T12:00:00.123456Z\"");
        assertThat(api.get(records + "/" + made.id()).ok().result()).isEqualTo(made.result());
    }

    @ParameterizedTest
    @CsvSource({
        "@, example.com",
        "example.com, example.com",
        "example.com., example.com",
        "WWW.Example.COM, www.example.com",
        "a.b, a.b.example.com",
        "*, *.example.com",
        "*.shop, *.shop.example.com",
        "_acme-challenge, _acme-challenge.example.com",
        "bücher, xn--bcher-kva.example.com",
        "notexample.com, notexample.com.example.com",
    })
    void aNameIsCompletedWithTheZones(String name, String full) throws Exception {
        String id = api.record(zone, "A", name, "192.0.2.1", false);
        assertThat(api.get(records + "/" + id).ok().result().get("name").asString())
                .isEqualTo(full);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A | www | 192.0.2.256 | 9005 | /content",
                "A | www | 192.0.2.1.5 | 9005 | /content",
                "A | www | 192.0.2 | 9005 | /content",
                "A | www | 192.0.2.01 | 9005 | /content",
                "A | www | 2001:db8::1 | 9005 | /content",
                "AAAA | www | 192.0.2.1 | 9006 | /content",
                "AAAA | www | 2001:db8::g | 9006 | /content",
                "AAAA | www | fe80::1%eth0 | 9006 | /content",
                "AAAA | www | 1:2:3:4:5:6:7:8:9 | 9006 | /content",
                "CNAME | www | http://a.example | 9007 | /content",
                "CNAME | www | 192.0.2.1 | 9007 | /content",
                "CNAME | www | a..b | 9007 | /content",
                "CNAME | www | WWW.example.com. | 9039 | /content",
                "SPF | www | x | 1004 | /type",
                "SRV | www | x | 1004 | /content",
                "a | www | 192.0.2.1 | 1004 | /type",
                "A | www.*.x | 192.0.2.1 | 9000 | /name",
                "A | w w | 192.0.2.1 | 9000 | /name",
                "A | -www | 192.0.2.1 | 9000 | /name",
                "A | .. | 192.0.2.1 | 9000 | /name",
                "A | www.example.net. | 192.0.2.1 | 9000 | /name",
                "A | example.com.example.net. | 192.0.2.1 | 9000 | /name",
                "A | xn--zzz--- | 192.0.2.1 | 9000 | /name",
                "A | shop\u200B | 192.0.2.1 | 9000 | /name",
                "A | shop\u202Egro | 192.0.2.1 | 9000 | /name",
                "A | abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789 | 192.0.2.1 | 9000 | /name",
                "TXT | www | '\\\"open' | 9009 | /content",
                "TXT | www | '\\\"a\\\" b' | 9009 | /content",
                "MX | www | mail.example.net | 1004 | /priority",
                "PTR | www | 192.0.2.1 | 9007 | /content",
                "NS | www | . | 9007 | /content",
                "OPENPGPKEY | www | *** | 1004 | /content",
            })
    void badContentAndNamesAreRefused(String type, String name, String content, int code, String pointer)
            throws Exception {
        Result refused = api.send(
                "POST",
                records,
                "{\"type\":\"" + type + "\",\"name\":\"" + name + "\",\"content\":\"" + content + "\"}");
        assertThat(refused.refused(400, code).pointer()).isEqualTo(pointer);
        assertThat(api.get(records).ok().result().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ttl\":29 | /ttl",
                "\"ttl\":86401 | /ttl",
                "\"ttl\":\"60\" | /ttl",
                "\"ttl\":1.5 | /ttl",
                "\"proxied\":1 | /proxied",
                "\"comment\":5 | /comment",
                "\"tags\":\"a:b\" | /tags",
                "\"tags\":[\"no space allowed:x\"] | /tags",
                "\"settings\":{\"fast\":true} | /settings/fast",
                "\"priority\":70000 | /priority",
                "\"data\":{} | /data",
                "\"size\":1 | /size",
                "\"private_routing\":\"yes\" | /private_routing",
                "\"comment\":\"two\\nlines\" | /comment",
                "\"tags\":[\"cf-proxied:true\"] | /tags",
            })
    void badFieldsAreRefusedWithTheirPointers(String field, String pointer) throws Exception {
        Result refused =
                api.send("POST", records, "{\"type\":\"A\",\"name\":\"www\",\"content\":\"192.0.2.1\"," + field + "}");
        assertThat(refused.refused(400, 1004).pointer()).isEqualTo(pointer);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Result refused = api.send("POST", records, "{}").refused(400, 1004);
        assertThat(TestControl.each(refused.body().get("errors"))
                        .map(error -> error.at("/source/pointer").asString()))
                .containsExactly("/type", "/name", "/content");
    }

    @Test
    void onlyAddressesAndAliasesCanBeProxied() throws Exception {
        api.send("POST", records, "{\"type\":\"TXT\",\"name\":\"@\",\"content\":\"x\",\"proxied\":true}")
                .refused(400, 9004);
        Result text = api.send("POST", records, "{\"type\":\"TXT\",\"name\":\"@\",\"content\":\"x\"}")
                .ok();
        assertThat(text.result().get("proxiable").booleanValue()).isFalse();
        Result mail = api.send(
                        "POST",
                        records,
                        "{\"type\":\"MX\",\"name\":\"@\",\"content\":\"mail.example.net\",\"priority\":10}")
                .ok();
        assertThat(mail.result().get("priority").intValue()).isEqualTo(10);
        api.send("POST", records, "{\"type\":\"MX\",\"name\":\"@\",\"content\":\"mail.example.net\"}")
                .refused(400, 1004);
    }

    @Test
    void whatIsProxiedHasTheAutomaticTtl() throws Exception {
        Result made = api.send(
                        "POST",
                        records,
                        "{\"type\":\"A\",\"name\":\"www\",\"content\":\"192.0.2.1\",\"proxied\":true,\"ttl\":300}")
                .ok();
        assertThat(made.result().get("ttl").intValue()).isEqualTo(1);
    }

    @Test
    void conflictsAreRefused() throws Exception {
        api.record(zone, "A", "www", "192.0.2.1", true);
        api.record(zone, "A", "www", "192.0.2.2", true);
        api.record(zone, "AAAA", "www", "2001:db8::1", true);
        post("A", "www", "192.0.2.1").refused(400, 81058);
        post("AAAA", "WWW", "2001:DB8:0::1").refused(400, 81058);
        post("CNAME", "www", "other.example").refused(400, 81053);
        api.record(zone, "CNAME", "alias", "Other.Example.", false);
        post("A", "alias", "192.0.2.1").refused(400, 81053);
        post("CNAME", "alias", "another.example").refused(400, 81053);
        post("TXT", "alias", "text").ok();
        assertThat(api.get(records).ok().result().size()).isEqualTo(5);
    }

    @Test
    void putReplacesAndPatchMerges() throws Exception {
        String id = api.send("POST", records, """
                {"type":"A","name":"www","content":"192.0.2.1","ttl":300,"comment":"one","tags":["a:b"]}
                """).ok().id();
        api.clock.advance(Duration.ofSeconds(10));
        Result patched = api.send("PATCH", records + "/" + id, "{\"content\":\"192.0.2.9\",\"proxied\":true}")
                .ok();
        assertThat(patched.id()).isEqualTo(id);
        assertThat(patched.result().get("content").asString()).isEqualTo("192.0.2.9");
        assertThat(patched.result().get("comment").asString()).isEqualTo("one");
        assertThat(patched.result().get("created_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(patched.result().get("modified_on").asString()).isEqualTo("2026-03-01T12:00:10.123456Z");
        assertThat(patched.result().get("comment_modified_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        Result cleared =
                api.send("PATCH", records + "/" + id, "{\"comment\":null}").ok();
        assertThat(cleared.result().get("comment").isNull()).isTrue();
        Result put = api.send(
                        "PUT", records + "/" + id, "{\"type\":\"CNAME\",\"name\":\"www\",\"content\":\"o.example\"}")
                .ok();
        assertThat(put.id()).isEqualTo(id);
        assertThat(put.result().get("type").asString()).isEqualTo("CNAME");
        assertThat(put.result().get("proxied").booleanValue()).isFalse();
        assertThat(put.result().get("tags").isEmpty()).isTrue();
        api.send("PUT", records + "/" + id, "{\"content\":\"o.example\"}").refused(400, 1004);
        // What a client was given it may send back.
        api.send("PUT", records + "/" + id, put.result().toString()).ok();
    }

    @Test
    void aChangeThatConflictsChangesNothing() throws Exception {
        api.record(zone, "A", "one", "192.0.2.1", true);
        String two = api.record(zone, "A", "two", "192.0.2.1", true);
        api.send("PATCH", records + "/" + two, "{\"name\":\"one\"}").refused(400, 81058);
        assertThat(api.get(records + "/" + two).ok().result().get("name").asString())
                .isEqualTo("two.example.com");
        api.send("PATCH", records + "/" + two, "{\"comment\":\"same name as before\"}")
                .ok();
    }

    @Test
    void anUnknownRecordIs404() throws Exception {
        String unknown = records + "/" + "0".repeat(32);
        assertThat(api.get(unknown).refused(404, 81044).message()).isEqualTo("Record does not exist.");
        api.send("DELETE", unknown, null).refused(404, 81044);
        api.send("PATCH", unknown, "{\"ttl\":60}").refused(404, 81044);
        api.send("PUT", unknown, "{\"type\":\"A\",\"name\":\"www\",\"content\":\"192.0.2.1\"}")
                .refused(404, 81044);
        api.get(records + "/x").refused(404, 7003);
        String foreign = "/zones/" + api.zone("other.example") + "/dns_records/"
                + api.record(zone, "A", "www", "192.0.2.1", true);
        api.get(foreign).refused(404, 81044);
        api.send("DELETE", foreign, null).refused(404, 81044);
    }

    @Test
    void aDeletedRecordIsGone() throws Exception {
        String id = api.record(zone, "A", "www", "192.0.2.1", true);
        api.published(zone, config -> config.hosts().size() == 1);
        Result deleted = api.send("DELETE", records + "/" + id, null).ok();
        assertThat(deleted.result().toString()).isEqualTo("{\"id\":\"" + id + "\"}");
        api.get(records + "/" + id).refused(404, 81044);
        api.published(zone, config -> config.hosts().isEmpty() && config.version() == 3);
    }

    @Test
    void theEdgesLearnOfProxiedNamesOnly() throws Exception {
        api.record(zone, "A", "www", "192.0.2.1", true);
        api.record(zone, "AAAA", "www", "2001:db8::1", true);
        api.record(zone, "CNAME", "*.shop", "shops.example.net", true);
        api.record(zone, "A", "private", "192.0.2.7", false);
        api.record(zone, "TXT", "@", "text", false);
        assertThat(api.published(zone, config -> config.version() == 6).hosts())
                .containsExactly(
                        new ProxiedHost("*.shop.example.com", List.of("shops.example.net")),
                        new ProxiedHost("www.example.com", List.of("192.0.2.1", "2001:db8::1")));
    }

    @Test
    void pagesEndWithAnEmptyOne() throws Exception {
        for (int i = 0; i < 5; i++) {
            api.record(zone, "A", "n" + i, "192.0.2.1", false);
        }
        assertThat(api.get(records).ok().body().at("/result_info/per_page").intValue())
                .isEqualTo(100);
        Result second = api.get(records + "?per_page=3&page=2").ok();
        assertThat(second.result().size()).isEqualTo(2);
        assertThat(second.body().at("/result_info/total_pages").intValue()).isEqualTo(2);
        assertThat(api.get(records + "?per_page=3&page=3").ok().result().isEmpty())
                .isTrue();
        assertThat(api.get(records + "?per_page=5000000&page=2000000000")
                        .ok()
                        .result()
                        .isEmpty())
                .isTrue();
        api.get(records + "?per_page=5000001").refused(400, 1004);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type=A | a b",
                "type=cname | c",
                "name=a.example.com | a",
                "name.exact=A.example.com | a",
                "name.contains=.EXAMPLE | a b c",
                "name.startswith=b | b",
                "name.endswith=c.example.com | c",
                "content=192.0.2.2 | b",
                "content.contains=192 | a b",
                "content.startswith=t | c",
                "content.endswith=.1 | a",
                "proxied=true | a",
                "proxied=false | b c",
                "comment=first+one | a",
                "comment.contains=FIRST | a",
                "comment.present= | a",
                "comment.absent= | b c",
                "tag=team:web | a",
                "tag.exact=team:web | a",
                "tag.contains=team:e | a",
                "tag.contains=team:x | ''",
                "tag.present=team | a b",
                "tag.absent=team | c",
                "tag=team:web&tag.endswith=ops | ''",
                "tag=team:web&tag.endswith=ops&tag_match=any | a b",
                "search=target | c",
                "search=first | a",
                "type=A&proxied=true | a",
                "type=CNAME&proxied=true&match=any | a c",
                "order=content&direction=desc | c b a",
                "order=ttl | a b c",
            })
    void listsAreFilteredAndOrdered(String query, String names) throws Exception {
        api.send("POST", records, """
                {"type":"A","name":"a","content":"192.0.2.1","proxied":true,"comment":"First one","tags":["team:web"]}
                """).ok();
        api.send("POST", records, """
                {"type":"A","name":"b","content":"192.0.2.2","ttl":60,"tags":["team:ops"]}
                """).ok();
        api.send("POST", records, """
                {"type":"CNAME","name":"c","content":"target.example","ttl":600}
                """).ok();
        List<String> found = TestControl.each(
                        api.get(records + "?" + query).ok().result())
                .map(record -> record.get("name").stringValue().replace(".example.com", ""))
                .toList();
        assertThat(found).containsExactlyElementsOf(names.isEmpty() ? List.of() : List.of(names.split(" ")));
    }

    @ParameterizedTest
    @CsvSource({"order=size", "proxied=maybe", "match=none", "tag_match=none", "direction=up"})
    void aBadQueryIsRefused(String query) throws Exception {
        api.get(records + "?" + query).refused(400, 1004);
    }

    @Test
    void whatIsWrongStandsInTheErrorChain() throws Exception {
        Result ttl = api.send("POST", records, """
                {"type":"A","name":"www","content":"192.0.2.1","ttl":5}
                """).refused(400, 1004);
        assertThat(ttl.message()).isEqualTo("DNS Validation Error");
        assertThat(ttl.body().at("/errors/0/error_chain/0/code").intValue()).isEqualTo(9021);
        assertThat(ttl.body().at("/errors/0/error_chain/0/message").asString())
                .isEqualTo("Invalid TTL. Must be between 30 and 86400 seconds, or 1 for Automatic.");
        Result priority = api.send("POST", records, """
                {"type":"MX","name":"www","content":"mail.example.net","priority":65536}
                """).refused(400, 1004);
        assertThat(priority.body().at("/errors/0/error_chain/0/code").intValue())
                .isEqualTo(9008);
        assertThat(api.send("POST", records, "{}")
                        .refused(400, 1004)
                        .body()
                        .at("/errors/0/error_chain/0/code")
                        .intValue())
                .isEqualTo(9100);
    }

    @Test
    void aNameServersNameIsItsOwn() throws Exception {
        post("NS", "sub", "ns1.example.net").ok();
        post("NS", "sub", "ns2.example.net").ok();
        post("A", "sub", "192.0.2.1").refused(400, 81056);
        post("TXT", "sub", "text").refused(400, 81056);
        api.send("POST", records, """
                {"type":"DS","name":"sub","data":{"key_tag":1,"algorithm":13,"digest_type":9,"digest":"ab01"}}
                """).ok();
        post("A", "www", "192.0.2.1").ok();
        post("NS", "www", "ns1.example.net").refused(400, 81056);
        // The zone's own name servers delegate nothing.
        post("NS", "@", "ns1.example.net").ok();
        post("A", "@", "192.0.2.1").ok();
    }

    @Test
    void mailServersDifferByTheirPriority() throws Exception {
        String mail = "{\"type\":\"MX\",\"name\":\"@\",\"content\":\"mail.example.net\",\"priority\":";
        api.send("POST", records, mail + "10}").ok();
        api.send("POST", records, mail + "20}").ok();
        api.send("POST", records, mail + "20}").refused(400, 81058);
        api.send("POST", records, "{\"type\":\"MX\",\"name\":\"none\",\"content\":\".\",\"priority\":0}")
                .ok();
    }

    @Test
    void theSameTextIsTheSameHoweverItIsWritten() throws Exception {
        post("TXT", "t", "v=spf1 -all").ok();
        post("TXT", "t", "\\\"v=spf1\\\" \\\" -all\\\"").refused(400, 81058);
        post("TXT", "t", "\\\"v=spf1\\\\032-all\\\"").refused(400, 81058);
        post("TXT", "t", "V=spf1 -all").ok();
    }

    @Test
    void anAliasNeverLeadsBackToItself() throws Exception {
        post("CNAME", "a", "b.example.com").ok();
        post("CNAME", "b", "c.example.com").ok();
        assertThat(post("CNAME", "c", "a.example.com").refused(400, 9039).pointer())
                .isEqualTo("/content");
        // Through a wildcard, which answers for names that have no records.
        post("CNAME", "*", "a.example.com").refused(400, 9039);
        post("CNAME", "c", "elsewhere.example.net").ok();
        post("CNAME", "*", "a.example.com").ok();
        // Through another zone.
        String other = "/zones/" + api.zone("example.net") + "/dns_records";
        api.send("POST", other, "{\"type\":\"CNAME\",\"name\":\"elsewhere\",\"content\":\"b.example.com\"}")
                .refused(400, 9039);
        api.send("POST", other, "{\"type\":\"A\",\"name\":\"elsewhere\",\"content\":\"192.0.2.1\"}")
                .ok();
    }

    @Test
    void aNameThatCanBeMistakenGetsAMessage() throws Exception {
        Result mixed = post("A", "p\u0430ypal", "192.0.2.1").ok();
        assertThat(mixed.body().at("/messages/0/code").intValue()).isEqualTo(9901);
        assertThat(mixed.body().at("/messages/0/message").asString())
                .contains("p\u0430ypal")
                .contains("(latin, cyrillic)");
        Result plain = post("A", "b\u00FCcher", "192.0.2.1").ok();
        assertThat(plain.body().get("messages").isEmpty()).isTrue();
        Result completed = post("A", "www.example.org.com", "192.0.2.1").ok();
        assertThat(completed.result().get("name").asString()).isEqualTo("www.example.org.com.example.com");
        assertThat(completed.body().at("/messages/0/code").intValue()).isEqualTo(9902);
    }

    @Test
    void aNameFillsTheBoundAndNoMore() throws Exception {
        // 253 characters with the zone's.
        String label = "a".repeat(60) + ".";
        String longest = label.repeat(3) + "a".repeat(253 - 183 - 12);
        assertThat(post("A", longest, "192.0.2.1").ok().result().get("name").asString())
                .hasSize(253);
        post("A", longest + "a", "192.0.2.1").refused(400, 9000);
        post("A", "a".repeat(63), "192.0.2.1").ok();
        post("A", "a".repeat(64), "192.0.2.1").refused(400, 9000);
    }

    @Test
    void typesAreAskedForJoinedOrRepeated() throws Exception {
        post("A", "a", "192.0.2.1").ok();
        post("AAAA", "a", "2001:db8::1").ok();
        post("TXT", "a", "text").ok();
        for (String query : List.of("type=A,TXT", "type=A&type=TXT", "type=txt&type=a", "type=A,,TXT,")) {
            assertThat(api.get(records + "?" + query).ok().result().size())
                    .as(query)
                    .isEqualTo(2);
        }
        assertThat(api.get(records + "?type=MX").ok().result().isEmpty()).isTrue();
        assertThat(api.get(records + "?name=A.Example.com.&type=A")
                        .ok()
                        .result()
                        .size())
                .isEqualTo(1);
        assertThat(api.get(records + "?name.startswith=%25&content.contains=_")
                        .ok()
                        .result()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void filtersIgnoreCaseInEveryScript() throws Exception {
        api.send("POST", records, """
                {"type":"A","name":"a","content":"192.0.2.1","comment":"Über ÉCOLE","tags":["Team:Ärzte"]}
                """).ok();
        for (String query : List.of(
                "comment.contains=%C3%A9cole",
                "comment.startswith=%C3%BCBER",
                "comment=%C3%9CBER%20%C3%A9cole",
                "tag=team:%C3%A4rzte",
                "search=%C3%A9COLE")) {
            assertThat(api.get(records + "?" + query).ok().result().size())
                    .as(query)
                    .isEqualTo(1);
        }
        // What was sent comes back, but for the names of tags.
        assertThat(api.get(records).ok().result().get(0).get("tags").get(0).asString())
                .isEqualTo("team:Ärzte");
    }

    @Test
    void twoWritersOfOneRecordLoseNothing() throws Exception {
        String id = post("A", "www", "192.0.2.1").ok().id();
        int rounds = 30;
        List<String> fields = List.of("comment", "content", "tags", "settings");
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int round = 0; round < rounds; round++) {
            String last = String.valueOf(round % 250);
            Map<String, String> patches = Map.of(
                    "comment", "{\"comment\":\"" + last + "\"}",
                    "content", "{\"content\":\"192.0.2." + last + "\"}",
                    "tags", "{\"tags\":[\"round:" + last + "\"]}",
                    "settings", "{\"settings\":{\"ipv4_only\":" + (round % 2 == 0) + "}}");
            List<Thread> threads = fields.stream()
                    .map(field -> Thread.ofPlatform().start(() -> {
                        try {
                            api.send("PATCH", records + "/" + id, patches.get(field))
                                    .ok();
                        } catch (Throwable failure) {
                            failures.add(failure);
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(30));
            }
            assertThat(failures).isEmpty();
            String record = api.get(records + "/" + id).ok().result().toString();
            assertThat(record)
                    .contains("\"comment\":\"" + last + "\"")
                    .contains("\"content\":\"192.0.2." + last + "\"")
                    .contains("\"tags\":[\"round:" + last + "\"]")
                    .contains("\"ipv4_only\":" + (round % 2 == 0));
        }
    }

    @Test
    void twoWritersOfOneNameMakeItOnce() throws Exception {
        List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = Stream.of(
                        "A 192.0.2.1", "CNAME other.example.net", "CNAME more.example.net", "A 192.0.2.1")
                .map(text -> text.split(" ", -1))
                .map(parts -> Thread.ofPlatform().start(() -> {
                    try {
                        statuses.add(post(parts[0], "once", parts[1]).status());
                    } catch (Exception failure) {
                        statuses.add(-1);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(30));
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 400, 400, 400);
        assertThat(api.get(records).ok().result().size()).isEqualTo(1);
    }

    @Test
    void nullTakesAnOptionalFieldAway() throws Exception {
        String id = api.send("POST", records, """
                {"type":"A","name":"www","content":"192.0.2.1","ttl":300,"comment":"one","tags":["a:b"],
                 "settings":{"ipv4_only":true},"proxied":false,"priority":null,"data":null,"private_routing":true}
                """).ok().id();
        Result cleared = api.send("PATCH", records + "/" + id, """
                        {"comment":null,"tags":null,"settings":null,"ttl":null,"proxied":null}
                        """).ok();
        assertThat(cleared.result().get("comment").isNull()).isTrue();
        assertThat(cleared.result().get("tags").isEmpty()).isTrue();
        assertThat(cleared.result().get("settings").isEmpty()).isTrue();
        assertThat(cleared.result().get("ttl").intValue()).isEqualTo(1);
        api.send("PATCH", records + "/" + id, "{\"content\":null}").refused(400, 1004);
    }

    @Test
    void aTokenDoesWhatItsPoliciesSay() throws Exception {
        String id = post("A", "www", "192.0.2.1").ok().id();
        String reader = api.zoneToken(zone, Permission.DNS_READ);
        String writer = api.zoneToken(zone, Permission.DNS_WRITE);
        String stranger = api.zoneToken(zone, Permission.ZONE_READ);
        String record = "{\"type\":\"A\",\"name\":\"new\",\"content\":\"192.0.2.2\"}";
        for (String path : List.of(records, records + "/" + id, records + "/export")) {
            api.sendAs(stranger, "GET", path, null).refused(403, 10000);
        }
        for (String token : List.of(reader, stranger)) {
            api.sendAs(token, "POST", records, record).refused(403, 10000);
            api.sendAs(token, "PATCH", records + "/" + id, "{}").refused(403, 10000);
            api.sendAs(token, "PUT", records + "/" + id, record).refused(403, 10000);
            api.sendAs(token, "DELETE", records + "/" + id, null).refused(403, 10000);
            api.sendAs(token, "POST", records + "/batch", "{}").refused(403, 10000);
            api.sendAs(token, "POST", records + "/import", "").refused(403, 10000);
        }
        api.sendAs(reader, "GET", records, null).ok();
        api.sendAs(writer, "GET", records + "/" + id, null).ok();
        api.sendAs(writer, "POST", records, record).ok();
        // Another's zone is as one that is not there.
        String other = "/zones/" + api.zone("other.example") + "/dns_records";
        api.sendAs(writer, "GET", other, null).refused(404, 1001);
        api.sendAs(writer, "POST", other, record).refused(404, 1001);
        api.sendAs(writer, "POST", other + "/batch", "{}").refused(404, 1001);
        api.sendAs(writer, "GET", other + "/export", null).refused(404, 1001);
        api.sendAs(writer, "POST", other + "/import", "").refused(404, 1001);
    }

    private Result post(String type, String name, String content) throws Exception {
        return api.send(
                "POST",
                records,
                "{\"type\":\"" + type + "\",\"name\":\"" + name + "\",\"content\":\"" + content + "\"}");
    }
}
