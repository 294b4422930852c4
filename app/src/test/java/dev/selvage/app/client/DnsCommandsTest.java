package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DnsCommandsTest {
    private static final String RECORDS = "/zones/" + FakeApi.ZONE + "/dns_records";
    private static final String WWW = "a".repeat(32);
    private static final String MAIL = "b".repeat(32);
    private static final String MAIL_TOO = "c".repeat(32);

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        List<String> records = List.of(
                record(WWW, "A", "www.example.com", "192.0.2.1"),
                record(MAIL, "A", "mail.example.com", "192.0.2.2"),
                record(MAIL_TOO, "TXT", "mail.example.com", "v=spf1 -all"),
                record("d".repeat(32), "A", "example.com", "192.0.2.3"),
                record("e".repeat(32), "CNAME", "*.example.com", "www.example.com"));
        api.on(
                "GET",
                RECORDS,
                asked -> FakeApi.list(
                        asked,
                        1,
                        records.stream()
                                .filter(record -> asked.parameter("name.exact").isEmpty()
                                        || record.contains("\"" + asked.parameter("name.exact") + "\",\"ttl"))
                                .filter(record -> asked.parameter("type").isEmpty()
                                        || record.contains("\"type\":\"" + asked.parameter("type") + "\""))
                                .toList()));
        for (String id : List.of(WWW, MAIL, MAIL_TOO, "d".repeat(32), "e".repeat(32))) {
            api.on("PATCH", RECORDS + "/" + id, _ -> FakeApi.ok(record(id, "A", "www.example.com", "192.0.2.9")));
            api.on("DELETE", RECORDS + "/" + id, _ -> FakeApi.ok("{\"id\":\"" + id + "\"}"));
        }
    }

    private static String record(String id, String type, String name, String content) {
        return """
                {"id":"%s","type":"%s","content":"%s","name":"%s","ttl":1,"proxied":true,"comment":null,"tags":[]}""".formatted(id, type, content, name);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aListShowsWhatARecordIsAndItsId() {
        Commands.Ran ran = commands.run("dns", "list", "example.com");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .startsWith("TYPE   NAME              CONTENT          PROXIED  TTL   COMMENT  ID\n")
                .contains("A      www.example.com   192.0.2.1        yes      auto  -        " + WWW);
        assertThat(commands.run("dns", "list", "example.com", "--json").out()).startsWith("[{\"id\":\"" + WWW);
    }

    @Test
    void filtersGoToTheApi() {
        commands.run(
                "dns",
                "list",
                FakeApi.ZONE,
                "--type",
                "cname",
                "--name",
                "w w",
                "--content",
                "é",
                "--comment",
                "x",
                "--tag",
                "a:b",
                "--no-proxied");

        assertThat(api.last().target())
                .isEqualTo(RECORDS + "?type=CNAME&name.contains=w%20w&content.contains=%C3%A9&comment.contains=x"
                        + "&tag=a%3Ab&proxied=false&page=1&per_page=1000");
    }

    @Test
    void aRecordIsAddedWithAllThatIsNamed() {
        api.on("POST", RECORDS, _ -> FakeApi.ok(record(WWW, "A", "www.example.com", "192.0.2.1")));

        Commands.Ran ran = commands.run(
                "dns",
                "add",
                "example.com",
                "a",
                "www",
                "192.0.2.1",
                "--proxied",
                "--ttl",
                "auto",
                "--comment",
                "the \"site\"",
                "--tag",
                "owner:me",
                "--tag",
                "env:test",
                "--priority",
                "10");

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEqualTo("selvage: added A www.example.com 192.0.2.1\n");
        assertThat(api.last().body()).isEqualTo("""
                {"type":"A","name":"www","content":"192.0.2.1","proxied":true,"ttl":1,"priority":10,\
                "comment":"the \\"site\\"","tags":["owner:me","env:test"]}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1e9", "99999999999", "60s"})
    void aTtlIsANumberOrAuto(String ttl) {
        Commands.Ran ran = commands.run("dns", "add", "example.com", "A", "www", "192.0.2.1", "--ttl=" + ttl);

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--ttl");
        assertThat(api.lines()).noneMatch(line -> line.startsWith("POST"));
    }

    @Test
    void whatIsMissingIsAMatterOfUsage() {
        assertThat(commands.run("dns", "add", "example.com", "A", "www").exit()).isEqualTo(2);
        assertThat(commands.run("dns", "list").exit()).isEqualTo(2);
        assertThat(commands.run("dns").exit()).isEqualTo(2);
        assertThat(commands.run("dns", "set", "example.com", "www").err()).contains("name what to change");
        assertThat(api.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"www", "WWW.example.com", "www.example.com.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aRecordIsFoundByAnyFormOfItsNameOrItsId(String record) {
        api.on("GET", RECORDS + "/" + WWW, _ -> FakeApi.ok(record(WWW, "A", "www.example.com", "192.0.2.1")));

        Commands.Ran ran = commands.run("dns", "set", "example.com", record, "--content", "192.0.2.9", "--no-proxied");

        assertThat(ran.exit()).isZero();
        assertThat(api.lines().getLast()).isEqualTo("PATCH " + RECORDS + "/" + WWW);
        assertThat(api.last().body()).isEqualTo("{\"content\":\"192.0.2.9\",\"proxied\":false}");
    }

    @Test
    void theZoneItselfAndAWildcardAreNamesToo() {
        commands.run("dns", "set", "example.com", "@", "--ttl", "60");
        assertThat(api.lines().getLast()).endsWith("d".repeat(32));
        commands.run("dns", "set", FakeApi.ZONE, "*", "--comment", "");
        assertThat(api.lines().getLast()).endsWith("e".repeat(32));
        assertThat(api.last().body()).isEqualTo("{\"comment\":\"\"}");
    }

    @Test
    void ofSeveralRecordsOneMustBeMeant() {
        Commands.Ran ran = commands.run("dns", "remove", "example.com", "mail", "--yes");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(MAIL + "  A  192.0.2.2").contains(MAIL_TOO + "  TXT  v=spf1 -all");
        assertThat(commands.run("dns", "remove", "example.com", "mail", "--type", "txt", "--yes")
                        .exit())
                .isZero();
        assertThat(api.lines().getLast()).isEqualTo("DELETE " + RECORDS + "/" + MAIL_TOO);
    }

    @Test
    void aRecordThatIsNoneSaysWhichMayBeMeant() {
        Commands.Ran ran = commands.run("dns", "remove", "example.com", "wwww", "--yes");

        assertThat(ran.exit()).isEqualTo(66);
        assertThat(ran.err()).contains("`wwww.example.com`; did you mean `www.example.com`?");
    }

    @Test
    void aRemovalNeedsAYes() {
        assertThat(commands.run("dns", "remove", "example.com", "www").exit()).isEqualTo(2);
        assertThat(commands.person(80)
                        .typing("no\n")
                        .run("dns", "remove", "example.com", "www")
                        .err())
                .contains("remove A www.example.com 192.0.2.1? [y/N]");
        assertThat(api.lines()).noneMatch(line -> line.startsWith("DELETE"));
        assertThat(commands.typing("yes\n")
                        .run("dns", "remove", "example.com", "www")
                        .exit())
                .isZero();
    }

    @Test
    void aZoneFileIsSentWholeWithWhateverItHolds() throws IOException {
        api.on("POST", RECORDS + "/import", _ -> FakeApi.ok("{\"recs_added\":2,\"total_records_parsed\":3}"));
        String text =
                "www 1 IN A 192.0.2.1\r\n--selvage\r\nContent-Disposition: form-data; name=\"proxied\"\r\n\r\ntrue é\n";
        Files.writeString(directory.resolve("zone.txt"), text);

        Commands.Ran ran = commands.run("dns", "import", "example.com", "zone.txt", "--proxied");

        assertThat(ran.out()).isEqualTo("Added  2\nRead   3\n");
        String type = api.last().headers().getOrDefault("content-type", "");
        assertThat(type).startsWith("multipart/form-data; boundary=selvage-");
        String boundary = "--" + type.substring(type.indexOf('=') + 1);
        assertThat(api.last().body().split(boundary, -1)).hasSize(4).satisfies(parts -> {
            assertThat(parts[1]).isEqualTo("\r\nContent-Disposition: form-data; name=\"proxied\"\r\n\r\ntrue\r\n");
            assertThat(parts[2]).endsWith("\r\n\r\n" + text + "\r\n").contains("name=\"file\"");
            assertThat(parts[3]).isEqualTo("--\r\n");
        });
    }

    @Test
    void aZoneFileCanComeFromTheStandardInput() {
        api.on("POST", RECORDS + "/import", _ -> FakeApi.ok("{\"recs_added\":1,\"total_records_parsed\":1}"));

        assertThat(commands.typing("www 1 IN A 192.0.2.1\n")
                        .run("dns", "import", "example.com", "-", "--json")
                        .out())
                .isEqualTo("{\"recs_added\":1,\"total_records_parsed\":1}\n");
        assertThat(api.last().body()).contains("www 1 IN A 192.0.2.1\n");
    }

    @Test
    void aFileThatCannotBeReadOrSentIsSaidSo() throws IOException {
        Commands.Ran missing = commands.run("dns", "import", "example.com", "nowhere.txt");
        assertThat(missing.exit()).isEqualTo(74);
        assertThat(missing.err()).contains("nowhere.txt").contains("there is no such file");

        Files.write(directory.resolve("large.txt"), new byte[(8 << 20) + 1]);
        Commands.Ran large = commands.run("dns", "import", "example.com", "large.txt");
        assertThat(large.exit()).isEqualTo(65);
        assertThat(large.err()).contains("8 MiB");
        assertThat(api.lines()).noneMatch(line -> line.startsWith("POST"));
    }

    @Test
    void anExportIsTheTextItselfInAnyLocale() {
        String text = ";; é\u0007\nwww.example.com.\t1\tIN\tA\t192.0.2.1\n";
        api.on("GET", RECORDS + "/export", _ -> new FakeApi.Said(200, "text/plain", Map.of(), text));

        assertThat(commands.in(StandardCharsets.US_ASCII)
                        .run("dns", "export", "example.com")
                        .out())
                .isEqualTo(text);
        assertThat(commands.run("dns", "export", "example.com", "--json").out()).startsWith("\";; é\\u0007\\nwww");
        assertThat(commands.in(StandardCharsets.UTF_8)
                        .person(80)
                        .run("dns", "export", "example.com")
                        .out())
                .isEqualTo(text.replace("\u0007", "\\u{7}"));
    }

    @Test
    void anExportThatIsRefusedIsAnError() {
        api.on(
                "GET",
                RECORDS + "/export",
                _ -> FakeApi.refused(403, "{\"code\":10000,\"message\":\"Authentication error\"}"));

        Commands.Ran ran = commands.run("dns", "export", "example.com");

        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("10000: Authentication error");
    }
}
