package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgesTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String purge;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        purge = "/zones/" + zone + "/purge_cache";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void purgingEverythingBecomesACommandWithItsOwnId() throws Exception {
        Result first = api.send("POST", purge, "{\"purge_everything\":true}").ok();
        Result second = api.send("POST", purge, "{\"purge_everything\":true}").ok();
        assertThat(first.id()).matches("[0-9a-f]{32}").isNotEqualTo(zone).isNotEqualTo(second.id());
        long now = api.clock.instant().toEpochMilli() * 1_000;
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
        api = api.reopen();
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
        assertThat(urls()).containsExactly("http://example.com/a", "http://example.com/b");
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
                "{\"tags\":[\"a\"]} | 1012 | not available in this version",
                "{\"hosts\":[\"example.com\"]} | 1012 | not available in this version",
                "{\"prefixes\":[\"example.com/a\"]} | 1012 | not available in this version",
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

    private static String files(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"http://example.com/" + i + "\"")
                .collect(Collectors.joining(",", "{\"files\":[", "]}"));
    }
}
