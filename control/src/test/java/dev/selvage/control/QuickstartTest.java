package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.rules.Route;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartTest {
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
    void withoutAUrlThereIsNoZone() throws Exception {
        api.control.quickstart(null);
        assertThat(api.get("/zones").ok().result().isEmpty()).isTrue();
    }

    @Test
    void aUrlBecomesAnOrdinaryZoneThatTakesEveryHost() throws Exception {
        ZoneConfig zone = quickstart("http://origin.example:3000");
        assertThat(zone.name()).isEqualTo("quickstart.internal");
        assertThat(zone.catchAll()).isTrue();
        assertThat(zone.paused()).isFalse();
        assertThat(zone.defaultCaching()).isEqualTo(DefaultCaching.RFC9111);
        CacheSettings defaults = CacheSettings.DEFAULTS;
        assertThat(zone.cache())
                .isEqualTo(new CacheSettings(defaults.cacheLevel(), 0, defaults.edgeCacheTtl(), 0, false, false, 0));
        assertThat(zone.ssl()).isEqualTo(SslMode.FLEXIBLE);
        assertThat(zone.hosts()).containsExactly(new ProxiedHost("quickstart.internal", List.of("origin.example")));
        assertThat(routes(zone)).containsExactly(Map.entry("true", new Route("origin.example:3000", null, 3000, null)));
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();

        assertThat(api.get("/zones?name=quickstart.internal")
                        .ok()
                        .result()
                        .at("/0/id")
                        .asString())
                .isEqualTo(zone.id());
        api.send("POST", "/zones/" + zone.id() + "/purge_cache", "{\"files\":[\"http://any.host/\"]}")
                .ok();
        api.send("PATCH", "/zones/" + zone.id(), "{\"paused\":true}").ok();
        assertThat(api.get("/zones/" + zone.id() + "/rulesets/phases/http_request_origin/entrypoint")
                        .ok()
                        .result()
                        .at("/rules/0/expression")
                        .asString())
                .isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({
        "http://origin.example, CNAME, origin.example, origin.example, 80, FLEXIBLE",
        "http://Origin.Example:80/, CNAME, origin.example, origin.example, 80, FLEXIBLE",
        "https://origin.example, CNAME, origin.example, origin.example, 443, ORIGIN_PULL",
        "https://origin.example:8443, CNAME, origin.example, origin.example:8443, 8443, ORIGIN_PULL",
        "http://192.0.2.1:8000, A, 192.0.2.1, 192.0.2.1:8000, 8000, FLEXIBLE",
        "http://[2001:DB8::1]:8000, AAAA, 2001:db8::1, [2001:db8::1]:8000, 8000, FLEXIBLE",
        "http://localhost:3000, CNAME, localhost, localhost:3000, 3000, FLEXIBLE",
        "http://my_app:3000, CNAME, my_app, my_app:3000, 3000, FLEXIBLE",
    })
    void everyFormOfUrlFindsItsOrigin(String url, String type, String content, String header, int port, SslMode ssl)
            throws Exception {
        ZoneConfig zone = quickstart(url);
        assertThat(zone.hosts()).containsExactly(new ProxiedHost("quickstart.internal", List.of(content)));
        assertThat(routes(zone)).containsExactly(Map.entry("true", new Route(header, null, port, null)));
        assertThat(zone.ssl()).isEqualTo(ssl);
        assertThat(api.get("/zones/" + zone.id() + "/dns_records")
                        .ok()
                        .result()
                        .at("/0/type")
                        .asString())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "origin.example",
                "ftp://origin.example",
                "http:///path",
                "http://origin.example/path",
                "http://origin.example/?q",
                "http://origin.example/#f",
                "http://user:secret@origin.example",
                "http://origin.example:0",
                "http://origin.example:65536",
                "http://origin..example",
                "http://192.0.2.256",
                "mailto:a@b.example"
            })
    void aUrlThatCannotBeAnOriginIsRefusedWithItsReason(String url) throws Exception {
        assertThatThrownBy(() -> api.control.quickstart(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used")
                .hasMessageNotContaining("secret");
        assertThat(api.get("/zones").ok().result().isEmpty()).isTrue();
    }

    @Test
    void theSameUrlAgainChangesNothing() throws Exception {
        ZoneConfig before = quickstart("http://origin.example:3000");
        api.send("PATCH", "/zones/" + before.id() + "/settings/ssl", "{\"value\":\"full\"}")
                .ok();
        api.published(before.id(), zone -> zone.ssl() == SslMode.FULL);
        api = api.reopen();
        ZoneConfig after = quickstart("http://origin.example:3000/");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.ssl()).isEqualTo(SslMode.FULL);
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();
    }

    private static List<Map.Entry<String, Route>> routes(ZoneConfig zone) {
        return zone.rules().origin().rules().stream()
                .map(rule -> Map.entry(rule.expression(), rule.action()))
                .toList();
    }

    @Test
    void aNewUrlReplacesTheOriginAndPurgesAndKeepsTheRest() throws Exception {
        ZoneConfig before = quickstart("http://origin.example:3000");
        String rules = "/zones/" + before.id() + "/rulesets/phases/http_request_origin/entrypoint";
        api.record(before.id(), "TXT", "@", "stays", false);
        api.send("PATCH", "/zones/" + before.id() + "/settings/cache_level", "{\"value\":\"basic\"}")
                .ok();
        String own = "{\"ref\":\"mine\",\"expression\":\"http.host eq \\\"a.b\\\"\",\"action\":\"route\","
                + "\"action_parameters\":{\"origin\":{\"port\":81}}}";
        String ours = api.get(rules).ok().result().at("/rules/0").toString();
        api.send("PUT", rules, "{\"rules\":[" + ours + "," + own + "]}").ok();

        ZoneConfig after = quickstart("https://192.0.2.5");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.hosts()).containsExactly(new ProxiedHost("quickstart.internal", List.of("192.0.2.5")));
        assertThat(routes(after))
                .containsExactly(
                        Map.entry("true", new Route("192.0.2.5", null, 443, null)),
                        Map.entry("http.host eq \"a.b\"", new Route(null, null, 81, null)));
        assertThat(after.ssl()).isEqualTo(SslMode.ORIGIN_PULL);
        assertThat(after.cache().cacheLevel()).isEqualTo(CacheLevel.BASIC);
        assertThat(api.purges(1)).singleElement().satisfies(purge -> {
            assertThat(purge.selection().everything()).isTrue();
            assertThat(purge.zone()).isEqualTo(before.id());
        });
        assertThat(api.get("/zones/" + before.id() + "/dns_records")
                        .ok()
                        .result()
                        .size())
                .isEqualTo(2);
    }

    @Test
    void aNewSchemeAloneIsANewOrigin() throws Exception {
        ZoneConfig before = quickstart("http://origin.example:8443");
        ZoneConfig after = quickstart("https://origin.example:8443");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.ssl()).isEqualTo(SslMode.ORIGIN_PULL);
        assertThat(api.purges(1).getFirst().selection().everything()).isTrue();
    }

    @Test
    void anotherCatchAllZoneKeepsItsPlace() throws Exception {
        String own = api.zone("example.com");
        api.send("PATCH", "/zones/" + own, "{\"catch_all\":true}").ok();
        assertThat(quickstart("http://origin.example").catchAll()).isFalse();
    }

    @Test
    void aDeletedZoneComesBackWithTheNextStart() throws Exception {
        ZoneConfig before = quickstart("http://origin.example");
        api.send("DELETE", "/zones/" + before.id(), null).ok();
        ZoneConfig after = quickstart("http://origin.example");
        assertThat(after.id()).isNotEqualTo(before.id());
    }

    /// The zone in the change log once it is what the store has.
    private ZoneConfig quickstart(String url) throws Exception {
        api.control.quickstart(URI.create(url));
        String id = api.get("/zones?name=quickstart.internal")
                .ok()
                .result()
                .at("/0/id")
                .asString();
        Await.until(() -> api.metrics.scrape().contains("selvage_control_outbox 0.0"));
        return api.latest(id).orElseThrow();
    }
}
