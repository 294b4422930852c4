package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DnsBatchTest {
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
    void changesAreAppliedInTheirOrder() throws Exception {
        String gone = api.record(zone, "A", "www", "192.0.2.1", true);
        String patched = api.record(zone, "A", "patched", "192.0.2.2", true);
        String put = api.record(zone, "A", "put", "192.0.2.3", true);
        // The post takes the name that the delete frees; the put the one that the patch leaves.
        Result done = batch("""
                {"posts":[{"type":"CNAME","name":"www","content":"o.example.net","proxied":true}],
                 "puts":[{"id":"%s","type":"CNAME","name":"patched","content":"p.example.net"}],
                 "patches":[{"id":"%s","name":"moved"}],
                 "deletes":[{"id":"%s","name":"ignored"}]}
                """.formatted(put, patched, gone)).ok();
        assertThat(done.result().propertyNames()).containsExactly("deletes", "patches", "puts", "posts");
        assertThat(done.result().at("/deletes/0/id").asString()).isEqualTo(gone);
        assertThat(done.result().at("/deletes/0/content").asString()).isEqualTo("192.0.2.1");
        assertThat(done.result().at("/patches/0/name").asString()).isEqualTo("moved.example.com");
        assertThat(done.result().at("/patches/0/content").asString()).isEqualTo("192.0.2.2");
        assertThat(done.result().at("/puts/0/id").asString()).isEqualTo(put);
        assertThat(done.result().at("/puts/0/proxied").booleanValue()).isFalse();
        assertThat(done.result().at("/posts/0/type").asString()).isEqualTo("CNAME");
        assertThat(api.get(records).ok().result().size()).isEqualTo(3);
        // One change for the edges.
        api.published(zone, config -> config.version() == 5 && config.hosts().size() == 2);
    }

    @Test
    void oneWrongElementUndoesAll() throws Exception {
        String one = api.record(zone, "A", "one", "192.0.2.1", true);
        String unknown = "0".repeat(32);
        Result refused = batch("""
                {"deletes":[{"id":"%s"},{"id":"%s"},{}],
                 "patches":[{"id":"%s","ttl":5}],
                 "puts":[{"id":"x","type":"A","name":"a","content":"192.0.2.1"}],
                 "posts":[{"type":"A","name":"fine","content":"192.0.2.1"},
                  {"type":"A","name":"bad","content":"192.0.2.999"},
                  {"type":"A","name":"fine","content":"192.0.2.1"},
                  {"type":"CNAME","name":"fine","content":"a.example.net"}]}
                """.formatted(one, unknown, one));
        refused.refused(400, 81044);
        assertThat(TestControl.each(refused.body().get("errors"))
                        .map(error -> error.get("code").intValue() + " "
                                + error.at("/source/pointer").asString()))
                .containsExactly(
                        "81044 /deletes/1/id",
                        "1004 /deletes/2/id",
                        "81044 /patches/0/id",
                        "81044 /puts/0/id",
                        "9005 /posts/1/content",
                        "81058 /posts/2",
                        "81053 /posts/3");
        assertThat(api.get(records).ok().result().size()).isEqualTo(1);
        assertThat(api.get(records + "/" + one).ok().result().get("ttl").intValue())
                .isEqualTo(1);
        assertThat(api.latest(zone).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void aLoopIsSeenAtTheEnd() throws Exception {
        String a = api.record(zone, "CNAME", "a", "b.example.com", true);
        String b = api.record(zone, "CNAME", "b", "c.example.net", true);
        // For a moment a and b point to each other.
        batch("""
                {"patches":[{"id":"%s","content":"a.example.com"},{"id":"%s","content":"d.example.net"}]}
                """.formatted(b, a)).ok();
        Result loop = batch("""
                {"posts":[{"type":"CNAME","name":"x","content":"y.example.com"},
                 {"type":"CNAME","name":"y","content":"x.example.com"}]}
                """);
        assertThat(loop.refused(400, 9039).pointer()).isEqualTo("/posts/0/content");
        assertThat(api.get(records).ok().result().size()).isEqualTo(2);
    }

    @Test
    void noAliasLeadsFurtherThanResolversGo() throws Exception {
        batch("{\"posts\":[" + chain("n", 16) + "]}").ok();
        api.send("POST", records, "{\"type\":\"CNAME\",\"name\":\"n16\",\"content\":\"n17.example.com\"}")
                .ok();
        Result refused = batch("{\"posts\":[" + chain("m", 17) + "]}");
        assertThat(refused.refused(400, 9039).pointer()).isEqualTo("/posts/0/content");
    }

    private static String chain(String name, int length) {
        return IntStream.range(0, length)
                .mapToObj(i -> "{\"type\":\"CNAME\",\"name\":\"" + name + i + "\",\"content\":\"" + name + (i + 1)
                        + ".example.com\"}")
                .collect(Collectors.joining(","));
    }

    @Test
    void theFormOfABatchIsChecked() throws Exception {
        assertThat(batch("{\"posts\":{}}").refused(400, 1004).pointer()).isEqualTo("/posts");
        assertThat(batch("{\"posts\":[5]}").refused(400, 1004).pointer()).isEqualTo("/posts/0");
        assertThat(batch("{\"gets\":[]}").refused(400, 1004).pointer()).isEqualTo("/gets");
        assertThat(batch("{\"deletes\":[{\"id\":5}]}").refused(400, 1004).pointer())
                .isEqualTo("/deletes/0/id");
        batch("[]").refused(400, 6007);
        String many = IntStream.range(0, 3_501).mapToObj(_ -> "{}").collect(Collectors.joining(","));
        batch("{\"posts\":[" + many + "]}").refused(400, 1004);
        String half = IntStream.range(0, 1_751).mapToObj(_ -> "{}").collect(Collectors.joining(","));
        batch("{\"posts\":[" + half + "],\"puts\":[" + half + "]}").refused(400, 1004);
    }

    @Test
    void aZoneIsFilledButNotBeyondItsBound() throws Exception {
        String most = IntStream.range(0, 3_500)
                .mapToObj(i ->
                        "{\"type\":\"A\",\"name\":\"n" + i + "\",\"content\":\"192.0.2.1\",\"tags\":[\"n:" + i + "\"]}")
                .collect(Collectors.joining(","));
        batch("{\"posts\":[" + most + "]}").ok();
        api.send("POST", records, "{\"type\":\"A\",\"name\":\"more\",\"content\":\"192.0.2.1\"}")
                .refused(400, 81045);
        assertThat(api.upload(records + "/import", "more 60 IN A 192.0.2.1\n", "false")
                        .refused(400, 81045)
                        .message())
                .startsWith("line 1: ");
        JsonNode found =
                api.get(records + "?tag=n:77&name.endswith=77.example.com").ok().result();
        assertThat(found.size()).isEqualTo(1);
        assertThat(api.get(records + "?per_page=1000&page=4").ok().result().size())
                .isEqualTo(500);
        String first = found.get(0).get("id").asString();
        batch("""
                {"deletes":[{"id":"%s"}],"posts":[{"type":"A","name":"more","content":"192.0.2.1"}]}
                """.formatted(first)).ok();
    }

    @Test
    void eachRecordIsInTheAuditLog() throws Exception {
        String one = api.record(zone, "A", "one", "192.0.2.1", true);
        batch("""
                {"deletes":[{"id":"%s"}],"posts":[{"type":"A","name":"two","content":"192.0.2.2"},
                 {"type":"A","name":"three","content":"192.0.2.3"}]}
                """.formatted(one)).ok();
        JsonNode log =
                api.get("/accounts/" + api.account() + "/audit_logs").ok().result();
        assertThat(TestControl.each(log)
                        .filter(note -> note.at("/resource/type").asString().equals("dns_record"))
                        .map(note -> note.at("/action/type").asString()))
                .containsExactlyInAnyOrder("add", "delete", "add", "add");
    }

    private Result batch(String body) throws Exception {
        return api.send("POST", records + "/batch", body);
    }
}
