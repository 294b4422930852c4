package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.toolkit.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DnsImportTest {
    private TestControl api;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        api = TestControl.open(directory);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void aFileBecomesRecords() throws Exception {
        String zone = api.zone("import.example");
        String records = "/zones/" + zone + "/dns_records";
        Result done = api.upload(records + "/import", """
                        $TTL 300
                        @ IN SOA ns host 1 2 3 4 5
                        @ IN A 192.0.2.1
                        www IN CNAME @ ; the site cf_tags=team:web
                        txt IN TXT "hello"
                        txt IN TXT hello
                        old 9w IN A 192.0.2.2
                        """, "true").ok();
        assertThat(done.result().toString()).isEqualTo("{\"recs_added\":4,\"total_records_parsed\":5}");
        assertThat(done.body().at("/messages/0/code").intValue()).isEqualTo(9903);
        JsonNode www = api.get(records + "?type=CNAME").ok().result().get(0);
        assertThat(www.get("name").asString()).isEqualTo("www.import.example");
        assertThat(www.get("content").asString()).isEqualTo("import.example");
        assertThat(www.get("proxied").booleanValue()).isTrue();
        assertThat(www.get("comment").asString()).isEqualTo("the site");
        assertThat(www.get("tags").toString()).isEqualTo("[\"team:web\"]");
        // What is there already is not made again.
        Result again = api.upload(records + "/import", "@ A 192.0.2.1\nnew A 192.0.2.1\n", "")
                .ok();
        assertThat(again.result().toString()).isEqualTo("{\"recs_added\":1,\"total_records_parsed\":2}");
        api.published(zone, config -> config.hosts().size() == 3);
    }

    @Test
    void aFileWithOneErrorChangesNothing() throws Exception {
        String zone = api.zone("broken.example");
        String records = "/zones/" + zone + "/dns_records";
        api.record(zone, "CNAME", "alias", "o.example.net", false);
        Result refused = api.upload(records + "/import", """
                fine A 192.0.2.1
                bad A 192.0.2.999
                alias A 192.0.2.1
                other.zone. A 192.0.2.1
                odd XYZ 1
                x CNAME y
                y CNAME x
                """, "false");
        refused.refused(400, 1004);
        assertThat(TestControl.each(refused.body().get("errors"))
                        .map(error -> error.get("code").intValue() + " "
                                + error.get("message").asString().split(":", -1)[0]))
                .containsExactly("1004 line 5", "9005 line 2", "81053 line 3", "9000 line 4");
        Result loop = api.upload(records + "/import", "fine A 192.0.2.1\nx CNAME y\ny CNAME x\n", "false");
        assertThat(loop.refused(400, 9039).message()).startsWith("line 2: Content for CNAME");
        assertThat(api.get(records).ok().result().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"maybe", "1", "TRUE"})
    void theFormIsChecked(String proxied) throws Exception {
        String path =
                "/zones/" + api.zone("form-" + proxied.toLowerCase(Locale.ROOT) + ".example") + "/dns_records/import";
        api.upload(path, "a A 192.0.2.1\n", proxied).refused(400, 1004);
        api.send("POST", path, "{}").refused(400, 1004);
        api.send(
                        "POST",
                        "/client/v4" + path,
                        "--b\r\nContent-Disposition: form-data; name=\"zone\"\r\n\r\nx\r\n--b--\r\n",
                        "Authorization",
                        "Bearer " + TestControl.TOKEN,
                        "Content-Type",
                        "multipart/form-data; boundary=b")
                .refused(400, 1004);
    }

    @Test
    void anExportIsAMasterFile() throws Exception {
        String zone = api.zone("export.example");
        String records = "/zones/" + zone + "/dns_records";
        api.send("POST", records, """
                {"type":"A","name":"www","content":"192.0.2.1","proxied":true,"comment":"the site",
                 "tags":["team:web","note:a,b"]}
                """).ok();
        api.send("POST", records, "{\"type\":\"TXT\",\"name\":\"@\",\"content\":\"say \\\"hü\\\"\",\"ttl\":60}")
                .ok();
        api.send("POST", records, "{\"type\":\"MX\",\"name\":\"@\",\"content\":\"mail.example.net\",\"priority\":5}")
                .ok();
        HttpResponse<String> answer = api.text(records + "/export");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
        assertThat(answer.body()).isEqualTo("""
                ;;
                ;; Domain:     export.example.
                ;; Exported:   2026-03-01T12:00:00.123456Z
                ;;
                $ORIGIN export.example.

                ;; A Records
                www.export.example.\t1\tIN\tA\t192.0.2.1 ; the site cf_tags=team:web,note:"a,b",cf-proxied:true

                ;; MX Records
                export.example.\t1\tIN\tMX\t5 mail.example.net.

                ;; TXT Records
                export.example.\t60\tIN\tTXT\t"say \\"h\\195\\188\\""
                """);
        assertThat(api.text("/zones/" + "0".repeat(32) + "/dns_records/export").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatIsExportedComesBackTheSame() throws Exception {
        Random random = new Random(20260301);
        for (int round = 0; round < 6; round++) {
            String from = "/zones/" + api.zone("from" + round + ".example") + "/dns_records";
            ArrayNode posts = Json.MAPPER.createArrayNode();
            for (int i = 0; i < 150; i++) {
                posts.add(record(random, i));
            }
            ObjectNode batch = Json.MAPPER.createObjectNode();
            batch.set("posts", posts);
            api.send("POST", from + "/batch", batch.toString()).ok();
            String file = api.text(from + "/export").body();
            String to = "/zones/" + api.zone("to" + round + ".example") + "/dns_records";
            String moved = file.replace("from" + round + ".example", "to" + round + ".example");
            Result done = api.upload(to + "/import", moved, "false").ok();
            assertThat(done.result().get("recs_added").intValue()).isEqualTo(150);
            assertThat(done.body().get("messages").toString()).doesNotContain("9903");
            List<String> before = meaning(from);
            assertThat(meaning(to)).isEqualTo(before);
            assertThat(api.text(to + "/export").body().replace("to" + round + ".example", "from" + round + ".example"))
                    .isEqualTo(file);
        }
    }

    /// What the records of a zone say, in an order that does not hang on their ids.
    private List<String> meaning(String records) throws Exception {
        List<String> meaning = new ArrayList<>();
        for (JsonNode record : api.get(records + "?per_page=1000").ok().result()) {
            Map<String, String> fields = new TreeMap<>();
            record.properties()
                    .forEach(
                            field -> fields.put(field.getKey(), field.getValue().toString()));
            List.of("id", "zone_id", "zone_name", "created_on", "modified_on").forEach(fields::remove);
            if (record.get("type").asString().equals("TXT")) {
                // A text is written in quotes after an import.
                fields.remove("content");
            }
            meaning.add(fields.toString().replaceAll("(from|to)\\d\\.example", "zone.example"));
        }
        return meaning.stream().sorted().toList();
    }

    private static ObjectNode record(Random random, int i) {
        ObjectNode record = Json.MAPPER.createObjectNode();
        record.put("name", (random.nextInt(10) == 0 ? "*." : "") + "n" + i + (random.nextBoolean() ? "" : ".sub"));
        if (random.nextBoolean()) {
            record.put("comment", word(random, 60) + "x");
        }
        if (random.nextBoolean()) {
            ArrayNode tags = record.putArray("tags");
            for (int j = random.nextInt(4); j >= 0; j--) {
                tags.add(
                        "t" + j + (random.nextBoolean() ? ":" + word(random, 30).strip() : ""));
            }
        }
        String host = "host" + random.nextInt(100) + ".example.net";
        ObjectNode data = Json.MAPPER.createObjectNode();
        switch (random.nextInt(14)) {
            case 0 ->
                record.put("type", "A")
                        .put("content", "192.0.2." + random.nextInt(256))
                        .put("proxied", true);
            case 1 ->
                record.put("type", "AAAA").put("content", "2001:db8::" + Integer.toHexString(random.nextInt(9999)));
            case 2 -> {
                record.put("type", "CNAME").put("content", host);
                record.putObject("settings").put("flatten_cname", true);
            }
            case 3 -> record.put("type", "MX").put("content", host).put("priority", random.nextInt(65_536));
            case 4, 5 -> record.put("type", "TXT").put("content", word(random, 900) + "t");
            case 6 -> data.put("flags", 0).put("tag", "issue").put("value", word(random, 40));
            case 7 ->
                data.put("priority", 1)
                        .put("weight", random.nextInt(65_536))
                        .put("port", 443)
                        .put("target", random.nextBoolean() ? host : ".");
            case 8 ->
                data.put("usage", 3).put("selector", 1).put("matching_type", 0).put("certificate", hex(random));
            case 9 ->
                data.put("priority", 1)
                        .put("target", host)
                        .put("value", "alpn=\"h3,h2\" ipv4hint=192.0.2.1 key667=\"a;b(c\"");
            case 10 ->
                data.put("order", 1)
                        .put("preference", 2)
                        .put("flags", "u")
                        .put("service", word(random, 10))
                        .put("regex", word(random, 30))
                        .put("replacement", host);
            case 11 ->
                data.put("flags", 257)
                        .put("protocol", 3)
                        .put("algorithm", 13)
                        .put(
                                "public_key",
                                Base64.getEncoder().encodeToString(hex(random).getBytes(StandardCharsets.UTF_8)));
            case 12 -> {
                record.put("type", "URI").put("priority", 3);
                data.put("weight", 4).put("target", "https://example.net/" + word(random, 20));
            }
            default ->
                data.put("lat_degrees", random.nextInt(91))
                        .put("lat_minutes", random.nextInt(60))
                        .put("lat_seconds", random.nextInt(60))
                        .put("lat_direction", "S")
                        .put("long_degrees", random.nextInt(181))
                        .put("long_minutes", random.nextInt(60))
                        .put("long_seconds", 1.5)
                        .put("long_direction", "E")
                        .put("altitude", random.nextInt(1000) - 500)
                        .put("size", 1)
                        .put("precision_horz", 100)
                        .put("precision_vert", 10.25);
        }
        if (!data.isEmpty()) {
            record.set("data", data);
            if (!record.has("type")) {
                record.put("type", type(data));
            }
        }
        boolean proxied = record.path("proxied").asBoolean(false);
        return record.put("ttl", proxied || random.nextBoolean() ? 1 : 30 + random.nextInt(86_371));
    }

    private static String type(ObjectNode data) {
        for (Map.Entry<String, String> known : Map.of(
                        "tag", "CAA",
                        "port", "SRV",
                        "usage", "TLSA",
                        "replacement", "NAPTR",
                        "public_key", "DNSKEY",
                        "altitude", "LOC",
                        "value", "HTTPS")
                .entrySet()) {
            if (data.has(known.getKey()) && !(known.getKey().equals("value") && data.has("tag"))) {
                return known.getValue();
            }
        }
        throw new AssertionError(data);
    }

    /// Text with everything that zone files give a meaning.
    private static String word(Random random, int longest) {
        String[] parts = {
            "a",
            "B",
            "7",
            " ",
            ";",
            "\"",
            "\\",
            "(",
            ")",
            ",",
            "=",
            ":",
            "cf_tags=",
            " cf_tags=",
            "$",
            "@",
            "\\012",
            "ü",
            "漢",
            "😀",
            "."
        };
        StringBuilder word = new StringBuilder();
        for (int j = random.nextInt(longest / 9 + 1); j > 0; j--) {
            word.append(parts[random.nextInt(parts.length)]);
        }
        String text = word.toString();
        // Text that starts with a quote is the text form already.
        return text.startsWith("\"") ? "q" + text : text;
    }

    private static String hex(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(60)];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
