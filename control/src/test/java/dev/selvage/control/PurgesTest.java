package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Times;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PurgesTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String purge;
    private FakePop pop;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        purge = "/zones/" + zone + "/purge_cache";
        pop = new FakePop("POP1", api.control);
    }

    @AfterEach
    void stop() {
        pop.close();
        api.close();
    }

    @Test
    void purgingEverythingBecomesACommandWithItsOwnId() throws Exception {
        Result first = api.send("POST", purge, "{\"purge_everything\":true}").ok();
        Result second = api.send("POST", purge, "{\"purge_everything\":true}").ok();
        assertThat(first.id()).matches("[0-9a-f]{32}").isNotEqualTo(zone).isNotEqualTo(second.id());
        long now = Times.now(api.clock);
        assertThat(api.purges(2))
                .containsExactly(
                        new PurgeCommand(first.id(), zone, 1, now, false, PurgeSelection.EVERYTHING, 0),
                        new PurgeCommand(second.id(), zone, 2, now, false, PurgeSelection.EVERYTHING, 0));
    }

    @Test
    void sequencesGrowPerZoneAndAcrossRestarts() throws Exception {
        String other = api.zone("other.example");
        api.send("POST", purge, "{\"purge_everything\":true}").ok();
        api.send("POST", "/zones/" + other + "/purge_cache", "{\"purge_everything\":true}")
                .ok();
        pop.close();
        api = api.reopen();
        pop = new FakePop("POP1", api.control);
        api.send("POST", purge, "{\"purge_everything\":true}").ok();
        assertThat(api.purges(3)).extracting(PurgeCommand::sequence).containsExactly(1L, 1L, 2L);
    }

    private List<String> urls() throws InterruptedException {
        return api.purges(1).getFirst().selection().urls().stream()
                .map(PurgedUrl::url)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://example.com | http://example.com/",
                "HTTP://WWW.Example.COM:8080/A/b.PNG?q=1&R=2 | http://www.example.com/A/b.PNG?q=1&R=2",
                "https://example.com/?x | https://example.com/?x",
                "https://example.com?x | https://example.com/?x",
                "http://example.com/a¦b/{c}[0] | http://example.com/a¦b/{c}[0]",
                "http://bücher.example.com/straße | http://xn--bcher-kva.example.com/stra%C3%9Fe",
                "http://example.com./a | http://example.com/a",
            })
    void aUrlTravelsAsTheCacheKnowsIt(String sent, String known) throws Exception {
        // The delimiter cannot stand in a cell; the percent form of it could hide a change.
        api.send("POST", purge, "{\"files\":[\"" + sent.replace("a¦b", "a|b") + "\"]}")
                .ok();
        assertThat(urls()).containsExactly(known.replace("a¦b", "a|b"));
        assertThat(api.purges(1).getFirst().selection().everything()).isFalse();
    }

    @Test
    void anEntryMayBeAnObjectWithHeadersAndDoublesAreOne() throws Exception {
        api.send("POST", purge, """
                {"files":["http://example.com/a",{"url":"http://example.com/b","headers":{"CF-Device-Type":"mobile"}},
                 "http://EXAMPLE.com:80/a"]}
                """).ok();
        assertThat(api.purges(1).getFirst().selection().urls())
                .containsExactly(
                        PurgedUrl.of("http://example.com/a"),
                        new PurgedUrl("http://example.com/b", Map.of("cf-device-type", "mobile")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com/a",
                "/a",
                "ftp://example.com/a",
                "http:///a",
                "http://user@example.com/a",
                "http://example.com:port/a",
                "http://example.com/a#part",
                "http://example.com/a b",
                "http://[::1/a",
                "http://-example.com/",
                ""
            })
    void anInvalidUrlIs1016(String url) throws Exception {
        Result refused = api.send("POST", purge, "{\"files\":[\"http://example.com/fine\",\"" + url + "\"]}");
        assertThat(refused.refused(400, 1016).message())
                .startsWith("Unable to purge " + url + ", which is an invalid URL.");
        assertThat(refused.pointer()).isEqualTo("/files/1");
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();
    }

    @Test
    void aHostOutsideTheZoneIs1134UnlessTheZoneIsTheCatchAll() throws Exception {
        String body = "{\"files\":[\"http://example.com/\",\"http://notexample.com/x\",\"http://[::1]:80/y\"]}";
        Result refused = api.send("POST", purge, body).refused(400, 1134);
        assertThat(refused.pointer()).isEqualTo("/files/1");
        assertThat(refused.body().get("errors").size()).isEqualTo(2);
        api.send("PATCH", "/zones/" + zone, "{\"catch_all\":true}").ok();
        api.send("POST", purge, body).ok();
        assertThat(urls()).containsExactly("http://example.com/", "http://notexample.com/x", "http://[::1]/y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 1012 | Request must contain one of",
                "{\"purge_everything\":false} | 1012 | Request must contain one of",
                "{\"purge_everything\":\"yes\"} | 1012 | true or false",
                "{\"purge_everything\":true,\"files\":[\"http://example.com/\"]} | 1012 | only one of",
                "{\"files\":[\"http://example.com/\"],\"tags\":[\"a\"]} | 1012 | only one of",
                "{\"files\":\"http://example.com/\"} | 1014 | must be an array",
                "{\"files\":[]} | 1012 | 1 to 500 entries",
                "{\"files\":[5]} | 1012 | expected a URL",
                "{\"files\":[{\"headers\":{}}]} | 1012 | expected a URL",
                "{\"files\":[{\"url\":\"http://example.com/\",\"headers\":[]}]} | 1012 | must be an object",
                "{\"files\":[],\"hosts\":[]} | 1012 | only one of files, hosts",
                "{\"tags\":[]} | 1012 | 1 to 500 entries, not 0",
                "{\"hosts\":{}} | 1014 | must be an array",
                "{\"prefixes\":\"example.com\"} | 1014 | must be an array",
                "{\"tags\":[7]} | 1012 | expected a string, not a number",
                "{\"hosts\":[null]} | 1012 | expected a string, not null",
                "{\"files\":[{\"url\":\"http://example.com/\",\"headers\":{\"a b\":\"c\"}}]} | 1012 | cannot be the name",
                "{\"files\":[{\"url\":\"http://example.com/\",\"headers\":{\"a\":1}}]} | 1012 | is a string of at most",
                "{\"files\":[{\"url\":\"http://example.com/\",\"headers\":{\"a\":\"b\\r\\nc\"}}]} | 1012 | without control",
                "{\"files\":[{\"url\":\"http://example.com/\",\"headers\":{\"a\":\"b\",\"A\":\"b\"}}]} | 1012 | there twice",
                "{\"everything\":true} | 1012 | unknown field",
            })
    void aBadPurgeIsRefusedWithItsReason(String body, int code, String reason) throws Exception {
        assertThat(api.send("POST", purge, body).refused(400, code).message()).contains(reason);
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();
    }

    @Test
    void fiveHundredUrlsAreAPurgeAndOneMoreIsNot() throws Exception {
        api.send("POST", purge, files(500)).ok();
        assertThat(urls()).hasSize(500);
        assertThat(api.send("POST", purge, files(501)).refused(400, 1012).message())
                .contains("1 to 500 entries, not 501");
    }

    @Test
    void anUnknownZoneIs404() throws Exception {
        api.send("POST", "/zones/" + "0".repeat(32) + "/purge_cache", "{\"purge_everything\":true}")
                .refused(404, 1001);
        api.send("POST", "/zones/x/purge_cache", "{\"purge_everything\":true}").refused(404, 7003);
    }

    @Test
    void everyKindBecomesACommandInTheFormOfTheEdges() throws Exception {
        send("{\"hosts\":[\"WWW.Example.com\",\"www.example.com.\",\"bücher.example.com\"]}");
        send(
                "{\"prefixes\":[\"Example.com/A/b\",\"example.com/A/b\",\"example.com/straße/%c3%9f/\",\"example.com/\"]}");
        send("{\"tags\":[\"Product-7\",\"product-7\",\"!#$&/:;=?@~\"]}");
        assertThat(api.purges(3).stream().map(PurgeCommand::selection))
                .containsExactly(
                        PurgeSelection.ofHosts(List.of("www.example.com", "xn--bcher-kva.example.com")),
                        PurgeSelection.ofPrefixes(
                                List.of("example.com/A/b", "example.com/stra%C3%9Fe/%c3%9f/", "example.com")),
                        PurgeSelection.ofTags(List.of("product-7", "!#$&/:;=?@~")));
    }

    @Test
    void everyKindCanBeMadeStale() throws Exception {
        String invalidate = "/zones/" + zone + "/invalidate_cache";
        for (String body : BODIES) {
            assertThat(api.send("POST", invalidate, body).ok().id()).matches("[0-9a-f]{32}");
        }
        assertThat(api.purges(5)).allMatch(PurgeCommand::soft);
        send("{\"purge_everything\":true}");
        assertThat(api.purges(6).getLast().soft()).isFalse();
    }

    private static final List<String> BODIES = List.of(
            "{\"purge_everything\":true}",
            "{\"files\":[\"http://example.com/\"]}",
            "{\"hosts\":[\"example.com\"]}",
            "{\"prefixes\":[\"example.com/a\"]}",
            "{\"tags\":[\"a\"]}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http://example.com/a   | has a scheme",
                "HTTPS://example.com    | has a scheme",
                "//example.com/a        | has no host",
                "/a                     | has no host",
                "example.com/a?b        | has a query",
                "example.com?b          | has a query",
                "example.com/a#b        | has a fragment",
                "example.com:8080/a     | has a port",
                "*.example.com/a        | has a wildcard",
                "-a.example.com/a       | its host cannot be one",
                "exa mple.com/a         | its host cannot be one",
                "example.com/a b        | a space",
                "example.com/a\\u0007 | cannot be shown",
                "example.com/a\\ud800 | cannot be shown",
                "``                     | it is empty",
            })
    void whatIsNoPrefixIsRefusedWithItsReason(String prefix, String reason) throws Exception {
        Result refused = api.send("POST", purge, "{\"prefixes\":[\"example.com/fine\",\"" + prefix + "\"]}")
                .refused(400, 1012);
        assertThat(refused.pointer()).isEqualTo("/prefixes/1");
        assertThat(refused.message()).contains(reason);
        nothing();
    }

    @Test
    void thirtyOneSlashesAreAPrefixAndOneMoreIsNot() throws Exception {
        send("{\"prefixes\":[\"example.com" + "/a".repeat(31) + "\"]}");
        assertThat(api.send("POST", purge, "{\"prefixes\":[\"example.com" + "/a".repeat(32) + "\"]}")
                        .refused(400, 1012)
                        .message())
                .contains("32 slashes; at most 31");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "two words | no spaces",
                "a,b       | a comma ends a tag",
                "tüte      | printable ASCII",
                "a\\tb   | printable ASCII",
                "``        | 1 to 1024 characters, not 0",
            })
    void whatIsNoTagIsRefusedWithItsReason(String tag, String reason) throws Exception {
        Result refused =
                api.send("POST", purge, "{\"tags\":[\"a\",\"" + tag + "\"]}").refused(400, 1012);
        assertThat(refused.pointer()).isEqualTo("/tags/1");
        assertThat(refused.message()).contains(reason);
        nothing();
    }

    @Test
    void aTagHasAtMost1024Characters() throws Exception {
        send("{\"tags\":[\"" + "a".repeat(1_024) + "\"]}");
        assertThat(api.send("POST", purge, "{\"tags\":[\"" + "a".repeat(1_025) + "\"]}")
                        .refused(400, 1012)
                        .message())
                .contains("not 1025");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://example.com | no scheme and no path",
                "example.com/       | no scheme and no path",
                "example.com:80     | has a port",
                "*.example.com      | has a wildcard",
                "a..example.com     | a label is empty",
                "[::1               | no IPv6 address",
            })
    void whatIsNoHostIsRefusedWithItsReason(String host, String reason) throws Exception {
        Result refused =
                api.send("POST", purge, "{\"hosts\":[\"" + host + "\"]}").refused(400, 1012);
        assertThat(refused.pointer()).isEqualTo("/hosts/0");
        assertThat(refused.message()).contains(reason);
        nothing();
    }

    @ParameterizedTest
    @CsvSource({"hosts, notexample.com", "prefixes, notexample.com/a", "prefixes, com/a", "hosts, com"})
    void whatIsOutsideTheZoneIs1134UnlessTheZoneIsTheCatchAll(String kind, String entry) throws Exception {
        String body = "{\"" + kind + "\":[\"www.example.com\",\"" + entry + "\"]}";
        assertThat(api.send("POST", purge, body).refused(400, 1134).pointer()).isEqualTo("/" + kind + "/1");
        nothing();
        api.send("PATCH", "/zones/" + zone, "{\"catch_all\":true}").ok();
        send(body);
    }

    @Test
    void everythingWrongIsSaidAtOnce() throws Exception {
        Result refused =
                api.send("POST", purge, "{\"tags\":[\"a b\",\"fine\",\"c,d\"]}").refused(400, 1012);
        assertThat(refused.body().get("errors").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=soon",
                "timeout=5",
                "wait=effective&timeout=0",
                "wait=effective&timeout=61",
                "wait=effective&timeout=x",
                "rewarm=-1",
                "rewarm=10001",
                "confirm=perhaps"
            })
    void aBadParameterIsRefused(String query) throws Exception {
        api.send("POST", purge + "?" + query, "{\"purge_everything\":true}").refused(400, 1004);
        nothing();
    }

    @Test
    void theHottestAreFetchedAgain() throws Exception {
        api.send("POST", purge + "?rewarm=25", "{\"purge_everything\":true}").ok();
        assertThat(api.purges(1).getFirst().rewarm()).isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"purge_cache", "invalidate_cache"})
    void aZoneHasNoEnvironments(String call) throws Exception {
        String path = "/environments/production/" + call;
        api.send("POST", "/zones/" + zone + path, "{\"purge_everything\":true}").refused(400, 1136);
        api.send("POST", "/zones/" + "0".repeat(32) + path, "{\"purge_everything\":true}")
                .refused(404, 1001);
        nothing();
    }

    @Test
    void aSlashAtTheEndIsRemarkedOn() throws Exception {
        JsonNode messages = api.send("POST", purge, "{\"prefixes\":[\"example.com/a/\",\"example.com/b\"]}")
                .ok()
                .body()
                .get("messages");
        assertThat(messages.size()).isEqualTo(1);
        assertThat(messages.at("/0/code").intValue()).isEqualTo(1242);
        assertThat(messages.at("/0/message").stringValue())
                .isEqualTo("\"example.com/a/\" covers what is under it and not the page itself; \"example.com/a\""
                        + " covers both");
    }

    /// In one zone, from many threads: the sequences have no gap and no twin, and what has the later one was accepted
    /// later by whoever follows.
    @Test
    void manyWritersPurgeOneZone() throws Exception {
        List<Callable<Result>> calls = IntStream.range(0, 60)
                .<Callable<Result>>mapToObj(i -> () ->
                        api.send("POST", purge, "{\"tags\":[\"t" + i + "\"]}").ok())
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Result> call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        assertThat(api.purges(60))
                .extracting(PurgeCommand::sequence)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
    }

    @Test
    void aFloodIsHeldUpByAccount() throws Exception {
        pop.close();
        api.close();
        api = TestControl.open(directory, new PurgeLimits(500, 2, 4, 1_000));
        pop = new FakePop("POP1", api.control);
        for (int i = 0; i < 4; i++) {
            send("{\"tags\":[\"a\"]}");
        }
        Result refused =
                api.send("POST", purge, "{\"hosts\":[\"example.com\"]}").refused(429, 971);
        assertThat(refused.response().headers().map())
                .containsEntry("ratelimit", List.of("\"purge\";r=0;t=1"))
                .containsEntry("ratelimit-policy", List.of("\"purge\";q=4;w=2"))
                .containsEntry("retry-after", List.of("1"));
        assertThat(api.purges(4)).hasSize(4);
        // URLs have a bucket of their own, and another account too.
        send(files(500));
        send(files(500));
        assertThat(api.send("POST", purge, files(1)).refused(429, 971).message())
                .contains("1000 URLs per second");
        api.clock.advance(Duration.ofMillis(1_500));
        send("{\"tags\":[\"a\"]}");
        send("{\"tags\":[\"a\"]}");
        Result last = api.send("POST", purge, "{\"tags\":[\"a\"]}").ok();
        assertThat(last.response().headers().firstValue("ratelimit")).hasValue("\"purge\";r=0;t=0");
        // What is refused for other reasons costs nothing.
        api.clock.advance(Duration.ofMillis(500));
        api.send("POST", purge, "{\"tags\":[\"a b\"]}").refused(400, 1012);
        send("{\"tags\":[\"a\"]}");
        api.send("POST", purge, "{\"tags\":[\"a\"]}").refused(429, 971);
    }

    private void send(String body) throws Exception {
        api.send("POST", purge, body).ok();
    }

    private void nothing() {
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();
        assertThat(pop.applied).isEmpty();
    }

    private static String files(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"http://example.com/" + i + "\"")
                .collect(Collectors.joining(",", "{\"files\":[", "]}"));
    }
}
