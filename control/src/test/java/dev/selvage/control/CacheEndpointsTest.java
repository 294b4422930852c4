package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheEndpointsTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = "/zones/" + api.zone("example.com");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({"/argo/tiered_caching, tiered_caching", "/cache/regional_tiered_cache, tc_regional"})
    void aTierIsOffUntilItIsTurnedOn(String path, String id) throws Exception {
        Result before = api.get(zone + path).ok();
        assertThat(before.result().toString())
                .isEqualTo("{\"id\":\"" + id + "\",\"value\":\"off\",\"editable\":true,\"modified_on\":null}");
        Result on = api.send("PATCH", zone + path, "{\"value\":\"on\"}").ok();
        assertThat(on.result().get("value").stringValue()).isEqualTo("on");
        assertThat(on.body().at("/messages/0/message").stringValue())
                .contains("this version")
                .startsWith(id);
        api = api.reopen();
        assertThat(api.get(zone + path).ok().result()).isEqualTo(on.result());
        api.send("PATCH", zone + path, "{\"value\":\"maybe\"}").refused(400, 1007);
        api.send("PATCH", zone + path, "{}").refused(400, 1007);
        api.send("DELETE", zone + path, null).refused(405, 7001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void theSmartTopologyIsThereOnceItIsSet(String method) throws Exception {
        String path = zone + "/cache/tiered_cache_smart_topology_enable";
        api.get(path).refused(404, 1142);
        api.send("DELETE", path, null).refused(404, 1142);
        api.send(method, path, "{\"value\":\"on\"}").ok();
        assertThat(api.get(path).ok().result().get("value").stringValue()).isEqualTo("on");
        assertThat(api.send("DELETE", path, "{}").ok().result().has("value")).isFalse();
        api.get(path).refused(404, 1142);
    }

    @Test
    void variantsAreTypesByExtension() throws Exception {
        String path = zone + "/cache/variants";
        api.get(path).refused(404, 1142);
        String value = "{\"jpeg\":[\"image/webp\",\"image/avif\"],\"png\":[\"image/webp\"]}";
        Result set = api.send("PATCH", path, "{\"value\":" + value + "}").ok();
        assertThat(set.id()).isEqualTo("variants");
        assertThat(set.result().get("value").toString()).isEqualTo(value);
        assertThat(api.get(path).ok().result()).isEqualTo(set.result());
        api.send("DELETE", path, null).ok();
        api.get(path).refused(404, 1142);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"exe\":[\"image/webp\"]}",
                "{\"jpeg\":\"image/webp\"}",
                "{\"jpeg\":[\"text/html\"]}",
                "{\"jpeg\":[\"image/\"]}",
                "{\"jpeg\":[\"image/we bp\"]}",
                "{\"jpeg\":[\"image/webp\",\"image/webp\"]}",
                "{\"jpeg\":[5]}",
            })
    void otherVariantsAreRefused(String value) throws Exception {
        assertThat(api.send("PATCH", zone + "/cache/variants", "{\"value\":" + value + "}")
                        .refused(400, 1007)
                        .pointer())
                .isEqualTo("/value");
        api.get(zone + "/cache/variants").refused(404, 1142);
    }
}
