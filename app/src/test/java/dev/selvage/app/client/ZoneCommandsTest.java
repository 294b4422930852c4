package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ZoneCommandsTest {
    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aListIsATableForPeople() {
        assertThat(commands.run("zone", "list").out()).isEqualTo("""
                NAME          STATUS  PAUSED  ACCOUNT  CREATED               ID
                example.com   active  no      Selvage  2026-01-01T00:00:00Z  0123456789abcdef0123456789abcdef
                shop.example  active  no      Selvage  2026-01-01T00:00:00Z  ffffffffffffffffffffffffffffffff
                """);
    }

    @Test
    void everyPageIsRead() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 3, FakeApi.three(asked.page())));

        Commands.Ran table = commands.run("zone", "list");
        Commands.Ran json = commands.run("zone", "list", "--json");

        assertThat(table.out().lines()).hasSize(10);
        assertThat(table.out()).contains("z1-0.example").contains("z3-2.example");
        assertThat(json.out()).startsWith("[{\"id\":").endsWith("}]\n").contains("z3-2.example");
        assertThat(json.out().lines()).hasSize(1);
        assertThat(api.asked).hasSize(6);
    }

    @Test
    void aLimitEndsAListEarly() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 3, FakeApi.three(asked.page())));

        assertThat(commands.run("zone", "list", "--limit", "2").out().lines()).hasSize(3);
        assertThat(api.asked).hasSize(1);
        assertThat(commands.run("zone", "list", "--limit", "0").exit()).isEqualTo(2);
        assertThat(commands.run("zone", "list", "--limit", "many").exit()).isEqualTo(2);
    }

    @Test
    void aListWithoutEndIsNotReadForEver() {
        List<String> page =
                IntStream.range(0, 5_000).mapToObj(i -> "{\"id\":\"x\"}").toList();
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 1_000_000, page));

        Commands.Ran ran = commands.run("zone", "list", "--json");

        assertThat(ran.exit()).isEqualTo(65);
        assertThat(ran.err()).contains("more than 100000").contains("--limit").contains("so far");
        assertThat(ran.out())
                .as("no whole array, which a script would take for all")
                .doesNotEndWith("]\n");
    }

    @Test
    void aListThatAnswersAnotherPageThanWasAskedEnds() {
        api.on("GET", "/zones", asked -> FakeApi.json(200, """
                {"success":true,"errors":[],"messages":[],"result":[{"id":"x"}],
                 "result_info":{"page":1,"per_page":1,"count":1,"total_count":9,"total_pages":9}}"""));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.exit()).isEqualTo(76);
        assertThat(api.asked).hasSize(2);
    }

    @Test
    void anEmptyListIsAnEmptyArrayOrTitlesAlone() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 1, List.of()));

        assertThat(commands.run("zone", "list", "--json").out()).isEqualTo("[]\n");
        assertThat(commands.run("zone", "list").out())
                .startsWith("NAME  STATUS")
                .hasLineCount(1);
    }

    @Test
    void filtersGoToTheApiAsTheyAre() {
        commands.run("zone", "list", "--name", "contains:a&b", "--status", "active", "--account", "Selvage");

        assertThat(api.last().target())
                .isEqualTo("/zones?name=contains%3Aa%26b&account.id=" + FakeApi.ACCOUNT
                        + "&status=active&page=1&per_page=50");
    }

    @Test
    void onATerminalJsonIsIndentedAndTheTitleIsBold() {
        commands.person(200);

        assertThat(commands.run("zone", "show", "example.com", "--json").out()).startsWith("{\n  \"id\": \"0123");
        assertThat(commands.run("zone", "list").out())
                .startsWith("\u001b[1mNAME")
                .contains("ID\u001b[0m\n");
        assertThat(commands.run("zone", "list", "--no-color").out()).startsWith("NAME");
        assertThat(commands.with("NO_COLOR", "1").run("zone", "list").out()).startsWith("NAME");
    }

    @Test
    void aNarrowTerminalCutsWhatMayBeCutAndNeverAnId() {
        String out = commands.person(90).run("zone", "list", "--no-color").out();

        assertThat(out.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(90));
        assertThat(out).contains("…").contains(FakeApi.ZONE);
        assertThat(commands.in(StandardCharsets.US_ASCII)
                        .run("zone", "list", "--no-color")
                        .out())
                .contains("~")
                .doesNotContain("?");
    }

    @Test
    void hostileNamesDoNotReachTheTerminalAsTheyAre() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 1, List.of("""
                {"id":"%s","name":"a\\u001b]0;owned\\u0007\\u001b[2Jb\\u202e\\u009b\\r\\nx","status":"\\ud800"}""".formatted(FakeApi.ZONE))));
        commands.person(300);

        for (String[] arguments :
                new String[][] {{"zone", "list"}, {"zone", "list", "--json"}, {"api", "GET", "/zones"}}) {
            String out = commands.run(arguments).out().replace("\u001b[1m", "").replace("\u001b[0m", "");
            assertThat(out.chars().filter(c -> c != '\n').anyMatch(c -> !Printable.isVisible(c)))
                    .as(out)
                    .isFalse();
        }
        assertThat(commands.run("zone", "list").out())
                .contains("a\\u{1b}]0;owned\\u{7}")
                .hasLineCount(2);
    }

    @Test
    void hostileErrorsDoNotReachTheTerminalAsTheyAre() {
        api.on(
                "GET",
                "/zones",
                _ -> FakeApi.refused(
                        400,
                        "{\"code\":1,\"message\":\"\\u001b[2J\\nselvage: all is well\",\"source\":{\"pointer\":\"/\\u0007\"}}"));

        Commands.Ran ran = commands.run("zone", "list");

        assertThat(ran.err()).isEqualTo("selvage: 1: \\u{1b}[2J\nselvage:     selvage: all is well (at /\\u{7})\n");
    }

    @Test
    void aZoneIsFoundByItsNameOrItsId() {
        assertThat(commands.run("zone", "show", "Example.COM.").out())
                .contains("Name              example.com\n")
                .contains("Id                " + FakeApi.ZONE);
        assertThat(api.last().parameter("name")).isEqualTo("example.com");
        assertThat(commands.run("zone", "show", FakeApi.ZONE).exit()).isZero();
        assertThat(api.lines().getLast()).isEqualTo("GET /zones/" + FakeApi.ZONE);
    }

    @Test
    void aNameThatIsNoneSaysWhichMayBeMeant() {
        Commands.Ran ran = commands.run("zone", "show", "exmaple.com");

        assertThat(ran.exit()).isEqualTo(66);
        assertThat(ran.err()).contains("there is no zone `exmaple.com`; did you mean `example.com`?");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void anOperatorOfTheFilterIsNoName() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 1, List.of(FakeApi.zone("example.com", FakeApi.ZONE))));

        assertThat(commands.run("zone", "remove", "contains:example", "--yes").exit())
                .isEqualTo(66);
        assertThat(api.lines()).noneMatch(line -> line.startsWith("DELETE"));
    }

    @Test
    void aTokenThatSeesNoZoneIsToldToUseTheId() {
        api.on("GET", "/zones", asked -> FakeApi.list(asked, 1, List.of()));

        assertThat(commands.run("zone", "show", "example.com").err())
                .contains("by its id")
                .contains("Zone Read");
    }

    @Test
    void twoZonesOfOneNameAreNotGuessedBetween() {
        api.on(
                "GET",
                "/zones",
                asked -> FakeApi.list(
                        asked,
                        1,
                        List.of(FakeApi.zone("a.example", "1".repeat(32)), FakeApi.zone("a.example", "2".repeat(32)))));

        Commands.Ran ran = commands.run("zone", "remove", "a.example", "--yes");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("1".repeat(32)).contains("2".repeat(32));
    }

    @Test
    void aZoneIsMadeInTheOnlyAccount() {
        api.on("POST", "/zones", _ -> FakeApi.ok(FakeApi.zone("new.example", "a".repeat(32))));

        Commands.Ran ran = commands.run("zone", "add", "new.example");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("Name              new.example");
        assertThat(ran.err()).isEqualTo("selvage: made the zone new.example\n");
        assertThat(api.last().body())
                .isEqualTo("{\"name\":\"new.example\",\"account\":{\"id\":\"" + FakeApi.ACCOUNT + "\"}}");
        assertThat(api.last().headers()).containsEntry("content-type", "application/json");
        assertThat(commands.run("zone", "add", "new.example", "--quiet", "--json")
                        .err())
                .isEmpty();
    }

    @Test
    void ofSeveralAccountsOneMustBeNamed() {
        api.on(
                "GET",
                "/accounts",
                asked -> FakeApi.list(
                        asked,
                        1,
                        List.of(
                                "{\"id\":\"" + "1".repeat(32) + "\",\"name\":\"One\"}",
                                "{\"id\":\"" + "2".repeat(32) + "\",\"name\":\"Two\"}")));
        api.on("POST", "/zones", _ -> FakeApi.ok(FakeApi.zone("new.example", "a".repeat(32))));

        Commands.Ran ran = commands.run("zone", "add", "new.example");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("One").contains("Two").contains("--account");
        assertThat(commands.run("zone", "add", "new.example", "--account", "Tow")
                        .err())
                .contains("did you mean `Two`?");
        assertThat(commands.run("zone", "add", "new.example", "--account", "Two")
                        .exit())
                .isZero();
        assertThat(api.last().body()).contains("2".repeat(32));
    }

    @Test
    void aRemovalNeedsAYes() {
        api.on("DELETE", "/zones/" + FakeApi.ZONE, _ -> FakeApi.ok("{\"id\":\"" + FakeApi.ZONE + "\"}"));

        Commands.Ran unasked = commands.run("zone", "remove", "example.com");
        assertThat(unasked.exit()).isEqualTo(2);
        assertThat(unasked.err()).contains("--yes").contains("example.com");
        for (String no : List.of("n\n", "\n", "", "example.com\n", "yess\n")) {
            Commands.Ran refused = commands.person(80).typing(no).run("zone", "remove", "example.com");
            assertThat(refused.exit()).as(no).isEqualTo(2);
            assertThat(refused.err()).contains("[y/N]").contains("nothing was changed");
        }
        assertThat(api.lines()).noneMatch(line -> line.startsWith("DELETE"));

        assertThat(commands.typing("Y\n").run("zone", "remove", "example.com").exit())
                .isZero();
        assertThat(commands.typing("")
                        .run("zone", "remove", "example.com", "--yes")
                        .exit())
                .isZero();
        assertThat(api.lines().stream().filter(line -> line.equals("DELETE /zones/" + FakeApi.ZONE)))
                .hasSize(2);
    }

    @Test
    void aZoneIsPausedAndResumed() {
        api.on("PATCH", "/zones/" + FakeApi.ZONE, _ -> FakeApi.ok(FakeApi.zone("example.com", FakeApi.ZONE)));

        assertThat(commands.run("zone", "pause", "example.com").err()).contains("example.com is paused");
        assertThat(api.last().body()).isEqualTo("{\"paused\":true}");
        commands.run("zone", "resume", FakeApi.ZONE);
        assertThat(api.last().body()).isEqualTo("{\"paused\":false}");
    }

    @Test
    void urlsArePurgedFiveHundredAtOnce() {
        api.on(
                "POST",
                "/zones/" + FakeApi.ZONE + "/purge_cache",
                _ -> FakeApi.ok("{\"id\":\"" + "e".repeat(32) + "\"}"));

        assertThat(commands.run("zone", "purge", FakeApi.ZONE, "http://example.com/a", "http://example.com/b")
                        .err())
                .contains("purged 2 of 2 URLs");
        assertThat(api.lines()).as("a token that may only purge needs no more").hasSize(1);
        assertThat(api.last().body()).isEqualTo("{\"files\":[\"http://example.com/a\",\"http://example.com/b\"]}");

        String[] many = new String[3 + 1_001];
        java.util.Arrays.fill(many, "http://example.com/a");
        System.arraycopy(new String[] {"zone", "purge", FakeApi.ZONE}, 0, many, 0, 3);
        commands.run(many);
        assertThat(api.asked).hasSize(4);
        assertThat(api.last().body()).isEqualTo("{\"files\":[\"http://example.com/a\"]}");
    }

    @Test
    void everythingIsPurgedOnlyWithAYes() {
        api.on(
                "POST",
                "/zones/" + FakeApi.ZONE + "/purge_cache",
                _ -> FakeApi.ok("{\"id\":\"" + "e".repeat(32) + "\"}"));

        assertThat(commands.run("zone", "purge", "example.com").exit()).isEqualTo(2);
        assertThat(commands.run("zone", "purge", "example.com", "--everything", "http://x/")
                        .exit())
                .isEqualTo(2);
        assertThat(commands.run("zone", "purge", "example.com", "--everything").exit())
                .isEqualTo(2);
        assertThat(api.lines()).noneMatch(line -> line.startsWith("POST"));

        assertThat(commands.run("zone", "purge", "example.com", "--everything", "--yes", "--json")
                        .out())
                .isEqualTo("{\"id\":\"" + "e".repeat(32) + "\"}\n");
        assertThat(api.last().body()).isEqualTo("{\"purge_everything\":true}");
    }
}
