package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneSettingsTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String settings;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        settings = "/zones/" + zone + "/settings";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cache_level, \"\"\"aggressive\"\"\"",
        "browser_cache_ttl, 14400",
        "edge_cache_ttl, 7200",
        "development_mode, \"\"\"off\"\"\"",
        "always_online, \"\"\"off\"\"\"",
        "sort_query_string_for_cache, \"\"\"off\"\"\"",
        "ssl, \"\"\"full\"\"\"",
        "purge_confirmation_share, 0",
        "purge_refill_limit, 0",
    })
    void aNewZoneHasTheDefaults(String id, String value) throws Exception {
        Result setting = api.get(settings + "/" + id).ok();
        assertThat(setting.id()).isEqualTo(id);
        assertThat(setting.result().get("value").toString()).isEqualTo(value.replace("\"\"\"", "\""));
        assertThat(setting.result().get("editable").booleanValue()).isTrue();
        assertThat(setting.result().get("modified_on").isNull()).isTrue();
        assertThat(api.published(zone, config -> true).cache()).isEqualTo(CacheSettings.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "cache_level, '\"basic\"'",
        "cache_level, '\"simplified\"'",
        "browser_cache_ttl, 0",
        "browser_cache_ttl, 31536000",
        "edge_cache_ttl, 30",
        "edge_cache_ttl, 604800",
        "always_online, '\"on\"'",
        "sort_query_string_for_cache, '\"on\"'",
        "ssl, '\"off\"'",
        "purge_confirmation_share, 100",
        "purge_refill_limit, 1000000",
        "ssl, '\"flexible\"'",
        "ssl, '\"strict\"'",
        "ssl, '\"origin_pull\"'",
        "origin_error_page_pass_thru, '\"on\"'",
        "always_use_https, '\"on\"'",
        "automatic_https_rewrites, '\"on\"'",
        "opportunistic_encryption, '\"off\"'",
        "min_tls_version, '\"1.3\"'",
        "ciphers, '[\"ECDHE-RSA-AES128-GCM-SHA256\",\"ECDHE-ECDSA-AES128-GCM-SHA256\"]'",
        "ciphers, '[]'",
        "tls_1_3, '\"zrt\"'",
        "0rtt, '\"on\"'",
        "http2, '\"off\"'",
        "http3, '\"on\"'",
        "tls_client_auth, '\"on\"'",
        "ipv6, '\"off\"'",
        "websockets, '\"off\"'",
        "brotli, '\"off\"'",
        "early_hints, '\"on\"'",
        "ip_geolocation, '\"off\"'",
        "true_client_ip_header, '\"on\"'",
        "pseudo_ipv4, '\"add_header\"'",
        "proxy_read_timeout, 1",
        "proxy_read_timeout, 6000",
        "max_upload, 500",
        "origin_max_http_version, '\"2\"'",
        "response_buffering, '\"on\"'",
        "cname_flattening, '\"flatten_all\"'",
    })
    void aSettingIsChangedAndKept(String id, String value) throws Exception {
        Result changed = api.send("PATCH", settings + "/" + id, "{\"value\":" + value + "}")
                .ok();
        assertThat(changed.result().get("value").toString()).isEqualTo(value);
        assertThat(changed.result().get("modified_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        api = api.reopen();
        assertThat(api.get(settings + "/" + id).ok().result()).isEqualTo(changed.result());
    }

    @Test
    void theEdgesLearnOfEverySetting() throws Exception {
        Result changed = api.send("PATCH", settings, """
                {"items":[{"id":"cache_level","value":"simplified"},{"id":"browser_cache_ttl","value":0},
                 {"id":"edge_cache_ttl","value":60},{"id":"always_online","value":"on"},
                 {"id":"sort_query_string_for_cache","value":"on"},{"id":"ssl","value":"flexible"},
                 {"id":"development_mode","value":"on"},{"id":"purge_refill_limit","value":7}]}
                """).ok();
        assertThat(changed.result().size()).isEqualTo(8);
        long until = api.clock.instant().getEpochSecond() + 3 * 3_600;
        var config = api.published(zone, it -> it.version() == 2);
        assertThat(config.cache()).isEqualTo(new CacheSettings(CacheLevel.SIMPLIFIED, 0, 60, until, true, true, 7));
        assertThat(config.ssl()).isEqualTo(SslMode.FLEXIBLE);
        assertThat(api.get(settings).ok().result().size()).isEqualTo(56);
        assertThat(changed.body().get("messages").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "cache_level, '\"cache_everything\"'",
        "cache_level, 1",
        "browser_cache_ttl, 1",
        "browser_cache_ttl, '\"0\"'",
        "browser_cache_ttl, 30.5",
        "browser_cache_ttl, 99999999999999999999",
        "edge_cache_ttl, 0",
        "development_mode, true",
        "always_online, null",
        "ssl, '\"FULL\"'",
        "ssl, '{}'",
        "min_tls_version, 1.3",
        "min_tls_version, '\"1.0\"'",
        "ciphers, '\"AES128-SHA\"'",
        "ciphers, '[\"TLS_AES_128_GCM_SHA256\"]'",
        "ciphers, '[\"AES128-SHA\",\"AES128-SHA\"]'",
        "ciphers, '[5]'",
        "proxy_read_timeout, 0",
        "proxy_read_timeout, 6001",
        "proxy_read_timeout, '\"-1\"'",
        "proxy_read_timeout, '\"\"'",
        "proxy_read_timeout, 99999999999999999999",
        "max_upload, 101",
        "security_header, '{}'",
        "security_header, '{\"strict_transport_security\":{\"max_age\":-1}}'",
        "security_header, '{\"strict_transport_security\":{\"enabled\":\"on\"}}'",
        "security_header, '{\"strict_transport_security\":{\"other\":true}}'",
    })
    void aValueThatIsNotAcceptedIs1007(String id, String value) throws Exception {
        Result refused = api.send("PATCH", settings + "/" + id, "{\"value\":" + value + "}")
                .refused(400, 1007);
        assertThat(refused.pointer()).isEqualTo("/value");
        assertThat(refused.message())
                .startsWith("Invalid value for zone setting " + id)
                .contains(": expected ");
        assertThat(api.get(settings + "/" + id).ok().result().get("modified_on").isNull())
                .isTrue();
    }

    @Test
    void whatTheEdgeDoesNotActOnIsSaid() throws Exception {
        Result stored =
                api.send("PATCH", settings + "/http3", "{\"value\":\"on\"}").ok();
        assertThat(stored.body().at("/messages/0/code").intValue()).isEqualTo(1300);
        assertThat(stored.body().at("/messages/0/message").stringValue()).startsWith("http3 is stored;");
        Result acted =
                api.send("PATCH", settings + "/ssl", "{\"value\":\"off\"}").ok();
        assertThat(acted.body().get("messages").isEmpty()).isTrue();
    }

    @Test
    void theSecurityHeaderKeepsWhatIsNotSaidAtItsDefault() throws Exception {
        Result header = api.send(
                        "PATCH",
                        settings + "/security_header",
                        "{\"value\":{\"strict_transport_security\":{\"enabled\":true,\"max_age\":86400}}}")
                .ok();
        assertThat(header.result().get("value").toString())
                .isEqualTo("{\"strict_transport_security\":{\"enabled\":true,\"max_age\":86400,"
                        + "\"include_subdomains\":false,\"preload\":false,\"nosniff\":false}}");
    }

    @Test
    void aNumberMayComeAsAString() throws Exception {
        assertThat(api.send("PATCH", settings + "/proxy_read_timeout", "{\"value\":\"120\"}")
                        .ok()
                        .result()
                        .get("value")
                        .toString())
                .isEqualTo("120");
    }

    @ParameterizedTest
    @CsvSource({"waf, off", "rocket_loader, off", "security_level, essentially_off", "ssl_recommender, off"})
    void whatIsNotHereIsOneThingAndCannotBeModified(String id, String value) throws Exception {
        Result fixed = api.get(settings + "/" + id).ok();
        assertThat(fixed.result().get("value").stringValue()).isEqualTo(value);
        assertThat(fixed.result().get("editable").booleanValue()).isFalse();
        assertThat(api.send("PATCH", settings + "/" + id, "{\"value\":\"on\"}")
                        .refused(400, 1057)
                        .message())
                .isEqualTo(id + " cannot be modified for this zone");
        api.send(
                        "PATCH",
                        settings,
                        "{\"items\":[{\"id\":\"ssl\",\"value\":\"off\"},{\"id\":\"" + id + "\",\"value\":\"on\"}]}")
                .refused(400, 1057);
        assertThat(api.get(settings + "/ssl").ok().result().get("value").asString())
                .isEqualTo("full");
    }

    @Test
    void aMissingValueIsRefused() throws Exception {
        api.send("PATCH", settings + "/ssl", "{}").refused(400, 1007);
        api.send("PATCH", settings + "/ssl", "{\"value\":\"off\",\"x\":1}").refused(400, 1007);
    }

    @Test
    void anUnknownSettingIs1006() throws Exception {
        assertThat(api.get(settings + "/rocket_fuel").refused(400, 1006).message())
                .isEqualTo("Unrecognized zone setting name: rocket_fuel");
        api.send("PATCH", settings + "/rocket_fuel", "{\"value\":\"on\"}").refused(400, 1006);
        Result some = api.send(
                "PATCH",
                settings,
                "{\"items\":[{\"id\":\"ssl\",\"value\":\"off\"},{\"id\":\"rocket_fuel\",\"value\":1}]}");
        assertThat(some.refused(400, 1006).pointer()).isEqualTo("/items/1/id");
        assertThat(api.get(settings + "/ssl").ok().result().get("value").asString())
                .isEqualTo("full");
        api.send("PATCH", settings, "{}").refused(400, 1007);
    }

    @Test
    void developmentModeEndsByItself() throws Exception {
        Result on = api.send("PATCH", settings + "/development_mode", "{\"value\":\"on\"}")
                .ok();
        assertThat(on.result().get("time_remaining").intValue()).isEqualTo(3 * 3_600);
        api.clock.advance(Duration.ofMinutes(60));
        Result later = api.get(settings + "/development_mode").ok();
        assertThat(later.result().get("value").asString()).isEqualTo("on");
        assertThat(later.result().get("time_remaining").intValue()).isEqualTo(2 * 3_600);
        assertThat(api.get("/zones/" + zone)
                        .ok()
                        .result()
                        .get("development_mode")
                        .intValue())
                .isEqualTo(2 * 3_600);
        api.clock.advance(Duration.ofMinutes(121));
        Result over = api.get(settings + "/development_mode").ok();
        assertThat(over.result().get("value").asString()).isEqualTo("off");
        assertThat(over.result().get("time_remaining").intValue()).isZero();
        assertThat(api.get("/zones/" + zone)
                        .ok()
                        .result()
                        .get("development_mode")
                        .intValue())
                .isEqualTo(-60);
    }

    @Test
    void developmentModeIsTurnedOff() throws Exception {
        api.send("PATCH", settings + "/development_mode", "{\"value\":\"on\"}").ok();
        api.clock.advance(Duration.ofMinutes(1));
        Result off = api.send("PATCH", settings + "/development_mode", "{\"value\":\"off\"}")
                .ok();
        assertThat(off.result().get("value").asString()).isEqualTo("off");
        long now = api.clock.instant().getEpochSecond();
        api.published(zone, config -> config.cache().developmentModeUntil() == now);
        api.clock.advance(Duration.ofSeconds(5));
        assertThat(api.get("/zones/" + zone)
                        .ok()
                        .result()
                        .get("development_mode")
                        .intValue())
                .isEqualTo(-5);
    }

    @Test
    void settingsOfAnUnknownZoneAre404() throws Exception {
        api.get("/zones/" + "0".repeat(32) + "/settings/ssl").refused(404, 1001);
        api.send("PATCH", "/zones/" + "0".repeat(32) + "/settings/ssl", "{\"value\":\"off\"}")
                .refused(404, 1001);
        api.get("/zones/x/settings").refused(404, 7003);
    }
}
